use super::plain::{keep_out, own_line, remove_first, set_value, spare};
use crate::dav::{Component, Entry, Line, escape, escape_component, join, split, unescape};
use crate::error::Result;
use crate::mapping::row::Slot;
use crate::mapping::scope::Scope;
use crate::mapping::text;
use crate::model::Value;

/// One component of a structured value, for example the given name (1) of N.
pub struct Part {
    pub name: &'static str,
    pub at: usize,
    /// How many components a new line gets.
    pub of: usize,
}

impl Slot for Part {
    fn names(&self) -> Vec<String> {
        vec![format!("{}/{}", self.name, self.at)]
    }

    fn spare(&self, component: &Component, _: &mut Scope) -> Vec<usize> {
        spare(component, self.name)
    }

    fn read(&self, component: &Component, _: &mut Scope) -> Result<Option<Value>> {
        let line = own_line(component, self.name);
        let part = line.and_then(|line| split(line.value(), b';').nth(self.at));
        Ok(part
            .and_then(|part| text::line(&unescape(part)))
            .map(Value::Text))
    }

    fn write(
        &self,
        component: &mut Component<'_>,
        value: Option<&Value>,
        _: &mut Scope,
    ) -> Result<()> {
        let part = match value {
            Some(Value::Text(text)) => escape_component(text),
            _ => String::new(),
        };
        let old = own_line(component, self.name).map_or("", |line| line.value());
        let value = with_part(old, self.at, self.of, &part);
        // N is obligatory in vCard 3.0; an empty ORG says nothing.
        if self.name != "N" && value.trim_matches(';').is_empty() {
            remove_first(component, self.name);
        } else {
            set_value(component, self.name, &value);
        }
        Ok(())
    }
}

/// The components from one on, one a line; those that are empty say nothing.
pub struct Rest {
    pub name: &'static str,
    pub from: usize,
}

impl Slot for Rest {
    fn names(&self) -> Vec<String> {
        vec![format!("{}/{}…", self.name, self.from)]
    }

    fn spare(&self, component: &Component, _: &mut Scope) -> Vec<usize> {
        spare(component, self.name)
    }

    fn read(&self, component: &Component, _: &mut Scope) -> Result<Option<Value>> {
        let Some(line) = own_line(component, self.name) else {
            return Ok(None);
        };
        let parts = split(line.value(), b';').skip(self.from);
        let parts: Vec<String> = parts
            .filter_map(|part| text::line(&unescape(part)))
            .collect();
        Ok((!parts.is_empty()).then(|| Value::Text(parts.join("\n"))))
    }

    fn write(
        &self,
        component: &mut Component<'_>,
        value: Option<&Value>,
        _: &mut Scope,
    ) -> Result<()> {
        let rest = match value {
            Some(Value::Text(text)) => text.as_str(),
            _ => "",
        };
        let old = own_line(component, self.name).map_or("", |line| line.value());
        let kept = split(old, b';').map(str::to_owned);
        let kept = kept.chain(std::iter::repeat_with(String::new));
        let mut parts: Vec<String> = kept.take(self.from).collect();
        parts.extend(rest.lines().map(escape_component));
        while parts.last().is_some_and(String::is_empty) {
            parts.pop();
        }
        if parts.is_empty() {
            remove_first(component, self.name);
        } else {
            set_value(component, self.name, &join(&parts, b';'));
        }
        Ok(())
    }
}

/// FN, which every card must have; an empty one is an absent property.
pub struct FullName;

impl Slot for FullName {
    fn names(&self) -> Vec<String> {
        vec!["FN".to_owned()]
    }

    fn read(&self, component: &Component, _: &mut Scope) -> Result<Option<Value>> {
        let name = component.line("FN");
        Ok(name
            .and_then(|line| text::line(&unescape(line.value())))
            .map(Value::Text))
    }

    fn write(
        &self,
        component: &mut Component<'_>,
        value: Option<&Value>,
        _: &mut Scope,
    ) -> Result<()> {
        let name = match value {
            Some(Value::Text(text)) => escape(text),
            _ => String::new(),
        };
        set_value(component, "FN", &name);
        Ok(())
    }
}

/// One line of text under any of several names that programs have for it. The first is the one written.
pub struct AnyOf(pub &'static [&'static str]);

impl AnyOf {
    /// The line that counts: the first that says something.
    fn line<'c, 't>(&self, component: &'c Component<'t>) -> Option<&'c Line<'t>> {
        let mut lines = self.0.iter().filter_map(|name| own_line(component, name));
        lines.find(|line| !line.value().trim().is_empty())
    }
}

impl Slot for AnyOf {
    fn names(&self) -> Vec<String> {
        self.0.iter().map(|name| (*name).to_owned()).collect()
    }

    fn spare(&self, component: &Component, _: &mut Scope) -> Vec<usize> {
        let own = self.line(component);
        let lines = component.entries().iter().enumerate();
        lines
            .filter_map(|(at, entry)| match entry {
                Entry::Line(line) if self.0.iter().any(|name| line.is(name)) => Some((at, line)),
                _ => None,
            })
            .filter(|(_, line)| !own.is_some_and(|own| std::ptr::eq(own, *line)))
            .map(|(at, _)| at)
            .collect()
    }

    fn read(&self, component: &Component, _: &mut Scope) -> Result<Option<Value>> {
        Ok(self
            .line(component)
            .and_then(|line| text::line(&unescape(line.value())))
            .map(Value::Text))
    }

    fn write(
        &self,
        component: &mut Component<'_>,
        value: Option<&Value>,
        _: &mut Scope,
    ) -> Result<()> {
        if let Some(Value::Text(text)) = value {
            let own = self.line(component).map(|line| line.name().to_owned());
            let first = self.0.first().copied().unwrap_or_default();
            set_value(component, own.as_deref().unwrap_or(first), &escape(text));
        } else {
            if let Some(own) = self.line(component).map(|line| line.name().to_owned()) {
                remove_first(component, &own);
            }
            // No other steps in.
            while let Some(other) = self.line(component).map(|line| line.name().to_owned()) {
                keep_out(component, &other);
            }
        }
        Ok(())
    }
}

/// Whether the card is one of vCard 4.0.
pub fn is_four(component: &Component) -> bool {
    let version = component.line("VERSION");
    version.is_some_and(|line| line.value().trim() == "4.0")
}

/// A structured value with one component replaced, and at least so many components.
pub fn with_part(value: &str, at: usize, least: usize, part: &str) -> String {
    let mut parts = split(value, b';');
    let mut whole = String::with_capacity(value.len() + least + part.len());
    for place in 0.. {
        let old = parts.next();
        if old.is_none() && place >= least {
            break;
        }
        if place > 0 {
            whole.push(';');
        }
        whole.push_str(if place == at {
            part
        } else {
            old.unwrap_or_default()
        });
    }
    whole
}
