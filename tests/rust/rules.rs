//! What Exchange is told of random rules, in random zones, has the occurrences that python-dateutil finds. The stand-in's
//! own engine expands what is told, so neither side of the comparison is the product's.
//!
//! Without a python that has dateutil it says so and passes; with PEERS_REQUIRED=1 that is a failure.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::format_push_string,
    reason = "a test may fail"
)]

#[path = "support/rng.rs"]
mod rng;

use chrono::{Datelike as _, Days, NaiveDate, NaiveDateTime, NaiveTime};
use chrono_tz::Tz;
use exchange_core::ews::Element;
use exchange_core::mapping::{self, Context, OccurrenceAction};
use exchange_core::model::{Key, Kind, Value};
use exchange_standin::element::Element as StandinElement;
use exchange_standin::recurrence::Recurrence;
use rng::Rng;
use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

const CASES: usize = 10_000;
const CONTEXT: Context = Context::new(
    Tz::Europe__Vienna,
    NaiveDate::from_ymd_opt(2026, 1, 1).unwrap(),
);
/// How far dateutil looks; no series of this context is shown beyond.
const LAST: NaiveDate = NaiveDate::from_ymd_opt(2031, 12, 31).unwrap();

/// Both halves of the earth, half hours, zones that changed their rules, and none at all.
const ZONES: [Tz; 14] = [
    Tz::UTC,
    Tz::Europe__Vienna,
    Tz::Europe__London,
    Tz::Europe__Istanbul,
    Tz::Europe__Moscow,
    Tz::America__New_York,
    Tz::America__Los_Angeles,
    Tz::America__Sao_Paulo,
    Tz::America__St_Johns,
    Tz::Asia__Kolkata,
    Tz::Asia__Tokyo,
    Tz::Australia__Sydney,
    Tz::Australia__Lord_Howe,
    Tz::Pacific__Auckland,
];

const WEEK: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

struct Case {
    start: NaiveDateTime,
    /// None: all day.
    zone: Option<Tz>,
    /// Lines with their values on the clock of the zone; UNTIL is the end of a day.
    lines: Vec<String>,
}

fn case(rng: &mut Rng) -> Case {
    let day = NaiveDate::from_ymd_opt(2024, 1, 1).unwrap() + Days::new(rng.below(1000) as u64);
    let minutes = [0, 30, 150, 540, 600, 1170, 1410];
    let minute = *rng.pick(&minutes).unwrap();
    let time = NaiveTime::from_num_seconds_from_midnight_opt(minute * 60, 0).unwrap();
    let zone = *rng.pick(&ZONES).unwrap();
    // A series that starts at a time which a clock change skips has another time on each side of it.
    let exists = day
        .and_time(time)
        .and_local_timezone(zone)
        .earliest()
        .is_some();
    let all_day = !exists || rng.chance(200);
    let start = day.and_time(if all_day { NaiveTime::MIN } else { time });
    let rule = |rng: &mut Rng, day| loop {
        // What has times of day is not all day.
        let rule = rule(rng, day);
        if !all_day || !["HOUR", "MINUTE"].iter().any(|word| rule.contains(word)) {
            return rule;
        }
    };
    let mut lines = Vec::new();
    match rng.below(20) {
        0 => {}
        1 => lines.extend((0..2).map(|_| format!("RRULE:{}", rule(rng, day)))),
        2 => {
            lines.push(format!("RRULE:{}", rule(rng, day)));
            lines.push(format!("EXRULE:{}", rule(rng, day)));
        }
        _ => lines.push(format!("RRULE:{}", rule(rng, day))),
    }
    if lines.is_empty() || rng.chance(60) {
        for _ in 0..=rng.below(4) {
            let further = day + Days::new(rng.below(400) as u64);
            let afternoon = NaiveTime::from_hms_opt(15, 20, 0).unwrap();
            let other = !all_day && rng.chance(200);
            let time = if other { afternoon } else { start.time() };
            let at = further.and_time(time).and_local_timezone(zone);
            // Not at a time that a clock change skips.
            let time = at.earliest().map_or(afternoon, |_| time);
            lines.push(format!("RDATE:{}", compact(further.and_time(time))));
        }
    }
    Case {
        start,
        zone: (!all_day).then_some(zone),
        lines,
    }
}

fn rule(rng: &mut Rng, day: NaiveDate) -> String {
    let several = rng.chance(100);
    let mut parts = match rng.below(4) {
        0 if several => return by_steps(rng, day),
        0 => daily(rng),
        1 => weekly(rng, day),
        2 => monthly(rng),
        _ => yearly(rng),
    };
    if several {
        parts.extend(times(rng));
    }
    if rng.chance(400) {
        let interval = if rng.chance(100) {
            rng.below(120)
        } else {
            rng.below(5)
        };
        parts.push(format!("INTERVAL={}", interval + 1));
    }
    if rng.chance(250) && !parts.iter().any(|part| part.starts_with("WKST")) {
        parts.push(format!("WKST={}", rng.pick(&WEEK).unwrap()));
    }
    match rng.below(10) {
        0..=2 => parts.push(format!("COUNT={}", rng.below(60) + 1)),
        3..=5 => {
            let until = day + Days::new(rng.below(900) as u64);
            parts.push(format!("UNTIL={}T235959", until.format("%Y%m%d")));
        }
        _ => {}
    }
    parts.join(";")
}

/// Several times of each day, at most 24. The places of BYSETPOS count times as well.
fn times(rng: &mut Rng) -> Vec<String> {
    let mut list = |name: &str, most: usize, all: &[u32]| {
        let chosen: BTreeSet<u32> = (0..=rng.below(most))
            .map(|_| *rng.pick(all).unwrap())
            .collect();
        let chosen: Vec<String> = chosen.iter().map(ToString::to_string).collect();
        format!("{name}={}", chosen.join(","))
    };
    let hours = list("BYHOUR", 5, &[0, 2, 3, 8, 9, 10, 14, 17, 20, 23]);
    let minutes = list("BYMINUTE", 3, &[0, 15, 30, 45]);
    if rng.chance(500) {
        vec![hours, minutes]
    } else {
        vec![hours]
    }
}

/// Hours or minutes apart.
fn by_steps(rng: &mut Rng, day: NaiveDate) -> String {
    let hours = [1, 2, 3, 5, 6, 7, 8, 12, 25, 36, 48];
    let minutes = [60, 90, 120, 180, 240, 480, 720, 1440, 2160];
    let (name, interval) = if rng.chance(600) {
        ("HOURLY", *rng.pick(&hours).unwrap())
    } else {
        ("MINUTELY", *rng.pick(&minutes).unwrap())
    };
    let mut parts = vec![format!("FREQ={name};INTERVAL={interval}")];
    if rng.chance(300) {
        parts.push(weekdays(rng, 0));
    }
    if rng.chance(100) {
        parts.push(numbers(rng, "BYMONTH", 12, false));
    }
    if rng.chance(100) {
        parts.push(numbers(rng, "BYMONTHDAY", 28, true));
    }
    if rng.chance(200) {
        parts.push("BYHOUR=8,9,10,12,14,16".to_owned());
    }
    if name == "HOURLY" && interval % 3 == 0 && rng.chance(300) {
        parts.push("BYMINUTE=0,30".to_owned());
    }
    // Most have an end: dateutil takes its time with all hours of many years.
    match rng.below(10) {
        0..=4 => parts.push(format!("COUNT={}", rng.below(200) + 1)),
        5..=8 => {
            let until = day + Days::new(rng.below(200) as u64);
            parts.push(format!("UNTIL={}T113000", until.format("%Y%m%d")));
        }
        _ => {}
    }
    parts.join(";")
}

fn numbers(rng: &mut Rng, name: &str, most: usize, below_zero: bool) -> String {
    let count = if rng.chance(400) { 1 } else { rng.below(3) + 1 };
    let numbers: Vec<String> = (0..count)
        .map(|_| {
            let sign = if below_zero && rng.chance(250) {
                "-"
            } else {
                ""
            };
            format!("{sign}{}", rng.below(most) + 1)
        })
        .collect();
    format!("{name}={}", numbers.join(","))
}

fn weekdays(rng: &mut Rng, ordinals: usize) -> String {
    let sets = ["MO,TU,WE,TH,FR", "SU,SA", "MO,TU,WE,TH,FR,SA,SU"];
    if rng.chance(200) {
        return format!("BYDAY={}", rng.pick(&sets).unwrap());
    }
    // Not both kinds at once: dateutil takes "2MO,TU" for the Mondays that are Tuesdays.
    let numbered = ordinals > 0 && rng.chance(600);
    let days: BTreeSet<String> = (0..=rng.below(3))
        .map(|_| {
            let day = rng.pick(&WEEK).unwrap();
            let sign = if rng.chance(300) { "-" } else { "" };
            if numbered {
                format!("{sign}{}{day}", rng.below(ordinals) + 1)
            } else {
                (*day).to_owned()
            }
        })
        .collect();
    let days: Vec<String> = days.into_iter().collect();
    format!("BYDAY={}", days.join(","))
}

fn daily(rng: &mut Rng) -> Vec<String> {
    let mut parts = vec!["FREQ=DAILY".to_owned()];
    if rng.chance(300) {
        parts.push(weekdays(rng, 0));
    }
    if rng.chance(100) {
        parts.push(numbers(rng, "BYMONTH", 12, false));
    }
    if rng.chance(60) {
        parts.push(numbers(rng, "BYMONTHDAY", 31, true));
    }
    parts
}

fn weekly(rng: &mut Rng, day: NaiveDate) -> Vec<String> {
    let mut parts = vec!["FREQ=WEEKLY".to_owned()];
    if rng.chance(700) {
        parts.push(weekdays(rng, 0));
        if rng.chance(80) {
            parts.push(numbers(rng, "BYSETPOS", 3, true));
            // dateutil counts the places in what DTSTART leaves of its week, so let it start one.
            let at = day.weekday().num_days_from_monday() as usize;
            parts.push(format!("WKST={}", WEEK[at]));
            return parts;
        }
    }
    if rng.chance(60) {
        parts.push(numbers(rng, "BYMONTH", 12, false));
    }
    parts
}

fn monthly(rng: &mut Rng) -> Vec<String> {
    let mut parts = vec!["FREQ=MONTHLY".to_owned()];
    match rng.below(6) {
        0 => {}
        1 => parts.push(numbers(rng, "BYMONTHDAY", 31, true)),
        2 => parts.push(weekdays(rng, 5)),
        3 => {
            parts.push(weekdays(rng, 0));
            parts.push(numbers(rng, "BYSETPOS", 5, true));
        }
        4 => {
            parts.push(weekdays(rng, 0));
            parts.push(numbers(rng, "BYMONTHDAY", 31, true));
        }
        _ => parts.push("BYMONTHDAY=28,29,30,31;BYSETPOS=-1".to_owned()),
    }
    if rng.chance(60) {
        parts.push(numbers(rng, "BYMONTH", 12, false));
    }
    parts
}

fn yearly(rng: &mut Rng) -> Vec<String> {
    let mut parts = vec!["FREQ=YEARLY".to_owned()];
    match rng.below(8) {
        0 => {}
        1 => parts.push(numbers(rng, "BYMONTH", 12, false)),
        2 => {
            parts.push(numbers(rng, "BYMONTH", 12, false));
            parts.push(numbers(rng, "BYMONTHDAY", 31, true));
        }
        3 => {
            parts.push(numbers(rng, "BYMONTH", 12, false));
            parts.push(weekdays(rng, 5));
        }
        4 => parts.push(weekdays(rng, 53)),
        5 => parts.push(numbers(rng, "BYYEARDAY", 366, true)),
        // Without weekdays dateutil takes the whole week; RFC 5545 takes the weekday of DTSTART.
        6 => {
            // Nor do the first and the last weeks agree, which lie in two years.
            let week = rng.below(49) + 2;
            let sign = if rng.chance(250) { "-" } else { "" };
            parts.push(format!("BYWEEKNO={sign}{week},{}", rng.below(49) + 2));
            parts.push(weekdays(rng, 0));
        }
        _ => {
            parts.push(numbers(rng, "BYMONTH", 12, false));
            parts.push(weekdays(rng, 0));
            parts.push(numbers(rng, "BYSETPOS", 4, true));
        }
    }
    parts
}

fn compact(time: NaiveDateTime) -> String {
    time.format("%Y%m%dT%H%M%S").to_string()
}

impl Case {
    fn question(&self) -> String {
        let zone = self.zone.map_or("-", |zone| zone.name());
        let (start, last) = (compact(self.start), LAST.format("%Y%m%d"));
        format!("{start}|{zone}|{last}|{}\n", self.lines.join(" "))
    }

    /// The lines of a file: UNTIL in UTC, all else on the clock of the zone.
    fn file(&self, excluded: &[&str]) -> String {
        let date = |name: &str, time: &str| match self.zone {
            None => format!("{name};VALUE=DATE:{}\r\n", &time[..8]),
            Some(Tz::UTC) => format!("{name}:{time}Z\r\n"),
            Some(zone) => format!("{name};TZID={}:{time}\r\n", zone.name()),
        };
        let mut text = date("DTSTART", &compact(self.start));
        for line in &self.lines {
            let (name, value) = line.split_once(':').unwrap();
            text += &match value.split_once("UNTIL=") {
                _ if name == "RDATE" => date(name, value),
                None => format!("{line}\r\n"),
                Some((rule, until)) => {
                    let until = match self.zone {
                        None => until[..8].to_owned(),
                        Some(zone) => {
                            let local =
                                NaiveDateTime::parse_from_str(until, "%Y%m%dT%H%M%S").unwrap();
                            let utc = local.and_local_timezone(zone).latest().unwrap();
                            format!("{}Z", compact(utc.naive_utc()))
                        }
                    };
                    format!("{name}:{rule}UNTIL={until}\r\n")
                }
            };
        }
        for time in excluded {
            text += &match self.zone {
                None => date("EXDATE", time),
                Some(_) => format!("EXDATE:{time}\r\n"),
            };
        }
        format!(
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//EN\r\nBEGIN:VEVENT\r\nUID:r@example.org\r\n{text}END:VEVENT\r\nEND:VCALENDAR\r\n"
        )
    }
}

/// What kind of case it was, for the count at the end.
#[derive(Default)]
struct Seen {
    same_rule: usize,
    whole: usize,
    in_part: usize,
    without_days: usize,
    several: usize,
    too_often: usize,
    occurrences: usize,
    deleted: usize,
}

/// Judges one case by what dateutil answered.
fn judge(case: &Case, answer: &str, seen: &mut Seen) -> Result<(), String> {
    let answers: Vec<&str> = answer.split('|').collect();
    let [days, instants, times] = answers[..] else {
        return Err(format!("expand.py answers {answer}"));
    };
    let times: Vec<NaiveDateTime> = times
        .split_whitespace()
        .map(|time| NaiveDateTime::parse_from_str(time, "%Y%m%dT%H%M%S").unwrap())
        .collect();
    let days: Vec<NaiveDate> = days
        .split_whitespace()
        .map(|day| NaiveDate::parse_from_str(day, "%Y%m%d").unwrap())
        .collect();
    let file = case.file(&[]);
    let local = match mapping::read_local(Kind::Event, &file, &CONTEXT) {
        Ok(local) => local,
        Err(_) if days.is_empty() => {
            seen.without_days += 1;
            return Ok(());
        }
        Err(_)
            if times
                .iter()
                .map(NaiveDateTime::time)
                .collect::<BTreeSet<_>>()
                .len()
                > 24 =>
        {
            seen.too_often += 1;
            return Ok(());
        }
        Err(error) => return Err(format!("refused: {error}")),
    };
    if let Some(split) = mapping::split(&local.record, &CONTEXT) {
        seen.several += 1;
        let whole = local
            .losses
            .iter()
            .all(|loss| loss.property != "recurrence");
        let at_start = || {
            days.iter()
                .map(|day| day.and_time(case.start.time()))
                .collect()
        };
        let expected = if times.is_empty() { at_start() } else { times };
        return several(case, split, &expected, instants, whole, seen);
    }
    judge_one(case, &local, days, instants, seen)
}

/// Judges what is one series in Exchange.
fn judge_one(
    case: &Case,
    local: &mapping::LocalItem,
    days: Vec<NaiveDate>,
    instants: &str,
    seen: &mut Seen,
) -> Result<(), String> {
    let fields =
        mapping::create_fields(Kind::Event, "key", "uid", &local.record, &CONTEXT).unwrap();
    let item = fields
        .iter()
        .find(|field| field.content.name == "Recurrence");
    let told = Recurrence::from_xml(&standin(&item.unwrap().content))
        .map_err(|invalid| format!("Exchange refuses it: {invalid:?}"))?;
    let keys: Vec<Key> = local.record.iter().map(|(key, _)| key).collect();
    let changes = mapping::occurrence_changes(Kind::Event, &local.record, &keys, &CONTEXT).unwrap();
    let deleted: BTreeSet<u32> = changes
        .iter()
        .filter(|change| change.action == OccurrenceAction::Delete)
        .map(|change| change.index)
        .collect();
    let there: Vec<NaiveDate> = (1..)
        .zip(told.dates())
        .take_while(|(_, day)| *day <= LAST)
        .filter(|(index, _)| !deleted.contains(index))
        .map(|(_, day)| day)
        .collect();
    let (first, until) = if let Some(Value::Expanded(rule)) = local.record.own("recurrence") {
        let whole = local
            .losses
            .iter()
            .all(|loss| loss.property != "recurrence");
        *(if whole {
            &mut seen.whole
        } else {
            &mut seen.in_part
        }) += 1;
        let until = match rule.shown.recurrence.range {
            exchange_core::model::Range::Until(until) => until,
            _ => LAST,
        };
        if whole && days.last().is_some_and(|last| *last > until) {
            return Err(format!(
                "it is shown until {until} only, and does not say so"
            ));
        }
        let enough = NaiveDate::from_ymd_opt(2027, 12, 31).unwrap();
        if until < enough && days.last().is_some_and(|last| *last > until) {
            return Err(format!("it is shown until {until} only"));
        }
        (rule.shown.first, until)
    } else {
        seen.same_rule += 1;
        (NaiveDate::MIN, LAST)
    };
    let expected: Vec<NaiveDate> = days
        .into_iter()
        .filter(|day| (first..=until).contains(day))
        .collect();
    seen.occurrences += expected.len();
    seen.deleted += deleted.len();
    if there != expected {
        let other = there.iter().zip(&expected).find(|(a, b)| a != b);
        return Err(format!(
            "{} days instead of {}; the first other one: {other:?}",
            there.len(),
            expected.len()
        ));
    }
    same_instants(case, instants, first, until)
}

/// Judges the series of a rule with several occurrences on one day.
fn several(
    case: &Case,
    split: mapping::Split,
    expected: &[NaiveDateTime],
    instants: &str,
    whole: bool,
    seen: &mut Seen,
) -> Result<(), String> {
    let (_, span) = split.rule.rsplit_once(" SHOWN:").unwrap();
    let (first, until) = span.split_once('/').unwrap();
    let day = |text| NaiveDate::parse_from_str(text, "%Y%m%d").unwrap();
    let (first, until) = (day(first), day(until));
    let mut there = Vec::new();
    for series in split.series {
        let time = NaiveTime::parse_from_str(&series.time, "%H%M%S").unwrap();
        let keys: Vec<Key> = series.record.iter().map(|(key, _)| key).collect();
        let part = mapping::Part::new("key", &series.time, 1, &split.rule);
        let fields = mapping::part_fields(&part, "uid", &series.record, &CONTEXT).unwrap();
        let item = fields
            .iter()
            .find(|field| field.content.name == "Recurrence");
        let told = Recurrence::from_xml(&standin(&item.unwrap().content))
            .map_err(|invalid| format!("Exchange refuses it: {invalid:?}"))?;
        let changes =
            mapping::occurrence_changes(Kind::Event, &series.record, &keys, &CONTEXT).unwrap();
        let deleted: BTreeSet<u32> = changes.iter().map(|change| change.index).collect();
        seen.deleted += deleted.len();
        let days = (1..).zip(told.dates()).take_while(|(_, day)| *day <= LAST);
        let days = days.filter(|(index, _)| !deleted.contains(index));
        there.extend(days.map(|(_, day)| day.and_time(time)));
    }
    there.sort_unstable();
    let inside = |time: &&NaiveDateTime| (first..=until).contains(&time.date());
    let expected_there: Vec<NaiveDateTime> = expected.iter().filter(inside).copied().collect();
    seen.occurrences += there.len();
    let skipped = |time: &NaiveDateTime| {
        let zone = case.zone.unwrap_or(Tz::UTC);
        !whole && time.and_local_timezone(zone).earliest().is_none() && !there.contains(time)
    };
    let expected_there: Vec<NaiveDateTime> = expected_there
        .into_iter()
        .filter(|time| !skipped(time))
        .collect();
    if there != expected_there {
        let other = there.iter().zip(&expected_there).find(|(a, b)| a != b);
        return Err(format!(
            "{} times instead of {}; the first other one: {other:?}",
            there.len(),
            expected_there.len()
        ));
    }
    let enough = NaiveDate::from_ymd_opt(2026, 12, 31).unwrap();
    let later = expected.last().is_some_and(|last| last.date() > until);
    if later && (whole || until < enough) {
        return Err(format!("it is shown until {until} only"));
    }
    // What is told as a loss may be one that a clock change skips, which zoneinfo has an hour later.
    let exists = |time: &NaiveDateTime| {
        let zone = case.zone.unwrap_or(Tz::UTC);
        time.and_local_timezone(zone).earliest().is_some()
    };
    if !expected.iter().take(8).all(exists) {
        return Ok(());
    }
    same_instants(case, instants, first, until)
}

/// Each instant that zoneinfo finds is the occurrence of its day: excluding it leaves a mark in the record.
fn same_instants(
    case: &Case,
    instants: &str,
    first: NaiveDate,
    until: NaiveDate,
) -> Result<(), String> {
    let inside = |instant: &&str| {
        let utc = NaiveDateTime::parse_from_str(instant, "%Y%m%dT%H%M%SZ").unwrap();
        let zone = case.zone.unwrap_or(Tz::UTC);
        let day = utc.and_utc().with_timezone(&zone).date_naive();
        (first..=until).contains(&day)
    };
    let instants: Vec<&str> = instants.split_whitespace().filter(inside).collect();
    let time = |instant: &&str| {
        let utc = NaiveDateTime::parse_from_str(instant, "%Y%m%dT%H%M%SZ").unwrap();
        let zone = case.zone.unwrap_or(Tz::UTC);
        utc.and_utc().with_timezone(&zone).time()
    };
    let off = |instant: &&str| time(instant) != case.start.time();
    let has_times = case
        .lines
        .iter()
        .any(|line| line.contains("HOUR") || line.contains("MINUTE"));
    if instants.first().is_some_and(off) && !has_times {
        // It begins at a time that a clock change skips: see above.
        return Ok(());
    }
    let file = case.file(&instants);
    let record = mapping::read_local(Kind::Event, &file, &CONTEXT)
        .unwrap()
        .record;
    let found = record.occurrences().count();
    if found != instants.len() {
        return Err(format!("{found} of {instants:?} are occurrences"));
    }
    Ok(())
}

fn standin(element: &Element) -> StandinElement {
    StandinElement::t(&element.name)
        .with_text(&element.text)
        .with_all(element.children.iter().map(standin))
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/rules")
}

/// Asks dateutil; one answer a case.
fn ask(python: &str, cases: &[Case]) -> Vec<String> {
    let mut child = Command::new(python)
        .arg(folder().join("expand.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let questions: String = cases.iter().map(Case::question).collect();
    let mut input = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || input.write_all(questions.as_bytes()).unwrap());
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    assert!(output.status.success(), "expand.py failed");
    let answers = String::from_utf8(output.stdout).unwrap();
    answers.lines().map(str::to_owned).collect()
}

fn main() {
    let python = Command::new(folder().join("python")).output().unwrap();
    if !python.status.success() {
        println!(
            "SKIPPED: rules were not compared with python-dateutil, which could not be installed: {}",
            String::from_utf8_lossy(&python.stderr).trim()
        );
        let required = std::env::var("PEERS_REQUIRED").is_ok_and(|required| required == "1");
        std::process::exit(i32::from(required));
    }
    let python = String::from_utf8(python.stdout).unwrap().trim().to_owned();
    let began = Instant::now();
    let number = std::env::var("RULES_CASES").map_or(CASES, |cases| cases.parse().unwrap());
    let threads: Vec<_> = (0..2u64)
        .map(|half| {
            let python = python.clone();
            std::thread::spawn(move || {
                let mut rng = Rng(half + 1);
                let cases: Vec<Case> = (0..number / 2).map(|_| case(&mut rng)).collect();
                let answers = ask(&python, &cases);
                assert_eq!(answers.len(), cases.len());
                let mut seen = Seen::default();
                let mut failures = Vec::new();
                for (case, answer) in cases.iter().zip(&answers) {
                    if let Err(failure) = judge(case, answer, &mut seen) {
                        failures.push(format!("{}\n  {failure}", case.question().trim()));
                    }
                }
                (seen, failures)
            })
        })
        .collect();
    let mut all = Seen::default();
    let mut failures = Vec::new();
    for thread in threads {
        let (seen, failed) = thread.join().unwrap();
        all.same_rule += seen.same_rule;
        all.whole += seen.whole;
        all.in_part += seen.in_part;
        all.without_days += seen.without_days;
        all.several += seen.several;
        all.too_often += seen.too_often;
        all.occurrences += seen.occurrences;
        all.deleted += seen.deleted;
        failures.extend(failed);
    }
    println!(
        "rules: {number} compared with python-dateutil in {} s: {} that Exchange has, {} shown whole, {} shown for some years, {} with several times a day, {} with more than 24, {} without any day; {} occurrences, {} deleted ones.",
        began.elapsed().as_secs(),
        all.same_rule,
        all.whole,
        all.in_part,
        all.several,
        all.too_often,
        all.without_days,
        all.occurrences,
        all.deleted,
    );
    assert!(all.several > number / 20);
    assert!(all.same_rule > number / 10 && all.in_part > number / 10 && all.whole > number / 10);
    for failure in failures.iter().take(20) {
        eprintln!("{failure}");
    }
    assert!(failures.is_empty(), "{} rules went wrong", failures.len());
}
