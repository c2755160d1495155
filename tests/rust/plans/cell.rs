//! One cell of the plan table: what the journal says, what is here, what is there, who wins; and what a cycle does then.

use super::support::fields::{self, Fields, Slot};
use super::support::story::{Here, There};
use super::support::world::{Calls, Item};
use super::support::{Shared, drive, world};
use super::terms::Terms;
use exchange_core::engine::{Pair, PairState};
use exchange_core::model::Kind;
use exchange_core::sync::{Policy, fingerprint};
use std::collections::BTreeMap;

const KIND: Kind = Kind::Event;
const PLACE: Slot = (None, "location");
const URL: Slot = (None, "url");
const URI: &str = "uid.ics";
/// What the UID makes of the key of an item that is left.
const LEFT_KEY: &str = "left-17b788a70eeccbdc2fcb2d2d3db216c0";

/// What the journal says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Row {
    New,
    Paired,
    Intent,
    /// Set aside while it knew both sides, the object only, or the item only.
    Aside,
    AsideHere,
    AsideThere,
    /// Left on the side that has it, because of the window or the direction.
    LeftHere,
    LeftThere,
}

/// What a side looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Look {
    None,
    Same,
    Saved,
    Place,
    /// The other side's new place.
    Equal,
    Url,
    Unreadable,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Winner {
    Exchange,
    Nextcloud,
    NewestHere,
    NewestThere,
}

pub const ROWS: [Row; 8] = [
    Row::New,
    Row::Paired,
    Row::Intent,
    Row::Aside,
    Row::AsideHere,
    Row::AsideThere,
    Row::LeftHere,
    Row::LeftThere,
];
pub const HERE: [Look; 6] = [
    Look::None,
    Look::Same,
    Look::Saved,
    Look::Place,
    Look::Url,
    Look::Unreadable,
];
pub const THERE: [Look; 7] = [
    Look::None,
    Look::Same,
    Look::Saved,
    Look::Place,
    Look::Equal,
    Look::Url,
    Look::Unreadable,
];
pub const WINNERS: [Winner; 4] = [
    Winner::Exchange,
    Winner::Nextcloud,
    Winner::NewestHere,
    Winner::NewestThere,
];

/// The series of the tests, from the 5th to the 9th of January 2026.
const STARTS: i64 = 1_767_571_200;
const ENDS: i64 = 1_768_003_200;
const EARLIER: i64 = 1_770_000_000;
const LATER: i64 = 1_780_000_000;

impl Row {
    pub const fn told(self) -> &'static str {
        match self {
            Self::New => "no row",
            Self::Paired => "paired",
            Self::Intent => "intent to create there",
            Self::Aside => "set aside, both sides known",
            Self::AsideHere => "set aside, only the object known",
            Self::AsideThere => "set aside, only the item known",
            Self::LeftHere => "an object that was left here",
            Self::LeftThere => "an item that was left there",
        }
    }

    pub const fn knows_here(self) -> bool {
        !matches!(self, Self::New | Self::AsideThere | Self::LeftThere)
    }

    pub const fn knows_there(self) -> bool {
        matches!(
            self,
            Self::Paired | Self::Aside | Self::AsideThere | Self::LeftThere
        )
    }
}

impl Look {
    pub const fn told(self, known: bool) -> &'static str {
        match self {
            Self::None if known => "gone",
            Self::None => "nothing",
            Self::Same if known => "as known",
            Self::Same => "there",
            Self::Saved => "saved anew",
            Self::Place => "place",
            Self::Equal => "same place",
            Self::Url => "url",
            Self::Unreadable => "unreadable",
        }
    }
}

fn agreed() -> Fields {
    Fields::from([
        (fields::name(KIND), "name1".to_owned()),
        (PLACE, "old".to_owned()),
        (URL, "old".to_owned()),
    ])
}

fn seen(look: Look, side: &str) -> Fields {
    let mut fields = agreed();
    match look {
        Look::Place => fields.insert(PLACE, side.to_owned()),
        Look::Equal => fields.insert(PLACE, "here".to_owned()),
        Look::Url => fields.insert(URL, side.to_owned()),
        _ => None,
    };
    fields
}

/// Both sides and the journal as the cell says.
fn set(row: Row, here: Look, there: Look, winner: Winner, terms: &Terms) -> Shared {
    let shared = world(terms.setting());
    {
        let mut world = shared.lock();
        world.struck.extend([(Here, 1), (There, 1)]);
        let (saved, touched) = match winner {
            Winner::NewestHere => (LATER, EARLIER),
            _ => (EARLIER, LATER),
        };
        let key = (row == Row::Intent).then(|| "key".to_owned());
        let id = world.insert(Item {
            version: 0,
            uid: Some("uid".to_owned()),
            key,
            fields: agreed(),
            modified: 0,
            bad: false,
            copied: false,
        });
        let version = world.items[&id].version.to_string();
        let text = fields::text(KIND, "uid", &agreed(), "x", EARLIER);
        let etag = world.put(URI, text).to_string();
        world.cursor = Some(format!(
            "{} 0:{}",
            terms.before,
            u8::from(row.knows_there())
        ));
        world.stored_token = Some(world.token.to_string());
        let state = match row {
            Row::New => None,
            Row::Paired => Some(PairState::Linked),
            Row::Intent => Some(PairState::Creating),
            Row::LeftHere | Row::LeftThere => Some(PairState::Outside),
            _ => Some(PairState::SetAside),
        };
        let left = state == Some(PairState::Outside);
        // What a direction leaves, no window brings in.
        let spans = !left || terms.window.is_some();
        if let Some(state) = state {
            let aside = state == PairState::SetAside;
            let row = Pair {
                key: match row {
                    Row::LeftThere => LEFT_KEY.to_owned(),
                    _ => "key".to_owned(),
                },
                state,
                uri: row.knows_here().then(|| URI.to_owned()),
                etag: row.knows_here().then_some(etag),
                remote_id: row.knows_there().then(|| id.clone()),
                version: row.knows_there().then_some(version),
                base: match row {
                    Row::AsideHere | Row::AsideThere | Row::LeftHere | Row::LeftThere => {
                        BTreeMap::new()
                    }
                    _ => fingerprint(&fields::record(KIND, &agreed())),
                },
                reason: aside.then(|| "It was refused.".to_owned()),
                losses: Vec::new(),
                starts: spans.then_some(STARTS),
                ends: spans.then_some(ENDS),
            };
            world.rows.insert(row.key.clone(), row);
        }
        // What the journal does not know here is news, and an intent is left only by a cycle that stored no token.
        if !row.knows_here() || row == Row::Intent {
            world.stored_token = None;
        }
        match here {
            Look::None => {
                world.remove(URI);
            }
            Look::Same => {}
            Look::Unreadable => {
                world.put(URI, fields::garbage("uid"));
            }
            _ => {
                let text = fields::text(KIND, "uid", &seen(here, "here"), "x", saved);
                world.put(URI, text);
            }
        }
        match there {
            Look::None => {
                world.drop_item(&id);
            }
            Look::Same => {}
            Look::Unreadable => {
                world.items.get_mut(&id).unwrap().bad = true;
                world.touch(&id);
            }
            _ => {
                world.items.get_mut(&id).unwrap().fields = seen(there, "there");
                world.touch(&id);
            }
        }
        if let Some(item) = world.items.get_mut(&id) {
            item.modified = touched;
        }
    }
    shared
}

/// What changed from one state of a side to the other.
fn difference(before: Option<&Fields>, after: Option<&Fields>) -> Option<String> {
    match (before, after) {
        (None, None) => None,
        (None, Some(after)) => Some(format!("create ({}, {})", after[&PLACE], after[&URL])),
        (Some(_), None) => Some("delete".to_owned()),
        (Some(before), Some(after)) => {
            let changed: Vec<String> = [PLACE, URL]
                .into_iter()
                .filter(|slot| before.get(slot) != after.get(slot))
                .map(|slot| format!("{}={}", slot.1, after[&slot]))
                .collect();
            (!changed.is_empty()).then(|| format!("update {}", changed.join(", ")))
        }
    }
}

/// What a cycle does in a cell, and how the journal ends up.
pub fn outcome(row: Row, here: Look, there: Look, winner: Winner, terms: &Terms) -> String {
    let shared = set(row, here, there, winner, terms);
    let sides = |shared: &Shared| {
        let world = shared.lock();
        let objects: Vec<Fields> = world
            .objects
            .values()
            .map(|object| fields::read(KIND, &object.text))
            .collect();
        let items = world.items.clone();
        (objects, items)
    };
    let before = sides(&shared);
    let policy = match winner {
        Winner::Exchange => Policy::Exchange,
        Winner::Nextcloud => Policy::Nextcloud,
        Winner::NewestHere | Winner::NewestThere => Policy::Newest,
    };
    let mut wished = terms.link(&shared, policy);
    wished.options.restore_deleted = terms.bring;
    let report = drive(&shared, &wished).unwrap();
    assert_eq!(report.error, None, "{:?}", report.message);
    let after = sides(&shared);
    let mut told = Vec::new();
    if let Some(what) = difference(before.0.first(), after.0.first()) {
        told.push(format!("here: {what}"));
    }
    let old = before.1.values().next().map(|item| &item.fields);
    let new = after.1.values().next().map(|item| &item.fields);
    if let Some(what) = difference(old, new) {
        told.push(format!("there: {what}"));
    }
    if let Some(second) = after.1.values().nth(1) {
        let what = difference(None, Some(&second.fields)).unwrap();
        told.push(format!("there: {what} beside the other"));
    }
    let world = shared.lock();
    for kept in &world.kept {
        let fields = fields::read(KIND, kept.text.as_deref().unwrap());
        let (place, url) = (&fields[&PLACE], &fields[&URL]);
        let what = format!("keep {:?} ({place}, {url}), {:?}", kept.side, kept.cause);
        told.push(what.to_lowercase());
    }
    if told.is_empty() {
        told.push("nothing".to_owned());
    }
    let rows = world.rows.values().map(|row| match row.state {
        PairState::Linked => "paired",
        PairState::Creating => "intent",
        PairState::SetAside => "set aside",
        PairState::Outside => "left",
    });
    let rows: Vec<&str> = rows.collect();
    let journal = if rows.is_empty() {
        "no row".to_owned()
    } else {
        rows.join(", ")
    };
    drop(world);
    // Whatever it came to, it is at rest then.
    for _ in 0..2 {
        shared.lock().calls = Calls::default();
        let report = drive(&shared, &terms.link(&shared, policy)).unwrap();
        assert_eq!(report.error, None, "{:?}", report.message);
    }
    let calls = shared.lock().calls;
    assert_eq!(
        calls.remote_writes + calls.local_writes + calls.rows_saved,
        0
    );
    format!("{} -> {journal}", told.join("; "))
}
