//! From what servers really send to a tree of [`Element`]s. Never panics, never expands entities of a DTD.

use super::Element;
use crate::error::{Error, ErrorKind, Result};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::borrow::Cow;

/// Deeper nesting than this is an attack or a fault, not an item.
const MAX_DEPTH: usize = 64;

/// The bytes of an answer as text that XML 1.0 allows: invalid UTF-8 and illegal control characters become U+FFFD.
/// (Illegal character references, which real mailboxes do hold, become U+FFFD when they are resolved.)
pub(super) fn sanitise(bytes: &[u8]) -> Cow<'_, str> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text = String::from_utf8_lossy(bytes);
    if text
        .bytes()
        .all(|byte| byte >= b' ' || matches!(byte, b'\t' | b'\n' | b'\r'))
    {
        return text;
    }
    Cow::Owned(
        text.chars()
            .map(|char| {
                if is_legal(char) {
                    char
                } else {
                    char::REPLACEMENT_CHARACTER
                }
            })
            .collect(),
    )
}

pub(super) fn reader(xml: &str) -> Reader<&[u8]> {
    let mut reader = Reader::from_str(xml);
    let config = reader.config_mut();
    config.allow_dangling_amp = true;
    reader
}

impl Element {
    /// Reads one document, or one element cut out of a document: namespaces need not be declared.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        Self::parse_str(&sanitise(bytes))
    }

    pub(super) fn parse_str(xml: &str) -> Result<Self> {
        let mut reader = reader(xml);
        // The elements still open, outermost first.
        let mut open: Vec<Self> = Vec::new();
        loop {
            match reader.read_event().map_err(broken)? {
                Event::Start(start) => {
                    if open.len() >= MAX_DEPTH {
                        return Err(unreadable("it is nested too deeply"));
                    }
                    open.push(element(&start)?);
                }
                Event::Empty(start) => {
                    if let Some(root) = close(&mut open, element(&start)?) {
                        return Ok(root);
                    }
                }
                Event::End(_) => {
                    let Some(mut element) = open.pop() else {
                        return Err(unreadable("an end has no start"));
                    };
                    if !element.children.is_empty() && element.text.trim().is_empty() {
                        element.text.clear();
                    }
                    if let Some(root) = close(&mut open, element) {
                        return Ok(root);
                    }
                }
                Event::Text(text) => append(&mut open, &text.xml10_content()),
                Event::CData(text) => append(&mut open, &text.xml10_content()),
                Event::GeneralRef(reference) => {
                    if let Some(element) = open.last_mut() {
                        element.text.push(resolve(&reference));
                    }
                }
                Event::DocType(_) => return Err(unreadable("it carries a document type")),
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
                Event::Eof => return Err(unreadable("it was cut off")),
            }
        }
    }
}

/// Puts a finished element into its parent, or gives it back where it is the root.
fn close(open: &mut [Element], element: Element) -> Option<Element> {
    match open.last_mut() {
        Some(parent) => {
            parent.children.push(element);
            None
        }
        None => Some(element),
    }
}

fn append(open: &mut [Element], text: &str) {
    if let Some(element) = open.last_mut() {
        element.text.push_str(text);
    }
}

fn element(start: &BytesStart) -> Result<Element> {
    let mut attributes = Vec::new();
    for attribute in start.attributes().with_checks(false) {
        let attribute = attribute.map_err(broken)?;
        let name = attribute.key.as_ref();
        if name == "xmlns" || name.starts_with("xmlns:") {
            continue;
        }
        let name = attribute.key.local_name().as_ref().to_owned();
        attributes.push((name, unescape(&attribute.value)));
    }
    Ok(Element {
        name: start.local_name().as_ref().to_owned(),
        attributes,
        ..Element::default()
    })
}

fn unescape(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        if let Some((name, after)) = after.split_once(';') {
            out.push(resolve(name));
            rest = after;
        } else {
            out.push('&');
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

/// What stands between `&` and `;`. Unknown entities and characters that XML forbids become U+FFFD.
fn resolve(reference: &str) -> char {
    let number = match reference.as_bytes() {
        [b'#', b'x' | b'X', ..] => reference.get(2..).map(|hex| u32::from_str_radix(hex, 16)),
        [b'#', ..] => reference.get(1..).map(str::parse),
        _ => None,
    };
    match (reference, number) {
        ("amp", _) => '&',
        ("lt", _) => '<',
        ("gt", _) => '>',
        ("quot", _) => '"',
        ("apos", _) => '\'',
        (_, Some(Ok(number))) => char::from_u32(number)
            .filter(|char| is_legal(*char))
            .unwrap_or(char::REPLACEMENT_CHARACTER),
        _ => char::REPLACEMENT_CHARACTER,
    }
}

/// XML 1.0 section 2.2.
const fn is_legal(char: char) -> bool {
    matches!(char, '\t' | '\n' | '\r' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

pub(super) fn broken(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    unreadable("it is not well-formed").because(error)
}

pub(super) fn unreadable(why: &str) -> Error {
    Error::new(
        ErrorKind::Protocol,
        format!(
            "The server's answer cannot be read: {why}. Try again; if it keeps happening, check the proxy or \
             firewall between this server and Exchange."
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text_of(xml: &str) -> String {
        Element::parse(xml.as_bytes()).unwrap().text
    }

    #[test]
    fn reads_names_attributes_and_text_without_namespaces() {
        let item = Element::parse(
            b"\xEF\xBB\xBF<?xml version=\"1.0\"?><t:Item xmlns:t='urn:x' a:Id='1&amp;2'>\n <t:Subject>a<!-- c -->b&lt;<![CDATA[<x>]]></t:Subject>\n</t:Item>",
        )
        .unwrap();
        assert_eq!(item.name, "Item");
        assert_eq!(item.attributes, [("Id".to_owned(), "1&2".to_owned())]);
        assert_eq!(item.text, "");
        assert_eq!(item.child_text("Subject"), Some("ab<<x>"));
    }

    #[test]
    fn illegal_characters_become_the_replacement_character() {
        assert_eq!(
            text_of("<a>x&#x0;y&#xD83D;z&#55357;</a>"),
            "x\u{FFFD}y\u{FFFD}z\u{FFFD}"
        );
        assert_eq!(text_of("<a>x\u{1}y</a>"), "x\u{FFFD}y");
        assert_eq!(
            Element::parse(b"<a>\xED\xA0\x80\xFF</a>")
                .unwrap()
                .text
                .chars()
                .last(),
            Some('\u{FFFD}')
        );
        assert_eq!(text_of("<a>&nbsp;&x</a>"), "\u{FFFD}&x");
    }

    #[test]
    fn line_ends_are_line_feeds_unless_they_are_references() {
        assert_eq!(text_of("<a>1\r\n2\r3&#xD;\n4</a>"), "1\n2\n3\r\n4");
    }

    #[test]
    fn refuses_document_types_depth_and_truncation() {
        for xml in [
            "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>".to_owned(),
            "<a>".repeat(MAX_DEPTH + 1),
            "<a><b>".to_owned(),
            "<a><b></a>".to_owned(),
            String::new(),
            "words".to_owned(),
        ] {
            assert_eq!(
                Element::parse(xml.as_bytes()).unwrap_err().kind(),
                ErrorKind::Protocol,
                "{xml}"
            );
        }
    }

    proptest! {
        #[test]
        fn never_panics_on_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = Element::parse(&bytes);
        }

        #[test]
        fn never_panics_on_markup(xml in "(<[a-z:]{1,3}( [a-z]=['\"&;]?)*/?>|</[a-z]{1,2}>|&#?x?[0-9a-z]{0,9};?|<!\\[CDATA\\[|\\]\\]>|<!--|.){0,40}") {
            let _ = Element::parse(xml.as_bytes());
        }

        #[test]
        fn reads_back_what_the_writer_wrote(text in "[\\x20-\\x7e\\r\\n\\tä€😀]{0,40}", value in "[\\x20-\\x7eä]{0,20}") {
            let mut w = super::super::Writer::new();
            let tree = Element {
                name: "A".to_owned(),
                attributes: vec![("B".to_owned(), value)],
                text,
                ..Element::default()
            };
            w.tree(&tree);
            prop_assert_eq!(Element::parse(&w.finish()).unwrap(), tree);
        }
    }
}
