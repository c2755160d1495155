//! Patching: what changes on the other side changes here, and nothing else does.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may fail"
)]

use chrono_tz::Tz;
use exchange_core::ews::{Element, FieldPath};
use exchange_core::mapping::{self, Context, FieldChange, OccurrenceAction};
use exchange_core::model::{Key, Kind, Occurrence, Record, Value};
use proptest::prelude::*;

const CONTEXT: Context = Context::new(
    Tz::Europe__Vienna,
    chrono::NaiveDate::from_ymd_opt(2026, 1, 1).unwrap(),
);

fn read(kind: Kind, text: &str) -> Record {
    mapping::read_local(kind, text, &CONTEXT).unwrap().record
}

/// The text after a change of the record.
fn after(kind: Kind, text: &str, change: impl FnOnce(&mut Record)) -> String {
    let before = read(kind, text);
    let mut target = before.clone();
    change(&mut target);
    let changed = differing(&before, &target);
    let new = mapping::write_local(kind, Some(text), "u", &target, &changed, &CONTEXT).unwrap();
    assert_eq!(read(kind, &new), target, "{new}");
    new
}

fn differing(before: &Record, target: &Record) -> Vec<Key> {
    let keys = before.iter().chain(target.iter()).map(|(key, _)| key);
    let mut keys: Vec<Key> = keys
        .filter(|key| before.get(*key) != target.get(*key))
        .collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

fn event(lines: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\nBEGIN:VEVENT\r\nUID:e@example.org\r\n{lines}END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
}

fn card(lines: &str) -> String {
    format!("BEGIN:VCARD\r\nVERSION:3.0\r\nUID:c@example.org\r\n{lines}END:VCARD\r\n")
}

const TIMES: &str =
    "DTSTART;TZID=Europe/Vienna:20260105T090000\r\nDTEND;TZID=Europe/Vienna:20260105T100000\r\n";

#[test]
fn one_changed_property_changes_one_line() {
    let text = event(&format!(
        "{TIMES}SUMMARY;LANGUAGE=de:Old\r\nPRIORITY:3\r\nX-FOO:a\r\n  b\r\nX-FOO:again\r\n"
    ));
    let new = after(Kind::Event, &text, |record| {
        record.set(Key::of("summary"), Value::text("New, and more"));
    });
    assert_eq!(new, text.replace(":Old", ":New\\, and more"));
}

#[test]
fn a_moved_event_keeps_its_zone_and_its_length_as_written() {
    let text = event("DTSTART;TZID=Europe/Vienna:20260105T090000\r\nDURATION:PT1H\r\n");
    let moved = read(
        Kind::Event,
        &event("DTSTART;TZID=Europe/Berlin:20260106T090000\r\nDURATION:PT1H\r\n"),
    );
    let new = after(Kind::Event, &text, |record| *record = moved);
    assert_eq!(new, text.replace("20260105", "20260106"));
}

#[test]
fn an_event_that_becomes_all_day_and_back_is_valid() {
    let text = event(TIMES);
    let day = event("DTSTART;VALUE=DATE:20260105\r\nDTEND;VALUE=DATE:20260106\r\n");
    let whole = after(Kind::Event, &text, |record| {
        *record = read(Kind::Event, &day);
    });
    assert_eq!(whole, day);
    let timed = after(Kind::Event, &whole, |record| {
        *record = read(Kind::Event, &text);
    });
    assert!(timed.contains("BEGIN:VTIMEZONE\r\nTZID:Europe/Vienna\r\n"));
    assert!(timed.contains(TIMES));
}

const SERIES: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\nBEGIN:VEVENT\r\nUID:e@example.org\r\nDTSTART;TZID=Europe/Vienna:20260105T090000\r\nDTEND;TZID=Europe/Vienna:20260105T100000\r\nRRULE:FREQ=DAILY;COUNT=20\r\nEXDATE;TZID=Europe/Vienna:20260107T090000,20260108T090000\r\nSUMMARY:All\r\nLOCATION:Room\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:e@example.org\r\nRECURRENCE-ID;TZID=Europe/Vienna:20260110T090000\r\nDTSTART;TZID=Europe/Vienna:20260110T110000\r\nDTEND;TZID=Europe/Vienna:20260110T120000\r\nSUMMARY:All\r\nLOCATION:Hall\r\nX-KEPT:yes\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

fn occurrence(day: &str) -> Occurrence {
    format!("202601{day}T080000Z").parse().unwrap()
}

#[test]
fn occurrences_follow_their_series_where_they_have_nothing_of_their_own() {
    let new = after(Kind::Event, SERIES, |record| {
        record.set(Key::of("summary"), Value::text("Renamed"));
        record.set(Key::of("location"), Value::text("Garden"));
    });
    let expected = SERIES
        .replace("SUMMARY:All", "SUMMARY:Renamed")
        .replace("LOCATION:Room", "LOCATION:Garden");
    assert_eq!(new, expected);
}

#[test]
fn an_occurrence_is_deleted_restored_and_changed() {
    let (seventh, tenth, twelfth) = (occurrence("07"), occurrence("10"), occurrence("12"));
    let state = |occurrence| Key::at(occurrence, Key::STATE);
    let restored = after(Kind::Event, SERIES, |record| {
        record.remove(state(seventh)).unwrap();
    });
    assert_eq!(restored, SERIES.replace("20260107T090000,", ""));
    let deleted = after(Kind::Event, SERIES, |record| {
        for key in record.iter().map(|(key, _)| key).collect::<Vec<_>>() {
            if key.occurrence == Some(tenth) {
                record.remove(key);
            }
        }
        record.set(state(tenth), Value::Bool(false));
    });
    assert!(!deleted.contains("RECURRENCE-ID"));
    assert!(deleted.contains("EXDATE;TZID=Europe/Vienna:20260110T090000\r\n"));
    let changed = after(Kind::Event, SERIES, |record| {
        record.set(state(twelfth), Value::Bool(true));
        record.set(Key::at(twelfth, "location"), Value::Cleared);
    });
    assert!(changed.starts_with(SERIES.strip_suffix("END:VCALENDAR\r\n").unwrap()));
    assert!(changed.ends_with("DTSTART;TZID=Europe/Vienna:20260112T090000\r\nDTEND;TZID=Europe/Vienna:20260112T100000\r\nSUMMARY:All\r\nRECURRENCE-ID;TZID=Europe/Vienna:20260112T090000\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"), "{changed}");
}

#[test]
fn occurrences_are_counted_over_the_rule_deleted_ones_included() {
    let record = read(Kind::Event, SERIES);
    let all: Vec<Key> = record.iter().map(|(key, _)| key).collect();
    let changes = mapping::occurrence_changes(Kind::Event, &record, &all, &CONTEXT).unwrap();
    let indices: Vec<u32> = changes.iter().map(|change| change.index).collect();
    assert_eq!(indices, [3, 4, 6]);
    assert_eq!(changes[0].action, OccurrenceAction::Delete);
    let OccurrenceAction::Update(steps) = &changes[2].action else {
        panic!("{:?}", changes[2]);
    };
    let set = |path| {
        steps.iter().any(
            |step| matches!(step, FieldChange::Set(field) if field.path == FieldPath::Field(path)),
        )
    };
    assert!(set("calendar:Location") && set("calendar:Start") && set("calendar:End"));
    assert!(!set("item:Subject") && !set("calendar:Recurrence"));
}

#[test]
fn only_what_changed_is_sent_unless_the_series_forgets_its_occurrences() {
    let record = read(Kind::Event, SERIES);
    let tenth = occurrence("10");
    let one = [Key::at(tenth, "location")];
    assert_eq!(
        mapping::update_fields(Kind::Event, &record, &one, &CONTEXT).unwrap(),
        []
    );
    let changes = mapping::occurrence_changes(Kind::Event, &record, &one, &CONTEXT).unwrap();
    assert_eq!(changes.len(), 1);
    assert_eq!(changes[0].occurrence, tenth);
    let summary = [Key::of("summary")];
    assert_eq!(
        mapping::update_fields(Kind::Event, &record, &summary, &CONTEXT)
            .unwrap()
            .len(),
        1
    );
    assert_eq!(
        mapping::occurrence_changes(Kind::Event, &record, &summary, &CONTEXT).unwrap(),
        []
    );
    // Restoring an occurrence takes a fresh rule, after which all others are told again.
    let restored = [Key::at(occurrence("09"), Key::STATE)];
    let fields = mapping::update_fields(Kind::Event, &record, &restored, &CONTEXT).unwrap();
    assert!(
        fields.iter().any(
            |step| matches!(step, FieldChange::Set(field) if field.content.name == "Recurrence")
        )
    );
    assert_eq!(
        mapping::occurrence_changes(Kind::Event, &record, &restored, &CONTEXT)
            .unwrap()
            .len(),
        3
    );
}

#[test]
fn the_second_number_stays_the_second_when_the_first_goes() {
    let text = card(
        "FN:A\r\nN:;;;;\r\nTEL;TYPE=HOME:1\r\nitem1.TEL;TYPE=HOME:2\r\nitem1.X-ABLabel:Hut\r\nEMAIL:a@example.org\r\nEMAIL:b@example.org\r\n",
    );
    let new = after(Kind::Contact, &text, |record| {
        record.remove(Key::of("phone_home")).unwrap();
        record.remove(Key::of("email_1")).unwrap();
    });
    assert_eq!(
        new,
        card(
            "FN:A\r\nN:;;;;\r\nitem1.TEL;TYPE=HOME;X-EXCHANGE-KEY=HomePhone2:2\r\nitem1.X-ABLabel:Hut\r\nEMAIL;X-EXCHANGE-KEY=EmailAddress2:b@example.org\r\n"
        )
    );
    let none = after(Kind::Contact, &new, |record| {
        record.remove(Key::of("phone_home_2")).unwrap();
        // The label goes with its number.
        record.remove(Key::of("unmapped")).unwrap();
    });
    assert!(!none.contains("item1"));
}

#[test]
fn what_exchange_cannot_hold_stays_in_the_card() {
    let text = card(
        "FN:A\r\nN:;;;;\r\nADR;TYPE=HOME:PO Box 1;;Street;City;;;\r\nORG:Company;Dept;Team\r\nBDAY:around 1900\r\nPHOTO;VALUE=uri:https://example.org/a.jpg\r\n",
    );
    let local = mapping::read_local(Kind::Contact, &text, &CONTEXT).unwrap();
    let lost: Vec<&str> = local
        .losses
        .iter()
        .map(|loss| loss.property.as_str())
        .collect();
    assert_eq!(lost, ["birthday", "photo"]);
    let new = after(Kind::Contact, &text, |record| {
        record.set(Key::of("home_street"), Value::text("Lane"));
        record.set(Key::of("department"), Value::text("Sales"));
    });
    assert_eq!(new, text.replace("Street", "Lane").replace("Dept", "Sales"));
}

#[test]
fn a_name_to_show_is_made_up_alike_on_both_sides() {
    let text = card("N:Example;Ada;;;\r\n");
    let record = read(Kind::Contact, &text);
    assert_eq!(record.own("full_name"), Some(&Value::text("Ada Example")));
    let item = Element {
        name: "Contact".to_owned(),
        children: [("GivenName", "Ada"), ("Surname", "Example")]
            .map(|(name, text)| Element {
                name: name.to_owned(),
                text: text.to_owned(),
                ..Element::default()
            })
            .into(),
        ..Element::default()
    };
    assert_eq!(
        mapping::read_remote(Kind::Contact, &item, &CONTEXT)
            .unwrap()
            .record,
        record
    );
}

/// The example of MS-OXCICAL, and what servers make of it.
#[test]
fn the_uid_is_the_same_in_every_form() {
    let uid = |uid: &str| {
        let leaf = |name: &str, text: &str| Element {
            name: name.to_owned(),
            text: text.to_owned(),
            ..Element::default()
        };
        let item = Element {
            name: "CalendarItem".to_owned(),
            children: vec![
                leaf("UID", uid),
                leaf("Start", "2026-01-05T08:00:00Z"),
                leaf("End", "2026-01-05T09:00:00Z"),
            ],
            ..Element::default()
        };
        mapping::read_remote(Kind::Event, &item, &CONTEXT)
            .unwrap()
            .uid
            .unwrap()
    };
    let wrapped = "040000008200E00074C5B7101A82E00807D60A03000000000000000000000000000000001E0000007643616C2D55696401000000666F6F626172313233406162632E636F6D00";
    assert_eq!(uid(wrapped), "foobar123@abc.com");
    assert_eq!(uid("foobar123@abc.com"), "foobar123@abc.com");
    let native = "040000008200e00074c5b7101a82e00807ea0105908d4a7a6b7edb01000000000000000010000000aabbccddeeff00112233445566778899";
    let clean = native.to_uppercase().replacen("07EA0105", "00000000", 1);
    assert_eq!(uid(native), clean);
    assert_eq!(uid(&clean), clean);
}

#[test]
fn what_cannot_cross_is_refused_with_a_reason() {
    for (lines, reason) in [
        ("SUMMARY:x\r\n", "The event has no start (DTSTART)."),
        (
            "DTSTART:20260105T090000Z\r\nDTEND:20260105T080000Z\r\n",
            "The event ends before it starts.",
        ),
        (
            "DTSTART:20261305\r\n",
            "DTSTART says “20261305”, which is no date or time.",
        ),
        (
            "DTSTART:20260105\r\nRRULE:FREQ=HOURLY\r\n",
            "It is all day and repeats at times of a day; give it a time to start at, or another rule.",
        ),
        (
            "DTSTART:20260105T090000Z\r\nRRULE:FREQ=MINUTELY;INTERVAL=30\r\n",
            "It repeats at more than 24 times of a day, and each of them would be a series of its own in Exchange. Use fewer, or keep it out of this calendar.",
        ),
        (
            "DTSTART:20260105\r\nRRULE:FREQ=YEARLY;BYMONTH=13\r\n",
            "Its repetition is not understood (BYMONTH=13); change the rule, or keep it out of this calendar.",
        ),
        (
            "DTSTART:20260105\r\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30\r\n",
            "Its rule has no day at all, or none in the next years.",
        ),
    ] {
        let error = mapping::read_local(Kind::Event, &event(lines), &CONTEXT).unwrap_err();
        assert_eq!(error.message(), reason);
    }
}

/// Elements of names that the mapping reads, with anything in them.
fn element() -> impl Strategy<Value = Element> {
    let name = prop::sample::select(vec![
        "Start",
        "End",
        "IsAllDayEvent",
        "StartTimeZone",
        "Recurrence",
        "WeeklyRecurrence",
        "RelativeMonthlyRecurrence",
        "AbsoluteYearlyRecurrence",
        "EndDateRecurrence",
        "NumberedRecurrence",
        "DaysOfWeek",
        "DayOfWeekIndex",
        "DayOfMonth",
        "Month",
        "Interval",
        "EndDate",
        "NumberOfOccurrences",
        "DeletedOccurrences",
        "ModifiedOccurrences",
        "Occurrence",
        "ItemId",
        "Body",
        "Subject",
        "Categories",
        "ExtendedProperty",
        "ExtendedFieldURI",
        "Value",
        "Birthday",
        "PhoneNumbers",
        "Entry",
        "UID",
        "Status",
        "PercentComplete",
        "CompleteDate",
        "ReminderIsSet",
        "ReminderMinutesBeforeStart",
        "OriginalStart",
        "Attachments",
        "Organizer",
        "Mailbox",
        "EmailAddress",
        "RequiredAttendees",
        "Attendee",
    ]);
    let text = prop_oneof![
        Just("2026-01-05T08:00:00Z".to_owned()),
        Just("true".to_owned()),
        Just("Monday Weekday".to_owned()),
        Just("9999999999999999999999".to_owned()),
        Just("4294967295".to_owned()),
        Just("262000-12-31T23:59:59Z".to_owned()),
        Just("-1".to_owned()),
        "\\PC{0,20}",
    ];
    let attribute = ("(Id|Key|PropertyTag|PropertyId|BodyType)", "\\PC{0,10}");
    let leaf = (name, text, prop::collection::vec(attribute, 0..2)).prop_map(
        |(name, text, attributes)| Element {
            name: name.to_owned(),
            text,
            attributes,
            ..Element::default()
        },
    );
    leaf.prop_recursive(4, 60, 12, |inner| {
        (inner.clone(), prop::collection::vec(inner, 0..12)).prop_map(|(element, children)| {
            Element {
                children,
                ..element
            }
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_answer_panics(item in element(), more in element()) {
        for kind in Kind::ALL {
            let mut item = item.clone();
            for name in ["Start", "End"] {
                item.children.push(Element {
                    name: name.to_owned(),
                    text: "2026-01-05T08:00:00Z".to_owned(),
                    ..Element::default()
                });
            }
            if let Ok(mut remote) = mapping::read_remote(kind, &item, &CONTEXT) {
                let _ = mapping::add_occurrence(&mut remote, &more, &CONTEXT);
                let keys: Vec<Key> = remote.record.iter().map(|(key, _)| key).collect();
                let _ = mapping::occurrence_changes(kind, &remote.record, &keys, &CONTEXT);
                let _ = mapping::write_local(kind, None, "u", &remote.record, &[], &CONTEXT);
            }
        }
    }
}

#[test]
fn a_page_is_patched_in_the_line_that_holds_it() {
    let styled = event(
        "DTSTART:20260105T090000Z\r\nDESCRIPTION:Bold words\r\nSTYLED-DESCRIPTION;VALUE=TEXT;FMTTYPE=text/html:<b>Bold</b> words\r\n",
    );
    let new = after(Kind::Event, &styled, |record| {
        record.set(Key::of("html"), Value::text("<b>Bolder</b> words"));
        record.set(Key::of("description"), Value::text("Bolder words"));
    });
    assert_eq!(
        new,
        event(
            "DTSTART:20260105T090000Z\r\nDESCRIPTION:Bolder words\r\nSTYLED-DESCRIPTION;VALUE=TEXT;FMTTYPE=text/html:<html><body><b>Bolder</b> w\r\n ords</body></html>\r\n"
        )
    );
    let plain = after(Kind::Event, &new, |record| {
        record.remove(Key::of("html"));
        record.set(Key::of("description"), Value::text("Plain"));
    });
    assert_eq!(
        plain,
        event("DTSTART:20260105T090000Z\r\nDESCRIPTION:Plain\r\n")
    );
}

#[test]
fn a_stale_page_goes_when_the_text_is_written() {
    let stale = event(
        "DTSTART:20260105T090000Z\r\nDESCRIPTION:Tuesday\r\nX-ALT-DESC;FMTTYPE=text/html:<b>Monday</b>\r\n",
    );
    let record = read(Kind::Event, &stale);
    assert_eq!(record.own("html"), None);
    assert_eq!(record.own("description"), Some(&Value::text("Tuesday")));
    // It would be right again by chance, and say more than was asked for.
    let new = after(Kind::Event, &stale, |record| {
        record.set(Key::of("description"), Value::text("Monday"));
    });
    assert_eq!(
        new,
        event("DTSTART:20260105T090000Z\r\nDESCRIPTION:Monday\r\n")
    );
}

/// What a server makes of a page says the same to us.
#[test]
fn a_page_comes_back_the_same_from_a_server_that_rewrites_it() {
    let text = event(
        "DTSTART:20260105T090000Z\r\nX-ALT-DESC;FMTTYPE=text/html:<p>One <b>two</b></p><p>three</p>\r\n",
    );
    let record = read(Kind::Event, &text);
    let leaf = |name: &str, text: &str| Element {
        name: name.to_owned(),
        text: text.to_owned(),
        ..Element::default()
    };
    let mut body = leaf(
        "Body",
        "<html>\r\n<head>\r\n<meta http-equiv=\"Content-Type\" content=\"text/html; charset=utf-8\">\r\n<style type=\"text/css\" style=\"display:none;\"> P {margin-top:0;margin-bottom:0;} </style>\r\n</head>\r\n<body dir=\"ltr\">\r\n<font size=\"2\"><p>One <strong>two</strong></p>\r\n<p>three</p></font>\r\n</body>\r\n</html>\r\n",
    );
    body.attributes
        .push(("BodyType".to_owned(), "HTML".to_owned()));
    let item = Element {
        name: "CalendarItem".to_owned(),
        children: vec![
            body,
            leaf("Start", "2026-01-05T09:00:00Z"),
            leaf("End", "2026-01-05T09:00:00Z"),
        ],
        ..Element::default()
    };
    let remote = mapping::read_remote(Kind::Event, &item, &CONTEXT)
        .unwrap()
        .record;
    for property in ["html", "description"] {
        assert_eq!(remote.own(property), record.own(property));
        assert!(remote.own(property).is_some());
    }
}

/// An event as Exchange answers it, with more in it.
fn answered(xml: &str) -> Record {
    let item = format!(
        "<CalendarItem><Start>2026-01-05T09:00:00Z</Start><End>2026-01-05T09:30:00Z</End>{xml}</CalendarItem>"
    );
    let item = Element::parse(item.as_bytes()).unwrap();
    mapping::read_remote(Kind::Event, &item, &CONTEXT)
        .unwrap()
        .record
}

#[test]
fn a_place_has_its_address_unless_its_name_says_it() {
    let place = |name: &str, address: &str| {
        let record = answered(&format!(
            "<Location>{name}</Location><EnhancedLocation><DisplayName>{name}</DisplayName><PostalAddress>{address}</PostalAddress></EnhancedLocation>"
        ));
        record.own("location").cloned()
    };
    let address = "<Street>Ring 1</Street><City>Vienna</City><Country>Austria</Country><PostalCode>1010</PostalCode>";
    let whole = "Office, Ring 1, 1010 Vienna, Austria";
    assert_eq!(place("Office", address), Some(Value::text(whole)));
    assert_eq!(place(whole, address), Some(Value::text(whole)));
    assert_eq!(place("Office", ""), Some(Value::text("Office")));
    assert_eq!(
        place("", address),
        Some(Value::text("Ring 1, 1010 Vienna, Austria"))
    );
}

#[test]
fn what_only_exchange_knows_is_shown() {
    let record = answered(
        "<JoinOnlineMeetingUrl>https://example.org/join;1,2</JoinOnlineMeetingUrl><DateTimeCreated>2025-12-24T18:00:00Z</DateTimeCreated>",
    );
    let text = mapping::write_local(Kind::Event, None, "u", &record, &[], &CONTEXT).unwrap();
    for line in [
        "CONFERENCE;VALUE=URI;FEATURE=VIDEO;X-EXCHANGE-KEY=join:https://example.org",
        "CREATED:20251224T180000Z",
        "DTSTAMP:20251224T180000Z",
    ] {
        assert!(text.contains(line), "{text}");
    }
    assert_eq!(read(Kind::Event, &text), record);
    assert!(!mapping::remote_writable(Kind::Event, "created", &|_| {
        false
    }));
    // Of what we made ourselves, Exchange knows only when we did.
    let ours = answered(
        "<DateTimeCreated>2026-01-01T00:00:00Z</DateTimeCreated><ExtendedProperty><ExtendedFieldURI DistinguishedPropertySetId=\"PublicStrings\" PropertyName=\"integration_exchange.key\" PropertyType=\"String\"/><Value>k</Value></ExtendedProperty>",
    );
    assert_eq!(ours.own("created"), None);
}

#[test]
fn what_was_cancelled_is_no_longer_confirmed() {
    let text = event("DTSTART:20260105T090000Z\r\nSTATUS:CONFIRMED\r\n");
    let new = after(Kind::Event, &text, |record| {
        record.set(Key::of("cancelled"), Value::Bool(true));
        record.remove(Key::of("status"));
    });
    assert_eq!(
        new,
        event("DTSTART:20260105T090000Z\r\nSTATUS:CANCELLED\r\n")
    );
}

#[test]
fn the_oldest_servers_show_who_works_elsewhere_as_free() {
    let record = read(
        Kind::Event,
        &event("DTSTART:20260105T090000Z\r\nX-MICROSOFT-CDO-BUSYSTATUS:WORKINGELSEWHERE\r\n"),
    );
    let old = Context {
        server: exchange_core::ews::Version::Exchange2010Sp2,
        ..CONTEXT
    };
    let told = |context: &Context| {
        let fields = mapping::create_fields(Kind::Event, "k", "u", &record, context).unwrap();
        let field = fields
            .into_iter()
            .find(|field| field.content.name == "LegacyFreeBusyStatus");
        field.unwrap().content.text
    };
    assert_eq!(told(&CONTEXT), "WorkingElsewhere");
    assert_eq!(told(&old), "Free");
}
