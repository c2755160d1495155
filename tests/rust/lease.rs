//! Requests that write go out only while the link's lease is held.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

mod script;

use async_trait::async_trait;
use exchange_core::client::{Client, Clients, Lease, Options};
use exchange_core::error::{Error, ErrorKind, Result};
use exchange_core::ews::{DeleteItem, FolderId, ItemId, SyncFolderItems, Target};
use script::{Reply, Script, fault, messages};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

/// Grants so many seconds at each asking; then it is lost.
struct Granted(Mutex<VecDeque<u64>>);

#[async_trait]
impl Lease for Granted {
    async fn hold(&self) -> Result<Option<SystemTime>> {
        let seconds = self.0.lock().unwrap().pop_front();
        let seconds = seconds.ok_or_else(|| Error::new(ErrorKind::Host, "It is lost."))?;
        Ok(Some(SystemTime::now() + Duration::from_secs(seconds)))
    }
}

fn client(script: &Script, granted: &[u64]) -> Client {
    let options = Options {
        back_off: Duration::from_millis(50),
        ..Options::new(script.url(), "anna@example.org", "secret")
    };
    let lease = Granted(Mutex::new(granted.iter().copied().collect()));
    Clients::default()
        .get(&options)
        .unwrap()
        .under(Arc::new(lease))
}

async fn delete(client: &Client) -> Result<()> {
    let item = Target::Item(ItemId {
        id: "A".to_owned(),
        change_key: None,
    });
    let delete = DeleteItem {
        items: vec![&item],
        notify: false,
    };
    client.ask(&delete).await
}

async fn willing() -> Script {
    Script::start(|seen| messages(&seen.operation, &[("NoError", "")])).await
}

#[tokio::test]
async fn a_write_asks_for_the_lease_and_goes_out() {
    let script = willing().await;
    delete(&client(&script, &[120])).await.unwrap();
    assert_eq!(script.seen().len(), 1);
}

#[tokio::test]
async fn without_the_lease_no_write_goes_out() {
    let script = willing().await;
    let error = delete(&client(&script, &[])).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.message()),
        (ErrorKind::Host, "It is lost.")
    );
    assert_eq!(script.seen().len(), 0);
}

#[tokio::test]
async fn a_lease_that_ends_before_the_request_can_is_asked_for_anew() {
    let script = willing().await;
    delete(&client(&script, &[99, 0, 120])).await.unwrap();
    assert_eq!(script.seen().len(), 1);
    let error = delete(&client(&script, &[99, 99, 99, 120]))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Stopped);
    assert_eq!(script.seen().len(), 1);
}

#[tokio::test]
async fn a_lease_lost_while_the_server_was_busy_stops_the_repetition() {
    let hint = r#"<t:Value Name="BackOffMilliseconds">50</t:Value>"#;
    let script = Script::start(move |_| fault("ErrorServerBusy", hint)).await;
    let error = delete(&client(&script, &[120])).await.unwrap_err();
    assert_eq!(error.message(), "It is lost.");
    assert_eq!(script.seen().len(), 1);
}

#[tokio::test]
async fn reading_needs_no_lease() {
    const PAGE: &str =
        "<m:SyncState>s1</m:SyncState><m:IncludesLastItemInRange>true</m:IncludesLastItemInRange>";
    let script =
        Script::start(|seen| -> Reply { messages(&seen.operation, &[("NoError", PAGE)]) }).await;
    let sync = SyncFolderItems {
        most: 512,
        mark: None,
        folder: FolderId::Distinguished("calendar"),
        state: None,
    };
    client(&script, &[]).ask(&sync).await.unwrap();
    assert_eq!(script.seen().len(), 1);
}
