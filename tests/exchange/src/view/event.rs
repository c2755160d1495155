//! Properties of calendar items.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};

use crate::bag::{Attendee, Bag, Key};
use crate::element::Element;
use crate::envelope::utc;
use crate::global_id;
use crate::id::Id;
use crate::item::Item;
use crate::keys;
use crate::mail;
use crate::zone::Zone;

use super::{Seen, item_id, plain};

/// The property as an element.
pub fn read(seen: &Seen, name: &str) -> Option<Element> {
    let bag = seen.bag.as_ref();
    let leaf = |value: &dyn ToString| Some(Element::leaf(name, value.to_string()));
    match name {
        "UID" => leaf(&global_id::to_uid(bag.binary(&keys::CLEAN_GLOBAL_ID)?)),
        "RecurrenceId" | "OriginalStart" => leaf(&utc(seen.item.original_start(seen.index?)?)),
        "DateTimeStamp" => plain::time(bag, &keys::MODIFIED, name),
        "Start" => plain::time(bag, &keys::START, name),
        "End" => plain::time(bag, &keys::END, name),
        "IsAllDayEvent" => leaf(&bag.bool(&keys::ALL_DAY).unwrap_or(false)),
        "IsMeeting" => leaf(&(state(seen) & 1 != 0)),
        "IsCancelled" => leaf(&(state(seen) & 4 != 0)),
        "IsRecurring" => leaf(&seen.index.is_some()),
        "MeetingRequestWasSent" => leaf(&bag.bool(&keys::INVITED).unwrap_or(false)),
        "IsOnlineMeeting" => leaf(
            &(bag.bool(&keys::CONFERENCING).unwrap_or(false)
                || bag.text(&keys::JOIN_URL).is_some()),
        ),
        "AllowNewTimeProposal" => leaf(&!bag.bool(&keys::NOT_PROPOSE).unwrap_or(false)),
        "AppointmentReplyTime" => plain::time(bag, &keys::REPLY_TIME, name),
        "ResponseObjects" => Some(responses(seen)),
        "IsOrganizer" => leaf(&mail::is_organizer(bag)),
        "IsResponseRequested" => leaf(&bag.bool(&keys::RESPONSE_REQUESTED).unwrap_or(false)),
        "CalendarItemType" => leaf(&kind(seen)),
        "MyResponseType" => leaf(&my_response(seen)),
        "Organizer" => Some(organizer(seen)),
        "RequiredAttendees" => people(name, bag.people(&keys::REQUIRED)),
        "OptionalAttendees" => people(name, bag.people(&keys::OPTIONAL)),
        "Resources" => people(name, bag.people(&keys::RESOURCES)),
        "ConflictingMeetingCount" | "AdjacentMeetingCount" => leaf(&0),
        "Duration" => leaf(&duration(bag.time(&keys::END)? - bag.time(&keys::START)?)),
        "TimeZone" | "StartTimeZoneId" => leaf(&seen.item.zone().id),
        "EndTimeZoneId" => leaf(&end_zone(seen).id),
        "AppointmentSequenceNumber" => leaf(&bag.int(&keys::SEQUENCE).unwrap_or(0)),
        "AppointmentState" => leaf(&state(seen)),
        "StartTimeZone" => Some(seen.item.zone().definition(name)),
        "EndTimeZone" => Some(end_zone(seen).definition(name)),
        "EnhancedLocation" => location(bag, name),
        "StartWallClock" => leaf(&wall_clock(bag.time(&keys::START)?, seen.item.zone())),
        "EndWallClock" => leaf(&wall_clock(bag.time(&keys::END)?, end_zone(seen))),
        "LegacyFreeBusyStatus" | "IntendedFreeBusyStatus" => leaf(&"Busy"),
        _ if seen.index.is_none() && seen.item.is_series() => of_series(seen, name),
        _ => None,
    }
}

fn of_series(seen: &Seen, name: &str) -> Option<Element> {
    let item = seen.item;
    match name {
        "Recurrence" => Some(with_offsets(
            item.recurrence.as_ref()?.to_xml(),
            item.zone(),
        )),
        "FirstOccurrence" => occurrence_info(seen, name, remaining(item).next()?),
        "LastOccurrence" if is_bounded(item) => {
            occurrence_info(seen, name, remaining(item).last()?)
        }
        "ModifiedOccurrences" => {
            let all: Vec<Element> = item
                .exceptions
                .keys()
                .filter_map(|index| occurrence_info(seen, "Occurrence", *index))
                .collect();
            (!all.is_empty()).then(|| Element::t(name).with_all(all))
        }
        "DeletedOccurrences" => {
            let start =
                |index: &u32| Some(Element::leaf("Start", utc(item.original_start(*index)?)));
            let all = item
                .deleted
                .iter()
                .filter_map(start)
                .map(|start| Element::t("DeletedOccurrence").with(start));
            (!item.deleted.is_empty()).then(|| Element::t(name).with_all(all))
        }
        _ => None,
    }
}

/// Real servers write the dates of a range with the offset of the series' zone, as xs:date allows.
fn with_offsets(mut recurrence: Element, zone: Zone) -> Element {
    for range in &mut recurrence.children {
        let dates = range
            .children
            .iter_mut()
            .filter(|child| matches!(child.name.as_str(), "StartDate" | "EndDate"));
        for date in dates {
            if let Ok(day) = date.text.parse::<NaiveDate>() {
                let midnight = day.and_time(NaiveTime::MIN);
                date.text
                    .push_str(&offset(midnight - zone.to_utc(midnight).naive_utc()));
            }
        }
    }
    recurrence
}

/// `Z`, `+01:00` or `-03:30`.
fn offset(ahead: TimeDelta) -> String {
    let minutes = ahead.num_minutes();
    match minutes {
        0 => "Z".to_owned(),
        _ => {
            let sign = if minutes < 0 { '-' } else { '+' };
            format!("{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
        }
    }
}

fn remaining(item: &Item) -> impl Iterator<Item = u32> + '_ {
    item.pattern_starts()
        .map(|(index, _)| index)
        .filter(|index| !item.deleted.contains(index))
}

fn is_bounded(item: &Item) -> bool {
    item.recurrence
        .as_ref()
        .is_some_and(|recurrence| recurrence.range != crate::recurrence::Range::NoEnd)
}

fn occurrence_info(seen: &Seen, name: &str, index: u32) -> Option<Element> {
    let bag = seen.item.occurrence(index)?;
    Some(
        Element::t(name)
            .with(item_id(
                seen.mailbox,
                Id::Occurrence(seen.item.number, index),
                seen.item.version,
            ))
            .with(Element::leaf("Start", utc(bag.time(&keys::START)?)))
            .with(Element::leaf("End", utc(bag.time(&keys::END)?)))
            .with(Element::leaf(
                "OriginalStart",
                utc(seen.item.original_start(index)?),
            )),
    )
}

/// CalendarItemType.
pub fn kind(seen: &Seen) -> &'static str {
    match seen.index {
        Some(index) if seen.item.exceptions.contains_key(&index) => "Exception",
        Some(_) => "Occurrence",
        None if seen.item.is_series() => "RecurringMaster",
        None => "Single",
    }
}

/// What may be answered: `t:ResponseObjects`.
fn responses(seen: &Seen) -> Element {
    let state = state(seen);
    let names: &[&str] = match (state & 1 != 0, state & 2 != 0, state & 4 != 0) {
        (true, true, true) => &["RemoveItem", "ForwardItem"],
        (true, true, false) => &[
            "AcceptItem",
            "TentativelyAcceptItem",
            "DeclineItem",
            "ReplyToItem",
            "ReplyAllToItem",
            "ForwardItem",
        ],
        (true, false, _) => &["CancelCalendarItem", "ForwardItem"],
        (false, ..) => &["ForwardItem"],
    };
    Element::t("ResponseObjects").with_all(names.iter().map(|name| Element::t(*name)))
}

fn state(seen: &Seen) -> i32 {
    let bag = seen.bag.as_ref();
    let invited = [keys::REQUIRED, keys::OPTIONAL, keys::RESOURCES]
        .iter()
        .any(|key| !bag.people(key).is_empty());
    bag.int(&keys::STATE).unwrap_or(0) | i32::from(invited)
}

fn my_response(seen: &Seen) -> &'static str {
    match seen.bag.int(&keys::RESPONSE) {
        Some(2) => "Tentative",
        Some(3) => "Accept",
        Some(4) => "Decline",
        Some(5) => "NoResponseReceived",
        _ if state(seen) & 3 == 1 => "Organizer",
        _ => "Unknown",
    }
}

fn organizer(seen: &Seen) -> Element {
    let owner = Attendee {
        name: seen.mailbox.name.clone(),
        email: seen.mailbox.address.clone(),
        ..Attendee::default()
    };
    let organizer = seen.bag.people(&keys::ORGANIZER).first().unwrap_or(&owner);
    Element::t("Organizer").with(mailbox(organizer))
}

fn mailbox(person: &Attendee) -> Element {
    Element::t("Mailbox")
        .with(Element::leaf("Name", &person.name))
        .with_all((!person.email.is_empty()).then(|| Element::leaf("EmailAddress", &person.email)))
        .with(Element::leaf("RoutingType", "SMTP"))
        .with(Element::leaf("MailboxType", "Mailbox"))
}

fn people(name: &str, people: &[Attendee]) -> Option<Element> {
    let attendee = |person: &Attendee| {
        let response = if person.response.is_empty() {
            "Unknown"
        } else {
            &person.response
        };
        Element::t("Attendee")
            .with(mailbox(person))
            .with(Element::leaf("ResponseType", response))
            .with_all(
                person
                    .answered
                    .map(|at| Element::leaf("LastResponseTime", utc(at))),
            )
    };
    (!people.is_empty()).then(|| Element::t(name).with_all(people.iter().map(attendee)))
}

fn end_zone(seen: &Seen) -> Zone {
    seen.bag
        .text(&keys::END_ZONE)
        .and_then(Zone::windows)
        .unwrap_or_else(|| seen.item.zone())
}

/// The place with its address; of a plain one the server says as much as this.
fn location(bag: &Bag, name: &str) -> Option<Element> {
    let text = |key: &Key| bag.text(key).filter(|text| !text.is_empty());
    let part = |(name, key): &(&'static str, Key)| match (*name, text(key)) {
        (_, Some(text)) => Some(Element::leaf(*name, text)),
        ("Type", None) => Some(Element::leaf(*name, "Business")),
        ("LocationSource", None) => Some(Element::leaf(*name, "None")),
        _ => None,
    };
    let address =
        Element::t("PostalAddress").with_all(keys::LOCATION_PARTS.iter().filter_map(part));
    Some(
        Element::t(name)
            .with(Element::leaf("DisplayName", text(&keys::LOCATION)?))
            .with(Element::leaf(
                "Annotation",
                text(&keys::LOCATION_ANNOTATION).unwrap_or_default(),
            ))
            .with(address),
    )
}

fn wall_clock(time: DateTime<Utc>, zone: Zone) -> String {
    zone.to_local(time).format("%Y-%m-%dT%H:%M:%S").to_string()
}

/// An xs:duration such as `P1DT2H30M`.
fn duration(length: TimeDelta) -> String {
    let (days, hours, minutes) = (
        length.num_days(),
        length.num_hours() % 24,
        length.num_minutes() % 60,
    );
    let mut text = String::from("P");
    if days > 0 {
        text.push_str(&format!("{days}D"));
    }
    text.push('T');
    if hours > 0 {
        text.push_str(&format!("{hours}H"));
    }
    text.push_str(&format!("{minutes}M"));
    text
}
