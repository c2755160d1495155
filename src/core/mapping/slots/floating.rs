use crate::dav::{Component, Line};
use crate::error::Result;
use crate::mapping::row::Slot;
use crate::mapping::scope::Scope;
use crate::mapping::zones;
use crate::model::Value;

/// Whether DTSTART, and what is told like it, is a time in whatever zone one is in (RFC 5545 section 3.3.12, form 1).
pub struct Floating;

const LINES: [&str; 2] = ["DTSTART", "DTEND"];

fn is_floating(line: &Line) -> bool {
    let value = line.value().trim();
    value.contains('T') && !value.ends_with('Z') && line.param("TZID").is_none()
}

impl Slot for Floating {
    fn names(&self) -> Vec<String> {
        vec!["DTSTART/floating".to_owned()]
    }

    fn read(&self, component: &Component, _: &mut Scope) -> Result<Option<Value>> {
        let floats = component.line("DTSTART").is_some_and(is_floating);
        Ok(floats.then_some(Value::Bool(true)))
    }

    /// The times themselves stand in the person's own zone.
    fn write(
        &self,
        component: &mut Component<'_>,
        value: Option<&Value>,
        scope: &mut Scope,
    ) -> Result<()> {
        let (own, _) = zones::own(scope.context);
        let floats = value == Some(&Value::Bool(true));
        for line in component
            .lines_mut()
            .filter(|line| LINES.iter().any(|name| line.is(name)))
        {
            if floats {
                let value = line.value().trim().to_owned();
                let of_utc = value
                    .strip_suffix(['Z', 'z'])
                    .filter(|_| own == zones::utc());
                let is_own = line
                    .param("TZID")
                    .is_some_and(|name| scope.zone(&name).0 == own);
                if let Some(time) = of_utc {
                    *line = line.with_value(time);
                } else if is_own {
                    *line = line.with_param("TZID", None);
                }
            } else if is_floating(line) && own == zones::utc() {
                *line = line.with_value(&format!("{}Z", line.value().trim()));
            } else if is_floating(line) {
                let (name, _) = scope.name_of(&own);
                *line = line.with_param("TZID", Some(&name));
            }
        }
        Ok(())
    }
}
