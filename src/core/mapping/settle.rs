//! What follows from several properties of an item at once, the same on both sides.

use super::scope::Scope;
use super::{expand, series};
use crate::model::{Key, Kind, Moment, Record, Value};

pub fn settle(kind: Kind, record: &mut Record, scope: &mut Scope) {
    match kind {
        Kind::Contact => settle_name(record),
        Kind::Event => settle_start(record, scope),
        Kind::Task => settle_task(record, scope),
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
        if record.own(day).is_none() {
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
