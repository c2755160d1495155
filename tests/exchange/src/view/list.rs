//! Properties of distribution lists.

use crate::bag::Member;
use crate::element::Element;
use crate::id::Id;
use crate::keys;
use crate::store::Mailbox;

use super::Seen;

/// The property as an element.
pub fn read(seen: &Seen, name: &str) -> Option<Element> {
    match name {
        "FileAs" => Some(Element::leaf(name, seen.bag.text(&keys::FILE_AS)?)),
        "ContactSource" => Some(Element::leaf(name, "Store")),
        "Members" => {
            let members = seen.bag.members(&keys::MEMBERS);
            let shown = members.iter().map(|one| member(seen.mailbox, one));
            (!members.is_empty()).then(|| Element::t(name).with_all(shown))
        }
        _ => None,
    }
}

/// A member whose contact is gone is one by address only.
fn member(mailbox: &Mailbox, member: &Member) -> Element {
    let stored = member
        .item
        .as_deref()
        .and_then(|id| match Id::decode(&mailbox.address, id)? {
            Id::Item(number) => mailbox.items.get(&number),
            _ => None,
        });
    let demoted = member.item.is_some() && stored.is_none();
    let mut address = Element::t("Mailbox").with(Element::leaf("Name", &member.name));
    if !member.email.is_empty() {
        address = address
            .with(Element::leaf("EmailAddress", &member.email))
            .with(Element::leaf("RoutingType", "SMTP"));
    }
    let kind = if demoted { "OneOff" } else { &member.kind };
    address = address
        .with(Element::leaf("MailboxType", kind))
        .with_all(stored.map(|item| super::item_id(mailbox, Id::Item(item.number), item.version)));
    let status = if demoted { "Demoted" } else { "Normal" };
    Element::t("Member")
        .with_attr("Key", member.key())
        .with(address)
        .with(Element::leaf("Status", status))
}
