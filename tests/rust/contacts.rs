//! Contacts: what Exchange answers in odd forms, and what a change there leaves alone here.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

use chrono::NaiveDate;
use chrono_tz::Tz;
use exchange_core::ews::{Element, FieldPath, PropertySet, PropertyType};
use exchange_core::mapping::{self, Context};
use exchange_core::model::{Key, Kind, Record, Value};

const TODAY: NaiveDate = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();

const CONTEXT: Context = Context::new(Tz::Europe__Vienna, TODAY);

fn leaf(name: &str, text: &str) -> Element {
    Element {
        name: name.to_owned(),
        text: text.to_owned(),
        ..Element::default()
    }
}

fn node(name: &str, children: Vec<Element>) -> Element {
    Element {
        name: name.to_owned(),
        children,
        ..Element::default()
    }
}

fn entry(attributes: &[(&str, &str)], text: &str) -> Element {
    let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    Element {
        attributes: attributes.iter().map(own).collect(),
        ..leaf("Entry", text)
    }
}

fn extended(path: FieldPath, value: &str) -> Element {
    node(
        "ExtendedProperty",
        vec![path.element(), leaf("Value", value)],
    )
}

fn read_with(context: &Context, children: Vec<Element>) -> Record {
    let item = node("Contact", children);
    let remote = mapping::read_remote(Kind::Contact, &item, context).unwrap();
    remote.record
}

fn card(version: &str, lines: &str) -> String {
    format!(
        "BEGIN:VCARD\r\nVERSION:{version}\r\nUID:c@example.org\r\nFN:Ada Example\r\nN:Example;Ada;;;\r\n{lines}END:VCARD\r\n"
    )
}

fn record(text: &str) -> Record {
    mapping::read_local(Kind::Contact, text, &CONTEXT)
        .unwrap()
        .record
}

/// The card after these properties became what is said, or went.
fn after(text: &str, changes: &[(&'static str, Option<&str>)]) -> String {
    let mut target = record(text);
    let mut keys = Vec::new();
    for (property, value) in changes {
        keys.push(Key::of(property));
        match value {
            Some(value) => target.set(Key::of(property), Value::text(*value)),
            None => drop(target.remove(Key::of(property))),
        }
    }
    let new =
        mapping::write_local(Kind::Contact, Some(text), "c", &target, &keys, &CONTEXT).unwrap();
    let mut said = record(&new);
    // What was about a line that is gone went with it.
    for record in [&mut said, &mut target] {
        record.remove(Key::of("unmapped"));
    }
    assert_eq!(said, target, "{new}");
    new
}

#[test]
fn a_birthday_is_the_same_day_in_every_zone() {
    let local = FieldPath::Id(PropertySet::Address, 0x80DE, PropertyType::SystemTime);
    let day = NaiveDate::from_ymd_opt(1950, 4, 12).unwrap();
    let born = |context: &Context, time: &str, exact: Option<&str>| {
        let mut item: Vec<Element> = exact
            .map(|exact| extended(local, exact))
            .into_iter()
            .collect();
        item.push(leaf("Birthday", time));
        read_with(context, item).own("birthday").cloned()
    };
    for zone in [
        Tz::Europe__Vienna,
        Tz::Pacific__Kiritimati,
        Tz::Pacific__Auckland,
        Tz::Pacific__Honolulu,
        Tz::America__New_York,
        Tz::Asia__Kolkata,
        Tz::UTC,
    ] {
        let context = Context::new(zone, TODAY);
        // Midnight as Outlook counts it: by the rules of today.
        let offset = {
            use chrono::{Offset, TimeZone};
            let now = NaiveDate::from_ymd_opt(2026, 4, 12).unwrap();
            let noon = now.and_hms_opt(0, 0, 0).unwrap();
            zone.from_local_datetime(&noon).unwrap().offset().fix()
        };
        let midnight = day.and_hms_opt(0, 0, 0).unwrap() - offset;
        let midnight = midnight.format("%Y-%m-%dT%H:%M:%SZ").to_string();
        for time in [midnight.as_str(), "1950-04-12T11:59:00Z"] {
            assert_eq!(
                born(&context, time, None),
                Some(Value::Day(day)),
                "{zone} {time}"
            );
            let exact = Some("1950-04-12T00:00:00Z");
            assert_eq!(
                born(&context, time, exact),
                Some(Value::Day(day)),
                "{zone} {time}"
            );
        }
        // A program that knows of no second property changed the first.
        let stale = Some("1950-04-11T00:00:00Z");
        assert_eq!(
            born(&context, "1950-04-12T11:59:00Z", stale),
            Some(Value::Day(day)),
            "{zone}"
        );
    }
    assert_eq!(
        born(&CONTEXT, "1950-04-12T00:00:00Z", None),
        Some(Value::Day(day))
    );
}

#[test]
fn a_year_less_birthday_stays_one_in_either_version() {
    for (version, line) in [
        ("4.0", "BDAY:--0412\r\n"),
        ("3.0", "BDAY;X-APPLE-OMIT-YEAR=1604:1604-04-12\r\n"),
    ] {
        let text = card(version, line);
        let day = NaiveDate::from_ymd_opt(1604, 4, 12).unwrap();
        assert_eq!(record(&text).own("birthday"), Some(&Value::Day(day)));
        let mut target = record(&text);
        let moved = NaiveDate::from_ymd_opt(1604, 5, 1).unwrap();
        target.set(Key::of("birthday"), Value::Day(moved));
        let changed = [Key::of("birthday")];
        let new =
            mapping::write_local(Kind::Contact, Some(&text), "c", &target, &changed, &CONTEXT);
        let expected = text.replace("0412", "0501").replace("04-12", "05-01");
        assert_eq!(new.unwrap(), expected);
    }
}

#[test]
fn names_that_programs_give_to_addresses_are_none_of_the_persons() {
    let email = |attributes: &[(&str, &str)], address: &str| {
        let attributes: Vec<(&str, &str)> = [("Key", "EmailAddress1")]
            .iter()
            .chain(attributes)
            .copied()
            .collect();
        let item = vec![
            leaf("DisplayName", "Ada Example"),
            node("EmailAddresses", vec![entry(&attributes, address)]),
        ];
        read_with(&CONTEXT, item).own("email_1").cloned()
    };
    let address = "ada@example.org";
    for name in [address, "Ada Example", "Ada Example (ada@example.org)", ""] {
        assert_eq!(
            email(&[("Name", name)], address),
            Some(Value::text(address))
        );
    }
    assert_eq!(
        email(&[("Name", "Ada, at work")], address),
        Some(Value::text("Ada, at work <ada@example.org>"))
    );
}

#[test]
fn an_address_of_the_directory_is_the_one_that_mail_can_be_sent_to() {
    let path = FieldPath::Id(PropertySet::Address, 0x8084, PropertyType::String);
    let internal = "/o=Example/ou=Exchange/cn=Recipients/cn=ada";
    let item = |typed: Option<&str>| {
        let mut item = vec![node(
            "EmailAddresses",
            vec![entry(
                &[("Key", "EmailAddress1"), ("RoutingType", "EX")],
                internal,
            )],
        )];
        item.extend(typed.map(|typed| extended(path, typed)));
        read_with(&CONTEXT, item).own("email_1").cloned()
    };
    assert_eq!(
        item(Some("ada@example.org")),
        Some(Value::text("ada@example.org"))
    );
    assert_eq!(item(Some("Ada")), Some(Value::text(internal)));
    assert_eq!(item(None), Some(Value::text(internal)));
}

#[test]
fn what_outlook_files_a_contact_under_by_itself_is_no_value() {
    let read = |file_as: &str, rule: Option<&str>| {
        let mut item = vec![
            leaf("FileAs", file_as),
            leaf("DisplayName", "Ada M. Example"),
            leaf("GivenName", "Ada"),
            leaf("MiddleName", "M."),
            leaf("Surname", "Example"),
        ];
        item.extend(rule.map(|rule| leaf("FileAsMapping", rule)));
        let record = read_with(&CONTEXT, item);
        let text = |property| match record.own(property) {
            Some(Value::Text(text)) => text.clone(),
            _ => String::new(),
        };
        (text("file_as"), text("file_as_rule"))
    };
    let says = |text: &str, rule: &str| (text.to_owned(), rule.to_owned());
    for (file_as, rule, expected) in [
        ("Example, Ada M.", None, says("", "")),
        ("Example, Ada", Some("None"), says("", "")),
        ("Example, Ada M.", Some("LastCommaFirst"), says("", "")),
        (
            "Ada M. Example",
            Some("FirstSpaceLast"),
            says("", "FirstSpaceLast"),
        ),
        ("Ada M. Example", None, says("", "DisplayName")),
        ("Neighbours", Some("None"), says("Neighbours", "")),
    ] {
        assert_eq!(read(file_as, rule), expected, "{file_as} {rule:?}");
    }
}

#[test]
fn filing_follows_a_new_name() {
    let sent = |text: &str, property: &'static str, value: &str| {
        let mut target = record(text);
        target.set(Key::of(property), Value::text(value));
        let changed = [Key::of(property)];
        let steps = mapping::update_fields(Kind::Contact, &target, &changed, &CONTEXT).unwrap();
        let texts = steps.into_iter().filter_map(|step| match step {
            mapping::FieldChange::Set(field) => Some((field.content.name, field.content.text)),
            mapping::FieldChange::Delete(_) => None,
        });
        texts.collect::<Vec<_>>()
    };
    let has = |steps: &[(String, String)], name: &str, text: &str| {
        steps.contains(&(name.to_owned(), text.to_owned()))
    };
    let plain = sent(&card("3.0", ""), "surname", "Muster");
    assert!(has(&plain, "Surname", "Muster"));
    assert!(has(&plain, "FileAs", "Muster, Ada"));
    assert!(has(&plain, "FileAsMapping", "LastCommaFirst"));
    let own = sent(
        &card("3.0", "X-FILE-AS:Neighbours\r\n"),
        "surname",
        "Muster",
    );
    assert!(has(&own, "FileAs", "Neighbours"));
    let title = sent(&card("3.0", ""), "title", "Engineer");
    assert_eq!(title.len(), 1, "{title:?}");
}

#[test]
fn labels_stay_with_their_lines() {
    let text = card(
        "3.0",
        "item1.EMAIL;TYPE=INTERNET:ada@example.org\r\nitem1.X-ABLabel:Choir\r\nitem2.ADR;TYPE=HOME:;;Lane 2;Town;;1010;Austria\r\nitem2.X-ABADR:at\r\nitem3.URL:https://example.org\r\nitem3.X-ABLabel:Blog\r\n",
    );
    let new = after(
        &text,
        &[
            ("email_1", Some("ada@example.com")),
            ("home_city", Some("Village")),
            ("web_page", Some("https://example.com")),
        ],
    );
    let expected = text
        .replace("ada@example.org", "ada@example.com")
        .replace("Town", "Village")
        .replace("https://example.org", "https://example.com");
    assert_eq!(new, expected);
    let without = after(&text, &[("email_1", None)]);
    assert!(!without.contains("item1"), "{without}");
}

#[test]
fn a_service_of_messages_keeps_its_line() {
    let text = card(
        "3.0",
        "X-SKYPE:ada.example\r\nIMPP;X-SERVICE-TYPE=Jabber:xmpp:ada@example.org\r\nX-JABBER:ada@example.org\r\n",
    );
    let new = after(&text, &[("im_1", Some("skype:ada2"))]);
    assert_eq!(new, text.replace("X-SKYPE:ada.example", "X-SKYPE:ada2"));
    let new = after(&text, &[("im_1", Some("sip:ada@example.org"))]);
    assert_eq!(
        new,
        text.replace("X-SKYPE:ada.example", "IMPP:sip:ada@example.org")
    );
    // What was told twice goes as one.
    let new = after(&text, &[("im_2", Some("xmpp:ada@example.com"))]);
    let expected = text
        .replace("X-JABBER:ada@example.org\r\n", "")
        .replace("ada@example.org", "ada@example.com");
    assert_eq!(new, expected);
    let new = after(&text, &[("im_2", None)]);
    assert!(!new.contains("ada@example.org"), "{new}");
}

#[test]
fn the_preferred_address_is_marked_as_the_version_says() {
    for (version, mark) in [
        ("3.0", "ADR;TYPE=WORK,PREF:"),
        ("4.0", "ADR;TYPE=WORK;PREF=1:"),
    ] {
        let text = card(
            version,
            "ADR;TYPE=HOME,PREF:;;Lane 2;Town;;;\r\nADR;TYPE=WORK:;;Street 1;City;;;\r\n",
        );
        assert_eq!(
            record(&text).own("mailing_address"),
            Some(&Value::text("home"))
        );
        let new = after(&text, &[("mailing_address", Some("work"))]);
        let expected = text
            .replace("ADR;TYPE=HOME,PREF:", "ADR;TYPE=HOME:")
            .replace("ADR;TYPE=WORK:", mark);
        assert_eq!(new, expected);
    }
}

#[test]
fn a_page_that_outlook_tells_twice_is_one() {
    let page = |tag: &str, work: FieldPath| extended(work, tag);
    let work = FieldPath::Tag(0x3A51, PropertyType::String);
    let own = FieldPath::Id(PropertySet::Address, 0x802B, PropertyType::String);
    let url = "https://example.org";
    let read = |item: Vec<Element>| {
        let record = read_with(&CONTEXT, item);
        ["web_page", "web_page_other"].map(|property| record.own(property).cloned())
    };
    let one = [Some(Value::text(url)), None];
    assert_eq!(read(vec![page(url, work), page(url, own)]), one);
    assert_eq!(read(vec![page(url, work)]), one);
    assert_eq!(read(vec![page(url, own)]), one);
}

#[test]
fn a_number_in_a_uri_stays_in_one_where_it_can() {
    let text = card("4.0", "TEL;VALUE=uri;TYPE=cell:tel:+43-1-234\r\n");
    assert_eq!(
        record(&text).own("phone_mobile"),
        Some(&Value::text("+43-1-234"))
    );
    let new = after(&text, &[("phone_mobile", Some("+43-1-999"))]);
    assert_eq!(new, text.replace("234", "999"));
    let new = after(&text, &[("phone_mobile", Some("+43 (1) 999"))]);
    assert!(
        new.contains("TEL;TYPE=cell;VALUE=text:+43 (1) 999\r\n"),
        "{new}"
    );
}

#[test]
fn relations_are_read_in_every_form_and_changed_where_they_stand() {
    let text = card(
        "3.0",
        "X-EVOLUTION-SPOUSE:Bob\r\nitem1.X-ABRELATEDNAMES:Cleo\r\nitem1.X-ABLabel:_$!<Child>!$_\r\nRELATED;TYPE=child:Dan\r\nRELATED;TYPE=friend:Eve\r\n",
    );
    let said = record(&text);
    assert_eq!(said.own("spouse"), Some(&Value::text("Bob")));
    let children = Value::list(["Cleo", "Dan"].map(str::to_owned));
    assert_eq!(said.own("children"), Some(&children));
    let new = after(&text, &[("spouse", Some("Robert"))]);
    assert_eq!(new, text.replace("SPOUSE:Bob", "SPOUSE:Robert"));

    let mut target = said;
    let children = Value::list(["Dan", "Finn"].map(str::to_owned));
    target.set(Key::of("children"), children);
    let changed = [Key::of("children")];
    let new = mapping::write_local(Kind::Contact, Some(&text), "c", &target, &changed, &CONTEXT);
    let expected = text
        .replace(
            "item1.X-ABRELATEDNAMES:Cleo\r\nitem1.X-ABLabel:_$!<Child>!$_\r\n",
            "",
        )
        .replace(
            "END:VCARD",
            "RELATED;VALUE=text;TYPE=child:Finn\r\nEND:VCARD",
        );
    assert_eq!(new.unwrap(), expected);
}

#[test]
fn an_old_card_becomes_a_new_one_when_it_changes() {
    let text = "BEGIN:VCARD\r\nVERSION:2.1\r\nUID:c\r\nN;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:M=C3=BCller;Zo=C3=AB\r\nFN;ENCODING=QUOTED-PRINTABLE;CHARSET=windows-1252:Zo=EB M=FCller =96 privat\r\nTEL;HOME;VOICE:1\r\nNOTE;ENCODING=QUOTED-PRINTABLE:One=0D=0A=\r\nad, two; =3D=20\r\nPHOTO;BASE64;JPEG:\r\n /9j/\r\n 4AAQ\r\n\r\nX-KEPT:yes\r\nEND:VCARD\r\n";
    let said = record(text);
    let text_of = |property| said.own(property).cloned();
    assert_eq!(text_of("surname"), Some(Value::text("Müller")));
    assert_eq!(
        text_of("full_name"),
        Some(Value::text("Zoë Müller – privat"))
    );
    assert_eq!(text_of("notes"), Some(Value::text("One\nad, two; =")));
    assert_eq!(text_of("phone_home"), Some(Value::text("1")));
    assert!(text_of("photo").is_some());
    let all: Vec<Key> = said.iter().map(|(key, _)| key).collect();
    let same = mapping::write_local(Kind::Contact, Some(text), "c", &said, &all, &CONTEXT);
    assert_eq!(same.unwrap(), text);
    let new = after(text, &[("phone_home", Some("2"))]);
    assert_eq!(
        new,
        "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:c\r\nN:Müller;Zoë\r\nFN:Zoë Müller – privat\r\nTEL;TYPE=HOME,VOICE:2\r\nNOTE:One\\nad\\, two\\; = \r\nPHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQ\r\nX-KEPT:yes\r\nEND:VCARD\r\n"
    );
}
