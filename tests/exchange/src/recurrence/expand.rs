//! Expansion: the dates of a recurrence, in order.

use super::{DaySet, Index, LATEST_END, Pattern, Range, Recurrence};
use chrono::{Datelike, Days, Months, NaiveDate, NaiveDateTime, TimeDelta};

impl Recurrence {
    /// The occurrences in order: their index (from 1, deleted ones count) and wall-clock start.
    ///
    /// The dates come from the range's `StartDate`, the time of day from `first_start`. Ends with the range, or
    /// without one at [`LATEST_END`]. A regenerating pattern has the one occurrence that exists.
    pub fn occurrences(
        &self,
        first_start: NaiveDateTime,
    ) -> impl Iterator<Item = (u32, NaiveDateTime)> + use<> {
        let time = first_start.time();
        (1..).zip(self.dates().map(move |date| date.and_time(time)))
    }

    /// The shortest time between the starts of occurrences; `None` where there is but one.
    pub fn smallest_gap(&self) -> Option<TimeDelta> {
        let dates: Vec<NaiveDate> = self.dates().take(100).collect();
        dates.windows(2).map(|pair| pair[1] - pair[0]).min()
    }

    /// The dates of the occurrences, in order.
    pub fn dates(&self) -> impl Iterator<Item = NaiveDate> + use<> {
        let Self {
            pattern,
            start,
            range,
        } = self.clone();
        let (end, most) = match range {
            Range::NoEnd => (LATEST_END, usize::MAX),
            Range::EndDate(end) => (end.min(LATEST_END), usize::MAX),
            Range::Numbered(count) => (LATEST_END, count as usize),
        };
        Periods {
            pattern,
            start,
            number: 0,
        }
        .flatten()
        .skip_while(move |date| *date < start)
        .take_while(move |date| *date <= end)
        .take(most)
    }
}

/// Walks the periods of a pattern (days, weeks, months, years) and yields the matching dates of each, in order.
struct Periods {
    pattern: Pattern,
    start: NaiveDate,
    number: u32,
}

impl Iterator for Periods {
    type Item = Vec<NaiveDate>;

    fn next(&mut self) -> Option<Vec<NaiveDate>> {
        let number = self.number;
        self.number = number.checked_add(1)?;
        let month_of = |interval: u32| {
            self.start
                .with_day(1)?
                .checked_add_months(Months::new(number.checked_mul(interval)?))
        };
        let year_of = |month: u32| {
            NaiveDate::from_ymd_opt(
                self.start.year().checked_add(i32::try_from(number).ok()?)?,
                month,
                1,
            )
        };
        // The walk ends with the calendar of the server, so that an endless pattern cannot run away.
        let within = |first: NaiveDate| (first <= LATEST_END).then_some(first);
        Some(match self.pattern {
            Pattern::Daily { interval } => vec![within(days_after(self.start, number, interval)?)?],
            Pattern::Weekly {
                interval,
                days,
                first_day,
            } => {
                let week = self.start.week(first_day).checked_first_day()?;
                let week = within(days_after(week, number, interval.checked_mul(7)?)?)?;
                week.iter_days()
                    .take(7)
                    .filter(|date| days.contains(date.weekday()))
                    .collect()
            }
            Pattern::AbsoluteMonthly { interval, day } => {
                vec![clamped(within(month_of(interval)?)?, day)?]
            }
            Pattern::RelativeMonthly {
                interval,
                days,
                index,
            } => {
                vec![nth(within(month_of(interval)?)?, days, index)?]
            }
            Pattern::AbsoluteYearly { day, month } => vec![clamped(within(year_of(month)?)?, day)?],
            Pattern::RelativeYearly { days, index, month } => {
                vec![nth(within(year_of(month)?)?, days, index)?]
            }
            Pattern::Regeneration { .. } if number == 0 => vec![self.start],
            Pattern::Regeneration { .. } => return None,
        })
    }
}

fn days_after(first: NaiveDate, number: u32, step: u32) -> Option<NaiveDate> {
    first.checked_add_days(Days::new(u64::from(number) * u64::from(step)))
}

/// Day `day` of the month that begins on `first`, or its last day where the month is shorter.
fn clamped(first: NaiveDate, day: u32) -> Option<NaiveDate> {
    first.with_day(day).or_else(|| last_day(first))
}

fn last_day(first: NaiveDate) -> Option<NaiveDate> {
    first.checked_add_months(Months::new(1))?.pred_opt()
}

/// The `index`th day out of `days` in the month that begins on `first`. Every non-empty set has four in every month.
fn nth(first: NaiveDate, days: DaySet, index: Index) -> Option<NaiveDate> {
    let mut matching = first
        .iter_days()
        .take_while(|date| date.month() == first.month())
        .filter(|date| days.contains(date.weekday()));
    match index {
        Index::Last => matching.last(),
        index => matching.nth(index as usize),
    }
}
