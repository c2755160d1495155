//! Both sides, the journal, and everything that ever happened to them.

use super::chaos::Chaos;
use super::event;
use super::fields::{self, Fields};
use super::story::{Setting, Side, Wish};
use chrono::NaiveDate;
use exchange_core::engine::{Kept, Pair, Report};
use exchange_core::model::Kind;
use exchange_core::sync::Policy;
use parking_lot::Mutex;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub type Shared = Arc<Mutex<World>>;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    pub version: u64,
    pub uid: Option<String>,
    pub key: Option<String>,
    pub fields: Fields,
    pub modified: i64,
    /// The server cannot read it.
    pub bad: bool,
    /// Its UID is not its own.
    pub copied: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    pub etag: u64,
    pub text: String,
}

/// What was called, to be counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Calls {
    pub mailbox: u64,
    pub host: u64,
    pub rows_loaded: u64,
    pub rows_saved: u64,
    /// Items that were read.
    pub reads: u64,
    pub remote_writes: u64,
    pub local_writes: u64,
    pub remote_deletes: u64,
    pub local_deletes: u64,
    pub finds: u64,
}

/// The state of everything at one time.
#[derive(Clone, Debug)]
pub struct Backup {
    pub items: BTreeMap<String, Item>,
    pub objects: BTreeMap<String, Object>,
    pub token: u64,
    pub rows: BTreeMap<String, Pair>,
    pub cursor: Option<String>,
    pub stored_token: Option<String>,
}

#[derive(Debug)]
pub struct World {
    pub kind: Kind,
    pub policy: Policy,
    pub wish: Wish,
    /// When a new item is, by its number (see [`fields::WHEN`]).
    pub when: [Option<&'static str>; 3],
    /// Whether this cycle brings back what is gone.
    pub bringing: bool,
    pub items: BTreeMap<String, Item>,
    /// Items in another folder, by their number.
    pub elsewhere: BTreeMap<u32, Item>,
    /// Changes of the folder in order; a cursor is a place in it.
    pub log: Vec<String>,
    /// Counts up when all cursors are forgotten.
    pub era: u64,
    pub page: usize,

    pub objects: BTreeMap<String, Object>,
    pub token: u64,
    pub rows: BTreeMap<String, Pair>,
    pub cursor: Option<String>,
    pub stored_token: Option<String>,
    pub kept: Vec<Kept>,
    pub reports: Vec<Report>,

    pub chaos: Chaos,
    pub calls: Calls,
    pub clock: i64,
    /// The clock when the last cycle began.
    pub begun: i64,
    pub fresh: u64,
    pub backup: Option<Box<Backup>>,
    /// Values that a person wrote, and those that a person saw and changed or deleted afterwards.
    pub written: BTreeSet<String>,
    pub superseded: BTreeSet<String>,
    /// The side that a value was written on.
    pub author: BTreeMap<String, Side>,
    /// Items that people deleted on a side, at any time.
    pub struck: BTreeSet<(Side, u32)>,
    /// Ids that items had before they moved.
    pub moved: BTreeSet<String>,
    /// Objects that went because the window moved on.
    pub let_go: BTreeSet<u32>,
    /// Items that may go by another number on the other side: written anew, or copied.
    pub renamed: BTreeSet<u32>,
    /// Whether a backup was restored, or the journal lost.
    pub disaster: bool,
    /// Items that a person edited on a side since the last cycle that told the other one.
    pub dirty: BTreeSet<(Side, u32)>,
    /// Deleted items that no edit brings back.
    pub dead: BTreeSet<u32>,
    /// Items that nothing tells from one that was made anew in their place.
    pub doubles: BTreeSet<u32>,
    /// Moved items whose deleted object nothing finds any more.
    pub untracked: BTreeSet<u32>,
    /// Whether the trace is kept.
    pub told: bool,
    pub trace: Vec<String>,
}

pub fn world(setting: Setting) -> Shared {
    Arc::new(Mutex::new(World {
        kind: setting.kind,
        policy: setting.policy,
        wish: setting.wish,
        when: match setting.wish.window {
            Some(_) => [None, Some("4"), Some("s1")],
            None => [None; 3],
        },
        bringing: false,
        items: BTreeMap::new(),
        elsewhere: BTreeMap::new(),
        log: Vec::new(),
        era: 0,
        page: setting.page.into(),
        objects: BTreeMap::new(),
        token: 1,
        rows: BTreeMap::new(),
        cursor: None,
        stored_token: None,
        kept: Vec::new(),
        reports: Vec::new(),
        chaos: Chaos::none(setting.order.into()),
        calls: Calls::default(),
        clock: 1_767_225_600,
        begun: 0,
        fresh: 0,
        backup: None,
        written: BTreeSet::new(),
        superseded: BTreeSet::new(),
        author: BTreeMap::new(),
        struck: BTreeSet::new(),
        moved: BTreeSet::new(),
        let_go: BTreeSet::new(),
        renamed: BTreeSet::new(),
        disaster: false,
        dirty: BTreeSet::new(),
        dead: BTreeSet::new(),
        doubles: BTreeSet::new(),
        untracked: BTreeSet::new(),
        told: false,
        trace: Vec::new(),
    }))
}

/// All that a cycle may write.
#[derive(Debug, PartialEq)]
pub struct State {
    items: BTreeMap<String, Item>,
    objects: BTreeMap<String, Object>,
    rows: BTreeMap<String, Pair>,
    cursors: [Option<String>; 2],
    kept: usize,
}

impl World {
    pub fn state(&self) -> State {
        State {
            items: self.items.clone(),
            objects: self.objects.clone(),
            rows: self.rows.clone(),
            cursors: [self.cursor.clone(), self.stored_token.clone()],
            kept: self.kept.len(),
        }
    }

    pub fn fresh(&mut self, prefix: &str) -> String {
        self.fresh += 1;
        format!("{prefix}{}", self.fresh)
    }

    pub fn tick(&mut self) -> i64 {
        self.clock += 1;
        self.clock
    }

    pub fn note(&mut self, text: impl FnOnce() -> String) {
        if self.told {
            self.trace.push(text());
        }
    }

    /// Stores a local object under a new etag.
    pub fn put(&mut self, uri: &str, text: String) -> u64 {
        self.token += 1;
        let etag = self.token;
        self.objects.insert(uri.to_owned(), Object { etag, text });
        etag
    }

    pub fn remove(&mut self, uri: &str) -> Option<Object> {
        self.token += 1;
        self.objects.remove(uri)
    }

    /// Records that an item changed, under a new version.
    pub fn touch(&mut self, id: &str) -> u64 {
        self.log.push(id.to_owned());
        let version = self.log.len() as u64;
        let now = self.tick();
        if let Some(item) = self.items.get_mut(id) {
            item.version = version;
            item.modified = now;
        }
        version
    }

    pub fn insert(&mut self, item: Item) -> String {
        let id = self.fresh("item");
        self.items.insert(id.clone(), item);
        self.touch(&id);
        id
    }

    pub fn drop_item(&mut self, id: &str) -> Option<Item> {
        let item = self.items.remove(id);
        self.touch(id);
        item
    }

    /// Whether the link's window surely has an item or surely has not; None at its edge.
    pub fn is_inside(&self, fields: &Fields) -> Option<bool> {
        let Some(window) = self.wish.window.filter(|_| self.kind == Kind::Event) else {
            return Some(true);
        };
        let (first, end) = event::days(fields);
        let today = chrono::DateTime::from_timestamp(self.begun, 0).unwrap();
        let days = |from: NaiveDate, to: NaiveDate| (to - from).num_days();
        let ahead = days(today.date_naive(), first) - i64::from(window.future);
        let behind = days(end, today.date_naive()) - i64::from(window.past);
        match ahead.max(behind) {
            ..=0 => Some(true),
            over if over > 2 => Some(false),
            _ => None,
        }
    }

    pub fn uid_at(&self, uri: &str) -> Option<&str> {
        fields::uid(&self.objects.get(uri)?.text)
    }

    pub fn by_uid(&self, uid: &str) -> Option<&String> {
        self.objects
            .iter()
            .find(|(_, object)| fields::uid(&object.text) == Some(uid))
            .map(|(uri, _)| uri)
    }

    /// Whether an item came by another way than its own creation and no row pairs it yet: made by us with the reply
    /// lost, moved, or copied. Nothing could tell what it is while it is unreadable, so it always is readable.
    pub fn is_newcomer(&self, id: &str) -> bool {
        let paired = |row: &Pair| row.remote_id.as_deref() == Some(id);
        let item = self.items.get(id);
        let known = item.is_some_and(|item| item.key.is_some() || item.uid.is_some());
        known && !self.rows.values().any(paired)
    }

    /// Whether the journal keeps at most one row of each object and each item when these rows come and those go.
    pub fn stays_unique<'a>(
        &'a self,
        forget: &[String],
        new: &(impl Iterator<Item = &'a Pair> + Clone),
    ) -> bool {
        let others = self
            .rows
            .values()
            .filter(|row| !forget.contains(&row.key) && !new.clone().any(|new| new.key == row.key));
        let (mut uris, mut ids) = (BTreeSet::new(), BTreeSet::new());
        others.chain(new.clone()).all(|row| {
            assert_eq!(row.remote_id.is_some(), row.version.is_some(), "{row:?}");
            row.uri.as_ref().is_none_or(|uri| uris.insert(uri))
                && row.remote_id.as_ref().is_none_or(|id| ids.insert(id))
        })
    }
}
