use super::said::{fresh, is_book, kept_out, parse, put, said};
use super::tied::{self, is_tied};
use crate::dav::{Component, Entry, unescape};
use crate::error::Result;
use crate::mapping::row::Slot;
use crate::mapping::rows;
use crate::mapping::scope::Scope;
use crate::mapping::text;
use crate::model::{Kind, Property, Value};
use std::sync::LazyLock;

/// The property of the row that this slot is part of.
pub const UNMAPPED: Property = "unmapped";

/// Every line and component that no other row of the kind carries, as text: unfolded, sorted (the order of properties
/// says nothing, and no two programs keep the same), one below the other. So nothing is lost on the way to another
/// calendar or address book, though Exchange shows nothing of it.
pub struct Unmapped(pub Kind);

/// The most bytes that are carried; what goes beyond (a long KEY, a LOGO) stays in its file.
const LIMIT: usize = 100_000;

/// A name that slots of the kind read, in upper case, and one of those slots.
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
            owned.push(Owned {
                name: name.to_ascii_uppercase(),
                slot: row.slot,
            });
        }
    }
    // The first of a name answers for all of them.
    owned.sort_by(|a, b| a.name.cmp(&b.name));
    owned.dedup_by(|later, first| later.name == first.name);
    owned
}

fn owner(kind: Kind, name: &str) -> Option<&'static Owned> {
    let owned = owned(kind);
    let upper = || name.bytes().map(|byte| byte.to_ascii_uppercase());
    let found = owned.binary_search_by(|owned| owned.name.bytes().cmp(upper()));
    found.ok().and_then(|at| owned.get(at))
}

/// An entry that is carried: its place in the component, and what it says.
struct Carried {
    at: usize,
    text: String,
}

/// All that is carried of a component.
struct Load {
    /// Sorted by what they say.
    entries: Vec<Carried>,
    /// What is too large.
    large: Vec<Carried>,
    /// The places of labels of lines that slots read.
    labels: Vec<usize>,
}

impl Unmapped {
    fn load(&self, component: &Component, scope: &mut Scope) -> Load {
        let (places, labels) = part_labels(component, self.places(component, scope));
        let mut carried: Vec<Carried> = places
            .iter()
            .filter_map(|at| {
                let entry = component.entries().get(*at)?;
                let nothing = owner(self.0, entry.name()).is_some() && says_nothing(entry);
                let text = said(entry)?;
                (!nothing).then_some(Carried { at: *at, text })
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
        Load {
            entries: carried,
            large,
            labels,
        }
    }

    /// One form for what is in Exchange, whoever wrote it there. What slots read and nothing tells apart is not carried.
    pub fn canonical(&self, text: &str, scope: &mut Scope) -> Option<String> {
        let mut apart = Scope::new(scope.context);
        let entries = parse(text);
        let carried = entries
            .iter()
            .filter(|entry| self.carries(entry, &mut apart));
        let mut texts: Vec<String> = carried.filter_map(said).collect();
        texts.sort();
        (!texts.is_empty()).then(|| texts.join("\n"))
    }

    fn carries(&self, entry: &Entry, scope: &mut Scope) -> bool {
        let Some(owned) = owner(self.0, entry.name()).filter(|_| !is_tied(entry)) else {
            return true;
        };
        if says_nothing(entry) {
            return false;
        }
        let mut alone = Component::new("X");
        let place = put(&mut alone, kept_out(entry));
        scope.begin();
        owned.slot.spare(&alone, scope).contains(&place)
    }

    /// Where the entries stand that no slot reads.
    fn places(&self, component: &Component, scope: &mut Scope) -> Vec<usize> {
        let mut places = Vec::new();
        let mut asked: Vec<(&str, Vec<usize>)> = Vec::new();
        for (at, entry) in component.entries().iter().enumerate() {
            let name = entry.name();
            if is_book(name) || is_tied(entry) {
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
        places
    }

    /// Adds an entry, so that no slot takes it for its own. One that cannot be told apart stays out.
    fn add(&self, component: &mut Component<'_>, entry: &Entry, scope: &mut Scope) {
        let Some(owned) = owner(self.0, entry.name()) else {
            put(component, fresh(entry));
            return;
        };
        for new in [fresh(entry), kept_out(entry)] {
            let place = put(component, new);
            scope.begin();
            if owned.slot.spare(component, scope).contains(&place) {
                return;
            }
            component.remove_places(|at| at == place);
            scope.begin();
        }
    }
}

/// Whether a line of a name that slots read has no value.
fn says_nothing(entry: &Entry) -> bool {
    matches!(entry, Entry::Line(line) if text::part(&unescape(line.value())).is_none())
}

/// Parts lines of a group of which a slot reads a line from the others: they are about that one (`item1.EMAIL`,
/// `item1.X-ABLabel`).
fn part_labels(component: &Component, places: Vec<usize>) -> (Vec<usize>, Vec<usize>) {
    let group = |at: &usize| component.entries().get(*at).and_then(tied::group);
    if places.iter().find_map(group).is_none() {
        return (places, Vec::new());
    }
    let others = (0..component.entries().len()).filter(|at| !places.contains(at));
    let read: Vec<&str> = others.filter_map(|at| group(&at)).collect();
    let free = |at: &usize| group(at).is_none_or(|group| !read.contains(&group));
    places.iter().copied().partition(free)
}

impl Slot for Unmapped {
    fn names(&self) -> Vec<String> {
        vec!["every other line".to_owned()]
    }

    fn read(&self, component: &Component, scope: &mut Scope) -> Result<Option<Value>> {
        let load = self.load(component, scope);
        for entry in load.large {
            let name = component.entries().get(entry.at).map_or("", Entry::name);
            scope.lose(
                UNMAPPED,
                format!("{name} is too large to be kept in Exchange; it stays here."),
            );
        }
        let entries = load.entries.into_iter().map(|entry| entry.text);
        let mut texts = tied::texts(self.0, component, &load.labels, scope);
        texts.extend(entries);
        texts.sort();
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
        let (tied, free): (Vec<Entry>, Vec<Entry>) = wanted.into_iter().partition(is_tied);
        let mut missing: Vec<(String, Entry)> = free
            .into_iter()
            .filter_map(|entry| Some((said(&entry)?, entry)))
            .collect();
        let mut gone = Vec::new();
        let Load { entries, large, .. } = self.load(component, scope);
        for entry in &entries {
            match missing.iter().position(|(text, _)| *text == entry.text) {
                Some(at) => {
                    missing.remove(at);
                }
                None => gone.push(entry.at),
            }
        }
        // What was too large until others went is not there twice.
        for entry in &large {
            if let Some(at) = missing.iter().position(|(text, _)| *text == entry.text) {
                missing.remove(at);
            }
        }
        component.remove_places(|at| gone.contains(&at));
        scope.begin();
        for (_, entry) in &missing {
            self.add(component, entry, scope);
        }
        let labels = self.load(component, scope).labels;
        tied::write(self.0, component, &labels, &tied, scope);
        Ok(())
    }
}
