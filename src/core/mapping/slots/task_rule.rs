use super::rule::{anchor, rules};
use crate::dav::{Component, Line};
use crate::error::Result;
use crate::mapping::row::Slot;
use crate::mapping::rrule::{self, Parts};
use crate::mapping::scope::Scope;
use crate::mapping::stamp::Stamp;
use crate::model::{Pattern, Range, Recurrence, Value};
use chrono::NaiveDate;

/// RRULE of a task, or the line of ours that stands for a task that comes again some time after it was done: iCalendar
/// has no word for that.
pub struct TaskRule;

const REGENERATION: &str = "X-EXCHANGE-REGENERATION";

impl Slot for TaskRule {
    fn names(&self) -> Vec<String> {
        vec!["RRULE".to_owned(), REGENERATION.to_owned()]
    }

    fn read(&self, component: &Component, scope: &mut Scope) -> Result<Option<Value>> {
        let Some(rules) = rules(component, scope)? else {
            return Ok(regeneration(component).map(Value::Recurrence));
        };
        let plain = rules.plain()?;
        if plain.is_none() {
            scope.lose(
                "recurrence",
                "Exchange has no such rule for tasks; there it does not repeat.",
            );
        }
        Ok(plain.map(Value::Recurrence))
    }

    fn write(
        &self,
        component: &mut Component<'_>,
        value: Option<&Value>,
        scope: &mut Scope,
    ) -> Result<()> {
        let start = anchor(component, scope)?;
        let (name, text) = match (value, start) {
            (Some(Value::Recurrence(rule)), _) if is_regenerating(rule) => {
                (REGENERATION, Parts::of(rule).text(rrule::plain))
            }
            (Some(Value::Recurrence(rule)), Some(start)) => ("RRULE", rrule::text(rule, &start)),
            _ => ("", String::new()),
        };
        for other in ["RRULE", "RDATE", "EXRULE", REGENERATION] {
            if other != name {
                component.remove(other);
            }
        }
        if !name.is_empty() {
            component.set(Line::new(name, &[], &text));
        }
        Ok(())
    }
}

const fn is_regenerating(rule: &Recurrence) -> bool {
    matches!(rule.pattern, Pattern::Regenerating { .. })
}

fn regeneration(component: &Component) -> Option<Recurrence> {
    let line = component.line(REGENERATION)?;
    let parts = Parts::read(line.value(), &Stamp::Day(NaiveDate::default())).ok()?;
    Some(Recurrence {
        pattern: Pattern::Regenerating {
            every: parts.frequency,
            interval: parts.interval,
        },
        range: match (parts.count, parts.until) {
            (Some(count), _) => Range::Count(count),
            (None, Some(day)) => Range::Until(day),
            (None, None) => Range::Forever,
        },
    })
}
