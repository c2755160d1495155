use super::plain::is_true;
use crate::error::Result;
use crate::ews::{Element, FieldPath};
use crate::mapping::remote::FieldChange;
use crate::mapping::row::Place;
use crate::mapping::scope::Scope;
use crate::mapping::slots::people;
use crate::mapping::text;
use crate::model::{Answer, Person, Record, Role, Value};

const LISTS: [(&str, Role); 3] = [
    ("RequiredAttendees", Role::Required),
    ("OptionalAttendees", Role::Optional),
    ("Resources", Role::Resource),
];

/// The organizer of a meeting that has attendees: every other event has its owner as organizer, which says nothing.
pub struct Organizer;

/// Required and optional attendees and resources.
pub struct Attendees;

fn person(mailbox: &Element, role: Role, answer: Answer) -> Option<Person> {
    let address = text::line(mailbox.child_text("EmailAddress")?)?.to_lowercase();
    if !address.contains('@') {
        return None;
    }
    Some(Person {
        name: mailbox
            .child_text("Name")
            .and_then(text::line)
            .unwrap_or_else(|| address.clone()),
        address,
        role,
        answer,
    })
}

fn attendee(attendee: &Element, role: Role) -> Option<Person> {
    let answer = match attendee.child_text("ResponseType").map(str::trim) {
        Some("Accept" | "Organizer") => Answer::Accepted,
        Some("Tentative") => Answer::Tentative,
        Some("Decline") => Answer::Declined,
        _ => Answer::None,
    };
    person(attendee.child("Mailbox")?, role, answer)
}

fn attendees(item: &Element) -> impl Iterator<Item = Person> {
    LISTS
        .iter()
        .filter_map(|(name, role)| Some((item.child(name)?, *role)))
        .flat_map(|(list, role)| {
            list.children
                .iter()
                .filter_map(move |entry| attendee(entry, role))
        })
}

impl Place for Organizer {
    fn paths(&self) -> Vec<FieldPath> {
        vec![
            FieldPath::Field("calendar:Organizer"),
            FieldPath::Field("calendar:IsMeeting"),
        ]
    }

    fn read(&self, item: &Element, _: &mut Scope) -> Result<Option<Value>> {
        let meeting = item.child_text("IsMeeting").is_none_or(is_true);
        if !meeting || attendees(item).next().is_none() {
            return Ok(None);
        }
        let mailbox = item.at(&["Organizer", "Mailbox"]);
        Ok(people(mailbox.and_then(|mailbox| {
            person(mailbox, Role::Required, Answer::None)
        })))
    }

    fn write(&self, _: Option<&Value>, _: &Record, _: &mut Scope) -> Result<Vec<FieldChange>> {
        Ok(Vec::new())
    }
}

impl Place for Attendees {
    fn paths(&self) -> Vec<FieldPath> {
        [
            "calendar:RequiredAttendees",
            "calendar:OptionalAttendees",
            "calendar:Resources",
        ]
        .map(FieldPath::Field)
        .into()
    }

    fn read(&self, item: &Element, scope: &mut Scope) -> Result<Option<Value>> {
        let listed: usize = LISTS
            .iter()
            .filter_map(|(name, _)| item.child(name))
            .map(|list| list.children.len())
            .sum();
        let found: Vec<Person> = attendees(item).collect();
        if found.len() < listed {
            scope.lose(
                "attendees",
                "Some attendees have no e-mail address that works outside of Exchange; they are shown there only.",
            );
        }
        Ok(people(found))
    }

    fn write(&self, _: Option<&Value>, _: &Record, _: &mut Scope) -> Result<Vec<FieldChange>> {
        Ok(Vec::new())
    }
}
