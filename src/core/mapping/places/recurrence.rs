use super::element::{extended, leaf, node, set, set_extended};
use crate::error::Result;
use crate::ews::{Element, FieldPath};
use crate::mapping::remote::{FieldChange, RULE};
use crate::mapping::row::Place;
use crate::mapping::rrule::each_week;
use crate::mapping::scope::{Scope, refuse};
use crate::mapping::{rules, stamp, zones};
use crate::model::{
    Days, Frequency, Moment, MonthDay, Nth, Pattern, Range, Record, Recurrence, Value,
};
use chrono::{NaiveDate, Weekday};
use std::sync::Arc;

/// `task:Recurrence` (MS-OXWSCDATA TaskRecurrenceType).
pub struct TaskRule;

const TASK: FieldPath = FieldPath::Field("task:Recurrence");

const DAYS: [(&str, Weekday); 7] = [
    ("Sunday", Weekday::Sun),
    ("Monday", Weekday::Mon),
    ("Tuesday", Weekday::Tue),
    ("Wednesday", Weekday::Wed),
    ("Thursday", Weekday::Thu),
    ("Friday", Weekday::Fri),
    ("Saturday", Weekday::Sat),
];

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

const NTHS: [(&str, Nth); 5] = [
    ("First", Nth::First),
    ("Second", Nth::Second),
    ("Third", Nth::Third),
    ("Fourth", Nth::Fourth),
    ("Last", Nth::Last),
];

const REGENERATIONS: [(&str, Frequency); 4] = [
    ("DailyRegeneration", Frequency::Daily),
    ("WeeklyRegeneration", Frequency::Weekly),
    ("MonthlyRegeneration", Frequency::Monthly),
    ("YearlyRegeneration", Frequency::Yearly),
];

fn number<T: std::str::FromStr>(element: &Element, name: &str) -> Option<T> {
    element.child_text(name)?.trim().parse().ok()
}

fn days(text: &str) -> Option<Days> {
    text.split_whitespace()
        .try_fold(Days::default(), |days, word| match word {
            "Day" => Some(Days::ALL),
            "Weekday" => Some(Days(days.0 | Days::WEEKDAYS.0)),
            "WeekendDay" => Some(Days(days.0 | Days::WEEKEND.0)),
            word => weekday(word).map(|day| days.with(day)),
        })
}

fn weekday(word: &str) -> Option<Weekday> {
    DAYS.iter()
        .find(|(name, _)| *name == word.trim())
        .map(|(_, day)| *day)
}

fn pattern(rule: &Element) -> Option<Pattern> {
    let interval = |element| number(element, "Interval").unwrap_or(1).max(1);
    rule.children.iter().find_map(|element| {
        Some(match element.name.as_str() {
            "DailyRecurrence" => Pattern::Daily {
                interval: interval(element),
            },
            "WeeklyRecurrence" => each_week(
                interval(element),
                days(element.child_text("DaysOfWeek")?)?,
                element
                    .child_text("FirstDayOfWeek")
                    .and_then(weekday)
                    // Exchange's own default (MS-OXWSCDATA WeeklyRecurrencePatternType).
                    .unwrap_or(Weekday::Sun),
            ),
            "AbsoluteMonthlyRecurrence" => Pattern::Monthly {
                interval: interval(element),
                on: MonthDay::Day(number(element, "DayOfMonth")?),
            },
            "RelativeMonthlyRecurrence" => Pattern::Monthly {
                interval: interval(element),
                on: relative(element)?,
            },
            "AbsoluteYearlyRecurrence" => Pattern::Yearly {
                month: month(element)?,
                on: MonthDay::Day(number(element, "DayOfMonth")?),
            },
            "RelativeYearlyRecurrence" => Pattern::Yearly {
                month: month(element)?,
                on: relative(element)?,
            },
            name => Pattern::Regenerating {
                every: *REGENERATIONS
                    .iter()
                    .find(|(known, _)| *known == name)
                    .map(|(_, every)| every)?,
                interval: interval(element),
            },
        })
    })
}

fn relative(element: &Element) -> Option<MonthDay> {
    let index = element.child_text("DayOfWeekIndex")?.trim();
    let (_, nth) = NTHS.iter().find(|(name, _)| *name == index)?;
    Some(MonthDay::Nth(
        *nth,
        days(element.child_text("DaysOfWeek")?)?,
    ))
}

fn month(element: &Element) -> Option<u8> {
    let name = element.child_text("Month")?.trim();
    let at = MONTHS.iter().position(|month| *month == name)?;
    u8::try_from(at + 1).ok()
}

/// Real servers append an offset to a date.
fn date(element: &Element, name: &str) -> Option<NaiveDate> {
    stamp::parse_day(element.child_text(name)?.trim().get(..10)?)
}

fn range(rule: &Element) -> Option<Range> {
    rule.children
        .iter()
        .find_map(|element| match element.name.as_str() {
            "NoEndRecurrence" => Some(Range::Forever),
            "EndDateRecurrence" => date(element, "EndDate").map(Range::Until),
            "NumberedRecurrence" => number(element, "NumberOfOccurrences").map(Range::Count),
            _ => None,
        })
}

/// The rule of an event or a task.
pub fn read(item: &Element) -> Result<Option<Recurrence>> {
    let Some(rule) = item
        .child("Recurrence")
        .filter(|rule| !rule.children.is_empty())
    else {
        return Ok(None);
    };
    pattern(rule)
        .zip(range(rule))
        .map(|(pattern, range)| Some(Recurrence { pattern, range }))
        .ok_or_else(|| refuse("Exchange answered a repetition that is not understood."))
}

/// The change that sets a rule; `item` says when it starts.
pub fn changes(
    path: FieldPath,
    rule: &Recurrence,
    item: &Record,
    scope: &Scope,
) -> Result<FieldChange> {
    let regenerating = matches!(rule.pattern, Pattern::Regenerating { .. });
    let first = first_day(item, scope)
        .or_else(|| regenerating.then_some(scope.context.today))
        .ok_or_else(|| refuse("It repeats, but has no date to start from."))?;
    let children = vec![
        pattern_element(rule.pattern),
        range_element(rule.range, first),
    ];
    Ok(set(path, node("Recurrence", children)))
}

impl Place for TaskRule {
    fn paths(&self) -> Vec<FieldPath> {
        vec![TASK, RULE]
    }

    fn read(&self, item: &Element, _: &mut Scope) -> Result<Option<Value>> {
        let hidden = || {
            let rule = rules::hidden(extended(item, RULE)?)?;
            Some(Value::Expanded(Arc::new(rule)))
        };
        Ok(read(item)?.map(Value::Recurrence).or_else(hidden))
    }

    fn write(
        &self,
        value: Option<&Value>,
        item: &Record,
        scope: &mut Scope,
    ) -> Result<Vec<FieldChange>> {
        Ok(match value {
            Some(Value::Recurrence(rule)) => {
                vec![changes(TASK, rule, item, scope)?, FieldChange::Delete(RULE)]
            }
            // A task is its present instance: deleting the others would be no use.
            Some(Value::Expanded(rule)) => {
                vec![FieldChange::Delete(TASK), set_extended(RULE, &*rule.rule)]
            }
            _ => vec![FieldChange::Delete(TASK), FieldChange::Delete(RULE)],
        })
    }
}

/// The day a series starts on, on the clock of its zone.
fn first_day(item: &Record, scope: &Scope) -> Option<NaiveDate> {
    match item.own("start").or_else(|| item.own("due"))? {
        Value::Day(day) | Value::Moment(Moment::Day(day)) => Some(*day),
        Value::Moment(Moment::At { instant, zone }) => {
            Some(zones::to_local(*instant, zones::tz_of(zone, scope.context)).date())
        }
        _ => None,
    }
}

fn pattern_element(pattern: Pattern) -> Element {
    let interval = |n: u32| leaf("Interval", n.to_string());
    match pattern {
        Pattern::Daily { interval: n } => node("DailyRecurrence", vec![interval(n)]),
        Pattern::Weekly {
            interval: n,
            days,
            week_start,
        } => node(
            "WeeklyRecurrence",
            vec![
                interval(n),
                leaf("DaysOfWeek", day_names(days)),
                leaf(
                    "FirstDayOfWeek",
                    day_names(Days::default().with(week_start)),
                ),
            ],
        ),
        Pattern::Monthly { interval: n, on } => match on {
            MonthDay::Day(day) => node(
                "AbsoluteMonthlyRecurrence",
                vec![interval(n), leaf("DayOfMonth", day.to_string())],
            ),
            MonthDay::Nth(nth, days) => {
                let [days, index] = relative_elements(nth, days);
                node("RelativeMonthlyRecurrence", vec![interval(n), days, index])
            }
        },
        Pattern::Regenerating { every, interval: n } => {
            let name = REGENERATIONS.iter().find(|(_, known)| *known == every);
            let name = name.map_or("DailyRegeneration", |(name, _)| name);
            node(name, vec![interval(n)])
        }
        Pattern::Yearly { month, on } => {
            let name = MONTHS.get(usize::from(month).saturating_sub(1));
            let month = leaf("Month", name.copied().unwrap_or("January"));
            match on {
                MonthDay::Day(day) => node(
                    "AbsoluteYearlyRecurrence",
                    vec![leaf("DayOfMonth", day.to_string()), month],
                ),
                MonthDay::Nth(nth, days) => {
                    let [days, index] = relative_elements(nth, days);
                    node("RelativeYearlyRecurrence", vec![days, index, month])
                }
            }
        }
    }
}

fn relative_elements(nth: Nth, days: Days) -> [Element; 2] {
    let index = NTHS
        .iter()
        .find(|(_, known)| *known == nth)
        .map_or("Last", |(name, _)| name);
    let days = match days {
        Days::ALL => "Day".to_owned(),
        Days::WEEKDAYS => "Weekday".to_owned(),
        Days::WEEKEND => "WeekendDay".to_owned(),
        days => day_names(days),
    };
    [leaf("DaysOfWeek", days), leaf("DayOfWeekIndex", index)]
}

fn day_names(days: Days) -> String {
    let names: Vec<&str> = DAYS
        .iter()
        .filter(|(_, day)| days.contains(*day))
        .map(|(name, _)| *name)
        .collect();
    names.join(" ")
}

fn range_element(range: Range, first: NaiveDate) -> Element {
    let start = leaf("StartDate", first.to_string());
    match range {
        Range::Forever => node("NoEndRecurrence", vec![start]),
        Range::Until(day) => node(
            "EndDateRecurrence",
            vec![start, leaf("EndDate", day.to_string())],
        ),
        Range::Count(count) => node(
            "NumberedRecurrence",
            vec![start, leaf("NumberOfOccurrences", count.to_string())],
        ),
    }
}
