//! Events: appointments, all-day events, meetings; every fourth one is a series.

use super::dice::Dice;
use super::people::person_of;
use super::{TODAY, attached, common, series, stamp, text, words};
use crate::bag::{Attendee, Value};
use crate::item::{Class, Item};
use crate::zone::Zone;
use crate::{global_id, keys};
use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};

/// Most things happen at home; some do on journeys.
const ZONES: [&str; 12] = [
    "W. Europe Standard Time",
    "W. Europe Standard Time",
    "W. Europe Standard Time",
    "Eastern Standard Time",
    "W. Europe Standard Time",
    "Tokyo Standard Time",
    "India Standard Time",
    "W. Europe Standard Time",
    "AUS Eastern Standard Time",
    "Pacific Standard Time",
    "UTC",
    "Newfoundland Standard Time",
];

pub fn event(number: usize, dice: &mut Dice) -> Item {
    let mut item = Item::new(Class::Event);
    text(&mut item.bag, keys::SUBJECT, subject(number));
    item.bag.put_text(
        keys::LOCATION,
        Some(words::PLACES[number % words::PLACES.len()]),
    );
    if number % 25 == 11 {
        text(&mut item.bag, keys::LOCATION_ANNOTATION, "Ring twice");
        for (key, part) in keys::LOCATION_PARTS.into_iter().map(|(_, key)| key).zip([
            "1 Example Way",
            "Sampletown",
            "CA",
            "United States",
            "90000",
        ]) {
            text(&mut item.bag, key, part);
        }
    }
    identify(&mut item, number, dice);
    let zone = Zone::windows(ZONES[number % ZONES.len()]).unwrap_or(Zone::UTC);
    let day = TODAY + TimeDelta::days(dice.within(-700, 500));
    let (start, end) = times(number, day, dice);
    place(&mut item, zone, start, end);
    item.bag.set(
        keys::BUSY,
        Value::Int([2, 2, 2, 0, 2, 1, 2, 3, 2, 2, 4][number % 11]),
    );
    if number % 5 == 3 {
        invite(&mut item, number);
    }
    if number.is_multiple_of(2) {
        remind(&mut item, [15, 0, 5, 30, 60, 1_440, 10_080][number / 2 % 7]);
    }
    common(&mut item, number, dice);
    stamp(&mut item, dice);
    attached::attach(&mut item, number);
    if number % 4 == 1 {
        series::repeat(&mut item, number / 4, zone);
    }
    item
}

fn subject(number: usize) -> String {
    let topic = words::TOPICS[number % words::TOPICS.len()];
    match number % 5 {
        0 => topic.to_owned(),
        1 => format!("{topic} with {}", person_of(number).full_name()),
        _ => format!("{topic} #{number}"),
    }
}

/// Native ids for what was made in Outlook, foreign ones for what came from elsewhere.
fn identify(item: &mut Item, number: usize, dice: &mut Dice) {
    let random = u128::from(dice.next()) << 64 | u128::from(dice.next());
    let blob = match number % 6 {
        4 => global_id::from_uid(&format!("event-{number}-{:016x}@example.com", random >> 64)),
        _ => global_id::fresh(super::midnight(TODAY), random),
    };
    item.bag
        .set(keys::CLEAN_GLOBAL_ID, Value::Binary(blob.clone()));
    item.bag.set(keys::GLOBAL_ID, Value::Binary(blob));
}

/// Start and end by the clock on the wall; at midnight both for all-day events.
fn times(number: usize, day: NaiveDate, dice: &mut Dice) -> (NaiveDateTime, NaiveDateTime) {
    let midnight = day.and_time(NaiveTime::MIN);
    if is_all_day(number) {
        let days = [1, 1, 3, 14][number / 7 % 4];
        // A series' occurrences must not touch each other.
        return (
            midnight,
            midnight + TimeDelta::days(if number % 4 == 1 { 1 } else { days }),
        );
    }
    let start = midnight + TimeDelta::minutes(dice.within(12, 40) * 30);
    let minutes = match number % 29 {
        28 if number % 4 != 1 => 60 * 50,
        13 => 0,
        _ => [30, 60, 45, 90, 25, 120][number % 6],
    };
    (start, start + TimeDelta::minutes(minutes))
}

pub fn is_all_day(number: usize) -> bool {
    number % 7 == 2
}

/// Puts the event at its times.
pub fn place(item: &mut Item, zone: Zone, start: NaiveDateTime, end: NaiveDateTime) {
    let (begins, ends) = (zone.to_utc(start), zone.to_utc(end).max(zone.to_utc(start)));
    let bag = &mut item.bag;
    text(bag, keys::START_ZONE, zone.id);
    text(bag, keys::END_ZONE, zone.id);
    for (key, time) in [
        (keys::START, begins),
        (keys::END, ends),
        (keys::COMMON_START, begins),
        (keys::COMMON_END, ends),
        (keys::REMINDER_TIME, begins),
    ] {
        bag.set(key, Value::Time(time));
    }
    let all_day = start.time() == NaiveTime::MIN && end.time() == NaiveTime::MIN && end > start;
    bag.set(keys::ALL_DAY, Value::Bool(all_day));
    let minutes = bag.int(&keys::REMINDER_MINUTES).unwrap_or(15);
    bag.set(
        keys::REMINDER_SIGNAL,
        Value::Time(begins - TimeDelta::minutes(minutes.into())),
    );
}

fn remind(item: &mut Item, minutes: i32) {
    let start = item.start();
    item.bag.set(keys::REMINDER_SET, Value::Bool(true));
    item.bag.set(keys::REMINDER_MINUTES, Value::Int(minutes));
    item.bag.set(
        keys::REMINDER_SIGNAL,
        Value::Time(start - TimeDelta::minutes(minutes.into())),
    );
}

/// Makes it a meeting: of the person's own, or one that somebody else invited to.
fn invite(item: &mut Item, number: usize) {
    let responses = [
        "Accept",
        "Tentative",
        "Decline",
        "Unknown",
        "NoResponseReceived",
    ];
    let attendee = |at: usize| {
        let person = person_of(number + at * 3);
        Attendee {
            name: person.full_name(),
            email: person.email(number + at * 3, "example.org"),
            response: responses[(number / 5 + at) % responses.len()].to_owned(),
            ..Attendee::default()
        }
    };
    let bag = &mut item.bag;
    bag.set(
        keys::REQUIRED,
        Value::People((1..number % 4 + 2).map(attendee).collect()),
    );
    if number.is_multiple_of(3) {
        bag.set(
            keys::OPTIONAL,
            Value::People((10..12).map(attendee).collect()),
        );
    }
    if number % 10 == 8 {
        let room = Attendee {
            name: "Room 4.12".to_owned(),
            email: "room-4-12@example.org".to_owned(),
            response: "Accept".to_owned(),
            ..Attendee::default()
        };
        bag.set(keys::RESOURCES, Value::People(vec![room]));
    }
    let foreign = number % 2 == 1;
    if foreign {
        let host = Attendee {
            response: "Organizer".to_owned(),
            ..attendee(20)
        };
        bag.set(keys::ORGANIZER, Value::People(vec![host]));
        bag.set(keys::RESPONSE, Value::Int([3, 2, 5][number % 3]));
    }
    if number % 15 == 3 {
        text(
            bag,
            keys::JOIN_URL,
            format!("https://meet.example.org/{number}"),
        );
    }
    let cancelled = foreign && number % 35 == 13;
    bag.set(
        keys::STATE,
        Value::Int(1 | if foreign { 2 } else { 0 } | if cancelled { 4 } else { 0 }),
    );
    bag.set(keys::RESPONSE_REQUESTED, Value::Bool(true));
    bag.set(keys::SEQUENCE, Value::Int((number % 3) as i32));
}
