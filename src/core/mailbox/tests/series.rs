//! Occurrences of series that are changed and deleted.

use super::{create, folder, key, leaf, mailbox, standin, tree};
use crate::engine::Mailbox as _;
use crate::error::ErrorKind;
use crate::ews::{FieldPath, FolderId, NewItem};
use crate::mailbox::occurrences::{self, Series};
use crate::mapping::{Field, FieldChange, OccurrenceAction, OccurrenceChange};
use crate::model::{Kind, Occurrence};
use chrono::NaiveDate;
use exchange_standin::Standin;
use exchange_standin::item::Item;

/// Ten Mondays from 2 March 2026 at 9:00 UTC.
fn series(number: usize) -> NewItem {
    let weekly = tree(
        "Recurrence",
        vec![
            tree(
                "WeeklyRecurrence",
                vec![leaf("Interval", "1"), leaf("DaysOfWeek", "Monday")],
            ),
            tree(
                "NumberedRecurrence",
                vec![
                    leaf("StartDate", "2026-03-02"),
                    leaf("NumberOfOccurrences", "10"),
                ],
            ),
        ],
    );
    NewItem {
        content: vec![
            leaf("Subject", "Weekly"),
            key(&format!("k{number}")),
            leaf("Start", "2026-03-02T09:00:00Z"),
            leaf("End", "2026-03-02T10:00:00Z"),
            weekly,
        ],
        attachments: Vec::new(),
        group: false,
    }
}

fn at(index: u32, action: OccurrenceAction) -> OccurrenceChange {
    let day = NaiveDate::from_ymd_opt(2026, 3, 2).unwrap();
    OccurrenceChange {
        occurrence: Occurrence::Day(day),
        index,
        action,
    }
}

fn renamed(index: u32, subject: &str) -> OccurrenceChange {
    let field = Field {
        path: FieldPath::Field("item:Subject"),
        content: leaf("Subject", subject),
    };
    at(
        index,
        OccurrenceAction::Update(vec![FieldChange::Set(field)]),
    )
}

/// On another day of March 2026, from 9 to 10.
fn moved(index: u32, day: u32) -> OccurrenceChange {
    let set = |name: &str, hour: u32| {
        let time = format!("2026-03-{day:02}T{hour:02}:00:00Z");
        let path = if name == "Start" {
            "calendar:Start"
        } else {
            "calendar:End"
        };
        FieldChange::Set(Field {
            path: FieldPath::Field(path),
            content: leaf(name, &time),
        })
    };
    at(
        index,
        OccurrenceAction::Update(vec![set("Start", 9), set("End", 10)]),
    )
}

fn deleted(index: u32) -> OccurrenceChange {
    at(index, OccurrenceAction::Delete)
}

fn stored(standin: &Standin) -> Vec<Item> {
    standin.mailbox(|mailbox| {
        let folder = mailbox.distinguished("calendar").unwrap();
        mailbox.items_in(folder).cloned().collect()
    })
}

#[tokio::test]
async fn occurrences_of_many_series_are_written_in_rounds() {
    let standin = standin().await;
    let mailbox = mailbox(&standin);
    let new: Vec<NewItem> = (0..20).map(series).collect();
    let masters = create(&mailbox, Kind::Event, &new).await;
    standin.calls().reset();
    let all = masters
        .into_iter()
        .map(|master| {
            Series::new(
                master.unwrap(),
                vec![renamed(2, "b"), deleted(3), renamed(5, "e"), deleted(7)],
            )
        })
        .collect();
    let written = occurrences::write(&mailbox, all).await;
    // Deletions, the versions after them, and two rounds.
    assert_eq!(standin.calls().total(), 4, "{:?}", standin.calls().counts());
    for item in stored(&standin) {
        assert_eq!(item.deleted.iter().copied().collect::<Vec<_>>(), [3, 7]);
        assert_eq!(item.exceptions.keys().copied().collect::<Vec<_>>(), [2, 5]);
    }
    // The version that comes back is the last one: nothing is left to tell about these items.
    let FolderId::Id(calendar) = folder(&mailbox, Kind::Event).await else {
        unreachable!()
    };
    let mut listed: Vec<_> = mailbox.changes(&calendar, None).await.unwrap().changed;
    let mut known: Vec<_> = written.into_iter().map(|id| id.unwrap().into()).collect();
    let by_id = |a: &crate::engine::RemoteRef, b: &crate::engine::RemoteRef| a.id.cmp(&b.id);
    listed.sort_by(by_id);
    known.sort_by(by_id);
    assert_eq!(listed, known);
    assert_eq!(standin.mails_sent(), 0);
}

#[tokio::test]
async fn a_refused_occurrence_fails_its_own_series_only() {
    let standin = standin().await;
    let mailbox = mailbox(&standin);
    let masters = create(&mailbox, Kind::Event, &[series(0), series(1)]).await;
    let mut all = masters.into_iter().map(Result::unwrap);
    let bad = Series::new(
        all.next().unwrap(),
        vec![renamed(11, "beyond the end"), renamed(2, "never sent")],
    );
    let good = Series::new(all.next().unwrap(), vec![renamed(2, "b"), renamed(4, "d")]);
    let written = occurrences::write(&mailbox, vec![bad, good]).await;
    assert_eq!(written[0].as_ref().unwrap_err().kind(), ErrorKind::Item);
    assert!(written[1].is_ok());
    let exceptions: Vec<usize> = stored(&standin)
        .iter()
        .map(|item| item.exceptions.len())
        .collect();
    assert_eq!(exceptions, [0, 2]);
}

#[tokio::test]
async fn an_occurrence_that_is_deleted_already_counts_as_deleted() {
    let standin = standin().await;
    let mailbox = mailbox(&standin);
    let master = create(&mailbox, Kind::Event, &[series(0)])
        .await
        .remove(0)
        .unwrap();
    let once = occurrences::write(&mailbox, vec![Series::new(master, vec![deleted(3)])])
        .await
        .remove(0)
        .unwrap();
    let again = vec![Series::new(once, vec![deleted(3), renamed(4, "d")])];
    assert!(occurrences::write(&mailbox, again).await.remove(0).is_ok());
}

#[tokio::test]
async fn a_stale_series_is_not_changed() {
    let standin = standin().await;
    let mailbox = mailbox(&standin);
    let master = create(&mailbox, Kind::Event, &[series(0)])
        .await
        .remove(0)
        .unwrap();
    let change = || vec![Series::new(master.clone(), vec![renamed(2, "b")])];
    occurrences::write(&mailbox, change())
        .await
        .remove(0)
        .unwrap();
    let error = occurrences::write(&mailbox, change())
        .await
        .remove(0)
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
}

#[tokio::test]
async fn occurrences_that_make_room_for_each_other_are_moved() {
    let standin = standin().await;
    let mailbox = mailbox(&standin);
    let master = create(&mailbox, Kind::Event, &[series(0)])
        .await
        .remove(0)
        .unwrap();
    // The third (16 March) has to go before the second can take its place.
    let all = vec![Series::new(master, vec![moved(2, 16), moved(3, 18)])];
    let written = occurrences::write(&mailbox, all).await.remove(0);
    assert!(written.is_ok(), "{written:?}");
    assert_eq!(stored(&standin)[0].exceptions.len(), 2);
}

#[tokio::test]
async fn an_occurrence_that_has_no_room_fails_its_series() {
    let standin = standin().await;
    let mailbox = mailbox(&standin);
    let master = create(&mailbox, Kind::Event, &[series(0)])
        .await
        .remove(0)
        .unwrap();
    standin.calls().reset();
    let all = vec![Series::new(
        master,
        vec![moved(2, 16), renamed(5, "e"), renamed(6, "f")],
    )];
    let error = occurrences::write(&mailbox, all)
        .await
        .remove(0)
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Item);
    assert_eq!(standin.calls().count("UpdateItem"), 4);
}
