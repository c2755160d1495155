//! The rules of a zone: which offset from when to when, as yearly patterns.
//!
//! Windows knows a zone as eras of whole years, each with standard time only or with two changes a year. They are
//! found here by looking at the transitions of the IANA zone and asking which yearly pattern fits them.

use super::Zone;
use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeDelta, Timelike, Utc, Weekday};
use chrono_tz::Tz;
use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

/// The years looked at: from the first whose rules Windows itself keeps for most zones to the last that chrono-tz knows.
const YEARS: RangeInclusive<i32> = 2007..=2037;

/// Looking at all those years takes some milliseconds and a mailbox has few zones.
static KNOWN: LazyLock<Mutex<HashMap<Tz, Arc<[Era]>>>> = LazyLock::new(Mutex::default);

/// A run of years with the same rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Era {
    /// The first year of the run.
    pub from: i32,
    /// Seconds east of Greenwich in standard time.
    pub standard: i32,
    /// The change to daylight time and the one back to standard time, where there are any.
    pub changes: Option<[Change; 2]>,
}

/// A change of the offset, every year of an era.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    pub on: On,
    pub month: u32,
    /// By the clock before the change.
    pub time: NaiveTime,
    /// Seconds east of Greenwich before and after.
    pub before: i32,
    pub after: i32,
}

/// The day of a change within its month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    /// The nth such weekday, or with -1 the last one.
    Weekday(Weekday, i32),
    Day(u32),
}

/// One transition as it happened.
#[derive(Clone, Copy)]
struct Transition {
    date: NaiveDate,
    time: NaiveTime,
    before: i32,
    after: i32,
}

impl Zone {
    /// The eras of this zone in order; there is at least one.
    pub fn eras(&self) -> Arc<[Era]> {
        let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        let eras = known
            .entry(self.tz)
            .or_insert_with(|| self.find_eras().into());
        Arc::clone(eras)
    }

    fn find_eras(&self) -> Vec<Era> {
        let mut eras: Vec<Era> = Vec::new();
        let mut years: Vec<Vec<Transition>> = Vec::new();
        for year in YEARS {
            years.push(self.transitions(year));
            let standard = self.offset_on(year);
            match (rule(&years, standard), eras.last_mut()) {
                (Some(era), Some(last)) if years.len() > 1 && last.standard == era.standard => {
                    last.changes = era.changes;
                }
                _ => {
                    years = years.split_off(years.len() - 1);
                    let changes = rule(&years, standard).and_then(|era| era.changes);
                    let standard = changes.map_or(standard, |[to_daylight, _]| to_daylight.before);
                    eras.push(Era {
                        from: year,
                        standard,
                        changes,
                    });
                }
            }
        }
        eras
    }

    /// The era of a year.
    pub fn era(&self, year: i32) -> Era {
        let eras = self.eras();
        eras[eras.iter().rposition(|era| era.from <= year).unwrap_or(0)]
    }

    /// The offset at the beginning of a year, in seconds.
    fn offset_on(&self, year: i32) -> i32 {
        self.offset(first_of(year))
    }

    fn offset(&self, at: DateTime<Utc>) -> i32 {
        i32::try_from((self.to_local(at) - at.naive_utc()).num_seconds()).unwrap_or(0)
    }

    /// What changed within a year, found by comparing days and then halving the interval.
    fn transitions(&self, year: i32) -> Vec<Transition> {
        let end = first_of(year + 1);
        let mut found = Vec::new();
        let mut day = first_of(year);
        while day < end {
            let next = (day + TimeDelta::days(1)).min(end);
            if self.offset(day) != self.offset(next) {
                found.push(self.transition_between(day, next));
            }
            day = next;
        }
        found
    }

    fn transition_between(&self, mut low: DateTime<Utc>, mut high: DateTime<Utc>) -> Transition {
        let (before, after) = (self.offset(low), self.offset(high));
        while high - low > TimeDelta::seconds(1) {
            let middle = low + TimeDelta::seconds((high - low).num_seconds() / 2);
            if self.offset(middle) == before {
                low = middle;
            } else {
                high = middle;
            }
        }
        let clock = high.naive_utc() + TimeDelta::seconds(before.into());
        Transition {
            date: clock.date(),
            time: clock.time(),
            before,
            after,
        }
    }
}

fn first_of(year: i32) -> DateTime<Utc> {
    NaiveDate::from_ymd_opt(year, 1, 1)
        .unwrap_or_default()
        .and_time(NaiveTime::MIN)
        .and_utc()
}

/// The rule that all these years follow, if there is one. Years with other than two changes follow none, unless they
/// all have no change.
fn rule(years: &[Vec<Transition>], standard: i32) -> Option<Era> {
    if years.iter().all(Vec::is_empty) {
        return Some(Era {
            from: 0,
            standard,
            changes: None,
        });
    }
    if years.iter().any(|year| year.len() != 2) {
        return single_change(years);
    }
    let nth = |n: usize| {
        change(
            &years
                .iter()
                .filter_map(|year| year.get(n).copied())
                .collect::<Vec<_>>(),
        )
    };
    let (first, second) = (nth(0)?, nth(1)?);
    let changes = if first.after > first.before {
        [first, second]
    } else {
        [second, first]
    };
    Some(Era {
        from: 0,
        standard: changes[0].before,
        changes: Some(changes),
    })
}

/// One year with one change: as on Windows, the year begins with a change to the offset it begins with.
fn single_change(years: &[Vec<Transition>]) -> Option<Era> {
    let [year] = years else { return None };
    let [transition] = year.as_slice() else {
        return None;
    };
    let there = change(&[*transition])?;
    let back = Change {
        on: On::Day(1),
        month: 1,
        time: NaiveTime::MIN,
        before: there.after,
        after: there.before,
    };
    let changes = if there.after > there.before {
        [there, back]
    } else {
        [back, there]
    };
    Some(Era {
        from: 0,
        standard: changes[0].before,
        changes: Some(changes),
    })
}

/// The yearly pattern of transitions that happened in one year each.
fn change(transitions: &[Transition]) -> Option<Change> {
    let first = transitions.first()?;
    let alike = |t: &Transition| {
        t.date.month() == first.date.month()
            && t.date.weekday() == first.date.weekday()
            && (t.time, t.before, t.after) == (first.time, first.before, first.after)
    };
    if !transitions.iter().all(alike) {
        return None;
    }
    let nth = (first.date.day0() / 7 + 1) as i32;
    let number = if transitions.iter().all(|t| is_last(t.date)) {
        -1
    } else if transitions
        .iter()
        .all(|t| (t.date.day0() / 7 + 1) as i32 == nth)
    {
        nth
    } else {
        return None;
    };
    Some(Change {
        on: On::Weekday(first.date.weekday(), number),
        month: first.date.month(),
        time: first.time.with_nanosecond(0)?,
        before: first.before,
        after: first.after,
    })
}

/// Whether a week later it is another month.
fn is_last(date: NaiveDate) -> bool {
    date.checked_add_days(Days::new(7))
        .is_none_or(|later| later.month() != date.month())
}
