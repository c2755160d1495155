//! Occurrences that are moved to the day of another one or past it, which Exchange does not have.

use super::scope::Scope;
use super::{Context, series, stamp};
use crate::dav::Component;
use crate::model::{Key, Occurrence, Record, Value};
use chrono::NaiveDate;

/// Whether an occurrence that is moved to a day would be on the day of another one or past it.
pub fn is_past_another(
    record: &Record,
    occurrence: Occurrence,
    to: NaiveDate,
    context: &Context,
) -> bool {
    let own = series::of(record, context)
        .map(|course| series::day_of_occurrence(course.start, occurrence, context));
    if own == Some(to) {
        return false;
    }
    let (before, after) = series::neighbours(record, occurrence, context);
    before.is_some_and(|day| day >= to) || after.is_some_and(|day| day <= to)
}

/// Exchange moves no occurrence to the day of another one or past it (ErrorOccurrenceCrossingBoundary): leaves those where they
/// were of which that is asked, and no more. What is moved to the right makes room from the right, and the other way round.
pub fn keep_order(record: &mut Record, scope: &mut Scope) {
    let mut moved: Vec<Moved> = record
        .occurrences()
        .filter_map(|occurrence| Moved::of(occurrence, record, scope.context))
        .collect();
    for one in &moved {
        record.remove(Key::at(one.occurrence, "start"));
        record.remove(Key::at(one.occurrence, "end"));
    }
    loop {
        let before = moved.len();
        moved.retain(|one| !one.fits(record, scope.context));
        moved.reverse();
        moved.retain(|one| !one.fits(record, scope.context));
        moved.reverse();
        if moved.len() == before {
            break;
        }
    }
    for one in moved {
        scope.lose(
            "start",
            format!(
                "An occurrence is moved to {}, to the day of another one or past it; Exchange leaves it where it was.",
                one.day
            ),
        );
        let own = |key: Key| key.occurrence == Some(one.occurrence) && key.property != Key::STATE;
        let differs = record.iter().any(|(key, _)| own(key));
        if !differs {
            record.remove(Key::at(one.occurrence, Key::STATE));
        }
    }
}

/// An occurrence that is at another time than its series says.
struct Moved {
    occurrence: Occurrence,
    start: Value,
    end: Option<Value>,
    /// The day that it is moved to.
    day: NaiveDate,
}

impl Moved {
    fn of(occurrence: Occurrence, record: &Record, context: &Context) -> Option<Self> {
        let start = record.get(Key::at(occurrence, "start"))?;
        let Value::Moment(moment) = start else {
            return None;
        };
        Some(Self {
            occurrence,
            day: series::day_of(moment, context),
            start: start.clone(),
            end: record.get(Key::at(occurrence, "end")).cloned(),
        })
    }

    /// Moves it, where there is room.
    fn fits(&self, record: &mut Record, context: &Context) -> bool {
        if is_past_another(record, self.occurrence, self.day, context) {
            return false;
        }
        record.set(Key::at(self.occurrence, "start"), self.start.clone());
        if let Some(end) = &self.end {
            record.set(Key::at(self.occurrence, "end"), end.clone());
        }
        true
    }
}

/// Whether an occurrence is moved in the file only, see [`keep_order`].
pub fn is_kept_where_it_is(
    part: &Component,
    target: &Record,
    occurrence: Occurrence,
    scope: &mut Scope,
) -> bool {
    if target.get(Key::at(occurrence, "start")).is_some() {
        return false;
    }
    let line = part.line("DTSTART");
    let start = line.and_then(|line| stamp::read(line, scope).ok());
    start.is_some_and(|start| {
        let day = series::day_of(&start.moment(), scope.context);
        is_past_another(target, occurrence, day, scope.context)
    })
}
