//! The canonical text of lines and components that are carried along, and back.

use super::keyed::{KEY, NO_KEY};
use super::tied::is_tied;
use crate::dav::{Component, Document, Entry, Line};
use std::borrow::Cow;

/// What keeps the file's own books, or is part of how its times, names and occurrences are told.
const BOOKS: &[&str] = &[
    "UID",
    "DTSTAMP",
    "CREATED",
    "LAST-MODIFIED",
    "SEQUENCE",
    "REV",
    "PRODID",
    "VERSION",
    "RECURRENCE-ID",
    "RRULE",
    "RDATE",
    "EXRULE",
    "EXDATE",
    "FN",
    "N",
    "KIND",
    "X-ADDRESSBOOKSERVER-KIND",
    "X-LIC-ERROR",
];

pub fn is_book(name: &str) -> bool {
    name.is_empty() || BOOKS.iter().any(|book| book.eq_ignore_ascii_case(name))
}

/// The canonical text of an entry, each line with its end; nothing for one that cannot be carried.
fn say(entry: &Entry, text: &mut String) {
    match entry {
        Entry::Line(line) => say_line(line, text),
        Entry::Component(component) if component.name().chars().all(is_sayable) => {
            let limit = |word: &str, text: &mut String| {
                text.extend([word, ":", component.name(), "\n"]);
            };
            limit("BEGIN", text);
            let (lines, parts): (Vec<&Entry>, Vec<&Entry>) = component
                .entries()
                .iter()
                .partition(|entry| matches!(entry, Entry::Line(_)));
            for entry in lines.into_iter().chain(parts) {
                say(entry, text);
            }
            limit("END", text);
        }
        Entry::Component(_) => {}
    }
}

fn say_line(line: &Line, text: &mut String) {
    let clean = clean(line);
    // Only what is left of a damaged line is encoded as in vCard 2.1: such cards are decoded before.
    let old = clean.is_quoted_printable();
    if !line.name().is_empty() && !line.is(KEY) && clean.name() == line.name() && !old {
        text.extend([clean.content(), "\n"]);
    }
}

/// The line without what XML does not carry, blanks around it, and marks of ours.
fn clean<'l, 't>(line: &'l Line<'t>) -> Cow<'l, Line<'t>> {
    let whole = line.content();
    let around = |c: char| c.is_whitespace() || c == '\u{feff}';
    let plain =
        whole.chars().all(is_sayable) && !whole.starts_with(around) && !whole.ends_with(around);
    let clean = if plain {
        Cow::Borrowed(line)
    } else {
        let clean: String = whole.chars().filter(|c| is_sayable(*c)).collect();
        Cow::Owned(Line::of(clean.trim_matches(around)))
    };
    if clean.has_param(KEY) {
        Cow::Owned(clean.with_param(KEY, None))
    } else {
        clean
    }
}

/// Whether XML carries it.
pub fn is_sayable(c: char) -> bool {
    c == '\t' || !(c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}'))
}

pub fn said(entry: &Entry) -> Option<String> {
    let mut text = String::new();
    say(entry, &mut text);
    text.pop();
    (!text.is_empty()).then_some(text)
}

pub fn parse(text: &str) -> Vec<Entry<'static>> {
    let whole = format!("BEGIN:X\n{text}\nEND:X");
    let entries = match Document::parse(&whole) {
        Ok(document) => document.root.into_owned().entries().to_vec(),
        Err(_) => Vec::new(),
    };
    let carried = entries.into_iter();
    carried
        .filter(|entry| is_tied(entry) || !is_book(entry.name()))
        .collect()
}

/// The same entry as a new one, folded as new lines are.
pub fn fresh(entry: &Entry) -> Entry<'static> {
    match entry {
        Entry::Line(line) => Entry::Line(Line::of(line.content())),
        Entry::Component(component) => {
            let mut copy = Component::new(component.name());
            for entry in component.entries() {
                put(&mut copy, fresh(entry));
            }
            Entry::Component(copy)
        }
    }
}

/// Adds an entry; answers its place.
pub fn put<'t>(component: &mut Component<'t>, entry: Entry<'t>) -> usize {
    match entry {
        Entry::Line(line) => component.insert(line),
        Entry::Component(part) => component.push(part),
    }
}

/// The same entry with the mark that no slot shall take it for its own.
pub fn kept_out(entry: &Entry) -> Entry<'static> {
    match fresh(entry) {
        Entry::Line(line) => Entry::Line(line.with_param(KEY, Some(NO_KEY))),
        Entry::Component(mut part) => {
            part.insert(Line::new(KEY, &[], NO_KEY));
            Entry::Component(part)
        }
    }
}
