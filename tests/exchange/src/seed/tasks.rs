//! Tasks in every state.

use super::dice::Dice;
use super::{TODAY, common, midnight, series, stamp, text, words};
use crate::bag::Value;
use crate::item::{Class, Item};
use crate::keys;
use crate::recurrence::{Pattern, Range, Recurrence, Unit};
use crate::zone::Zone;
use chrono::{NaiveDate, TimeDelta};

/// Status number and percentage, done tasks among them.
const STATES: [(i32, f64); 8] = [
    (0, 0.0),
    (1, 0.25),
    (2, 1.0),
    (0, 0.0),
    (3, 0.5),
    (4, 0.0),
    (1, 0.99),
    (2, 1.0),
];

pub fn task(number: usize, dice: &mut Dice) -> Item {
    let mut item = Item::new(Class::Task);
    text(
        &mut item.bag,
        keys::SUBJECT,
        format!("{} #{number}", words::CHORES[number % words::CHORES.len()]),
    );
    common(&mut item, number, dice);
    stamp(&mut item, dice);
    let due = TODAY + TimeDelta::days(dice.within(-200, 300));
    dates(&mut item, number, due);
    state(&mut item, number);
    if number % 3 == 1 {
        remind(&mut item, due);
    }
    if number % 4 == 3 {
        repeat(&mut item, number / 4, due);
    }
    if number % 10 == 6 {
        item.bag.set(keys::TASK_TOTAL, Value::Int(480));
        item.bag.set(keys::TASK_ACTUAL, Value::Int(95));
        text(&mut item.bag, keys::MILEAGE, "12 km");
        text(&mut item.bag, keys::BILLING, "Project 7; 50%");
        item.bag.set(
            keys::COMPANIES,
            Value::Texts(vec!["Muster AG".into(), "Sample, Inc.".into()]),
        );
    }
    item
}

/// Due, start and due, or no date at all.
fn dates(item: &mut Item, number: usize, due: NaiveDate) {
    let start = due - TimeDelta::days((number % 10) as i64);
    if !number.is_multiple_of(5) || number % 4 == 3 {
        date(item, due, keys::TASK_DUE, keys::COMMON_END);
    }
    if number % 5 == 2 || number % 4 == 3 {
        date(item, start, keys::TASK_START, keys::COMMON_START);
    }
}

/// The date at midnight UTC, and the instant of midnight at home.
fn date(item: &mut Item, date: NaiveDate, plain: crate::bag::Key, instant: crate::bag::Key) {
    let home = Zone::windows("W. Europe Standard Time").unwrap_or(Zone::UTC);
    item.bag.set(plain, Value::Time(midnight(date)));
    item.bag.set(
        instant,
        Value::Time(home.to_utc(midnight(date).naive_utc())),
    );
}

fn state(item: &mut Item, number: usize) {
    let (status, percent) = STATES[number % STATES.len()];
    let bag = &mut item.bag;
    bag.set(keys::TASK_STATUS, Value::Int(status));
    bag.set(keys::TASK_PERCENT, Value::Double(percent));
    bag.set(keys::TASK_COMPLETE, Value::Bool(status == 2));
    if status == 2 {
        let modified = bag.time(&keys::MODIFIED).unwrap_or_default();
        bag.set(keys::TASK_DONE_AT, Value::Time(modified));
    }
}

fn remind(item: &mut Item, due: NaiveDate) {
    let rings = midnight(due) + TimeDelta::hours(7);
    item.bag.set(keys::REMINDER_SET, Value::Bool(true));
    item.bag.set(keys::REMINDER_TIME, Value::Time(rings));
    item.bag.set(keys::REMINDER_SIGNAL, Value::Time(rings));
}

/// By turns a regenerating pattern and one that events have too.
fn repeat(item: &mut Item, n: usize, due: NaiveDate) {
    let unit = [Unit::Day, Unit::Week, Unit::Month, Unit::Year][n / 2 % 4];
    let pattern = match n % 2 {
        0 => series::pattern(n / 2, due),
        _ => Pattern::Regeneration { unit, interval: 2 },
    };
    let recurrence = Recurrence {
        pattern,
        start: due,
        range: Range::NoEnd,
    };
    // The item is the present instance of the series.
    if let Some(first) = recurrence.dates().next() {
        date(item, first, keys::TASK_DUE, keys::COMMON_END);
        date(item, first, keys::TASK_START, keys::COMMON_START);
        item.recurrence = Some(recurrence.starting(first));
    }
}
