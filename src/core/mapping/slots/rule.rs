use crate::dav::{Component, Line};
use crate::error::Result;
use crate::mapping::row::Slot;
use crate::mapping::rrule;
use crate::mapping::rules::{self, Rules};
use crate::mapping::scope::{Scope, refuse};
use crate::mapping::stamp::{self, Stamp};
use crate::model::Value;
use std::sync::Arc;

/// RRULE, EXRULE and RDATE, with what they need of DTSTART.
pub struct Rule;

pub const LINES: [&str; 3] = ["RRULE", "EXRULE", "RDATE"];

/// DTSTART, or DUE where a task has no start.
pub fn anchor(component: &Component, scope: &mut Scope) -> Result<Option<Stamp>> {
    component
        .line("DTSTART")
        .or_else(|| component.line("DUE"))
        .map(|line| stamp::read(line, scope))
        .transpose()
}

/// The lines that make a component repeat; None where there are none.
pub fn rules(component: &Component, scope: &mut Scope) -> Result<Option<Rules>> {
    let says = |name: &str| component.all(name).any(|line| !line.is_blank());
    if !says("RRULE") && !says("RDATE") {
        return Ok(None);
    }
    let start = anchor(component, scope)?
        .ok_or_else(|| refuse("It repeats, but has no date to start from."))?;
    Rules::read(component, &start, scope).map(Some)
}

impl Slot for Rule {
    fn names(&self) -> Vec<String> {
        LINES.map(str::to_owned).to_vec()
    }

    fn read(&self, component: &Component, scope: &mut Scope) -> Result<Option<Value>> {
        let Some(rules) = rules(component, scope)? else {
            return Ok(None);
        };
        Ok(Some(match rules.plain()? {
            Some(rule) => Value::Recurrence(rule),
            None => Value::Expanded(Arc::new(rules.expand(scope)?)),
        }))
    }

    fn write(
        &self,
        component: &mut Component<'_>,
        value: Option<&Value>,
        scope: &mut Scope,
    ) -> Result<()> {
        let start = anchor(component, scope)?;
        let lines = start.map_or_else(Vec::new, |start| rule_lines(value, &start));
        replace(component, lines, is_rule);
        Ok(())
    }
}

/// The lines of a rule for a component that starts as `start` says.
pub fn rule_lines(value: Option<&Value>, start: &Stamp) -> Vec<Line<'static>> {
    match value {
        Some(Value::Recurrence(rule)) => {
            vec![Line::new("RRULE", &[], &rrule::text(rule, start))]
        }
        Some(Value::Expanded(rule)) => rules::lines(rule, start),
        _ => Vec::new(),
    }
}

/// Puts lines in the place of those that `is_old` names; a single one where one of its name was.
pub fn replace(
    component: &mut Component<'_>,
    lines: Vec<Line<'static>>,
    is_old: impl Fn(&Line) -> bool,
) {
    if let [line] = lines.as_slice() {
        component.retain_lines(|old| old.is(line.name()) || !is_old(old));
        component.set(line.clone());
        return;
    }
    component.retain_lines(|old| !is_old(old));
    for line in lines {
        component.insert(line);
    }
}

pub fn is_rule(line: &Line) -> bool {
    LINES.iter().any(|name| line.is(name))
}
