//! Properties of contacts: dictionaries are views on single MAPI properties.

use crate::bag::{Bag, Key};
use crate::element::Element;
use crate::keys;

use super::dictionary::{ADDRESS_PARTS, ADDRESSES, EMAILS, EmailSlot, IMS, PHONES};
use super::{Seen, plain};

/// The property as an element.
pub fn read(seen: &Seen, name: &str) -> Option<Element> {
    let bag = seen.bag.as_ref();
    match name {
        "CompleteName" => complete_name(bag),
        "EmailAddresses" => dictionary(name, EMAILS.iter().filter_map(|slot| email(bag, slot))),
        "PhoneNumbers" => dictionary(
            name,
            PHONES
                .iter()
                .filter_map(|(kind, key)| entry(kind, bag.text(key)?)),
        ),
        "ImAddresses" => dictionary(
            name,
            IMS.iter()
                .filter_map(|(kind, key)| entry(kind, bag.text(key)?)),
        ),
        "PhysicalAddresses" => dictionary(
            name,
            ADDRESSES
                .iter()
                .filter_map(|(kind, parts)| address(bag, kind, parts)),
        ),
        "Birthday" => plain::time(bag, &keys::BIRTHDAY, name),
        "WeddingAnniversary" => plain::time(bag, &keys::WEDDING, name),
        "ContactSource" => Some(Element::leaf(name, "Store")),
        "HasPicture" => Some(Element::leaf(
            name,
            seen.attachments().iter().any(|part| part.contact_photo),
        )),
        "PhoneticFirstName" => Some(Element::leaf(name, bag.text(&keys::YOMI_FIRST)?)),
        "PhoneticLastName" => Some(Element::leaf(name, bag.text(&keys::YOMI_LAST)?)),
        "PhoneticFullName" => Some(Element::leaf(
            name,
            format!(
                "{} {}",
                bag.text(&keys::YOMI_FIRST)?,
                bag.text(&keys::YOMI_LAST)?
            ),
        )),
        "FileAsMapping" | "PostalAddressIndex" => Some(Element::leaf(name, "None")),
        _ => None,
    }
}

fn dictionary(name: &str, entries: impl Iterator<Item = Element>) -> Option<Element> {
    let entries: Vec<Element> = entries.collect();
    (!entries.is_empty()).then(|| Element::t(name).with_all(entries))
}

fn entry(key: &str, text: &str) -> Option<Element> {
    Some(Element::leaf("Entry", text).with_attr("Key", key))
}

fn email(bag: &Bag, slot: &EmailSlot) -> Option<Element> {
    let mut entry = entry(slot.key, bag.text(&slot.address)?)?;
    if let Some(name) = bag.text(&slot.name) {
        entry = entry.with_attr("Name", name);
    }
    let kind = bag.text(&slot.kind).unwrap_or("SMTP");
    Some(
        entry
            .with_attr("RoutingType", kind)
            .with_attr("MailboxType", "Contact"),
    )
}

fn address(bag: &Bag, kind: &str, keys: &[Key; 5]) -> Option<Element> {
    let parts = ADDRESS_PARTS
        .iter()
        .zip(keys)
        .filter_map(|(part, key)| Some(Element::leaf(*part, bag.text(key)?)));
    let entry = Element::t("Entry").with_attr("Key", kind).with_all(parts);
    (!entry.children.is_empty()).then_some(entry)
}

fn complete_name(bag: &Bag) -> Option<Element> {
    let parts = [
        ("Title", keys::NAME_PREFIX),
        ("FirstName", keys::GIVEN_NAME),
        ("MiddleName", keys::MIDDLE_NAME),
        ("LastName", keys::SURNAME),
        ("Suffix", keys::GENERATION),
        ("Initials", keys::INITIALS),
        ("FullName", keys::DISPLAY_NAME),
        ("Nickname", keys::NICKNAME),
    ];
    dictionary(
        "CompleteName",
        parts
            .iter()
            .filter_map(|(name, key)| Some(Element::leaf(*name, bag.text(key)?))),
    )
}
