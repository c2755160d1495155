use super::{Range, Recurrence};
use chrono::{NaiveDate, NaiveTime};
use std::hash::{Hash, Hasher};

/// A rule that Exchange has no form for, and what Exchange shows in its place.
/// Two are equal where their rules are, however far each is shown.
#[derive(Clone, Debug)]
pub struct Expanded {
    /// The rule in canonical form, on the clock of its series: `DTSTART:20260101 RRULE:FREQ=MONTHLY;BYMONTHDAY=1,15`.
    pub rule: String,
    /// The day of DTSTART.
    pub anchor: NaiveDate,
    /// Days on which the occurrence is at another time than the series', in order.
    pub times: Vec<(NaiveDate, NaiveTime)>,
    pub shown: Shown,
    /// Where it has several occurrences on one day: a series for each time of day, in order. `shown` is the first of them.
    pub parts: Vec<Part>,
}

/// The occurrences of a rule at one time of day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    pub time: NaiveTime,
    pub shown: Shown,
}

/// A series that Exchange has a form for: all days of a rule within a span, and as few others as possible.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The first day of the series in Exchange; a rule may have started before.
    pub first: NaiveDate,
    pub recurrence: Recurrence,
    /// The others, in order: deleted occurrences.
    pub left_out: Vec<NaiveDate>,
    /// Whether an item as found has all of those deleted.
    pub complete: bool,
}

impl Expanded {
    /// The days within what is shown whose occurrence is at another time.
    pub fn times_shown(&self) -> impl Iterator<Item = &(NaiveDate, NaiveTime)> {
        let until = match self.shown.recurrence.range {
            Range::Until(until) => until,
            Range::Forever | Range::Count(_) => NaiveDate::MAX,
        };
        let shown = self.shown.first..=until;
        self.times
            .iter()
            .filter(move |(day, _)| shown.contains(day))
    }
}

impl PartialEq for Expanded {
    fn eq(&self, other: &Self) -> bool {
        self.rule == other.rule
    }
}

impl Eq for Expanded {}

impl Hash for Expanded {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.rule.hash(state);
    }
}
