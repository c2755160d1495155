//! Servers that are broken in every way we know: each gives its sentence, in bounded time and memory, and none gets the
//! password that must not.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

mod broken_rows;
mod fake_names;
mod script;
mod tls;

use broken_rows::{PACKED, XML, good_body, gzip, http, rows};
use exchange_core::client::{Clients, Options, Trust};
use exchange_core::error::{Error, ErrorKind};
use exchange_core::ews::{FolderId, GetFolder};
use fake_names::FakeNames;
use script::{Reply, Script};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tls::{Authority, Server, VALID, self_signed};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

const PASSWORD: &str = "hunter2-of-anna";
const HOST: &str = "mail.example.org";
/// Longest that a server is waited for.
const LIMIT: Duration = Duration::from_millis(700);

fn options(url: &str) -> Options {
    Options {
        timeout: LIMIT,
        back_off: Duration::from_millis(20),
        max_answer: 16 << 20,
        allow_http: true,
        ..Options::new(url, "anna@example.org", PASSWORD)
    }
}

async fn ask(clients: &Clients, options: &Options) -> Result<(), Error> {
    let root = GetFolder {
        folders: vec![FolderId::Distinguished("msgfolderroot")],
    };
    clients.get(options)?.ask(&root).await.map(|_| ())
}

/// The most memory that this process has had since the last call, in MiB; None where the system does not tell.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM"))?;
    let kib: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    std::fs::write("/proc/self/clear_refs", "5").ok()?;
    Some(kib >> 10)
}

fn check_sentence(name: &str, error: &Error) {
    let all = format!("{error} {error:?}");
    assert!(!all.contains(PASSWORD), "{name}: {all}");
    let sentence = error.message();
    assert!(
        sentence.starts_with(char::is_uppercase) && sentence.ends_with('.') && sentence.len() < 700,
        "{name}: {sentence}"
    );
}

#[tokio::test]
async fn every_broken_server_is_told_in_bounded_time_and_memory() {
    let rows = rows();
    assert!(rows.len() >= 30);
    let mut wrong = Vec::new();
    for (name, reply, kind, says) in rows {
        let reply: Arc<dyn Fn() -> Reply + Send + Sync> = reply.into();
        let prepared = Arc::new(std::sync::Mutex::new(Some(reply())));
        let again = Arc::clone(&reply);
        let script =
            Script::start(move |_| prepared.lock().unwrap().take().unwrap_or_else(|| again()))
                .await;
        peak_memory();
        let now = peak_memory();
        let start = Instant::now();
        let error = ask(&Clients::default(), &options(&script.url()))
            .await
            .unwrap_err();
        let took = start.elapsed();
        if error.kind() != kind || !error.message().contains(says) {
            wrong.push(format!("{name}: {error:?}"));
        }
        check_sentence(name, &error);
        // Four attempts, each at most three times the limit, with pauses between.
        assert!(took < Duration::from_secs(20), "{name} took {took:?}");
        if let (Some(now), Some(after)) = (now, peak_memory()) {
            let more = after.saturating_sub(now);
            assert!(more < 150, "{name} took {more} MiB");
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// These are odd, and answers all the same.
#[tokio::test]
async fn odd_answers_are_understood() {
    for (name, reply) in [
        (
            "a wrong content type",
            http(
                "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n",
                &good_body(),
            ),
        ),
        ("no content type", http("HTTP/1.1 200 OK\r\n", &good_body())),
        (
            "a byte order mark",
            http(XML, &format!("\u{feff}{}", good_body())),
        ),
        ("packed", Reply::Http(PACKED, gzip(good_body().as_bytes()))),
        (
            "a space before",
            http(XML, &format!("\r\n {}", good_body())),
        ),
    ] {
        let reply = std::sync::Mutex::new(Some(reply));
        let script = Script::start(move |_| reply.lock().unwrap().take().unwrap()).await;
        let answer = ask(&Clients::default(), &options(&script.url())).await;
        assert!(answer.is_ok(), "{name}: {answer:?}");
    }
}

/// A server that says these bytes to everybody.
async fn says(bytes: &'static [u8]) -> SocketAddr {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut some = [0; 1024];
                let _ = stream.read(&mut some).await;
                let _ = stream.write_all(bytes).await;
                if bytes.is_empty() {
                    tokio::time::sleep(Duration::from_secs(30)).await;
                }
            });
        }
    });
    address
}

fn answer() -> String {
    let body = good_body();
    tls::http("200 OK", "", &body)
}

/// The client knows [`HOST`] to be at that address.
async fn tls(address: SocketAddr, change: impl FnOnce(&mut Options)) -> Result<(), Error> {
    let names = FakeNames::default().host(HOST, 443, address);
    let mut options = options(&format!("https://{HOST}"));
    options.timeout = Duration::from_secs(5);
    change(&mut options);
    ask(&Clients::new(Arc::new(names)), &options).await
}

#[tokio::test]
async fn a_certificate_that_is_not_trusted_keeps_the_password_here() {
    let authority = Authority::new("An authority of one's own");
    let file = authority.file("exchange-broken-servers");
    let trusted = |options: &mut Options| options.ca_file = Some(file.clone());
    let wrong_host = Authority::sign(&authority, "other.example.org", VALID);
    let expired = authority.sign(HOST, (2020, 2021));
    let future = authority.sign(HOST, (2080, 2090));
    let stranger = Authority::new("A stranger").sign(HOST, VALID);
    let by_itself = self_signed(HOST);
    let good = authority.sign(HOST, VALID);
    for (name, certificate, says) in [
        ("wrong host", &wrong_host, "other.example.org"),
        ("expired", &expired, "expired"),
        ("not valid yet", &future, "not valid yet"),
        (
            "unknown authority",
            &stranger,
            "authority that this server does not know",
        ),
        ("self-signed", &by_itself, "signed"),
    ] {
        let server = Server::start(certificate, answer()).await;
        let error = tls(server.address, trusted).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Certificate, "{name}: {error:?}");
        assert!(error.message().contains(says), "{name}: {error:?}");
        assert!(error.message().contains("not sent"), "{name}: {error:?}");
        check_sentence(name, &error);
        assert_eq!(server.requests(), 0, "{name}");
        // Verification is off only where somebody turned it off.
        tls(server.address, |options| options.trust = Trust::Anything)
            .await
            .unwrap();
        let pin = certificate.fingerprint().parse().unwrap();
        tls(server.address, |options| options.trust = Trust::Pinned(pin))
            .await
            .unwrap();
    }
    let server = Server::start(&good, answer()).await;
    tls(server.address, trusted).await.unwrap();
    let error = tls(server.address, |_| ()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Certificate, "{error:?}");
    let pin = by_itself.fingerprint().parse().unwrap();
    let error = tls(server.address, |options| options.trust = Trust::Pinned(pin))
        .await
        .unwrap_err();
    let shown = good.fingerprint().to_uppercase();
    assert_eq!(error.kind(), ErrorKind::Certificate, "{error:?}");
    assert!(
        error.message().replace(':', "").contains(&shown),
        "{error:?}"
    );
    assert_eq!(server.requests(), 1);
    std::fs::remove_file(file).unwrap();
}

#[tokio::test]
async fn what_is_not_tls_is_told() {
    for (name, bytes, kind, words) in [
        (
            "plain HTTP",
            &b"HTTP/1.1 400 Bad Request\r\n\r\n"[..],
            ErrorKind::Certificate,
            "does not speak TLS",
        ),
        (
            "an alert: no version in common",
            &[21, 3, 1, 0, 2, 2, 70],
            ErrorKind::Certificate,
            "TLS 1.2 or 1.3",
        ),
        (
            "an alert: no cipher in common",
            &[21, 3, 3, 0, 2, 2, 40],
            ErrorKind::Certificate,
            "TLS 1.2 or 1.3",
        ),
        ("silence", &[], ErrorKind::Unreachable, "nothing answers"),
    ] {
        let address = says(bytes).await;
        let error = tls(address, |options| options.timeout = Duration::from_secs(1))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), kind, "{name}: {error:?}");
        assert!(error.message().contains(words), "{name}: {error:?}");
        check_sentence(name, &error);
    }
}

#[tokio::test]
async fn a_proxy_that_says_no_is_told() {
    for (bytes, words) in [
        (
            &b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n"[..],
            "proxyuserpwd",
        ),
        (
            &b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n"[..],
            "proxyexclude",
        ),
    ] {
        let proxy = says(bytes).await;
        let error = tls(proxy, |options| {
            options.proxy = Some(format!("http://u:{PASSWORD}@{proxy}"));
        })
        .await
        .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration, "{error:?}");
        assert!(error.message().contains(words), "{error:?}");
        check_sentence("proxy", &error);
    }
}
