use crate::dav::{Component, Line};
use crate::error::Result;
use crate::mapping::row::Slot;
use crate::mapping::rrule;
use crate::mapping::scope::{Scope, refuse};
use crate::mapping::stamp::{self, Stamp};
use crate::model::Value;

/// RRULE, with what it needs of DTSTART (or DUE, where a task has no start).
pub struct Rule;

fn anchor(component: &Component, scope: &mut Scope) -> Result<Option<Stamp>> {
    component
        .line("DTSTART")
        .or_else(|| component.line("DUE"))
        .map(|line| stamp::read(line, scope))
        .transpose()
}

impl Slot for Rule {
    fn names(&self) -> Vec<String> {
        vec!["RRULE".to_owned()]
    }

    fn read(&self, component: &Component, scope: &mut Scope) -> Result<Option<Value>> {
        let mut rules = component.all("RRULE").filter(|line| !line.is_blank());
        let Some(rule) = rules.next() else {
            return Ok(None);
        };
        if rules.next().is_some() {
            return Err(refuse(
                "It repeats by several rules at once, which Exchange cannot hold.",
            ));
        }
        let start = anchor(component, scope)?
            .ok_or_else(|| refuse("It repeats, but has no date to start from."))?;
        rrule::parse(rule.value(), &start, scope).map(|rule| Some(Value::Recurrence(rule)))
    }

    fn write(
        &self,
        component: &mut Component<'_>,
        value: Option<&Value>,
        scope: &mut Scope,
    ) -> Result<()> {
        match (value, anchor(component, scope)?) {
            (Some(Value::Recurrence(rule)), Some(start)) => {
                component.set(Line::new("RRULE", &[], &rrule::text(rule, &start)));
            }
            _ => component.remove("RRULE"),
        }
        Ok(())
    }
}
