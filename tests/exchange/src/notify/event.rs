//! Notifications on the wire.

use crate::element::Element;
use crate::envelope;
use crate::id::{self, Id};
use crate::store::Mailbox;

use super::journal::{Happening, Kind, Thing};

/// `m:Notification` about these happenings. (The schema has `t:Notification` on streams; real servers do not.)
pub fn notification(
    subscription: u64,
    head: impl IntoIterator<Item = Element>,
    events: impl IntoIterator<Item = Element>,
) -> Element {
    Element::m("Notification")
        .with(Element::leaf(
            "SubscriptionId",
            id::subscription(subscription),
        ))
        .with_all(head)
        .with_all(events)
}

/// The event of a happening, with a Watermark where events are pulled.
pub fn event(mailbox: &Mailbox, happening: &Happening, watermark: bool) -> Element {
    let mut event = Element::t(happening.kind.element());
    if watermark {
        event = event.with(self::watermark(mailbox, happening.sequence));
    }
    let event = event
        .with(Element::leaf("TimeStamp", envelope::utc(happening.at)))
        .with(
            thing(mailbox, "", happening.what)
                .with_attr("ChangeKey", id::change_key(happening.version)),
        )
        .with(folder(mailbox, "ParentFolderId", happening.parent));
    match happening.from {
        Some((old, parent)) if matches!(happening.kind, Kind::Moved | Kind::Copied) => event
            .with(thing(mailbox, "Old", old))
            .with(folder(mailbox, "OldParentFolderId", parent)),
        _ => event,
    }
}

/// `t:Watermark`
pub fn watermark(mailbox: &Mailbox, sequence: u64) -> Element {
    Element::leaf("Watermark", id::watermark(&mailbox.era(), sequence))
}

fn thing(mailbox: &Mailbox, age: &str, thing: Thing) -> Element {
    let (name, id) = match thing {
        Thing::Item(number) => ("ItemId", Id::Item(number)),
        Thing::Folder(number) => ("FolderId", Id::Folder(number)),
    };
    Element::t(format!("{age}{name}")).with_attr("Id", id.encode(&mailbox.address))
}

fn folder(mailbox: &Mailbox, name: &str, number: u64) -> Element {
    let element = Element::t(name).with_attr("Id", Id::Folder(number).encode(&mailbox.address));
    match mailbox.folders.get(&number) {
        Some(folder) => element.with_attr("ChangeKey", id::change_key(folder.version)),
        None => element,
    }
}
