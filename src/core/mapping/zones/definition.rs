//! The zone behind a `TimeZoneDefinition` whose id nobody knows (`tzone://Microsoft/Custom`, `Customized Time Zone`).
//! <https://learn.microsoft.com/exchange/client-developer/web-service-reference/timezonedefinition>

use super::Context;
use super::onsets::{Onsets, nth, years};
use crate::ews::Element;
use crate::model::Zone;
use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Weekday};
use chrono_tz::Tz;

/// A zone that has the periods and transitions of the definition in the years around today.
pub fn of_definition(definition: &Element, context: &Context) -> Option<(Zone, Tz)> {
    let years = years(context);
    let mut walls = Vec::new();
    // Two years more in front: the first change of a year follows the last one of the year before.
    for year in years.start - 2..years.end {
        let group = group_of(definition, year)?;
        for transition in &group.children {
            walls.push((wall(transition, year)?, offset(definition, transition)?));
        }
    }
    Onsets::of_walls(walls)?.zone(&years, context)
}

/// The group of transitions that holds in a year.
fn group_of(definition: &Element, year: i32) -> Option<&Element> {
    let transitions = &definition.child("Transitions")?.children;
    let holds = |transition: &&Element| {
        let from = transition.child_text("DateTime");
        from.is_none_or(|from| from.get(..4).and_then(|from| from.parse().ok()) <= Some(year))
    };
    let to = transitions
        .iter()
        .filter(holds)
        .max_by_key(|transition| transition.child_text("DateTime"))?;
    let id = to.child_text("To")?.trim();
    let groups = &definition.child("TransitionsGroups")?.children;
    groups
        .iter()
        .find(|group| group.attribute("Id") == Some(id))
}

/// When a transition happens in a year, by the clock before it. One without a date holds all year.
fn wall(transition: &Element, year: i32) -> Option<NaiveDateTime> {
    let number = |name: &str| {
        transition
            .child_text(name)
            .and_then(|text| text.trim().parse::<i32>().ok())
    };
    let Some(month) = number("Month").and_then(|month| u32::try_from(month).ok()) else {
        return Some(NaiveDate::from_yo_opt(year, 1)?.and_time(NaiveTime::MIN));
    };
    let day = match transition.child_text("DayOfWeek") {
        Some(weekday) => nth(
            year,
            month,
            weekday.trim().parse::<Weekday>().ok()?,
            number("Occurrence")?,
        )?,
        None => NaiveDate::from_ymd_opt(year, month, u32::try_from(number("Day")?).ok()?)?,
    };
    let offset = duration(transition.child_text("TimeOffset").unwrap_or("PT0S"))?;
    day.and_time(NaiveTime::MIN)
        .checked_add_signed(TimeDelta::seconds(i64::from(offset)))
}

/// Seconds east of UTC from the transition on. A `Bias` is what to add to get to UTC.
fn offset(definition: &Element, transition: &Element) -> Option<i32> {
    let id = transition.child_text("To")?.trim();
    let periods = &definition.child("Periods")?.children;
    let period = periods
        .iter()
        .find(|period| period.attribute("Id") == Some(id))?;
    Some(-duration(period.attribute("Bias")?)?)
}

/// Seconds of an xs:duration of days, hours, minutes and seconds, for example `-PT1H30M`.
fn duration(text: &str) -> Option<i32> {
    let text = text.trim();
    let (sign, rest) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let mut seconds = 0_i32;
    let mut digits = String::new();
    for c in rest.strip_prefix('P')?.chars() {
        let unit = match c {
            'T' => continue,
            'D' => 86_400,
            'H' => 3600,
            'M' => 60,
            'S' => 1,
            c => {
                digits.push(c);
                continue;
            }
        };
        // Seconds may come with a fraction.
        let number: i32 = digits.split('.').next()?.parse().ok()?;
        seconds = seconds.checked_add(number.checked_mul(unit)?)?;
        digits.clear();
    }
    Some(sign * seconds)
}
