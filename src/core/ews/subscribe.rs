use super::operation::missing;
use super::{Element, FolderId, Operation, Writer};
use crate::error::Result;

/// What is told of: everything by which a folder's items can change.
const EVENTS: [&str; 5] = [
    "CreatedEvent",
    "ModifiedEvent",
    "DeletedEvent",
    "MovedEvent",
    "CopiedEvent",
];

/// Asks to be told, by a stream, of changes in folders of one mailbox. Since Exchange 2010 SP1.
/// <https://learn.microsoft.com/exchange/client-developer/web-service-reference/subscribe-operation>
#[derive(Clone, Debug)]
pub struct Subscribe {
    pub folders: Vec<FolderId>,
}

impl Operation for Subscribe {
    const NAME: &'static str = "Subscribe";
    /// A second one would count against the server's limit.
    const REPEATABLE: bool = false;
    /// The subscription's id.
    type Response = String;

    fn write(&self, w: &mut Writer) {
        w.element("m:Subscribe", &[], |w| {
            w.element("m:StreamingSubscriptionRequest", &[], |w| {
                w.element("t:FolderIds", &[], |w| {
                    for folder in &self.folders {
                        folder.write(w);
                    }
                });
                w.element("t:EventTypes", &[], |w| {
                    for event in EVENTS {
                        w.text("t:EventType", event);
                    }
                });
            });
        });
    }

    fn read(message: Element) -> Result<String> {
        message
            .child_text("SubscriptionId")
            .map(|id| id.trim().to_owned())
            .filter(|id| !id.is_empty())
            .ok_or_else(|| missing("the subscription's id"))
    }
}
