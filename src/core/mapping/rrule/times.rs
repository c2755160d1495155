//! The occurrences of a rule that has several times a day, on the wall.

use super::days::{has, periods, set, with_defaults};
use super::parts::{Parts, Step};
use chrono::{NaiveDate, NaiveDateTime, NaiveTime, Timelike};

type Times = Box<dyn Iterator<Item = NaiveDateTime>>;

/// The occurrences of a rule with that DTSTART, up to the end of `last`, in order. DTSTART itself is among them only where the
/// rule has it.
pub fn times(parts: &Parts, start: NaiveDateTime, last: NaiveDate) -> Times {
    let most = parts
        .count
        .map_or(usize::MAX, |count| usize::try_from(count).unwrap_or(0));
    let last = parts.until.map_or(last, |until| until.min(last));
    let all = match parts.step {
        Some(step) => by_steps(parts, step, start, last),
        None => by_days(parts, start, last),
    };
    let parts = parts.clone();
    Box::new(
        all.skip_while(move |time| *time < start)
            .take_while(move |time| time.date() <= last && parts.allows(*time))
            .take(most),
    )
}

/// The times of day that a rule has on each of its days.
fn clock(parts: &Parts, start: NaiveTime) -> Vec<NaiveTime> {
    let or = |list: &[i32], own: u32| -> Vec<u32> {
        if list.is_empty() {
            return vec![own];
        }
        list.iter()
            .filter_map(|number| u32::try_from(*number).ok())
            .collect()
    };
    let hours = or(&parts.hours, start.hour());
    let minutes = or(&parts.minutes, start.minute());
    let seconds = or(&parts.seconds, start.second());
    let mut times = Vec::new();
    for hour in &hours {
        for minute in &minutes {
            let on = |second| NaiveTime::from_hms_opt(*hour, *minute, second);
            times.extend(seconds.iter().filter_map(|second| on(*second)));
        }
    }
    times
}

/// Days, weeks, months or years apart.
fn by_days(parts: &Parts, start: NaiveDateTime, last: NaiveDate) -> Times {
    let parts = with_defaults(parts, start.date());
    let times = clock(&parts, start.time());
    let whole = Parts {
        positions: Vec::new(),
        ..parts.clone()
    };
    let periods = periods(&parts, start.date()).take_while(move |period| *period <= last);
    Box::new(periods.flat_map(move |period| {
        let days = set(&whole, period).into_iter();
        let all = days.flat_map(|day| times.iter().map(move |time| day.and_time(*time)));
        chosen(&parts.positions, all.collect())
    }))
}

/// Hours or minutes apart.
fn by_steps(parts: &Parts, step: Step, start: NaiveDateTime, last: NaiveDate) -> Times {
    let length = match step {
        Step::Hour => 60,
        Step::Minute => 1,
    };
    let a_day = 24 * 60 / i64::from(length);
    let period_of =
        move |time: NaiveTime| i64::from(time.num_seconds_from_midnight() / 60 / length);
    let limits = |list: &[i32], number: u32| {
        list.is_empty() || list.contains(&i32::try_from(number).unwrap_or(-1))
    };
    // The periods of a day that the rule does not leave out, and what it has in each.
    let allowed: Vec<(i64, Vec<NaiveTime>)> = (0..24 * 60 / length)
        .filter_map(|period| NaiveTime::from_num_seconds_from_midnight_opt(period * length * 60, 0))
        .filter(|time| limits(&parts.hours, time.hour()))
        .filter(|time| step == Step::Hour || limits(&parts.minutes, time.minute()))
        .map(|time| {
            let own = Parts {
                hours: Vec::new(),
                minutes: match step {
                    Step::Hour => parts.minutes.clone(),
                    Step::Minute => Vec::new(),
                },
                ..parts.clone()
            };
            let minute = match step {
                Step::Hour => start.minute(),
                Step::Minute => time.minute(),
            };
            let at = NaiveTime::from_hms_opt(time.hour(), minute, start.second());
            let times = clock(&own, at.unwrap_or(time));
            (period_of(time), chosen(&parts.positions, times))
        })
        .collect();
    let parts = parts.clone();
    let first = period_of(start.time());
    let interval = i64::from(parts.interval);
    let few = i64::try_from(allowed.len()).is_ok_and(|allowed| allowed * interval <= a_day);
    Box::new(
        (0_i64..)
            .zip(start.date().iter_days().take_while(move |day| *day <= last))
            .filter(move |(_, day)| has(&parts, *day))
            .flat_map(move |(number, day)| {
                let before = number * a_day - first;
                let reached =
                    |period: i64| before + period >= 0 && (before + period) % interval == 0;
                // What is looked through is the shorter of the two.
                let periods: Vec<&(i64, Vec<NaiveTime>)> = if few {
                    allowed
                        .iter()
                        .filter(|(period, _)| reached(*period))
                        .collect()
                } else {
                    let next = (-before).max((interval - before % interval) % interval);
                    let all = (0..).map(|step| next + step * interval);
                    let place = |period| allowed.binary_search_by_key(&period, |(other, _)| *other);
                    all.take_while(|period| *period < a_day)
                        .filter_map(|period| allowed.get(place(period).ok()?))
                        .collect()
                };
                periods
                    .into_iter()
                    .flat_map(|(_, times)| times.iter().map(|time| day.and_time(*time)))
                    .collect::<Vec<_>>()
            }),
    )
}

/// Those at the positions of BYSETPOS.
fn chosen<T>(positions: &[i32], all: Vec<T>) -> Vec<T> {
    if positions.is_empty() {
        return all;
    }
    let size = i32::try_from(all.len()).unwrap_or(i32::MAX);
    let chosen =
        |place: i32| positions.contains(&(place + 1)) || positions.contains(&(place - size));
    let places = (0..).zip(all).filter(|(place, _)| chosen(*place));
    places.map(|(_, one)| one).collect()
}
