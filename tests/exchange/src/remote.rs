//! Edits made behind a client's back: what another device would have written.

pub mod busy;
pub mod meeting;

use serde_json::Value as Json;

use crate::edit::{self, Draft};
use crate::element::{Element, Ns};
use crate::envelope::Call;
use crate::failure::Failure;
use crate::item::Class;
use crate::operation::{self, write_back};
use crate::path::Path;
use crate::store::Mailbox;
use crate::target::{self, Target};
use crate::version::Level;

/// Creates an item in a folder (a distinguished id or a display name) from its property elements.
pub fn create(
    mailbox: &mut Mailbox,
    folder: &str,
    class: Class,
    set: &[Element],
) -> Result<u64, Failure> {
    let folder = folder_named(mailbox, folder)?;
    let call = call();
    let mut draft = Draft::create(&call, class);
    for property in set {
        draft.set(property)?;
    }
    draft.finish(mailbox)?;
    let item = draft.into_item();
    Ok(mailbox.add(folder, item))
}

/// Sets properties of an item, or of one of its occurrences, and deletes those with these URIs.
pub fn update(
    mailbox: &mut Mailbox,
    number: u64,
    index: Option<u32>,
    set: &[Element],
    delete: &[&str],
) -> Result<(), Failure> {
    let target = Target {
        item: number,
        index,
    };
    let call = call();
    let item = target::stored(mailbox, number)?;
    let bag = target::see(mailbox, target)?.bag.into_owned();
    let mut draft = Draft::change(&call, item, index, bag);
    for property in set {
        draft.set(property)?;
    }
    for uri in delete {
        draft.delete_field(&Path::Field((*uri).to_owned()))?;
    }
    draft.finish(mailbox)?;
    write_back(draft, mailbox, target)?;
    Ok(())
}

/// Deletes an item for good, or one occurrence of a series.
pub fn delete(mailbox: &mut Mailbox, number: u64, index: Option<u32>) -> Result<(), Failure> {
    target::see(
        mailbox,
        Target {
            item: number,
            index,
        },
    )?;
    match index {
        None => drop(mailbox.remove(number)),
        Some(index) => {
            mailbox.change(number, |item| item.delete_occurrence(index));
        }
    }
    Ok(())
}

/// Attaches a file, or what else its element says, to an item or one of its occurrences.
pub fn attach(
    mailbox: &mut Mailbox,
    number: u64,
    index: Option<u32>,
    element: &Element,
) -> Result<(), Failure> {
    let mut part = edit::attachment(&call(), element)?;
    mailbox.number_attachment(&mut part);
    let target = Target {
        item: number,
        index,
    };
    target::see(mailbox, target)?;
    operation::attach(mailbox, target, part)
}

/// Takes the attachments of that name from an item or one of its occurrences.
pub fn detach(
    mailbox: &mut Mailbox,
    number: u64,
    index: Option<u32>,
    name: &str,
) -> Result<(), Failure> {
    let detached = mailbox.change(number, |item| {
        let parts = match index {
            Some(index) => &mut item.exceptions.get_mut(&index)?.attachments,
            None => &mut item.attachments,
        };
        let before = parts.len();
        parts.retain(|part| part.name != name);
        (parts.len() < before).then_some(())
    });
    detached.flatten().ok_or_else(Failure::item_not_found)
}

/// Gives a calendar a colour in the navigation pane, or takes its shortcuts away.
pub fn colour(mailbox: &mut Mailbox, folder: &str, colour: Option<i32>) -> Result<(), Failure> {
    let folder = folder_named(mailbox, folder)?;
    match mailbox.set_colour(folder, colour) {
        true => Ok(()),
        false => Err(Failure::folder_not_found()),
    }
}

/// The number of the folder with that distinguished id or, failing that, display name.
pub fn folder_named(mailbox: &Mailbox, name: &str) -> Result<u64, Failure> {
    let named = || {
        mailbox
            .folders
            .values()
            .find(|folder| folder.name == name)
            .map(|folder| folder.number)
    };
    mailbox
        .distinguished(name)
        .or_else(named)
        .ok_or_else(Failure::folder_not_found)
}

/// Property elements from XML without declarations, such as `<t:Subject>Lunch</t:Subject>`.
pub fn properties_from_xml(xml: &str) -> Result<Vec<Element>, String> {
    let document = format!("<x xmlns:t=\"{}\">{xml}</x>", Ns::Types.uri());
    Ok(Element::parse(document.as_bytes())?.children)
}

/// Property elements from an object by the names of EWS: a text, number or truth value, a list of texts
/// (of attendees and members: addresses, or objects with name and email), or a dictionary by key (`{"PhoneNumbers": {"HomePhone": "1"}, "PhysicalAddresses": {"Home": {"City": "Bern"}}}`).
pub fn properties_from_json(json: &Json) -> Vec<Element> {
    let Json::Object(properties) = json else {
        return Vec::new();
    };
    properties
        .iter()
        .map(|(name, value)| property_from_json(name, value))
        .collect()
}

fn property_from_json(name: &str, value: &Json) -> Element {
    let element = match value {
        Json::Array(people)
            if matches!(
                name,
                "RequiredAttendees" | "OptionalAttendees" | "Resources"
            ) =>
        {
            Element::t(name).with_all(people.iter().map(attendee_from_json))
        }
        Json::Array(members) if name == "Members" => Element::t(name).with_all(
            members
                .iter()
                .map(|member| Element::t("Member").with(mailbox_from_json(member))),
        ),
        Json::Array(texts) => Element::t(name).with_all(
            texts
                .iter()
                .map(|text| Element::leaf("String", plain(text))),
        ),
        Json::Object(entries) => Element::t(name).with_all(entries.iter().map(|(key, value)| {
            match value {
                Json::Object(_) => Element::t("Entry")
                    .with_attr("Key", key)
                    .with_all(properties_from_json(value)),
                _ => Element::leaf("Entry", plain(value)).with_attr("Key", key),
            }
        })),
        _ => Element::leaf(name, plain(value)),
    };
    match name {
        "Body" => element.with_attr("BodyType", "Text"),
        "StartTimeZone" | "EndTimeZone" => Element::t(name).with_attr("Id", plain(value)),
        _ => element,
    }
}

fn attendee_from_json(person: &Json) -> Element {
    Element::t("Attendee").with(mailbox_from_json(person))
}

/// A `t:Mailbox` from an address or from `{"name": "…", "email": "…"}`.
fn mailbox_from_json(person: &Json) -> Element {
    let text = |name: &str| person.get(name).and_then(Json::as_str);
    let email = person.as_str().or(text("email")).unwrap_or_default();
    Element::t("Mailbox")
        .with(Element::leaf("Name", text("name").unwrap_or(email)))
        .with(Element::leaf("EmailAddress", email))
}

fn plain(value: &Json) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

fn call() -> Call {
    Call {
        operation: String::new(),
        body: Element::m("Nothing"),
        level: Level::of("V2018_01_08"),
        connecting: None,
        zone: None,
    }
}
