//! The client against a server that misbehaves in every way we know of.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may fail"
)]

mod script;

use base64::Engine as _;
use exchange_core::client::{Client, Clients, Credentials, Options, Password};
use exchange_core::error::{Error, ErrorKind};
use exchange_core::ews::{DeleteItem, FolderId, ItemId, SyncFolderItems, SyncPage, Target};
use flate2::Compression;
use flate2::write::GzEncoder;
use script::{Reply, Script, Seen, envelope, fault, messages};
use std::collections::HashSet;
use std::io::Write as _;
use std::time::{Duration, Instant};

const PASSWORD: &str = "pässwörd:9";

fn options(url: &str) -> Options {
    Options {
        timeout: Duration::from_secs(20),
        back_off: Duration::from_millis(50),
        max_answer: 1 << 20,
        ..Options::new(url, "anna@example.org", PASSWORD)
    }
}

fn client(script: &Script) -> Client {
    Clients::default().get(&options(&script.url())).unwrap()
}

fn sync() -> SyncFolderItems {
    SyncFolderItems {
        most: 512,
        mark: None,
        folder: FolderId::Distinguished("calendar"),
        state: None,
    }
}

const PAGE: &str =
    "<m:SyncState>s1</m:SyncState><m:IncludesLastItemInRange>true</m:IncludesLastItemInRange>";

fn good(seen: &Seen) -> Reply {
    messages(&seen.operation, &[("NoError", PAGE)])
}

/// Answers the first requests in this way, then well.
async fn first(count: usize, reply: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Script {
    Script::start(move |seen| {
        if seen.number < count {
            reply(seen)
        } else {
            good(seen)
        }
    })
    .await
}

async fn ask(script: &Script) -> Result<SyncPage, Error> {
    client(script).ask(&sync()).await
}

/// A write, which must never be sent twice unless the server said that it did not apply it.
async fn delete(script: &Script) -> Result<(), Error> {
    let item = Target::Item(ItemId {
        id: "a".to_owned(),
        change_key: None,
    });
    client(script)
        .ask(&DeleteItem {
            items: vec![&item],
            notify: false,
        })
        .await
}

/// A sentence for a person, in which no secret stands.
fn check_sentence(error: &Error) {
    let all = format!("{error} {error:?}");
    let packed =
        base64::engine::general_purpose::STANDARD.encode(format!("anna@example.org:{PASSWORD}"));
    assert!(!all.contains(PASSWORD) && !all.contains(&packed), "{all}");
    let sentence = error.message();
    assert!(
        sentence.starts_with(|char: char| char.is_uppercase()) && sentence.len() > 30,
        "{sentence}"
    );
}

#[tokio::test]
async fn a_request_signs_in_and_names_itself() {
    let script = Script::start(|seen| match seen.number {
        0 => Reply::Http(
            "HTTP/1.1 200 OK\r\nset-cookie: exchangecookie=abc; path=/; HttpOnly\r\nset-cookie: X-B=1\r\n",
            envelope(&format!("<m:R><m:ResponseMessages><m:M ResponseClass='Success'>{PAGE}</m:M></m:ResponseMessages></m:R>")).into(),
        ),
        _ => good(seen),
    })
    .await;
    let client = client(&script);
    client.ask(&sync()).await.unwrap();
    client.ask(&sync()).await.unwrap();
    assert_eq!(
        (client.calls(), client.server().as_deref()),
        (2, Some("15.2.2562.17"))
    );
    let seen = script.seen();
    let packed = base64::engine::general_purpose::STANDARD.encode("anna@example.org:pässwörd:9");
    assert_eq!(
        seen[0].header("authorization"),
        Some(format!("Basic {packed}").as_str())
    );
    assert_eq!(seen[0].header("x-anchormailbox"), Some("anna@example.org"));
    assert_eq!(
        seen[0].header("content-type"),
        Some("text/xml; charset=utf-8")
    );
    assert_eq!(seen[0].header("accept-encoding"), Some("gzip"));
    assert!(
        seen[0]
            .header("user-agent")
            .unwrap()
            .starts_with("integration_exchange/")
    );
    assert_eq!(
        (seen[0].header("cookie"), seen[1].header("cookie")),
        (None, Some("X-B=1; exchangecookie=abc"))
    );
    let ids: HashSet<_> = seen
        .iter()
        .map(|seen| seen.header("client-request-id").unwrap())
        .collect();
    assert!(ids.len() == 2 && ids.iter().all(|id| id.len() == 36));
}

#[tokio::test]
async fn an_older_server_is_asked_in_its_own_version_from_then_on() {
    let script = Script::start(|seen| match seen.version.as_str() {
        "Exchange2016" => fault("ErrorInvalidServerVersion", ""),
        "Exchange2013_SP1" => messages(&seen.operation, &[("ErrorIncorrectSchemaVersion", "")]),
        _ => good(seen),
    })
    .await;
    let clients = Clients::default();
    clients
        .get(&options(&script.url()))
        .unwrap()
        .ask(&sync())
        .await
        .unwrap();
    let ben = Options {
        address: "ben@example.org".to_owned(),
        ..options(&script.url())
    };
    clients.get(&ben).unwrap().ask(&sync()).await.unwrap();
    let versions: Vec<String> = script.seen().into_iter().map(|seen| seen.version).collect();
    assert_eq!(
        versions,
        [
            "Exchange2016",
            "Exchange2013_SP1",
            "Exchange2010_SP2",
            "Exchange2010_SP2"
        ]
    );
}

#[tokio::test]
async fn a_server_that_is_too_old_is_told() {
    let script = Script::start(|_| fault("ErrorInvalidServerVersion", "")).await;
    let error = ask(&script).await.unwrap_err();
    assert_eq!(
        (error.kind(), script.count()),
        (ErrorKind::Configuration, 5)
    );
    check_sentence(&error);
}

/// NOTES section 3: the five forms. In each the server applied nothing, so that a write is sent again too.
#[tokio::test]
async fn a_busy_server_is_left_alone_and_asked_again() {
    const HINT: &str = r#"<t:Value Name="BackOffMilliseconds">300</t:Value>"#;
    const INNER: &str = r#"<m:MessageXml><t:Value Name="InnerErrorResponseCode">ErrorServerBusy</t:Value></m:MessageXml>"#;
    type Form = (&'static str, fn(&Seen) -> Reply, u64);
    let forms: [Form; 6] = [
        (
            "message",
            |seen| {
                let content = format!("<m:MessageXml>{HINT}</m:MessageXml><m:SyncState/>");
                messages(&seen.operation, &[("ErrorServerBusy", &content)])
            },
            300,
        ),
        ("fault", |_| fault("ErrorServerBusy", HINT), 300),
        (
            "connections",
            |_| {
                fault(
                    "ErrorExceededConnectionCount",
                    r#"<t:Value Name="Policy">EWS</t:Value>"#,
                )
            },
            50,
        ),
        (
            "inner error",
            |seen| messages(&seen.operation, &[("ErrorInternalServerError", INNER)]),
            50,
        ),
        (
            "503",
            |_| Reply::Http("HTTP/1.1 503 Service Unavailable\r\n", Vec::new()),
            50,
        ),
        (
            "503 with a time",
            |_| Reply::Http("HTTP/1.1 503 Busy\r\nretry-after: 1\r\n", Vec::new()),
            1000,
        ),
    ];
    for (name, form, wait) in forms {
        for write in [false, true] {
            let script = first(1, form).await;
            let start = Instant::now();
            if write {
                delete(&script).await.unwrap();
            } else {
                ask(&script).await.unwrap();
            }
            assert_eq!(script.count(), 2, "{name}");
            assert!(
                start.elapsed() >= Duration::from_millis(wait),
                "{name}: {:?}",
                start.elapsed()
            );
        }
    }
}

/// The fifth form: the connection closes without an answer. That may be anything, so a write is not sent again.
#[tokio::test]
async fn a_lost_answer_repeats_reads_only() {
    for reply in [
        |_: &Seen| Reply::Hangup,
        |_: &Seen| {
            Reply::Raw(b"HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n<s:Envelope>".to_vec())
        },
        |_: &Seen| {
            Reply::Raw(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n<s:En".to_vec())
        },
        |_: &Seen| {
            Reply::Raw(b"HTTP/1.1 200 OK\r\ncontent-length: 12\r\n\r\n<s:Envelope>".to_vec())
        },
        |_: &Seen| Reply::Http("HTTP/1.1 502 Bad Gateway\r\n", Vec::new()),
    ] {
        let script = first(2, reply).await;
        ask(&script).await.unwrap();
        assert_eq!(script.count(), 3);

        let script = first(1, reply).await;
        let error = delete(&script).await.unwrap_err();
        assert!(
            matches!(error.kind(), ErrorKind::Unreachable | ErrorKind::Protocol),
            "{error:?}"
        );
        assert_eq!(script.count(), 1);
        check_sentence(&error);
    }
}

#[tokio::test]
async fn a_long_back_off_is_reported_and_not_waited_out() {
    let hint = r#"<t:Value Name="BackOffMilliseconds">600000</t:Value>"#;
    let script = Script::start(move |_| fault("ErrorServerBusy", hint)).await;
    let client = client(&script);
    for _ in 0..3 {
        let error = client.ask(&sync()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Busy);
        assert!(error.wait().unwrap() > Duration::from_secs(590));
        check_sentence(&error);
    }
    assert_eq!(script.count(), 1, "nobody asks during a back-off");
}

#[tokio::test]
async fn every_request_of_the_mailbox_waits_during_a_back_off() {
    let hint = r#"<t:Value Name="BackOffMilliseconds">400</t:Value>"#;
    let script = first(1, move |_| fault("ErrorServerBusy", hint)).await;
    let client = client(&script);
    let question = sync();
    let answered = std::cell::Cell::new(false);
    let busy = async {
        let answer = client.ask(&question).await;
        answered.set(true);
        answer
    };
    // Questions go out until the busy answer has been read; the one after that waits.
    let others = async {
        let mut longest = Duration::ZERO;
        while !answered.get() {
            if script.count() == 0 {
                tokio::task::yield_now().await;
                continue;
            }
            let asked = Instant::now();
            client.ask(&sync()).await.unwrap();
            longest = longest.max(asked.elapsed());
        }
        longest
    };
    let (first, longest) = tokio::join!(busy, others);
    first.unwrap();
    assert!(longest >= Duration::from_millis(200), "{longest:?}");
}

#[tokio::test]
async fn passing_faults_are_repeated_a_few_times() {
    let script = first(2, |seen| {
        messages(
            &seen.operation,
            &[("ErrorInternalServerTransientError", "")],
        )
    })
    .await;
    ask(&script).await.unwrap();
    let script = Script::start(|_| fault("ErrorInternalServerError", "")).await;
    assert_eq!(ask(&script).await.unwrap_err().kind(), ErrorKind::Temporary);
    assert_eq!(script.count(), 4);
    let script = Script::start(|_| fault("ErrorInternalServerError", "")).await;
    assert_eq!(
        delete(&script).await.unwrap_err().kind(),
        ErrorKind::Temporary
    );
    assert_eq!(script.count(), 1);
}

#[tokio::test]
async fn every_status_is_one_clear_sentence() {
    for (head, kind) in [
        (
            "HTTP/1.1 401 Unauthorized\r\nwww-authenticate: Negotiate\r\nwww-authenticate: Basic realm=\"x\"\r\n",
            ErrorKind::Credentials,
        ),
        ("HTTP/1.1 401 Unauthorized\r\n", ErrorKind::Credentials),
        (
            "HTTP/1.1 401 Unauthorized\r\nwww-authenticate: Negotiate\r\nwww-authenticate: NTLM\r\n",
            ErrorKind::Configuration,
        ),
        ("HTTP/1.1 403 Forbidden\r\n", ErrorKind::Denied),
        ("HTTP/1.1 404 Not Found\r\n", ErrorKind::Configuration),
        ("HTTP/1.1 407 Proxy\r\n", ErrorKind::Configuration),
        (
            "HTTP/1.1 302 Found\r\nlocation: https://login.example.net/x?token=1\r\n",
            ErrorKind::Configuration,
        ),
        ("HTTP/1.1 418 Teapot\r\n", ErrorKind::Protocol),
        ("HTTP/1.1 505 Version\r\n", ErrorKind::Temporary),
    ] {
        let script = Script::start(move |_| Reply::Http(head, b"<html>no</html>".to_vec())).await;
        let error = ask(&script).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{head}: {error:?}");
        check_sentence(&error);
    }
}

/// Accounts get locked after a few wrong passwords.
#[tokio::test]
async fn a_wrong_password_is_sent_once_by_all_links_of_a_mailbox() {
    let script = Script::start(|_| Reply::Http("HTTP/1.1 401 Unauthorized\r\n", Vec::new())).await;
    let clients = Clients::default();
    let links: Vec<Client> = (0..10)
        .map(|_| clients.get(&options(&script.url())).unwrap())
        .collect();
    let question = sync();
    let all =
        futures_util::future::join_all(links.iter().map(|client| client.ask(&question))).await;
    for result in all {
        assert_eq!(result.unwrap_err().kind(), ErrorKind::Credentials);
    }
    assert_eq!(script.count(), 1);
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let other = Script::start(good).await;
    let head: &'static str =
        Box::leak(format!("HTTP/1.1 307 Moved\r\nlocation: {}\r\n", other.url()).into_boxed_str());
    let script = Script::start(move |_| Reply::Http(head, Vec::new())).await;
    let error = ask(&script).await.unwrap_err();
    assert!(error.message().contains("127.0.0.1"), "{error}");
    assert_eq!((script.count(), other.count()), (1, 0));
}

#[tokio::test]
async fn a_sign_in_page_is_told() {
    let page = b"<!DOCTYPE html><html><body><form action=\"/owa/auth.owa\"></form></body></html>";
    let script = Script::start(|_| {
        Reply::Http(
            "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n",
            page.to_vec(),
        )
    })
    .await;
    let error = delete(&script).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Protocol);
    assert!(error.message().contains("sign-in page"), "{error}");
}

#[tokio::test]
async fn an_endless_answer_ends() {
    let script = Script::start(|_| Reply::Endless).await;
    let error = ask(&script).await.unwrap_err();
    assert_eq!((error.kind(), script.count()), (ErrorKind::Protocol, 1));
    check_sentence(&error);
}

#[tokio::test]
async fn a_small_answer_that_unpacks_to_a_huge_one_ends() {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(&vec![b' '; 8 << 20]).unwrap();
    let bomb = gzip.finish().unwrap();
    let script = Script::start(move |_| {
        Reply::Http(
            "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\n",
            bomb.clone(),
        )
    })
    .await;
    assert_eq!(ask(&script).await.unwrap_err().kind(), ErrorKind::Protocol);
}

#[tokio::test]
async fn a_packed_answer_is_read() {
    let body = format!(
        "<m:R><m:ResponseMessages><m:M ResponseClass='Success'>{PAGE}</m:M></m:ResponseMessages></m:R>"
    );
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(envelope(&body).as_bytes()).unwrap();
    let packed = gzip.finish().unwrap();
    let script = Script::start(move |_| {
        Reply::Http(
            "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\n",
            packed.clone(),
        )
    })
    .await;
    assert_eq!(ask(&script).await.unwrap().state, "s1");
}

#[tokio::test]
async fn silence_and_slow_drips_end() {
    let limit = Duration::from_millis(200);
    let replies: [fn(&Seen) -> Reply; 2] = [
        |_| Reply::Silence,
        |_| Reply::Drip(Duration::from_millis(20)),
    ];
    for (reply, most) in replies.into_iter().zip([limit, limit * 3]) {
        let script = Script::start(reply).await;
        let client = Clients::default()
            .get(&Options {
                timeout: limit,
                ..options(&script.url())
            })
            .unwrap();
        let start = Instant::now();
        let error = client.ask(&sync()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unreachable, "{error:?}");
        assert!(start.elapsed() >= limit && start.elapsed() < most + Duration::from_secs(2));
        check_sentence(&error);
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_is_told() {
    let nobody = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap();
    for (url, says) in [
        (
            format!("http://{nobody}/EWS/Exchange.asmx"),
            "cannot be reached",
        ),
        ("https://mail.nowhere.invalid".to_owned(), "not found"),
    ] {
        let client = Clients::default().get(&options(&url)).unwrap();
        let error = client.ask(&sync()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unreachable);
        assert!(error.message().contains(says), "{error:?}");
        assert_eq!(client.calls(), 1);
        check_sentence(&error);
    }
}

#[tokio::test]
async fn links_of_one_mailbox_wait_together_and_count_apart() {
    let hint = r#"<t:Value Name="BackOffMilliseconds">600000</t:Value>"#;
    let script = Script::start(move |_| fault("ErrorServerBusy", hint)).await;
    let clients = Clients::default();
    let (first, second) = (
        clients.get(&options(&script.url())).unwrap(),
        clients.get(&options(&script.url())).unwrap(),
    );
    for client in [&first, &second] {
        assert_eq!(
            client.ask(&sync()).await.unwrap_err().kind(),
            ErrorKind::Busy
        );
    }
    assert_eq!((first.calls(), second.calls(), script.count()), (1, 0, 1));
}

#[test]
fn a_setting_that_cannot_work_is_told() {
    let base = options("https://mail.example.org");
    let clients = Clients::default();
    for wrong in [
        Options {
            url: "http://mail.example.org".to_owned(),
            ..base.clone()
        },
        Options {
            credentials: Credentials::Basic {
                username: "a:b".to_owned(),
                password: Password::new(PASSWORD),
            },
            ..base.clone()
        },
        Options {
            ca_file: Some("/nowhere/ca.pem".into()),
            ..base.clone()
        },
        Options {
            ca_file: Some(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml").into()),
            ..base.clone()
        },
        Options {
            proxy: Some("::".to_owned()),
            ..base
        },
    ] {
        let error = clients.get(&wrong).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        check_sentence(&error);
    }
}
