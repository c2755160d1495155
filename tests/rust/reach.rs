//! Server-side request forgery: what the administrator does not allow is not connected to, whatever a name means.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

mod fake_names;
mod script;

use exchange_core::client::{Clients, Options, Others, Reach};
use exchange_core::error::{Error, ErrorKind};
use exchange_core::ews::{FolderId, GetFolder};
use fake_names::FakeNames;
use script::{Script, messages};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

const HOST: &str = "mail.example.org";

fn reach(others: Others, allowed: &[&str]) -> Reach {
    Reach {
        allowed: allowed.iter().map(|&host| host.to_owned()).collect(),
        others,
    }
}

async fn good() -> Script {
    Script::start(|seen| {
        messages(
            &seen.operation,
            &[(
                "NoError",
                "<m:Folders><t:Folder><t:FolderId Id='f'/></t:Folder></m:Folders>",
            )],
        )
    })
    .await
}

fn address(script: &Script) -> SocketAddr {
    let url = script.url();
    url.split('/').nth(2).unwrap().parse().unwrap()
}

async fn ask(clients: &Clients, url: &str, reach: Reach) -> Result<(), Error> {
    let options = Options {
        reach,
        allow_http: true,
        timeout: Duration::from_secs(5),
        ..Options::new(url, "anna@example.org", "secret")
    };
    let root = GetFolder {
        folders: vec![FolderId::Distinguished("msgfolderroot")],
    };
    clients.get(&options)?.ask(&root).await.map(|_| ())
}

#[tokio::test]
async fn a_name_that_means_a_local_address_is_not_connected_to() {
    let script = good().await;
    let names = Arc::new(FakeNames::default().host(HOST, 443, address(&script)));
    let clients = Clients::new(Arc::clone(&names) as _);
    let port = address(&script).port();
    names.set(HOST, 443, &[address(&script)]);
    let url = format!("http://{HOST}:{port}/EWS/Exchange.asmx");

    let error = ask(&clients, &url, reach(Others::Public, &[]))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration, "{error:?}");
    assert!(
        error.message().contains(HOST) && error.message().contains("exchange:server"),
        "{error}"
    );
    assert_eq!(script.count(), 0);

    ask(&clients, &url, reach(Others::Public, &[HOST]))
        .await
        .unwrap();
    ask(&clients, &url, reach(Others::All, &[])).await.unwrap();
    assert_eq!(script.count(), 2);
}

/// The DNS answers with a local address as soon as the name has been checked.
#[tokio::test]
async fn a_name_is_looked_up_once_and_what_was_checked_is_connected_to() {
    let script = good().await;
    let names = Arc::new(FakeNames::default());
    names.set(
        HOST,
        443,
        &["10.1.2.3:1".parse().unwrap(), address(&script)],
    );
    let clients = Clients::new(Arc::clone(&names) as _);
    let url = format!(
        "http://{HOST}:{}/EWS/Exchange.asmx",
        address(&script).port()
    );
    // The loopback is allowed here, the private network is not: it must be left out of the addresses.
    let start = std::time::Instant::now();
    ask(&clients, &url, reach(Others::None, &["127.0.0.1", HOST]))
        .await
        .unwrap();
    assert_eq!(names.asked(), [HOST]);
    names.set(HOST, 443, &["10.1.2.3:1".parse().unwrap()]);
    let error = ask(&clients, &url, reach(Others::Public, &[]))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration, "{error:?}");
    assert!(start.elapsed() < Duration::from_secs(4));
}

/// A connection that was made under a wider rule is not used under a narrower one.
#[tokio::test]
async fn an_open_connection_does_not_get_around_the_rule() {
    let script = good().await;
    let clients = Clients::default();
    let url = script.url();
    ask(&clients, &url, reach(Others::All, &[])).await.unwrap();
    let error = ask(&clients, &url, reach(Others::Public, &[]))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert_eq!(script.count(), 1);
}
