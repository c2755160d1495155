use super::*;
use chrono::{Datelike, NaiveDate, Weekday};

fn at(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap()
}

fn zone(name: &str) -> Zone {
    Zone::find(name).unwrap_or_else(|| panic!("no zone {name}"))
}

#[test]
fn knows_windows_and_iana_names_old_and_new() {
    assert_eq!(Zone::all().len(), 139);
    assert_eq!(zone("W. Europe Standard Time").tz, Tz::Europe__Berlin);
    assert_eq!(zone("Asia/Calcutta").id, "India Standard Time");
    assert_eq!(zone("Asia/Kolkata").id, "India Standard Time");
    assert_eq!(zone("Europe/Kyiv").id, "FLE Standard Time");
    assert_eq!(zone("US/Eastern").id, "Eastern Standard Time");
    assert_eq!(zone("Europe/Vienna").tz, Tz::Europe__Vienna);
    assert_eq!(zone("tzone://Microsoft/Utc"), Zone::UTC);
    assert_eq!(
        zone("UTC"),
        Zone {
            id: "UTC",
            tz: Tz::Etc__UTC
        }
    );
    assert_eq!(Zone::find("Customized Time Zone"), None);
}

#[test]
fn converts_around_the_changes_of_the_clock() {
    let berlin = zone("Europe/Berlin");
    let utc = |local: &str| berlin.to_utc(at(local)).naive_utc();
    assert_eq!(utc("2025-07-01 12:00"), at("2025-07-01 10:00"));
    assert_eq!(utc("2025-03-30 02:30"), at("2025-03-30 01:30"), "skipped");
    assert_eq!(utc("2025-10-26 02:30"), at("2025-10-26 01:30"), "twice");
    assert_eq!(
        berlin.to_local(at("2025-03-30 01:30").and_utc()),
        at("2025-03-30 03:30")
    );
    let midnight = berlin.midnight(at("2025-06-30 22:30").and_utc());
    assert_eq!(midnight.naive_utc(), at("2025-06-30 22:00"));
}

#[test]
fn finds_the_eras_of_known_zones() {
    let rule = |name: &str, year: i32| zone(name).era(year);
    let berlin = rule("Europe/Berlin", 2025);
    assert_eq!((berlin.from, berlin.standard), (2007, 3600));
    let [summer, winter] = berlin.changes.unwrap();
    assert_eq!(
        (summer.month, summer.on),
        (3, On::Weekday(Weekday::Sun, -1))
    );
    assert_eq!(summer.time.to_string(), "02:00:00");
    assert_eq!(
        (winter.month, winter.time.to_string().as_str()),
        (10, "03:00:00")
    );
    let [summer, winter] = rule("America/New_York", 2025).changes.unwrap();
    assert_eq!((summer.month, summer.on), (3, On::Weekday(Weekday::Sun, 2)));
    assert_eq!(
        (winter.month, winter.on),
        (11, On::Weekday(Weekday::Sun, 1))
    );
    let [summer, winter] = rule("Australia/Sydney", 2025).changes.unwrap();
    assert_eq!((summer.month, winter.month), (10, 4));
    assert_eq!(rule("Asia/Kolkata", 2025).changes, None);
    assert_eq!(rule("Asia/Kolkata", 2025).standard, 19800);
}

/// The offset at noon UTC of a date as the eras state it.
fn offset_by_rule(eras: &[Era], date: NaiveDate) -> i32 {
    let era = eras.iter().rfind(|era| era.from <= date.year()).unwrap();
    let Some(changes) = era.changes else {
        return era.standard;
    };
    let day = |change: &Change| {
        let first = NaiveDate::from_ymd_opt(date.year(), change.month, 1).unwrap();
        let days = first
            .iter_days()
            .take_while(|day| day.month() == change.month);
        match change.on {
            On::Day(day) => first.with_day(day).unwrap(),
            On::Weekday(weekday, -1) => days.filter(|d| d.weekday() == weekday).last().unwrap(),
            On::Weekday(weekday, n) => days
                .filter(|d| d.weekday() == weekday)
                .nth(n as usize - 1)
                .unwrap(),
        }
    };
    let mut dated = changes.map(|change| (day(&change), change));
    dated.sort_by_key(|(day, _)| *day);
    dated
        .iter()
        .rfind(|(day, _)| *day <= date)
        .map_or(dated[1].1.after, |(_, change)| change.after)
}

/// Zones with a year that two changes cannot describe, on Windows neither: summer time stopped for Ramadan, begun or
/// ended at the turn of the year, or the date line moved.
const BEYOND_TWO_CHANGES: [&str; 6] = [
    "Bangladesh Standard Time",
    "Egypt Standard Time",
    "Morocco Standard Time",
    "Samoa Standard Time",
    "Sao Tome Standard Time",
    "West Bank Standard Time",
];

#[test]
fn the_eras_say_what_the_zones_do() {
    let mut wrong = Vec::new();
    for zone in Zone::all() {
        let eras = zone.eras();
        let first = NaiveDate::from_ymd_opt(2007, 1, 3).unwrap();
        let days = first.iter_days().step_by(3);
        wrong.extend(
            days.take_while(|day| day.year() < 2038)
                .find(|day| {
                    // Days next to a change are left out: the date alone does not say on which side of it noon UTC is.
                    let noon = |days: i64| {
                        (day.and_hms_opt(12, 0, 0).unwrap() + TimeDelta::days(days)).and_utc()
                    };
                    let offset =
                        |days| (zone.to_local(noon(days)) - noon(days).naive_utc()).num_seconds();
                    offset(-2) == offset(2) && i64::from(offset_by_rule(&eras, *day)) != offset(0)
                })
                .map(|day| (zone.id, day)),
        );
    }
    wrong.retain(|(id, _)| !BEYOND_TWO_CHANGES.contains(id));
    assert_eq!(wrong, []);
}

#[test]
fn definitions_state_bias_as_utc_minus_local() {
    let definition = zone("Europe/Berlin").definition("StartTimeZone");
    assert_eq!(definition.name, "StartTimeZone");
    let biases: Vec<_> = definition
        .get("Periods")
        .unwrap()
        .children
        .iter()
        .map(|period| period.attr("Bias").unwrap())
        .collect();
    assert_eq!(biases, ["-PT1H", "-PT2H"]);
    let pacific = zone("Pacific Standard Time").definition("TimeZoneDefinition");
    assert_eq!(
        pacific.find(&["Periods", "Period"]).unwrap().attr("Bias"),
        Some("PT8H")
    );
    assert_eq!(
        pacific.attr("Name"),
        Some("(UTC-08:00) America/Los_Angeles")
    );
}
