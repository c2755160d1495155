//! How many requests a mailbox and a server get at a time, and that a slow one holds back nobody else. All of it by counts.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may fail"
)]

mod script;

use exchange_core::client::{Client, Clients, Options};
use exchange_core::error::{ErrorKind, Result};
use exchange_core::ews::{DeleteItem, FolderId, ItemId, SyncFolderItems, SyncPage, Target};
use exchange_standin::Standin;
use exchange_standin::fault::{Fault, Kind};
use futures_util::future::join_all;
use script::{Reply, Script, Seen, fault, messages};
use std::time::Duration;
use tokio::task::JoinHandle;

fn options(url: &str, address: &str) -> Options {
    Options {
        back_off: Duration::from_millis(20),
        ..Options::new(url, address, "secret")
    }
}

fn sync() -> SyncFolderItems {
    SyncFolderItems {
        folder: FolderId::Distinguished("calendar"),
        state: None,
        mark: None,
        most: 512,
    }
}

/// Asks so many times at once.
async fn ask(client: &Client, times: usize) -> Vec<Result<SyncPage>> {
    let question = sync();
    join_all((0..times).map(|_| client.ask(&question))).await
}

fn asking(client: Client, times: usize) -> JoinHandle<Vec<Result<SyncPage>>> {
    tokio::spawn(async move { ask(&client, times).await })
}

fn good(seen: &Seen) -> Reply {
    const PAGE: &str =
        "<m:SyncState>s1</m:SyncState><m:IncludesLastItemInRange>true</m:IncludesLastItemInRange>";
    messages(&seen.operation, &[("NoError", PAGE)])
}

/// Waits until so many requests have come.
async fn until_seen(script: &Script, count: usize) {
    while script.count() < count {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

fn person(number: usize) -> String {
    format!("person{number}@example.org")
}

async fn standin(people: usize) -> Standin {
    (0..people)
        .fold(Standin::builder(), |builder, number| {
            builder.mailbox(&person(number), "secret")
        })
        .start()
        .await
        .unwrap()
}

#[tokio::test]
async fn a_mailbox_gets_three_requests_at_once() {
    let standin = standin(2).await;
    standin.faults().add(Fault::always(Kind::Slow { ms: 20 }));
    let clients = Clients::default();
    let one = clients.get(&options(&standin.url(), &person(0))).unwrap();
    let other = clients.get(&options(&standin.url(), &person(1))).unwrap();
    for results in [ask(&one, 1), ask(&other, 1)] {
        results.await.remove(0).unwrap();
    }
    let (first, second) = tokio::join!(ask(&one, 30), ask(&other, 30));
    assert!(first.iter().chain(&second).all(Result::is_ok));
    let calls = standin.calls();
    assert_eq!(calls.count("SyncFolderItems"), 62);
    let most = calls.most_at_once_by_mailbox();
    assert_eq!((most[&person(0)], most[&person(1)]), (3, 3));
}

#[tokio::test]
async fn a_server_gets_so_many_requests_at_once() {
    const PEOPLE: usize = 12;
    let standin = standin(PEOPLE).await;
    standin.faults().add(Fault::always(Kind::Slow { ms: 20 }));
    let clients = Clients::default();
    let everybody: Vec<Client> = (0..PEOPLE)
        .map(|number| {
            let options = Options {
                server_concurrency: 5,
                ..options(&standin.url(), &person(number))
            };
            clients.get(&options).unwrap()
        })
        .collect();
    let all = join_all(everybody.iter().map(|client| ask(client, 6))).await;
    assert!(all.iter().flatten().all(Result::is_ok));
    assert_eq!(standin.calls().count("SyncFolderItems"), PEOPLE * 6);
    assert_eq!(standin.calls().most_at_once(), 5);
}

/// The default of a server is larger than that of a mailbox, or one mailbox could fill it.
#[test]
fn a_mailbox_cannot_fill_its_server() {
    let options = options("https://mail.example.org", "anna@example.org");
    assert_eq!((options.concurrency, options.server_concurrency), (3, 32));
}

#[tokio::test]
async fn a_server_that_does_not_answer_holds_back_nobody_elses() {
    let silent = Script::start(|_| Reply::Silence).await;
    let quick = Script::start(good).await;
    let clients = Clients::default();
    let waiting: Vec<_> = (0..100)
        .map(|number| {
            let client = clients
                .get(&options(&silent.url(), &person(number)))
                .unwrap();
            asking(client, 4)
        })
        .collect();
    // One request of each mailbox finds out whether its password counts.
    until_seen(&silent, 32).await;
    for number in 0..50 {
        let client = clients
            .get(&options(&quick.url(), &person(number)))
            .unwrap();
        assert!(ask(&client, 4).await.iter().all(Result::is_ok));
    }
    assert_eq!((silent.count(), quick.count()), (32, 200));
    waiting.iter().for_each(JoinHandle::abort);
}

#[tokio::test]
async fn many_requests_of_one_mailbox_do_not_hold_back_another_on_its_server() {
    let script = Script::start(|seen| {
        if seen.header("x-anchormailbox") == Some("person0@example.org") && seen.number > 0 {
            Reply::Silence
        } else {
            good(seen)
        }
    })
    .await;
    let clients = Clients::default();
    let with = |number| Options {
        server_concurrency: 4,
        ..options(&script.url(), &person(number))
    };
    let busy = clients.get(&with(0)).unwrap();
    busy.ask(&sync()).await.unwrap();
    let waiting = asking(busy, 100);
    until_seen(&script, 4).await;
    let other = clients.get(&with(1)).unwrap();
    assert!(ask(&other, 20).await.iter().all(Result::is_ok));
    assert_eq!(script.count(), 1 + 3 + 20);
    waiting.abort();
}

#[tokio::test]
async fn a_mailbox_that_has_to_keep_away_takes_no_place_at_its_server() {
    let script = Script::start(|seen| {
        if seen.header("x-anchormailbox") == Some("person0@example.org") {
            fault(
                "ErrorServerBusy",
                r#"<t:Value Name="BackOffMilliseconds">60000</t:Value>"#,
            )
        } else {
            good(seen)
        }
    })
    .await;
    let clients = Clients::default();
    let with = |number| Options {
        server_concurrency: 1,
        patience: Duration::from_mins(5),
        ..options(&script.url(), &person(number))
    };
    let away = asking(clients.get(&with(0)).unwrap(), 5);
    until_seen(&script, 1).await;
    let other = clients.get(&with(1)).unwrap();
    assert!(ask(&other, 10).await.iter().all(Result::is_ok));
    assert_eq!(script.count(), 11);
    assert!(!away.is_finished());
    away.abort();
}

/// 503 says nothing of the mailbox: all of the server's are too many.
#[tokio::test]
async fn a_server_that_is_overloaded_gets_half_as_many_at_once_and_more_again_when_it_is_well() {
    const PEOPLE: usize = 20;
    let standin = standin(PEOPLE).await;
    let clients = Clients::default();
    let everybody: Vec<Client> = (0..PEOPLE)
        .map(|number| {
            let options = Options {
                server_concurrency: 8,
                ..options(&standin.url(), &person(number))
            };
            clients.get(&options).unwrap()
        })
        .collect();
    let round = async |times| {
        standin.calls().reset();
        let all = join_all(everybody.iter().map(|client| ask(client, times))).await;
        assert!(all.iter().flatten().all(Result::is_ok));
        standin.calls().most_at_once()
    };
    standin
        .faults()
        .add(Fault::once(Kind::Unavailable).times(1));
    round(1).await;
    standin.faults().add(Fault::always(Kind::Slow { ms: 10 }));
    assert_eq!(round(1).await, 4);
    // 50 good answers for each of the four places that are to come back.
    round(12).await;
    assert_eq!(round(1).await, 8);
}

#[tokio::test]
async fn a_mailbox_with_too_many_connections_gets_fewer() {
    let standin = standin(1).await;
    let client = Clients::default()
        .get(&options(&standin.url(), &person(0)))
        .unwrap();
    standin
        .faults()
        .add(Fault::once(Kind::ExceededConnectionCount));
    client.ask(&sync()).await.unwrap();
    standin.calls().reset();
    standin.faults().add(Fault::always(Kind::Slow { ms: 10 }));
    assert!(ask(&client, 12).await.iter().all(Result::is_ok));
    assert_eq!(standin.calls().most_at_once(), 2);
}

/// The fifth form of a busy server (NOTES section 3): it hangs up.
#[tokio::test]
async fn after_a_lost_connection_the_whole_mailbox_pauses() {
    let script = Script::start(|seen| match seen.operation.as_str() {
        "DeleteItem" => Reply::Hangup,
        _ => good(seen),
    })
    .await;
    let client = Clients::default()
        .get(&Options {
            patience: Duration::ZERO,
            ..options(&script.url(), &person(0))
        })
        .unwrap();
    let item = Target::Item(ItemId {
        id: "a".to_owned(),
        change_key: None,
    });
    let write = DeleteItem {
        items: vec![&item],
        notify: false,
    };
    let lost = client.ask(&write).await.unwrap_err();
    assert_eq!(lost.kind(), ErrorKind::Unreachable);
    let error = client.ask(&sync()).await.unwrap_err();
    assert_eq!((error.kind(), script.count()), (ErrorKind::Busy, 1));
    tokio::time::sleep(error.wait().unwrap()).await;
    client.ask(&sync()).await.unwrap();
}
