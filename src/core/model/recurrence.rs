//! A series' rule, in the shape Exchange has: exactly one pattern and one range (MS-OXWSCDATA RecurrenceType).

use chrono::NaiveDate;

/// Days of the week as a set; bit 0 is Monday, bit 6 is Sunday.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Days(pub u8);

impl Days {
    pub const ALL: Self = Self(0b111_1111);
    pub const WEEKDAYS: Self = Self(0b001_1111);
    pub const WEEKEND: Self = Self(0b110_0000);

    pub const fn contains(self, day: chrono::Weekday) -> bool {
        self.0 & (1 << day.num_days_from_monday()) != 0
    }

    #[must_use]
    pub const fn with(self, day: chrono::Weekday) -> Self {
        Self(self.0 | (1 << day.num_days_from_monday()))
    }

    pub const fn len(self) -> u32 {
        self.0.count_ones()
    }

    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Nth {
    First,
    Second,
    Third,
    Fourth,
    Last,
}

/// Where in a month an occurrence falls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MonthDay {
    /// 1..=31; in shorter months Exchange takes the last day.
    Day(u8),
    /// For example the last weekday. The set is one day, or ALL, WEEKDAYS or WEEKEND.
    Nth(Nth, Days),
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Frequency {
    #[default]
    Daily,
    Weekly,
    Monthly,
    Yearly,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Pattern {
    Daily {
        interval: u32,
    },
    Weekly {
        interval: u32,
        days: Days,
        week_start: chrono::Weekday,
    },
    Monthly {
        interval: u32,
        on: MonthDay,
    },
    /// `month` is 1..=12. Exchange has no interval of years; see `mapping` for the transformation.
    Yearly {
        month: u8,
        on: MonthDay,
    },
    /// Tasks only: so many days, weeks, months or years after it was completed.
    Regenerating {
        every: Frequency,
        interval: u32,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Range {
    Forever,
    /// The last day, inclusive, in the series' zone.
    Until(NaiveDate),
    Count(u32),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Recurrence {
    pub pattern: Pattern,
    pub range: Range,
}
