//! What must be true once a link has come to rest.

use super::fields::{self, Fields, all_words};
use super::people::label;
use super::story::{Here, Side, There};
use super::world::World;
use exchange_core::sync::Direction;
use std::collections::{BTreeMap, BTreeSet};

pub fn check(world: &World) {
    let pairs = world.pairs();
    match world.wish.source() {
        None => world.in_step(&pairs),
        Some(source) => world.arrived(&pairs, source),
    }
    world.nothing_doubled();
    world.nothing_risen();
    world.nothing_lost();
}

/// Nothing here that came from Exchange, or is there too, lies outside of the window.
pub fn nothing_outside(world: &World) {
    if world.wish.direction == Direction::ToExchange {
        return;
    }
    for (object, item) in world.pairs() {
        if let (Some(object), Some(item)) = (object, item) {
            assert_ne!(world.is_inside(&item), Some(false), "stays: {object:?}");
        }
    }
}

/// What a row of the journal ties together.
type Pair = (Option<Fields>, Option<Fields>);

impl World {
    fn pairs(&self) -> Vec<Pair> {
        let mut pairs = Vec::new();
        let (mut uris, mut ids) = (BTreeSet::new(), BTreeSet::new());
        for row in self.rows.values() {
            let object = row.uri.as_ref().map(|uri| {
                uris.insert(uri.clone());
                fields::read(self.kind, &self.objects[uri].text)
            });
            let item = row.remote_id.as_ref().map(|id| {
                ids.insert(id.clone());
                self.items[id].fields.clone()
            });
            pairs.push((object, item));
        }
        assert_eq!(uris, self.objects.keys().cloned().collect(), "objects");
        assert_eq!(ids, self.items.keys().cloned().collect(), "items");
        pairs
    }

    /// Objects and items are one to one, and equal, but for what the window leaves on one side.
    fn in_step(&self, pairs: &[Pair]) {
        for (object, item) in pairs {
            let left = match (object, item) {
                (Some(fields), None) | (None, Some(fields)) => self.is_inside(fields) != Some(true),
                _ => false,
            };
            assert!(
                left || (object.is_some() && object == item),
                "out of step: {object:?} {item:?}"
            );
        }
    }

    /// One way, the other side has all that the source has, but for what was changed or deleted on the other side.
    fn arrived(&self, pairs: &[Pair], source: Side) {
        for (object, item) in pairs {
            let (from, to) = match source {
                Here => (object, item),
                There => (item, object),
            };
            match (from, to) {
                (Some(from), Some(to)) if !self.disaster && !self.is_ambiguous(from) => {
                    let (have, has): (BTreeSet<_>, BTreeSet<_>) =
                        (all_words(from).collect(), all_words(to).collect());
                    let lacks = have.difference(&has);
                    let lacks: Vec<_> = lacks
                        .filter(|word| !self.superseded.contains(*word))
                        .collect();
                    assert!(lacks.is_empty(), "did not arrive: {lacks:?}");
                    let foreign = has.difference(&have);
                    let foreign: Vec<_> = foreign
                        .filter(|word| self.author.get(*word) == Some(&source))
                        .collect();
                    assert!(foreign.is_empty(), "did not go: {foreign:?}");
                }
                (Some(from), None) if self.is_inside(from) == Some(true) => {
                    let label = label(self.kind, from).unwrap();
                    assert!(
                        self.may_lack(source.other(), label),
                        "did not arrive: {from:?}"
                    );
                }
                _ => {}
            }
        }
    }

    /// Whether nothing tells which item is the object's.
    fn is_ambiguous(&self, fields: &Fields) -> bool {
        let label = label(self.kind, fields);
        let sets = [&self.doubles, &self.untracked, &self.renamed];
        label.is_none_or(|label| sets.iter().any(|set| set.contains(&label)))
    }

    fn sides(&self) -> [Vec<Fields>; 2] {
        let objects = self.objects.values();
        let items = self.items.values();
        [
            objects
                .map(|object| fields::read(self.kind, &object.text))
                .collect(),
            items.map(|item| item.fields.clone()).collect(),
        ]
    }

    fn nothing_doubled(&self) {
        for side in self.sides() {
            let mut names: BTreeMap<u32, u32> = BTreeMap::new();
            for label in side.iter().filter_map(|fields| label(self.kind, fields)) {
                *names.entry(label).or_default() += 1;
            }
            names.retain(|label, count| *count > 1 && !self.doubles.contains(label));
            assert!(names.is_empty(), "doubled: {names:?}");
        }
    }

    fn nothing_risen(&self) {
        let there = |label: &&u32| {
            self.item_named(**label).is_some() || self.object_named(**label).is_some()
        };
        let risen: Vec<_> = self.dead.iter().filter(there).collect();
        assert!(risen.is_empty(), "came back: {risen:?}");
    }

    /// Every value is there, was changed by someone who saw it, or is kept.
    fn nothing_lost(&self) {
        let mut found: BTreeSet<String> =
            self.sides().iter().flatten().flat_map(all_words).collect();
        for kept in &self.kept {
            let text = kept.text.as_deref().unwrap();
            found.extend(all_words(&fields::read(self.kind, text)));
        }
        let lost: Vec<_> = self
            .written
            .difference(&self.superseded)
            .filter(|value| !found.contains(*value))
            .collect();
        assert!(lost.is_empty(), "lost: {lost:?}");
    }
}
