use super::rule::{LINES, anchor, is_rule, replace, rule_lines, rules};
use crate::dav::{Component, Line};
use crate::error::Result;
use crate::mapping::row::Slot;
use crate::mapping::rrule::{self, Parts};
use crate::mapping::scope::Scope;
use crate::mapping::stamp::Stamp;
use crate::model::{Pattern, Range, Recurrence, Value};
use chrono::NaiveDate;
use std::sync::Arc;

/// RRULE of a task, or the line of ours that stands for a task that comes again some time after it was done: iCalendar
/// has no word for that.
pub struct TaskRule;

const REGENERATION: &str = "X-EXCHANGE-REGENERATION";

impl Slot for TaskRule {
    fn names(&self) -> Vec<String> {
        let names = LINES.into_iter().chain([REGENERATION]);
        names.map(str::to_owned).collect()
    }

    fn read(&self, component: &Component, scope: &mut Scope) -> Result<Option<Value>> {
        let Some(rules) = rules(component, scope)? else {
            return Ok(regeneration(component).map(Value::Recurrence));
        };
        if let Some(rule) = rules.plain()? {
            return Ok(Some(Value::Recurrence(rule)));
        }
        scope.lose(
            "recurrence",
            "Exchange has no such rule for tasks; there it does not repeat.",
        );
        Ok(Some(Value::Expanded(Arc::new(rules.hidden()))))
    }

    fn write(
        &self,
        component: &mut Component<'_>,
        value: Option<&Value>,
        scope: &mut Scope,
    ) -> Result<()> {
        let start = anchor(component, scope)?;
        let lines = match (value, start) {
            (Some(Value::Recurrence(rule)), _) if is_regenerating(rule) => {
                vec![Line::new(
                    REGENERATION,
                    &[],
                    &Parts::of(rule).text(|day, _| rrule::plain(day)),
                )]
            }
            (value, Some(start)) => rule_lines(value, &start),
            (_, None) => Vec::new(),
        };
        let is_rule = |line: &Line| is_rule(line) || line.is(REGENERATION);
        replace(component, lines, is_rule);
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
