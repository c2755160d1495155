//! The SOAP envelope around every request and answer.

use super::parse::{broken, reader, sanitise, unreadable};
use super::{Element, Failure, Impersonation, Operation, Version, Writer};
use crate::error::{Error, ErrorKind, Result};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

const START: &str = concat!(
    r#"<?xml version="1.0" encoding="utf-8"?>"#,
    r#"<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/""#,
    r#" xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types""#,
    r#" xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages">"#,
);

/// The bytes of a request.
/// <https://learn.microsoft.com/exchange/client-developer/web-service-reference/requestserverversion>
pub fn request<O: Operation>(
    operation: &O,
    version: Version,
    impersonation: Option<&Impersonation>,
) -> Vec<u8> {
    let mut w = Writer::new();
    w.raw(START);
    w.element("s:Header", &[], |w| {
        w.empty("t:RequestServerVersion", &[("Version", version.name())]);
        if let Some(impersonation) = impersonation {
            impersonation.write(w);
        }
    });
    w.element("s:Body", &[], |w| operation.write(w));
    w.raw("</s:Envelope>");
    w.finish()
}

/// An answer, split at its response messages, so that one that cannot be read fails alone.
#[derive(Debug, Default)]
pub struct Answer {
    /// For example `15.2.2562.17`, where the server tells.
    pub server: Option<String>,
    /// Each `*ResponseMessage`, in the order of the request's items.
    pub messages: Vec<Result<Element>>,
    /// The SOAP fault, which stands instead of messages.
    pub fault: Option<Failure>,
}

impl Answer {
    /// Reads an answer. `ErrorKind::Protocol` where it is no SOAP envelope (a login page), or is cut off.
    pub fn read(bytes: &[u8]) -> Result<Self> {
        let xml = sanitise(bytes);
        let mut walk = Walk::new(&xml);
        let mut answer = Self::default();
        if walk.child()?.as_deref() != Some("Envelope") {
            return Err(not_exchange());
        }
        while let Some(part) = walk.child()? {
            match part.as_str() {
                "Header" => answer.server = server_version(&walk.cut()?),
                "Body" => answer.read_body(&mut walk)?,
                _ => {
                    walk.cut()?;
                }
            }
        }
        if answer.messages.is_empty() && answer.fault.is_none() {
            return Err(not_exchange());
        }
        Ok(answer)
    }

    fn read_body(&mut self, walk: &mut Walk) -> Result<()> {
        while let Some(part) = walk.child()? {
            if part == "Fault" {
                self.fault = Some(Failure::of_fault(&walk.cut()?));
                continue;
            }
            while let Some(part) = walk.child()? {
                if part != "ResponseMessages" {
                    walk.cut()?;
                    continue;
                }
                while walk.child()?.is_some() {
                    let message = walk.slice()?;
                    self.messages.push(Element::parse_str(message));
                }
            }
        }
        Ok(())
    }
}

/// Walks down and along the outer elements of an answer without building them.
struct Walk<'a> {
    xml: &'a str,
    reader: Reader<&'a [u8]>,
    /// The element that [`Self::child`] found last, until it is entered or cut.
    at: Option<(BytesStart<'a>, usize)>,
    /// That element is of the form `<a/>`.
    empty: bool,
}

impl<'a> Walk<'a> {
    fn new(xml: &'a str) -> Self {
        let mut reader = reader(xml);
        // A mismatched end inside one item must not fail its neighbours: the item's own parser tells.
        reader.config_mut().check_end_names = false;
        Self {
            xml,
            reader,
            at: None,
            empty: false,
        }
    }

    /// Enters the last element found and goes to its next child: the child's local name, or None at the end.
    fn child(&mut self) -> Result<Option<String>> {
        if self.at.take().is_some() && self.empty {
            return Ok(None);
        }
        loop {
            let from = self.position();
            match self.reader.read_event().map_err(broken)? {
                Event::Start(start) => return Ok(Some(self.found(start, from, false))),
                Event::Empty(start) => return Ok(Some(self.found(start, from, true))),
                Event::End(_) => return Ok(None),
                Event::DocType(_) => return Err(not_exchange()),
                Event::Eof => return Err(unreadable("it was cut off")),
                _ => {}
            }
        }
    }

    fn found(&mut self, start: BytesStart<'a>, from: usize, empty: bool) -> String {
        let name = start.local_name().as_ref().to_owned();
        self.at = Some((start, from));
        self.empty = empty;
        name
    }

    /// The text of the element found last; goes on behind it.
    fn slice(&mut self) -> Result<&'a str> {
        let Some((start, from)) = self.at.take() else {
            return Ok("");
        };
        if !self.empty {
            self.reader
                .read_to_end(start.name())
                .map_err(|_| unreadable("it was cut off"))?;
        }
        let to = self.position();
        Ok(self.xml.get(from..to).unwrap_or_default())
    }

    /// The element found last; goes on behind it.
    fn cut(&mut self) -> Result<Element> {
        Element::parse_str(self.slice()?)
    }

    fn position(&self) -> usize {
        usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX)
    }
}

/// <https://learn.microsoft.com/exchange/client-developer/web-service-reference/serverversioninfo>
fn server_version(header: &Element) -> Option<String> {
    let info = header.child("ServerVersionInfo")?;
    let parts = [
        "MajorVersion",
        "MinorVersion",
        "MajorBuildNumber",
        "MinorBuildNumber",
    ]
    .map(|name| info.attribute(name).unwrap_or("0"));
    Some(parts.join("."))
}

fn not_exchange() -> Error {
    Error::new(
        ErrorKind::Protocol,
        "The server answered with something that is not Exchange Web Services, for example a sign-in page. \
         Check the server address; it usually ends in /EWS/Exchange.asmx.",
    )
}
