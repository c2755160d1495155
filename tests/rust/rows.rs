//! Every row of the mapping tables takes random values to either side and back, and the tables are sound.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may fail"
)]

use chrono::{DateTime, Days as CalendarDays, NaiveDate, Utc, Weekday};
use chrono_tz::Tz;
use exchange_core::ews::{Element, FieldPath};
use exchange_core::mapping::{self, Context, Direction, FieldChange, Row, Shape};
use exchange_core::model::{
    Content, Days, File, Frequency, Key, Kind, Moment, MonthDay, Nth, Occurrence, Pattern, Person,
    Range, Record, Recurrence, Role, Value, Zone,
};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::collections::HashSet;

fn context() -> Context {
    Context {
        addresses: vec!["owner@example.org".to_owned()],
        ..Context::new(
            Tz::Europe__Vienna,
            NaiveDate::from_ymd_opt(2026, 1, 1).unwrap(),
        )
    }
}

fn day() -> impl Strategy<Value = NaiveDate> {
    (0..20_000u64)
        .prop_map(|days| NaiveDate::from_ymd_opt(1990, 1, 1).unwrap() + CalendarDays::new(days))
}

fn minute() -> impl Strategy<Value = DateTime<Utc>> {
    (10_000_000..35_000_000i64)
        .prop_map(|minutes| DateTime::from_timestamp(minutes * 60, 0).unwrap())
}

fn zone() -> impl Strategy<Value = Zone> {
    prop::sample::select(vec![
        Tz::Europe__Vienna,
        Tz::UTC,
        Tz::America__New_York,
        Tz::Asia__Kolkata,
        Tz::Australia__Sydney,
        Tz::America__Sao_Paulo,
    ])
    .prop_map(|tz| mapping::zone_of(tz).unwrap())
}

fn line() -> impl Strategy<Value = String> {
    r#"[A-Za-z0-9,;:\\"^=.@äß€😀'<&-]([A-Za-z0-9 ,;:\\"^=.@äß€😀'<&-]{0,90}[A-Za-z0-9,;:\\"^=.@äß€😀'<&-])?"#
}

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(line(), 1..5).prop_map(|lines| lines.join("\n"))
}

/// What no row reads: lines with any parameters and components, sorted, one below the other.
fn lines() -> impl Strategy<Value = String> {
    let one = (
        "(item[1-9]\\.)?X-[A-Z]{3,9}(;[A-Z]{1,9}=[a-z]{0,9}){0,2}",
        line(),
    )
        .prop_map(|(name, value)| format!("{name}:{value}"));
    let part = prop::collection::vec(line(), 1..3).prop_map(|values| {
        let lines = values.join("\nX-IN:");
        format!("BEGIN:X-PART\nX-IN:{lines}\nEND:X-PART")
    });
    prop::collection::vec(prop_oneof![4 => one, 1 => part], 1..6).prop_map(|mut entries| {
        entries.sort();
        entries.join("\n")
    })
}

/// A cleaned page; [`plain`] is its text.
fn html() -> impl Strategy<Value = String> {
    let paragraph = ("[a-zä]{1,8}", "[A-Z]{1,8}")
        .prop_map(|(plain, bold)| format!("<p>{plain} &amp; <b>{bold}</b></p>"));
    prop::collection::vec(paragraph, 1..4).prop_map(|all| all.concat())
}

fn plain(html: &str) -> String {
    html.replace("</p><p>", "\n\n")
        .replace("<p>", "")
        .replace("</p>", "")
        .replace("<b>", "")
        .replace("</b>", "")
        .replace("&amp;", "&")
}

fn files() -> impl Strategy<Value = Value> {
    let kind = prop::sample::select(vec!["image/png", "application/octet-stream", "text/html"]);
    let bytes =
        prop::collection::vec(any::<u8>(), 1..200).prop_map(|bytes| Content::Bytes(bytes.into()));
    let target = "(https://example\\.org/[a-z0-9?=&;,%]{0,30}|mailto:[a-z]{1,5}@example\\.org)"
        .prop_map(Content::Link);
    let file = (
        line(),
        kind,
        prop::option::of("[a-z]{1,8}@example\\.org"),
        prop_oneof![bytes, target],
    )
        .prop_map(|(name, kind, id, content)| File {
            name,
            content_type: kind.to_owned(),
            content_id: id.filter(|_| matches!(content, Content::Bytes(_))),
            content,
        });
    prop::collection::vec(file, 1..4).prop_map(|files| Value::files(files).unwrap())
}

fn days() -> impl Strategy<Value = Days> {
    (1..128u8).prop_map(Days)
}

fn month_day() -> impl Strategy<Value = MonthDay> {
    let nth = prop::sample::select(vec![
        Nth::First,
        Nth::Second,
        Nth::Third,
        Nth::Fourth,
        Nth::Last,
    ]);
    let set = prop_oneof![
        (0..7u8).prop_map(|day| Days(1 << day)),
        Just(Days::ALL),
        Just(Days::WEEKDAYS),
        Just(Days::WEEKEND),
    ];
    prop_oneof![
        (1..=31u8).prop_map(MonthDay::Day),
        (nth, set).prop_map(|(nth, set)| MonthDay::Nth(nth, set)),
    ]
}

fn recurrence() -> impl Strategy<Value = Recurrence> {
    let weekly = (1..10u32, days(), 0..7u8).prop_map(|(interval, days, start)| Pattern::Weekly {
        interval,
        days,
        week_start: if interval > 1 && days.len() > 1 {
            Weekday::try_from(start).unwrap()
        } else {
            Weekday::Mon
        },
    });
    let pattern = prop_oneof![
        (1..50u32).prop_map(|interval| Pattern::Daily { interval }),
        weekly,
        (1..30u32, month_day()).prop_map(|(interval, on)| Pattern::Monthly { interval, on }),
        (1..=12u8, month_day())
            .prop_filter("a day that the month has", |(month, on)| {
                let longest = NaiveDate::from_ymd_opt(2024, u32::from(*month), 1)
                    .and_then(|first| first.checked_add_months(chrono::Months::new(1)))
                    .and_then(|next| next.pred_opt())
                    .map_or(31, |last| chrono::Datelike::day(&last));
                !matches!(on, MonthDay::Day(day) if u32::from(*day) > longest)
            })
            .prop_map(|(month, on)| Pattern::Yearly { month, on }),
    ];
    let range = prop_oneof![
        Just(Range::Forever),
        (1..500u32).prop_map(Range::Count),
        (0..3000u64).prop_map(|days| Range::Until(
            NaiveDate::from_ymd_opt(2060, 1, 1).unwrap() + CalendarDays::new(days)
        )),
    ];
    (pattern, range).prop_map(|(pattern, range)| Recurrence { pattern, range })
}

fn regenerating() -> impl Strategy<Value = Recurrence> {
    let every = prop::sample::select(vec![
        Frequency::Daily,
        Frequency::Weekly,
        Frequency::Monthly,
        Frequency::Yearly,
    ]);
    let range = prop_oneof![Just(Range::Forever), (1..500u32).prop_map(Range::Count)];
    (every, 1..30u32, range).prop_map(|(every, interval, range)| Recurrence {
        pattern: Pattern::Regenerating { every, interval },
        range,
    })
}

fn person() -> impl Strategy<Value = Person> {
    let role = prop::sample::select(vec![Role::Required, Role::Optional, Role::Resource]);
    ("[a-z]{1,8}", line(), role).prop_map(|(user, name, role)| Person {
        address: format!("{user}@example.org"),
        name,
        role,
    })
}

fn value(row: &Row) -> BoxedStrategy<Value> {
    match row.shape {
        Shape::Line => line().prop_map(Value::Text).boxed(),
        Shape::Text => text().prop_map(Value::Text).boxed(),
        Shape::Lines => lines().prop_map(Value::Text).boxed(),
        Shape::Html => html().prop_map(Value::Text).boxed(),
        Shape::Word(words) => prop::sample::select(words).prop_map(Value::text).boxed(),
        Shape::Bool => Just(Value::Bool(true)).boxed(),
        Shape::Number(low, high) => (low..=high).prop_map(Value::Number).boxed(),
        Shape::Day => day().prop_map(Value::Day).boxed(),
        Shape::TimeOfDay => (
            0..86_400u32,
            prop::sample::select(vec!["", "Z", " Tokyo Standard Time"]),
        )
            .prop_map(|(second, zone)| {
                let time =
                    chrono::NaiveTime::from_num_seconds_from_midnight_opt(second, 0).unwrap();
                Value::Text(format!("{}{zone}", time.format("%H%M%S")))
            })
            .boxed(),
        Shape::Instant => minute().prop_map(Value::Instant).boxed(),
        Shape::Moment => prop_oneof![
            day().prop_map(Moment::Day),
            (minute(), zone()).prop_map(|(instant, zone)| Moment::At { instant, zone }),
        ]
        .prop_map(Value::Moment)
        .boxed(),
        Shape::List => prop::collection::vec(line(), 1..4)
            .prop_map(Value::list)
            .boxed(),
        Shape::Recurrence => recurrence().prop_map(Value::Recurrence).boxed(),
        Shape::TaskRecurrence => prop_oneof![recurrence(), regenerating()]
            .prop_map(Value::Recurrence)
            .boxed(),
        Shape::Person => person()
            .prop_map(|person| {
                Value::People(vec![Person {
                    role: Role::Required,
                    ..person
                }])
            })
            .boxed(),
        Shape::People => prop::collection::vec(person(), 1..3)
            .prop_map(|mut people| {
                people.sort_by(|a, b| a.address.cmp(&b.address));
                people.dedup_by(|a, b| a.address == b.address);
                Value::People(people)
            })
            .boxed(),
        Shape::Answers => prop::sample::select(vec!["accepted", "tentative", "declined"])
            .prop_map(|answer| Value::list([format!("guest@example.org {answer}")]))
            .boxed(),
        Shape::Bytes => prop::collection::vec(any::<u8>(), 1..300)
            .prop_map(|bytes| Value::Bytes(bytes.into()))
            .boxed(),
        Shape::Files => files().boxed(),
    }
}

/// The least an item of the kind must have, with the row's value in it.
fn record(kind: Kind, row: &Row, value: Value) -> Record {
    let mut record = Record::default();
    match kind {
        Kind::Event => complete_event(&mut record, row, &value),
        Kind::Task => complete_task(&mut record, row),
        Kind::Contact => complete_contact(&mut record, row),
    }
    if let ("rank", Value::Number(number)) = (row.property, &value) {
        match number {
            2..=4 => record.set(Key::of("priority"), Value::text("high")),
            6..=8 => record.set(Key::of("priority"), Value::text("low")),
            _ => {}
        }
    }
    if let (Shape::Html, Value::Text(html)) = (row.shape, &value) {
        record.set(Key::of("description"), Value::text(plain(html)));
    }
    record.set(Key::of(row.property), value);
    record
}

fn complete_event(record: &mut Record, row: &Row, value: &Value) {
    let start = match (row.property, value) {
        ("start" | "end", Value::Moment(moment)) => moment.clone(),
        ("recurrence", Value::Recurrence(rule)) => Moment::Day(first_day(rule)),
        _ => Moment::At {
            instant: DateTime::from_timestamp(1_767_603_600, 0).unwrap(),
            zone: mapping::zone_of(Tz::Europe__Vienna).unwrap(),
        },
    };
    let end = match &start {
        Moment::Day(day) => Moment::Day(*day + CalendarDays::new(1)),
        at @ Moment::At { .. } => at.clone(),
    };
    let start = match (row.property, start) {
        ("end", Moment::Day(day)) => Moment::Day(day - CalendarDays::new(1)),
        (_, start) => start,
    };
    record.set(Key::of("start"), Value::Moment(start));
    record.set(Key::of("end"), Value::Moment(end));
    if matches!(row.property, "organizer" | "answers" | "rsvp" | "response") {
        record.set(
            Key::of("attendees"),
            Value::People(vec![Person {
                address: "guest@example.org".to_owned(),
                name: "Guest".to_owned(),
                role: Role::Required,
            }]),
        );
    }
    if matches!(row.property, "organizer" | "response") {
        record.set(Key::of("response"), Value::text("pending"));
        record.set(
            Key::of("organizer"),
            Value::People(vec![Person {
                address: "host@example.org".to_owned(),
                name: "Host".to_owned(),
                role: Role::Required,
            }]),
        );
    }
}

fn complete_task(record: &mut Record, row: &Row) {
    match row.property {
        "percent" => record.set(Key::of("status"), Value::text("in-progress")),
        "completed" => record.set(Key::of("status"), Value::text("completed")),
        "cancelled" => record.set(Key::of("status"), Value::text("deferred")),
        "start_time" | "due_time" => {
            let day = Value::Day(NaiveDate::from_ymd_opt(2026, 1, 5).unwrap());
            record.set(Key::of(row.property.trim_end_matches("_time")), day);
        }
        "completed_time" => {
            record.set(Key::of("status"), Value::text("completed"));
            let day = Value::Day(NaiveDate::from_ymd_opt(2026, 1, 5).unwrap());
            record.set(Key::of("completed"), day);
        }
        "recurrence" => record.set(
            Key::of("start"),
            Value::Day(NaiveDate::from_ymd_opt(2026, 1, 5).unwrap()),
        ),
        _ => {}
    }
}

/// What a value needs to be one of its own.
fn complete_contact(record: &mut Record, row: &Row) {
    let mut set = |property, text: &str| record.set(Key::of(property), Value::text(text));
    set("full_name", "Ada Example");
    match row.property {
        "file_as_rule" => {
            set("given_name", "Ada");
            set("surname", "Beispiel");
        }
        "members" => record.set(Key::of("group"), Value::Bool(true)),
        "web_page_other" => set("web_page", "https://example.org"),
        "mailing_address" => {
            set("home_city", "Graz");
            set("work_city", "Linz");
            set("other_supplement", "c/o Example");
        }
        _ => {}
    }
}

/// A day that the rule has, by looking day after day at what it makes of a start there.
fn first_day(rule: &Recurrence) -> NaiveDate {
    let mut day = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
    loop {
        let mut record = Record::default();
        record.set(Key::of("start"), Value::Moment(Moment::Day(day)));
        record.set(
            Key::of("end"),
            Value::Moment(Moment::Day(day + CalendarDays::new(1))),
        );
        record.set(Key::of("recurrence"), Value::Recurrence(*rule));
        let item = item(Kind::Event, &record);
        let remote = mapping::read_remote(Kind::Event, &item, &context()).unwrap();
        match remote.record.own("start") {
            Some(Value::Moment(Moment::Day(first))) if *first == day => return day,
            Some(Value::Moment(Moment::Day(first))) => day = *first,
            other => panic!("{other:?}"),
        }
    }
}

/// A record as an EWS item, the way a server would answer what is sent.
fn item(kind: Kind, record: &Record) -> Element {
    let fields = mapping::create_fields(kind, "key-1", "uid-1", record, &context()).unwrap();
    Element {
        name: match record.own("group") {
            Some(_) => "DistributionList".to_owned(),
            None => "Item".to_owned(),
        },
        children: fields.into_iter().map(|field| field.content).collect(),
        ..Element::default()
    }
}

fn each_row(test: impl Fn(Kind, &'static Row, Value) -> Result<(), TestCaseError>) {
    for kind in Kind::ALL {
        for row in mapping::rows(kind) {
            if row.direction == Direction::OnCreate {
                continue;
            }
            let mut runner = TestRunner::new(Config {
                cases: 40,
                failure_persistence: None,
                ..Config::default()
            });
            runner
                .run(&value(row), |value| test(kind, row, value))
                .unwrap_or_else(|failure| panic!("{kind} {}: {failure}", row.property));
        }
    }
}

#[test]
fn new_local_text_says_what_the_record_says() {
    each_row(|kind, row, value| {
        let record = record(kind, row, value);
        let text = mapping::write_local(kind, None, "uid-1", &record, &[], &context()).unwrap();
        let local = mapping::read_local(kind, &text, &context()).unwrap();
        prop_assert_eq!(local.uid.as_deref(), Some("uid-1"));
        prop_assert_eq!(local.record, record, "{}", text);
        Ok(())
    });
}

#[test]
fn patched_local_text_says_what_the_record_says() {
    each_row(|kind, row, value| {
        let with = record(kind, row, value.clone());
        let mut without = with.clone();
        if !matches!(row.property, "start" | "end" | "full_name" | "response") {
            without.remove(Key::of(row.property));
        }
        if row.property == mapping::ORGANIZER {
            without.remove(Key::of(mapping::RESPONSE));
        }
        let changed = [Key::of(row.property)];
        let write = |text: Option<&str>, target: &Record| {
            mapping::write_local(kind, text, "uid-1", target, &changed, &context()).unwrap()
        };
        let bare = write(None, &without);
        let set = write(Some(&bare), &with);
        let read = |text: &str| mapping::read_local(kind, text, &context()).unwrap().record;
        prop_assert_eq!(read(&set), with.clone(), "{}", set);
        prop_assert_eq!(write(Some(&set), &with), set.clone());
        prop_assert_eq!(read(&write(Some(&set), &without)), without, "{}", set);
        Ok(())
    });
}

#[test]
fn exchange_answers_what_was_sent() {
    each_row(|kind, row, value| {
        // Pictures and files are attachments, and nobody answers to a meeting of their own.
        if row.direction != Direction::Both
            || [mapping::PHOTO, mapping::FILES, mapping::RESPONSE].contains(&row.property)
        {
            return Ok(());
        }
        let record = record(kind, row, value);
        let remote = mapping::read_remote(kind, &item(kind, &record), &context()).unwrap();
        prop_assert_eq!(remote.record, record);
        Ok(())
    });
}

#[test]
fn an_update_sets_only_what_the_row_and_its_group_own() {
    each_row(|kind, row, value| {
        // An item is a group from its creation on.
        if row.direction != Direction::Both || row.property == "group" {
            return Ok(());
        }
        let record = record(kind, row, value);
        let changed = [Key::of(row.property)];
        let steps = mapping::update_fields(kind, &record, &changed, &context()).unwrap();
        let owned: Vec<FieldPath> = mapping::rows(kind)
            .iter()
            .filter(|other| other.follows(row))
            .flat_map(|row| row.place.paths())
            .collect();
        for change in &steps {
            let path = match change {
                FieldChange::Set(field) => field.path,
                FieldChange::Delete(path) => *path,
            };
            // Who answers is busy, or not.
            let follows = row.property == mapping::RESPONSE
                && path == FieldPath::Field("calendar:LegacyFreeBusyStatus");
            prop_assert!(owned.contains(&path) || follows, "{:?}", path);
        }
        prop_assert_eq!(steps.is_empty(), row.property == mapping::PHOTO);
        Ok(())
    });
}

#[test]
fn rows_own_disjoint_slots_and_paths() {
    for kind in Kind::ALL {
        let (mut names, mut slots, mut paths) = (HashSet::new(), HashSet::new(), HashSet::new());
        for row in mapping::rows(kind) {
            assert!(names.insert(row.property), "{}", row.property);
            for slot in row.slot.names() {
                assert!(slots.insert(slot.clone()), "{kind} {slot}");
            }
            for path in row.place.paths() {
                assert!(paths.insert(path), "{kind} {path:?}");
            }
        }
    }
}

/// The rule that is written, as another program reads it, has the same occurrences in the same places.
#[test]
fn another_reader_of_rules_counts_the_same_occurrences() {
    let mut runner = TestRunner::new(Config {
        cases: 150,
        failure_persistence: None,
        ..Config::default()
    });
    let dates = |rule: Recurrence| {
        let first = first_day(&rule);
        let mut record = Record::default();
        record.set(Key::of("start"), Value::Moment(Moment::Day(first)));
        record.set(
            Key::of("end"),
            Value::Moment(Moment::Day(first + CalendarDays::new(1))),
        );
        record.set(Key::of("recurrence"), Value::Recurrence(rule));
        let text = mapping::write_local(Kind::Event, None, "u", &record, &[], &context()).unwrap();
        let unfolded = text.replace("\r\n ", "");
        let mut line = unfolded
            .lines()
            .find_map(|line| line.strip_prefix("RRULE:"))
            .unwrap()
            .to_owned();
        if matches!(rule.range, Range::Until(_)) {
            line.push_str("T000000Z");
        }
        let set: rrule::RRuleSet =
            format!("DTSTART:{}T000000Z\nRRULE:{line}", first.format("%Y%m%d"))
                .parse()
                .unwrap();
        let days: Vec<NaiveDate> = set
            .all(25)
            .dates
            .into_iter()
            .map(|time| time.date_naive())
            .collect();
        (record, line, days)
    };
    runner
        .run(&recurrence(), |rule| {
            let (mut record, line, days) = dates(rule);
            prop_assert!(!days.is_empty(), "{}", line);
            for day in &days {
                record.set(
                    Key::at(Occurrence::Day(*day), Key::STATE),
                    Value::Bool(false),
                );
            }
            let all: Vec<Key> = record.iter().map(|(key, _)| key).collect();
            let changes =
                mapping::occurrence_changes(Kind::Event, &record, &all, &context()).unwrap();
            let indices: Vec<usize> = changes
                .iter()
                .map(|change| usize::try_from(change.index).unwrap())
                .collect();
            let expected: Vec<usize> = (1..=days.len()).collect();
            prop_assert_eq!(indices, expected, "{} {:?}", line, days);
            Ok(())
        })
        .unwrap_or_else(|failure| panic!("{failure}"));
}
