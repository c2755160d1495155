//! An event as iCalendar.

use super::line::escape;
use super::time::{date_line, local_line, utc};
use super::{BUSY, CLASS, Component, Line, PARTICIPATION, timezone};
use crate::bag::{Attendee, Bag};
use crate::item::{Class, Item};
use crate::page;
use crate::recurrence::Recurrence;
use crate::view::Seen;
use crate::zone::Zone;
use crate::{global_id, keys};
use chrono::{DateTime, Datelike, NaiveDate, Utc};

/// The iCalendar text of what is seen: an occurrence alone, or a whole series with its exceptions. `None` for items
/// other than events.
pub fn write(seen: &Seen) -> Option<String> {
    let owner = Attendee {
        name: seen.mailbox.name.clone(),
        email: seen.mailbox.address.clone(),
        ..Attendee::default()
    };
    (seen.item.class == Class::Event).then(|| calendar(seen.item, seen.index, &owner))
}

/// [`write()`] for an item that is in no mailbox. `owner` is the organizer of meetings that name no other.
pub fn calendar(item: &Item, index: Option<u32>, owner: &Attendee) -> String {
    let zone = item.zone();
    let mut calendar = Component::new("VCALENDAR");
    calendar.push_raw("METHOD", "PUBLISH");
    calendar.push_raw("PRODID", "Microsoft Exchange Server 2010");
    calendar.push_raw("VERSION", "2.0");
    calendar.components.push(timezone::component(
        zone,
        zone.to_local(item.start()).year(),
    ));
    match index {
        Some(index) => calendar.components.extend(occurrence(item, index, owner)),
        None => {
            calendar.components.push(master(item, owner));
            calendar.components.extend(
                item.exceptions
                    .keys()
                    .filter_map(|index| occurrence(item, *index, owner)),
            );
        }
    }
    let mut text = String::new();
    calendar.write(&mut text);
    text
}

fn master(item: &Item, owner: &Attendee) -> Component {
    let mut event = event(&item.bag, item.zone(), owner);
    if let Some(rule) = item
        .recurrence
        .as_ref()
        .and_then(|recurrence| rule(item, recurrence))
    {
        event.push_raw("RRULE", rule);
    }
    for start in item
        .deleted
        .iter()
        .filter_map(|index| item.original_start(*index))
    {
        event.push(original("EXDATE", item, start));
    }
    event
}

fn occurrence(item: &Item, index: u32, owner: &Attendee) -> Option<Component> {
    let mut event = event(&item.occurrence(index)?, item.zone(), owner);
    event.push(original("RECURRENCE-ID", item, item.original_start(index)?));
    Some(event)
}

/// Where the pattern put an occurrence: a date for all-day series.
fn original(name: &str, item: &Item, start: DateTime<Utc>) -> Line {
    match item.bag.bool(&keys::ALL_DAY) {
        Some(true) => date_line(name, item.zone(), start),
        _ => local_line(name, item.zone(), start),
    }
}

fn rule(item: &Item, recurrence: &Recurrence) -> Option<String> {
    let zone = item.zone();
    let time = zone.to_local(item.start()).time();
    let all_day = item.bag.bool(&keys::ALL_DAY).unwrap_or(false);
    recurrence.to_rrule(|end: NaiveDate| match all_day {
        true => end.format("%Y%m%d").to_string(),
        false => utc(zone.to_utc(end.and_time(time))),
    })
}

fn event(bag: &Bag, zone: Zone, owner: &Attendee) -> Component {
    let mut event = Component::new("VEVENT");
    people(&mut event, bag, owner);
    body(&mut event, bag);
    if let Some(blob) = bag.binary(&keys::CLEAN_GLOBAL_ID) {
        event.push_raw("UID", escape(&global_id::to_uid(blob)));
    }
    event.push_text("SUMMARY", bag.text(&keys::SUBJECT).unwrap_or_default());
    times(&mut event, bag, zone);
    let number = |key, default: i32| bag.int(&key).unwrap_or(default);
    let named = |names: &'static [&'static str], at: i32, default| {
        usize::try_from(at)
            .ok()
            .and_then(|at| names.get(at).copied())
            .unwrap_or(default)
    };
    let busy = number(keys::BUSY, 2);
    let importance = number(keys::IMPORTANCE, 1);
    let state = number(keys::STATE, 0);
    event.push_raw(
        "CLASS",
        named(&CLASS, number(keys::SENSITIVITY, 0), "PUBLIC"),
    );
    event.push_raw("PRIORITY", named(&["9", "5", "1"], importance, "5"));
    event.push_raw(
        "DTSTAMP",
        utc(bag.time(&keys::MODIFIED).unwrap_or_default()),
    );
    event.push_raw("TRANSP", if busy == 0 { "TRANSPARENT" } else { "OPAQUE" });
    event.push_raw(
        "STATUS",
        if state & 4 == 0 {
            "CONFIRMED"
        } else {
            "CANCELLED"
        },
    );
    event.push_raw("SEQUENCE", number(keys::SEQUENCE, 0).to_string());
    event.push_text("LOCATION", bag.text(&keys::LOCATION).unwrap_or_default());
    let categories: Vec<String> = bag
        .texts(&keys::CATEGORIES)
        .iter()
        .map(|name| escape(name))
        .collect();
    if !categories.is_empty() {
        event.push_raw("CATEGORIES", categories.join(","));
    }
    let all_day = bag.bool(&keys::ALL_DAY).unwrap_or(false);
    event.push_raw("X-MICROSOFT-CDO-BUSYSTATUS", named(&BUSY, busy, "BUSY"));
    event.push_raw(
        "X-MICROSOFT-CDO-ALLDAYEVENT",
        if all_day { "TRUE" } else { "FALSE" },
    );
    event.push_raw("X-MICROSOFT-CDO-IMPORTANCE", importance.to_string());
    alarm(&mut event, bag);
    event
}

fn times(event: &mut Component, bag: &Bag, zone: Zone) {
    let end_zone = bag
        .text(&keys::END_ZONE)
        .and_then(Zone::windows)
        .unwrap_or(zone);
    let (start, end) = (
        bag.time(&keys::START).unwrap_or_default(),
        bag.time(&keys::END).unwrap_or_default(),
    );
    if bag.bool(&keys::ALL_DAY) == Some(true) {
        event.push(date_line("DTSTART", zone, start));
        event.push(date_line("DTEND", end_zone, end));
    } else {
        event.push(local_line("DTSTART", zone, start));
        // One VTIMEZONE is written, so both ends are told in its zone.
        event.push(local_line("DTEND", zone, end));
    }
}

fn body(event: &mut Component, bag: &Bag) {
    match bag.text(&keys::BODY_HTML) {
        Some(html) => {
            event.push_text("DESCRIPTION", &page::to_text(html));
            event.push(Line::new("X-ALT-DESC", escape(html)).with("FMTTYPE", "text/html"));
        }
        None => event.push_text(
            "DESCRIPTION",
            bag.text(&keys::BODY_TEXT).unwrap_or_default(),
        ),
    }
}

fn people(event: &mut Component, bag: &Bag, owner: &Attendee) {
    let invited = [
        (keys::REQUIRED, "REQ-PARTICIPANT", "INDIVIDUAL"),
        (keys::OPTIONAL, "OPT-PARTICIPANT", "INDIVIDUAL"),
        (keys::RESOURCES, "NON-PARTICIPANT", "RESOURCE"),
    ];
    let organizer = bag.people(&keys::ORGANIZER).first();
    if organizer.is_some() || invited.iter().any(|(key, ..)| !bag.people(key).is_empty()) {
        event.push(person("ORGANIZER", organizer.unwrap_or(owner)));
    }
    let requested = bag.bool(&keys::RESPONSE_REQUESTED).unwrap_or(true);
    for (key, role, kind) in invited {
        for attendee in bag.people(&key) {
            let status = PARTICIPATION
                .iter()
                .find(|(_, response)| *response == attendee.response);
            let mut line = person("ATTENDEE", attendee)
                .with("ROLE", role)
                .with(
                    "PARTSTAT",
                    status.map_or("NEEDS-ACTION", |(status, _)| status),
                )
                .with("RSVP", if requested { "TRUE" } else { "FALSE" });
            if kind != "INDIVIDUAL" {
                line = line.with("CUTYPE", kind);
            }
            event.push(line);
        }
    }
}

fn person(name: &str, person: &Attendee) -> Line {
    let line = Line::new(name, format!("mailto:{}", person.email));
    match person.name.is_empty() {
        true => line,
        false => line.with("CN", person.name.clone()),
    }
}

fn alarm(event: &mut Component, bag: &Bag) {
    if bag.bool(&keys::REMINDER_SET) != Some(true) {
        return;
    }
    let minutes = bag.int(&keys::REMINDER_MINUTES).unwrap_or(15);
    let mut alarm = Component::new("VALARM");
    alarm.push_raw("DESCRIPTION", "REMINDER");
    alarm.push(Line::new("TRIGGER", format!("-PT{minutes}M")).with("RELATED", "START"));
    alarm.push_raw("ACTION", "DISPLAY");
    event.components.push(alarm);
}
