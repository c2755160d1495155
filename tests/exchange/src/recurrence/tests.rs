use super::*;
use chrono::{NaiveDateTime, Weekday};

fn date(text: &str) -> NaiveDate {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").unwrap()
}

fn time(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text, "%Y%m%dT%H%M%S").unwrap()
}

/// UNTIL as the table writes it: the local time of the last start.
fn until_date(text: &str) -> Option<NaiveDate> {
    NaiveDateTime::parse_from_str(text, "%Y%m%dT%H%M%S")
        .ok()
        .map(|at| at.date())
}

fn dates(pattern: Pattern, start: &str, count: usize) -> Vec<String> {
    let recurrence = Recurrence {
        pattern,
        start: date(start),
        range: Range::NoEnd,
    };
    recurrence
        .dates()
        .take(count)
        .map(|date| date.to_string())
        .collect()
}

/// The rows of the table that python-dateutil wrote: first start, rule, expected starts.
fn table() -> impl Iterator<Item = (NaiveDateTime, &'static str, Vec<NaiveDateTime>)> {
    include_str!("../../data/recurrence.txt")
        .lines()
        .map(|line| {
            let mut fields = line.split('|');
            let (start, rule, starts) = (
                fields.next().unwrap(),
                fields.next().unwrap(),
                fields.next().unwrap(),
            );
            (time(start), rule, starts.split(' ').map(time).collect())
        })
}

#[test]
fn expands_as_dateutil_does() {
    let mut rows = 0;
    for (start, rule, expected) in table() {
        let recurrence = Recurrence::from_rrule(rule, start.date(), |text| {
            // UNTIL at midnight excludes that day for a start later in the day; Exchange has dates only.
            let until = time(text);
            if until.time() < start.time() {
                until.date().pred_opt()
            } else {
                Some(until.date())
            }
        })
        .unwrap_or_else(|e| panic!("{rule}: {e:?}"));
        let (indexes, starts): (Vec<_>, Vec<_>) = recurrence.occurrences(start).take(14).unzip();
        assert_eq!(starts, expected, "{start} {rule}");
        assert_eq!(
            indexes,
            (1..=u32::try_from(expected.len()).unwrap()).collect::<Vec<_>>()
        );
        rows += 1;
    }
    assert!(rows >= 40, "the table is cut short: {rows} rows");
}

#[test]
fn rules_survive_the_way_out_and_back() {
    for (start, rule, _) in table() {
        let first = Recurrence::from_rrule(rule, start.date(), until_date).unwrap();
        let written = first
            .to_rrule(|end| end.format("%Y%m%dT000000").to_string())
            .unwrap();
        let second = Recurrence::from_rrule(&written, start.date(), until_date).unwrap();
        assert_eq!(first, second, "{rule} became {written}");
    }
}

#[test]
fn late_days_of_a_month_fall_on_its_last_day() {
    let monthly = |day| Pattern::AbsoluteMonthly { interval: 1, day };
    assert_eq!(
        dates(monthly(31), "2024-01-31", 4),
        ["2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30"]
    );
    assert_eq!(
        dates(monthly(30), "2025-01-30", 3),
        ["2025-01-30", "2025-02-28", "2025-03-30"]
    );
    let leap = Pattern::AbsoluteYearly { day: 29, month: 2 };
    assert_eq!(
        dates(leap, "2024-02-29", 3),
        ["2024-02-29", "2025-02-28", "2026-02-28"]
    );
}

#[test]
fn the_walk_starts_with_the_first_match_on_or_after_the_start_date() {
    let monthly = Pattern::AbsoluteMonthly {
        interval: 2,
        day: 5,
    };
    assert_eq!(
        dates(monthly, "2025-01-10", 2),
        ["2025-03-05", "2025-05-05"]
    );
    let yearly = Pattern::AbsoluteYearly { day: 1, month: 2 };
    assert_eq!(dates(yearly, "2025-06-01", 2), ["2026-02-01", "2027-02-01"]);
    let days = DaySet::of(&[Weekday::Mon, Weekday::Fri]);
    let weekly = Pattern::Weekly {
        interval: 2,
        days,
        first_day: Weekday::Sun,
    };
    assert_eq!(
        dates(weekly, "2025-01-07", 3),
        ["2025-01-10", "2025-01-20", "2025-01-24"]
    );
}

#[test]
fn ranges_end_inclusive_and_by_count() {
    let pattern = Pattern::Daily { interval: 2 };
    let until = |end| Recurrence {
        pattern,
        start: date("2025-01-01"),
        range: Range::EndDate(date(end)),
    };
    assert_eq!(until("2025-01-05").dates().count(), 3);
    assert_eq!(until("2025-01-04").dates().count(), 2);
    let counted = Recurrence {
        pattern,
        start: date("2025-01-01"),
        range: Range::Numbered(4),
    };
    assert_eq!(counted.dates().last(), Some(date("2025-01-07")));
}

#[test]
fn an_endless_walk_ends_with_the_calendar_of_the_server() {
    let endless = Recurrence {
        pattern: Pattern::AbsoluteYearly { day: 1, month: 1 },
        start: date("4490-01-01"),
        range: Range::NoEnd,
    };
    assert_eq!(endless.dates().last(), Some(date("4500-01-01")));
}

#[test]
fn regenerating_tasks_have_one_occurrence_and_the_next_follows_completion() {
    let recurrence = |unit, interval| Recurrence {
        pattern: Pattern::Regeneration { unit, interval },
        start: date("2025-01-31"),
        range: Range::NoEnd,
    };
    assert_eq!(
        recurrence(Unit::Week, 2).dates().collect::<Vec<_>>(),
        [date("2025-01-31")]
    );
    assert_eq!(
        recurrence(Unit::Day, 3).regenerated(date("2025-02-10")),
        Some(date("2025-02-13"))
    );
    assert_eq!(
        recurrence(Unit::Week, 2).regenerated(date("2025-02-10")),
        Some(date("2025-02-24"))
    );
    assert_eq!(
        recurrence(Unit::Month, 1).regenerated(date("2025-01-31")),
        Some(date("2025-02-28"))
    );
    assert_eq!(
        recurrence(Unit::Year, 1).regenerated(date("2024-02-29")),
        Some(date("2025-02-28"))
    );
    assert_eq!(recurrence(Unit::Day, 1).to_rrule(|_| String::new()), None);
}

#[test]
fn impossible_recurrences_are_refused_with_the_codes_of_the_server() {
    let code = |pattern, range| {
        Recurrence {
            pattern,
            start: date("2025-01-01"),
            range,
        }
        .check()
        .unwrap_err()
        .code
    };
    let daily = Pattern::Daily { interval: 1 };
    assert_eq!(
        code(Pattern::Daily { interval: 0 }, Range::NoEnd),
        "ErrorCalendarInvalidRecurrence"
    );
    assert_eq!(
        code(
            Pattern::AbsoluteMonthly {
                interval: 1,
                day: 32
            },
            Range::NoEnd
        ),
        "ErrorCalendarInvalidRecurrence"
    );
    assert_eq!(
        code(daily, Range::EndDate(date("2024-12-31"))),
        "ErrorRecurrenceHasNoOccurrence"
    );
    assert_eq!(
        code(daily, Range::Numbered(0)),
        "ErrorRecurrenceHasNoOccurrence"
    );
    assert_eq!(
        code(daily, Range::EndDate(date("4500-09-02"))),
        "ErrorRecurrenceEndDateTooBig"
    );
}

#[test]
fn rules_beyond_exchange_are_refused_with_a_reason() {
    for rule in [
        "FREQ=HOURLY",
        "FREQ=YEARLY;BYWEEKNO=3",
        "FREQ=MONTHLY;BYDAY=5MO",
        "FREQ=MONTHLY;BYMONTHDAY=1,15",
        "FREQ=MONTHLY;BYDAY=1MO,2MO",
        "FREQ=MONTHLY;BYDAY=MO",
        "FREQ=DAILY;INTERVAL=2;BYDAY=MO",
        "FREQ=YEARLY;BYDAY=20MO",
        "FREQ=WEEKLY;BYDAY=ÄÖ",
        "FREQ=DAILY;COUNT=-1",
        "FREQ=DAILY;UNTIL=soon",
        "INTERVAL=1",
        "",
    ] {
        let error = Recurrence::from_rrule(rule, date("2025-01-06"), until_date).unwrap_err();
        assert_eq!(error.code, "ErrorCalendarInvalidRecurrence", "{rule}");
        assert!(error.message.ends_with('.'), "{rule}: {}", error.message);
    }
}

fn parse(pattern_and_range: &str) -> Result<Recurrence, Invalid> {
    let types = crate::element::Ns::Types.uri();
    let xml = format!("<Recurrence xmlns=\"{types}\">{pattern_and_range}</Recurrence>");
    Recurrence::from_xml(&crate::element::Element::parse(xml.as_bytes()).unwrap())
}

#[test]
fn reads_the_xml_of_clients() {
    let weekly = parse(
        "<WeeklyRecurrence><Interval>2</Interval><DaysOfWeek>Weekday Saturday</DaysOfWeek></WeeklyRecurrence>
         <EndDateRecurrence><StartDate>2014-07-02-07:00</StartDate><EndDate>2014-08-02Z</EndDate></EndDateRecurrence>",
    )
    .unwrap();
    assert_eq!(weekly.start, date("2014-07-02"));
    assert_eq!(weekly.range, Range::EndDate(date("2014-08-02")));
    let Pattern::Weekly {
        interval: 2,
        days,
        first_day: Weekday::Sun,
    } = weekly.pattern
    else {
        panic!("{weekly:?}");
    };
    assert_eq!(
        days.names(),
        "Monday Tuesday Wednesday Thursday Friday Saturday"
    );
}

#[test]
fn refuses_xml_that_states_no_recurrence() {
    let range = "<NoEndRecurrence><StartDate>2025-01-01</StartDate></NoEndRecurrence>";
    for pattern in [
        "",
        "<DailyRecurrence><Interval>0</Interval></DailyRecurrence>",
        "<DailyRecurrence><Interval>-3</Interval></DailyRecurrence>",
        "<RelativeYearlyRecurrence><DaysOfWeek>Monday Tuesday</DaysOfWeek><DayOfWeekIndex>First</DayOfWeekIndex>
         <Month>May</Month></RelativeYearlyRecurrence>",
        "<WeeklyRecurrence><Interval>1</Interval><DaysOfWeek/></WeeklyRecurrence>",
        "<AbsoluteYearlyRecurrence><DayOfMonth>3</DayOfMonth><Month>Mai</Month></AbsoluteYearlyRecurrence>",
    ] {
        let error = parse(&format!("{pattern}{range}")).unwrap_err();
        assert_eq!(error.code, "ErrorCalendarInvalidRecurrence", "{pattern}");
    }
}

#[test]
fn every_pattern_and_range_survives_the_way_through_xml() {
    let mut all: Vec<Recurrence> = table()
        .map(|(start, rule, _)| Recurrence::from_rrule(rule, start.date(), until_date).unwrap())
        .collect();
    all.extend(
        [Unit::Day, Unit::Week, Unit::Month, Unit::Year].map(|unit| Recurrence {
            pattern: Pattern::Regeneration { unit, interval: 3 },
            start: date("2025-05-31"),
            range: Range::NoEnd,
        }),
    );
    for recurrence in all {
        assert_eq!(Recurrence::from_xml(&recurrence.to_xml()), Ok(recurrence));
    }
}
