use super::keyed::{KEY, NO_KEY};
use crate::dav::{Component, Document, Entry, Line};
use crate::error::Result;
use crate::mapping::row::Slot;
use crate::mapping::rows;
use crate::mapping::scope::Scope;
use crate::model::{Kind, Property, Value};
use std::sync::LazyLock;

/// The property of the row that this slot is part of.
pub const UNMAPPED: Property = "unmapped";

/// Every line and component that no other row of the kind carries, as text: unfolded, sorted (the order of properties
/// says nothing, and no two programs keep the same), one below the other. So nothing is lost on the way to another
/// calendar or address book, though Exchange shows nothing of it.
pub struct Unmapped(pub Kind);

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

/// The most bytes that are carried; what goes beyond (a long KEY, a LOGO) stays in its file.
const LIMIT: usize = 100_000;

/// A name that slots of the kind read, and one of those slots.
struct Owned {
    name: String,
    slot: &'static dyn Slot,
}

fn owned(kind: Kind) -> &'static [Owned] {
    static OWNED: LazyLock<[Vec<Owned>; 3]> = LazyLock::new(|| Kind::ALL.map(collect_owned));
    let at = Kind::ALL.iter().position(|other| *other == kind);
    at.and_then(|at| OWNED.get(at)).map_or(&[], Vec::as_slice)
}

fn collect_owned(kind: Kind) -> Vec<Owned> {
    let mut owned: Vec<Owned> = Vec::new();
    for row in rows(kind).iter().filter(|row| row.property != UNMAPPED) {
        for name in row.slot.names() {
            let name = name.split('/').next().unwrap_or_default();
            if !owned.iter().any(|known| known.name == name) {
                owned.push(Owned {
                    name: name.to_owned(),
                    slot: row.slot,
                });
            }
        }
    }
    owned
}

fn owner(kind: Kind, name: &str) -> Option<&'static Owned> {
    owned(kind)
        .iter()
        .find(|owned| owned.name.eq_ignore_ascii_case(name))
}

fn is_book(name: &str) -> bool {
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

/// Whether two entries say the same, parameters aside.
fn same(one: &Entry, other: &Entry) -> bool {
    match (one, other) {
        (Entry::Line(one), Entry::Line(other)) => {
            one.is(other.name()) && one.value() == other.value()
        }
        (Entry::Component(_), Entry::Component(_)) => said(one) == said(other),
        _ => false,
    }
}

/// Whether XML carries it.
fn is_sayable(c: char) -> bool {
    c == '\t' || !(c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}'))
}

/// One form for what is in Exchange, whoever wrote it there.
pub fn canonical(text: &str) -> Option<String> {
    let mut texts: Vec<String> = parse(text).iter().filter_map(said).collect();
    texts.sort();
    (!texts.is_empty()).then(|| texts.join("\n"))
}

fn said(entry: &Entry) -> Option<String> {
    let mut text = String::new();
    say(entry, &mut text);
    text.pop();
    (!text.is_empty()).then_some(text)
}

fn parse(text: &str) -> Vec<Entry<'static>> {
    let whole = format!("BEGIN:X\n{text}\nEND:X");
    let entries = match Document::parse(&whole) {
        Ok(document) => document.root.into_owned().entries().to_vec(),
        Err(_) => Vec::new(),
    };
    let carried = entries.into_iter();
    carried.filter(|entry| !is_book(entry.name())).collect()
}

/// The same entry as a new one, folded as new lines are.
fn fresh(entry: &Entry) -> Entry<'static> {
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
fn put<'t>(component: &mut Component<'t>, entry: Entry<'t>) -> usize {
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
fn kept_out(entry: &Entry) -> Entry<'static> {
    match fresh(entry) {
        Entry::Line(line) => Entry::Line(line.with_param(KEY, Some(NO_KEY))),
        Entry::Component(mut part) => {
            part.insert(Line::new(KEY, &[], NO_KEY));
            Entry::Component(part)
        }
    }
}

/// An entry that is carried: its place in the component, and what it says.
struct Carried {
    at: usize,
    text: String,
}

impl Unmapped {
    /// What is to be carried of a component, sorted, and what is too large for that.
    fn carried(&self, component: &Component, scope: &mut Scope) -> (Vec<Carried>, Vec<Carried>) {
        let places = self.places(component, scope);
        let mut carried: Vec<Carried> = places
            .iter()
            .filter_map(|at| {
                let entry = component.entries().get(*at)?;
                let text = said(entry)?;
                // What another row reads, said twice, says nothing more.
                let mut read = component.entries().iter().enumerate();
                let again = owner(self.0, entry.name()).is_some()
                    && read.any(|(at, other)| !places.contains(&at) && same(other, entry));
                (!again).then_some(Carried { at: *at, text })
            })
            .collect();
        let mut large = Vec::new();
        if carried.iter().map(|entry| entry.text.len()).sum::<usize>() > LIMIT {
            carried.sort_by(|a, b| (a.text.len(), &a.text).cmp(&(b.text.len(), &b.text)));
            let mut room = LIMIT;
            let fits = |entry: &Carried| {
                let fits = entry.text.len() <= room;
                room = room.saturating_sub(entry.text.len());
                fits
            };
            (carried, large) = carried.into_iter().partition(fits);
        }
        carried.sort_by(|a, b| a.text.cmp(&b.text));
        (carried, large)
    }

    /// Where the entries stand that no slot reads.
    fn places(&self, component: &Component, scope: &mut Scope) -> Vec<usize> {
        let mut places = Vec::new();
        let mut asked: Vec<(&str, Vec<usize>)> = Vec::new();
        for (at, entry) in component.entries().iter().enumerate() {
            let name = entry.name();
            if is_book(name) {
                continue;
            }
            let free = match owner(self.0, name) {
                None => true,
                Some(owned) => {
                    if !asked.iter().any(|(name, _)| *name == owned.name) {
                        asked.push((&owned.name, owned.slot.spare(component, scope)));
                    }
                    asked
                        .iter()
                        .any(|(name, spare)| *name == owned.name && spare.contains(&at))
                }
            };
            if free {
                places.push(at);
            }
        }
        without_labels(component, places)
    }

    /// Adds an entry, so that no slot takes it for its own. One that cannot be told apart from a slot's stays out, except
    /// where it is the only one: then it was written by a version that had no row for it.
    fn add(&self, component: &mut Component<'_>, entry: &Entry, scope: &mut Scope) {
        let Some(owned) = owner(self.0, entry.name()) else {
            put(component, fresh(entry));
            return;
        };
        let only = component.places(&owned.name).next().is_none();
        for new in [fresh(entry), kept_out(entry)] {
            let place = put(component, new);
            if owned.slot.spare(component, scope).contains(&place) {
                return;
            }
            component.remove_places(|at| at == place);
        }
        if only {
            put(component, fresh(entry));
        }
    }
}

/// Leaves out lines of a group of which a slot reads a line: they are about that one (`item1.EMAIL`, `item1.X-ABLabel`).
fn without_labels(component: &Component, places: Vec<usize>) -> Vec<usize> {
    let group = |at: &usize| match component.entries().get(*at) {
        Some(Entry::Line(line)) => line.group(),
        _ => None,
    };
    if places.iter().find_map(group).is_none() {
        return places;
    }
    let others = (0..component.entries().len()).filter(|at| !places.contains(at));
    let read: Vec<&str> = others.filter_map(|at| group(&at)).collect();
    let free = |at: &usize| group(at).is_none_or(|group| !read.contains(&group));
    places.iter().copied().filter(free).collect()
}

impl Slot for Unmapped {
    fn names(&self) -> Vec<String> {
        vec!["every other line".to_owned()]
    }

    fn read(&self, component: &Component, scope: &mut Scope) -> Result<Option<Value>> {
        let (carried, large) = self.carried(component, scope);
        for entry in large {
            let name = component.entries().get(entry.at).map_or("", Entry::name);
            scope.lose(
                UNMAPPED,
                format!("{name} is too large to be kept in Exchange; it stays here."),
            );
        }
        let texts: Vec<String> = carried.into_iter().map(|entry| entry.text).collect();
        Ok((!texts.is_empty()).then(|| Value::Text(texts.join("\n"))))
    }

    fn write(
        &self,
        component: &mut Component<'_>,
        value: Option<&Value>,
        scope: &mut Scope,
    ) -> Result<()> {
        let wanted = match value {
            Some(Value::Text(text)) => parse(text),
            _ => Vec::new(),
        };
        let mut missing: Vec<(String, Entry)> = wanted
            .into_iter()
            .filter_map(|entry| Some((said(&entry)?, entry)))
            .collect();
        let mut gone = Vec::new();
        let (carried, _) = self.carried(component, scope);
        for entry in &carried {
            match missing.iter().position(|(text, _)| *text == entry.text) {
                Some(at) => {
                    missing.remove(at);
                }
                None => gone.push(entry.at),
            }
        }
        // What is there already, as a line of another row or as one too large, is not there again.
        let there: Vec<String> = component
            .entries()
            .iter()
            .enumerate()
            .filter(|(at, _)| !missing.is_empty() && carried.iter().all(|entry| entry.at != *at))
            .filter_map(|(_, entry)| said(entry))
            .collect();
        component.remove_places(|at| gone.contains(&at));
        for (_, entry) in missing.iter().filter(|(text, _)| !there.contains(text)) {
            self.add(component, entry, scope);
        }
        Ok(())
    }
}
