//! What repeats in ways that Exchange has no form for: RRULE, EXRULE and RDATE together, and the series that Exchange
//! shows in their place (docs/adr/0007).

use super::cover::cover;
use super::expand;
use super::rrule::{self, Parts};
use super::scope::{Scope, refuse};
use super::stamp::{self, Stamp};
use super::zones;
use crate::dav::{Component, Line, split};
use crate::error::Result;
use crate::model::{Expanded, Pattern, Range, Recurrence, Shown};
use chrono::{Datelike, NaiveDate, NaiveTime};
use chrono_tz::Tz;
use std::collections::BTreeSet;

/// How many years a rule without an end is shown ahead, at most and at least.
const YEARS: std::ops::RangeInclusive<i32> = 1..=5;
/// How many occurrences that are deleted or changed for a rule a series may have before it is shown for fewer years.
pub const BUDGET: usize = 750;
/// The year in which every rule is taken to end: no server takes much later ones.
const END: i32 = 2200;

/// The lines of a component that say when it repeats.
pub struct Rules {
    /// The day of DTSTART.
    pub(super) anchor: NaiveDate,
    /// The time of DTSTART, and whose clock it is on.
    pub(super) time: NaiveTime,
    pub(super) tz: Tz,
    pub(super) including: Vec<Parts>,
    pub(super) excluding: Vec<Parts>,
    /// Further days, with the time where it is another than that of DTSTART.
    pub(super) days: BTreeSet<(NaiveDate, Option<NaiveTime>)>,
    /// Whether it has several occurrences on one day, as far as that is known.
    pub(super) several: bool,
}

impl Rules {
    pub fn read(component: &Component, start: &Stamp, scope: &mut Scope) -> Result<Self> {
        let parts = |name: &str| {
            component
                .all(name)
                .filter(|line| !line.is_blank())
                .map(|line| Parts::read(line.value(), start))
                .collect::<Result<Vec<_>>>()
        };
        Ok(Self::new(
            start,
            parts("RRULE")?,
            parts("EXRULE")?,
            further_days(component, start, scope)?,
        ))
    }

    fn new(
        start: &Stamp,
        including: Vec<Parts>,
        excluding: Vec<Parts>,
        days: BTreeSet<(NaiveDate, Option<NaiveTime>)>,
    ) -> Self {
        let has_times = including.iter().chain(&excluding).any(Parts::has_times);
        let twice = |((day, _), (next, _)): (&(NaiveDate, _), &(NaiveDate, _))| day == next;
        Self {
            anchor: start.day(),
            time: start.time(),
            tz: match start {
                Stamp::Day(_) => Tz::UTC,
                Stamp::Time { tz, .. } => *tz,
            },
            several: has_times || days.iter().zip(days.iter().skip(1)).any(twice),
            including,
            excluding,
            days,
        }
    }

    /// A single rule that Exchange has. `ErrorKind::Item` where that has no day.
    pub fn plain(&self) -> Result<Option<Recurrence>> {
        let rule = match self.including.as_slice() {
            [rule] if self.excluding.is_empty() && self.days.is_empty() && !self.several => {
                rrule::recurrence(rule, self.anchor)
            }
            _ => None,
        };
        let is_empty = |rule: &Recurrence| expand::days(rule, self.anchor).next().is_none();
        if rule.as_ref().is_some_and(is_empty) {
            return Err(nothing());
        }
        Ok(rule)
    }

    /// In canonical form, as [`Expanded::rule`] has it.
    pub(super) fn text(&self) -> String {
        let plain = |day: NaiveDate, time: Option<NaiveTime>| match time {
            None => rrule::plain(day),
            Some(time) => stamp::compact(day.and_time(time)),
        };
        let start = plain(self.anchor, self.several.then_some(self.time));
        let mut words = vec![format!("DTSTART:{start}")];
        for (name, rules) in [("RRULE", &self.including), ("EXRULE", &self.excluding)] {
            let texts = rules.iter().map(|rule| rule.text(plain));
            words.extend(texts.map(|text| format!("{name}:{text}")));
        }
        if !self.days.is_empty() {
            let days = self.days.iter().map(|(day, time)| plain(*day, *time));
            words.push(format!("RDATE:{}", days.collect::<Vec<_>>().join(",")));
        }
        words.join(" ")
    }

    /// Reads what [`Rules::text`] wrote; None where somebody else wrote it.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut words = text.split(' ');
        let (anchor, time) = day_and_time(words.next()?.strip_prefix("DTSTART:")?)?;
        let start = match time {
            None => Stamp::Day(anchor),
            Some(time) => Stamp::Time {
                local: anchor.and_time(time),
                zone: zones::utc(),
                tz: Tz::UTC,
            },
        };
        let (mut including, mut excluding) = (Vec::new(), Vec::new());
        let mut days = BTreeSet::new();
        for word in words {
            match word.split_once(':')? {
                ("RRULE", text) => including.push(Parts::read(text, &start).ok()?),
                ("EXRULE", text) => excluding.push(Parts::read(text, &start).ok()?),
                ("RDATE", text) => {
                    for value in text.split(',') {
                        days.insert(day_and_time(value)?);
                    }
                }
                _ => return None,
            }
        }
        let mut rules = Self::new(&start, including, excluding, days);
        rules.several = time.is_some();
        Some(rules)
    }

    /// Every day up to `last`, in order. DTSTART counts where there is no rule that would have it.
    fn all(&self, last: NaiveDate) -> Vec<NaiveDate> {
        let of = |rules: &[Parts], last: NaiveDate| {
            let days = rules
                .iter()
                .flat_map(|rule| rrule::days(rule, self.anchor, last));
            days.collect::<Vec<_>>()
        };
        let mut days = of(&self.including, last);
        days.extend(
            self.days
                .iter()
                .map(|(day, _)| *day)
                .filter(|day| *day <= last),
        );
        if self.including.is_empty() {
            days.push(self.anchor);
        }
        days.sort_unstable();
        days.dedup();
        if let Some(last) = days.last().filter(|_| !self.excluding.is_empty()) {
            let mut without = of(&self.excluding, *last);
            without.sort_unstable();
            days.retain(|day| without.binary_search(day).is_err());
        }
        days
    }

    /// The last day; None where there is none before [`END`].
    fn end(&self) -> Option<NaiveDate> {
        let ends = |rule: &Parts| rule.count.is_some() || rule.until.is_some();
        let end = || self.all(end_of(END)).last().copied();
        self.including.iter().all(ends).then(end)?
    }

    /// What Exchange shows. `ErrorKind::Item` where there is nothing to show.
    pub fn expand(mut self, scope: &mut Scope) -> Result<Expanded> {
        if self.several || self.is_twice_a_day(scope.context.today) {
            self.several = true;
            return self.expand_times(scope);
        }
        let end = self.end();
        let spans = || spans(self.anchor, end, scope.context.today);
        let widest = spans().map(|(_, until)| until).max();
        let all = self.all(widest.unwrap_or(self.anchor));
        let mut found: Option<Shown> = None;
        for (from, until) in spans() {
            found = shown(&all, from, until).or(found);
            let fits = |shown: &Shown| shown.left_out.len() <= BUDGET;
            if found.as_ref().is_some_and(fits) {
                break;
            }
        }
        let shown = found.ok_or_else(nothing)?;
        if let Range::Until(until) = shown.recurrence.range {
            tell((shown.first, until), all.first().copied(), end, scope);
        }
        if let Some(first) = all.first().filter(|first| **first != self.anchor) {
            scope.lose(
                "start",
                format!(
                    "It starts on {}, a day its rule does not have; in Exchange it starts on {first}.",
                    self.anchor
                ),
            );
        }
        Ok(Expanded {
            rule: self.text(),
            anchor: self.anchor,
            times: self.times(),
            shown,
            parts: Vec::new(),
        })
    }

    /// Whether a day with a time of its own is one of the rule's as well.
    fn is_twice_a_day(&self, today: NaiveDate) -> bool {
        let times = self.times();
        let Some((last, _)) = times.last() else {
            return false;
        };
        let last = *last.min(&end_of(today.year().saturating_add(*YEARS.end())));
        let regular = Self {
            days: self
                .days
                .iter()
                .filter(|(_, time)| time.is_none())
                .copied()
                .collect(),
            including: self.including.clone(),
            excluding: self.excluding.clone(),
            ..*self
        };
        let regular = regular.all(last);
        times
            .iter()
            .any(|(day, _)| regular.binary_search(day).is_ok())
    }

    /// As a task carries it, of which Exchange shows nothing. Its dates move on from one instance to the next, so they
    /// are no part of the rule.
    pub fn hidden(mut self) -> Expanded {
        self.anchor = NaiveDate::default();
        Expanded {
            rule: self.text(),
            anchor: self.anchor,
            times: self.times(),
            shown: Shown {
                first: self.anchor,
                recurrence: Recurrence {
                    pattern: Pattern::Daily { interval: 1 },
                    range: Range::Count(1),
                },
                left_out: Vec::new(),
                complete: true,
            },
            parts: Vec::new(),
        }
    }

    fn times(&self) -> Vec<(NaiveDate, NaiveTime)> {
        let times = self.days.iter();
        times
            .filter_map(|(day, time)| Some((*day, (*time)?)))
            .collect()
    }

    /// The lines for a component that starts as `start` says.
    pub fn lines(&self, start: &Stamp) -> Vec<Line<'static>> {
        let mut lines = Vec::new();
        for (name, rules) in [("RRULE", &self.including), ("EXRULE", &self.excluding)] {
            let texts = rules
                .iter()
                .map(|rule| rule.text(|day, time| rrule::until(day, time, start)));
            lines.extend(texts.map(|text| Line::new(name, &[], &text)));
        }
        let days = self.days.iter();
        lines.extend(days.map(|(day, time)| match start {
            Stamp::Day(_) => Line::new("RDATE", &[("VALUE", "DATE")], &rrule::plain(*day)),
            Stamp::Time { local, tz, .. } => {
                let local = day.and_time(time.unwrap_or_else(|| local.time()));
                let utc = zones::to_utc(local, *tz).naive_utc();
                Line::new("RDATE", &[], &format!("{}Z", stamp::compact(utc)))
            }
        }));
        lines
    }
}

/// `20260105` or `20260105T140000`
fn day_and_time(text: &str) -> Option<(NaiveDate, Option<NaiveTime>)> {
    let time = text.get(8..).filter(|time| !time.is_empty());
    let time = time.map(|time| NaiveTime::parse_from_str(time, "T%H%M%S"));
    Some((stamp::parse_day(text.get(..8)?)?, time.transpose().ok()?))
}

pub(super) fn end_of(year: i32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, 12, 31).unwrap_or(NaiveDate::MAX)
}

/// The first and the last day that can be shown of what starts on `first`, widest first.
pub fn spans(
    first: NaiveDate,
    end: Option<NaiveDate>,
    today: NaiveDate,
) -> impl Iterator<Item = (NaiveDate, NaiveDate)> {
    // What ended long ago is looked at from its own end.
    let year = first.max(today).year();
    let year = end.map_or(year, |end| end.year().min(year));
    let until = move |years: i32| {
        let until = end_of(year.saturating_add(years));
        end.map_or(until, |end| end.min(until))
    };
    let whole = YEARS.rev().map(move |years| (first, until(years)));
    // What needs too many and started long ago is shown from this year on.
    let january = NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or(first);
    whole.chain([(january.max(first), until(*YEARS.start()))])
}

/// The days of RDATE.
fn further_days(
    component: &Component,
    start: &Stamp,
    scope: &mut Scope,
) -> Result<BTreeSet<(NaiveDate, Option<NaiveTime>)>> {
    let mut days = BTreeSet::new();
    for line in component.all("RDATE").filter(|line| !line.is_blank()) {
        for value in split(line.value(), b',') {
            let (value, period) = value
                .split_once('/')
                .map_or((value, false), |(value, _)| (value, true));
            if period {
                scope.lose(
                    "recurrence",
                    "One of its further dates (RDATE) has an end of its own; in Exchange it is as long as the others.",
                );
            }
            let stamp = stamp::read_value(line, value, scope)?;
            days.insert(on_clock(start, &stamp, scope));
        }
    }
    Ok(days)
}

/// The day of a stamp on the clock of a series, and the time where it is another one.
fn on_clock(start: &Stamp, stamp: &Stamp, scope: &Scope) -> (NaiveDate, Option<NaiveTime>) {
    match (start, stamp) {
        (Stamp::Time { local, tz, .. }, Stamp::Time { .. }) => {
            let at = zones::to_local(stamp.instant(scope), *tz);
            let time = Some(at.time()).filter(|time| *time != local.time());
            (at.date(), time)
        }
        (_, stamp) => (stamp.day(), None),
    }
}

/// What repeats on listed days only.
pub fn listed<'s>(
    start: &Stamp,
    stamps: impl Iterator<Item = &'s Stamp>,
    scope: &mut Scope,
) -> Result<Expanded> {
    let mut days: BTreeSet<_> = stamps.map(|stamp| on_clock(start, stamp, scope)).collect();
    days.remove(&(start.day(), None));
    Rules::new(start, Vec::new(), Vec::new(), days).expand(scope)
}

pub(super) fn nothing() -> crate::error::Error {
    refuse("Its rule has no day at all, or none in the next years.")
}

/// The days of `all` from one day to another, as Exchange can show them.
pub(super) fn shown(all: &[NaiveDate], from: NaiveDate, until: NaiveDate) -> Option<Shown> {
    let span = all.iter().filter(|day| (from..=until).contains(*day));
    let days: Vec<NaiveDate> = span.copied().collect();
    let (recurrence, left_out) = cover(&days, until)?;
    Some(Shown {
        first: *days.first()?,
        recurrence,
        left_out,
        complete: true,
    })
}

/// Tells what is not shown of what lasts from `first` to `end`.
pub(super) fn tell(
    (from, until): (NaiveDate, NaiveDate),
    first: Option<NaiveDate>,
    end: Option<NaiveDate>,
    scope: &mut Scope,
) {
    let from = (first != Some(from)).then(|| format!(" from {from}"));
    let until = (end != Some(until)).then(|| format!(" until {until}"));
    if from.is_some() || until.is_some() {
        let (from, until) = (from.unwrap_or_default(), until.unwrap_or_default());
        scope.lose(
            "recurrence",
            format!("Exchange has no such rule; it shows the occurrences{from}{until}."),
        );
    }
}

/// The rule that an item in Exchange was made from, where the item is what that rule is shown as: `found` is its
/// series, `first` the day that starts on, `deleted` the days of its deleted occurrences.
pub fn honoured(
    text: &str,
    found: &Recurrence,
    first: NaiveDate,
    deleted: &[NaiveDate],
) -> Option<Expanded> {
    let Range::Until(until) = found.range else {
        return None;
    };
    let rules = Rules::parse(text).filter(|rules| !rules.several)?;
    // An end that is neither one of ours nor the rule's own was set by somebody else.
    if until != end_of(until.year()) && rules.end() != Some(until) {
        return None;
    }
    let mut shown = shown(&rules.all(until), first, until)?;
    shown.complete = shown.left_out.iter().all(|day| deleted.contains(day));
    (shown.recurrence == *found && shown.first == first).then(|| Expanded {
        rule: text.to_owned(),
        anchor: rules.anchor,
        times: rules.times(),
        shown,
        parts: Vec::new(),
    })
}

/// The rule that an item in Exchange carries and shows nothing of.
pub fn hidden(text: &str) -> Option<Expanded> {
    Rules::parse(text).map(Rules::hidden)
}

/// The lines of an expanded rule for a component that starts as `start` says.
pub fn lines(rule: &Expanded, start: &Stamp) -> Vec<Line<'static>> {
    Rules::parse(&rule.rule)
        .map(|rules| rules.lines(start))
        .unwrap_or_default()
}
