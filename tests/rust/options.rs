//! What the owner of a link may want of it: a direction, a window in time, a rehearsal, deletions brought back.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may fail"
)]

mod anna;
mod collection;

use anna::{mailbox, own_folder};
use chrono::NaiveDate;
use chrono_tz::Europe::Berlin;
use collection::Collection;
use exchange_core::engine::{
    Cause, Link, Options, PairState, Report, Side, StepAction, Window, cycle,
};
use exchange_core::mapping::Context;
use exchange_core::model::Kind;
use exchange_core::sync::{DeletePolicy, Direction, Policy};
use exchange_standin::Standin;
use exchange_standin::item::Class;
use exchange_standin::remote;

struct World {
    standin: Standin,
    folder: String,
    here: Collection,
    options: Options,
    policy: Policy,
    today: NaiveDate,
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn event(uid: &str, day: &str, more: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:test\r\nBEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20260101T000000Z\r\n\
         SUMMARY:{uid}\r\nDTSTART:{day}T090000Z\r\nDTEND:{day}T100000Z\r\n{more}END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
}

impl World {
    async fn new(options: Options) -> Self {
        let standin = anna::empty().await;
        let today = day("2026-06-15");
        let mailbox = mailbox(&standin, Context::new(Berlin, today));
        let folder = own_folder(&mailbox, Kind::Event).await;
        Self {
            standin,
            folder,
            here: Collection::default(),
            options,
            policy: Policy::Exchange,
            today,
        }
    }

    async fn cycle(&self) -> Report {
        self.cycle_with(self.options.clone()).await
    }

    async fn cycle_with(&self, options: Options) -> Report {
        let context = Context::new(Berlin, self.today);
        let link = Link {
            policy: self.policy,
            options,
            ..self.here.link(Kind::Event, &self.folder, context.clone())
        };
        let mailbox = mailbox(&self.standin, context);
        cycle(&link, &mailbox, &self.here).await
    }

    /// A cycle that comes to its end, and two more that move nothing and cost a call each.
    async fn settle(&self) -> [u64; 6] {
        let report = self.cycle().await;
        assert_eq!((report.error.clone(), report.message.clone()), (None, None));
        self.cycle().await;
        let idle = self.cycle().await;
        assert_eq!((moved(&idle), idle.calls), ([0; 6], 1), "{idle:?}");
        moved(&report)
    }

    fn put(&self, uid: &str, day: &str) {
        self.here
            .0
            .lock()
            .unwrap()
            .put(&format!("{uid}.ics"), &event(uid, day, ""));
    }

    fn edit(&self, uid: &str, from: &str, to: &str) {
        let uri = format!("{uid}.ics");
        let mut state = self.here.0.lock().unwrap();
        let text = state.objects[&uri].0.replacen(from, to, 1);
        state.put(&uri, &text);
    }

    fn delete(&self, uid: &str) {
        let mut state = self.here.0.lock().unwrap();
        state.objects.remove(&format!("{uid}.ics")).unwrap();
        state.clock += 1;
    }

    fn text(&self, uid: &str) -> String {
        self.here.0.lock().unwrap().objects[&format!("{uid}.ics")]
            .0
            .clone()
    }

    /// Names of the objects here.
    fn here(&self) -> Vec<String> {
        let state = self.here.0.lock().unwrap();
        let names = state.objects.keys();
        names
            .map(|uri| uri.trim_end_matches(".ics").to_owned())
            .collect()
    }

    /// Subjects of the items there, in order.
    fn there(&self) -> Vec<String> {
        let mut subjects = self.standin.mailbox(|mailbox| {
            let calendar = remote::folder_named(mailbox, "calendar").unwrap();
            mailbox
                .items_in(calendar)
                .map(|item| {
                    item.bag
                        .text(&exchange_standin::keys::SUBJECT)
                        .unwrap_or_default()
                        .to_owned()
                })
                .collect::<Vec<_>>()
        });
        subjects.sort();
        subjects
    }

    fn create_there(&self, subject: &str, day: &str) {
        let xml = format!(
            "<t:Subject>{subject}</t:Subject><t:Start>{day}T09:00:00Z</t:Start><t:End>{day}T10:00:00Z</t:End>"
        );
        let set = remote::properties_from_xml(&xml).unwrap();
        self.standin
            .mailbox(|mailbox| remote::create(mailbox, "calendar", Class::Event, &set))
            .unwrap();
    }

    fn number(&self, subject: &str) -> u64 {
        self.standin.mailbox(|mailbox| {
            let is_it = |item: &&exchange_standin::item::Item| {
                item.bag.text(&exchange_standin::keys::SUBJECT) == Some(subject)
            };
            let calendar = remote::folder_named(mailbox, "calendar").unwrap();
            mailbox.items_in(calendar).find(is_it).unwrap().number
        })
    }

    fn edit_there(&self, subject: &str, xml: &str) {
        let number = self.number(subject);
        let set = remote::properties_from_xml(xml).unwrap();
        self.standin
            .mailbox(|mailbox| remote::update(mailbox, number, None, &set, &[]))
            .unwrap();
    }

    fn delete_there(&self, subject: &str) {
        let number = self.number(subject);
        self.standin
            .mailbox(|mailbox| remote::delete(mailbox, number, None))
            .unwrap();
    }

    fn kept(&self) -> Vec<(Side, Cause, String)> {
        let state = self.here.0.lock().unwrap();
        let kept = state.kept.iter();
        kept.map(|kept| (kept.side, kept.cause, kept.title.clone()))
            .collect()
    }
}

fn moved(report: &Report) -> [u64; 6] {
    [
        report.local_created,
        report.local_updated,
        report.local_deleted,
        report.remote_created,
        report.remote_updated,
        report.remote_deleted,
    ]
}

fn one_way(direction: Direction) -> Options {
    Options {
        direction,
        ..Options::default()
    }
}

#[tokio::test]
async fn to_nextcloud_only_what_changes_in_exchange_moves() {
    let world = World::new(one_way(Direction::ToNextcloud)).await;
    world.create_there("theirs", "2026-06-20");
    world.create_there("shared", "2026-06-21");
    world.put("ours", "20260620");
    assert_eq!(world.settle().await, [2, 0, 0, 0, 0, 0]);
    assert_eq!(world.there(), ["shared", "theirs"], "nothing goes there");

    let shared = uid_of(&world, "shared");
    world.edit(&shared, "SUMMARY:shared", "SUMMARY:changed here");
    assert_eq!(world.settle().await, [0; 6]);
    assert!(
        world.text(&shared).contains("SUMMARY:changed here"),
        "it stays"
    );
    world.edit_there("shared", "<t:Location>Room 1</t:Location>");
    assert_eq!(world.settle().await, [0, 1, 0, 0, 0, 0]);
    let text = world.text(&shared);
    assert!(
        text.contains("LOCATION:Room 1") && text.contains("SUMMARY:changed here"),
        "{text}"
    );
    world.edit_there("shared", "<t:Subject>renamed there</t:Subject>");
    assert_eq!(world.settle().await, [0, 1, 0, 0, 0, 0]);
    assert!(
        world.text(&shared).contains("SUMMARY:renamed there"),
        "the source wins"
    );
    assert!(
        world
            .kept()
            .contains(&(Side::Local, Cause::Conflict, "changed here".to_owned()))
    );

    world.delete(&uid_of(&world, "theirs"));
    assert_eq!(world.settle().await, [0; 6]);
    assert_eq!(world.there(), ["renamed there", "theirs"]);
    world.edit_there("theirs", "<t:Subject>theirs again</t:Subject>");
    assert_eq!(
        world.settle().await,
        [1, 0, 0, 0, 0, 0],
        "it comes back with a change"
    );

    world.delete_there("renamed there");
    assert_eq!(world.settle().await, [0, 0, 1, 0, 0, 0]);
    assert_eq!(world.here().len(), 2, "{:?}", world.here());
}

fn uid_of(world: &World, title: &str) -> String {
    let state = world.here.0.lock().unwrap();
    let line = format!("SUMMARY:{title}\r\n");
    let found = state
        .objects
        .iter()
        .find(|(_, (text, _))| text.contains(&line));
    found.unwrap().0.trim_end_matches(".ics").to_owned()
}

#[tokio::test]
async fn a_link_that_turns_takes_up_what_it_had_left() {
    let mut world = World::new(one_way(Direction::ToNextcloud)).await;
    world.create_there("theirs", "2026-06-20");
    world.put("ours", "20260620");
    assert_eq!(world.settle().await, [1, 0, 0, 0, 0, 0]);
    world.options.direction = Direction::Both;
    assert_eq!(world.settle().await, [0, 0, 0, 1, 0, 0]);
    assert_eq!(world.there(), ["ours", "theirs"]);
    world.options.direction = Direction::ToExchange;
    world.create_there("second", "2026-06-21");
    assert_eq!(world.settle().await, [0; 6]);
    world.options.direction = Direction::ToNextcloud;
    assert_eq!(world.settle().await, [1, 0, 0, 0, 0, 0]);
}

#[tokio::test]
async fn to_exchange_only_what_changes_in_nextcloud_moves() {
    let world = World::new(one_way(Direction::ToExchange)).await;
    world.create_there("theirs", "2026-06-20");
    world.put("ours", "20260620");
    world.put("second", "20260621");
    assert_eq!(world.settle().await, [0, 0, 0, 2, 0, 0]);
    assert_eq!(world.here(), ["ours", "second"]);

    world.edit_there("ours", "<t:Location>Room 1</t:Location>");
    assert_eq!(world.settle().await, [0; 6]);
    world.edit("ours", "SUMMARY:ours", "SUMMARY:renamed");
    assert_eq!(world.settle().await, [0, 0, 0, 0, 1, 0]);
    assert_eq!(world.there(), ["renamed", "second", "theirs"]);
    assert!(
        !world.text("ours").contains("LOCATION"),
        "nothing comes back"
    );

    world.delete_there("second");
    assert_eq!(world.settle().await, [0; 6]);
    assert_eq!(world.here(), ["ours", "second"]);
    world.edit("second", "SUMMARY:second", "SUMMARY:third");
    assert_eq!(world.settle().await, [0, 0, 0, 1, 0, 0]);
    world.delete("ours");
    assert_eq!(world.settle().await, [0, 0, 0, 0, 0, 1]);
    assert_eq!(world.there(), ["theirs", "third"]);
}

#[tokio::test]
async fn a_window_takes_events_in_and_lets_them_go_as_it_rolls() {
    let options = Options {
        window: Some(Window {
            past: 30,
            future: 60,
        }),
        ..Options::default()
    };
    let mut world = World::new(options).await;
    for (subject, day) in [
        ("long ago", "2025-01-10"),
        ("a month ago", "2026-05-17"),
        ("soon", "2026-06-20"),
        ("next year", "2027-01-10"),
    ] {
        world.create_there(subject, day);
    }
    world.put("ours long ago", "20250110");
    world.put("ours soon", "20260701");
    assert_eq!(world.settle().await, [2, 0, 0, 1, 0, 0]);
    let there = ["a month ago", "long ago", "next year", "ours soon", "soon"];
    assert_eq!(world.there(), there);
    assert_eq!(world.here().len(), 4, "{:?}", world.here());

    // A week later one has left it. Nothing is deleted in Exchange, and nothing is kept: it is there.
    world.today = day("2026-06-22");
    assert_eq!(world.settle().await, [0, 0, 1, 0, 0, 0]);
    assert_eq!(world.there(), there);
    assert_eq!(world.kept(), []);

    // What has left it may change there and be deleted there, and does not come back.
    world.edit_there("a month ago", "<t:Location>Room 1</t:Location>");
    world.delete_there("long ago");
    assert_eq!(world.settle().await, [0; 6]);

    // Moved into it, it does.
    let moved_in = "<t:Start>2026-07-03T09:00:00Z</t:Start><t:End>2026-07-03T10:00:00Z</t:End>";
    world.edit_there("a month ago", moved_in);
    assert_eq!(world.settle().await, [1, 0, 0, 0, 0, 0]);

    // Half a year later the window has come to what was too far ahead, and all else has left it.
    world.today = day("2026-12-20");
    assert_eq!(world.settle().await, [1, 0, 3, 0, 0, 0]);
    assert_eq!(
        world.there(),
        ["a month ago", "next year", "ours soon", "soon"]
    );

    // Without a window everything is there again.
    world.options.window = None;
    assert_eq!(world.settle().await, [3, 0, 0, 1, 0, 0]);
    assert_eq!(world.here().len(), 5, "{:?}", world.here());
    assert_eq!(world.there().len(), 5);
}

#[tokio::test]
async fn a_series_is_in_the_window_as_long_as_one_of_its_occurrences_may_be() {
    let options = Options {
        window: Some(Window {
            past: 30,
            future: 60,
        }),
        ..Options::default()
    };
    let mut world = World::new(options).await;
    let recurring = |rule: &str| format!("RRULE:{rule}\r\n");
    for (uid, rule) in [
        ("endless", "FREQ=WEEKLY"),
        ("ended", "FREQ=DAILY;COUNT=10"),
        ("until", "FREQ=MONTHLY;UNTIL=20260801T090000Z"),
    ] {
        let text = event(uid, "20250601", &recurring(rule));
        let mut state = world.here.0.lock().unwrap();
        state.put(&format!("{uid}.ics"), &text);
    }
    assert_eq!(world.settle().await, [0, 0, 0, 2, 0, 0]);
    assert_eq!(world.there(), ["endless", "until"]);
    world.today = day("2026-10-01");
    assert_eq!(world.settle().await, [0, 0, 1, 0, 0, 0]);
    assert_eq!(world.here(), ["ended", "endless"]);
}

#[tokio::test]
async fn a_rehearsal_tells_what_would_be_done_and_does_nothing() {
    let world = World::new(Options::default()).await;
    world.create_there("theirs", "2026-06-20");
    world.create_there("both", "2026-06-21");
    world.settle().await;
    world.put("ours", "20260620");
    world.edit(&uid_of(&world, "both"), "SUMMARY:both", "SUMMARY:renamed");
    world.delete_there("theirs");
    world.create_there("new", "2026-06-22");
    let before = {
        let state = world.here.0.lock().unwrap();
        (
            state.objects.clone(),
            state.rows.clone(),
            state.cursor.clone(),
        )
    };
    let there = world.there();

    let report = world
        .cycle_with(Options {
            dry_run: true,
            ..Options::default()
        })
        .await;
    assert_eq!(report.error, None);
    assert_eq!(moved(&report), [1, 0, 1, 1, 1, 0]);
    let mut steps: Vec<_> = report
        .plan
        .iter()
        .map(|step| {
            (
                step.action,
                step.side,
                step.title.as_str(),
                step.properties.join(","),
            )
        })
        .collect();
    steps.sort_by_key(|(.., title, _)| title.to_owned());
    let no = String::new;
    assert_eq!(
        steps,
        [
            (StepAction::Create, Side::Remote, "new", no()),
            (StepAction::Create, Side::Local, "ours", no()),
            (
                StepAction::Update,
                Side::Remote,
                "renamed",
                "summary".to_owned()
            ),
            (StepAction::Delete, Side::Local, "theirs", no()),
        ]
        .map(|(action, side, title, properties)| match title {
            // What is new there is created here, and the other way round.
            "new" => (action, Side::Local, title, properties),
            "ours" => (action, Side::Remote, title, properties),
            _ => (action, side, title, properties),
        })
    );
    let state = world.here.0.lock().unwrap();
    assert_eq!(
        (
            state.objects.clone(),
            state.rows.clone(),
            state.cursor.clone()
        ),
        before
    );
    drop(state);
    assert_eq!(world.there(), there);
}

#[tokio::test]
async fn deletions_can_be_brought_back() {
    let world = World::new(Options::default()).await;
    world.put("one", "20260620");
    world.put("two", "20260621");
    world.put("three", "20260622");
    world.settle().await;
    world.delete("one");
    world.delete_there("two");
    let report = world
        .cycle_with(Options {
            restore_deleted: true,
            ..Options::default()
        })
        .await;
    assert_eq!(report.message, None);
    assert_eq!(moved(&report), [1, 0, 0, 1, 0, 0]);
    assert_eq!(world.settle().await, [0; 6]);
    assert_eq!(world.here(), ["one", "three", "two"]);
    assert_eq!(world.there(), ["one", "three", "two"]);
}

#[tokio::test]
async fn where_the_policy_decides_a_delete_may_beat_an_edit() {
    let mut world = World::new(Options {
        deletes: DeletePolicy::AsConflict,
        ..Options::default()
    })
    .await;
    for uid in ["one", "two", "three", "four", "five"] {
        world.put(uid, "20260620");
    }
    world.settle().await;
    // Exchange is preferred: its delete stands, its edit stands.
    world.edit("one", "SUMMARY:one", "SUMMARY:one edited");
    world.delete_there("one");
    world.edit_there("two", "<t:Subject>two edited</t:Subject>");
    world.delete("two");
    assert_eq!(world.settle().await, [1, 0, 1, 0, 0, 0]);
    assert!(
        world
            .kept()
            .contains(&(Side::Local, Cause::Deleted, "one edited".to_owned()))
    );

    world.policy = Policy::Nextcloud;
    world.edit("three", "SUMMARY:three", "SUMMARY:three edited");
    world.delete_there("three");
    world.edit_there("four", "<t:Subject>four edited</t:Subject>");
    world.delete("four");
    assert_eq!(world.settle().await, [0, 0, 0, 1, 0, 1]);
    assert!(
        world
            .kept()
            .contains(&(Side::Remote, Cause::Deleted, "four edited".to_owned()))
    );
    assert_eq!(world.there(), ["five", "three edited", "two edited"]);
}

#[tokio::test]
async fn what_is_overwritten_or_deleted_is_kept_with_its_text() {
    let world = World::new(Options::default()).await;
    for uid in ["one", "two", "three", "four"] {
        world.put(uid, "20260620");
    }
    world.settle().await;
    assert_eq!(world.kept(), []);
    world.edit("one", "SUMMARY:one", "SUMMARY:changed here");
    world.edit_there("two", "<t:Subject>changed there</t:Subject>");
    world.delete("three");
    world.delete_there("four");
    world.settle().await;
    let mut kept = world.kept();
    kept.sort_by(|a, b| a.2.cmp(&b.2));
    assert_eq!(
        kept,
        [
            (Side::Local, Cause::Deleted, "four".to_owned()),
            (Side::Remote, Cause::Overwritten, "one".to_owned()),
            (Side::Remote, Cause::Deleted, "three".to_owned()),
            (Side::Local, Cause::Overwritten, "two".to_owned()),
        ]
    );
    let state = world.here.0.lock().unwrap();
    for kept in &state.kept {
        let line = format!("SUMMARY:{}\r\n", kept.title);
        let text = kept.text.as_ref().unwrap();
        assert!(text.contains(&line) && text.contains("DTSTART"), "{text}");
    }
    let row = |row: &&exchange_core::engine::Pair| row.state == PairState::Linked;
    assert_eq!(state.rows.values().filter(row).count(), 2);
}

fn masked() -> Options {
    Options {
        mask: Some("Busy".to_owned()),
        ..Options::default()
    }
}

impl World {
    fn subject_and_place(&self, subject: &str) -> (String, Option<String>) {
        let number = self.number(subject);
        self.standin.mailbox(|mailbox| {
            let calendar = remote::folder_named(mailbox, "calendar").unwrap();
            let mut items = mailbox.items_in(calendar);
            let item = items.find(|item| item.number == number).unwrap();
            let text = |key| item.bag.text(key).map(str::to_owned);
            (
                text(&exchange_standin::keys::SUBJECT).unwrap(),
                text(&exchange_standin::keys::LOCATION),
            )
        })
    }
}

const PRIVATE: &str =
    "CLASS:PRIVATE\r\nLOCATION:Clinic\r\nDESCRIPTION:Bring the results\r\nX-SECRET:1\r\n";

#[tokio::test]
async fn of_private_items_only_the_time_crosses() {
    let world = World::new(masked()).await;
    world
        .here
        .0
        .lock()
        .unwrap()
        .put("ours.ics", &event("ours", "20260620", PRIVATE));
    world.create_there("theirs", "2026-06-21");
    world.edit_there(
        "theirs",
        "<t:Sensitivity>Private</t:Sensitivity><t:Location>Court</t:Location>",
    );
    world.create_there("open", "2026-06-22");
    assert_eq!(world.settle().await, [2, 0, 0, 1, 0, 0]);
    assert_eq!(world.there(), ["Busy", "open", "theirs"]);
    assert_eq!(world.subject_and_place("Busy"), ("Busy".to_owned(), None));
    let copy = uid_of(&world, "Busy");
    assert!(
        !world.text(&copy).contains("Court"),
        "{}",
        world.text(&copy)
    );

    // The time goes both ways, and the originals keep their details.
    world.edit("ours", "T090000Z", "T080000Z");
    world.edit(&copy, "DTSTART", "X-MOVED:1\r\nDTSTART");
    world.edit(&copy, "T090000Z", "T083000Z");
    assert_eq!(world.settle().await, [0, 0, 0, 0, 2, 0]);
    assert!(world.text("ours").contains("LOCATION:Clinic"));
    let theirs = ("theirs".to_owned(), Some("Court".to_owned()));
    assert_eq!(world.subject_and_place("theirs"), theirs);

    // What is written over a mask stays where it was written.
    world.edit(&copy, "SUMMARY:Busy", "SUMMARY:Something else");
    world.edit_there(
        "Busy",
        "<t:Subject>My guess</t:Subject><t:Location>Nowhere</t:Location>",
    );
    assert_eq!(world.settle().await, [0; 6]);
    assert_eq!(world.subject_and_place("theirs"), theirs);
    let text = world.text("ours");
    assert!(
        text.contains("SUMMARY:ours") && text.contains("Clinic"),
        "{text}"
    );

    // No longer private: everything crosses.
    world.edit("ours", "CLASS:PRIVATE\r\n", "");
    world.edit_there("theirs", "<t:Sensitivity>Normal</t:Sensitivity>");
    world.settle().await;
    assert_eq!(world.subject_and_place("ours").1.as_deref(), Some("Clinic"));
    assert!(
        world.text(&copy).contains("LOCATION:Court"),
        "{}",
        world.text(&copy)
    );
}

#[tokio::test]
async fn an_original_is_never_overwritten_by_the_mask() {
    let world = World::new(masked()).await;
    world.create_there("theirs", "2026-06-21");
    world.edit_there("theirs", "<t:Location>Court</t:Location>");
    world.put("ours", "20260620");
    world.edit("ours", "DTSTART", "LOCATION:Clinic\r\nDTSTART");
    world.settle().await;
    let copy = uid_of(&world, "theirs");
    // The copies become private: the originals do too, and keep their details.
    world.edit(&copy, "DTSTART", "CLASS:PRIVATE\r\nDTSTART");
    world.edit_there("ours", "<t:Sensitivity>Private</t:Sensitivity>");
    world.settle().await;
    assert_eq!(
        world.subject_and_place("theirs"),
        ("theirs".to_owned(), Some("Court".to_owned()))
    );
    let text = world.text("ours");
    assert!(
        text.contains("CLASS:PRIVATE") && text.contains("LOCATION:Clinic"),
        "{text}"
    );

    // The originals become private: the copies are masked.
    let world = World::new(masked()).await;
    world.create_there("theirs", "2026-06-21");
    world.edit_there("theirs", "<t:Location>Court</t:Location>");
    world.put("ours", "20260620");
    world.edit("ours", "DTSTART", "LOCATION:Clinic\r\nDTSTART");
    world.settle().await;
    let copy = uid_of(&world, "theirs");
    world.edit("ours", "DTSTART", "CLASS:PRIVATE\r\nDTSTART");
    world.edit_there("theirs", "<t:Sensitivity>Private</t:Sensitivity>");
    world.settle().await;
    let text = world.text(&copy);
    assert!(
        text.contains("SUMMARY:Busy") && !text.contains("Court"),
        "{text}"
    );
    assert_eq!(world.subject_and_place("Busy"), ("Busy".to_owned(), None));
    assert!(world.text("ours").contains("LOCATION:Clinic"));
}

#[tokio::test]
async fn two_filled_sides_are_linked_without_duplicates() {
    let world = World::new(Options::default()).await;
    // Three came to both sides by other ways, two of them look the same; one of each side is new.
    for (uid, title, day) in [
        ("a", "Dentist", "20260620"),
        ("b", "Lunch", "20260621"),
        ("c", "Lunch", "20260621"),
        ("d", "Only here", "20260622"),
    ] {
        let text =
            event(uid, day, "").replacen(&format!("SUMMARY:{uid}"), &format!("SUMMARY:{title}"), 1);
        world
            .here
            .0
            .lock()
            .unwrap()
            .put(&format!("{uid}.ics"), &text);
    }
    for (title, day) in [
        ("Dentist", "2026-06-20"),
        ("Lunch", "2026-06-21"),
        ("Lunch", "2026-06-21"),
        ("Lunch", "2026-06-23"),
        ("Only there", "2026-06-22"),
    ] {
        world.create_there(title, day);
    }
    world.edit_there("Dentist", "<t:Location>Room 1</t:Location>");
    let rehearsal = world
        .cycle_with(Options {
            dry_run: true,
            ..Options::default()
        })
        .await;
    // The three learn when they were created there.
    assert_eq!(moved(&rehearsal), [2, 3, 0, 1, 0, 0]);
    assert_eq!(world.settle().await, [2, 3, 0, 1, 0, 0]);
    assert_eq!((world.here().len(), world.there().len()), (6, 6));
    assert!(
        world.text("a").contains("LOCATION:Room 1"),
        "what differs is merged"
    );
}
