//! What follows from several properties of an item at once, the same on both sides.

use super::common::RANK;
use super::places::{AS_SHOWN, by_default, shown};
use super::scope::Scope;
use super::slots::{UNMAPPED, is_time_of_day, tied_to};
use super::{Context, expand, series};
use crate::model::{Key, Kind, Moment, Property, Record, Value};

pub fn settle(kind: Kind, record: &mut Record, scope: &mut Scope) {
    match kind {
        Kind::Contact => {
            settle_name(record);
            settle_file_as(record);
            settle_pages(record);
            settle_mailing_address(record);
        }
        Kind::Event => {
            lose_rest_of_place(record, scope);
            settle_status(record);
            settle_rank(record);
            settle_floating(record, scope.context);
            settle_start(record, scope);
        }
        Kind::Task => {
            settle_rank(record);
            settle_task(record, scope);
        }
    }
    settle_tied(record);
}

/// A line that is tied to a property goes with it.
fn settle_tied(record: &mut Record) {
    let Some(Value::Text(text)) = record.own(UNMAPPED) else {
        return;
    };
    let holds = |line: &&str| {
        tied_to(line).is_none_or(|owner| {
            let mut own = record.iter().filter(|(key, _)| key.occurrence.is_none());
            own.any(|(key, _)| key.property == owner)
        })
    };
    if text.lines().all(|line| holds(&line)) {
        return;
    }
    let kept: Vec<&str> = text.lines().filter(holds).collect();
    let kept = (!kept.is_empty()).then(|| Value::Text(kept.join("\n")));
    match kept {
        Some(kept) => record.set(Key::of(UNMAPPED), kept),
        None => drop(record.remove(Key::of(UNMAPPED))),
    }
}

/// Only a time in the person's own zone can be told without one.
pub fn settle_floating(record: &mut Record, context: &Context) {
    let own = super::zones::own(context).0;
    let floats = matches!(
        record.own("start"),
        Some(Value::Moment(Moment::At { zone, .. })) if *zone == own
    );
    if !floats {
        record.remove(Key::of("floating"));
    }
}

/// What is cancelled is neither tentative nor confirmed.
pub fn settle_status(record: &mut Record) {
    if record.own("cancelled").is_some() {
        record.remove(Key::of("status"));
    }
}

fn lose_rest_of_place(record: &Record, scope: &mut Scope) {
    if let Some(Value::Text(place)) = record.own("location")
        && shown(place) != place
    {
        scope.lose(
            "location",
            "Exchange shows the first 255 characters; the rest is carried along.",
        );
    }
}

/// A number of another step than the one that Exchange has is an old one.
pub fn settle_rank(record: &mut Record) {
    let step = match record.own(RANK) {
        Some(Value::Number(2..=4)) => Some("high"),
        Some(Value::Number(5)) => None,
        Some(Value::Number(6..=8)) => Some("low"),
        _ => Some(""),
    };
    let known = match record.own("priority") {
        Some(Value::Text(word)) => Some(word.as_str()),
        _ => None,
    };
    if step != known {
        record.remove(Key::of(RANK));
    }
}

/// A contact that has no name to be shown by is shown by what it has.
fn settle_name(record: &mut Record) {
    if record.own("full_name").is_some() {
        return;
    }
    let text = |property| match record.own(property) {
        Some(Value::Text(text)) => Some(text.as_str()),
        _ => None,
    };
    let parts: Vec<&str> = ["given_name", "middle_name", "surname"]
        .into_iter()
        .filter_map(text)
        .collect();
    let name = if parts.is_empty() {
        [
            "nickname",
            "company",
            "email_1",
            "phone_mobile",
            "phone_home",
            "phone_work",
        ]
        .into_iter()
        .find_map(text)
        .map(str::to_owned)
    } else {
        Some(parts.join(" "))
    };
    if let Some(name) = name {
        record.set(Key::of("full_name"), Value::Text(name));
    }
}

/// What a contact is filed as by default is no value.
fn settle_file_as(record: &mut Record) {
    let (usual, rule) = by_default(record);
    let is = |property, text: &str| record.own(property) == Some(&Value::text(text));
    let ruled = record.own("file_as_rule").is_some();
    let text = |property| match record.own(property) {
        Some(Value::Text(text)) => Some(text.as_str()),
        _ => None,
    };
    let name = text("full_name");
    let is_usual = |text: &str| usual.as_deref() == Some(text) || is_without_middle(record, text);
    let plain = is("file_as_rule", "LastCommaFirst")
        || is("file_as_rule", rule)
        || (is("file_as_rule", AS_SHOWN) && name.is_none_or(is_usual));
    let shown = name.is_some_and(|name| is("file_as", name));
    let usual = text("file_as").is_some_and(is_usual);
    if plain {
        record.remove(Key::of("file_as_rule"));
    }
    if ruled || usual {
        record.remove(Key::of("file_as"));
    } else if shown {
        record.remove(Key::of("file_as"));
        record.set(Key::of("file_as_rule"), Value::text(AS_SHOWN));
    }
}

/// Programs leave the middle name out.
fn is_without_middle(record: &Record, own: &str) -> bool {
    let text = |property| match record.own(property) {
        Some(Value::Text(text)) => Some(text.as_str()),
        _ => None,
    };
    match (text("surname"), text("given_name")) {
        (Some(surname), Some(given)) => {
            own.strip_prefix(surname)
                .and_then(|rest| rest.strip_prefix(", "))
                == Some(given)
        }
        _ => false,
    }
}

/// The only page is the first, and one page is not told twice.
fn settle_pages(record: &mut Record) {
    let other = Key::of("web_page_other");
    if record.get(other) == record.own("web_page") {
        record.remove(other);
    } else if record.own("web_page").is_none()
        && let Some(page) = record.remove(other)
    {
        record.set(Key::of("web_page"), page);
    }
}

/// Mail goes to an address that there is.
fn settle_mailing_address(record: &mut Record) {
    let Some(Value::Text(word)) = record.own("mailing_address") else {
        return;
    };
    let parts: &[Property] = match word.as_str() {
        "home" => &[
            "home_post_box",
            "home_supplement",
            "home_street",
            "home_city",
            "home_region",
            "home_postcode",
            "home_country",
        ],
        "work" => &[
            "work_post_box",
            "work_supplement",
            "work_street",
            "work_city",
            "work_region",
            "work_postcode",
            "work_country",
        ],
        _ => &[
            "other_post_box",
            "other_supplement",
            "other_street",
            "other_city",
            "other_region",
            "other_postcode",
            "other_country",
        ],
    };
    if parts.iter().all(|part| record.own(part).is_none()) {
        record.remove(Key::of("mailing_address"));
    }
}

/// Exchange lets a series start on the first day of its rule; RFC 5545 also has a start that the rule lacks.
fn settle_start(record: &mut Record, scope: &mut Scope) {
    let Some(course) = series::of(record, scope.context) else {
        return;
    };
    let from = series::day_of(course.start, scope.context);
    let Some(first) = expand::days(course.rule, course.first)
        .next()
        .filter(|first| *first != course.first)
    else {
        return;
    };
    scope.lose(
        "start",
        format!(
            "It starts on {from}, a day its rule does not have; in Exchange it starts on {first}."
        ),
    );
    for property in ["start", "end"] {
        if let Some(Value::Moment(moment)) = record.own(property).cloned() {
            let moment: Moment = series::moved(&moment, from, first, scope.context);
            record.set(Key::of(property), Value::Moment(moment));
        }
    }
}

/// Exchange lets no task start after the day it is due; and a time of day goes with its day.
fn settle_task(record: &mut Record, scope: &mut Scope) {
    for (day, time) in [
        ("start", "start_time"),
        ("due", "due_time"),
        ("completed", "completed_time"),
    ] {
        let is_time = |value: &Value| matches!(value, Value::Text(text) if is_time_of_day(text));
        if record.own(day).is_none() || !record.own(time).is_some_and(is_time) {
            record.remove(Key::of(time));
        }
    }
    if let (Some(Value::Day(start)), Some(Value::Day(due))) =
        (record.own("start").cloned(), record.own("due").cloned())
        && due < start
    {
        scope.lose(
            "start",
            format!("It starts on {start}, after it is due; in Exchange it starts on {due}."),
        );
        record.set(Key::of("start"), Value::Day(due));
    }
}
