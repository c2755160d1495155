//! Sets of weekdays and the index of a day in a month.

use chrono::Weekday;

/// A set of weekdays: `DaysOfWeek` with its collective names `Day`, `Weekday` and `WeekendDay` resolved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DaySet(u8);

const WEEK: [Weekday; 7] = [
    Weekday::Sun,
    Weekday::Mon,
    Weekday::Tue,
    Weekday::Wed,
    Weekday::Thu,
    Weekday::Fri,
    Weekday::Sat,
];
const NAMES: [&str; 7] = [
    "Sunday",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
];
const SHORT: [&str; 7] = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"];

impl DaySet {
    pub const DAY: Self = Self(0b111_1111);
    pub const WEEKDAY: Self = Self(0b011_1110);
    pub const WEEKEND_DAY: Self = Self(0b100_0001);

    pub fn of(days: &[Weekday]) -> Self {
        Self(days.iter().fold(0, |set, day| set | bit(*day)))
    }

    pub fn contains(self, day: Weekday) -> bool {
        self.0 & bit(day) != 0
    }

    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub fn len(self) -> u32 {
        self.0.count_ones()
    }

    pub fn iter(self) -> impl Iterator<Item = Weekday> {
        WEEK.into_iter().filter(move |day| self.contains(*day))
    }

    /// Reads the blank-separated list of `DaysOfWeek`.
    pub fn from_names(list: &str) -> Option<Self> {
        list.split_ascii_whitespace()
            .try_fold(Self::default(), |set, name| {
                let more = match name {
                    "Day" => Self::DAY,
                    "Weekday" => Self::WEEKDAY,
                    "WeekendDay" => Self::WEEKEND_DAY,
                    _ => Self::of(&[weekday(name)?]),
                };
                Some(Self(set.0 | more.0))
            })
    }

    /// The days one by one, as a weekly pattern lists them.
    pub fn names(self) -> String {
        self.iter().map(weekday_name).collect::<Vec<_>>().join(" ")
    }

    /// The one name of a relative pattern's days, where there is one.
    pub fn name(self) -> Option<&'static str> {
        match self {
            Self::DAY => Some("Day"),
            Self::WEEKDAY => Some("Weekday"),
            Self::WEEKEND_DAY => Some("WeekendDay"),
            set if set.len() == 1 => set.iter().next().map(weekday_name),
            _ => None,
        }
    }

    /// The days as in BYDAY: `MO,WE`.
    pub fn by_day(self) -> String {
        self.iter().map(weekday_short).collect::<Vec<_>>().join(",")
    }
}

/// `DayOfWeekIndex`: which of the matching days of a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Index {
    First,
    Second,
    Third,
    Fourth,
    Last,
}

impl Index {
    const ALL: [(Self, &'static str, i32); 5] = [
        (Self::First, "First", 1),
        (Self::Second, "Second", 2),
        (Self::Third, "Third", 3),
        (Self::Fourth, "Fourth", 4),
        (Self::Last, "Last", -1),
    ];

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|(_, n, _)| *n == name)
            .map(|(index, ..)| index)
    }

    /// The index of BYSETPOS and BYDAY: 1 to 4, or -1 for the last one.
    pub fn from_number(number: i32) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|(.., n)| *n == number)
            .map(|(index, ..)| index)
    }

    pub fn name(self) -> &'static str {
        Self::ALL[self as usize].1
    }

    pub fn number(self) -> i32 {
        Self::ALL[self as usize].2
    }
}

fn bit(day: Weekday) -> u8 {
    1 << day.num_days_from_sunday()
}

/// The weekday of an English name as EWS spells it.
pub fn weekday(name: &str) -> Option<Weekday> {
    NAMES.iter().position(|n| *n == name).map(|at| WEEK[at])
}

pub fn weekday_name(day: Weekday) -> &'static str {
    NAMES[day.num_days_from_sunday() as usize]
}

/// The weekday of a two-letter name as iCalendar spells it.
pub fn weekday_from_short(name: &str) -> Option<Weekday> {
    SHORT
        .iter()
        .position(|n| n.eq_ignore_ascii_case(name))
        .map(|at| WEEK[at])
}

pub fn weekday_short(day: Weekday) -> &'static str {
    SHORT[day.num_days_from_sunday() as usize]
}
