//! Which occurrence of its series a date or time of a file names.

use super::ranges::is_range;
use super::row::Slot;
use super::scope::Scope;
use super::{Context, series, slots, stamp};
use crate::dav::{Component, Line};
use crate::error::Result;
use crate::model::{Moment, Occurrence, Value};
use chrono::{NaiveDate, NaiveTime};

/// What RECURRENCE-ID and EXDATE count from.
pub struct Anchor {
    /// DTSTART as the file has it.
    pub start: Moment,
    /// Days whose occurrence is at another time by the rule itself.
    times: Vec<(NaiveDate, NaiveTime)>,
    /// Whether several occurrences may be on one day.
    several: bool,
}

impl Anchor {
    /// As the file says.
    pub fn of(master: &Component, scope: &mut Scope) -> Option<Self> {
        let start = stamp::read(master.line("DTSTART")?, scope).ok()?.moment();
        let rule = match master.line("RDATE") {
            Some(_) => slots::Rule.read(master, scope).ok()?,
            None => None,
        };
        Some(Self::new(start, rule.as_ref()))
    }

    pub fn new(start: Moment, rule: Option<&Value>) -> Self {
        let times = match rule {
            Some(Value::Expanded(rule)) => rule.times.clone(),
            _ => Vec::new(),
        };
        let several = matches!(rule, Some(Value::Expanded(rule)) if !rule.parts.is_empty());
        Self {
            start,
            times,
            several,
        }
    }

    /// The occurrence that a date or time names.
    pub fn occurrence(&self, line: &Line, value: &str, scope: &mut Scope) -> Result<Occurrence> {
        let stamp = stamp::read_value(line, value, scope)?;
        let named = stamp::occurrence(&stamp, &self.start, scope);
        let day = self.day(named, scope.context);
        if self.times.iter().any(|(other, _)| *other == day) {
            return Ok(series::occurrence_on(&self.start, day, scope.context));
        }
        Ok(named)
    }

    pub fn day(&self, occurrence: Occurrence, context: &Context) -> NaiveDate {
        series::day_of_occurrence(&self.start, occurrence, context)
    }

    /// The moment that names an occurrence.
    pub fn moment(&self, occurrence: Occurrence, context: &Context) -> Moment {
        if let (true, Occurrence::At(instant), Moment::At { zone, .. }) =
            (self.several, occurrence, &self.start)
        {
            let zone = zone.clone();
            return Moment::At { instant, zone };
        }
        let day = self.day(occurrence, context);
        let from = series::day_of(&self.start, context);
        let moment = series::moved(&self.start, from, day, context);
        match self.times.iter().find(|(other, _)| *other == day) {
            Some((_, time)) => series::at(&moment, *time, context),
            None => moment,
        }
    }
}

/// The occurrence that a component stands for; None for one that stands for several, see [`Ranges`].
pub fn recurrence_id(
    part: &Component,
    anchor: &Anchor,
    scope: &mut Scope,
) -> Result<Option<Occurrence>> {
    let Some(line) = part.line("RECURRENCE-ID").filter(|_| !is_range(part)) else {
        return Ok(None);
    };
    anchor.occurrence(line, line.value(), scope).map(Some)
}
