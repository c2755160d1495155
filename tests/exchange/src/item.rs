//! What a mailbox holds: items with their bag, recurrence, exceptions and attachments.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};

use crate::bag::{Bag, Key, Value};
use crate::keys;
use crate::recurrence::Recurrence;
use crate::zone::Zone;

/// The kind of an item, which decides its element name and typed properties.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    Event,
    Contact,
    /// A distribution list.
    List,
    Task,
    Message,
}

impl Class {
    /// The name of the item's element.
    pub fn element(self) -> &'static str {
        match self {
            Class::Event => "CalendarItem",
            Class::Contact => "Contact",
            Class::List => "DistributionList",
            Class::Task => "Task",
            Class::Message => "Message",
        }
    }

    /// The class of that element, `None` for kinds that the stand-in does not keep.
    pub fn of_element(name: &str) -> Option<Class> {
        [
            Class::Event,
            Class::Contact,
            Class::List,
            Class::Task,
            Class::Message,
        ]
        .into_iter()
        .find(|class| class.element() == name)
    }

    /// The message class (`ItemClass`) of a new item.
    pub fn message_class(self) -> &'static str {
        match self {
            Class::Event => "IPM.Appointment",
            Class::Contact => "IPM.Contact",
            Class::List => "IPM.DistList",
            Class::Task => "IPM.Task",
            Class::Message => "IPM.Note",
        }
    }

    /// The class of the folder where such items are at home.
    pub fn folder_class(self) -> &'static str {
        match self {
            Class::Event => "IPF.Appointment",
            Class::Contact | Class::List => "IPF.Contact",
            Class::Task => "IPF.Task",
            Class::Message => "IPF.Note",
        }
    }
}

/// A file, or another item, that an item carries.
#[derive(Clone, Debug)]
pub struct Attachment {
    /// Unique in the mailbox; given by [`crate::store::Mailbox`].
    pub number: u64,
    pub name: String,
    pub content_type: String,
    pub content_id: Option<String>,
    pub content_location: Option<String>,
    pub inline: bool,
    pub contact_photo: bool,
    pub modified: DateTime<Utc>,
    pub content: Content,
}

/// What an attachment is.
#[derive(Clone, Debug)]
pub enum Content {
    File(Vec<u8>),
    Item(Box<Item>),
    /// A file somewhere else: the elements of a ReferenceAttachment in schema order, with their texts.
    Link(Vec<(&'static str, String)>),
}

impl Attachment {
    /// The name of its element.
    pub fn element(&self) -> &'static str {
        match self.content {
            Content::File(_) => "FileAttachment",
            Content::Item(_) => "ItemAttachment",
            Content::Link(_) => "ReferenceAttachment",
        }
    }

    /// Bytes of the content.
    pub fn size(&self) -> usize {
        match &self.content {
            Content::File(bytes) => bytes.len(),
            Content::Item(item) => item.size(),
            Content::Link(_) => 0,
        }
    }

    /// What the server says of its size: that of the attachment's whole record, always more than the content.
    pub fn stored_size(&self) -> usize {
        self.size() + 2 * self.name.len() + 134
    }
}

/// An occurrence that differs from its series.
#[derive(Clone, Debug, Default)]
pub struct Exception {
    /// The properties that differ. Always has START and END.
    pub changes: Bag,
    pub attachments: Vec<Attachment>,
}

/// A stored item.
#[derive(Clone, Debug)]
pub struct Item {
    /// Unique in the mailbox, never used again; what the ItemId encodes.
    pub number: u64,
    /// The folder's number.
    pub folder: u64,
    pub class: Class,
    /// It belongs to its folder and is no content of it: listings and counts leave it out.
    pub associated: bool,
    /// What the ChangeKey encodes; grows with every write.
    pub version: u64,
    pub bag: Bag,
    pub recurrence: Option<Recurrence>,
    /// Exceptions by instance index (from 1, over the pattern). Events only.
    pub exceptions: BTreeMap<u32, Exception>,
    /// Deleted occurrences by instance index. Events only.
    pub deleted: BTreeSet<u32>,
    pub attachments: Vec<Attachment>,
    /// The version in which each property was last changed, for those that were changed at all.
    pub revised: BTreeMap<Key, u64>,
}

/// How far an open-ended series is looked at when an occurrence is sought.
const FURTHEST_OCCURRENCE: usize = 20_000;

impl Item {
    /// An empty item that is in no mailbox yet.
    pub fn new(class: Class) -> Item {
        let mut bag = Bag::default();
        bag.set(
            keys::ITEM_CLASS,
            Value::Text(class.message_class().to_owned()),
        );
        Item {
            number: 0,
            folder: 0,
            class,
            associated: false,
            version: 0,
            bag,
            recurrence: None,
            exceptions: BTreeMap::new(),
            deleted: BTreeSet::new(),
            attachments: Vec::new(),
            revised: BTreeMap::new(),
        }
    }

    /// An event with a recurrence.
    pub fn is_series(&self) -> bool {
        self.class == Class::Event && self.recurrence.is_some()
    }

    /// The zone of the event's start.
    pub fn zone(&self) -> Zone {
        self.bag
            .text(&keys::START_ZONE)
            .and_then(Zone::windows)
            .unwrap_or(Zone::UTC)
    }

    /// The event's start, UTC.
    pub fn start(&self) -> DateTime<Utc> {
        self.bag.time(&keys::START).unwrap_or_default()
    }

    /// The event's end, UTC.
    pub fn end(&self) -> DateTime<Utc> {
        self.bag.time(&keys::END).unwrap_or_default()
    }

    /// How long the event (each regular occurrence of the series) lasts on the clock on the wall.
    pub fn length(&self) -> TimeDelta {
        self.zone().to_local(self.end()) - self.zone().to_local(self.start())
    }

    /// The wall-clock starts that the pattern gives, by index; deleted and modified ones included.
    pub fn pattern_starts(&self) -> impl Iterator<Item = (u32, NaiveDateTime)> + '_ {
        let first = self.zone().to_local(self.start());
        self.recurrence
            .as_ref()
            .into_iter()
            .flat_map(move |recurrence| recurrence.occurrences(first))
            .take(FURTHEST_OCCURRENCE)
    }

    /// Where the pattern puts the occurrence of that index, `None` outside the recurrence's range.
    pub fn original_start(&self, index: u32) -> Option<DateTime<Utc>> {
        let (_, local) = self
            .pattern_starts()
            .take(index as usize)
            .find(|(i, _)| *i == index)?;
        Some(self.zone().to_utc(local))
    }

    /// The properties of an occurrence: those of the series, its own times, and what its exception changes.
    pub fn occurrence(&self, index: u32) -> Option<Bag> {
        let (_, local) = self
            .pattern_starts()
            .take(index as usize)
            .find(|(i, _)| *i == index)?;
        Some(self.occurrence_at(index, local))
    }

    /// [`Item::occurrence`] where the pattern's start is known already.
    pub fn occurrence_at(&self, index: u32, local: NaiveDateTime) -> Bag {
        let mut bag = self.bag.clone();
        let start = self.zone().to_utc(local);
        bag.set(keys::START, Value::Time(start));
        bag.set(
            keys::END,
            Value::Time(self.zone().to_utc(local + self.length())),
        );
        bag.set(keys::REMINDER_TIME, Value::Time(start));
        match self.exceptions.get(&index) {
            Some(exception) => bag.overlaid(&exception.changes),
            None => bag,
        }
    }

    /// The exception of that index; a regular occurrence (whose properties are `bag`) becomes one.
    pub fn exception(&mut self, index: u32, bag: &Bag) -> &mut Exception {
        self.exceptions.entry(index).or_insert_with(|| {
            let mut changes = Bag::default();
            for key in [keys::START, keys::END] {
                if let Some(time) = bag.time(&key) {
                    changes.set(key, Value::Time(time));
                }
            }
            Exception {
                changes,
                attachments: Vec::new(),
            }
        })
    }

    /// Gives an occurrence these properties; what is other than the series' makes it an exception. Its times are
    /// always its own.
    pub fn change_occurrence(&mut self, index: u32, bag: &Bag) {
        let mut changes = Bag::default();
        let mut regular = self.clone();
        regular.exceptions.remove(&index);
        let regular = regular.occurrence(index).unwrap_or_default();
        let times = [keys::START, keys::END];
        for (key, value) in bag.iter() {
            if times.contains(key) || regular.get(key) != Some(value) {
                changes.set(key.clone(), value.clone());
            }
        }
        for (key, value) in regular.iter().filter(|(key, _)| bag.get(key).is_none()) {
            changes.set(key.clone(), value.emptied());
        }
        self.exceptions.entry(index).or_default().changes = changes;
    }

    /// A deleted occurrence is a mark in its master.
    pub fn delete_occurrence(&mut self, index: u32) {
        self.exceptions.remove(&index);
        self.deleted.insert(index);
    }

    /// About the bytes that the item takes.
    pub fn size(&self) -> usize {
        let bag: usize = self.bag.iter().map(|(_, value)| value_size(value)).sum();
        bag + 512 + self.attachments.iter().map(Attachment::size).sum::<usize>()
    }
}

fn value_size(value: &Value) -> usize {
    match value {
        Value::Text(text) => text.len(),
        Value::Binary(bytes) => bytes.len(),
        Value::Texts(texts) => texts.iter().map(String::len).sum(),
        Value::People(people) => people.len() * 64,
        Value::Members(members) => members.len() * 64,
        _ => 8,
    }
}
