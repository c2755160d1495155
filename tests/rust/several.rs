//! Rules with several occurrences on one day, through whole cycles: several series in Exchange, one object here.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may fail"
)]

mod collection;
mod scene;

use collection::Collection;
use exchange_core::engine::PairState;
use exchange_standin::fault::{self, Fault};
use scene::{Scene, between, event, lines, text_of};

const RULE: &[&str] = &["DTSTART", "RRULE", "RDATE", "EXRULE", "EXDATE"];
const TWICE: &str = "RRULE:FREQ=DAILY;BYHOUR=9,14;COUNT=6\r\n";

impl Scene {
    /// The items of the folder, with the time of day of each (of its first occurrence, in UTC).
    async fn parts(&self) -> Vec<(String, String)> {
        let body = r#"<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties><t:FieldURI FieldURI="calendar:Start"/></t:AdditionalProperties></m:ItemShape><m:ParentFolderIds><t:DistinguishedFolderId Id="calendar"/></m:ParentFolderIds></m:FindItem>"#;
        let answer = self.ask(body).await;
        let ids = between(&answer, "<t:ItemId ", "/>");
        let times = between(&answer, "<t:Start>", "</t:Start>");
        let times = times.into_iter().map(|start| start[11..16].to_owned());
        let mut parts: Vec<_> = times.zip(ids).collect();
        parts.sort();
        parts
    }

    async fn part(&self, time: &str) -> String {
        let parts = self.parts().await;
        let found = parts.iter().find(|(other, _)| other == time);
        found
            .unwrap_or_else(|| panic!("{time} in {parts:?}"))
            .1
            .clone()
    }

    async fn times(&self) -> Vec<String> {
        self.parts()
            .await
            .into_iter()
            .map(|(time, _)| time)
            .collect()
    }

    async fn change_part(&self, time: &str, fields: &[(&str, &str)]) {
        let target = format!("<t:ItemId {}/>", self.part(time).await);
        self.change_at(&target, fields).await;
    }

    async fn occurrence_of(&self, time: &str, index: u32) -> String {
        let id = self
            .part(time)
            .await
            .replacen("Id=", "RecurringMasterId=", 1);
        format!(r#"<t:OccurrenceItemId {id} InstanceIndex="{index}"/>"#)
    }

    async fn delete(&self, target: &str) {
        self.ask(&format!(
            r#"<m:DeleteItem DeleteType="MoveToDeletedItems" SendMeetingCancellations="SendToNone"><m:ItemIds>{target}</m:ItemIds></m:DeleteItem>"#
        ))
        .await;
    }

    /// A cycle that the server stops answering in the middle of. False where it came to its end before.
    async fn sync_until(&self, calls: u32) -> bool {
        self.standin.faults().add(Fault {
            skip: calls,
            ..Fault::always(fault::Kind::Unauthorized)
        });
        let report = self.cycle_of(&self.here).await;
        self.standin.faults().clear();
        report.error.is_some()
    }

    fn objects(&self) -> usize {
        self.here.0.lock().unwrap().objects.len()
    }

    /// One object, and one row of the journal that is linked.
    fn is_one(&self) {
        let state = self.here.0.lock().unwrap();
        assert_eq!((state.objects.len(), state.rows.len()), (1, 1));
        assert!(
            state
                .rows
                .values()
                .all(|row| row.state == PairState::Linked)
        );
    }
}

#[tokio::test]
async fn it_is_a_series_for_each_time_of_day_there_and_one_object_elsewhere() {
    let scene = Scene::with(TWICE).await;
    assert_eq!(scene.times().await, ["08:00", "13:00"]);
    let days = ["05", "06", "07"];
    let all: Vec<String> = days
        .iter()
        .flat_map(|day| ["08", "13"].map(|hour| format!("2026-01-{day}T{hour}:00")))
        .collect();
    assert_eq!(scene.shown("2026-01-01", "2026-12-01").await, all);
    scene.is_one();
    scene.rests().await;
    let there = scene.elsewhere().await;
    assert_eq!(
        lines(&there, RULE),
        [
            "DTSTART;TZID=Europe/Vienna:20260105T090000",
            "RRULE:FREQ=DAILY;BYHOUR=9,14;COUNT=6",
        ]
    );
    scene.rests().await;
}

#[tokio::test]
async fn an_idle_cycle_costs_one_call() {
    let scene = Scene::with(TWICE).await;
    scene.rests().await;
    scene.standin.calls().reset();
    scene.sync().await;
    assert_eq!(scene.standin.calls().total(), 1);
}

#[tokio::test]
async fn rules_by_the_hour_and_dates_at_another_time_are_split_too() {
    for (rule, times) in [
        (
            "RRULE:FREQ=HOURLY;INTERVAL=6;COUNT=9\r\n",
            vec!["02:00", "08:00", "14:00", "20:00"],
        ),
        (
            "RRULE:FREQ=MINUTELY;INTERVAL=360;UNTIL=20260108T000000Z\r\n",
            vec!["02:00", "08:00", "14:00", "20:00"],
        ),
        (
            "RRULE:FREQ=WEEKLY;BYDAY=MO,FR;BYHOUR=9;BYMINUTE=0,30\r\n",
            vec!["08:00", "08:30"],
        ),
        (
            "RRULE:FREQ=DAILY;COUNT=3\r\nRDATE;TZID=Europe/Vienna:20260106T170000\r\n",
            vec!["08:00", "16:00"],
        ),
    ] {
        let scene = Scene::with(rule).await;
        assert_eq!(scene.times().await, times, "{rule}");
        scene.rests().await;
        let there = scene.elsewhere().await;
        assert_eq!(lines(&there, &["RRULE"]).len(), 1, "{there}");
        assert!(
            !there.contains("EXDATE") && !there.contains("RECURRENCE-ID"),
            "{there}"
        );
    }
}

#[tokio::test]
async fn occurrences_are_deleted_moved_and_changed_here() {
    let scene = Scene::with(TWICE).await;
    let moved = "BEGIN:VEVENT\r\nUID:e@example.org\r\nDTSTAMP:20260101T000000Z\r\nRECURRENCE-ID;TZID=Europe/Vienna:20260106T140000\r\nDTSTART;TZID=Europe/Vienna:20260106T160000\r\nDTEND;TZID=Europe/Vienna:20260106T170000\r\nSUMMARY:Later\r\nEND:VEVENT\r\nEND:VCALENDAR";
    scene.edit("SUMMARY:S\r\n", "SUMMARY:S\r\nEXDATE;TZID=Europe/Vienna:20260105T140000\r\nEXDATE;TZID=Europe/Vienna:20260107T090000\r\n");
    scene.edit("END:VCALENDAR", moved);
    scene.sync().await;
    let shown = [
        "2026-01-05T08:00",
        "2026-01-06T08:00",
        "2026-01-06T15:00",
        "2026-01-07T13:00",
    ];
    assert_eq!(scene.shown("2026-01-01", "2026-12-01").await, shown);
    scene.rests().await;
    let there = scene.elsewhere().await;
    for line in [
        "EXDATE;TZID=Europe/Vienna:20260105T140000",
        "EXDATE;TZID=Europe/Vienna:20260107T090000",
        "RECURRENCE-ID;TZID=Europe/Vienna:20260106T140000",
        "SUMMARY:Later",
    ] {
        assert!(there.contains(&format!("{line}\r\n")), "{line} in {there}");
    }
    // And taken back.
    scene.edit("EXDATE;TZID=Europe/Vienna:20260107T090000\r\n", "");
    scene.edit(moved, "END:VCALENDAR");
    scene.sync().await;
    assert_eq!(scene.shown("2026-01-01", "2026-12-01").await.len(), 5);
    scene.rests().await;
}

#[tokio::test]
async fn occurrences_are_deleted_moved_and_changed_there() {
    let scene = Scene::with(TWICE).await;
    let target = scene.occurrence_of("13:00", 1).await;
    scene.delete(&target).await;
    let target = scene.occurrence_of("08:00", 2).await;
    scene
        .change_at(&target, &[("item:Subject", "<t:Subject>Other</t:Subject>")])
        .await;
    scene.sync().await;
    let file = scene.file();
    assert!(
        file.contains("RRULE:FREQ=DAILY;BYHOUR=9,14;COUNT=6\r\n"),
        "{file}"
    );
    assert!(
        file.contains("EXDATE;TZID=Europe/Vienna:20260105T140000\r\n"),
        "{file}"
    );
    assert!(
        file.contains("RECURRENCE-ID;TZID=Europe/Vienna:20260106T090000\r\n"),
        "{file}"
    );
    assert!(file.contains("SUMMARY:Other\r\n"), "{file}");
    scene.is_one();
    scene.rests().await;
}

#[tokio::test]
async fn what_is_changed_of_all_here_is_changed_of_each_there() {
    let scene = Scene::with(TWICE).await;
    let before = scene.parts().await;
    scene.edit("SUMMARY:S", "SUMMARY:T");
    scene.sync().await;
    let there = scene.elsewhere().await;
    assert!(
        there.contains("SUMMARY:T\r\n") && !there.contains("RECURRENCE-ID"),
        "{there}"
    );
    let id = |part: &(String, String)| part.1.split(' ').next().unwrap().to_owned();
    let ids = |parts: &[(String, String)]| parts.iter().map(id).collect::<Vec<_>>();
    assert_eq!(ids(&before), ids(&scene.parts().await));
    scene.rests().await;
    // A time more, a time less, another time, and one only.
    for (from, to, times) in [
        (
            "BYHOUR=9,14",
            "BYHOUR=7,9,14",
            vec!["06:00", "08:00", "13:00"],
        ),
        ("BYHOUR=7,9,14", "BYHOUR=9,14", vec!["08:00", "13:00"]),
        ("BYHOUR=9,14", "BYHOUR=9,15", vec!["08:00", "14:00"]),
        ("BYHOUR=9,15;", "", vec!["08:00"]),
        (
            "FREQ=DAILY;",
            "FREQ=DAILY;BYHOUR=9,11;",
            vec!["08:00", "10:00"],
        ),
    ] {
        scene.edit(from, to);
        scene.sync().await;
        assert_eq!(scene.times().await, times, "{to}");
        assert_eq!(
            scene.shown("2026-01-01", "2026-12-01").await.len(),
            6,
            "{to}"
        );
        scene.is_one();
        scene.rests().await;
        let there = scene.elsewhere().await;
        assert_eq!(lines(&there, RULE).len(), 2, "{there}");
    }
    // The whole moves by an hour.
    scene.edit("T090000", "T100000");
    scene.edit(
        "T100000\r\nDTEND;TZID=Europe/Vienna:20260105T100000",
        "T100000\r\nDTEND;TZID=Europe/Vienna:20260105T110000",
    );
    scene.edit("BYHOUR=9,11", "BYHOUR=10,12");
    scene.sync().await;
    assert_eq!(scene.times().await, ["09:00", "11:00"]);
    scene.rests().await;
}

#[tokio::test]
async fn one_part_that_is_changed_there_is_a_change_of_its_occurrences() {
    let scene = Scene::with("RRULE:FREQ=DAILY;BYHOUR=9,14,18;COUNT=9\r\n").await;
    // The first as well as another one.
    for (time, hour) in [("08:00", "09"), ("17:00", "18")] {
        scene
            .change_part(time, &[("item:Subject", "<t:Subject>Other</t:Subject>")])
            .await;
        scene.sync().await;
        let file = scene.file();
        assert_eq!(file.matches("SUMMARY:Other\r\n").count(), 3, "{file}");
        for day in ["05", "06", "07"] {
            let id = format!("RECURRENCE-ID;TZID=Europe/Vienna:202601{day}T{hour}0000\r\n");
            assert!(file.contains(&id), "{file}");
        }
        scene.rests().await;
        scene
            .change_part(time, &[("item:Subject", "<t:Subject>S</t:Subject>")])
            .await;
        scene.sync().await;
        let file = scene.file();
        assert_eq!(file.matches("SUMMARY:Other\r\n").count(), 0, "{file}");
        scene.rests().await;
    }
    // All of them, one after the other.
    for time in ["08:00", "13:00", "17:00"] {
        scene
            .change_part(time, &[("item:Subject", "<t:Subject>New</t:Subject>")])
            .await;
        scene.sync().await;
    }
    let file = scene.file();
    assert_eq!(file.matches("SUMMARY:S\r\n").count(), 0, "{file}");
    scene.is_one();
    scene.rests().await;
}

#[tokio::test]
async fn a_part_that_is_deleted_there_leaves_the_others() {
    for (time, hour, left) in [
        ("08:00", "09", ["13:00", "17:00"]),
        ("17:00", "18", ["08:00", "13:00"]),
    ] {
        let scene = Scene::with("RRULE:FREQ=DAILY;BYHOUR=9,14,18;COUNT=9\r\n").await;
        scene.rests().await;
        let target = format!("<t:ItemId {}/>", scene.part(time).await);
        scene.delete(&target).await;
        let report = scene.sync().await;
        assert_eq!(
            (report.local_updated, report.local_deleted),
            (1, 0),
            "{report:?}"
        );
        let file = scene.file();
        for day in ["05", "06", "07"] {
            let line = format!("EXDATE;TZID=Europe/Vienna:202601{day}T{hour}0000\r\n");
            assert!(file.contains(&line), "{file}");
        }
        scene.is_one();
        scene.rests().await;
        scene.edit("SUMMARY:S", "SUMMARY:T");
        scene.sync().await;
        assert_eq!(scene.times().await, left);
        scene.rests().await;
        // An EXDATE less brings it back.
        let line = format!("EXDATE;TZID=Europe/Vienna:20260105T{hour}0000\r\n");
        scene.edit(&line, "");
        scene.sync().await;
        assert_eq!(scene.times().await, ["08:00", "13:00", "17:00"]);
        assert_eq!(scene.shown("2026-01-01", "2026-12-01").await.len(), 7);
        scene.rests().await;
    }
}

#[tokio::test]
async fn both_sides_are_deleted_as_one() {
    let scene = Scene::with(TWICE).await;
    scene.here.0.lock().unwrap().objects.clear();
    scene.here.0.lock().unwrap().clock += 1;
    let report = scene.sync().await;
    assert_eq!(
        (report.remote_deleted, scene.times().await.len()),
        (1, 0),
        "{report:?}"
    );
    let scene = Scene::with(TWICE).await;
    for time in ["08:00", "13:00"] {
        let target = format!("<t:ItemId {}/>", scene.part(time).await);
        scene.delete(&target).await;
    }
    let report = scene.sync().await;
    assert_eq!(
        (report.local_deleted, scene.objects()),
        (1, 0),
        "{report:?}"
    );
}

#[tokio::test]
async fn a_lost_journal_is_rebuilt() {
    let scene = Scene::with(TWICE).await;
    {
        let mut state = scene.here.0.lock().unwrap();
        state.rows.clear();
        state.cursor = None;
        state.token = None;
    }
    scene.sync().await;
    scene.is_one();
    assert_eq!(scene.times().await, ["08:00", "13:00"]);
    scene.rests().await;
}

#[tokio::test]
async fn an_end_that_is_shown_moves_on_with_the_years() {
    let mut scene = Scene::with("RRULE:FREQ=DAILY;BYHOUR=9,14\r\n").await;
    assert_eq!(scene.shown("2027-12-01", "2028-12-01").await.len(), 2 * 31);
    scene.rests().await;
    scene.year = 2027;
    scene.sync().await;
    assert_eq!(scene.shown("2028-12-01", "2029-12-01").await.len(), 2 * 31);
    scene.rests().await;
}

#[tokio::test]
async fn a_copy_of_a_part_is_an_event_of_its_own() {
    let scene = Scene::with(TWICE).await;
    scene.standin.mailbox(|mailbox| {
        let folder = mailbox.distinguished("calendar").unwrap();
        let copy = mailbox.items_in(folder).last().unwrap().clone();
        mailbox.add(folder, copy);
    });
    scene.sync().await;
    assert_eq!(scene.objects(), 2);
    let state = scene.here.0.lock().unwrap();
    let texts: Vec<&String> = state.objects.values().map(|(text, _)| text).collect();
    assert!(
        texts.iter().any(|text| text.contains("BYHOUR=9,14")),
        "{texts:?}"
    );
    assert!(
        texts.iter().all(|text| !text.contains("EXDATE")),
        "{texts:?}"
    );
}

/// Moved away and back, a part has another id.
#[tokio::test]
async fn a_part_that_moves_away_and_back_is_one_again() {
    for time in ["08:00", "13:00"] {
        let scene = Scene::with(TWICE).await;
        let place = scene.parts().await.iter().position(|part| part.0 == time);
        let number = scene.standin.mailbox(|mailbox| {
            let folder = mailbox.distinguished("calendar").unwrap();
            let number = mailbox.items_in(folder).nth(place.unwrap()).unwrap().number;
            let bin = mailbox.distinguished("deleteditems").unwrap();
            mailbox.relocate(number, bin).unwrap()
        });
        scene.sync().await;
        let gone = lines(&scene.file(), &["EXDATE"]).len();
        assert_eq!(gone, 3);
        scene.standin.mailbox(|mailbox| {
            let folder = mailbox.distinguished("calendar").unwrap();
            mailbox.relocate(number, folder).unwrap();
        });
        scene.sync().await;
        scene.sync().await;
        scene.is_one();
        assert_eq!(scene.times().await, ["08:00", "13:00"], "{time}");
        assert!(!scene.file().contains("EXDATE"), "{}", scene.file());
        scene.rests().await;
    }
}

/// The server stops after each of the calls of a cycle in turn; the next cycle mends what was left.
#[tokio::test]
async fn a_cycle_that_breaks_off_anywhere_is_taken_up() {
    let changed = [
        ("", ""),
        (
            "SUMMARY:S\r\n",
            "SUMMARY:T\r\nEXDATE;TZID=Europe/Vienna:20260106T140000\r\n",
        ),
        ("BYHOUR=9,14", "BYHOUR=9,14,18"),
        ("BYHOUR=9,14", "BYHOUR=9"),
        ("BYHOUR=9,14", "BYHOUR=8,9,15"),
    ];
    for (from, to) in changed {
        for calls in 0.. {
            let scene = Scene::new(exchange_core::model::Kind::Event).await;
            scene.put(&event("RRULE:FREQ=DAILY;BYHOUR=9,14;COUNT=6\r\nEXDATE;TZID=Europe/Vienna:20260106T090000\r\n"));
            if !from.is_empty() {
                scene.sync().await;
                scene.edit(from, to);
            }
            let broken = scene.sync_until(calls).await;
            scene.sync().await;
            scene.sync().await;
            scene.is_one();
            let what = format!("{to} after {calls} calls");
            let file = scene.file();
            assert!(
                file.contains(to) && file.contains("EXDATE;TZID=Europe/Vienna:20260106T090000"),
                "{what}: {file}"
            );
            let there = Collection::default();
            scene.sync_of(&there).await;
            assert_eq!(
                lines(&text_of(&there), RULE).len(),
                lines(&file, RULE).len(),
                "{what}: {}",
                text_of(&there)
            );
            assert_eq!(
                lines(&text_of(&there), &["SUMMARY"]),
                lines(&file, &["SUMMARY"]),
                "{what}"
            );
            assert!(!file.contains("RECURRENCE-ID"), "{what}: {file}");
            scene.rests().await;
            if !broken {
                assert!(calls > 4);
                break;
            }
        }
    }
}
