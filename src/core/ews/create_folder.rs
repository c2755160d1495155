use super::operation::missing;
use super::{Element, FolderId, Operation, Writer};
use crate::error::Result;
use crate::model::Kind;

/// <https://learn.microsoft.com/exchange/client-developer/web-service-reference/createfolder-operation>
#[derive(Clone, Debug)]
pub struct CreateFolder {
    pub parent: FolderId,
    pub kind: Kind,
    pub name: String,
}

impl Operation for CreateFolder {
    const NAME: &'static str = "CreateFolder";
    const REPEATABLE: bool = false;
    /// The new folder's id.
    type Response = String;

    fn write(&self, w: &mut Writer) {
        let element = match self.kind {
            Kind::Event => "t:CalendarFolder",
            Kind::Task => "t:TasksFolder",
            Kind::Contact => "t:ContactsFolder",
        };
        w.element("m:CreateFolder", &[], |w| {
            w.element("m:ParentFolderId", &[], |w| self.parent.write(w));
            w.element("m:Folders", &[], |w| {
                w.element(element, &[], |w| w.text("t:DisplayName", &self.name));
            });
        });
    }

    fn read(message: Element) -> Result<String> {
        message
            .child("Folders")
            .and_then(|folders| folders.children.first())
            .and_then(|folder| folder.child("FolderId")?.attribute("Id"))
            .map(str::to_owned)
            .ok_or_else(|| missing("the new folder's id"))
    }
}
