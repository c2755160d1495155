//! An event that somebody else organizes, as Exchange takes it.
//!
//! Whatever is created by its properties has the mailbox's owner as organizer. An item that is made from iCalendar keeps
//! the organizer that this names; everything else is then written by properties, as for any other item.

use super::remote::Field;
use super::stamp::compact;
use super::{Context, ORGANIZER};
use crate::dav::{Component, Document, Line, escape};
use crate::ews::{Element, FieldPath};
use crate::model::{Moment, Person, Record, Value};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The MimeContent of a new item, where somebody else organizes it.
pub fn content(uid: &str, record: &Record, context: &Context) -> Option<Field> {
    let Some(Value::People(organizer)) = record.own(ORGANIZER) else {
        return None;
    };
    let organizer = organizer.first()?;
    let mut event = Component::new("VEVENT");
    event.insert(Line::new("UID", &[], &escape(uid)));
    event.insert(Line::new("DTSTAMP", &[], "19700101T000000Z"));
    for (name, property) in [("DTSTART", "start"), ("DTEND", "end")] {
        if let Some(Value::Moment(moment)) = record.own(property) {
            event.insert(time(name, moment));
        }
    }
    event.insert(line("ORGANIZER", &[], organizer));
    if let Some(Value::People(guests)) = record.own("attendees") {
        for guest in guests {
            event.insert(line("ATTENDEE", &[("PARTSTAT", "NEEDS-ACTION")], guest));
        }
    }
    if let Some(own) = context.addresses.first() {
        event.insert(Line::new("ATTENDEE", &[], &format!("mailto:{own}")));
    }
    let mut calendar = Component::new("VCALENDAR");
    calendar.insert(Line::new("VERSION", &[], "2.0"));
    calendar.insert(Line::new("PRODID", &[], super::PRODUCT));
    calendar.push(event);
    let text = Document::new(calendar).to_string();
    Some(Field {
        path: FieldPath::Field("item:MimeContent"),
        content: Element {
            name: "MimeContent".to_owned(),
            attributes: vec![("CharacterSet".to_owned(), "UTF-8".to_owned())],
            text: STANDARD.encode(text),
            ..Element::default()
        },
    })
}

fn time(name: &str, moment: &Moment) -> Line<'static> {
    match moment {
        Moment::Day(day) => Line::new(
            name,
            &[("VALUE", "DATE")],
            &day.format("%Y%m%d").to_string(),
        ),
        Moment::At { instant, .. } => {
            Line::new(name, &[], &format!("{}Z", compact(instant.naive_utc())))
        }
    }
}

fn line(name: &str, params: &[(&str, &str)], person: &Person) -> Line<'static> {
    let mut all = vec![("CN", person.name.as_str())];
    all.extend(params);
    Line::new(name, &all, &format!("mailto:{}", person.address))
}
