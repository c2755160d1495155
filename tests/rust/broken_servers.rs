//! Servers that are broken in every way we know: each gives its sentence, in bounded time and memory, and none gets the
//! password that must not.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

mod fake_names;
mod script;
mod tls;

use exchange_core::client::{Clients, Options, Trust};
use exchange_core::error::{Error, ErrorKind};
use exchange_core::ews::{FolderId, GetFolder};
use fake_names::FakeNames;
use flate2::Compression;
use flate2::write::GzEncoder;
use script::{Reply, Script, envelope};
use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tls::{Authority, Server, VALID, self_signed};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

const PASSWORD: &str = "hunter2-of-anna";
const HOST: &str = "mail.example.org";
const XML: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/xml; charset=utf-8\r\n";
/// Longest that a server is waited for.
const LIMIT: Duration = Duration::from_millis(700);

type Row = (
    &'static str,
    Box<dyn Fn() -> Reply + Send + Sync>,
    ErrorKind,
    &'static str,
);

fn row(
    name: &'static str,
    reply: impl Fn() -> Reply + Send + Sync + 'static,
    kind: ErrorKind,
    says: &'static str,
) -> Row {
    (name, Box::new(reply), kind, says)
}

fn good_body() -> String {
    envelope(
        "<m:GetFolderResponse><m:ResponseMessages><m:GetFolderResponseMessage ResponseClass='Success'>\
         <m:ResponseCode>NoError</m:ResponseCode><m:Folders><t:Folder><t:FolderId Id='f'/></t:Folder></m:Folders>\
         </m:GetFolderResponseMessage></m:ResponseMessages></m:GetFolderResponse>",
    )
}

fn raw(text: &str) -> Reply {
    Reply::Raw(text.as_bytes().to_vec())
}

fn http(head: &'static str, body: &str) -> Reply {
    Reply::Http(head, body.as_bytes().to_vec())
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(bytes).unwrap();
    gzip.finish().unwrap()
}

const PACKED: &str = "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\n";
const CHUNKED: &str = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";

#[expect(clippy::too_many_lines, reason = "a table")]
fn rows() -> Vec<Row> {
    use ErrorKind::{Configuration, Denied, Protocol, Temporary, Unreachable};
    vec![
        row(
            "a sign-in page",
            || {
                http(
                    "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n",
                    "<!DOCTYPE html><html><form action='/owa/auth.owa'></form></html>",
                )
            },
            Protocol,
            "sign-in page",
        ),
        row(
            "a page without a document type",
            || {
                http(
                    "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n",
                    "<html><body>Welcome<br></body></html>",
                )
            },
            Protocol,
            "sign-in page",
        ),
        row(
            "a page of the web server with status 500",
            || {
                http(
                    "HTTP/1.1 500 Internal Server Error\r\ncontent-type: text/html\r\n",
                    "<html>Runtime Error</html>",
                )
            },
            Protocol,
            "sign-in page",
        ),
        row(
            "a page with status 404",
            || {
                http(
                    "HTTP/1.1 404 Not Found\r\ncontent-type: text/html\r\n",
                    "<html>no</html>",
                )
            },
            Configuration,
            "EWS/Exchange.asmx",
        ),
        row(
            "EWS turned off for the mailbox",
            || {
                http(
                    "HTTP/1.1 403 Forbidden\r\nx-ms-diagnostics: 3000003;reason=\"EWS is disabled\"\r\n",
                    "",
                )
            },
            Denied,
            "EwsEnabled",
        ),
        row(
            "a redirect to itself",
            || http("HTTP/1.1 302 Found\r\nlocation: /EWS/Exchange.asmx\r\n", ""),
            Configuration,
            "redirects",
        ),
        row(
            "a redirect to a sign-in page",
            || {
                http(
                    "HTTP/1.1 302 Found\r\nlocation: https://login.example.net/?x=1\r\n",
                    "",
                )
            },
            Configuration,
            "login.example.net",
        ),
        row(
            "a redirect to nowhere",
            || http("HTTP/1.1 301 Moved\r\n", ""),
            Configuration,
            "redirects",
        ),
        row(
            "JSON",
            || {
                http(
                    "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n",
                    "{\"error\":\"unsupported\"}",
                )
            },
            Protocol,
            "cannot be read",
        ),
        row("an empty answer", || http(XML, ""), Protocol, "cut off"),
        row("words", || http(XML, "It works!"), Protocol, "cut off"),
        row(
            "XML that is no SOAP",
            || http(XML, "<rss><channel/></rss>"),
            Protocol,
            "sign-in page",
        ),
        row(
            "SOAP without a body",
            || http(XML, "<s:Envelope xmlns:s='x'></s:Envelope>"),
            Protocol,
            "sign-in page",
        ),
        row(
            "SOAP with an empty body",
            || Reply::Body(String::new()),
            Protocol,
            "sign-in page",
        ),
        row(
            "SOAP in UTF-16",
            || {
                Reply::Http(
                    XML,
                    good_body()
                        .encode_utf16()
                        .flat_map(u16::to_le_bytes)
                        .collect(),
                )
            },
            Protocol,
            "not Exchange Web Services",
        ),
        row(
            "chunks of no length",
            || raw(&format!("{CHUNKED}zzzz\r\n<s:Envelope>\r\n")),
            Protocol,
            "cut off",
        ),
        row(
            "a chunk larger than it says",
            || raw(&format!("{CHUNKED}5\r\n<s:Envelope>")),
            Protocol,
            "cut off",
        ),
        row(
            "a chunk of enormous length",
            || raw(&format!("{CHUNKED}ffffffffffffffffff\r\n<s:E")),
            Protocol,
            "cut off",
        ),
        row(
            "an answer that breaks off",
            || raw("HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n<s:Envelope>"),
            Protocol,
            "cut off",
        ),
        row(
            "an answer in the middle of an element",
            || http(XML, "<s:Envelope><s:Bo"),
            Protocol,
            "cannot be read",
        ),
        row(
            "another protocol",
            || raw("SSH-2.0-OpenSSH_9.2p1\r\n"),
            Protocol,
            "not HTTP",
        ),
        row(
            "headers that are none",
            || raw("HTTP/1.1 200 OK\r\n\u{1}\u{2}: x\r\n\r\n"),
            Protocol,
            "not HTTP",
        ),
        row(
            "ten thousand headers",
            || {
                raw(&format!(
                    "HTTP/1.1 200 OK\r\n{}\r\n",
                    "x-a: b\r\n".repeat(10_000)
                ))
            },
            Protocol,
            "not HTTP",
        ),
        row(
            "a header of ten megabytes",
            || {
                raw(&format!(
                    "HTTP/1.1 200 OK\r\nx-a: {}\r\n\r\n",
                    "b".repeat(10 << 20)
                ))
            },
            Protocol,
            "not HTTP",
        ),
        row(
            "gzip that is none",
            || Reply::Http(PACKED, b"<s:Envelope/>".to_vec()),
            Protocol,
            "cut off",
        ),
        row(
            "gzip that breaks off",
            || Reply::Http(PACKED, gzip(good_body().as_bytes())[..60].to_vec()),
            Protocol,
            "cut off",
        ),
        row(
            "a gzip bomb of a quarter of a gigabyte",
            || Reply::Http(PACKED, bomb()),
            Protocol,
            "larger than",
        ),
        row(
            "100 MB of one element",
            || {
                Reply::Stream(
                    "HTTP/1.1 200 OK\r\n\r\n<s:Envelope><s:Body><m:R>",
                    vec![b'a'; 1 << 20],
                    100,
                )
            },
            Protocol,
            "larger than",
        ),
        row(
            "10 MB of attributes",
            || {
                http(
                    XML,
                    &format!("<s:Envelope {}/>", "a='b' ".repeat(10 << 20 >> 3)),
                )
            },
            Protocol,
            "sign-in page",
        ),
        row(
            "a million elements in one another",
            || {
                http(
                    XML,
                    &format!(
                        "<s:Envelope><s:Body><m:R><m:ResponseMessages><m:M>{}",
                        "<a>".repeat(1_000_000)
                    ),
                )
            },
            Protocol,
            "cannot be read",
        ),
        row(
            "entities of entities",
            || http(XML, LAUGHS),
            Protocol,
            "sign-in page",
        ),
        row(
            "an entity of a file",
            || {
                http(
                    XML,
                    "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><s:Envelope><s:Body>&x;</s:Body></s:Envelope>",
                )
            },
            Protocol,
            "sign-in page",
        ),
        row(
            "headers that never end",
            || Reply::SlowHeaders(Duration::from_millis(50)),
            Unreachable,
            "did not answer within",
        ),
        row(
            "an answer byte by byte",
            || Reply::Drip(Duration::from_millis(50)),
            Unreachable,
            "did not answer within",
        ),
        row(
            "silence",
            || Reply::Silence,
            Unreachable,
            "did not answer within",
        ),
        row("a hang-up", || Reply::Hangup, Unreachable, "broke off"),
        row(
            "a gateway without a server behind it",
            || http("HTTP/1.1 502 Bad Gateway\r\n", ""),
            Unreachable,
            "502",
        ),
        row(
            "a status that nobody knows",
            || http("HTTP/1.1 799 Odd\r\n", ""),
            Protocol,
            "799",
        ),
        row(
            "a version of HTTP that is not spoken",
            || http("HTTP/1.1 505 Version\r\n", ""),
            Temporary,
            "505",
        ),
    ]
}

const LAUGHS: &str = "<!DOCTYPE a [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'><!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;'>]>\
    <s:Envelope><s:Body><m:R>&c;&c;&c;&c;</m:R></s:Body></s:Envelope>";

/// 256 MB of spaces, packed to a quarter of one.
fn bomb() -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    for _ in 0..256 {
        gzip.write_all(&vec![b' '; 1 << 20]).unwrap();
    }
    gzip.finish().unwrap()
}

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
