use super::address::with_part;
use super::plain::{own_line, remove_first, set_value, spare};
use crate::dav::{Component, Line, escape, escape_component, split, unescape};
use crate::error::Result;
use crate::mapping::row::Slot;
use crate::mapping::scope::Scope;
use crate::mapping::{stamp, text};
use crate::model::Value;
use chrono::{Datelike, NaiveDate};

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
        let part = line.and_then(|line| split(line.value(), ';').nth(self.at));
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
        let value = with_part(old, self.at, self.of, part);
        // N is obligatory in vCard 3.0; an empty ORG says nothing.
        if self.name != "N" && value.trim_matches(';').is_empty() {
            remove_first(component, self.name);
        } else {
            set_value(component, self.name, &value);
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

/// A date without a time, under any of several names. A date without a year is one in 1604, as Outlook has it.
pub struct Date {
    pub property: &'static str,
    /// The first is the one written.
    pub names: &'static [&'static str],
}

/// The year that stands for no year.
const NO_YEAR: i32 = 1604;
const OMIT: &str = "X-APPLE-OMIT-YEAR";

fn parse(line: &Line) -> Option<NaiveDate> {
    let value = line.value().trim();
    if let Some(rest) = value.strip_prefix("--") {
        let digits: String = rest.chars().filter(|c| *c != '-').take(4).collect();
        return stamp::parse_day(&format!("{NO_YEAR}{digits}"));
    }
    let date = value.split(['T', 't', ' ']).next()?;
    let date = stamp::parse_day(date)?;
    if line
        .param(OMIT)
        .is_some_and(|year| year == date.year().to_string())
    {
        return date.with_year(NO_YEAR);
    }
    Some(date)
}

impl Date {
    fn line<'c, 't>(&self, component: &'c Component<'t>) -> Option<&'c Line<'t>> {
        self.names.iter().find_map(|name| component.line(name))
    }
}

impl Slot for Date {
    fn names(&self) -> Vec<String> {
        self.names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn read(&self, component: &Component, scope: &mut Scope) -> Result<Option<Value>> {
        let Some(line) = self
            .line(component)
            .filter(|line| !line.value().trim().is_empty())
        else {
            return Ok(None);
        };
        let day = parse(line);
        if day.is_none() {
            scope.lose(
                self.property,
                format!("“{}” is no complete date; it stays here.", line.value()),
            );
        }
        Ok(day.map(Value::Day))
    }

    fn write(
        &self,
        component: &mut Component<'_>,
        value: Option<&Value>,
        _: &mut Scope,
    ) -> Result<()> {
        let four = component
            .line("VERSION")
            .is_some_and(|line| line.value().trim() == "4.0");
        let name = match self.line(component) {
            Some(line) => line.name().to_owned(),
            None => self.names.first().copied().unwrap_or_default().to_owned(),
        };
        let Some(Value::Day(day)) = value else {
            component.remove(&name);
            return Ok(());
        };
        let line = if day.year() != NO_YEAR {
            let pattern = if four { "%Y%m%d" } else { "%Y-%m-%d" };
            Line::new(&name, &[], &day.format(pattern).to_string())
        } else if four {
            Line::new(&name, &[], &day.format("--%m%d").to_string())
        } else {
            Line::new(
                &name,
                &[(OMIT, "1604")],
                &day.format("%Y-%m-%d").to_string(),
            )
        };
        component.set(line);
        Ok(())
    }
}
