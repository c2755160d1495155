//! What people do to both sides, between cycles and in the middle of one.

use super::event::SINGLE;
use super::fields::{
    self, CHANGED, DELETED, Fields, LIST, STATE, Slot, WHEN, all_words, normalise,
};
use super::story::{Edit, Here, Side, There};
use super::world::{Item, World};
use exchange_core::engine::Pair;
use exchange_core::model::Kind;
use exchange_core::sync::{DeletePolicy, Policy};
use std::collections::BTreeSet;

/// The number that the name of an item holds.
pub fn label(kind: Kind, fields: &Fields) -> Option<u32> {
    fields
        .get(&fields::name(kind))?
        .strip_prefix("name")?
        .parse()
        .ok()
}

impl World {
    pub fn act(&mut self, edit: Edit) {
        self.note(|| format!("{edit:?}"));
        self.tick();
        match edit {
            Edit::Create(side, label, uid) => {
                // Of two that are one by their UID, either name may stay.
                if let Some(other) = uid.filter(|uid| *uid != label) {
                    self.untracked.extend([label, other]);
                }
                let uid = uid.map(|uid| format!("u{uid}"));
                self.create(side, label, uid, None);
            }
            Edit::Squat(label, other) => {
                let uri = self.named(&format!("u{other}"));
                if self.row(|row| row.uri.as_ref() == Some(&uri)).is_some() {
                    // To the journal it is the object that had this name before, edited.
                    self.renamed.insert(label);
                    self.doubles.insert(label);
                    self.untracked.insert(other);
                    self.dead.remove(&other);
                }
                self.create(Here, label, Some(format!("u{label}")), Some(uri));
            }
            Edit::Set(side, label, slot) if self.fields_of(side, label).is_some() => {
                let value = self.value(side, slot);
                self.edit(side, label, |fields| set(fields, slot, Some(value)));
            }
            Edit::Set(..) => {}
            Edit::Drop(side, label, slot) => {
                self.edit(side, label, |fields| set(fields, slot, None));
            }
            Edit::Shift(side, label, month) => {
                let is_single = |when: &String| when.starts_with(SINGLE);
                self.edit(side, label, |fields| {
                    if fields.get(&(None, WHEN)).is_some_and(is_single) {
                        fields.insert((None, WHEN), format!("{SINGLE}{month}"));
                    }
                });
            }
            Edit::Touch(side, label) => self.save_anew(side, label),
            Edit::Cancel(side, label, day) => self.edit(side, label, |fields| {
                fields.insert((Some(day), STATE), DELETED.to_owned());
            }),
            Edit::Reset(side, label, day) => self.edit(side, label, |fields| {
                fields.remove(&(Some(day), STATE));
            }),
            Edit::Delete(side, label) => self.delete(side, label),
            Edit::Empty(side) => {
                for label in self.labels(side) {
                    self.delete(side, label);
                }
            }
            Edit::Copy(label, to) => self.copy(label, to),
            Edit::Move(label) => {
                if let Some(item) = self.take(label) {
                    self.insert(item);
                }
            }
            Edit::Leave(label) => {
                if let Some(item) = self.take(label) {
                    self.superseded.extend(all_words(&item.fields));
                    self.struck.insert((There, label));
                    self.elsewhere.insert(label, item);
                }
            }
            Edit::Return(label) => {
                if let Some(item) = self.elsewhere.remove(&label) {
                    self.dead.remove(&label);
                    self.doubles.insert(label);
                    self.insert(item);
                }
            }
            Edit::Spoil(label) => self.spoil(label),
            Edit::Heal(label, new) => self.heal(label, new),
            Edit::Bad(label) => self.make_bad(label, true),
            Edit::Good(label) => self.make_bad(label, false),
            Edit::Expire => self.era += 1,
            Edit::Clock(days) => self.clock += i64::from(days) * 86_400,
            Edit::Backup => self.back_up(),
            Edit::RestoreHere => self.restore(true, false, false),
            Edit::RestoreJournal => self.restore(false, true, false),
            Edit::RestoreNextcloud => self.restore(true, true, false),
            Edit::RestoreThere => self.restore(false, false, true),
            Edit::LoseJournal => {
                self.rows.clear();
                (self.cursor, self.stored_token) = (None, None);
                self.lose_track();
            }
        }
    }

    fn named(&self, uid: &str) -> String {
        match self.kind {
            Kind::Contact => format!("{uid}.vcf"),
            _ => format!("{uid}.ics"),
        }
    }

    /// A value that nobody wrote before.
    fn value(&mut self, side: Side, slot: Slot) -> String {
        let value = self.fresh(match slot.1 {
            "unmapped" => "X-OWN:value",
            "url" => "urn:value",
            _ => "value",
        });
        self.written.insert(value.clone());
        self.author.insert(value.clone(), side);
        value
    }

    fn new_fields(&mut self, side: Side, label: u32) -> Fields {
        let mut fields = Fields::new();
        let name = format!("name{label}");
        self.written.insert(name.clone());
        self.author.insert(name.clone(), side);
        fields.insert(fields::name(self.kind), name);
        let when = self.when[label as usize % 3];
        fields.extend(when.map(|when| ((None, WHEN), when.to_owned())));
        // Some of the others, by the number.
        for (bit, property) in fields::slots(self.kind).into_iter().enumerate() {
            if label >> bit & 1 == 1 {
                let slot = (None, property);
                let value = self.value(side, slot);
                fields.insert(slot, value);
            }
        }
        if self.kind == Kind::Event && label.is_multiple_of(3) {
            let value = self.value(side, (Some(7), "location"));
            set(&mut fields, (Some(7), "location"), Some(value));
        }
        fields
    }

    fn text(&mut self, uid: &str, fields: &Fields) -> String {
        let private = self.fresh("private");
        fields::text(self.kind, uid, fields, &private, self.clock)
    }

    fn create(&mut self, side: Side, label: u32, uid: Option<String>, uri: Option<String>) {
        match side {
            Here => {
                let uid = uid.unwrap_or_else(|| format!("u{label}"));
                let uri = uri.unwrap_or_else(|| self.named(&format!("p{label}")));
                if self.objects.contains_key(&uri) || self.by_uid(&uid).is_some() {
                    return;
                }
                let fields = self.new_fields(side, label);
                let text = self.text(&uid, &fields);
                self.put(&uri, text);
            }
            There => {
                let fields = self.new_fields(side, label);
                self.insert(Item {
                    version: 0,
                    uid,
                    key: None,
                    fields,
                    modified: 0,
                    bad: false,
                    copied: false,
                });
            }
        }
        self.dirty.insert((side, label));
    }

    pub fn object_named(&self, label: u32) -> Option<String> {
        let name = format!(":name{label}\r\n");
        let mut objects = self.objects.iter();
        let found = objects.find(|(_, object)| object.text.contains(&name))?;
        Some(found.0.clone())
    }

    pub fn item_named(&self, label: u32) -> Option<String> {
        let name = format!("name{label}");
        let slot = fields::name(self.kind);
        let mut items = self.items.iter();
        let found = items.find(|(_, item)| item.fields.get(&slot) == Some(&name))?;
        Some(found.0.clone())
    }

    pub fn labels(&self, side: Side) -> Vec<u32> {
        match side {
            Here => self
                .objects
                .values()
                .filter_map(|object| label(self.kind, &fields::read(self.kind, &object.text)))
                .collect(),
            There => self
                .items
                .values()
                .filter_map(|item| label(self.kind, &item.fields))
                .collect(),
        }
    }

    fn edit(&mut self, side: Side, label: u32, change: impl FnOnce(&mut Fields)) {
        let Some(before) = self.fields_of(side, label) else {
            return;
        };
        let mut fields = before.clone();
        change(&mut fields);
        normalise(&mut fields);
        if fields == before {
            return;
        }
        let after: Vec<String> = all_words(&fields).collect();
        self.superseded
            .extend(all_words(&before).filter(|word| !after.contains(word)));
        self.dirty.insert((side, label));
        self.dead.remove(&label);
        self.rewrite(side, label, fields);
    }

    pub fn fields_of(&self, side: Side, label: u32) -> Option<Fields> {
        match side {
            Here => {
                let uri = self.object_named(label)?;
                Some(fields::read(self.kind, &self.objects[&uri].text))
            }
            There => Some(self.items[&self.item_named(label)?].fields.clone()),
        }
    }

    fn rewrite(&mut self, side: Side, label: u32, fields: Fields) {
        match side {
            Here => {
                let Some(uri) = self.object_named(label) else {
                    return;
                };
                let uid = self.uid_at(&uri).unwrap().to_owned();
                let text = self.text(&uid, &fields);
                self.put(&uri, text);
            }
            There => {
                let Some(id) = self.item_named(label) else {
                    return;
                };
                self.items.get_mut(&id).unwrap().fields = fields;
                self.touch(&id);
            }
        }
    }

    fn save_anew(&mut self, side: Side, label: u32) {
        if let Some(fields) = self.fields_of(side, label) {
            self.rewrite(side, label, fields);
        }
    }

    fn delete(&mut self, side: Side, label: u32) {
        let (known, fields) = match side {
            Here => {
                let uri = self.object_named(label).or_else(|| self.spoiled(label));
                let known = self.row(|row| uri.is_some() && row.uri == uri).is_some();
                let object = uri.and_then(|uri| self.remove(&uri));
                (known, object.map(|it| fields::read(self.kind, &it.text)))
            }
            There => {
                let id = self.item_named(label);
                let known = self
                    .row(|row| id.is_some() && row.remote_id == id)
                    .is_some();
                let item = id.and_then(|id| self.drop_item(&id));
                (known, item.map(|item| item.fields))
            }
        };
        let Some(fields) = fields else { return };
        self.superseded.extend(all_words(&fields));
        self.struck.insert((side, label));
        let edited = self.dirty.contains(&(side.other(), label)) && !self.beats_edits(side);
        if self.wish.crosses(side)
            && !self.bringing
            && known
            && !edited
            && !self.doubles.contains(&label)
            && !self.untracked.contains(&label)
        {
            self.dead.insert(label);
        }
    }

    /// Whether a delete on that side stands against an edit on the other.
    fn beats_edits(&self, side: Side) -> bool {
        let preferred = match self.policy {
            Policy::Exchange => Some(There),
            Policy::Nextcloud => Some(Here),
            Policy::Newest => None,
        };
        self.wish.deletes == DeletePolicy::AsConflict && preferred == Some(side)
    }

    /// Nothing is deleted but what a person deleted on the other side.
    pub fn may_delete(&mut self, gone_on: Side, fields: &Fields) {
        assert!(!self.bringing, "deleted, and not brought back: {fields:?}");
        if let Some(label) = label(self.kind, fields) {
            let deleted = self.may_lack(gone_on, label);
            assert!(deleted, "deleted, and nobody had: {fields:?}");
            // To a journal from a backup it is gone on this side.
            self.struck.insert((gone_on.other(), label));
        }
    }

    /// An object goes only because the window moved on, and while its item is there, or was deleted by a person.
    pub fn may_let_go(&mut self, id: &str, version: &str, fields: &Fields) {
        let label = label(self.kind, fields).unwrap();
        let there = self.items.contains_key(id) || self.moved.contains(id);
        let stays = there || self.struck.contains(&(There, label));
        self.let_go.insert(label);
        assert!(stays, "let go, and nothing is left: {fields:?}");
        let known = |item: &&Item| item.version.to_string() == version;
        let Some(item) = self.items.get(id).filter(known) else {
            return;
        };
        let item = &item.fields;
        assert_ne!(self.is_inside(item), Some(true), "let go of {item:?}");
    }

    /// Whether that side may be without the item.
    pub fn may_lack(&self, side: Side, label: u32) -> bool {
        self.struck.contains(&(side, label))
            || [&self.doubles, &self.untracked, &self.renamed]
                .iter()
                .any(|set| set.contains(&label))
    }

    fn row(&self, is: impl Fn(&Pair) -> bool) -> Option<&Pair> {
        self.rows.values().find(|row| is(row))
    }

    fn take(&mut self, label: u32) -> Option<Item> {
        let id = self.item_named(label)?;
        let item = &self.items[&id];
        // Without a UID of its own nothing tells a moved item from a new one.
        if item.uid.is_none() || item.copied || item.bad {
            return None;
        }
        // Where an object has a name of its own, and its item was not made by us, only the object tells that they are one.
        let name = item.uid.as_ref().map(|uid| self.named(uid));
        let row = self.row(|row| row.remote_id.as_ref() == Some(&id));
        if row.is_none_or(|row| row.uri != name && Some(&row.key) != item.key.as_ref()) {
            self.untracked.insert(label);
            self.dead.remove(&label);
        }
        self.moved.insert(id.clone());
        self.drop_item(&id)
    }

    fn copy(&mut self, label: u32, to: u32) {
        let Some(id) = self.item_named(label) else {
            return;
        };
        let fields = self.new_fields(There, to);
        let item = self.items.get_mut(&id).unwrap();
        item.copied = true;
        let copy = Item {
            fields,
            ..item.clone()
        };
        let paired = self.row(|row| row.remote_id.as_ref() == Some(&id));
        if paired.is_none() {
            // Nothing tells an item that the journal does not know from its copy.
            self.untracked.insert(label);
            if self.disaster {
                self.doubles.insert(label);
            }
        }
        self.dead.remove(&label);
        self.renamed.extend([label, to]);
        self.dirty.insert((There, to));
        self.insert(copy);
    }

    fn spoil(&mut self, label: u32) {
        let Some(uri) = self.object_named(label) else {
            return;
        };
        let text = self.objects[&uri].text.clone();
        self.superseded
            .extend(all_words(&fields::read(self.kind, &text)));
        self.dead.remove(&label);
        self.doubles.insert(label);
        let uid = fields::uid(&text).unwrap();
        // The number stays in it, so that it is found again.
        let garbage = fields::garbage(uid) + &format!("was:{label}\r\n");
        self.put(&uri, garbage);
    }

    fn heal(&mut self, label: u32, new: u32) {
        if let Some(uri) = self.spoiled(label) {
            if self.dirty.contains(&(There, label)) {
                self.dirty.insert((There, new));
            }
            self.heal_at(&uri, new);
        }
    }

    fn spoiled(&self, label: u32) -> Option<String> {
        let was = format!("was:{label}\r\n");
        let mut objects = self.objects.iter();
        let found = objects.find(|(_, object)| object.text.ends_with(&was))?;
        Some(found.0.clone())
    }

    /// A person writes the object anew.
    pub fn heal_at(&mut self, uri: &str, label: u32) {
        let uid = self.uid_at(uri).unwrap().to_owned();
        let fields = self.new_fields(Here, label);
        let text = self.text(&uid, &fields);
        self.put(uri, text);
        self.renamed.insert(label);
        self.dirty.insert((Here, label));
    }

    fn make_bad(&mut self, label: u32, bad: bool) {
        let Some(id) = self.item_named(label) else {
            return;
        };
        if self.items[&id].bad != bad && !(bad && self.is_newcomer(&id)) {
            self.items.get_mut(&id).unwrap().bad = bad;
            self.dead.remove(&label);
            if self.items[&id].uid.is_some() || self.disaster {
                self.doubles.insert(label);
            }
            self.touch(&id);
        }
    }
}

/// Sets, adds or takes out what one edit is about.
fn set(fields: &mut Fields, slot: Slot, value: Option<String>) {
    if let (Some(day), Some(_)) = (slot.0, &value) {
        fields.insert((Some(day), STATE), CHANGED.to_owned());
    }
    let old = fields.remove(&slot);
    let new = match (slot.1, old, value) {
        (LIST, Some(old), Some(word)) => Some(super::card::sorted(&format!("{old},{word}"))),
        (LIST, Some(old), None) => old.split_once(',').map(|(_, rest)| rest.to_owned()),
        (_, _, value) => value,
    };
    let series = fields.contains_key(&(None, slot.1));
    let cleared = || (slot.0.is_some() && series).then(|| fields::NONE.to_owned());
    if let Some(value) = new.or_else(cleared) {
        fields.insert(slot, value);
    }
}
