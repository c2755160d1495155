use super::keyed::{is_kept_out, remove_at};
use super::related::label;
use super::vcard::is_four;
use crate::dav::{Component, Entry, Line};
use crate::error::Result;
use crate::mapping::row::Slot;
use crate::mapping::scope::Scope;
use crate::mapping::stamp;
use crate::model::Value;
use chrono::{Datelike, NaiveDate};

/// A date without a time, under any of several names. A date without a year is one in 1604, as Outlook has it.
pub struct Date {
    pub property: &'static str,
    /// The first is the one written.
    pub names: &'static [&'static str],
    /// The label of Apple's X-ABDATE that means the same.
    pub label: Option<&'static str>,
}

/// The year that stands for no year.
const NO_YEAR: i32 = 1604;
const OMIT: &str = "X-APPLE-OMIT-YEAR";
const LABELLED: &str = "X-ABDATE";

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

/// The line for another date: a date without a year is said as the version of the card can.
fn with_day(line: &Line, day: NaiveDate, four: bool) -> Line<'static> {
    let line = line.with_param(OMIT, None).with_param("VALUE", None);
    match (day.year() == NO_YEAR, four) {
        (true, true) => line.with_value(&day.format("--%m%d").to_string()),
        (true, false) => line
            .with_param(OMIT, Some("1604"))
            .with_value(&day.format("%Y-%m-%d").to_string()),
        (false, true) => line.with_value(&day.format("%Y%m%d").to_string()),
        (false, false) => line.with_value(&day.format("%Y-%m-%d").to_string()),
    }
}

impl Date {
    /// The place of the line that counts: the first of the first name.
    fn place(&self, component: &Component) -> Option<usize> {
        let is_own = |at: &usize| match component.entries().get(*at) {
            Some(Entry::Line(line)) if is_kept_out(line) => false,
            Some(Entry::Line(line)) => !line.is(LABELLED) || label(line, component) == self.label,
            _ => false,
        };
        let labelled = self.label.map(|_| LABELLED);
        let mut names = self.names.iter().copied().chain(labelled);
        names.find_map(|name| component.places(name).find(is_own))
    }

    fn line<'c, 't>(&self, component: &'c Component<'t>) -> Option<&'c Line<'t>> {
        match component.entries().get(self.place(component)?)? {
            Entry::Line(line) => Some(line),
            Entry::Component(_) => None,
        }
    }
}

impl Slot for Date {
    fn names(&self) -> Vec<String> {
        let names = self.names.iter().map(|name| (*name).to_owned());
        let labelled = self.label.map(|label| format!("{LABELLED}/{label}"));
        names.chain(labelled).collect()
    }

    fn spare(&self, component: &Component, _: &mut Scope) -> Vec<usize> {
        let own = self.place(component);
        let labelled = self.label.map(|_| component.places(LABELLED));
        let places = labelled.into_iter().flatten();
        places.filter(|at| Some(*at) != own).collect()
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
        let four = is_four(component);
        match value {
            Some(Value::Day(day)) => {
                let place = self.place(component);
                if let Some(line) = place.and_then(|place| component.line_at_mut(place)) {
                    *line = with_day(line, *day, four);
                } else {
                    let name = self.names.first().copied().unwrap_or_default();
                    component.insert(with_day(&Line::new(name, &[], ""), *day, four));
                }
            }
            _ => {
                while let Some(place) = self.place(component) {
                    remove_at(component, place);
                }
            }
        }
        Ok(())
    }
}
