//! A change of an occurrence and all after it: RECURRENCE-ID with RANGE=THISANDFUTURE (RFC 5545 section 3.2.13).
//!
//! Exchange has no such thing: there each of these occurrences is a changed one, as far ahead as docs/adr/0007 says. The
//! file keeps its component; an occurrence that is something else in Exchange gets one of its own beside it.

use super::anchor::Anchor;
use super::crossing::is_past_another;
use super::exceptions::patch_occurrence;
use super::local::read_component;
use super::rules::{BUDGET, spans};
use super::scope::{Scope, refuse};
use super::{Context, rows, series};
use crate::dav::Component;
use crate::error::Result;
use crate::model::{Key, Kind, Moment, Occurrence, Record, Value};
use chrono::NaiveDate;
use std::collections::BTreeMap;

pub fn is_range(part: &Component) -> bool {
    let line = part.line("RECURRENCE-ID");
    part.is("VEVENT") && line.is_some_and(|line| line.param("RANGE").is_some())
}

struct Told {
    part: Component<'static>,
    /// What it says of its first occurrence.
    item: Record,
    /// The properties in which it differs from its series.
    own: Vec<&'static str>,
}

/// The changes of a file.
#[derive(Default)]
pub struct Ranges {
    /// By the day of the first occurrence of each.
    told: BTreeMap<NaiveDate, Told>,
    /// What they change; empty where there are none.
    series: Record,
}

impl Ranges {
    pub fn read(
        calendar: &Component,
        anchor: &Anchor,
        series: &Record,
        scope: &mut Scope,
    ) -> Result<Self> {
        let mut ranges = Self::default();
        let several = matches!(series.own("recurrence"), Some(Value::Expanded(rule)) if !rule.parts.is_empty());
        for part in calendar.components().filter(|part| is_range(part)) {
            if several {
                return Err(refuse(
                    "One change applies to an occurrence and all after it (RANGE), and its rule has several on one day; change them one by one.",
                ));
            }
            let Some(first) = named(part, anchor, scope)? else {
                continue;
            };
            let item = read_component(Kind::Event, part, scope)?;
            let regular = series::regular(series, first, rows(Kind::Event), scope.context);
            let told = Told {
                own: differences(&item, &regular),
                part: part.clone().into_owned(),
                item,
            };
            ranges.told.insert(anchor.day(first, scope.context), told);
        }
        if !ranges.told.is_empty() {
            ranges.series = series.clone();
        }
        Ok(ranges)
    }

    fn of(&self, day: NaiveDate) -> Option<(NaiveDate, &Told)> {
        let (first, told) = self.told.range(..=day).next_back()?;
        Some((*first, told))
    }

    /// The occurrences that Exchange shows changed, in order.
    pub fn occurrences(&self, series: &Record, scope: &mut Scope) -> Vec<Occurrence> {
        let (Some(first), Some(course)) =
            (self.told.keys().next(), series::of(series, scope.context))
        else {
            return Vec::new();
        };
        let widest = spans(*first, None, scope.context.today).map(|(_, until)| until);
        let widest = widest.max().unwrap_or(*first);
        let mut days = course.days().skip_while(|day| day < first).peekable();
        let all: Vec<NaiveDate> =
            std::iter::from_fn(|| days.next_if(|day| *day <= widest)).collect();
        let end = all.last().filter(|_| days.peek().is_none());
        let mut shown: &[NaiveDate] = &[];
        for (from, until) in spans(*first, end.copied(), scope.context.today) {
            let start = all.partition_point(|day| *day < from);
            let stop = all.partition_point(|day| *day <= until);
            shown = all.get(start..stop).unwrap_or_default();
            if shown.len() <= BUDGET {
                break;
            }
        }
        if let (Some(from), Some(until)) = (shown.first(), shown.last())
            && (shown.len() < all.len() || end.is_none())
        {
            scope.lose(
                "recurrence",
                format!(
                    "One change applies to an occurrence and all after it (RANGE); Exchange shows it on those from {from} until {until}."
                ),
            );
        }
        let on = |day: &NaiveDate| course.on(*day, scope.context);
        shown.iter().map(on).collect()
    }

    /// What the file says of an occurrence that has no component of its own, and the component that says so.
    pub fn item(
        &self,
        start: &Moment,
        occurrence: Occurrence,
        context: &Context,
    ) -> Option<(Record, &Component<'static>)> {
        let day = series::day_of_occurrence(start, occurrence, context);
        let (first, told) = self.of(day)?;
        let values = told.item.iter().map(|(key, value)| match value {
            // The clock of the series counts from one occurrence to the next.
            Value::Moment(moment) => {
                let moment = series::on_clock_of(moment, start);
                let moment = series::moved(&moment, first, day, context);
                (key, Value::Moment(moment))
            }
            other => (key, other.clone()),
        });
        Some((values.collect(), &told.part))
    }

    /// Brings the components to a series that was changed: they follow in what they have not changed themselves. Where the
    /// series is moved or has another rule Exchange forgets all changes, and what it still has gets components of its own.
    pub fn follow(
        &self,
        calendar: &mut Component<'_>,
        target: &Record,
        changed: &[Key],
        anchor: &Anchor,
        scope: &mut Scope,
    ) -> Result<Self> {
        if self.told.is_empty() {
            return Ok(Self::default());
        }
        let differs = |property: &'static str| {
            changed.contains(&Key::of(property))
                && self.series.own(property) != target.own(property)
        };
        if differs("start") || differs("recurrence") {
            calendar.retain_components(|part| !is_range(part));
            return Ok(Self::default());
        }
        for part in calendar.components_mut().filter(|part| is_range(part)) {
            let Some(first) = named(part, anchor, scope)? else {
                continue;
            };
            let Some((_, told)) = self.of(anchor.day(first, scope.context)) else {
                continue;
            };
            let item = series::regular(target, first, rows(Kind::Event), scope.context);
            let touched =
                |property: &'static str| differs(property) && !told.own.contains(&property);
            patch_occurrence(part, &item, touched, scope)?;
        }
        Self::read(calendar, anchor, target, scope)
    }
}

/// The first occurrence that a component changes.
fn named(part: &Component, anchor: &Anchor, scope: &mut Scope) -> Result<Option<Occurrence>> {
    let Some(line) = part.line("RECURRENCE-ID") else {
        return Ok(None);
    };
    let range = line.param("RANGE").unwrap_or_default();
    if !range.eq_ignore_ascii_case("THISANDFUTURE") {
        return Err(refuse(format!(
            "One change applies to several occurrences in a way that is not understood (RANGE={range}); change them one by one."
        )));
    }
    anchor.occurrence(line, line.value(), scope).map(Some)
}

/// The properties in which an item differs from another one, zones aside.
fn differences(item: &Record, other: &Record) -> Vec<&'static str> {
    let rows = rows(Kind::Event).iter().filter(|row| !row.series_only);
    rows.map(|row| row.property)
        .filter(|property| {
            let (item, other) = (item.own(property), other.own(property));
            item.map(|value| series::in_zone_of(value, other)).as_ref() != other
        })
        .collect()
}

/// Whether an occurrence of the target is what the file says of it. One that Exchange cannot move to the day of another
/// one stays moved in the file.
pub fn is_told(told: &Record, target: &Record, occurrence: Occurrence, context: &Context) -> bool {
    let item = series::effective(target, occurrence, rows(Kind::Event), context);
    let differences = differences(told, &item);
    let stays = target.get(Key::at(occurrence, "start")).is_none()
        && matches!(told.own("start"), Some(Value::Moment(start))
            if is_past_another(target, occurrence, series::day_of(start, context), context));
    differences
        .iter()
        .all(|property| stays && matches!(*property, "start" | "end"))
}
