//! CreateItem.

use crate::bag::Value;
use crate::edit::Draft;
use crate::element::Element;
use crate::envelope::Call;
use crate::failure::Failure;
use crate::id::Id;
use crate::item::Class;
use crate::keys;
use crate::mail::{self, Kind};
use crate::store::Mailbox;
use crate::target;
use crate::view;

use super::{items, message, parts, respond};

pub fn run(call: &Call, mailbox: &mut Mailbox) -> Result<Element, Failure> {
    let messages: Vec<Element> = parts(call)
        .iter()
        .map(|item| message("CreateItem", create(call, mailbox, item)))
        .collect();
    Ok(respond("CreateItem", messages))
}

fn create(call: &Call, mailbox: &mut Mailbox, element: &Element) -> Result<Vec<Element>, Failure> {
    if let Some(outcome) = respond::run(call, mailbox, element) {
        return outcome;
    }
    let class = Class::of_element(&element.name).ok_or_else(|| {
        let text = format!("Items of the kind {} are not kept here.", element.name);
        Failure::new("ErrorInvalidItemForOperationCreateItem", text)
    })?;
    check_switches(call, class)?;
    let folder = home(call, mailbox, class)?;
    let mut draft = Draft::create(call, class);
    for property in &element.children {
        draft.set(property)?;
    }
    draft.finish(mailbox)?;
    let mut item = draft.into_item();
    let sends = call.body.attr("SendMeetingInvitations") != Some("SendToNone");
    if class == Class::Event && sends && mail::is_organizer(&item.bag) {
        let to = mail::addresses(&item.bag);
        item.bag.set(keys::INVITED, Value::Bool(!to.is_empty()));
        mailbox.send(Kind::Request, &item.bag, to);
    }
    let number = mailbox.add(folder, item);
    let id = view::item_id(
        mailbox,
        Id::Item(number),
        target::stored(mailbox, number)?.version,
    );
    Ok(items(Element::t(class.element()).with(id)))
}

fn check_switches(call: &Call, class: Class) -> Result<(), Failure> {
    let required = |name: &str, code: &'static str| match call.body.attr(name) {
        Some(_) => Ok(()),
        None => Err(Failure::new(
            code,
            format!("{name} is required for this kind of item."),
        )),
    };
    match class {
        Class::Event => required(
            "SendMeetingInvitations",
            "ErrorSendMeetingInvitationsRequired",
        ),
        Class::Message => required("MessageDisposition", "ErrorMessageDispositionRequired"),
        Class::Contact | Class::List | Class::Task => Ok(()),
    }
}

/// The folder for the new item: the one named, else that of its class.
fn home(call: &Call, mailbox: &Mailbox, class: Class) -> Result<u64, Failure> {
    let (usual, code) = match class {
        Class::Event => (
            "calendar",
            "ErrorCannotCreateCalendarItemInNonCalendarFolder",
        ),
        Class::Contact | Class::List => ("contacts", "ErrorCannotCreateContactInNonContactFolder"),
        Class::Task => ("tasks", "ErrorCannotCreateTaskInNonTaskFolder"),
        Class::Message => ("drafts", ""),
    };
    let Some(saved) = call.body.get("SavedItemFolderId") else {
        return mailbox
            .distinguished(usual)
            .ok_or_else(Failure::folder_not_found);
    };
    let folder = target::folder_in(mailbox, Some(saved))?;
    if class != Class::Message && !folder.class.starts_with(class.folder_class()) {
        return Err(Failure::new(
            code,
            "Items of this kind cannot be created in that folder.",
        ));
    }
    Ok(folder.number)
}
