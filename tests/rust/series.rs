//! Series through whole cycles: rules that Exchange lacks, and what people do to them on either side.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may fail"
)]

mod collection;
mod scene;

use collection::Collection;
use exchange_core::model::Kind;
use scene::{Scene, event, lines, text_of};

const RULE: &[&str] = &["DTSTART", "RRULE", "RDATE", "EXRULE", "EXDATE"];

#[tokio::test]
async fn a_rule_that_exchange_lacks_is_shown_there_and_goes_on_to_another_account() {
    let scene = Scene::with(
        "RRULE:FREQ=MONTHLY;BYMONTHDAY=5,20;COUNT=6\r\nRDATE;TZID=Europe/Vienna:20260113T140000\r\nEXDATE;TZID=Europe/Vienna:20260205T090000\r\n",
    )
    .await;
    scene.rests().await;
    assert_eq!(
        scene.shown("2026-01-01", "2027-12-01").await,
        [
            "2026-01-05T08:00",
            "2026-01-13T13:00",
            "2026-01-20T08:00",
            "2026-02-20T08:00",
            "2026-03-05T08:00",
            "2026-03-20T08:00",
        ]
    );
    let there = scene.elsewhere().await;
    assert_eq!(
        lines(&there, RULE),
        [
            "DTSTART;TZID=Europe/Vienna:20260105T090000",
            "RRULE:FREQ=MONTHLY;BYMONTHDAY=5,20;COUNT=6",
            "RDATE:20260113T130000Z",
            "EXDATE;TZID=Europe/Vienna:20260205T090000",
        ]
    );
    assert!(!there.contains("RECURRENCE-ID"));
}

#[tokio::test]
async fn one_occurrence_of_such_a_rule_is_deleted_and_changed_on_either_side() {
    let scene = Scene::with("RRULE:FREQ=MONTHLY;BYMONTHDAY=5,20;COUNT=6\r\n").await;
    scene.edit(
        "SUMMARY:S\r\n",
        "SUMMARY:S\r\nEXDATE;TZID=Europe/Vienna:20260205T090000\r\n",
    );
    scene.sync().await;
    let shown = scene.shown("2026-01-01", "2026-03-01").await;
    assert_eq!(
        shown,
        ["2026-01-05T08:00", "2026-01-20T08:00", "2026-02-20T08:00"]
    );
    let index = scene.index_of("2026-01-20");
    scene
        .change_occurrence(index, &[("item:Subject", "<t:Subject>Other</t:Subject>")])
        .await;
    let index = scene.index_of("2026-02-20");
    scene.delete_occurrence(index).await;
    scene.sync().await;
    let file = scene.file();
    assert!(
        file.contains("RRULE:FREQ=MONTHLY;BYMONTHDAY=5,20;COUNT=6\r\n"),
        "{file}"
    );
    assert!(
        file.contains("EXDATE;TZID=Europe/Vienna:20260220T090000\r\n"),
        "{file}"
    );
    assert!(
        file.contains("RECURRENCE-ID;TZID=Europe/Vienna:20260120T090000\r\n"),
        "{file}"
    );
    assert!(file.contains("SUMMARY:Other\r\n"), "{file}");
    scene.rests().await;
    // Restored here, it comes back there.
    scene.edit("EXDATE;TZID=Europe/Vienna:20260205T090000\r\n", "");
    scene.sync().await;
    let shown = scene.shown("2026-01-01", "2026-03-01").await;
    assert_eq!(
        shown,
        ["2026-01-05T08:00", "2026-01-20T08:00", "2026-02-05T08:00"]
    );
    scene.rests().await;
}

impl Scene {
    /// The place of a day in the pattern, by trying: what a calendar program knows from its view.
    fn index_of(&self, day: &str) -> u32 {
        self.standin.mailbox(|mailbox| {
            let folder = mailbox.distinguished("calendar").unwrap();
            let item = mailbox.items_in(folder).next().unwrap();
            let found = item
                .pattern_starts()
                .find(|(_, start)| start.date().to_string() == day);
            found.unwrap().0
        })
    }
}

/// Exchange forgets every deletion when a series is moved to another time of day.
#[tokio::test]
async fn a_series_moved_in_exchange_keeps_its_rule_in_one_cycle() {
    let scene = Scene::with(
        "RRULE:FREQ=MONTHLY;BYMONTHDAY=5,20;COUNT=4\r\nRDATE;TZID=Europe/Vienna:20260113T140000\r\n",
    )
    .await;
    scene
        .change(&[
            ("calendar:Start", "<t:Start>2026-01-05T10:00:00Z</t:Start>"),
            ("calendar:End", "<t:End>2026-01-05T11:00:00Z</t:End>"),
        ])
        .await;
    assert!(scene.shown("2026-01-01", "2026-03-01").await.len() > 8);
    scene.sync().await;
    assert_eq!(
        lines(&scene.file(), RULE),
        [
            "DTSTART;TZID=Europe/Vienna:20260105T110000",
            "RRULE:FREQ=MONTHLY;BYMONTHDAY=5,20;COUNT=4",
            "RDATE;TZID=Europe/Vienna:20260113T140000",
        ]
    );
    assert_eq!(
        scene.shown("2026-01-01", "2026-12-01").await,
        [
            "2026-01-05T10:00",
            "2026-01-13T13:00",
            "2026-01-20T10:00",
            "2026-02-05T10:00",
            "2026-02-20T10:00",
        ]
    );
    scene.rests().await;
}

#[tokio::test]
async fn a_rule_changed_in_exchange_takes_the_place_of_the_lines() {
    let scene = Scene::with(
        "RRULE:FREQ=MONTHLY;BYMONTHDAY=5,20;COUNT=4\r\nRDATE;TZID=Europe/Vienna:20260113T140000\r\n",
    )
    .await;
    scene
        .change(&[(
            "calendar:Recurrence",
            "<t:Recurrence><t:WeeklyRecurrence><t:Interval>1</t:Interval><t:DaysOfWeek>Monday</t:DaysOfWeek></t:WeeklyRecurrence><t:NumberedRecurrence><t:StartDate>2026-01-05</t:StartDate><t:NumberOfOccurrences>3</t:NumberOfOccurrences></t:NumberedRecurrence></t:Recurrence>",
        )])
        .await;
    scene.sync().await;
    assert_eq!(
        lines(&scene.file(), RULE),
        [
            "DTSTART;TZID=Europe/Vienna:20260105T090000",
            "RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=3",
        ]
    );
    scene.rests().await;
    // And the other way round.
    scene.edit(
        "RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=3",
        "RRULE:FREQ=MONTHLY;BYDAY=1MO,3MO;COUNT=3",
    );
    scene.sync().await;
    assert_eq!(
        scene.shown("2026-01-01", "2026-12-01").await,
        ["2026-01-05T08:00", "2026-01-19T08:00", "2026-02-02T08:00"]
    );
    scene.rests().await;
}

#[tokio::test]
async fn the_end_of_what_is_shown_moves_on_with_the_years() {
    let mut scene = Scene::with("RRULE:FREQ=MONTHLY;BYMONTHDAY=31\r\n").await;
    assert_eq!(scene.shown("2031-12-01", "2032-12-30").await.len(), 1);
    scene.edit("SUMMARY:S", "SUMMARY:T");
    scene.sync().await;
    scene.rests().await;
    // Nobody touches it.
    scene.year = 2028;
    let file = scene.file();
    assert_eq!(scene.sync().await.remote_updated, 1);
    assert_eq!(scene.file(), file);
    assert_eq!(scene.shown("2032-01-01", "2033-12-01").await.len(), 13);
    scene.rests().await;
    scene.year = 2029;
    scene
        .change(&[("item:Subject", "<t:Subject>U</t:Subject>")])
        .await;
    scene.sync().await;
    assert!(scene.file().contains("SUMMARY:U\r\n"));
    assert_eq!(scene.shown("2034-01-01", "2034-12-30").await.len(), 6);
    scene.rests().await;
}

/// What is written in half, or by a server that took only some of the deletions, is no edit.
#[tokio::test]
async fn missing_deletions_are_made_again() {
    let scene = Scene::with("RRULE:FREQ=MONTHLY;BYMONTHDAY=31;COUNT=5\r\n").await;
    // There and back again, and the deletions are gone.
    for hour in [9, 8] {
        let start = format!("<t:Start>2026-01-31T{hour:02}:00:00Z</t:Start>");
        let end = format!("<t:End>2026-01-31T{:02}:00:00Z</t:End>", hour + 1);
        scene
            .change(&[("calendar:Start", &start), ("calendar:End", &end)])
            .await;
    }
    assert_eq!(scene.shown("2026-01-01", "2026-12-01").await.len(), 8);
    scene.sync().await;
    assert_eq!(scene.shown("2026-01-01", "2026-12-01").await.len(), 5);
    assert!(
        scene
            .file()
            .contains("RRULE:FREQ=MONTHLY;BYMONTHDAY=31;COUNT=5\r\n")
    );
    scene.rests().await;
}

impl Scene {
    /// A scene with one task, after a cycle.
    async fn with_task(lines: &str) -> Self {
        let scene = Self::new(Kind::Task).await;
        scene.put(&format!(
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//EN\r\nBEGIN:VTODO\r\nUID:t@example.org\r\nDTSTAMP:20260101T000000Z\r\nSUMMARY:T\r\n{lines}END:VTODO\r\nEND:VCALENDAR\r\n"
        ));
        assert_eq!(scene.sync().await.remote_created, 1);
        scene.rests_of_tasks().await;
        scene
    }

    async fn rests_of_tasks(&self) {
        for _ in 0..2 {
            let report = self.sync().await;
            let moved = report.local_created
                + report.local_updated
                + report.remote_created
                + report.remote_updated;
            assert_eq!(moved, 0, "{report:?}\n{:?}", self.tasks());
        }
    }

    /// Due date, status and rule of each task.
    fn tasks(&self) -> Vec<String> {
        let state = self.here.0.lock().unwrap();
        let names = ["DUE", "STATUS", "RRULE", "X-EXCHANGE-REGENERATION"];
        let mut tasks: Vec<String> = state
            .objects
            .values()
            .map(|(text, _)| {
                let lines = text
                    .lines()
                    .filter(|line| names.iter().any(|name| line.starts_with(name)));
                let mut lines: Vec<&str> = lines.collect();
                lines.sort_unstable();
                lines.join(" ")
            })
            .collect();
        tasks.sort();
        tasks
    }
}

const DONE: &[(&str, &str)] = &[("task:Status", "<t:Status>Completed</t:Status>")];

#[tokio::test]
async fn a_task_completed_in_exchange_comes_again_here() {
    let scene = Scene::with_task("DUE;VALUE=DATE:20260105\r\nRRULE:FREQ=WEEKLY;BYDAY=MO\r\n").await;
    scene.change(DONE).await;
    scene.sync().await;
    assert_eq!(
        scene.tasks(),
        [
            "DUE;VALUE=DATE:20260105 STATUS:COMPLETED",
            "DUE;VALUE=DATE:20260112 RRULE:FREQ=WEEKLY;BYDAY=MO",
        ]
    );
    scene.rests_of_tasks().await;
}

#[tokio::test]
async fn a_task_completed_here_comes_again() {
    let scene = Scene::with_task("DUE;VALUE=DATE:20260105\r\nRRULE:FREQ=WEEKLY;BYDAY=MO\r\n").await;
    scene.edit("SUMMARY:T\r\n", "SUMMARY:T\r\nSTATUS:COMPLETED\r\n");
    scene.sync().await;
    scene.sync().await;
    let tasks = scene.tasks();
    assert_eq!(tasks.len(), 2, "{tasks:?}");
    assert_eq!(
        tasks[1],
        "DUE;VALUE=DATE:20260112 RRULE:FREQ=WEEKLY;BYDAY=MO"
    );
    assert!(
        tasks[0].starts_with("DUE;VALUE=DATE:20260105") && tasks[0].contains("STATUS:COMPLETED")
    );
    scene.rests_of_tasks().await;
}

/// What Nextcloud's Tasks does when one instance is completed: the same task, with later dates.
#[tokio::test]
async fn a_task_that_moves_on_here_moves_on_there() {
    let scene = Scene::with_task("DUE;VALUE=DATE:20260105\r\nRRULE:FREQ=WEEKLY;BYDAY=MO\r\n").await;
    scene.edit("DUE;VALUE=DATE:20260105", "DUE;VALUE=DATE:20260112");
    scene.sync().await;
    scene.rests_of_tasks().await;
    let elsewhere = Collection::default();
    scene.sync_of(&elsewhere).await;
    let text = text_of(&elsewhere);
    assert!(text.contains("DUE;VALUE=DATE:20260112\r\n"), "{text}");
    assert!(text.contains("RRULE:FREQ=WEEKLY;BYDAY=MO\r\n"), "{text}");
}

#[tokio::test]
async fn a_rule_for_tasks_that_exchange_lacks_survives_edits_on_both_sides() {
    for rule in [
        "RRULE:FREQ=MONTHLY;BYMONTHDAY=5,20",
        "X-EXCHANGE-REGENERATION:FREQ=DAILY;INTERVAL=3",
    ] {
        let scene = Scene::with_task(&format!("DUE;VALUE=DATE:20260105\r\n{rule}\r\n")).await;
        scene.edit("DUE;VALUE=DATE:20260105", "DUE;VALUE=DATE:20260120");
        scene.sync().await;
        scene.rests_of_tasks().await;
        scene
            .change(&[(
                "task:DueDate",
                "<t:DueDate>2026-02-05T00:00:00Z</t:DueDate>",
            )])
            .await;
        scene.sync().await;
        scene.rests_of_tasks().await;
        assert_eq!(scene.tasks(), [format!("DUE;VALUE=DATE:20260205 {rule}")]);
        let elsewhere = Collection::default();
        scene.sync_of(&elsewhere).await;
        assert!(text_of(&elsewhere).contains(rule));
    }
}

/// DTSTART, the RECURRENCE-ID of a later occurrence, and that moved by two hours (or made two days long): summer time
/// begins or ends in between.
const CLOCKS: [[&str; 3]; 4] = [
    [
        "TZID=Europe/Vienna:20260325T090000",
        "TZID=Europe/Vienna:20260331T090000",
        "TZID=Europe/Vienna:20260331T110000",
    ],
    [
        "TZID=Australia/Sydney:20260401T213000",
        "TZID=Australia/Sydney:20260407T213000",
        "TZID=Australia/Sydney:20260407T233000",
    ],
    [
        "TZID=America/Sao_Paulo:20180101T000000",
        "TZID=America/Sao_Paulo:20181108T000000",
        "TZID=America/Sao_Paulo:20181108T020000",
    ],
    [
        "VALUE=DATE:20260325",
        "VALUE=DATE:20260331",
        "VALUE=DATE:20260331",
    ],
];

/// Each with the lines of one changed occurrence that differ from its series.
const CHANGES: [&str; 8] = [
    "",
    "SUMMARY:Other\r\n",
    "SUMMARY:S\r\nDESCRIPTION:Only today\\nreally\r\n",
    "SUMMARY:S\r\nLOCATION:Garden\r\n",
    "SUMMARY:S\r\nCATEGORIES:Blue,Red\r\n",
    "SUMMARY:S\r\nTRANSP:TRANSPARENT\r\n",
    "SUMMARY:S\r\nPRIORITY:1\r\nCLASS:PRIVATE\r\n",
    "SUMMARY:S\r\nBEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:Reminder\r\nTRIGGER:-PT45M\r\nEND:VALARM\r\n",
];

fn changed_series([start, original, moved]: [&str; 3], change: &str, is_moved: bool) -> String {
    let head = "BEGIN:VEVENT\r\nUID:e@example.org\r\nDTSTAMP:20260101T000000Z\r\n";
    let now = if is_moved { moved } else { original };
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//EN\r\n{head}DTSTART;{start}\r\nSUMMARY:S\r\nLOCATION:Room\r\nCATEGORIES:Red\r\nRRULE:FREQ=DAILY;COUNT=400\r\nEND:VEVENT\r\n{head}RECURRENCE-ID;{original}\r\nDTSTART;{now}\r\n{change}END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
}

/// The lines of the changed occurrence, in order, without those that keep the file's books.
fn exception(text: &str) -> Vec<String> {
    let text = text.replace("\r\n ", "");
    let mut parts = text.split("BEGIN:VEVENT\r\n").skip(1);
    let part = parts
        .find(|part| part.contains("RECURRENCE-ID"))
        .unwrap_or("");
    let kept = |line: &&str| {
        let books = ["UID", "DTSTAMP", "DTEND", "END:VCALENDAR", "PRODID"];
        !books.iter().any(|name| line.starts_with(name))
    };
    let mut lines: Vec<String> = part.lines().filter(kept).map(str::to_owned).collect();
    lines.sort();
    lines
}

#[tokio::test]
async fn changed_occurrences_go_there_and_to_another_account_and_rest() {
    for clock in CLOCKS {
        for (change, is_moved) in CHANGES
            .iter()
            .flat_map(|change| [(*change, false), (*change, true)])
        {
            let scene = Scene::new(Kind::Event).await;
            let text = changed_series(clock, change, is_moved);
            scene.put(&text);
            assert_eq!(scene.sync().await.remote_created, 1, "{text}");
            scene.rests().await;
            assert_eq!(scene.file(), text);
            let there = scene.elsewhere().await;
            assert_eq!(exception(&there), exception(&text), "{there}");
        }
    }
}

#[tokio::test]
async fn an_occurrence_is_changed_in_exchange_and_becomes_regular_again_here() {
    let changes: [(&str, &str, &str); 6] = [
        (
            "item:Subject",
            "<t:Subject>Other</t:Subject>",
            "SUMMARY:Other",
        ),
        (
            "item:Body",
            "<t:Body BodyType=\"Text\">Today</t:Body>",
            "DESCRIPTION:Today",
        ),
        (
            "calendar:Location",
            "<t:Location>Garden</t:Location>",
            "LOCATION:Garden",
        ),
        (
            "item:Categories",
            "<t:Categories><t:String>Blue</t:String></t:Categories>",
            "CATEGORIES:Blue",
        ),
        (
            "calendar:LegacyFreeBusyStatus",
            "<t:LegacyFreeBusyStatus>Free</t:LegacyFreeBusyStatus>",
            "TRANSP:TRANSPARENT",
        ),
        (
            "calendar:Start",
            "<t:Start>2026-01-07T07:00:00Z</t:Start>",
            "DTSTART;TZID=Europe/Vienna:20260107T080000",
        ),
    ];
    for (path, value, line) in changes {
        let scene = Scene::with("RRULE:FREQ=DAILY;COUNT=9\r\n").await;
        scene.change_occurrence(3, &[(path, value)]).await;
        scene.sync().await;
        let file = scene.file();
        assert!(
            exception(&file).iter().any(|found| found == line),
            "{line} in {file}"
        );
        assert_eq!(file.matches("BEGIN:VEVENT").count(), 2, "{file}");
        scene.rests().await;
        // The person takes the change back here.
        let at = file.rfind("BEGIN:VEVENT").unwrap();
        let end = file.rfind("END:VCALENDAR").unwrap();
        let taken_back = file[at..end].to_owned();
        scene.edit(&taken_back, "");
        scene.sync().await;
        scene.rests().await;
        let there = scene.elsewhere().await;
        assert_eq!(there.matches("BEGIN:VEVENT").count(), 1, "{there}");
        assert_eq!(scene.shown("2026-01-01", "2026-02-01").await.len(), 9);
    }
}

/// Exchange forgets changed occurrences when their series is moved; what a person changes here is told again.
#[tokio::test]
async fn changed_occurrences_are_told_again_when_the_series_moves_here() {
    let scene =
        Scene::with("RRULE:FREQ=DAILY;COUNT=9\r\nEXDATE;TZID=Europe/Vienna:20260106T090000\r\n")
            .await;
    scene
        .change_occurrence(4, &[("item:Subject", "<t:Subject>Other</t:Subject>")])
        .await;
    scene.sync().await;
    let moved = scene
        .file()
        .replace("T090000", "T120000")
        .replace("T100000", "T130000");
    scene.edit(&scene.file(), &moved);
    scene.sync().await;
    scene.rests().await;
    let there = scene.elsewhere().await;
    assert!(
        there.contains("EXDATE;TZID=Europe/Vienna:20260106T120000"),
        "{there}"
    );
    assert!(
        there.contains("RECURRENCE-ID;TZID=Europe/Vienna:20260108T120000"),
        "{there}"
    );
    assert!(there.contains("SUMMARY:Other"), "{there}");
    assert_eq!(scene.shown("2026-01-01", "2026-02-01").await.len(), 8);
}

/// Invited to some occurrences of a series only: they are one item, and each keeps what is its own.
#[tokio::test]
async fn several_occurrences_without_their_series_go_there_and_follow() {
    let scene = Scene::new(Kind::Event).await;
    let part = |day: u32, lines: &str| {
        format!(
            "BEGIN:VEVENT\r\nUID:e@example.org\r\nDTSTAMP:20260101T000000Z\r\nRECURRENCE-ID;TZID=Europe/Vienna:202601{day}T090000\r\nDTSTART;TZID=Europe/Vienna:202601{day}T090000\r\nDTEND;TZID=Europe/Vienna:202601{day}T100000\r\n{lines}END:VEVENT\r\n"
        )
    };
    let text = format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//EN\r\n{}{}{}END:VCALENDAR\r\n",
        part(12, "SUMMARY:S\r\n"),
        part(19, "SUMMARY:Other\r\n"),
        part(27, "SUMMARY:S\r\nLOCATION:Hall\r\n"),
    );
    scene.put(&text);
    assert_eq!(scene.sync().await.remote_created, 1);
    scene.rests().await;
    assert_eq!(scene.file(), text);
    let days = ["2026-01-12T08:00", "2026-01-19T08:00", "2026-01-27T08:00"];
    assert_eq!(scene.shown("2026-01-01", "2026-03-01").await, days);
    let index = scene.index_of("2026-01-19");
    scene
        .change_occurrence(index, &[("item:Subject", "<t:Subject>Third</t:Subject>")])
        .await;
    scene.sync().await;
    let file = scene.file();
    let lines = file.split_inclusive('\n');
    let undated: String = lines
        .filter(|line| !line.starts_with("LAST-MODIFIED:"))
        .collect();
    assert_eq!(undated, text.replace("Other", "Third"));
    scene.rests().await;
    let index = scene.index_of("2026-01-27");
    scene.delete_occurrence(index).await;
    scene.sync().await;
    assert_eq!(scene.file().matches("BEGIN:VEVENT").count(), 2);
    scene.rests().await;
    scene.edit("SUMMARY:S", "SUMMARY:First");
    scene.sync().await;
    scene.rests().await;
    assert_eq!(scene.shown("2026-01-01", "2026-03-01").await, days[..2]);
}

/// Programs write occurrences that differ in nothing. They stay, and follow their series.
#[tokio::test]
async fn an_occurrence_that_differs_in_nothing_rests_and_follows() {
    let scene = Scene::with("RRULE:FREQ=DAILY;COUNT=9\r\n").await;
    let other = "BEGIN:VEVENT\r\nUID:e@example.org\r\nDTSTAMP:20260101T000000Z\r\nRECURRENCE-ID;TZID=Europe/Vienna:20260107T090000\r\nDTSTART;TZID=Europe/Vienna:20260107T090000\r\nDTEND;TZID=Europe/Vienna:20260107T100000\r\nSUMMARY:S\r\nEND:VEVENT\r\nEND:VCALENDAR";
    scene.edit("END:VCALENDAR", other);
    scene.rests().await;
    scene
        .change(&[("item:Subject", "<t:Subject>T</t:Subject>")])
        .await;
    scene.sync().await;
    assert_eq!(
        scene.file().matches("SUMMARY:T\r\n").count(),
        2,
        "{}",
        scene.file()
    );
    scene.rests().await;
    scene
        .change(&[
            ("calendar:Start", "<t:Start>2026-01-05T10:00:00Z</t:Start>"),
            ("calendar:End", "<t:End>2026-01-05T11:00:00Z</t:End>"),
        ])
        .await;
    scene.sync().await;
    assert_eq!(
        scene.file().matches("BEGIN:VEVENT").count(),
        1,
        "{}",
        scene.file()
    );
    scene.rests().await;
}

/// A file with a change of the third day and all after it: later, longer, under another name.
fn with_range(rule: &str, further: &str) -> String {
    let head = "BEGIN:VEVENT\r\nUID:e@example.org\r\nDTSTAMP:20260101T000000Z\r\n";
    let zone = "TZID=Europe/Vienna";
    let change = format!(
        "{head}RECURRENCE-ID;RANGE=THISANDFUTURE;{zone}:20260119T090000\r\nDTSTART;{zone}:20260119T110000\r\nDTEND;{zone}:20260119T123000\r\nSUMMARY:Later\r\nX-EXAMPLE:kept\r\nEND:VEVENT\r\n"
    );
    event(&format!("{rule}\r\nLOCATION:Room\r\n"))
        .replace("END:VCALENDAR", &format!("{change}{further}END:VCALENDAR"))
}

#[tokio::test]
async fn a_change_of_this_and_following_is_shown_and_stays_one_component() {
    let scene = Scene::new(Kind::Event).await;
    let single = "BEGIN:VEVENT\r\nUID:e@example.org\r\nDTSTAMP:20260101T000000Z\r\nRECURRENCE-ID;TZID=Europe/Vienna:20260126T090000\r\nDTSTART;TZID=Europe/Vienna:20260126T080000\r\nDTEND;TZID=Europe/Vienna:20260126T090000\r\nSUMMARY:Early\r\nEND:VEVENT\r\n";
    let text = with_range("RRULE:FREQ=WEEKLY;COUNT=14", single);
    scene.put(&text);
    assert_eq!(scene.sync().await.remote_created, 1);
    scene.rests().await;
    assert_eq!(scene.file(), text);
    let shown = scene.shown("2026-01-01", "2027-01-01").await;
    assert_eq!(shown.len(), 14);
    assert_eq!(
        shown[..5],
        [
            "2026-01-05T08:00",
            "2026-01-12T08:00",
            "2026-01-19T10:00",
            "2026-01-26T07:00",
            "2026-02-02T10:00",
        ]
    );
    // Summer time: the same time on the wall.
    assert_eq!(shown[12..], ["2026-03-30T09:00", "2026-04-06T09:00"]);

    // One that is changed in Exchange gets a component of its own, be it the first of them or a later one.
    for (index, subject) in [(3, "First"), (6, "Sixth")] {
        let subject = format!("<t:Subject>{subject}</t:Subject>");
        scene
            .change_occurrence(index, &[("item:Subject", &subject)])
            .await;
    }
    scene.delete_occurrence(7).await;
    scene.sync().await;
    let file = scene.file();
    assert_eq!(file.matches("BEGIN:VEVENT").count(), 5, "{file}");
    assert_eq!(file.matches("RANGE=THISANDFUTURE").count(), 1, "{file}");
    assert_eq!(file.matches("X-EXAMPLE:kept").count(), 3, "{file}");
    assert!(file.contains("SUMMARY:Later\r\n"), "{file}");
    for (day, subject) in [("20260119", "First"), ("20260209", "Sixth")] {
        let own = file
            .split("BEGIN:VEVENT\r\n")
            .find(|part| part.contains(&format!("RECURRENCE-ID;TZID=Europe/Vienna:{day}T090000")))
            .unwrap();
        for line in [
            format!("SUMMARY:{subject}\r\n"),
            format!("DTSTART;TZID=Europe/Vienna:{day}T110000\r\n"),
            format!("DTEND;TZID=Europe/Vienna:{day}T123000\r\n"),
        ] {
            assert!(own.contains(&line), "{line} in {own}");
        }
    }
    assert!(
        file.contains("EXDATE;TZID=Europe/Vienna:20260216T090000"),
        "{file}"
    );
    scene.rests().await;
    assert_eq!(scene.shown("2026-01-01", "2027-01-01").await.len(), 13);

    // What the series says of all of them, they follow; what they have changed themselves stays.
    scene
        .change(&[
            ("item:Subject", "<t:Subject>T</t:Subject>"),
            ("item:Importance", "<t:Importance>High</t:Importance>"),
        ])
        .await;
    scene.sync().await;
    let file = scene.file();
    assert_eq!(file.matches("BEGIN:VEVENT").count(), 5, "{file}");
    assert_eq!(file.matches("SUMMARY:T\r\n").count(), 1, "{file}");
    assert_eq!(file.matches("SUMMARY:Later\r\n").count(), 1, "{file}");
    assert_eq!(file.matches("PRIORITY:1\r\n").count(), 5, "{file}");
    scene.rests().await;
}

#[tokio::test]
async fn a_change_of_this_and_following_is_made_changed_and_taken_back_here() {
    let scene = Scene::with("RRULE:FREQ=WEEKLY;COUNT=6\r\n").await;
    let plain = scene.file();
    scene.put(&with_range("RRULE:FREQ=WEEKLY;COUNT=6", ""));
    scene.sync().await;
    scene.rests().await;
    let shown = scene.shown("2026-01-01", "2027-01-01").await;
    let later = |shown: &[String]| {
        let later = shown.iter().filter(|start| start.ends_with("T10:00"));
        later.count()
    };
    assert_eq!((shown.len(), later(&shown)), (6, 4));
    scene.edit("SUMMARY:Later", "SUMMARY:Much later");
    scene.sync().await;
    scene.rests().await;
    let there = scene.elsewhere().await;
    assert_eq!(
        there.matches("SUMMARY:Much later\r\n").count(),
        4,
        "{there}"
    );
    scene.put(&plain);
    scene.sync().await;
    scene.rests().await;
    let shown = scene.shown("2026-01-01", "2027-01-01").await;
    assert_eq!((shown.len(), later(&shown)), (6, 0));
}

/// Exchange forgets every changed occurrence of a series that is moved.
#[tokio::test]
async fn a_series_with_a_range_that_is_moved_in_exchange_has_none_any_more() {
    let scene = Scene::new(Kind::Event).await;
    scene.put(&with_range("RRULE:FREQ=WEEKLY;COUNT=6", ""));
    scene.sync().await;
    scene
        .change(&[
            ("calendar:Start", "<t:Start>2026-01-05T06:00:00Z</t:Start>"),
            ("calendar:End", "<t:End>2026-01-05T07:00:00Z</t:End>"),
        ])
        .await;
    scene.sync().await;
    let file = scene.file();
    assert_eq!(file.matches("BEGIN:VEVENT").count(), 1, "{file}");
    assert!(
        file.contains("DTSTART;TZID=Europe/Vienna:20260105T070000"),
        "{file}"
    );
    scene.rests().await;
    let shown = scene.shown("2026-01-01", "2027-01-01").await;
    assert!(
        shown.iter().all(|start| start.ends_with("T06:00")),
        "{shown:?}"
    );
}

/// Without an end it is shown as far ahead as any rule, and further when the item is looked at in a later year.
#[tokio::test]
async fn a_range_without_an_end_goes_on_with_the_years() {
    let mut scene = Scene::new(Kind::Event).await;
    let text = with_range("RRULE:FREQ=WEEKLY;INTERVAL=2", "");
    scene.put(&text);
    scene.sync().await;
    scene.rests().await;
    let later = |shown: Vec<String>| {
        assert!(shown.len() >= 26, "{shown:?}");
        let regular = |start: &String| start.ends_with("T08:00") || start.ends_with("T07:00");
        !shown.iter().any(regular)
    };
    assert!(later(scene.shown("2031-01-01", "2032-01-01").await));
    assert!(!later(scene.shown("2032-01-01", "2033-01-01").await));
    scene.year = 2027;
    assert_eq!(scene.sync().await.remote_updated, 1);
    assert_eq!(scene.file(), text);
    assert!(later(scene.shown("2032-01-01", "2033-01-01").await));
    scene.rests().await;
    scene.year = 2028;
    let index = scene.index_of("2026-03-16");
    scene
        .change_occurrence(index, &[("item:Subject", "<t:Subject>March</t:Subject>")])
        .await;
    scene.sync().await;
    let file = scene.file();
    let dated = |line: &&str| line.starts_with("LAST-MODIFIED:");
    let file: String = file
        .split_inclusive('\n')
        .filter(|line| !dated(line))
        .collect();
    assert_eq!(file.matches("BEGIN:VEVENT").count(), 3, "{file}");
    assert!(
        file.contains(
            &text[text.rfind("BEGIN:VEVENT").unwrap()..text.rfind("END:VCALENDAR").unwrap()]
        ),
        "{file}"
    );
    assert!(later(scene.shown("2033-01-01", "2034-01-01").await));
    scene.rests().await;
}

/// What Nextcloud's calendar makes of “this and all future”: the old series ends, and a new object goes on.
#[tokio::test]
async fn a_series_that_is_cut_in_two_here_is_two_series_there() {
    let changed = |uid: &str, day: &str, hour: &str, subject: &str| {
        format!(
            "BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20260101T000000Z\r\nRECURRENCE-ID;TZID=Europe/Vienna:{day}T{hour}0000\r\nDTSTART;TZID=Europe/Vienna:{day}T{hour}3000\r\nDTEND;TZID=Europe/Vienna:{day}T{hour}4500\r\nSUMMARY:{subject}\r\nEND:VEVENT\r\nEND:VCALENDAR"
        )
    };
    let scene = Scene::new(Kind::Event).await;
    let whole = event("RRULE:FREQ=WEEKLY\r\nEXDATE;TZID=Europe/Vienna:20260119T090000\r\n")
        .replace(
            "END:VCALENDAR",
            &changed("e@example.org", "20260112", "09", "Before").replace(
                "END:VCALENDAR",
                &changed("e@example.org", "20260209", "09", "After"),
            ),
        );
    scene.put(&whole);
    scene.sync().await;
    scene.rests().await;
    // The cut is before the 2nd of February; what was changed behind it goes with the new series, at its new time.
    let old = event(
        "RRULE:FREQ=WEEKLY;UNTIL=20260202T075959Z\r\nEXDATE;TZID=Europe/Vienna:20260119T090000\r\n",
    )
    .replace(
        "END:VCALENDAR",
        &changed("e@example.org", "20260112", "09", "Before"),
    );
    let new = event("RRULE:FREQ=WEEKLY\r\nEXDATE;TZID=Europe/Vienna:20260216T110000\r\n")
        .replace("20260105T09", "20260202T11")
        .replace("20260105T10", "20260202T12")
        .replace("SUMMARY:S", "SUMMARY:New")
        .replace("e@example.org", "f@example.org")
        .replace(
            "END:VCALENDAR",
            &changed("f@example.org", "20260209", "11", "After"),
        );
    {
        let mut state = scene.here.0.lock().unwrap();
        state.put("a.ics", &old);
        state.put("b.ics", &new);
    }
    let report = scene.sync().await;
    assert_eq!((report.remote_created, report.remote_updated), (1, 1));
    assert_eq!(
        scene.shown("2026-01-01", "2026-03-01").await,
        [
            "2026-01-05T08:00",
            "2026-01-12T08:30",
            "2026-01-26T08:00",
            "2026-02-02T10:00",
            "2026-02-09T10:30",
            "2026-02-23T10:00",
        ]
    );
    let files = |collection: &Collection| -> Vec<String> {
        let state = collection.0.lock().unwrap();
        state
            .objects
            .values()
            .map(|object| object.0.clone())
            .collect()
    };
    assert_eq!(files(&scene.here), [old, new]);
    for _ in 0..2 {
        let report = scene.sync().await;
        let moved = [
            report.local_created,
            report.local_updated,
            report.local_deleted,
            report.remote_created,
            report.remote_updated,
            report.remote_deleted,
        ];
        assert_eq!(moved, [0; 6], "{report:?}");
    }
    assert_eq!(scene.standin.violations(), Vec::<String>::new());
    let there = Collection::default();
    scene.sync_of(&there).await;
    let mut there = files(&there);
    there.sort_by_key(|file| file.contains("SUMMARY:New"));
    for (file, day, subject) in [
        (&there[0], "20260112T090000", "Before"),
        (&there[1], "20260209T110000", "After"),
    ] {
        assert_eq!(file.matches("BEGIN:VEVENT").count(), 2, "{file}");
        assert!(
            file.contains(&format!("RECURRENCE-ID;TZID=Europe/Vienna:{day}\r\n")),
            "{file}"
        );
        assert!(file.contains(&format!("SUMMARY:{subject}\r\n")), "{file}");
        assert_eq!(file.matches("EXDATE").count(), 1, "{file}");
    }
}
