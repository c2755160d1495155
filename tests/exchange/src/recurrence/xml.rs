//! The recurrence as `t:Recurrence` (types.xsd RecurrenceType, TaskRecurrenceType).

use super::days::{weekday, weekday_name};
use super::{DaySet, Index, Invalid, Pattern, Range, Recurrence, Unit};
use crate::element::Element;
use chrono::{Month, NaiveDate, Weekday};

impl Recurrence {
    /// Reads a `t:Recurrence` and checks it. The error carries the response code of the server.
    pub fn from_xml(recurrence: &Element) -> Result<Self, Invalid> {
        let [pattern, range] = recurrence.children.as_slice() else {
            return Err(Invalid::rule("A recurrence has one pattern and one range."));
        };
        let recurrence = Self {
            pattern: pattern_from(pattern)?,
            start: date(range, "StartDate")?,
            range: range_from(range)?,
        };
        recurrence.check()?;
        Ok(recurrence)
    }

    /// Writes a `t:Recurrence`.
    pub fn to_xml(&self) -> Element {
        let (name, values): (_, Vec<(&str, String)>) = match self.range {
            Range::NoEnd => ("NoEndRecurrence", vec![]),
            Range::EndDate(end) => ("EndDateRecurrence", vec![("EndDate", end.to_string())]),
            Range::Numbered(count) => (
                "NumberedRecurrence",
                vec![("NumberOfOccurrences", count.to_string())],
            ),
        };
        let range = Element::t(name)
            .with(Element::leaf("StartDate", self.start))
            .with_all(leaves(values));
        Element::t("Recurrence")
            .with(pattern_to(&self.pattern))
            .with(range)
    }
}

fn pattern_from(pattern: &Element) -> Result<Pattern, Invalid> {
    let interval = || number(pattern, "Interval");
    let regeneration = |unit| {
        Ok(Pattern::Regeneration {
            unit,
            interval: interval()?,
        })
    };
    Ok(match pattern.name.as_str() {
        "DailyRecurrence" => Pattern::Daily {
            interval: interval()?,
        },
        "WeeklyRecurrence" => Pattern::Weekly {
            interval: interval()?,
            days: days(pattern)?,
            first_day: match pattern.text_of("FirstDayOfWeek") {
                None => Weekday::Sun,
                Some(name) => weekday(name)
                    .ok_or_else(|| Invalid::rule(format!("{name} is no first day of a week.")))?,
            },
        },
        "AbsoluteMonthlyRecurrence" => Pattern::AbsoluteMonthly {
            interval: interval()?,
            day: number(pattern, "DayOfMonth")?,
        },
        "RelativeMonthlyRecurrence" => Pattern::RelativeMonthly {
            interval: interval()?,
            days: days(pattern)?,
            index: index(pattern)?,
        },
        "AbsoluteYearlyRecurrence" => Pattern::AbsoluteYearly {
            day: number(pattern, "DayOfMonth")?,
            month: month(pattern)?,
        },
        "RelativeYearlyRecurrence" => Pattern::RelativeYearly {
            days: days(pattern)?,
            index: index(pattern)?,
            month: month(pattern)?,
        },
        "DailyRegeneration" => regeneration(Unit::Day)?,
        "WeeklyRegeneration" => regeneration(Unit::Week)?,
        "MonthlyRegeneration" => regeneration(Unit::Month)?,
        "YearlyRegeneration" => regeneration(Unit::Year)?,
        other => return Err(Invalid::rule(format!("{other} is no pattern."))),
    })
}

fn range_from(range: &Element) -> Result<Range, Invalid> {
    Ok(match range.name.as_str() {
        "NoEndRecurrence" => Range::NoEnd,
        "EndDateRecurrence" => Range::EndDate(date(range, "EndDate")?),
        "NumberedRecurrence" => Range::Numbered(number(range, "NumberOfOccurrences")?),
        other => return Err(Invalid::rule(format!("{other} is no range."))),
    })
}

fn pattern_to(pattern: &Pattern) -> Element {
    let every = |interval: u32| ("Interval", interval.to_string());
    let which = |days: DaySet, index: Index| {
        let name = days.name().map_or_else(|| days.names(), str::to_owned);
        [
            ("DaysOfWeek", name),
            ("DayOfWeekIndex", index.name().to_owned()),
        ]
    };
    let (name, values) = match *pattern {
        Pattern::Daily { interval } => ("DailyRecurrence", vec![every(interval)]),
        Pattern::Weekly {
            interval,
            days,
            first_day,
        } => (
            "WeeklyRecurrence",
            vec![
                every(interval),
                ("DaysOfWeek", days.names()),
                ("FirstDayOfWeek", weekday_name(first_day).to_owned()),
            ],
        ),
        Pattern::AbsoluteMonthly { interval, day } => (
            "AbsoluteMonthlyRecurrence",
            vec![every(interval), ("DayOfMonth", day.to_string())],
        ),
        Pattern::RelativeMonthly {
            interval,
            days,
            index,
        } => {
            let [days, index] = which(days, index);
            (
                "RelativeMonthlyRecurrence",
                vec![every(interval), days, index],
            )
        }
        Pattern::AbsoluteYearly { day, month } => (
            "AbsoluteYearlyRecurrence",
            vec![("DayOfMonth", day.to_string()), month_value(month)],
        ),
        Pattern::RelativeYearly { days, index, month } => {
            let [days, index] = which(days, index);
            (
                "RelativeYearlyRecurrence",
                vec![days, index, month_value(month)],
            )
        }
        Pattern::Regeneration { unit, interval } => {
            let name = match unit {
                Unit::Day => "DailyRegeneration",
                Unit::Week => "WeeklyRegeneration",
                Unit::Month => "MonthlyRegeneration",
                Unit::Year => "YearlyRegeneration",
            };
            (name, vec![every(interval)])
        }
    };
    Element::t(name).with_all(leaves(values))
}

fn leaves(values: Vec<(&'static str, String)>) -> impl Iterator<Item = Element> {
    values
        .into_iter()
        .map(|(name, text)| Element::leaf(name, text))
}

fn month_value(month: u32) -> (&'static str, String) {
    let name = u8::try_from(month)
        .ok()
        .and_then(|m| Month::try_from(m).ok());
    (
        "Month",
        name.map_or_else(String::new, |m| m.name().to_owned()),
    )
}

fn number(parent: &Element, name: &str) -> Result<u32, Invalid> {
    let text = parent.text_of(name).unwrap_or_default();
    text.parse().map_err(|_| {
        Invalid::rule(format!(
            "{name} is \"{text}\", which is no number that fits."
        ))
    })
}

/// A date of which servers and clients may append an offset or Z (`2014-07-02-07:00`): only the date counts.
fn date(parent: &Element, name: &str) -> Result<NaiveDate, Invalid> {
    let text = parent.text_of(name).unwrap_or_default();
    text.get(..10)
        .and_then(|date| date.parse().ok())
        .ok_or_else(|| Invalid::rule(format!("{name} is \"{text}\", which is no date.")))
}

fn days(parent: &Element) -> Result<DaySet, Invalid> {
    let text = parent.text_of("DaysOfWeek").unwrap_or_default();
    DaySet::from_names(text)
        .ok_or_else(|| Invalid::rule(format!("DaysOfWeek \"{text}\" names something else.")))
}

fn index(parent: &Element) -> Result<Index, Invalid> {
    let text = parent.text_of("DayOfWeekIndex").unwrap_or_default();
    Index::from_name(text).ok_or_else(|| Invalid::rule(format!("{text} is no DayOfWeekIndex.")))
}

fn month(parent: &Element) -> Result<u32, Invalid> {
    let text = parent.text_of("Month").unwrap_or_default();
    (1..=12u8)
        .find(|n| Month::try_from(*n).is_ok_and(|month| month.name() == text))
        .map(u32::from)
        .ok_or_else(|| Invalid::rule(format!("{text} is no month.")))
}
