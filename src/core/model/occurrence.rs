use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use std::fmt;
use std::str::FromStr;

/// One occurrence of a series, named by its original start (`RECURRENCE-ID`, `OriginalStart`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Occurrence {
    Day(NaiveDate),
    At(DateTime<Utc>),
}

impl fmt::Display for Occurrence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day(day) => write!(f, "{}", day.format("%Y%m%d")),
            Self::At(instant) => write!(f, "{}", instant.format("%Y%m%dT%H%M%SZ")),
        }
    }
}

impl FromStr for Occurrence {
    type Err = chrono::ParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        NaiveDate::parse_from_str(text, "%Y%m%d")
            .map(Self::Day)
            .or_else(|_| {
                NaiveDateTime::parse_from_str(text, "%Y%m%dT%H%M%SZ")
                    .map(|time| Self::At(time.and_utc()))
            })
    }
}
