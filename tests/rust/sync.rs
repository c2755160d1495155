//! The judgement of a cycle, cell by cell.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use chrono::{DateTime, NaiveDate};
use exchange_core::error::ErrorKind;
use exchange_core::model::{
    Days, Key, Kind, Moment, MonthDay, Nth, Occurrence, Pattern, Person, Property, Range, Record,
    Recurrence, Role, Value, Zone,
};
use exchange_core::sync::brake::{self, Deletes};
use exchange_core::sync::{
    Action, Merge, Policy, Prints, Rules, Sight, Terms, Version, decide, fingerprint, merge, print,
};

#[test]
fn every_cell_of_the_table() {
    use Sight::{Absent, Changed, Gone, Unchanged};
    let table = [
        (Absent, Absent, Action::Forget),
        (Absent, Unchanged, Action::Nothing),
        (Absent, Changed, Action::CreateLocal),
        (Absent, Gone, Action::Forget),
        (Unchanged, Absent, Action::Nothing),
        (Unchanged, Unchanged, Action::Nothing),
        (Unchanged, Changed, Action::Merge),
        (Unchanged, Gone, Action::DeleteLocal),
        (Changed, Absent, Action::CreateRemote),
        (Changed, Unchanged, Action::Merge),
        (Changed, Changed, Action::Merge),
        (Changed, Gone, Action::CreateRemote),
        (Gone, Absent, Action::Forget),
        (Gone, Unchanged, Action::DeleteRemote),
        (Gone, Changed, Action::CreateLocal),
        (Gone, Gone, Action::Forget),
    ];
    for (local, remote, action) in table {
        let terms = Terms::new(Policy::Exchange);
        assert_eq!(
            decide(local, remote, terms, false),
            action,
            "{local:?}, {remote:?}"
        );
    }
}

/// Changing one of these loses what every journal knows.
#[test]
fn prints_never_change_between_releases() {
    let day = NaiveDate::from_ymd_opt(2026, 1, 5).unwrap();
    let instant = DateTime::from_timestamp(1_767_600_000, 0).unwrap();
    let values = [
        Value::text("Zoë"),
        Value::Bool(true),
        Value::Number(-7),
        Value::Day(day),
        Value::Instant(instant),
        Value::Moment(Moment::Day(day)),
        Value::Moment(Moment::At {
            instant,
            zone: Zone("W. Europe Standard Time".into()),
        }),
        Value::list(["b".to_owned(), "a".to_owned()]),
        Value::Recurrence(Recurrence {
            pattern: Pattern::Yearly {
                month: 3,
                on: MonthDay::Nth(Nth::Last, Days::WEEKDAYS),
            },
            range: Range::Until(day),
        }),
        Value::People(vec![Person {
            address: "anna@example.org".to_owned(),
            name: "Anna".to_owned(),
            role: Role::Optional,
        }]),
        Value::Bytes([1, 2, 3].as_slice().into()),
        Value::Cleared,
    ];
    insta::assert_snapshot!(values.iter().map(print).collect::<Vec<_>>().join("\n"));
}

#[test]
fn values_that_look_alike_have_their_own_prints() {
    let alike = [
        Value::text("1"),
        Value::Number(1),
        Value::Bool(true),
        Value::List(vec!["1".to_owned()]),
        Value::List(vec!["1".to_owned(), String::new()]),
        Value::Bytes(b"1".as_slice().into()),
    ];
    let prints: std::collections::BTreeSet<String> = alike.iter().map(print).collect();
    assert_eq!(prints.len(), alike.len());
}

fn rules(policy: Policy) -> Rules {
    fn property(_: Kind, name: &str) -> Option<Property> {
        ["a", "b", "set", "organizer"]
            .into_iter()
            .find(|known| *known == name)
    }
    Rules {
        terms: Terms::new(policy),
        set: |_, property| property == "set",
        shield: None,
        detail: |property| property != "a",
        kind: Kind::Event,
        writable: |_, property, _| property != "organizer",
        property,
        agree: |_, _| {},
    }
}

fn record(values: &[(Property, &str)]) -> Record {
    values
        .iter()
        .map(|(property, value)| (Key::of(property), Value::text(*value)))
        .collect()
}

fn version(record: &Record, modified: i64) -> Version<'_> {
    Version {
        record,
        modified: DateTime::from_timestamp(modified, 0),
    }
}

fn merged(base: &Record, local: &Record, remote: Option<&Record>, policy: Policy) -> Merge {
    merge(
        &fingerprint(base),
        version(local, 2),
        remote.map(|remote| version(remote, 1)),
        &rules(policy),
    )
}

#[test]
fn different_properties_merge_without_a_conflict() {
    let base = record(&[("a", "1"), ("b", "1")]);
    let (local, remote) = (record(&[("a", "2"), ("b", "1")]), record(&[("a", "1")]));
    let merge = merged(&base, &local, Some(&remote), Policy::Exchange);
    assert_eq!(merge.target, record(&[("a", "2")]));
    assert_eq!(merge.to_remote, [Key::of("a")]);
    assert_eq!(merge.to_local, [Key::of("b")]);
    assert_eq!(merge.base, fingerprint(&merge.target));
    assert!(!merge.local_lost && !merge.remote_lost);
}

#[test]
fn the_policy_settles_a_conflict_and_tells_who_lost() {
    let base = record(&[("a", "1")]);
    let (local, remote) = (record(&[("a", "2")]), record(&[("a", "3")]));
    for (policy, wins, local_lost) in [
        (Policy::Exchange, "3", true),
        (Policy::Nextcloud, "2", false),
        (Policy::Newest, "2", false),
    ] {
        let merge = merged(&base, &local, Some(&remote), policy);
        assert_eq!(merge.target, record(&[("a", wins)]), "{policy:?}");
        assert_eq!(
            (merge.local_lost, merge.remote_lost),
            (local_lost, !local_lost)
        );
        assert_eq!(
            (merge.to_local.len(), merge.to_remote.len()),
            if local_lost { (1, 0) } else { (0, 1) }
        );
    }
}

#[test]
fn the_same_edit_on_both_sides_writes_nothing() {
    let both = record(&[("a", "2")]);
    let merge = merged(&record(&[("a", "1")]), &both, Some(&both), Policy::Newest);
    assert!(merge.to_local.is_empty() && merge.to_remote.is_empty());
    assert_eq!(merge.base, fingerprint(&both));
}

#[test]
fn the_base_stands_for_an_unread_remote() {
    let base = record(&[("a", "1"), ("b", "1")]);
    let merge = merged(&base, &record(&[("a", "2")]), None, Policy::Exchange);
    assert_eq!(merge.to_remote, [Key::of("a"), Key::of("b")]);
    assert!(merge.to_local.is_empty());
    assert_eq!(merge.base, fingerprint(&record(&[("a", "2")])));
}

#[test]
fn what_exchange_does_not_take_stays_where_it_is() {
    let base = record(&[("organizer", "1")]);
    let local = record(&[("organizer", "2")]);
    for remote in [None, Some(&base)] {
        let merge = merged(&base, &local, remote, Policy::Nextcloud);
        assert!(merge.to_local.is_empty() && merge.to_remote.is_empty());
        assert_eq!(merge.base, fingerprint(&base));
    }
    let remote = record(&[("organizer", "3")]);
    let merge = merged(&base, &local, Some(&remote), Policy::Nextcloud);
    assert_eq!(merge.to_local, [Key::of("organizer")]);
    assert!(merge.to_remote.is_empty() && merge.local_lost);
}

#[test]
fn a_deleted_occurrence_keeps_nothing_of_its_own() {
    let at = Occurrence::Day(NaiveDate::from_ymd_opt(2026, 1, 5).unwrap());
    let occurrence = |exists, a: &str| -> Record {
        let mut record = record(&[("a", "series")]);
        record.set(Key::at(at, Key::STATE), Value::Bool(exists));
        if exists {
            record.set(Key::at(at, "a"), Value::text(a));
        }
        record
    };
    let base = occurrence(true, "1");
    let (local, remote) = (occurrence(true, "2"), occurrence(false, ""));
    let merge = merged(&base, &local, Some(&remote), Policy::Exchange);
    assert_eq!(merge.target, remote);
    assert!(merge.local_lost, "the edit of the occurrence is kept");
}

#[test]
fn adopting_unites_both_sides() {
    let (local, remote) = (record(&[("a", "1")]), record(&[("b", "2")]));
    let merge = merge(
        &Prints::new(),
        version(&local, 1),
        Some(version(&remote, 1)),
        &rules(Policy::Exchange),
    );
    assert_eq!(merge.target, record(&[("a", "1"), ("b", "2")]));
    assert!(!merge.local_lost && !merge.remote_lost);
}

#[test]
fn the_brake_holds_where_deletes_look_like_an_accident() {
    let stops = |pairs, local, remote, limit| {
        let deletes = Deletes {
            pairs,
            local,
            remote,
        };
        brake::check(deletes, limit).map_err(|error| error.kind()) == Err(ErrorKind::Brake)
    };
    assert!(!stops(100, 10, 0, None), "few");
    assert!(!stops(100, 20, 0, None), "a fifth");
    assert!(stops(100, 21, 0, None));
    assert!(stops(100, 11, 10, None), "both sides together");
    assert!(stops(5, 5, 0, None), "a side turned empty");
    assert!(stops(5, 0, 5, None));
    assert!(!stops(1, 1, 0, None), "the only one");
    assert!(stops(1000, 3, 0, Some(2)));
    assert!(!stops(5, 5, 0, Some(5)), "allowed by hand");
}

fn set(words: &[&str]) -> Record {
    let words = words.iter().map(|word| (*word).to_owned());
    [(Key::of("set"), Value::list(words))].into_iter().collect()
}

#[test]
fn sets_merge_element_by_element() {
    let base = set(&["home", "old", "work"]);
    let (local, remote) = (
        set(&["garden", "home", "work"]),
        set(&["home", "old", "trip"]),
    );
    let merge = merged(&base, &local, Some(&remote), Policy::Exchange);
    assert_eq!(merge.target, set(&["garden", "home", "trip"]));
    assert_eq!((merge.local_lost, merge.remote_lost), (false, false));
    assert_eq!(merge.to_local, [Key::of("set")]);
    assert_eq!(merge.to_remote, [Key::of("set")]);
    // A second time there is nothing to do.
    let again = merged(
        &merge.target,
        &merge.target,
        Some(&merge.target),
        Policy::Exchange,
    );
    assert_eq!((again.to_local, again.to_remote), (vec![], vec![]));
}

#[test]
fn a_set_that_one_side_emptied_loses_only_what_was_there() {
    let base = set(&["home", "old"]);
    let (local, remote) = (Record::default(), set(&["home", "new", "old"]));
    let merge = merged(&base, &local, Some(&remote), Policy::Nextcloud);
    assert_eq!(merge.target, set(&["new"]));
    let both = merged(
        &base,
        &Record::default(),
        Some(&set(&["home"])),
        Policy::Exchange,
    );
    assert_eq!(both.target, Record::default());
}

fn people(people: &[(&str, Role)]) -> Record {
    let people = people.iter().map(|(name, role)| Person {
        address: format!("{name}@example.org"),
        name: (*name).to_owned(),
        role: *role,
    });
    [(Key::of("set"), Value::People(people.collect()))]
        .into_iter()
        .collect()
}

#[test]
fn people_are_known_by_their_addresses() {
    use Role::{Optional, Required};
    let base = people(&[("anna", Required), ("bert", Required)]);
    let local = people(&[("anna", Optional), ("bert", Required), ("cora", Required)]);
    let remote = people(&[("anna", Required), ("dora", Required)]);
    let merge = merged(&base, &local, Some(&remote), Policy::Exchange);
    let expected = people(&[("anna", Optional), ("cora", Required), ("dora", Required)]);
    assert_eq!(merge.target, expected);
    // Both changed the same person: the policy decides for all of them.
    let remote = people(&[("bert", Required)]);
    let merge = merged(&base, &local, Some(&remote), Policy::Exchange);
    assert_eq!(merge.target, remote);
    assert!(merge.local_lost);
}
