//! A server that does what a test tells it, down to the bytes: for answers no Exchange server should give.
#![allow(dead_code, reason = "each test program uses its own part")]

use exchange_core::ews::Element;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Which request of all, from 0.
    pub number: usize,
    pub headers: String,
    pub operation: String,
    pub version: String,
    pub body: Element,
}

impl Seen {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.lines().find_map(|line| {
            let (key, value) = line.split_once(": ")?;
            key.eq_ignore_ascii_case(name).then_some(value)
        })
    }

    /// The ids of the items asked about.
    pub fn ids(&self) -> Vec<String> {
        let ids = self
            .body
            .at(&["ItemIds"])
            .map_or(&[][..], |ids| &ids.children);
        ids.iter()
            .map(|id| id.attribute("Id").unwrap_or_default().to_owned())
            .collect()
    }
}

pub enum Reply {
    /// An envelope around this body, with status 200.
    Body(String),
    /// Status line and headers, then these bytes, with their length.
    Http(&'static str, Vec<u8>),
    /// These bytes and nothing else; then the connection ends.
    Raw(Vec<u8>),
    /// The connection ends without a byte.
    Hangup,
    /// Headers of a good answer, then a body that never ends.
    Endless,
    /// Status line and headers, then the same piece so many times, without a length.
    Stream(&'static str, Vec<u8>, usize),
    /// Headers that never end, one byte at a time.
    SlowHeaders(Duration),
    /// Nothing at all, for long.
    Silence,
    /// One byte of a good answer at a time.
    Drip(Duration),
}

pub struct Script {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Script {
    pub async fn start(reply: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen: Arc<Mutex<Vec<Seen>>> = Arc::default();
        let reply = Arc::new(reply);
        let log = Arc::clone(&seen);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&log), Arc::clone(&reply)));
            }
        });
        Self { address, seen }
    }

    pub fn url(&self) -> String {
        format!("http://{}/EWS/Exchange.asmx", self.address)
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    pub fn count(&self) -> usize {
        self.seen.lock().unwrap().len()
    }
}

async fn serve(
    mut stream: TcpStream,
    log: Arc<Mutex<Vec<Seen>>>,
    reply: Arc<impl Fn(&Seen) -> Reply>,
) -> Option<()> {
    loop {
        let (headers, body) = read_request(&mut stream).await?;
        let seen = {
            let mut log = log.lock().unwrap();
            let seen = see(log.len(), headers, &body);
            log.push(seen.clone());
            seen
        };
        let reply = reply(&seen);
        answer(&mut stream, reply).await?;
    }
}

fn see(number: usize, headers: String, body: &[u8]) -> Seen {
    let envelope = Element::parse(body).unwrap();
    let operation = envelope.child("Body").unwrap().children[0].clone();
    Seen {
        number,
        headers,
        operation: operation.name.clone(),
        version: envelope
            .at(&["Header", "RequestServerVersion"])
            .and_then(|version| version.attribute("Version"))
            .unwrap()
            .to_owned(),
        body: operation,
    }
}

async fn read_request(stream: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            let headers = String::from_utf8_lossy(&bytes[..end]).replace("\r\n", "\n");
            let length: usize = headers.lines().find_map(|line| {
                line.to_ascii_lowercase()
                    .strip_prefix("content-length: ")?
                    .parse()
                    .ok()
            })?;
            if bytes.len() >= end + 4 + length {
                return Some((headers, bytes[end + 4..end + 4 + length].to_vec()));
            }
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
}

/// None: the connection is not used any further.
async fn answer(stream: &mut TcpStream, reply: Reply) -> Option<()> {
    match reply {
        Reply::Body(body) => {
            let head = "HTTP/1.1 200 OK\r\ncontent-type: text/xml; charset=utf-8\r\n";
            write(stream, head, envelope(&body).as_bytes()).await
        }
        Reply::Http(head, body) => write(stream, head, &body).await,
        Reply::Raw(bytes) => {
            stream.write_all(&bytes).await.ok()?;
            stream.shutdown().await.ok()?;
            None
        }
        Reply::Hangup => None,
        Reply::Endless => {
            stream
                .write_all(b"HTTP/1.1 200 OK\r\n\r\n<s:Envelope>")
                .await
                .ok()?;
            loop {
                stream.write_all(&[b' '; 8192]).await.ok()?;
            }
        }
        Reply::Stream(head, piece, times) => {
            stream.write_all(head.as_bytes()).await.ok()?;
            for _ in 0..times {
                stream.write_all(&piece).await.ok()?;
            }
            stream.shutdown().await.ok()?;
            None
        }
        Reply::SlowHeaders(pause) => {
            stream
                .write_all(b"HTTP/1.1 200 OK\r\nx-slow: ")
                .await
                .ok()?;
            loop {
                stream.write_all(b"a").await.ok()?;
                sleep(pause).await;
            }
        }
        Reply::Silence => {
            sleep(Duration::from_mins(1)).await;
            None
        }
        Reply::Drip(pause) => {
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.ok()?;
            loop {
                stream.write_all(b" ").await.ok()?;
                sleep(pause).await;
            }
        }
    }
}

async fn write(stream: &mut TcpStream, head: &str, body: &[u8]) -> Option<()> {
    let head = format!("{head}content-length: {}\r\n\r\n", body.len());
    stream
        .write_all(&[head.as_bytes(), body].concat())
        .await
        .ok()
}

pub fn envelope(body: &str) -> String {
    format!(
        r#"<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:m="m" xmlns:t="t"><s:Header>
        <t:ServerVersionInfo MajorVersion="15" MinorVersion="2" MajorBuildNumber="2562" MinorBuildNumber="17"/>
        </s:Header><s:Body>{body}</s:Body></s:Envelope>"#
    )
}

/// A response with these messages: (response class, code, content).
pub fn messages(operation: &str, messages: &[(&str, &str)]) -> Reply {
    let one = |(code, content): &(&str, &str)| {
        let class = if *code == "NoError" {
            "Success"
        } else {
            "Error"
        };
        format!(
            r#"<m:{operation}ResponseMessage ResponseClass="{class}"><m:MessageText>Words of the server.</m:MessageText>
            <m:ResponseCode>{code}</m:ResponseCode>{content}</m:{operation}ResponseMessage>"#
        )
    };
    let messages = messages.iter().map(one).collect::<Vec<_>>().concat();
    Reply::Body(format!(
        "<m:{operation}Response><m:ResponseMessages>{messages}</m:ResponseMessages></m:{operation}Response>"
    ))
}

pub fn fault(code: &str, values: &str) -> Reply {
    let body = format!(
        r#"<s:Fault><faultcode>a:{code}</faultcode><faultstring>Words of the server.</faultstring><detail>
        <e:ResponseCode xmlns:e="e">{code}</e:ResponseCode><t:MessageXml>{values}</t:MessageXml></detail></s:Fault>"#
    );
    Reply::Http(
        "HTTP/1.1 500 Internal Server Error\r\ncontent-type: text/xml; charset=utf-8\r\n",
        envelope(&body).into_bytes(),
    )
}
