//! Who organizes a meeting and who takes part (MS-OXWSMTGS CalendarItemType).

use super::element::{extended, leaf, node, set};
use super::plain::is_true;
use crate::error::Result;
use crate::ews::{Element, FieldPath, PropertySet, PropertyType};
use crate::mapping::remote::FieldChange;
use crate::mapping::row::Place;
use crate::mapping::scope::Scope;
use crate::mapping::slots::people;
use crate::mapping::text;
use crate::model::{Person, Record, Role, Value};

const LISTS: [(&str, FieldPath, Role); 3] = [
    (
        "RequiredAttendees",
        FieldPath::Field("calendar:RequiredAttendees"),
        Role::Required,
    ),
    (
        "OptionalAttendees",
        FieldPath::Field("calendar:OptionalAttendees"),
        Role::Optional,
    ),
    (
        "Resources",
        FieldPath::Field("calendar:Resources"),
        Role::Resource,
    ),
];

/// PidLidAppointmentStateFlags (MS-OXOCAL 2.2.1.10): 1 a meeting, 2 received from its organizer, 4 cancelled.
pub const STATE: FieldPath = FieldPath::Id(PropertySet::Appointment, 0x8217, PropertyType::Integer);

/// Who organizes the meeting, where it is somebody else.
pub struct Organizer;

/// Required and optional attendees and resources, besides the organizer and the mailbox's owner.
pub struct Attendees;

pub fn state(item: &Element) -> Option<u32> {
    extended(item, STATE).and_then(|flags| flags.trim().parse().ok())
}

fn address(mailbox: &Element) -> Option<String> {
    let address = text::line(mailbox.child_text("EmailAddress")?)?.to_lowercase();
    address.contains('@').then_some(address)
}

fn person(mailbox: &Element, role: Role) -> Option<Person> {
    let address = address(mailbox)?;
    Some(Person {
        name: mailbox
            .child_text("Name")
            .and_then(text::line)
            .unwrap_or_else(|| address.clone()),
        address,
        role,
    })
}

fn entries(item: &Element) -> impl Iterator<Item = (&Element, Role)> {
    LISTS
        .iter()
        .filter_map(|(name, _, role)| Some((item.child(name)?, *role)))
        .flat_map(|(list, role)| list.children.iter().map(move |entry| (entry, role)))
}

/// Everybody that is invited: their entries with their addresses, without the organizer and the mailbox's owner.
pub fn guests<'e>(item: &'e Element, scope: &Scope) -> Vec<(&'e Element, String, Role)> {
    let organizer = item.at(&["Organizer", "Mailbox"]).and_then(address);
    entries(item)
        .filter(|(entry, _)| entry.child_text("ResponseType").map(str::trim) != Some("Organizer"))
        .filter_map(|(entry, role)| Some((entry, address(entry.child("Mailbox")?)?, role)))
        .filter(|(_, guest, _)| organizer.as_ref() != Some(guest) && !scope.is_own(guest))
        .collect()
}

/// The organizer, where it is neither the mailbox's owner nor alone.
pub fn foreign_organizer(item: &Element, scope: &Scope) -> Option<Person> {
    let received = state(item).is_none_or(|flags| flags & 2 != 0);
    let own = item.child_text("MyResponseType").map(str::trim) == Some("Organizer");
    let meeting = item.child_text("IsMeeting").is_none_or(is_true);
    if !meeting || own || !received {
        return None;
    }
    let organizer = person(item.at(&["Organizer", "Mailbox"])?, Role::Required)
        .filter(|person| !scope.is_own(&person.address))?;
    entries(item)
        .filter_map(|(entry, _)| address(entry.child("Mailbox")?))
        .any(|guest| guest != organizer.address)
        .then_some(organizer)
}

impl Place for Organizer {
    fn paths(&self) -> Vec<FieldPath> {
        vec![
            FieldPath::Field("calendar:Organizer"),
            FieldPath::Field("calendar:IsMeeting"),
        ]
    }

    fn read(&self, item: &Element, scope: &mut Scope) -> Result<Option<Value>> {
        Ok(people(foreign_organizer(item, scope)))
    }

    fn write(&self, _: Option<&Value>, _: &Record, _: &mut Scope) -> Result<Vec<FieldChange>> {
        // The whole item is made from an invitation, see `invitation`.
        Ok(Vec::new())
    }
}

impl Place for Attendees {
    fn paths(&self) -> Vec<FieldPath> {
        LISTS.map(|(_, path, _)| path).into()
    }

    fn read(&self, item: &Element, scope: &mut Scope) -> Result<Option<Value>> {
        let nameless = |(entry, _): (&Element, Role)| {
            let mailbox = entry.child("Mailbox");
            mailbox.and_then(address).is_none()
        };
        if entries(item).any(nameless) {
            scope.lose(
                "attendees",
                "Some attendees have no e-mail address that works outside of Exchange; they are shown there only.",
            );
        }
        let found = guests(item, scope);
        Ok(people(found.into_iter().filter_map(|(entry, _, role)| {
            person(entry.child("Mailbox")?, role)
        })))
    }

    fn write(&self, value: Option<&Value>, _: &Record, _: &mut Scope) -> Result<Vec<FieldChange>> {
        let wanted = match value {
            Some(Value::People(people)) => people.as_slice(),
            _ => &[],
        };
        Ok(LISTS
            .iter()
            .map(|(name, path, role)| {
                let list: Vec<Element> = wanted
                    .iter()
                    .filter(|person| person.role == *role)
                    .map(attendee)
                    .collect();
                if list.is_empty() {
                    FieldChange::Delete(*path)
                } else {
                    set(*path, node(name, list))
                }
            })
            .collect())
    }
}

fn attendee(person: &Person) -> Element {
    let mailbox = vec![
        leaf("Name", &person.name),
        leaf("EmailAddress", &person.address),
        leaf("RoutingType", "SMTP"),
    ];
    node("Attendee", vec![node("Mailbox", mailbox)])
}
