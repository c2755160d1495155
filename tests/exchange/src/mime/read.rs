//! iCalendar as an event.

use super::line::{text_list, unescape};
use super::time::{Time, duration};
use super::{BUSY, CLASS, Component, Line, PARTICIPATION};
use crate::bag::{Attendee, Bag, Key, Value};
use crate::item::{Class, Exception, Item};
use crate::page;
use crate::recurrence::Recurrence;
use crate::zone::Zone;
use crate::{global_id, keys};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

/// The event of an iCalendar text: a VEVENT with its overridden instances. Dates and floating times are read in `zone`,
/// that of the mailbox. The error is a sentence about what cannot be read or kept.
pub fn read(text: &str, zone: Zone) -> Result<Item, String> {
    let calendar = Component::parse(text)?;
    let (parts, mut masters): (Vec<&Component>, Vec<&Component>) = calendar
        .components
        .iter()
        .filter(|component| component.name == "VEVENT")
        .partition(|event| event.get("RECURRENCE-ID").is_some());
    let master = masters
        .pop()
        .or(parts.first().copied())
        .ok_or("There is no VEVENT.")?;
    let mut item = Item::new(Class::Event);
    let own = bag(master, zone)?;
    own.iter()
        .for_each(|(key, value)| item.bag.set(key.clone(), value.clone()));
    item.recurrence = recurrence(master, &item)?;
    if item.recurrence.is_some() {
        let deleted = master
            .all("EXDATE")
            .flat_map(|line| instants(line, item.zone()));
        item.deleted = deleted.filter_map(|at| index_of(&item, at)).collect();
        for part in parts {
            if let Some((index, exception)) = exception(part, &item)? {
                item.exceptions.insert(index, exception);
            }
        }
    }
    Ok(item)
}

fn recurrence(event: &Component, item: &Item) -> Result<Option<Recurrence>, String> {
    let Some(rule) = event.get("RRULE") else {
        return Ok(None);
    };
    let start = item.zone().to_local(item.start());
    // Exchange keeps the date of the last start; an UNTIL earlier on its day than the series starts excludes that day.
    let until = |text: &str| -> Option<NaiveDate> {
        let last = match Time::parse(text, None)? {
            Time::Date(date) => return Some(date),
            Time::Utc(at, _) => item.zone().to_local(at),
            Time::Local(local, _) => local,
        };
        if last.time() < start.time() {
            last.date().pred_opt()
        } else {
            Some(last.date())
        }
    };
    let recurrence = Recurrence::from_rrule(&rule.value, start.date(), until);
    recurrence.map(Some).map_err(|invalid| invalid.message)
}

/// An overridden instance: what it has other than the series.
fn exception(event: &Component, series: &Item) -> Result<Option<(u32, Exception)>, String> {
    let original = event
        .get("RECURRENCE-ID")
        .and_then(Time::of)
        .map(|time| time.instant(series.zone()));
    let Some(index) = original.and_then(|at| index_of(series, at)) else {
        return Ok(None);
    };
    let own = bag(event, series.zone())?;
    let mut changes = Bag::default();
    for (key, value) in own.iter() {
        if series.bag.get(key) != Some(value) || [keys::START, keys::END].contains(key) {
            changes.set(key.clone(), value.clone());
        }
    }
    for key in [keys::SUBJECT, keys::LOCATION, keys::BODY_TEXT] {
        if own.get(&key).is_none() && series.bag.get(&key).is_some() {
            changes.set(key, Value::Text(String::new()));
        }
    }
    for key in [keys::REMINDER_SET, keys::ALL_DAY] {
        if own.get(&key).is_none() && series.bag.get(&key).is_some() {
            changes.set(key, Value::Bool(false));
        }
    }
    for key in [
        keys::CLEAN_GLOBAL_ID,
        keys::START_ZONE,
        keys::END_ZONE,
        keys::MODIFIED,
    ] {
        changes.remove(&key);
    }
    Ok(Some((
        index,
        Exception {
            changes,
            ..Exception::default()
        },
    )))
}

fn index_of(series: &Item, at: DateTime<Utc>) -> Option<u32> {
    let zone = series.zone();
    let found = series
        .pattern_starts()
        .map(|(index, local)| (index, zone.to_utc(local)));
    found
        .take_while(|(_, start)| *start <= at)
        .find(|(_, start)| *start == at)
        .map(|(index, _)| index)
}

fn instants(line: &Line, zone: Zone) -> Vec<DateTime<Utc>> {
    let entries = line.value.split(',').map(|entry| Line {
        value: entry.to_owned(),
        ..line.clone()
    });
    entries
        .filter_map(|entry| Time::of(&entry))
        .map(|time| time.instant(zone))
        .collect()
}

/// The properties of one VEVENT.
fn bag(event: &Component, zone: Zone) -> Result<Bag, String> {
    let mut bag = Bag::default();
    times(event, zone, &mut bag)?;
    if let Some(uid) = event.text("UID") {
        bag.set(
            keys::CLEAN_GLOBAL_ID,
            Value::Binary(global_id::from_uid(&uid)),
        );
    }
    bag.put_text(keys::SUBJECT, event.text("SUMMARY").as_deref());
    bag.put_text(keys::LOCATION, event.text("LOCATION").as_deref());
    let html = event
        .all("X-ALT-DESC")
        .find(|line| line.parameter("FMTTYPE") == Some("text/html"));
    match html {
        Some(html) => bag.put_text(
            keys::BODY_HTML,
            Some(&page::rewritten(&unescape(&html.value))),
        ),
        None => bag.put_text(keys::BODY_TEXT, event.text("DESCRIPTION").as_deref()),
    }
    let categories: Vec<String> = event
        .all("CATEGORIES")
        .flat_map(|line| text_list(&line.value))
        .collect();
    if !categories.is_empty() {
        bag.set(keys::CATEGORIES, Value::Texts(categories));
    }
    numbers(event, &mut bag);
    people(event, &mut bag);
    alarm(event, &mut bag);
    Ok(bag)
}

fn times(event: &Component, zone: Zone, bag: &mut Bag) -> Result<(), String> {
    let start = event
        .get("DTSTART")
        .and_then(Time::of)
        .ok_or("There is no DTSTART that can be read.")?;
    let zone = start.zone().unwrap_or(zone);
    let end = event.get("DTEND").and_then(Time::of);
    let all_day = matches!(start, Time::Date(_));
    let begins = start.instant(zone);
    let length = event.get("DURATION").and_then(|line| duration(&line.value));
    let ends = match (end, length) {
        (Some(end), _) => end.instant(zone),
        (None, Some(length)) => begins + length,
        (None, None) if all_day => zone.to_utc(zone.to_local(begins) + TimeDelta::days(1)),
        (None, None) => begins,
    };
    if ends < begins {
        return Err("The event ends before it starts.".to_owned());
    }
    let end_zone = end.and_then(|end| end.zone()).unwrap_or(zone);
    bag.set(keys::START, Value::Time(begins));
    bag.set(keys::END, Value::Time(ends));
    bag.set(keys::START_ZONE, Value::Text(zone.id.to_owned()));
    bag.set(keys::END_ZONE, Value::Text(end_zone.id.to_owned()));
    let marked = event
        .text("X-MICROSOFT-CDO-ALLDAYEVENT")
        .is_some_and(|flag| flag.eq_ignore_ascii_case("TRUE"));
    if all_day || marked {
        bag.set(keys::ALL_DAY, Value::Bool(true));
    }
    Ok(())
}

fn numbers(event: &Component, bag: &mut Bag) {
    let position = |names: &[&str], name: &str| event.text(name).and_then(|text| at(names, &text));
    let transparent = event
        .text("TRANSP")
        .is_some_and(|text| text.eq_ignore_ascii_case("TRANSPARENT"));
    let tentative = event
        .text("STATUS")
        .is_some_and(|text| text.eq_ignore_ascii_case("TENTATIVE"));
    let busy =
        position(&BUSY, "X-MICROSOFT-CDO-BUSYSTATUS").unwrap_or(match (transparent, tentative) {
            (true, _) => 0,
            (false, true) => 1,
            (false, false) => 2,
        });
    let priority = event
        .text("PRIORITY")
        .and_then(|text| text.trim().parse::<u32>().ok());
    let importance = match priority {
        Some(1..=4) => 2,
        Some(6..=9) => 0,
        _ => 1,
    };
    let sensitivity = position(&CLASS, "CLASS").unwrap_or(0);
    let mut set = |key: Key, number: i32| bag.set(key, Value::Int(number));
    set(keys::BUSY, busy);
    set(keys::IMPORTANCE, importance);
    set(keys::SENSITIVITY, sensitivity);
    if let Some(sequence) = event
        .text("SEQUENCE")
        .and_then(|text| text.trim().parse().ok())
    {
        set(keys::SEQUENCE, sequence);
    }
    bag.set(keys::PRIVATE, Value::Bool(sensitivity >= 2));
}

fn at(names: &[&str], name: &str) -> Option<i32> {
    let found = names
        .iter()
        .position(|known| known.eq_ignore_ascii_case(name.trim()))?;
    i32::try_from(found).ok()
}

fn people(event: &Component, bag: &mut Bag) {
    let mut by_role: [(Key, Vec<Attendee>); 3] = [
        (keys::REQUIRED, vec![]),
        (keys::OPTIONAL, vec![]),
        (keys::RESOURCES, vec![]),
    ];
    for line in event.all("ATTENDEE") {
        let resource = matches!(line.parameter("CUTYPE"), Some("RESOURCE" | "ROOM"));
        let role = match line.parameter("ROLE") {
            _ if resource => 2,
            Some("OPT-PARTICIPANT" | "NON-PARTICIPANT") => 1,
            _ => 0,
        };
        by_role[role].1.push(person(line));
    }
    for (key, people) in by_role.into_iter().filter(|(_, people)| !people.is_empty()) {
        bag.set(key, Value::People(people));
    }
    if let Some(organizer) = event.get("ORGANIZER") {
        let organizer = Attendee {
            response: "Organizer".to_owned(),
            ..person(organizer)
        };
        bag.set(keys::ORGANIZER, Value::People(vec![organizer]));
    }
}

fn person(line: &Line) -> Attendee {
    let address = line.value.trim();
    let scheme = address
        .get(..7)
        .is_some_and(|scheme| scheme.eq_ignore_ascii_case("mailto:"));
    let email = if scheme { &address[7..] } else { address };
    let status = line.parameter("PARTSTAT").unwrap_or("NEEDS-ACTION");
    let known = PARTICIPATION
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(status));
    Attendee {
        name: line.parameter("CN").unwrap_or(email).to_owned(),
        email: email.to_owned(),
        response: known.map_or("Unknown", |(_, response)| response).to_owned(),
        ..Attendee::default()
    }
}

/// The first alarm that rings before (or at) the start; Exchange has no other.
fn alarm(event: &Component, bag: &mut Bag) {
    let Some(start) = bag.time(&keys::START) else {
        return;
    };
    let before = |line: &Line| match line.parameter("VALUE") {
        Some("DATE-TIME") => Some(start - Time::of(line)?.instant(Zone::UTC)),
        _ if line.parameter("RELATED") == Some("END") => None,
        _ => duration(&line.value).map(|after| -after),
    };
    let alarms = event
        .components
        .iter()
        .filter(|component| component.name == "VALARM");
    let triggers = alarms.filter_map(|alarm| alarm.get("TRIGGER"));
    let minutes = triggers
        .filter_map(before)
        .map(|before| before.num_minutes())
        .find(|minutes| *minutes >= 0);
    if let Some(minutes) = minutes.and_then(|minutes| i32::try_from(minutes).ok()) {
        bag.set(keys::REMINDER_SET, Value::Bool(true));
        bag.set(keys::REMINDER_MINUTES, Value::Int(minutes));
        bag.set(keys::REMINDER_TIME, Value::Time(start));
        bag.set(
            keys::REMINDER_SIGNAL,
            Value::Time(start - TimeDelta::minutes(minutes.into())),
        );
    }
}
