//! The canonical text of lines and components that are carried along, and back.

use super::keyed::{KEY, NO_KEY};
use super::tied::is_tied;
use crate::dav::{Component, Document, Entry, Line, unescape};
use crate::mapping::text;

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
    let clean: String = line.content().chars().filter(|c| is_sayable(*c)).collect();
    let mut clean = Line::of(clean.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}'));
    let marked = |(name, _): (&str, _)| name.eq_ignore_ascii_case(KEY);
    if clean.params().any(marked) {
        clean = clean.with_param(KEY, None);
    }
    // It would go on in the next line, as vCard 2.1 has it.
    let open = clean.content().ends_with('=')
        && clean
            .content()
            .to_ascii_uppercase()
            .contains("QUOTED-PRINTABLE");
    if !line.name().is_empty() && !line.is(KEY) && clean.name() == line.name() && !open {
        text.extend([clean.content(), "\n"]);
    }
}

/// Whether two entries say the same, parameters aside, and whatever is not read of a text.
pub fn same(one: &Entry, other: &Entry) -> bool {
    let text = |line: &Line| text::part(&unescape(line.value().trim_end_matches(';')));
    match (one, other) {
        (Entry::Line(one), Entry::Line(other)) => {
            one.is(other.name()) && (one.value() == other.value() || text(one) == text(other))
        }
        (Entry::Component(_), Entry::Component(_)) => said(one) == said(other),
        _ => false,
    }
}

/// Whether XML carries it.
pub fn is_sayable(c: char) -> bool {
    c == '\t' || !(c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}'))
}

/// One form for what is in Exchange, whoever wrote it there.
pub fn canonical(text: &str) -> Option<String> {
    let mut texts: Vec<String> = parse(text).iter().filter_map(said).collect();
    texts.sort();
    (!texts.is_empty()).then(|| texts.join("\n"))
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
    let all = component.entries().len();
    match entry {
        Entry::Line(line) => {
            let mut entries = component.entries().iter();
            let place = entries.position(|entry| matches!(entry, Entry::Component(_)));
            component.insert(line);
            place.unwrap_or(all)
        }
        Entry::Component(part) => {
            component.push(part);
            all
        }
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
