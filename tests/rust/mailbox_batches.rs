//! How a mailbox divides requests, repeats them, and isolates the item that spoils one.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may fail"
)]

mod script;

use chrono_tz::Europe::Berlin;
use exchange_core::client::{Clients, Options};
use exchange_core::engine::{Mailbox as _, RemoteRef};
use exchange_core::error::{ErrorKind, Result};
use exchange_core::mailbox::EwsMailbox;
use exchange_core::mapping::Context;
use exchange_core::model::Kind;
use script::{Reply, Script, Seen, fault, messages};
use std::time::Duration;

fn mailbox(script: &Script) -> EwsMailbox {
    let options = Options {
        back_off: Duration::from_millis(20),
        ..Options::new(script.url(), "anna@example.org", "secret")
    };
    EwsMailbox::new(
        Clients::default().get(&options).unwrap(),
        Context::new(Berlin, chrono::NaiveDate::from_ymd_opt(2026, 1, 1).unwrap()),
    )
}

fn items(count: usize) -> Vec<RemoteRef> {
    (0..count)
        .map(|number| RemoteRef {
            id: format!("i{number}"),
            version: "v".to_owned(),
        })
        .collect()
}

/// Answers each item of a request by its id.
fn each(seen: &Seen, code: impl Fn(&str) -> &'static str) -> Reply {
    let ids = seen.ids();
    let all: Vec<(&str, &str)> = ids.iter().map(|id| (code(id), "")).collect();
    messages(&seen.operation, &all)
}

async fn delete(script: &Script, count: usize) -> Vec<Result<()>> {
    let results = mailbox(script).delete(Kind::Task, &items(count)).await;
    assert_eq!(results.len(), count, "one answer for each item");
    results
}

fn sizes(script: &Script) -> Vec<usize> {
    script.seen().iter().map(|seen| seen.ids().len()).collect()
}

#[tokio::test]
async fn many_items_take_few_calls() {
    let script = Script::start(|seen| each(seen, |_| "NoError")).await;
    assert!(delete(&script, 250).await.iter().all(Result::is_ok));
    assert_eq!(sizes(&script), [100, 100, 50]);
}

#[tokio::test]
async fn nothing_takes_no_call() {
    let script = Script::start(|seen| each(seen, |_| "NoError")).await;
    assert!(delete(&script, 0).await.is_empty());
    assert_eq!(script.count(), 0);
}

#[tokio::test]
async fn a_batch_that_takes_too_long_is_halved_and_stays_so() {
    for whole in [true, false] {
        let script = Script::start(move |seen| match (seen.ids().len(), whole) {
            (31.., true) => fault("ErrorTimeoutExpired", ""),
            (31.., false) => each(seen, |id| {
                if id < "i2" {
                    "NoError"
                } else {
                    "ErrorTimeoutExpired"
                }
            }),
            _ => each(seen, |_| "NoError"),
        })
        .await;
        let results = delete(&script, 200).await;
        assert!(results.iter().all(Result::is_ok), "{results:?}");
        let sizes = sizes(&script);
        assert!(
            sizes.iter().filter(|size| **size > 30).count() <= 3,
            "{sizes:?}"
        );
        assert!(sizes.len() <= 15, "{sizes:?}");
    }
}

#[tokio::test]
async fn batches_grow_again_once_the_server_bears_more() {
    let script = Script::start(|seen| match (seen.number, seen.ids().len()) {
        (..10, 31..) => fault("ErrorTimeoutExpired", ""),
        _ => each(seen, |_| "NoError"),
    })
    .await;
    let mailbox = mailbox(&script);
    let results = mailbox.delete(Kind::Task, &items(4_000)).await;
    assert!(results.iter().all(Result::is_ok), "{results:?}");
    assert_eq!(sizes(&script)[..3], [100, 50, 25]);
    // What was learned is there for the next cycle.
    mailbox.delete(Kind::Task, &items(100)).await;
    assert_eq!(sizes(&script).last(), Some(&100));
}

#[tokio::test]
async fn a_page_that_takes_too_long_is_asked_for_in_smaller_ones() {
    const END: &str =
        "<m:SyncState>s1</m:SyncState><m:IncludesLastItemInRange>true</m:IncludesLastItemInRange>";
    let most = |seen: &Seen| -> usize {
        let most = seen.body.child_text("MaxChangesReturned").unwrap();
        most.parse().unwrap()
    };
    for whole in [true, false] {
        let script = Script::start(move |seen| match (most(seen), whole) {
            (200.., true) => fault("ErrorTimeoutExpired", ""),
            (200.., false) => messages(&seen.operation, &[("ErrorTimeoutExpired", "")]),
            _ => messages(&seen.operation, &[("NoError", END)]),
        })
        .await;
        mailbox(&script).changes("f", None).await.unwrap();
        let asked: Vec<usize> = script.seen().iter().map(most).collect();
        assert_eq!(asked, [512, 256, 128]);
    }
    let script = Script::start(|_| fault("ErrorTimeoutExpired", "")).await;
    let error = mailbox(&script).changes("f", None).await.unwrap_err();
    assert_eq!((error.kind(), script.count()), (ErrorKind::Temporary, 10));
}

#[tokio::test]
async fn one_poisoned_item_is_isolated() {
    let poisoned = |seen: &Seen| seen.ids().iter().any(|id| id == "i77");
    for code in [
        "ErrorInternalServerError",
        "ErrorSchemaValidation",
        "ErrorCorruptData",
    ] {
        let script = Script::start(move |seen| {
            if poisoned(seen) {
                fault(code, "")
            } else {
                each(seen, |_| "NoError")
            }
        })
        .await;
        for (place, result) in delete(&script, 120).await.into_iter().enumerate() {
            match place {
                77 => assert_eq!(result.unwrap_err().kind(), ErrorKind::Item, "{code}"),
                _ => assert!(result.is_ok(), "{code} {place}: {result:?}"),
            }
        }
        assert!(script.count() <= 20, "{code}: {}", script.count());
    }
}

#[tokio::test]
async fn the_only_item_is_tried_once_more() {
    for (failures, works) in [(1, true), (9, false)] {
        let script = Script::start(move |seen| {
            let fails = seen.number < failures;
            each(seen, |_| {
                if fails {
                    "ErrorInternalServerError"
                } else {
                    "NoError"
                }
            })
        })
        .await;
        let result = delete(&script, 1).await.remove(0);
        assert_eq!((result.is_ok(), script.count()), (works, 2), "{result:?}");
    }
}

#[tokio::test]
async fn one_refused_item_costs_no_further_call() {
    let script = Script::start(|seen| {
        each(seen, |id| match id {
            "i3" => "ErrorIrresolvableConflict",
            "i4" => "ErrorItemNotFound",
            "i5" => "ErrorItemSave",
            _ => "NoError",
        })
    })
    .await;
    let results = delete(&script, 10).await;
    assert_eq!(results[3].as_ref().unwrap_err().kind(), ErrorKind::Conflict);
    assert!(results[4].is_ok(), "what is gone counts as deleted");
    let refused = results[5].as_ref().unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Item);
    assert!(
        refused.message().contains("Words of the server.")
            && refused.message().contains("ErrorItemSave")
    );
    assert_eq!(script.count(), 1);
}

#[tokio::test]
async fn one_private_item_does_not_stop_the_others() {
    let script = Script::start(|seen| {
        each(seen, |id| {
            if id == "i0" {
                "ErrorAccessDenied"
            } else {
                "NoError"
            }
        })
    })
    .await;
    for count in [1, 5] {
        let results = delete(&script, count).await;
        assert_eq!(results[0].as_ref().unwrap_err().kind(), ErrorKind::Item);
        assert!(results[1..].iter().all(Result::is_ok));
    }
    let script = Script::start(|seen| each(seen, |_| "ErrorAccessDenied")).await;
    for result in delete(&script, 5).await {
        assert_eq!(result.unwrap_err().kind(), ErrorKind::Denied);
    }
}

#[tokio::test]
async fn a_server_that_is_ill_sets_no_item_aside() {
    for reply in [
        |_: &Seen| fault("ErrorInternalServerError", ""),
        |seen: &Seen| each(seen, |_| "ErrorADUnavailable"),
    ] {
        let script = Script::start(reply).await;
        for result in delete(&script, 1000).await {
            assert_eq!(result.unwrap_err().kind(), ErrorKind::Temporary);
        }
        assert!(
            script.count() <= 12,
            "an ill server is not hammered: {}",
            script.count()
        );
    }
}

#[tokio::test]
async fn what_the_server_did_not_come_to_is_asked_again() {
    // The third form leaves the rest out of the answer altogether.
    for form in 0..3 {
        let script = Script::start(move |seen| {
            let ids = seen.ids();
            let all: Vec<(&str, &str)> = ids
                .iter()
                .enumerate()
                .map(|(place, _)| match (place < 40, form) {
                    (true, _) => ("NoError", ""),
                    (_, 0) => ("ErrorBatchProcessingStopped", ""),
                    (..) => ("ErrorServerBusy", ""),
                })
                .collect();
            let shown = if form == 2 {
                all.len().min(40)
            } else {
                all.len()
            };
            messages(&seen.operation, &all[..shown])
        })
        .await;
        assert!(delete(&script, 100).await.iter().all(Result::is_ok));
        assert_eq!(sizes(&script), [100, 60, 20]);
    }
}

#[tokio::test]
async fn a_server_that_never_comes_to_an_item_is_not_asked_for_ever() {
    let script = Script::start(|seen| {
        each(seen, |id| {
            if id == "i1" {
                "ErrorBatchProcessingStopped"
            } else {
                "NoError"
            }
        })
    })
    .await;
    let results = delete(&script, 3).await;
    assert_eq!(
        results[1].as_ref().unwrap_err().kind(),
        ErrorKind::Temporary
    );
    assert!(script.count() <= 6);
}

#[tokio::test]
async fn a_lost_answer_ends_the_request_and_keeps_what_was_answered() {
    let script = Script::start(|seen| {
        if seen.number == 1 {
            Reply::Hangup
        } else {
            each(seen, |_| "NoError")
        }
    })
    .await;
    let results = delete(&script, 250).await;
    assert!(results[..100].iter().all(Result::is_ok));
    assert!(
        results[100..]
            .iter()
            .all(|result| result.as_ref().unwrap_err().kind() == ErrorKind::Unreachable)
    );
    assert_eq!(script.count(), 2);
}

#[tokio::test]
async fn a_wrong_password_stops_at_once() {
    let script = Script::start(|_| Reply::Http("HTTP/1.1 401 Unauthorized\r\n", Vec::new())).await;
    for result in delete(&script, 250).await {
        assert_eq!(result.unwrap_err().kind(), ErrorKind::Credentials);
    }
    assert_eq!(script.count(), 1);
}

#[tokio::test]
async fn changes_come_page_by_page() {
    let script = Script::start(|seen| {
        let state = seen.body.child_text("SyncState").unwrap_or("none");
        let last = state == "s1";
        messages(
            &seen.operation,
            &[("NoError", &format!(
                "<m:SyncState>{}</m:SyncState><m:IncludesLastItemInRange>{last}</m:IncludesLastItemInRange><m:Changes>
                <t:Create><t:Task><t:ItemId Id='{state}' ChangeKey='k'/></t:Task></t:Create></m:Changes>",
                if last { "s2" } else { "s1" }
            ))],
        )
    })
    .await;
    let mailbox = mailbox(&script);
    let first = mailbox.changes("f", None).await.unwrap();
    assert_eq!(
        (
            first.cursor.as_str(),
            first.more,
            first.changed[0].id.as_str()
        ),
        ("s1", true, "none")
    );
    let second = mailbox.changes("f", Some("s1")).await.unwrap();
    assert_eq!(
        (
            second.cursor.as_str(),
            second.more,
            second.changed[0].id.as_str()
        ),
        ("s2", false, "s1")
    );
    assert_eq!(mailbox.calls(), 2);
}

#[tokio::test]
async fn listing_failures_say_what_to_do() {
    let stuck =
        "<m:SyncState>s1</m:SyncState><m:IncludesLastItemInRange>false</m:IncludesLastItemInRange>";
    for (code, content, kind) in [
        (
            "ErrorInvalidSyncStateData",
            "<m:SyncState/>",
            ErrorKind::Cursor,
        ),
        ("ErrorSyncFolderNotFound", "", ErrorKind::Gone),
        ("ErrorItemNotFound", "", ErrorKind::Gone),
        ("ErrorAccessDenied", "", ErrorKind::Denied),
        ("NoError", stuck, ErrorKind::Protocol),
        ("NoError", "<m:SyncState/>", ErrorKind::Protocol),
    ] {
        let script = Script::start(move |seen| messages(&seen.operation, &[(code, content)])).await;
        let error = mailbox(&script).changes("f", Some("s1")).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{code}: {error:?}");
    }
}

#[tokio::test]
async fn only_folders_of_a_person_are_listed() {
    let script = Script::start(|seen| {
        let folder = |id: &str, parent: &str, class: &str, more: &str| {
            format!(
                "<t:Folder><t:FolderId Id='{id}'/><t:ParentFolderId Id='{parent}'/><t:FolderClass>{class}</t:FolderClass>
                <t:DisplayName>N-{id}</t:DisplayName><t:TotalCount>7</t:TotalCount>{more}</t:Folder>"
            )
        };
        let one = |id: &str| format!("<m:Folders>{}</m:Folders>", folder(id, "root", "", ""));
        if seen.operation == "GetFolder" {
            let (cal, con, del) = (one("cal"), one("con"), one("del"));
            let all = [("NoError", cal.as_str()), ("ErrorFolderNotFound", ""), ("NoError", &con), ("NoError", &del)];
            return messages("GetFolder", &all);
        }
        // Beside the folders that people see there are none for shortcuts.
        if seen.body.attribute("Traversal") == Some("Shallow") {
            let none = "<m:RootFolder IncludesLastItemInRange='true'><t:Folders/></m:RootFolder>";
            return messages("FindFolder", &[("NoError", none)]);
        }
        let hidden = "<t:ExtendedProperty><t:ExtendedFieldURI PropertyTag='0x10f4' PropertyType='Boolean'/><t:Value>true</t:Value></t:ExtendedProperty>";
        let read_only = "<t:EffectiveRights><t:CreateContents>false</t:CreateContents></t:EffectiveRights>";
        let first_page = seen.body.child("IndexedPageFolderView").unwrap().attribute("Offset") == Some("0");
        let (folders, root) = if first_page {
            (
                [
                    folder("con", "root", "IPF.Contact", ""),
                    folder("cache", "con", "IPF.Contact.RecipientCache", ""),
                    folder("del", "root", "IPF.Note", ""),
                    folder("old", "del", "IPF.Appointment", ""),
                    folder("older", "old", "IPF.Appointment", ""),
                    folder("secret", "root", "IPF.Task", hidden),
                ]
                .concat(),
                "IndexedPagingOffset='6' IncludesLastItemInRange='false'",
            )
        } else {
            (
                [
                    folder("team", "cal", "IPF.Appointment", read_only),
                    folder("cal", "root", "IPF.Appointment", ""),
                    folder("inbox", "root", "IPF.Note", ""),
                ]
                .concat(),
                "IncludesLastItemInRange='true'",
            )
        };
        messages("FindFolder", &[("NoError", &format!("<m:RootFolder {root}><t:Folders>{folders}</t:Folders></m:RootFolder>"))])
    })
    .await;
    let folders = mailbox(&script).folders().await.unwrap();
    let shown: Vec<_> = folders
        .iter()
        .map(|folder| {
            (
                folder.id.as_str(),
                folder.kind,
                folder.path.join("/"),
                folder.default,
                folder.writable,
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            ("cal", Kind::Event, "N-cal".to_owned(), true, true),
            ("con", Kind::Contact, "N-con".to_owned(), true, true),
            ("team", Kind::Event, "N-cal/N-team".to_owned(), false, false),
        ]
    );
    assert_eq!((script.count(), folders[0].count), (4, Some(7)));
}

#[tokio::test]
async fn a_check_tells_the_servers_version() {
    let folder = "<m:Folders><t:Folder><t:FolderId Id='root'/></t:Folder></m:Folders>";
    let script = Script::start(move |seen| messages(&seen.operation, &[("NoError", folder)])).await;
    assert_eq!(
        mailbox(&script).check().await.unwrap().server,
        "15.2.2562.17"
    );
    let script =
        Script::start(|seen| messages(&seen.operation, &[("ErrorNonExistentMailbox", "")])).await;
    assert_eq!(
        mailbox(&script).check().await.unwrap_err().kind(),
        ErrorKind::Configuration
    );
}
