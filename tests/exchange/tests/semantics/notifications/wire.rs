//! A client that reads a stream, and clients of other people.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use exchange_standin::element::Element;

use crate::client::{Fixture, PASSWORD, Reply, USER, body, request};

/// A hanging answer.
pub struct Stream {
    reader: BufReader<TcpStream>,
    read: Vec<u8>,
}

/// What comes over a stream.
#[derive(Debug, PartialEq)]
pub enum Piece {
    Envelope(String),
    /// The last chunk has come.
    End,
    /// The connection broke.
    Cut,
}

impl Stream {
    /// Asks with the credentials of the first mailbox.
    pub fn open(fixture: &Fixture, operation: &str) -> Stream {
        Stream::open_as(fixture, USER, "", operation, &[])
    }

    pub fn open_as(
        fixture: &Fixture,
        user: &str,
        impersonated: &str,
        operation: &str,
        headers: &[(&str, &str)],
    ) -> Stream {
        let url = fixture.standin.url();
        let host = url.split('/').nth(2).expect("a host");
        let mut stream = TcpStream::connect(host).expect("a connection");
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .expect("a timeout");
        let xml = impersonating(&fixture.envelope(operation), impersonated);
        let mut all = format!(
            "POST /EWS/Exchange.asmx HTTP/1.1\r\nHost: {host}\r\nContent-Length: {}\r\nAuthorization: {}\r\n",
            xml.len(),
            basic(user)
        );
        for (name, value) in headers {
            all.push_str(&format!("{name}: {value}\r\n"));
        }
        stream
            .write_all(format!("{all}\r\n{xml}").as_bytes())
            .expect("a request");
        let mut reader = BufReader::new(stream);
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            assert_ne!(reader.read_line(&mut head).expect("a head"), 0, "{head}");
        }
        assert!(head.starts_with("HTTP/1.1 200"), "{head}");
        assert!(
            head.to_lowercase().contains("transfer-encoding: chunked"),
            "{head}"
        );
        Stream {
            reader,

            read: Vec::new(),
        }
    }

    /// The next envelope as it came, or how the stream ended.
    pub fn piece(&mut self) -> Piece {
        const LAST: &[u8] = b"</s:Envelope>";
        loop {
            let end = self
                .read
                .windows(LAST.len())
                .position(|window| window == LAST);
            if let Some(at) = end {
                let rest = self.read.split_off(at + LAST.len());
                let envelope = std::mem::replace(&mut self.read, rest);
                return Piece::Envelope(String::from_utf8(envelope).expect("UTF-8"));
            }
            let mut size = String::new();
            match self.reader.read_line(&mut size) {
                Ok(0) => return Piece::Cut,
                Ok(_) => {}
                Err(failure) if failure.kind() == std::io::ErrorKind::ConnectionReset => {
                    return Piece::Cut;
                }
                Err(failure) => panic!("nothing came for too long: {failure}"),
            }
            let size = usize::from_str_radix(size.trim(), 16).expect("a size");
            if size == 0 {
                return Piece::End;
            }
            let mut chunk = vec![0; size + 2];
            self.reader.read_exact(&mut chunk).expect("a chunk");
            self.read.extend(&chunk[..size]);
        }
    }

    /// The response message of the next envelope.
    pub fn message(&mut self) -> Element {
        match self.piece() {
            Piece::Envelope(xml) => message(&xml),
            other => panic!("no envelope but {other:?}"),
        }
    }

    /// The ConnectionStatus that comes next.
    pub fn status(&mut self) -> String {
        let message = self.message();
        let status = message.text_of("ConnectionStatus");
        status
            .unwrap_or_else(|| panic!("no status in {message:?}"))
            .to_owned()
    }

    /// The next `count` events: `CreatedEvent ItemId` and so on, with their elements. Heartbeats may come between.
    pub fn events(&mut self, count: usize) -> Vec<(String, Element)> {
        let mut events = Vec::new();
        while events.len() < count {
            events.extend(events_of(&self.message()));
        }
        events
    }

    /// The next event of that kind; what else comes is passed by.
    pub fn wait_for(&mut self, wanted: &str) -> Element {
        loop {
            let events = events_of(&self.message());
            if let Some((_, event)) = events.into_iter().find(|(name, _)| name == wanted) {
                return event;
            }
        }
    }
}

pub fn message(xml: &str) -> Element {
    let envelope = Element::parse(xml.as_bytes()).expect("a whole envelope");
    assert!(envelope.find(&["Header", "ServerVersionInfo"]).is_some());
    envelope
        .descendant("GetStreamingEventsResponseMessage")
        .expect("a message")
        .clone()
}

/// The events of all notifications in a message.
pub fn events_of(message: &Element) -> Vec<(String, Element)> {
    let all = message
        .get("Notifications")
        .map_or(&[][..], |all| &all.children);
    all.iter()
        .flat_map(|notification| &notification.children)
        .filter(|child| child.name.ends_with("Event"))
        .map(|event| {
            let item = if event.get("ItemId").is_some() {
                "ItemId"
            } else {
                "FolderId"
            };
            (format!("{} {item}", event.name), event.clone())
        })
        .collect()
}

pub fn names(events: &[(String, Element)]) -> Vec<&str> {
    events.iter().map(|(name, _)| name.as_str()).collect()
}

/// The ids of an error's ErrorSubscriptionIds.
pub fn refused(message: &Element) -> (String, Vec<String>) {
    let code = message
        .text_of("ResponseCode")
        .unwrap_or_default()
        .to_owned();
    let ids = message.get("ErrorSubscriptionIds").expect("ids");
    (
        code,
        ids.children.iter().map(|id| id.text.clone()).collect(),
    )
}

/// One request of somebody, in somebody's name unless that is empty.
pub fn post_as(
    fixture: &Fixture,
    user: &str,
    impersonated: &str,
    operation: &str,
    headers: &[(&str, &str)],
) -> Reply {
    let basic = basic(user);
    let all: Vec<(&str, &str)> = [("Authorization", basic.as_str())]
        .iter()
        .chain(headers)
        .copied()
        .collect();
    let xml = impersonating(&fixture.envelope(operation), impersonated);
    request(&fixture.standin.url(), "POST", &xml, &all).expect("an answer")
}

/// The response of [`post_as`].
pub fn call_as(fixture: &Fixture, user: &str, impersonated: &str, operation: &str) -> Element {
    body(&post_as(fixture, user, impersonated, operation, &[]))
}

fn impersonating(envelope: &str, address: &str) -> String {
    let header = format!(
        "<t:ExchangeImpersonation><t:ConnectingSID><t:PrimarySmtpAddress>{address}</t:PrimarySmtpAddress>\
         </t:ConnectingSID></t:ExchangeImpersonation></s:Header>"
    );
    match address {
        "" => envelope.to_owned(),
        _ => envelope.replace("</s:Header>", &header),
    }
}

fn basic(user: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{user}:{PASSWORD}")))
}
