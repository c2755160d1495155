use super::element::set_text;
use super::plain::is_true;
use super::time::{instant, utc_text};
use crate::error::Result;
use crate::ews::{Element, FieldPath};
use crate::mapping::remote::FieldChange;
use crate::mapping::row::Place;
use crate::mapping::scope::Scope;
use crate::model::{Record, Value};

const IS_SET: FieldPath = FieldPath::Field("item:ReminderIsSet");
const MINUTES: FieldPath = FieldPath::Field("item:ReminderMinutesBeforeStart");
const DUE_BY: FieldPath = FieldPath::Field("item:ReminderDueBy");

fn is_set(item: &Element) -> bool {
    item.child_text("ReminderIsSet").is_some_and(is_true)
}

/// Minutes before the start of an event.
pub struct StartReminder;

impl Place for StartReminder {
    fn paths(&self) -> Vec<FieldPath> {
        vec![IS_SET, MINUTES]
    }

    fn read(&self, item: &Element, _: &mut Scope) -> Result<Option<Value>> {
        let minutes = item
            .child_text("ReminderMinutesBeforeStart")
            .and_then(|text| text.trim().parse().ok())
            .filter(|minutes: &i64| *minutes >= 0);
        Ok(minutes.filter(|_| is_set(item)).map(Value::Number))
    }

    fn write(&self, value: Option<&Value>, _: &Record, _: &mut Scope) -> Result<Vec<FieldChange>> {
        Ok(match value {
            Some(Value::Number(minutes)) => vec![
                set_text(IS_SET, "true"),
                set_text(MINUTES, minutes.to_string()),
            ],
            _ => vec![set_text(IS_SET, "false")],
        })
    }
}

/// The instant of a task's reminder.
pub struct DueReminder;

impl Place for DueReminder {
    fn paths(&self) -> Vec<FieldPath> {
        vec![IS_SET, DUE_BY]
    }

    fn read(&self, item: &Element, _: &mut Scope) -> Result<Option<Value>> {
        let due = item.child_text("ReminderDueBy").and_then(instant);
        let minute = due.and_then(|due| {
            chrono::DateTime::from_timestamp(due.timestamp().div_euclid(60) * 60, 0)
        });
        Ok(minute.filter(|_| is_set(item)).map(Value::Instant))
    }

    fn write(&self, value: Option<&Value>, _: &Record, _: &mut Scope) -> Result<Vec<FieldChange>> {
        Ok(match value {
            Some(Value::Instant(time)) => {
                vec![set_text(IS_SET, "true"), set_text(DUE_BY, utc_text(*time))]
            }
            _ => vec![set_text(IS_SET, "false")],
        })
    }
}
