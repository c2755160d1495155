//! A rule with several occurrences on one day, and the series that Exchange shows in its place: one for each time of day
//! (docs/adr/0011).

use super::rrule;
use super::rules::{BUDGET, Rules, end_of, nothing, shown, spans, tell};
use super::scope::Scope;
use crate::error::Result;
use crate::model::{Expanded, Part, Range};
use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use chrono_tz::Tz;
use std::collections::{BTreeMap, BTreeSet};

/// The year in which every rule is taken to end.
const END: i32 = 2200;

/// The days of each time of day, in order.
type Days = BTreeMap<NaiveTime, Vec<NaiveDate>>;

impl Rules {
    pub fn expand_times(&self, scope: &mut Scope) -> Result<Expanded> {
        let end = self.end_of_times()?;
        let spans = || spans(self.anchor, end, scope.context.today);
        let widest = spans().map(|(_, until)| until).max();
        let days = self.days_by_time(widest.unwrap_or(self.anchor))?;
        let mut found = None;
        for (from, until) in spans() {
            let parts = self.parts(&days, from, until);
            let fits = parts.iter().all(|part| {
                let days = days.get(&part.time).into_iter().flatten();
                let days = days.filter(|day| (from..=until).contains(*day)).count();
                days + part.shown.left_out.len() <= BUDGET
            });
            if !parts.is_empty() {
                found = Some((parts, until));
            }
            if fits && found.is_some() {
                break;
            }
        }
        let (parts, until) = found.ok_or_else(nothing)?;
        let first = days.values().filter_map(|days| days.first()).min().copied();
        tell((span(&parts).0, until), first, end, scope);
        let starts = |part: &Part| {
            let days = days.get(&part.time).into_iter().flatten();
            days.copied().find(|day| *day >= span(&parts).0) == Some(part.shown.first)
        };
        if !parts.iter().all(starts) {
            scope.lose(
                "recurrence",
                "One of its occurrences is at a time that a clock change skips; Exchange does not show it.",
            );
        }
        let starts = |days: &Vec<NaiveDate>| days.binary_search(&self.anchor).is_ok();
        if !days.get(&self.time).is_some_and(starts) {
            scope.lose(
                "start",
                "It starts at a time that its rule does not have; Exchange shows the occurrences of the rule.",
            );
        }
        self.expanded(parts).ok_or_else(nothing)
    }

    /// What is shown from one day to another.
    fn parts(&self, days: &Days, from: NaiveDate, until: NaiveDate) -> Vec<Part> {
        // A series that starts at a time which a clock change skips would be an hour later throughout.
        let is_skipped = |day: NaiveDate, time| {
            let local = day.and_time(time).and_local_timezone(self.tz);
            local.earliest().is_none()
        };
        let part = |(time, days): (&NaiveTime, &Vec<NaiveDate>)| {
            let first = days
                .iter()
                .find(|day| **day >= from && !is_skipped(**day, *time))?;
            let shown = shown(days, *first, until)?;
            Some(Part { time: *time, shown })
        };
        days.iter().filter_map(part).collect()
    }

    fn expanded(&self, parts: Vec<Part>) -> Option<Expanded> {
        Some(Expanded {
            rule: self.text(),
            anchor: self.anchor,
            times: Vec::new(),
            shown: parts.first()?.shown.clone(),
            parts,
        })
    }

    /// The last day; None where there is none before [`END`].
    fn end_of_times(&self) -> Result<Option<NaiveDate>> {
        let ends = |rule: &rrule::Parts| rule.count.is_some() || rule.until.is_some();
        if !self.including.iter().all(ends) {
            return Ok(None);
        }
        let days = self.days_by_time(end_of(END))?;
        Ok(days.values().filter_map(|days| days.last()).max().copied())
    }

    /// Every occurrence up to a day. `ErrorKind::Item` where they are at too many times of a day.
    fn days_by_time(&self, last: NaiveDate) -> Result<Days> {
        let start = self.anchor.and_time(self.time);
        let mut all = BTreeSet::new();
        let mut clock = BTreeSet::new();
        let mut add = |time: NaiveDateTime| {
            all.insert(time);
            clock.insert(time.time());
            if clock.len() > rrule::MOST_TIMES {
                return Err(rrule::too_often());
            }
            Ok(())
        };
        for rule in &self.including {
            rrule::times(rule, start, last).try_for_each(&mut add)?;
        }
        let further = self.days.iter().filter(|(day, _)| *day <= last);
        let mut further = further.map(|(day, time)| day.and_time(time.unwrap_or(self.time)));
        further.try_for_each(&mut add)?;
        if self.including.is_empty() {
            add(start)?;
        }
        let last = all.last().map(NaiveDateTime::date);
        for (rule, last) in self.excluding.iter().zip(last.into_iter().cycle()) {
            for time in rrule::times(rule, start, last) {
                all.remove(&time);
            }
        }
        let mut days = Days::new();
        for time in all {
            days.entry(time.time()).or_default().push(time.date());
        }
        Ok(days)
    }
}

/// The first and the last day that are shown.
fn span(parts: &[Part]) -> (NaiveDate, NaiveDate) {
    let first = parts.iter().map(|part| part.shown.first).min();
    let last = parts
        .iter()
        .filter_map(|part| match part.shown.recurrence.range {
            Range::Until(until) => Some(until),
            Range::Forever | Range::Count(_) => None,
        });
    let first = first.unwrap_or_default();
    (first, last.max().unwrap_or(first))
}

const SHOWN: &str = " SHOWN:";

/// The rule as each of its series in Exchange carries it: with the days that are shown of it.
pub fn carried(rule: &Expanded) -> String {
    let (from, until) = span(&rule.parts);
    let (from, until) = (rrule::plain(from), rrule::plain(until));
    format!("{}{SHOWN}{from}/{until}", rule.rule)
}

/// What [`carried`] wrote, on the clock of the series; None where somebody else wrote it.
pub fn parse(text: &str, tz: Tz) -> Option<(Expanded, NaiveDateTime)> {
    let (rule, span) = text.rsplit_once(SHOWN)?;
    let (from, until) = span.split_once('/')?;
    let (from, until) = (
        super::stamp::parse_day(from)?,
        super::stamp::parse_day(until)?,
    );
    let rules = Rules {
        tz,
        ..Rules::parse(rule)?
    };
    let days = rules.days_by_time(until).ok()?;
    let start = rules.anchor.and_time(rules.time);
    Some((rules.expanded(rules.parts(&days, from, until))?, start))
}
