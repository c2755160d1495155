//! The mailbox against the stand-in Exchange.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may fail"
)]

mod anna;

use anna::{BERLIN, filled, mailbox, own_folder};
use exchange_core::client::{Clients, Options};
use exchange_core::engine::{Mailbox as _, RemoteRef};
use exchange_core::error::ErrorKind;
use exchange_core::mailbox::EwsMailbox;
use exchange_core::model::Kind;
use exchange_standin::Standin;
use exchange_standin::fault::{self, Fault};
use exchange_standin::seed::Seed;
use exchange_standin::version::Release;
use std::collections::HashSet;
use std::time::Duration;

const SEED: Seed = Seed {
    contacts: 620,
    events: 30,
    tasks: 10,
    calendars: 0,
    seed: 1,
};

/// A server that hangs is given up soon.
fn options(standin: &Standin) -> Options {
    Options {
        timeout: Duration::from_secs(5),
        ..anna::options(standin)
    }
}

fn open(options: &Options) -> EwsMailbox {
    EwsMailbox::new(Clients::default().get(options).unwrap(), BERLIN)
}

/// Every item of a folder, and the cursor after them.
async fn list(mailbox: &EwsMailbox, folder: &str) -> (Vec<RemoteRef>, String) {
    let mut all = Vec::new();
    let mut cursor = None;
    loop {
        let page = mailbox.changes(folder, cursor.as_deref()).await.unwrap();
        all.extend(page.changed);
        cursor = Some(page.cursor);
        if !page.more {
            return (all, cursor.unwrap());
        }
    }
}

#[tokio::test]
async fn the_mailboxs_own_folders_are_found() {
    let standin = filled(SEED).await;
    let folders = mailbox(&standin, BERLIN).folders().await.unwrap();
    let own: Vec<Kind> = folders
        .iter()
        .filter(|folder| folder.default)
        .map(|folder| folder.kind)
        .collect();
    assert_eq!(own, Kind::ALL);
    assert!(
        folders
            .iter()
            .all(|folder| folder.writable && !folder.path.is_empty()),
        "{folders:?}"
    );
    let count = |kind| {
        folders
            .iter()
            .find(|folder| folder.default && folder.kind == kind)
            .unwrap()
            .count
    };
    assert_eq!(
        (count(Kind::Contact), count(Kind::Task)),
        (Some(620), Some(10))
    );
}

#[tokio::test]
async fn a_folder_is_listed_once_and_then_only_what_changed() {
    let standin = filled(SEED).await;
    let mailbox = mailbox(&standin, BERLIN);
    let folder = own_folder(&mailbox, Kind::Contact).await;
    standin.calls().reset();
    let (all, cursor) = list(&mailbox, &folder).await;
    assert_eq!(
        all.iter()
            .map(|item| &item.id)
            .collect::<HashSet<_>>()
            .len(),
        620
    );
    assert_eq!(standin.calls().total(), 2);
    let idle = mailbox.changes(&folder, Some(&cursor)).await.unwrap();
    assert!(idle.changed.is_empty() && idle.deleted.is_empty() && !idle.more);
    let gone: Vec<RemoteRef> = all[..3].to_vec();
    assert!(
        mailbox
            .delete(Kind::Contact, &gone)
            .await
            .iter()
            .all(Result::is_ok)
    );
    let after = mailbox.changes(&folder, Some(&idle.cursor)).await.unwrap();
    let deleted: HashSet<&String> = after.deleted.iter().collect();
    assert_eq!(deleted, gone.iter().map(|item| &item.id).collect());
    assert_eq!(standin.mails_sent(), 0);
}

#[tokio::test]
async fn a_lost_sync_state_and_a_lost_folder_are_told_apart() {
    let standin = filled(SEED).await;
    let mailbox = mailbox(&standin, BERLIN);
    let folder = own_folder(&mailbox, Kind::Event).await;
    let (_, cursor) = list(&mailbox, &folder).await;
    standin
        .faults()
        .add(Fault::once(fault::Kind::InvalidSyncState));
    let error = mailbox.changes(&folder, Some(&cursor)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Cursor);
    let error = mailbox.changes(&folder, Some("rubbish")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Cursor);
}

#[tokio::test]
async fn old_servers_are_spoken_to() {
    for (release, server) in [
        (Release::Exchange2010, "14."),
        (Release::Exchange2013, "15.0."),
        (Release::Exchange2019, "15.2."),
    ] {
        let standin = anna::server()
            .fill(SEED)
            .release(release)
            .start()
            .await
            .unwrap();
        let mailbox = mailbox(&standin, BERLIN);
        assert!(mailbox.check().await.unwrap().server.starts_with(server));
        let folder = own_folder(&mailbox, Kind::Task).await;
        assert_eq!(list(&mailbox, &folder).await.0.len(), 10);
    }
}

#[tokio::test]
async fn every_fault_that_passes_is_survived() {
    use fault::Kind::{
        BusyFault, BusyInside, BusyMessage, ConnectionReset, ExceededConnectionCount, ReplyLost,
        Slow, Timeout, TruncatedBody, Unavailable,
    };
    for kind in [
        BusyMessage { back_off_ms: 30 },
        BusyFault { back_off_ms: 30 },
        ExceededConnectionCount,
        BusyInside,
        Unavailable,
        ConnectionReset,
        ReplyLost,
        TruncatedBody,
        Slow { ms: 50 },
        Timeout { over: 0 },
    ] {
        let standin = filled(SEED).await;
        let mailbox = mailbox(&standin, BERLIN);
        let folder = own_folder(&mailbox, Kind::Contact).await;
        standin
            .faults()
            .add(Fault::once(kind.clone()).on("SyncFolderItems"));
        assert_eq!(list(&mailbox, &folder).await.0.len(), 620, "{kind:?}");
    }
}

#[tokio::test]
async fn every_fault_that_lasts_is_told() {
    use fault::Kind::{EndlessBody, LoginPage, Slow, Unauthorized};
    for (kind, expected) in [
        (Unauthorized, ErrorKind::Credentials),
        (LoginPage, ErrorKind::Protocol),
        (EndlessBody, ErrorKind::Protocol),
        (Slow { ms: 3000 }, ErrorKind::Unreachable),
    ] {
        let standin = filled(SEED).await;
        let options = Options {
            timeout: Duration::from_secs(1),
            max_answer: 1 << 20,
            ..options(&standin)
        };
        let mailbox = open(&options);
        mailbox.check().await.unwrap();
        standin.faults().add(Fault::always(kind.clone()));
        let error = mailbox.check().await.unwrap_err();
        assert_eq!(error.kind(), expected, "{kind:?}: {error:?}");
    }
}

#[tokio::test]
async fn a_wrong_password_is_told() {
    let standin = filled(SEED).await;
    let wrong = Options::new(standin.url(), "anna@example.org", "guess");
    let error = open(&wrong).check().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Credentials);
    assert_eq!(
        standin.calls().total(),
        1,
        "one attempt only: accounts get locked"
    );
}

#[tokio::test]
async fn a_certificate_must_verify() {
    let standin = anna::server().tls(true).start().await.unwrap();
    let error = mailbox(&standin, BERLIN).check().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Certificate, "{error:?}");
    assert_eq!(standin.calls().total(), 0, "nothing was sent");
    let file = std::env::temp_dir().join(format!("exchange-authority-{}.pem", std::process::id()));
    std::fs::write(&file, standin.authority().unwrap()).unwrap();
    let trusting = Options {
        ca_file: Some(file.clone()),
        ..options(&standin)
    };
    let check = open(&trusting).check().await;
    std::fs::remove_file(file).unwrap();
    assert!(check.unwrap().server.starts_with("15.2."));
}
