//! Tasks against the stand-in Exchange: days that are the same everywhere, states as the server couples them, and what
//! only iCalendar tells.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

mod anna;

use anna::{VIENNA, client, mailbox, own_folder};
use chrono_tz::Tz;
use exchange_core::client::Client;
use exchange_core::engine::{Create, Mailbox as _, RemoteRef, Update};
use exchange_core::ews::{Element, FieldPath, GetItem, ItemId, PropertySet, PropertyType, Target};
use exchange_core::mailbox::EwsMailbox;
use exchange_core::mapping::{self, Context};
use exchange_core::model::{Key, Kind, Record, Value};
use exchange_standin::Standin;

const TODAY: chrono::NaiveDate = chrono::NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();

struct Desk {
    standin: Standin,
    client: Client,
    mailbox: EwsMailbox,
    folder: String,
    context: Context,
}

impl Desk {
    async fn new(context: Context) -> Self {
        let standin = anna::empty().await;
        let client = client(&standin);
        let mailbox = mailbox(&standin, context.clone());
        let folder = own_folder(&mailbox, Kind::Task).await;
        Self {
            standin,
            client,
            mailbox,
            folder,
            context,
        }
    }

    fn read(&self, text: &str) -> Record {
        mapping::read_local(Kind::Task, text, &self.context)
            .unwrap()
            .record
    }

    async fn create(&self, record: &Record) -> RemoteRef {
        let create = Create {
            key: "key-1".to_owned(),
            uid: "t@example.org".to_owned(),
            record: record.clone(),
            named: Vec::new(),
        };
        let mut created = self
            .mailbox
            .create(Kind::Task, &self.folder, &[create])
            .await;
        created.remove(0).unwrap()
    }

    async fn update(&self, reference: RemoteRef, now: &Record, target: &Record) -> RemoteRef {
        let update = Update {
            reference,
            target: target.clone(),
            changed: differences(now, target),
            named: Vec::new(),
        };
        let mut updated = self.mailbox.update(Kind::Task, &[update]).await;
        updated.remove(0).unwrap()
    }

    async fn get(&self, reference: &RemoteRef) -> Record {
        let mut items = self
            .mailbox
            .read(Kind::Task, std::slice::from_ref(reference))
            .await;
        items.remove(0).unwrap().record
    }

    async fn fields(&self, reference: &RemoteRef, fields: &[FieldPath]) -> Element {
        let target: Target = ItemId::from(reference).into();
        let question = GetItem {
            items: vec![&target],
            fields,
        };
        self.client.ask(&question).await.unwrap()
    }

    fn write(&self, text: Option<&str>, target: &Record, changed: &[Key]) -> String {
        mapping::write_local(
            Kind::Task,
            text,
            "t@example.org",
            target,
            changed,
            &self.context,
        )
        .unwrap()
    }
}

fn differences(now: &Record, target: &Record) -> Vec<Key> {
    let mut keys: Vec<Key> = now
        .iter()
        .chain(target.iter())
        .map(|(key, _)| key)
        .collect();
    keys.retain(|key| now.get(*key) != target.get(*key));
    keys.sort_unstable();
    keys.dedup();
    keys
}

fn task(lines: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VTODO\r\nUID:t@example.org\r\nDTSTAMP:20260101T000000Z\r\n{lines}END:VTODO\r\nEND:VCALENDAR\r\n"
    )
}

#[tokio::test]
async fn a_day_is_the_same_in_every_zone() {
    for (iana, windows, midnight) in [
        (
            Tz::Etc__GMTPlus12,
            "Dateline Standard Time",
            "2026-03-05T12:00:00Z",
        ),
        (
            Tz::Pacific__Honolulu,
            "Hawaiian Standard Time",
            "2026-03-05T10:00:00Z",
        ),
        (
            Tz::America__New_York,
            "Eastern Standard Time",
            "2026-03-05T05:00:00Z",
        ),
        (Tz::UTC, "UTC", "2026-03-05T00:00:00Z"),
        (
            Tz::Europe__Vienna,
            "W. Europe Standard Time",
            "2026-03-04T23:00:00Z",
        ),
        (
            Tz::Asia__Kolkata,
            "India Standard Time",
            "2026-03-04T18:30:00Z",
        ),
        (
            Tz::Pacific__Auckland,
            "New Zealand Standard Time",
            "2026-03-04T11:00:00Z",
        ),
        (
            Tz::Pacific__Kiritimati,
            "Line Islands Standard Time",
            "2026-03-04T10:00:00Z",
        ),
    ] {
        for server in [windows, "W. Europe Standard Time"] {
            let desk = Desk::new(Context::new(iana, TODAY)).await;
            desk.standin
                .mailbox(|mailbox| server.clone_into(&mut mailbox.zone));
            let file = task("DTSTART;VALUE=DATE:20260301\r\nDUE;VALUE=DATE:20260305\r\n");
            let record = desk.read(&file);
            let reference = desk.create(&record).await;
            assert_eq!(desk.get(&reference).await, record, "{windows} at {server}");

            let date = FieldPath::Id(PropertySet::Task, 0x8105, PropertyType::SystemTime);
            let instant = FieldPath::Id(PropertySet::Common, 0x8517, PropertyType::SystemTime);
            let item = desk
                .fields(
                    &reference,
                    &[FieldPath::Field("task:DueDate"), date, instant],
                )
                .await;
            let values: Vec<&str> = item
                .children
                .iter()
                .filter_map(|child| child.child_text("Value"))
                .collect();
            assert_eq!(item.child_text("DueDate"), Some("2026-03-05T00:00:00Z"));
            let midnight = if server == windows {
                midnight
            } else {
                values[1]
            };
            assert_eq!(values, ["2026-03-05T00:00:00Z", midnight], "{windows}");

            let later = desk.read(&task(
                "DTSTART;VALUE=DATE:20260301\r\nDUE;VALUE=DATE:20260306\r\n",
            ));
            let reference = desk.update(reference, &record, &later).await;
            assert_eq!(desk.get(&reference).await, later, "{windows} at {server}");
        }
    }
}

/// Every local way to say how far a task is.
fn states() -> Vec<String> {
    let mut states = Vec::new();
    for status in [
        "",
        "STATUS:NEEDS-ACTION\r\n",
        "STATUS:IN-PROCESS\r\n",
        "STATUS:COMPLETED\r\n",
        "STATUS:CANCELLED\r\n",
        "STATUS:NEEDS-ACTION\r\nX-EXCHANGE-STATUS:WAITING\r\n",
        "STATUS:NEEDS-ACTION\r\nX-EXCHANGE-STATUS:DEFERRED\r\n",
    ] {
        for percent in [
            "",
            "PERCENT-COMPLETE:0\r\n",
            "PERCENT-COMPLETE:40\r\n",
            "PERCENT-COMPLETE:100\r\n",
        ] {
            for completed in ["", "COMPLETED:20260104T153000Z\r\n"] {
                states.push(task(&format!("{status}{percent}{completed}")));
            }
        }
    }
    states
}

#[tokio::test]
async fn every_state_is_what_the_server_makes_of_it() {
    let desk = Desk::new(VIENNA).await;
    for text in states() {
        let mut record = desk.read(&text);
        let reference = desk.create(&record).await;
        let found = desk.get(&reference).await;
        if record.own("completed").is_none()
            && record.own("status") == Some(&Value::text("completed"))
        {
            // The server says when.
            let day = found.own("completed").cloned().unwrap();
            record.set(Key::of("completed"), day);
        }
        assert_eq!(found, record, "{text}");
        let copy = desk.write(None, &found, &[]);
        assert_eq!(desk.read(&copy), found, "{copy}");
    }
}

#[tokio::test]
async fn every_state_turns_into_every_other() {
    let desk = Desk::new(VIENNA).await;
    let mut states: Vec<Record> = states().iter().map(|text| desk.read(text)).collect();
    // Where nobody says when a task was completed, the server does.
    states.retain(|record| {
        record.own("status") != Some(&Value::text("completed")) || record.own("completed").is_some()
    });
    states.sort_by_key(|record| format!("{record:?}"));
    states.dedup();
    assert!(states.len() >= 9, "{}", states.len());
    for from in &states {
        for to in &states {
            let reference = desk.create(from).await;
            let reference = if from == to {
                reference
            } else {
                desk.update(reference, from, to).await
            };
            assert_eq!(&desk.get(&reference).await, to, "from {from:?}");
            let file = desk.write(None, from, &[]);
            let changed = differences(from, to);
            let file = desk.write(Some(&file), to, &changed);
            assert_eq!(&desk.read(&file), to, "from {from:?} {file}");
        }
    }
}

#[tokio::test]
async fn a_task_goes_round_with_all_its_lines() {
    let desk = Desk::new(VIENNA).await;
    let text = task(concat!(
        "SUMMARY:Paint\r\n",
        "DTSTART;TZID=America/New_York:20260105T080000\r\n",
        "DUE:20260106T233000\r\n",
        "STATUS:CANCELLED\r\n",
        "PERCENT-COMPLETE:30\r\n",
        "RELATED-TO;RELTYPE=PARENT:other@example.org\r\n",
        "X-APPLE-SORT-ORDER:42\r\n",
        "X-PINNED:true\r\n",
        "X-OC-HIDESUBTASKS:1\r\n",
        "LOCATION:Shed\r\n",
        "X-EXCHANGE-ACTUAL-WORK:90\r\n",
        "X-EXCHANGE-TOTAL-WORK:480\r\n",
        "X-EXCHANGE-BILLING:Customer 12\r\n",
        "X-EXCHANGE-MILEAGE:30 km\r\n",
        "X-EXCHANGE-COMPANIES:Example Ltd,Sample & Sons\r\n",
        "X-EXCHANGE-CONTACTS:Ada Example\r\n",
        "BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER;VALUE=DATE-TIME:20260104T080000Z\r\nEND:VALARM\r\n",
        "BEGIN:VALARM\r\nACTION:EMAIL\r\nTRIGGER:-P1D\r\nEND:VALARM\r\n",
    ));
    let record = desk.read(&text);
    let reference = desk.create(&record).await;
    let found = desk.get(&reference).await;
    assert_eq!(found, record);
    let copy = desk.write(None, &found, &[]);
    for line in text.lines().filter(|line| !line.starts_with("DTSTAMP")) {
        assert!(
            copy.contains(&format!("{line}\r\n")),
            "{line} is not in {copy}"
        );
    }
    let keys: Vec<Key> = found.iter().map(|(key, _)| key).collect();
    assert_eq!(desk.write(Some(&text), &found, &keys), text);

    let bare = desk.read(&task("SUMMARY:Paint\r\n"));
    let reference = desk.update(reference, &record, &bare).await;
    assert_eq!(desk.get(&reference).await, bare);
}

#[tokio::test]
async fn a_task_in_progress_again_is_not_cancelled_any_more() {
    let desk = Desk::new(VIENNA).await;
    let text = task("STATUS:CANCELLED\r\n");
    let record = desk.read(&text);
    let reference = desk.create(&record).await;
    // Somebody goes on with it in Outlook, which knows nothing of the mark.
    let going_on = desk.read(&task("STATUS:IN-PROCESS\r\n"));
    let update = Update {
        reference,
        target: going_on.clone(),
        changed: vec![Key::of("status")],
        named: Vec::new(),
    };
    let reference = desk
        .mailbox
        .update(Kind::Task, &[update])
        .await
        .remove(0)
        .unwrap();
    let found = desk.get(&reference).await;
    assert_eq!(found, going_on);
    let file = desk.write(Some(&text), &found, &differences(&record, &found));
    assert_eq!(file, task("STATUS:IN-PROCESS\r\n"));
}

#[test]
fn a_moment_in_utc_is_due_on_the_day_of_the_person() {
    let read = |text: &str| {
        mapping::read_local(Kind::Task, text, &VIENNA)
            .unwrap()
            .record
    };
    let day = |day| Value::Day(chrono::NaiveDate::from_ymd_opt(2026, 3, day).unwrap());
    let text = task("DUE:20260305T233000Z\r\n");
    let mut target = read(&text);
    assert_eq!(target.own("due"), Some(&day(6)));
    target.set(Key::of("due"), day(8));
    let changed = [Key::of("due")];
    let moved = mapping::write_local(Kind::Task, Some(&text), "t", &target, &changed, &VIENNA);
    assert_eq!(moved.unwrap(), task("DUE:20260307T233000Z\r\n"));
}

#[test]
fn a_task_does_not_start_after_it_is_due() {
    let item = mapping::read_local(
        Kind::Task,
        &task("DTSTART;VALUE=DATE:20260310\r\nDUE;VALUE=DATE:20260305\r\n"),
        &VIENNA,
    );
    let item = item.unwrap();
    assert_eq!(item.record.own("start"), item.record.own("due"));
    assert_eq!(
        item.losses[0].reason,
        "It starts on 2026-03-10, after it is due; in Exchange it starts on 2026-03-05."
    );
}

#[test]
fn who_assigned_a_task_and_who_owns_it_is_shown_of_assigned_tasks_only() {
    let leaf = |name: &str, text: &str| Element {
        name: name.to_owned(),
        text: text.to_owned(),
        ..Element::default()
    };
    for (state, owner) in [
        ("NoMatch", None),
        ("Accepted", Some(Value::text("Ben Example"))),
    ] {
        let item = Element {
            name: "Task".to_owned(),
            children: vec![leaf("DelegationState", state), leaf("Owner", "Ben Example")],
            ..Element::default()
        };
        let remote = mapping::read_remote(Kind::Task, &item, &VIENNA).unwrap();
        assert_eq!(remote.record.own("owner"), owner.as_ref());
        let file = mapping::write_local(Kind::Task, None, "t", &remote.record, &[], &VIENNA);
        assert_eq!(
            file.unwrap().contains("X-EXCHANGE-OWNER:Ben Example"),
            owner.is_some()
        );
    }
}
