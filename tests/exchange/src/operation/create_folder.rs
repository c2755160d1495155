//! CreateFolder.

use crate::element::Element;
use crate::envelope::Call;
use crate::failure::Failure;
use crate::store::Mailbox;
use crate::target;
use crate::view::folder::{element_name, folder_id};

use super::{message, parts, respond};

pub fn run(call: &Call, mailbox: &mut Mailbox) -> Result<Element, Failure> {
    let parent =
        target::folder_in(mailbox, call.body.get("ParentFolderId")).map(|folder| folder.number);
    let messages: Vec<Element> = parts(call)
        .iter()
        .map(|folder| {
            message(
                "CreateFolder",
                parent
                    .clone()
                    .and_then(|parent| create(mailbox, parent, folder)),
            )
        })
        .collect();
    Ok(respond("CreateFolder", messages))
}

fn create(mailbox: &mut Mailbox, parent: u64, element: &Element) -> Result<Vec<Element>, Failure> {
    let name = element.text_of("DisplayName").unwrap_or_default();
    if name.is_empty() {
        return Err(Failure::new(
            "ErrorFolderSavePropertyError",
            "A folder needs a name.",
        ));
    }
    if mailbox
        .children(parent)
        .any(|child| child.name.eq_ignore_ascii_case(name))
    {
        return Err(Failure::new(
            "ErrorFolderExists",
            "A folder with the specified name already exists.",
        ));
    }
    let usual = match element.name.as_str() {
        "CalendarFolder" => "IPF.Appointment",
        "ContactsFolder" => "IPF.Contact",
        "TasksFolder" => "IPF.Task",
        _ => "IPF.Note",
    };
    let class = element.text_of("FolderClass").unwrap_or(usual).to_owned();
    let number = mailbox.add_folder(Some(parent), name, &class);
    let folder = mailbox
        .folders
        .get(&number)
        .ok_or_else(Failure::folder_not_found)?;
    let shown = Element::t(element_name(folder)).with(folder_id(mailbox, folder, "FolderId"));
    Ok(vec![Element::m("Folders").with(shown)])
}
