//! Values of type TEXT (RFC 5545 section 3.3.11) and the structured values of vCard.

use std::borrow::Cow;

/// Escapes a text of one value. Line breaks of any kind become `\n`.
pub fn escape(text: &str) -> String {
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

/// Divides a value at separators that are not escaped; the parts keep their escapes.
pub fn split(value: &str, separator: char) -> impl Iterator<Item = &str> {
    let mut escaped = false;
    value.split(move |c| {
        let here = c == separator && !escaped;
        escaped = c == '\\' && !escaped;
        here
    })
}

/// Joins parts that are escaped already.
pub fn join(parts: &[String], separator: char) -> String {
    let mut value = String::new();
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            value.push(separator);
        }
        value.push_str(part);
    }
    value
}
