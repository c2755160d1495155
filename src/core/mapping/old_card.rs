//! Cards of vCard 2.1: texts are quoted-printable in any character set, and types are bare words. They are read as the
//! card of vCard 3.0 that says the same, and become it when they are changed.

use crate::dav::{Component, Entry, Line, escape, escape_component, join, split, unescape};

const QUOTED: &str = "QUOTED-PRINTABLE";
const BASE64: [&str; 2] = ["BASE64", "B"];
const PLAIN: [&str; 3] = ["7BIT", "8BIT", "BINARY"];

/// Values that are divided into components.
const STRUCTURED: [&str; 3] = ["N", "ADR", "ORG"];

/// Whether the card is one of vCard 2.1.
pub fn is_old(card: &Component) -> bool {
    let version = card.line("VERSION").map(|line| line.value().trim());
    version == Some("2.1") || card.is_quoted_printable()
}

/// The same card in vCard 3.0.
pub fn modern(card: &Component) -> Component<'static> {
    let mut new = Component::new(card.name());
    for entry in card.entries() {
        match entry {
            Entry::Line(line) if line.is("VERSION") => {
                new.insert(Line::new("VERSION", &[], "3.0"));
            }
            Entry::Line(line) if line.name().is_empty() => {}
            Entry::Line(line) => {
                new.insert(modern_line(line));
            }
            Entry::Component(part) => {
                new.push(part.clone().into_owned());
            }
        }
    }
    new
}

/// The line without its soft breaks, which a value that goes on without a blank would hide.
fn joined(line: &Line) -> Line<'static> {
    if !line.raw().contains("=\r\n") && !line.raw().contains("=\n") {
        return Line::of(line.content());
    }
    let mut content = String::new();
    let mut soft = false;
    for part in line.raw().lines() {
        let part = if content.is_empty() || soft {
            part
        } else {
            part.strip_prefix([' ', '\t']).unwrap_or(part)
        };
        soft = part.ends_with('=');
        content.push_str(part.strip_suffix('=').unwrap_or(part));
    }
    Line::of(&content)
}

fn modern_line(line: &Line) -> Line<'static> {
    let quoted = line
        .params()
        .any(|(_, value)| value.eq_ignore_ascii_case(QUOTED));
    let line = if quoted {
        joined(line)
    } else {
        Line::of(line.content())
    };
    let is =
        |value: &str, words: &[&str]| words.iter().any(|word| value.eq_ignore_ascii_case(word));
    let mut types: Vec<String> = Vec::new();
    let mut new = line.clone();
    let (mut packed, mut charset) = (false, None);
    for (name, value) in line.params() {
        if is(value, &[QUOTED]) || is(value, &PLAIN) {
            continue;
        }
        if is(value, &BASE64) {
            packed = true;
        } else if is(name, &["CHARSET"]) {
            charset = Some(value.to_owned());
        } else if is(name, &["TYPE"]) {
            types.extend(value.split(',').map(str::to_owned));
        }
    }
    for name in ["ENCODING", "CHARSET", "TYPE"] {
        new = new.with_param(name, None);
    }
    if packed {
        new = new.with_param("ENCODING", Some("b"));
    }
    new = new.with_values("TYPE", &types);
    if quoted {
        new.with_value(&text_of(&line, charset.as_deref()))
    } else if packed {
        let packed: String = line.value().split_whitespace().collect();
        new.with_value(&packed)
    } else {
        new
    }
}

/// The value of a quoted line as vCard 3.0 writes it.
fn text_of(line: &Line, charset: Option<&str>) -> String {
    let decode = |part: &str| decoded(&unescape(part), charset);
    let divided = |separator| {
        let parts = split(line.value(), separator);
        let parts: Vec<String> = parts.map(|part| escape_component(&decode(part))).collect();
        join(&parts, separator)
    };
    if STRUCTURED.iter().any(|name| line.is(name)) {
        divided(b';')
    } else if line.is("CATEGORIES") || line.is("NICKNAME") {
        divided(b',')
    } else {
        escape(&decode(line.value()))
    }
}

/// RFC 2045 section 6.7. What is no code stands for itself.
fn decoded(text: &str, charset: Option<&str>) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let code = match after {
            [high, low, ..] if *first == b'=' => hex(*high).zip(hex(*low)),
            _ => None,
        };
        if let Some((high, low)) = code {
            bytes.push(high * 16 + low);
            rest = after.get(2..).unwrap_or_default();
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    let unicode = charset.is_none_or(|name| name.to_ascii_uppercase().starts_with("UTF"));
    match String::from_utf8(bytes) {
        Ok(text) if unicode || text.is_ascii() => text,
        Ok(text) => text.bytes().map(western).collect(),
        Err(error) => error.into_bytes().into_iter().map(western).collect(),
    }
}

const fn hex(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

/// A character of Windows-1252, of which ISO 8859-1 is a part.
const fn western(byte: u8) -> char {
    match byte {
        0x80 => '€',
        0x82 => '‚',
        0x84 => '„',
        0x85 => '…',
        0x8A => 'Š',
        0x8C => 'Œ',
        0x8E => 'Ž',
        0x91 => '‘',
        0x92 => '’',
        0x93 => '“',
        0x94 => '”',
        0x95 => '•',
        0x96 => '–',
        0x97 => '—',
        0x9A => 'š',
        0x9C => 'œ',
        0x9E => 'ž',
        0x9F => 'Ÿ',
        other => other as char,
    }
}
