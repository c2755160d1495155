//! What people do to both sides, between cycles and in the middle of one.

use super::card::{self, FIELDS, Fields};
use super::world::{Item, World};

impl World {
    /// Someone edits while a call is under way.
    pub fn meanwhile(&mut self) {
        if self.chaos.rng.chance(self.chaos.edit) {
            self.someone_edits(false);
        }
    }

    pub fn someone_edits(&mut self, between_cycles: bool) {
        let choice = self.chaos.rng.below(if between_cycles { 12 } else { 10 });
        match choice {
            0 => self.create_local(None),
            1 => self.create_remote(None),
            2 | 3 => self.edit_local(),
            4 | 5 => self.edit_remote(),
            6 => self.delete_local(),
            7 => self.delete_remote(),
            8 => self.spoil(),
            9 => self.copy_or_move(),
            10 => {
                let uid = self.fresh("uid");
                self.create_local(Some(uid.clone()));
                self.create_remote(Some(uid));
            }
            _ => self.era += 1,
        }
    }

    fn value(&mut self, line: &str) -> String {
        let value = card::in_record(line, &self.fresh("value"));
        self.written.insert(value.clone());
        value
    }

    /// Some properties; the name marks the item for good.
    fn some_fields(&mut self) -> Fields {
        let mut fields = Fields::new();
        for (index, (line, property)) in FIELDS.iter().enumerate() {
            if index == 0 || self.chaos.rng.chance(500) {
                let value = self.value(line);
                fields.insert(property, value);
            }
        }
        fields
    }

    pub fn create_local(&mut self, uid: Option<String>) {
        let uid = uid.unwrap_or_else(|| self.fresh("uid"));
        // Sometimes a name that the engine would choose for another item.
        let uri = if self.chaos.rng.chance(200) {
            format!("item{}.vcf", self.fresh + 1)
        } else {
            format!("{uid}-local.vcf")
        };
        if self.objects.contains_key(&uri) {
            return;
        }
        let fields = self.some_fields();
        let private = self.fresh("private");
        self.note(format!("person creates {uri} {uid} {fields:?}"));
        let text = card::card(&uid, &fields, &private);
        self.put(&uri, text);
    }

    pub fn create_remote(&mut self, uid: Option<String>) {
        let uid = uid.or_else(|| self.chaos.rng.chance(500).then(|| self.fresh("uid")));
        let fields = self.some_fields();
        let told = format!("{uid:?} {fields:?}");
        let id = self.insert(Item {
            version: 0,
            uid,
            key: None,
            fields,
            modified: 0,
            bad: false,
            copied: false,
        });
        self.note(format!("person creates {id} {told}"));
    }

    /// Changes, adds or removes one property, never the name.
    fn change(&mut self, fields: &mut Fields) {
        let (line, property) = FIELDS[1 + self.chaos.rng.below(FIELDS.len() - 1)];
        if let Some(old) = fields.remove(property) {
            self.superseded.insert(old);
            if self.chaos.rng.chance(250) {
                return;
            }
        }
        let value = self.value(line);
        fields.insert(property, value);
    }

    fn any_uri(&mut self) -> Option<String> {
        let uris: Vec<String> = self.objects.keys().cloned().collect();
        self.chaos.rng.pick(&uris).cloned()
    }

    fn any_id(&mut self) -> Option<String> {
        let ids: Vec<String> = self.items.keys().cloned().collect();
        self.chaos.rng.pick(&ids).cloned()
    }

    fn edit_local(&mut self) {
        let Some(uri) = self.any_uri() else { return };
        let text = self.objects[&uri].text.clone();
        if !card::is_card(&text) {
            return self.heal_local(&uri);
        }
        let mut fields = card::fields(&text);
        if self.chaos.rng.chance(900) {
            self.change(&mut fields);
        }
        let private = self.fresh("private");
        self.note(format!("person edits {uri} {fields:?}"));
        let text = card::card(card::uid(&text).unwrap(), &fields, &private);
        self.put(&uri, text);
    }

    fn edit_remote(&mut self) {
        let Some(id) = self.any_id() else { return };
        let mut fields = self.items[&id].fields.clone();
        if self.chaos.rng.chance(900) {
            self.change(&mut fields);
        }
        self.note(format!("person edits {id} {fields:?}"));
        self.items.get_mut(&id).unwrap().fields = fields;
        self.touch(&id);
    }

    fn delete_local(&mut self) {
        let Some(uri) = self.any_uri() else { return };
        let object = self.remove(&uri).unwrap();
        self.note(format!("person deletes {uri}"));
        self.superseded
            .extend(card::fields(&object.text).into_values());
    }

    fn delete_remote(&mut self) {
        let Some(id) = self.any_id() else { return };
        let item = self.drop_item(&id).unwrap();
        self.note(format!("person deletes {id}"));
        self.superseded.extend(item.fields.into_values());
    }

    /// Makes something unreadable, or readable again.
    fn spoil(&mut self) {
        if self.chaos.rng.chance(500) {
            let Some(id) = self.any_id() else { return };
            let known = !self.is_newcomer(&id);
            let item = self.items.get_mut(&id).unwrap();
            item.bad = known && !item.bad;
            let bad = item.bad;
            self.note(format!("{id} bad: {bad}"));
            self.touch(&id);
            return;
        }
        let Some(uri) = self.any_uri() else { return };
        let text = self.objects[&uri].text.clone();
        if !card::is_card(&text) {
            return self.heal_local(&uri);
        }
        self.note(format!("person spoils {uri}"));
        self.superseded.extend(card::fields(&text).into_values());
        self.put(&uri, card::garbage(card::uid(&text).unwrap()));
    }

    /// A person writes the card anew.
    pub fn heal_local(&mut self, uri: &str) {
        let uid = self.uid_at(uri).unwrap().to_owned();
        let fields = self.some_fields();
        let private = self.fresh("private");
        self.note(format!("person heals {uri} {fields:?}"));
        self.put(uri, card::card(&uid, &fields, &private));
    }

    /// A copy has everything of its item, the key and the UID too; a move gives an item another id.
    fn copy_or_move(&mut self) {
        let Some(id) = self.any_id() else { return };
        let mut item = self.items[&id].clone();
        // Without a UID of its own nothing tells a moved item from a new one.
        let unknown = item.uid.is_none() || item.copied || item.bad;
        let copying = unknown || self.chaos.rng.chance(500);
        if copying {
            item.fields = self.some_fields();
            item.copied = true;
            self.items.get_mut(&id).unwrap().copied = true;
        } else {
            self.drop_item(&id);
        }
        let new = self.insert(item);
        self.note(format!("person copies {copying} {id} to {new}"));
    }
}
