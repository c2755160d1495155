//! What a cycle does with one item, for every cell of (what the journal says, what is here, what is there, who wins):
//! all of it is written to `tests/data/plans.txt`, reviewed line by line against docs/architecture.md.
//! `UPDATE_PLANS=1 cargo test -p exchange-core --test plans` writes it anew.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use exchange_core::engine::{Pair, PairState};
use exchange_core::model::Kind;
use exchange_core::sync::{Policy, fingerprint};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use support::fields::{self, Fields, Slot};
use support::story::{Here, Setting, There};
use support::world::{Calls, Item};
use support::{Shared, drive, link, world};

const KIND: Kind = Kind::Contact;
const TITLE: Slot = (None, "title");
const NICKNAME: Slot = (None, "nickname");
const URI: &str = "uid.vcf";

/// What the journal says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Row {
    New,
    Paired,
    Intent,
    /// Set aside while it knew both sides, the object only, or the item only.
    Aside,
    AsideHere,
    AsideThere,
}

/// What a side looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Look {
    None,
    Same,
    Saved,
    Title,
    /// The other side's new title.
    Equal,
    Nickname,
    Unreadable,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Winner {
    Exchange,
    Nextcloud,
    NewestHere,
    NewestThere,
}

const ROWS: [Row; 6] = [
    Row::New,
    Row::Paired,
    Row::Intent,
    Row::Aside,
    Row::AsideHere,
    Row::AsideThere,
];
const HERE: [Look; 6] = [
    Look::None,
    Look::Same,
    Look::Saved,
    Look::Title,
    Look::Nickname,
    Look::Unreadable,
];
const THERE: [Look; 7] = [
    Look::None,
    Look::Same,
    Look::Saved,
    Look::Title,
    Look::Equal,
    Look::Nickname,
    Look::Unreadable,
];
const WINNERS: [Winner; 4] = [
    Winner::Exchange,
    Winner::Nextcloud,
    Winner::NewestHere,
    Winner::NewestThere,
];

const EARLIER: i64 = 1_700_000_000;
const LATER: i64 = 1_750_000_000;

impl Row {
    const fn told(self) -> &'static str {
        match self {
            Self::New => "no row",
            Self::Paired => "paired",
            Self::Intent => "intent to create there",
            Self::Aside => "set aside, both sides known",
            Self::AsideHere => "set aside, only the object known",
            Self::AsideThere => "set aside, only the item known",
        }
    }

    const fn knows_here(self) -> bool {
        !matches!(self, Self::New | Self::AsideThere)
    }

    const fn knows_there(self) -> bool {
        matches!(self, Self::Paired | Self::Aside | Self::AsideThere)
    }
}

impl Look {
    const fn told(self, known: bool) -> &'static str {
        match self {
            Self::None if known => "gone",
            Self::None => "nothing",
            Self::Same if known => "as known",
            Self::Same => "there",
            Self::Saved => "saved anew",
            Self::Title => "title",
            Self::Equal => "same title",
            Self::Nickname => "nickname",
            Self::Unreadable => "unreadable",
        }
    }
}

fn agreed() -> Fields {
    Fields::from([
        (fields::name(KIND), "name1".to_owned()),
        (TITLE, "old".to_owned()),
        (NICKNAME, "old".to_owned()),
    ])
}

fn seen(look: Look, side: &str) -> Fields {
    let mut fields = agreed();
    match look {
        Look::Title => fields.insert(TITLE, side.to_owned()),
        Look::Equal => fields.insert(TITLE, "here".to_owned()),
        Look::Nickname => fields.insert(NICKNAME, side.to_owned()),
        _ => None,
    };
    fields
}

/// Both sides and the journal as the cell says.
fn set(row: Row, here: Look, there: Look, winner: Winner) -> Shared {
    let shared = world(Setting::PLAIN);
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
        world.cursor = Some(format!("2026 0:{}", u8::from(row.knows_there())));
        world.stored_token = Some(world.token.to_string());
        let state = match row {
            Row::New => None,
            Row::Paired => Some(PairState::Linked),
            Row::Intent => Some(PairState::Creating),
            _ => Some(PairState::SetAside),
        };
        if let Some(state) = state {
            let aside = state == PairState::SetAside;
            let row = Pair {
                key: "key".to_owned(),
                state,
                uri: row.knows_here().then(|| URI.to_owned()),
                etag: row.knows_here().then_some(etag),
                remote_id: row.knows_there().then(|| id.clone()),
                version: row.knows_there().then_some(version),
                base: match row {
                    Row::AsideHere | Row::AsideThere => BTreeMap::new(),
                    _ => fingerprint(&fields::record(KIND, &agreed())),
                },
                reason: aside.then(|| "It was refused.".to_owned()),
                losses: Vec::new(),
                starts: None,
                ends: None,
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
        (None, Some(after)) => Some(format!("create ({}, {})", after[&TITLE], after[&NICKNAME])),
        (Some(_), None) => Some("delete".to_owned()),
        (Some(before), Some(after)) => {
            let changed: Vec<String> = [TITLE, NICKNAME]
                .into_iter()
                .filter(|slot| before.get(slot) != after.get(slot))
                .map(|slot| format!("{}={}", slot.1, after[&slot]))
                .collect();
            (!changed.is_empty()).then(|| format!("update {}", changed.join(", ")))
        }
    }
}

/// What a cycle does in a cell, and how the journal ends up.
fn outcome(row: Row, here: Look, there: Look, winner: Winner) -> String {
    let shared = set(row, here, there, winner);
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
    let report = drive(&shared, &link(&shared, policy)).unwrap();
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
        let (title, nickname) = (&fields[&TITLE], &fields[&NICKNAME]);
        let what = format!(
            "keep {:?} ({title}, {nickname}), {:?}",
            kept.side, kept.cause
        );
        told.push(what.to_lowercase());
    }
    if told.is_empty() {
        told.push("nothing".to_owned());
    }
    let rows = world.rows.values().map(|row| match row.state {
        PairState::Linked => "paired",
        PairState::Creating => "intent",
        PairState::SetAside => "set aside",
        PairState::Outside => "outside",
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
        let report = drive(&shared, &link(&shared, policy)).unwrap();
        assert_eq!(report.error, None, "{:?}", report.message);
    }
    let calls = shared.lock().calls;
    assert_eq!(
        calls.remote_writes + calls.local_writes + calls.rows_saved,
        0
    );
    format!("{} -> {journal}", told.join("; "))
}

fn table() -> String {
    let mut table = String::new();
    for row in ROWS {
        writeln!(table, "\n== {}\n", row.told()).unwrap();
        for here in HERE {
            for there in THERE {
                let mut outcomes: Vec<(String, Vec<Winner>)> = Vec::new();
                for winner in WINNERS {
                    let outcome = outcome(row, here, there, winner);
                    match outcomes.iter_mut().find(|(known, _)| *known == outcome) {
                        Some((_, winners)) => winners.push(winner),
                        None => outcomes.push((outcome, vec![winner])),
                    }
                }
                for (outcome, winners) in outcomes {
                    let winners = if winners.len() == WINNERS.len() {
                        "any".to_owned()
                    } else {
                        let names: Vec<String> =
                            winners.iter().map(|winner| format!("{winner:?}")).collect();
                        names.join(" ")
                    };
                    writeln!(
                        table,
                        "{:<12}| {:<12}| {winners:<30}| {outcome}",
                        here.told(row.knows_here()),
                        there.told(row.knows_there()),
                    )
                    .unwrap();
                }
            }
        }
    }
    table
}

#[test]
fn every_cell_of_the_plan_table() {
    const HEAD: &str = "Written by tests/rust/plans.rs: what one cycle does with one item.\n\
        The item has a title and a nickname, both “old” where journal and sides agreed last.\n\n\
        here        | there       | who wins                      | operations -> the journal afterwards\n";
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data/plans.txt");
    let table = HEAD.to_owned() + &table();
    if std::env::var_os("UPDATE_PLANS").is_some() {
        std::fs::write(path, &table).unwrap();
    }
    let known = std::fs::read_to_string(path).unwrap();
    for (number, (now, known)) in table.lines().zip(known.lines()).enumerate() {
        assert_eq!(now, known, "line {}", number + 1);
    }
    assert_eq!(table.len(), known.len());
}
