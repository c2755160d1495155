use super::element::{set_extended, set_text};
use super::time::day;
use crate::error::Result;
use crate::ews::{Element, FieldPath, PropertySet, PropertyType};
use crate::mapping::remote::FieldChange;
use crate::mapping::row::Place;
use crate::mapping::scope::Scope;
use crate::model::{Record, Value};

/// A day of a task in a dateTime, beside the named property that holds it without a zone (MS-OXOTASK 2.2.2.2.4).
pub struct TaskDay {
    pub path: FieldPath,
    pub name: &'static str,
    pub local: FieldPath,
}

impl Place for TaskDay {
    fn paths(&self) -> Vec<FieldPath> {
        vec![self.path, self.local]
    }

    fn read(&self, item: &Element, _: &mut Scope) -> Result<Option<Value>> {
        Ok(day(item, self.name, self.local).map(Value::Day))
    }

    fn write(&self, value: Option<&Value>, _: &Record, _: &mut Scope) -> Result<Vec<FieldChange>> {
        Ok(vec![match value {
            Some(Value::Day(day)) => set_text(self.path, format!("{day}T00:00:00Z")),
            _ => FieldChange::Delete(self.path),
        }])
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
