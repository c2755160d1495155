use super::element::{extended, set_extended};
use super::recurrence::{self, changes};
use super::time::{clock, instant};
use crate::error::Result;
use crate::ews::{Element, FieldPath};
use crate::mapping::remote::{FieldChange, RULE};
use crate::mapping::row::Place;
use crate::mapping::scope::Scope;
use crate::mapping::{rules, zones};
use crate::model::{Expanded, Record, Recurrence, Value};
use chrono::NaiveDate;
use std::sync::Arc;

/// `calendar:Recurrence`, and beside it the rule that it was made from, where Exchange has no such rule.
pub struct Rule;

const PATH: FieldPath = FieldPath::Field("calendar:Recurrence");

impl Place for Rule {
    fn paths(&self) -> Vec<FieldPath> {
        vec![PATH, RULE]
    }

    fn read(&self, item: &Element, scope: &mut Scope) -> Result<Option<Value>> {
        let Some(found) = recurrence::read(item)? else {
            return Ok(None);
        };
        Ok(Some(match expanded(item, &found, scope) {
            Some(rule) => Value::Expanded(Arc::new(rule)),
            None => Value::Recurrence(found),
        }))
    }

    fn write(
        &self,
        value: Option<&Value>,
        item: &Record,
        scope: &mut Scope,
    ) -> Result<Vec<FieldChange>> {
        Ok(match value {
            Some(Value::Recurrence(rule)) => {
                vec![changes(PATH, rule, item, scope)?, FieldChange::Delete(RULE)]
            }
            Some(Value::Expanded(rule)) => vec![
                changes(PATH, &rule.shown.recurrence, item, scope)?,
                set_extended(RULE, &*rule.rule),
            ],
            _ => vec![FieldChange::Delete(PATH), FieldChange::Delete(RULE)],
        })
    }
}

fn expanded(item: &Element, found: &Recurrence, scope: &mut Scope) -> Option<Expanded> {
    let text = extended(item, RULE).filter(|text| !text.is_empty())?;
    let tz = clock(item, scope);
    let day = |element: &Element, name: &str| {
        let time = element.child_text(name).and_then(instant)?;
        Some(zones::to_local(time, tz).date())
    };
    let days = |list: &str, name: &str| -> Vec<NaiveDate> {
        let entries = item.child(list).map_or(&[][..], |list| &list.children);
        entries
            .iter()
            .filter_map(|entry| day(entry, name))
            .collect()
    };
    let deleted = days("DeletedOccurrences", "Start");
    let changed = days("ModifiedOccurrences", "OriginalStart");
    let mut rule = rules::honoured(text, found, day(item, "Start")?, &deleted)?;
    let is_there = |day| deleted.contains(day) || changed.contains(day);
    let moved = rule.times_shown().all(|(day, _)| is_there(day));
    rule.shown.complete &= moved;
    Some(rule)
}
