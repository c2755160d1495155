use super::element::{extended, leaf, name_of, set, set_extended, set_text};
use super::time::{day, utc_text};
use crate::error::Result;
use crate::ews::{Element, FieldPath, PropertySet, PropertyType};
use crate::mapping::remote::FieldChange;
use crate::mapping::row::Place;
use crate::mapping::scope::Scope;
use crate::mapping::text;
use crate::mapping::zones;
use crate::model::{Record, Value};
use chrono::NaiveTime;

/// A day of a task in a dateTime, beside the named properties that hold it as a date at midnight UTC and as the instant of the
/// person's midnight. The first counts: what the dateTime means depends on the zones of whoever wrote it.
pub struct TaskDay {
    pub path: FieldPath,
    pub name: &'static str,
    pub date: FieldPath,
    pub midnight: FieldPath,
}

impl Place for TaskDay {
    fn paths(&self) -> Vec<FieldPath> {
        vec![self.path, self.date, self.midnight]
    }

    fn read(&self, item: &Element, _: &mut Scope) -> Result<Option<Value>> {
        Ok(day(item, self.name, self.date).map(Value::Day))
    }

    fn write(
        &self,
        value: Option<&Value>,
        _: &Record,
        scope: &mut Scope,
    ) -> Result<Vec<FieldChange>> {
        let Some(Value::Day(day)) = value else {
            return Ok(vec![FieldChange::Delete(self.path)]);
        };
        let date = format!("{day}T00:00:00Z");
        let midnight = zones::to_utc(day.and_time(NaiveTime::MIN), scope.context.zone);
        Ok(vec![
            set_text(self.path, date.clone()),
            set_extended(self.date, date),
            set_extended(self.midnight, utc_text(midnight)),
        ])
    }
}

const STATUS: FieldPath = FieldPath::Field("task:Status");
const PERCENT: FieldPath = FieldPath::Field("task:PercentComplete");
const COMPLETE_DATE: FieldPath = FieldPath::Field("task:CompleteDate");
const DATE_COMPLETED: FieldPath =
    FieldPath::Id(PropertySet::Task, 0x810F, PropertyType::SystemTime);

const WORDS: [(&str, &str); 4] = [
    ("InProgress", "in-progress"),
    ("Completed", "completed"),
    ("WaitingOnOthers", "waiting"),
    ("Deferred", "deferred"),
];

/// `task:Status`. The server couples it with the percentage and the day, so all three are sent together.
pub struct Status;

impl Place for Status {
    fn paths(&self) -> Vec<FieldPath> {
        vec![STATUS]
    }

    fn read(&self, item: &Element, _: &mut Scope) -> Result<Option<Value>> {
        let status = item.child_text("Status").map_or("", str::trim);
        Ok(WORDS
            .iter()
            .find(|(word, _)| *word == status)
            .map(|(_, canonical)| Value::text(*canonical)))
    }

    fn write(&self, value: Option<&Value>, _: &Record, _: &mut Scope) -> Result<Vec<FieldChange>> {
        let word = match value {
            Some(Value::Text(text)) => WORDS.iter().find(|(_, canonical)| canonical == text),
            _ => None,
        };
        Ok(vec![set_text(
            STATUS,
            word.map_or("NotStarted", |(word, _)| word),
        )])
    }
}

/// `task:PercentComplete` of 1 to 99; nothing and all follow from the status.
pub struct Percent;

fn is_completed(item: &Record) -> bool {
    item.own("status") == Some(&Value::text("completed"))
}

impl Place for Percent {
    fn paths(&self) -> Vec<FieldPath> {
        vec![PERCENT]
    }

    fn read(&self, item: &Element, _: &mut Scope) -> Result<Option<Value>> {
        let whole = item
            .child_text("PercentComplete")
            .and_then(|text| text.trim().split('.').next()?.parse::<i64>().ok());
        let completed = item.child_text("Status").map(str::trim) == Some("Completed");
        Ok(whole
            .filter(|percent| (1..=99).contains(percent) && !completed)
            .map(Value::Number))
    }

    fn write(
        &self,
        value: Option<&Value>,
        item: &Record,
        _: &mut Scope,
    ) -> Result<Vec<FieldChange>> {
        let percent = match value {
            Some(Value::Number(percent)) => *percent,
            _ if is_completed(item) => 100,
            _ => 0,
        };
        Ok(vec![set_text(PERCENT, percent.to_string())])
    }
}

/// The day a task was completed.
pub struct Completed;

impl Place for Completed {
    fn paths(&self) -> Vec<FieldPath> {
        vec![COMPLETE_DATE, DATE_COMPLETED]
    }

    fn read(&self, item: &Element, _: &mut Scope) -> Result<Option<Value>> {
        if item.child_text("Status").map(str::trim) != Some("Completed") {
            return Ok(None);
        }
        Ok(day(item, "CompleteDate", DATE_COMPLETED).map(Value::Day))
    }

    fn write(
        &self,
        value: Option<&Value>,
        item: &Record,
        _: &mut Scope,
    ) -> Result<Vec<FieldChange>> {
        Ok(match value {
            Some(Value::Day(day)) if is_completed(item) => {
                // Servers put the present time into CompleteDate whatever is sent.
                vec![set_extended(DATE_COMPLETED, format!("{day}T00:00:00Z"))]
            }
            _ => Vec::new(),
        })
    }
}

/// Whether a deferred task is one that was cancelled, which only iCalendar tells apart.
pub struct Abandoned;

const CANCELLED: FieldPath = FieldPath::Named(
    PropertySet::PublicStrings,
    "integration_exchange.cancelled",
    PropertyType::String,
);

impl Place for Abandoned {
    fn paths(&self) -> Vec<FieldPath> {
        vec![CANCELLED]
    }

    fn read(&self, item: &Element, _: &mut Scope) -> Result<Option<Value>> {
        let deferred = item.child_text("Status").map(str::trim) == Some("Deferred");
        let marked = extended(item, CANCELLED).is_some_and(|mark| !mark.trim().is_empty());
        Ok((deferred && marked).then_some(Value::Bool(true)))
    }

    fn write(&self, value: Option<&Value>, _: &Record, _: &mut Scope) -> Result<Vec<FieldChange>> {
        Ok(vec![if value == Some(&Value::Bool(true)) {
            set_extended(CANCELLED, "true")
        } else {
            FieldChange::Delete(CANCELLED)
        }])
    }
}

/// A number of which nothing is the default, for example `task:TotalWork` in minutes.
pub struct Count(pub &'static str);

impl Place for Count {
    fn paths(&self) -> Vec<FieldPath> {
        vec![FieldPath::Field(self.0)]
    }

    fn read(&self, item: &Element, _: &mut Scope) -> Result<Option<Value>> {
        let text = item.child_text(name_of(FieldPath::Field(self.0)));
        let count = text.and_then(|text| text.trim().parse().ok());
        Ok(count.filter(|count| *count > 0).map(Value::Number))
    }

    fn write(&self, value: Option<&Value>, _: &Record, _: &mut Scope) -> Result<Vec<FieldChange>> {
        let path = FieldPath::Field(self.0);
        Ok(vec![match value {
            Some(Value::Number(count)) => set(path, leaf(name_of(path), count.to_string())),
            _ => FieldChange::Delete(path),
        }])
    }
}

/// A text that says something of a task only while it was assigned from one person to another (MS-OXWSTASK
/// DelegationState).
pub struct Assigned(pub &'static str);

impl Place for Assigned {
    fn paths(&self) -> Vec<FieldPath> {
        vec![
            FieldPath::Field(self.0),
            FieldPath::Field("task:DelegationState"),
        ]
    }

    fn read(&self, item: &Element, _: &mut Scope) -> Result<Option<Value>> {
        let state = item.child_text("DelegationState").map(str::trim);
        if matches!(state, None | Some("" | "NoMatch" | "OwnNew")) {
            return Ok(None);
        }
        let text = item.child_text(name_of(FieldPath::Field(self.0)));
        Ok(text.and_then(text::line).map(Value::Text))
    }

    fn write(&self, _: Option<&Value>, _: &Record, _: &mut Scope) -> Result<Vec<FieldChange>> {
        Ok(Vec::new())
    }
}
