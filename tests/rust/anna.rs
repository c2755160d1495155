//! Anna's mailbox on the stand-in.
#![allow(dead_code, reason = "each test program uses its own part")]

use chrono::NaiveDate;
use chrono_tz::Tz;
use exchange_core::client::{Client, Clients, Options};
use exchange_core::engine::Mailbox as _;
use exchange_core::ews::{CreateFolder, FolderId};
use exchange_core::mailbox::EwsMailbox;
use exchange_core::mapping::Context;
use exchange_core::model::Kind;
use exchange_standin::seed::Seed;
use exchange_standin::{Builder, Standin};
use std::time::Duration;

pub const ANNA: &str = "anna@example.org";
pub const PASSWORD: &str = "secret";

const NEW_YEAR: NaiveDate = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
pub const VIENNA: Context = Context::new(Tz::Europe__Vienna, NEW_YEAR);
pub const BERLIN: Context = Context::new(Tz::Europe__Berlin, NEW_YEAR);

/// A server on which she has a mailbox.
pub fn server() -> Builder {
    Standin::builder().mailbox(ANNA, PASSWORD)
}

/// With nothing in it.
pub async fn empty() -> Standin {
    server().start().await.unwrap()
}

pub async fn filled(seed: Seed) -> Standin {
    server().fill(seed).start().await.unwrap()
}

/// How she is connected: short pauses, so that a test of faults takes no long.
pub fn options(standin: &Standin) -> Options {
    Options {
        back_off: Duration::from_millis(20),
        ..Options::new(standin.url(), ANNA, PASSWORD)
    }
}

pub fn client(standin: &Standin) -> Client {
    Clients::default().get(&options(standin)).unwrap()
}

pub fn mailbox(standin: &Standin, context: Context) -> EwsMailbox {
    EwsMailbox::new(client(standin), context)
}

/// The id of her own folder of a kind.
pub async fn own_folder(mailbox: &EwsMailbox, kind: Kind) -> String {
    let folders = mailbox.folders().await.unwrap();
    let own = folders.into_iter().find(|f| f.default && f.kind == kind);
    own.unwrap().id
}

/// The id of another one, made for the test.
pub async fn new_folder(standin: &Standin, kind: Kind) -> String {
    let question = CreateFolder {
        parent: FolderId::Distinguished("msgfolderroot"),
        kind,
        name: format!("Copy of {kind}"),
    };
    client(standin).ask(&question).await.unwrap()
}
