//! Values of type TEXT (RFC 5545 section 3.3.11) and the structured values of vCard.

use std::borrow::Cow;

/// Escapes a text of one value. Line breaks of any kind become `\n`.
pub fn escape(text: &str) -> String {
    let plain = |byte| matches!(byte, b' '..=b'~' if !b"\\;,".contains(&byte));
    if text.bytes().all(plain) {
        return text.to_owned();
    }
    let mut escaped = String::with_capacity(text.len() + 8);
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\\' => escaped.push_str("\\\\"),
            ';' => escaped.push_str("\\;"),
            ',' => escaped.push_str("\\,"),
            '\r' if rest.peek() == Some(&'\n') => {}
            '\r' | '\n' => escaped.push_str("\\n"),
            // Other control characters are not allowed in a TEXT.
            c if c.is_control() && c != '\t' => {}
            c => escaped.push(c),
        }
    }
    escaped
}

/// Escapes one component of a structured value (`N`, `ORG`, `ADR`): the same characters.
pub fn escape_component(text: &str) -> String {
    escape(text)
}

pub fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains('\\') {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        match c {
            '\\' => match rest.next() {
                Some('n' | 'N') => plain.push('\n'),
                Some(c) => plain.push(c),
                None => plain.push('\\'),
            },
            c => plain.push(c),
        }
    }
    Cow::Owned(plain)
}

/// Divides a value at separators, which are ASCII, that are not escaped; the parts keep their escapes.
pub fn split(value: &str, separator: u8) -> impl Iterator<Item = &str> {
    let mut rest = Some(value);
    std::iter::from_fn(move || {
        let value = rest?;
        let mut escaped = false;
        let end = value.bytes().position(|byte| {
            let here = byte == separator && !escaped;
            escaped = byte == b'\\' && !escaped;
            here
        });
        rest = end.and_then(|end| value.get(end + 1..));
        value.get(..end.unwrap_or(value.len()))
    })
}

/// Joins parts that are escaped already.
pub fn join(parts: &[String], separator: u8) -> String {
    let mut value = String::new();
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            value.push(char::from(separator));
        }
        value.push_str(part);
    }
    value
}
