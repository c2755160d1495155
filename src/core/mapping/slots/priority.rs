use super::plain::set_value;
use crate::dav::Component;
use crate::error::Result;
use crate::mapping::row::Slot;
use crate::mapping::scope::Scope;
use crate::model::Value;

const PRIORITY: &str = "PRIORITY";

fn number(component: &Component) -> Option<i64> {
    let line = component.line(PRIORITY)?;
    line.value().trim().parse().ok()
}

/// PRIORITY 1–4 is high, 6–9 low, anything else is no priority (RFC 5545 section 3.8.1.9).
pub struct Priority;

impl Slot for Priority {
    fn names(&self) -> Vec<String> {
        vec![PRIORITY.to_owned()]
    }

    fn read(&self, component: &Component, _: &mut Scope) -> Result<Option<Value>> {
        Ok(match number(component) {
            Some(1..=4) => Some(Value::text("high")),
            Some(6..=9) => Some(Value::text("low")),
            _ => None,
        })
    }

    fn write(
        &self,
        component: &mut Component<'_>,
        value: Option<&Value>,
        _: &mut Scope,
    ) -> Result<()> {
        match value {
            Some(Value::Text(word)) if word == "high" => set_value(component, PRIORITY, "1"),
            Some(Value::Text(_)) => set_value(component, PRIORITY, "9"),
            _ => component.remove(PRIORITY),
        }
        Ok(())
    }
}

/// The number itself, where it is not the one that [`Priority`] writes for its step.
pub struct Rank;

impl Slot for Rank {
    fn names(&self) -> Vec<String> {
        vec![format!("{PRIORITY}/number")]
    }

    fn read(&self, component: &Component, _: &mut Scope) -> Result<Option<Value>> {
        let number = number(component);
        Ok(number
            .filter(|number| (2..=8).contains(number))
            .map(Value::Number))
    }

    fn write(
        &self,
        component: &mut Component<'_>,
        value: Option<&Value>,
        scope: &mut Scope,
    ) -> Result<()> {
        if let Some(Value::Number(number)) = value {
            set_value(component, PRIORITY, &number.to_string());
            return Ok(());
        }
        let step = Priority.read(component, scope)?;
        Priority.write(component, step.as_ref(), scope)
    }
}
