use super::*;
use crate::item::{Class, Content};
use crate::recurrence::Pattern;
use std::collections::BTreeSet;

fn filled(seed: Seed) -> Mailbox {
    let mut mailbox = Mailbox::new("anna@example.org");
    super::seed(&mut mailbox, &seed);
    mailbox
}

fn items(mailbox: &Mailbox, class: Class) -> Vec<&Item> {
    mailbox
        .items
        .values()
        .filter(|item| item.class == class)
        .collect()
}

#[test]
fn the_same_seed_gives_the_same_mailbox_and_another_another() {
    let seed = Seed {
        contacts: 40,
        events: 60,
        tasks: 20,
        calendars: 4,
        seed: 7,
    };
    let dump = |seed| format!("{:?}", filled(seed).items);
    assert_eq!(dump(seed), dump(seed));
    assert_ne!(dump(seed), dump(Seed { seed: 8, ..seed }));
}

#[test]
fn sizes_are_what_was_asked_for() {
    let mailbox = filled(Seed::default());
    let count = |class| items(&mailbox, class).len();
    assert_eq!(
        (
            count(Class::Contact) + count(Class::List),
            count(Class::Event),
            count(Class::Task)
        ),
        (300, 400, 60)
    );
    let none = filled(Seed {
        contacts: 0,
        events: 0,
        tasks: 0,
        ..Seed::default()
    });
    assert!(none.items.values().all(|item| item.associated));
}

/// Every key of the bag that some item of the class has.
fn keys_of(mailbox: &Mailbox, class: Class) -> BTreeSet<String> {
    let all = items(mailbox, class);
    all.iter()
        .flat_map(|item| item.bag.iter())
        .map(|(key, _)| key.to_string())
        .collect()
}

#[test]
fn contacts_have_the_full_range_of_fields_and_real_photos() {
    let mailbox = filled(Seed::default());
    assert!(
        keys_of(&mailbox, Class::Contact).len() > 85,
        "{:?}",
        keys_of(&mailbox, Class::Contact)
    );
    let photos: Vec<&[u8]> = items(&mailbox, Class::Contact)
        .iter()
        .flat_map(|item| &item.attachments)
        .map(|photo| match &photo.content {
            Content::File(bytes) => bytes.as_slice(),
            Content::Item(_) | Content::Link(_) => panic!("a photo is a file"),
        })
        .collect();
    assert_eq!(photos.len(), 50);
    assert_eq!(
        photos.iter().collect::<BTreeSet<_>>().len(),
        50,
        "all differ"
    );
    assert!(
        photos
            .iter()
            .all(|photo| photo.starts_with(&[0xff, 0xd8]) && photo.ends_with(&[0xff, 0xd9]))
    );
    let names: BTreeSet<_> = items(&mailbox, Class::Contact)
        .iter()
        .map(|item| item.bag.text(&keys::DISPLAY_NAME).unwrap().to_owned())
        .collect();
    assert!(names.len() > 270, "only {} different names", names.len());
}

#[test]
fn events_have_every_recurrence_form_and_exceptions_in_several_zones() {
    let mailbox = filled(Seed::default());
    let events = items(&mailbox, Class::Event);
    let mut forms = BTreeSet::new();
    for recurrence in events.iter().filter_map(|event| event.recurrence.as_ref()) {
        assert_eq!(recurrence.check(), Ok(()));
        let name = format!("{:?}", recurrence.pattern);
        forms.insert(name.split(' ').next().unwrap_or_default().to_owned());
        let range = format!("{:?}", recurrence.range);
        forms.insert(range.split('(').next().unwrap_or_default().to_owned());
    }
    assert_eq!(forms.len(), 6 + 3, "{forms:?}");
    let zones: BTreeSet<_> = events.iter().map(|event| event.zone().id).collect();
    assert!(zones.len() >= 8, "{zones:?}");
    let with = |test: fn(&Item) -> bool| events.iter().filter(|event| test(event)).count();
    assert!(with(|event| !event.exceptions.is_empty()) > 30);
    assert!(with(|event| !event.deleted.is_empty()) > 30);
    assert!(with(|event| event.bag.bool(&keys::ALL_DAY) == Some(true)) > 40);
    assert!(with(|event| event.bag.bool(&keys::ALL_DAY) == Some(true) && event.is_series()) > 5);
    assert!(with(|event| !event.bag.people(&keys::REQUIRED).is_empty()) > 60);
}

#[test]
fn a_series_starts_with_its_first_occurrence_and_keeps_its_order() {
    let mailbox = filled(Seed::default());
    for event in items(&mailbox, Class::Event)
        .iter()
        .filter(|event| event.is_series())
    {
        let (_, first) = event.pattern_starts().next().unwrap();
        assert_eq!(
            event.zone().to_utc(first),
            event.start(),
            "{:?}",
            event.recurrence
        );
        assert!(event.end() >= event.start());
        let bags = (1..8).filter_map(|index| event.occurrence(index));
        let times: Vec<_> = bags
            .map(|bag| (bag.time(&keys::START), bag.time(&keys::END)))
            .collect();
        for pair in times.windows(2) {
            assert!(pair[0].1 <= pair[1].0, "{:?} {pair:?}", event.recurrence);
        }
    }
}

#[test]
fn tasks_have_every_state_and_both_kinds_of_recurrence() {
    let mailbox = filled(Seed::default());
    let tasks = items(&mailbox, Class::Task);
    let states: BTreeSet<_> = tasks
        .iter()
        .filter_map(|task| task.bag.int(&keys::TASK_STATUS))
        .collect();
    assert_eq!(states.into_iter().collect::<Vec<_>>(), [0, 1, 2, 3, 4]);
    let recurring: Vec<_> = tasks
        .iter()
        .filter_map(|task| task.recurrence.as_ref())
        .collect();
    let regenerating = recurring
        .iter()
        .filter(|r| matches!(r.pattern, Pattern::Regeneration { .. }))
        .count();
    assert!(regenerating >= 4 && recurring.len() > regenerating + 4);
    assert!(
        recurring
            .iter()
            .all(|recurrence| recurrence.check().is_ok())
    );
}

#[test]
fn everything_written_is_text_that_xml_allows() {
    let allowed =
        |c: char| matches!(c, '\t' | '\n' | '\r') || c >= ' ' && c != '\u{fffe}' && c != '\u{ffff}';
    for item in filled(Seed::default()).items.values() {
        for (key, value) in item.bag.iter() {
            if let Value::Text(text) = value {
                assert!(text.chars().all(allowed), "{key}: {text:?}");
            }
        }
    }
}

/// A request as a client of 2016 sends it.
fn ask(mailbox: &mut Mailbox, body: &str) -> String {
    use crate::element::Ns;
    let xml = format!(
        "<s:Envelope xmlns:s=\"{}\" xmlns:m=\"{}\" xmlns:t=\"{}\"><s:Header>\
         <t:RequestServerVersion Version=\"Exchange2016\"/></s:Header><s:Body>{body}</s:Body></s:Envelope>",
        Ns::Soap.uri(),
        Ns::Messages.uri(),
        Ns::Types.uri()
    );
    let release = crate::version::Release::Se;
    let call = crate::envelope::Call::parse(xml.as_bytes(), release).unwrap();
    let answer = crate::operation::run(&call, mailbox).unwrap();
    crate::envelope::answer(release, answer).to_document()
}

#[test]
fn every_item_is_valid_on_the_wire() {
    let directory = crate::schema::directory();
    let Some(validator) = crate::schema::Validator::load(&directory) else {
        eprintln!("skipped: no schema in {}", directory.display());
        return;
    };
    let mut mailbox = filled(Seed::default());
    let ids: Vec<String> = mailbox
        .items
        .keys()
        .map(|number| crate::id::Id::Item(*number).encode(&mailbox.address))
        .collect();
    for batch in ids.chunks(50) {
        let ids: String = batch
            .iter()
            .map(|id| format!("<t:ItemId Id=\"{id}\"/>"))
            .collect();
        let answer = ask(
            &mut mailbox,
            &format!(
                "<m:GetItem><m:ItemShape><t:BaseShape>AllProperties</t:BaseShape>\
                 <t:IncludeMimeContent>true</t:IncludeMimeContent></m:ItemShape>\
                 <m:ItemIds>{ids}</m:ItemIds></m:GetItem>"
            ),
        );
        assert_eq!(
            answer.matches("ResponseClass=\"Success\"").count(),
            batch.len()
        );
        assert_eq!(validator.validate(answer.as_bytes()), Ok(()));
    }
}

#[test]
fn a_few_events_show_what_else_there_is() {
    let mailbox = filled(Seed::default());
    let events = items(&mailbox, Class::Event);
    let count = |holds: &dyn Fn(&Item) -> bool| events.iter().filter(|item| holds(item)).count();
    let address = |key: &Key| key == &keys::LOCATION_PARTS[0].1;
    assert_eq!(count(&|item| !item.attachments.is_empty()), 8);
    assert_eq!(
        count(&|item| item.bag.iter().any(|(key, _)| address(key))),
        16
    );
    assert!(count(&|item| item.bag.text(&keys::JOIN_URL).is_some()) > 20);
    let pictured = count(&|item| {
        let page = item.bag.text(&keys::BODY_HTML).unwrap_or_default();
        item.attachments.iter().any(|part| {
            part.inline && page.contains(part.content_id.as_deref().unwrap_or("nothing"))
        })
    });
    assert!(pictured > 0);
    let received = |item: &&&Item| item.bag.int(&keys::STATE).unwrap_or(0) & 2 != 0;
    let mine = |item: &&Item| crate::mail::addresses(&item.bag).contains(&mailbox.address);
    assert!(events.iter().filter(received).all(mine));
}

#[test]
fn some_contacts_are_lists_of_others() {
    let mailbox = filled(Seed::default());
    let lists = items(&mailbox, Class::List);
    assert_eq!(lists.len(), 6);
    let kinds: BTreeSet<&str> = lists
        .iter()
        .flat_map(|list| list.bag.members(&keys::MEMBERS))
        .map(|member| member.kind.as_str())
        .collect();
    assert_eq!(kinds, BTreeSet::from(["Contact", "OneOff"]));
}

/// Of each shortcut: what its name is, and its colour.
fn shortcuts(mailbox: &Mailbox) -> Vec<(&str, Option<i32>)> {
    let all = mailbox.associated_in(mailbox.common_views().unwrap());
    all.map(|item| {
        let name = item.bag.text(&keys::SUBJECT).unwrap();
        (name, item.bag.int(&keys::WLINK_COLOUR))
    })
    .collect()
}

#[test]
fn the_pane_has_the_calendars_and_what_else_there_is() {
    let mailbox = filled(Seed {
        calendars: 9,
        ..Seed::default()
    });
    let found = shortcuts(&mailbox);
    let colours = |name: &str| {
        let named = found.iter().filter(|(one, _)| *one == name);
        named.map(|(_, colour)| *colour).collect::<Vec<_>>()
    };
    assert_eq!(colours("Calendar"), [Some(1)]);
    assert_eq!(
        (colours("Family"), colours("Réunions")),
        (vec![Some(-1)], vec![Some(-2)])
    );
    assert_eq!(
        (colours("Bücherei").len(), colours("Club & choir").len()),
        (0, 2)
    );
    for name in ["Messages", "Inbox", "My Calendars"] {
        assert_eq!(colours(name), [None], "{name}");
    }
    for name in ["Team", "Team 2", "Gone", "Ben"] {
        assert!((0..15).contains(&colours(name)[0].unwrap()), "{name}");
    }
    let leads_somewhere = |name: &str| {
        let mut all = mailbox.associated_in(mailbox.common_views().unwrap());
        let item = all.find(|item| item.bag.text(&keys::SUBJECT) == Some(name));
        let entry_id = item.unwrap().bag.binary(&keys::WLINK_ENTRY_ID).unwrap();
        let mut folders = mailbox.folders.keys();
        folders.any(|folder| mailbox.entry_id(*folder) == entry_id)
    };
    assert!(leads_somewhere("Calendar") && leads_somewhere("Team 2") && leads_somewhere("Inbox"));
    assert!(!leads_somewhere("Gone") && !leads_somewhere("Ben"));
    assert_eq!(shortcuts(&Mailbox::new("anna@example.org")), []);
}

#[test]
fn calendars_change_nothing_else() {
    let contents = |calendars| {
        let mailbox = filled(Seed {
            calendars,
            ..Seed::default()
        });
        let items = mailbox.items.values().filter(|item| !item.associated);
        items.map(|item| format!("{item:?}")).collect::<Vec<_>>()
    };
    assert!(contents(0) == contents(5));
}
