//! The servers that are broken above TLS: what each answers, and what is to come of it.

use crate::script::{Reply, envelope};
use exchange_core::error::ErrorKind;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write as _;
use std::time::Duration;

pub const XML: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/xml; charset=utf-8\r\n";

pub type Row = (
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

pub fn good_body() -> String {
    envelope(
        "<m:GetFolderResponse><m:ResponseMessages><m:GetFolderResponseMessage ResponseClass='Success'>\
         <m:ResponseCode>NoError</m:ResponseCode><m:Folders><t:Folder><t:FolderId Id='f'/></t:Folder></m:Folders>\
         </m:GetFolderResponseMessage></m:ResponseMessages></m:GetFolderResponse>",
    )
}

fn raw(text: &str) -> Reply {
    Reply::Raw(text.as_bytes().to_vec())
}

pub fn http(head: &'static str, body: &str) -> Reply {
    Reply::Http(head, body.as_bytes().to_vec())
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(bytes).unwrap();
    gzip.finish().unwrap()
}

pub const PACKED: &str = "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\n";
const CHUNKED: &str = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";

#[expect(clippy::too_many_lines, reason = "a table")]
pub fn rows() -> Vec<Row> {
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
