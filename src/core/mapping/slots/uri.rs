//! Addresses: values without the escapes of texts.

use super::keyed::KEY;
use super::plain::{remove_first, set_value};
use crate::dav::{Component, Line};
use crate::error::Result;
use crate::mapping::row::Slot;
use crate::mapping::scope::Scope;
use crate::mapping::text;
use crate::model::Value;

/// A line that holds an address, for example URL.
pub struct Uri(pub &'static str);

impl Slot for Uri {
    fn names(&self) -> Vec<String> {
        vec![self.0.to_owned()]
    }

    fn read(&self, component: &Component, _: &mut Scope) -> Result<Option<Value>> {
        let line = component.line(self.0);
        Ok(line
            .and_then(|line| text::line(line.value()))
            .map(Value::Text))
    }

    fn write(
        &self,
        component: &mut Component<'_>,
        value: Option<&Value>,
        _: &mut Scope,
    ) -> Result<()> {
        match value {
            Some(Value::Text(uri)) => set_value(component, self.0, uri),
            _ => remove_first(component, self.0),
        }
        Ok(())
    }
}

/// CONFERENCE (RFC 7986 section 5.11) for the address at which Exchange lets one join; all others are the person's own.
pub struct Join;

const CONFERENCE: &str = "CONFERENCE";

fn is_ours(line: &Line) -> bool {
    line.is(CONFERENCE) && line.param(KEY).as_deref() == Some("join")
}

impl Slot for Join {
    fn names(&self) -> Vec<String> {
        vec![format!("{CONFERENCE}/join")]
    }

    fn spare(&self, component: &Component, _: &mut Scope) -> Vec<usize> {
        let lines = component.all(CONFERENCE).map(is_ours);
        let places = component.places(CONFERENCE);
        places
            .zip(lines)
            .filter(|(_, ours)| !ours)
            .map(|(place, _)| place)
            .collect()
    }

    fn read(&self, component: &Component, _: &mut Scope) -> Result<Option<Value>> {
        let line = component.lines().find(|line| is_ours(line));
        Ok(line
            .and_then(|line| text::line(line.value()))
            .map(Value::Text))
    }

    fn write(
        &self,
        component: &mut Component<'_>,
        value: Option<&Value>,
        _: &mut Scope,
    ) -> Result<()> {
        component.retain_lines(|line| !is_ours(line));
        if let Some(Value::Text(uri)) = value {
            let params = [("VALUE", "URI"), ("FEATURE", "VIDEO"), (KEY, "join")];
            component.insert(Line::new(CONFERENCE, &params, uri));
        }
        Ok(())
    }
}
