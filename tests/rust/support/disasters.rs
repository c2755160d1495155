//! Backups that are brought back, and journals that are lost.

use super::fields;
use super::fields::{Fields, all_words};
use super::people::label;
use super::story::{Here, There};
use super::world::{Backup, World};
use std::collections::BTreeSet;

impl World {
    /// Without the journal nothing tells a deleted item from a new one, nor a copy from its item.
    pub fn lose_track(&mut self) {
        self.disaster = true;
        self.dead.clear();
        let uids = self.items.values().filter_map(|item| item.uid.clone());
        let mut known = BTreeSet::new();
        let shared: BTreeSet<_> = uids.filter(|uid| !known.insert(uid.clone())).collect();
        let copies = self.items.values().filter(|item| {
            item.copied || item.uid.as_ref().is_some_and(|uid| shared.contains(uid))
        });
        let labels = copies.filter_map(|item| label(self.kind, &item.fields));
        self.doubles.extend(labels.collect::<Vec<_>>());
        // Nor what was edited on one side only.
        for side in [Here, There] {
            let labels = self.labels(side).into_iter();
            self.dirty.extend(labels.map(|label| (side, label)));
        }
    }

    pub fn back_up(&mut self) {
        self.backup = Some(Box::new(Backup {
            items: self.items.clone(),
            objects: self.objects.clone(),
            token: self.token,
            rows: self.rows.clone(),
            cursor: self.cursor.clone(),
            stored_token: self.stored_token.clone(),
        }));
    }

    pub fn restore(&mut self, here: bool, journal: bool, there: bool) {
        let Some(backup) = self.backup.clone() else {
            return;
        };
        self.lose_track();
        // What an older journal says of an item that cannot be read is all there is to go by.
        let bad = self.items.values().filter(|item| item.bad);
        let bad = bad.filter_map(|item| label(self.kind, &item.fields));
        self.doubles.extend(bad.collect::<Vec<_>>());
        for (side, restored) in [(Here, here), (There, there)] {
            let labels = self.labels(side).into_iter().filter(|_| restored);
            self.struck.extend(labels.map(|label| (side, label)));
        }
        let words = |fields: Vec<Fields>| -> Vec<String> {
            fields
                .iter()
                .flat_map(|fields| all_words(fields).collect::<Vec<_>>())
                .collect()
        };
        if here {
            let objects = self.objects.values();
            let before = words(
                objects
                    .map(|it| fields::read(self.kind, &it.text))
                    .collect(),
            );
            self.superseded.extend(before);
            self.objects = backup.objects;
            self.token = if journal {
                backup.token
            } else {
                self.token + 1
            };
            let labels = self.labels(Here);
            self.dirty
                .extend(labels.into_iter().map(|label| (Here, label)));
        }
        if there {
            let items = self.items.values();
            let before = words(items.map(|item| item.fields.clone()).collect());
            self.superseded.extend(before);
            self.items = backup.items;
            self.era += 1;
            let labels = self.labels(There);
            self.dirty
                .extend(labels.into_iter().map(|label| (There, label)));
        }
        if journal {
            // To a journal from a backup an object that the window let go is one that was deleted.
            let let_go = self.let_go.iter().map(|label| (Here, *label));
            self.struck.extend(let_go);
            self.rows = backup.rows;
            self.cursor = backup.cursor;
            self.stored_token = backup.stored_token;
        }
    }
}
