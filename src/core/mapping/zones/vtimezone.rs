use crate::dav::{Component, Document};
use crate::error::Result;
use chrono::{
    DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeDelta, TimeZone,
    Utc, Weekday,
};
use chrono_tz::{OffsetComponents, OffsetName, Tz};
use parking_lot::Mutex;
use std::collections::HashMap;
use std::fmt::Write;
use std::sync::LazyLock;

/// The years whose clock changes are written out; a rule that holds in the last of them goes on.
const YEARS: std::ops::Range<i32> = 1970..2038;

static MADE: LazyLock<Mutex<HashMap<Tz, Component>>> = LazyLock::new(Mutex::default);

/// The VTIMEZONE of an IANA zone (RFC 5545 section 3.6.5), made once for each zone. Its text stays until the process
/// ends, so that whoever takes a copy copies no text.
pub fn vtimezone(tz: Tz) -> Result<Component<'static>> {
    let mut made = MADE.lock();
    if let Some(known) = made.get(&tz) {
        return Ok(known.clone());
    }
    let new = Document::parse(make(tz).leak())?.root;
    made.insert(tz, new.clone());
    Ok(new)
}

/// What a clock shows from an instant on.
#[derive(Clone, PartialEq, Eq)]
struct Observance {
    offset: i32,
    daylight: bool,
    name: String,
}

fn observed(tz: Tz, at: DateTime<Utc>) -> Observance {
    let offset = tz.offset_from_utc_datetime(&at.naive_utc());
    Observance {
        offset: offset.fix().local_minus_utc(),
        daylight: !offset.dst_offset().is_zero(),
        name: offset.abbreviation().unwrap_or_default().to_owned(),
    }
}

/// A clock change: when it happens on the wall (by the offset before), and from what to what.
struct Change {
    local: NaiveDateTime,
    from: i32,
    to: Observance,
}

fn changes(tz: Tz) -> Vec<Change> {
    let mut found = Vec::new();
    let Some(mut at) =
        NaiveDate::from_yo_opt(YEARS.start, 1).map(|day| day.and_time(NaiveTime::MIN).and_utc())
    else {
        return found;
    };
    let mut now = observed(tz, at);
    while at.year() < YEARS.end {
        let next = at + TimeDelta::days(7);
        let then = observed(tz, next);
        if then == now {
            at = next;
        } else {
            let instant = bisect(tz, at, next, &now);
            let to = observed(tz, instant);
            found.push(Change {
                local: instant.naive_utc() + TimeDelta::seconds(i64::from(now.offset)),
                from: now.offset,
                to: to.clone(),
            });
            now = to;
            at = instant;
        }
    }
    found
}

/// The first second after `early` at which something else than `now` is observed.
fn bisect(tz: Tz, early: DateTime<Utc>, late: DateTime<Utc>, now: &Observance) -> DateTime<Utc> {
    let (mut early, mut late) = (early.timestamp(), late.timestamp());
    while late - early > 1 {
        let middle = early.midpoint(late);
        let at = DateTime::from_timestamp(middle, 0).unwrap_or_default();
        if observed(tz, at) == *now {
            early = middle;
        } else {
            late = middle;
        }
    }
    DateTime::from_timestamp(late, 0).unwrap_or_default()
}

/// A day of the year that comes again: the nth weekday of a month, or the last (-1).
#[derive(Clone, Copy, PartialEq, Eq)]
struct Yearly {
    month: u32,
    weekday: Weekday,
    nth: i32,
}

fn rules_of(day: NaiveDate) -> Vec<Yearly> {
    let rule = |nth| Yearly {
        month: day.month(),
        weekday: day.weekday(),
        nth,
    };
    let nth = i32::try_from(day.day0() / 7 + 1).unwrap_or(1);
    let mut rules = Vec::new();
    if (day + Days::new(7)).month() != day.month() {
        rules.push(rule(-1));
    }
    if nth < 5 {
        rules.push(rule(nth));
    }
    rules
}

/// Changes of one kind in consecutive years that one rule describes.
struct Run<'a> {
    first: &'a Change,
    last: NaiveDateTime,
    rules: Vec<Yearly>,
}

fn runs(changes: &[Change]) -> Vec<Run<'_>> {
    let mut runs: Vec<Run> = Vec::new();
    for change in changes {
        let rules = rules_of(change.local.date());
        let goes_on = runs.iter_mut().rev().find(|run| {
            run.first.from == change.from
                && run.first.to == change.to
                && run.first.local.time() == change.local.time()
                && run.last.year() + 1 == change.local.year()
                && run.rules.iter().any(|rule| rules.contains(rule))
        });
        match goes_on {
            Some(run) => {
                run.last = change.local;
                run.rules.retain(|rule| rules.contains(rule));
            }
            None => runs.push(Run {
                first: change,
                last: change.local,
                rules,
            }),
        }
    }
    runs
}

fn make(tz: Tz) -> String {
    let changes = changes(tz);
    let mut text = format!("BEGIN:VTIMEZONE\r\nTZID:{}\r\n", tz.name());
    let start = DateTime::<Utc>::UNIX_EPOCH;
    let first = observed(tz, start);
    write_observance(
        &mut text,
        &first,
        first.offset,
        start.naive_utc() + TimeDelta::seconds(i64::from(first.offset.min(0))),
        "",
    );
    for run in runs(&changes) {
        let rule = rule_text(&run);
        write_observance(
            &mut text,
            &run.first.to,
            run.first.from,
            run.first.local,
            &rule,
        );
    }
    text.push_str("END:VTIMEZONE\r\n");
    text
}

fn rule_text(run: &Run) -> String {
    let Some(rule) = run.rules.first() else {
        return String::new();
    };
    if run.last == run.first.local {
        return String::new();
    }
    let weekday = match rule.weekday {
        Weekday::Mon => "MO",
        Weekday::Tue => "TU",
        Weekday::Wed => "WE",
        Weekday::Thu => "TH",
        Weekday::Fri => "FR",
        Weekday::Sat => "SA",
        Weekday::Sun => "SU",
    };
    let mut text = format!(
        "RRULE:FREQ=YEARLY;BYMONTH={};BYDAY={}{weekday}",
        rule.month, rule.nth
    );
    if run.last.year() + 1 < YEARS.end {
        let until = run.last - TimeDelta::seconds(i64::from(run.first.from));
        let _ = write!(text, ";UNTIL={}", until.format("%Y%m%dT%H%M%SZ"));
    }
    text.push_str("\r\n");
    text
}

fn write_observance(
    text: &mut String,
    to: &Observance,
    from: i32,
    start: NaiveDateTime,
    rule: &str,
) {
    let kind = if to.daylight { "DAYLIGHT" } else { "STANDARD" };
    let _ = write!(
        text,
        "BEGIN:{kind}\r\nDTSTART:{}\r\n{rule}TZOFFSETFROM:{}\r\nTZOFFSETTO:{}\r\nTZNAME:{}\r\nEND:{kind}\r\n",
        start.format("%Y%m%dT%H%M%S"),
        offset_text(from),
        offset_text(to.offset),
        to.name,
    );
}

fn offset_text(seconds: i32) -> String {
    let sign = if seconds < 0 { '-' } else { '+' };
    let seconds = seconds.abs();
    let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if rest == 0 {
        format!("{sign}{hours:02}{minutes:02}")
    } else {
        format!("{sign}{hours:02}{minutes:02}{rest:02}")
    }
}
