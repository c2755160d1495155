//! What a zone's definition says its clock shows: when it changes, and to which offset.

use super::{Context, ZONES, own, tz_of};
use crate::model::Zone;
use chrono::{
    Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeDelta, TimeZone, Weekday,
};
use chrono_tz::Tz;
use std::ops::Range;

/// The changes of a clock, in order: the instant in UTC, and the offset from UTC in seconds from then on.
pub struct Onsets {
    /// What the clock shows before the first of them.
    pub first: i32,
    pub changes: Vec<(NaiveDateTime, i32)>,
}

/// The years that definitions are compared in: those around today, since many programs write no others.
pub fn years(context: &Context) -> Range<i32> {
    let today = context.today.year();
    today - 1..today + 4
}

/// The nth such weekday of a month, or the last (-1).
pub fn nth(year: i32, month: u32, weekday: Weekday, nth: i32) -> Option<NaiveDate> {
    if let Ok(nth @ 1..=5) = u8::try_from(nth) {
        // The fifth is the last where there is none.
        return NaiveDate::from_weekday_of_month_opt(year, month, weekday, nth)
            .or_else(|| NaiveDate::from_weekday_of_month_opt(year, month, weekday, nth - 1));
    }
    let next =
        NaiveDate::from_ymd_opt(year, month, 1)?.checked_add_months(chrono::Months::new(1))?;
    let last = next.pred_opt()?;
    let back = (7 + last.weekday().num_days_from_monday() - weekday.num_days_from_monday()) % 7;
    let weeks = u64::try_from(-1 - nth).ok()?;
    last.checked_sub_days(Days::new(u64::from(back) + 7 * weeks))
}

impl Onsets {
    /// From changes by the clock on the wall, each with the offset it brings; the order of them tells the offset before.
    pub fn of_walls(mut walls: Vec<(NaiveDateTime, i32)>) -> Option<Self> {
        walls.sort_unstable();
        let mut before = walls.first()?.1;
        let first = before;
        let mut changes = Vec::new();
        for (wall, offset) in walls {
            if offset != before {
                let instant = wall.checked_sub_signed(TimeDelta::seconds(i64::from(before)))?;
                changes.push((instant, offset));
                before = offset;
            }
        }
        Some(Self { first, changes })
    }

    fn at(&self, instant: NaiveDateTime) -> i32 {
        let passed = self.changes.partition_point(|(onset, _)| *onset <= instant);
        passed
            .checked_sub(1)
            .and_then(|last| self.changes.get(last))
            .map_or(self.first, |(_, offset)| *offset)
    }

    /// A zone whose clock shows the same at every moment of these years; the person's own first.
    pub fn zone(&self, years: &Range<i32>, context: &Context) -> Option<(Zone, Tz)> {
        let moments = self.moments(years)?;
        let same = |tz: Tz| {
            moments
                .iter()
                .all(|moment| shows(tz, *moment) == self.at(*moment))
        };
        let (zone, tz) = own(context);
        if same(tz) {
            return Some((zone, tz));
        }
        ZONES
            .iter()
            .find(|(_, tz)| same(*tz))
            .map(|(zone, _)| (zone.clone(), tz_of(zone, context)))
    }

    /// What to look at: the seconds around each change, and every third day, lest the other clock changes in between.
    fn moments(&self, years: &Range<i32>) -> Option<Vec<NaiveDateTime>> {
        let at = |year| Some(NaiveDate::from_yo_opt(year, 1)?.and_time(NaiveTime::MIN));
        let (start, end) = (at(years.start)?, at(years.end)?);
        let within = |moment: &NaiveDateTime| (start..end).contains(moment);
        let around = |(onset, _): &(NaiveDateTime, i32)| {
            [
                onset.checked_sub_signed(TimeDelta::seconds(1)),
                Some(*onset),
            ]
        };
        let mut moments: Vec<NaiveDateTime> = self
            .changes
            .iter()
            .flat_map(around)
            .flatten()
            .filter(within)
            .collect();
        let mut moment = start;
        while moment < end {
            moments.push(moment);
            moment = moment.checked_add_signed(TimeDelta::hours(72))?;
        }
        Some(moments)
    }
}

fn shows(tz: Tz, instant: NaiveDateTime) -> i32 {
    tz.offset_from_utc_datetime(&instant)
        .fix()
        .local_minus_utc()
}
