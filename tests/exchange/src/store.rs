//! A mailbox: folders, items, and the order of their changes.

mod folders;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, SubsecRound, Utc};

use crate::bag::Value;
use crate::changes::ChangeLog;
use crate::failure::Failure;
use crate::item::{Attachment, Exception, Item};
use crate::keys;
use crate::mail::Mail;
use crate::notify::{Journal, Kind, Thing};
use crate::sharing::Share;

pub use folders::COMMON_VIEWS;
use folders::{DISTINGUISHED, FEW};

/// A folder of a mailbox.
#[derive(Clone, Debug)]
pub struct Folder {
    /// Unique in the mailbox; what the FolderId encodes.
    pub number: u64,
    pub parent: Option<u64>,
    pub name: String,
    /// `IPF.Appointment`, …; empty for the root.
    pub class: String,
    pub distinguished: Option<&'static str>,
    pub version: u64,
    pub created: DateTime<Utc>,
    /// When an item was last added, changed or removed (0x670A).
    pub committed: DateTime<Utc>,
    /// How many items were ever removed (0x670B).
    pub removed: u32,
    pub items: BTreeSet<u64>,
    /// Those that belong to the folder itself (views, shortcuts, settings) and are no content of it, also those that are gone.
    pub associated: BTreeSet<u64>,
    pub log: ChangeLog,
}

/// A person's mailbox.
#[derive(Clone, Debug)]
pub struct Mailbox {
    /// The primary SMTP address.
    pub address: String,
    /// The person's name.
    pub name: String,
    /// The Windows id of the person's zone.
    pub zone: String,
    pub folders: BTreeMap<u64, Folder>,
    pub items: BTreeMap<u64, Item>,
    /// Changes of folders.
    pub hierarchy: ChangeLog,
    /// What notifications tell.
    pub journal: Journal,
    /// XML of the master category list.
    pub category_list: String,
    pub settings: Settings,
    /// The meeting mails that a real server would have sent.
    pub mails: Vec<Mail>,
    /// What the one who calls just now may do, where it is not the owner.
    pub visitor: Option<Share>,
    clock: u64,
    backup: Option<Box<Mailbox>>,
    /// How often a backup took the place of what was there.
    restored: u32,
}

/// What an administrator of the server may set.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Settings {
    /// The largest attachment in bytes; `None` is no limit.
    pub attachment_limit: Option<usize>,
    /// What others may do here, by their addresses; `*` is everybody.
    pub shares: BTreeMap<String, Share>,
    /// Whether a meeting keeps its id when it is accepted. Real servers make it anew, though not always.
    pub keeps_accepted: bool,
}

/// Now, in whole seconds: what SystemTime values hold.
pub fn now() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(0)
}

impl Mailbox {
    /// An empty mailbox with all its distinguished folders, and the one for shortcuts.
    pub fn new(address: &str) -> Mailbox {
        let mut mailbox = Mailbox::with(address, |_| true);
        let root = mailbox.distinguished("root");
        mailbox.add_folder(root, COMMON_VIEWS, "");
        mailbox
    }

    /// An empty mailbox with few folders, for a crowd of them.
    pub fn lean(address: &str) -> Mailbox {
        Mailbox::with(address, |id| FEW.contains(&id))
    }

    fn with(address: &str, has: impl Fn(&str) -> bool) -> Mailbox {
        let local = address.split('@').next().unwrap_or(address);
        let mut name: String = local.to_owned();
        if let Some(first) = name.get_mut(0..1) {
            first.make_ascii_uppercase();
        }
        let mut mailbox = Mailbox {
            address: address.to_owned(),
            name,
            zone: "W. Europe Standard Time".to_owned(),
            folders: BTreeMap::new(),
            items: BTreeMap::new(),
            hierarchy: ChangeLog::default(),
            journal: Journal::default(),
            category_list: EMPTY_CATEGORY_LIST.to_owned(),
            settings: Settings::default(),
            mails: Vec::new(),
            visitor: None,
            clock: 0,
            backup: None,
            restored: 0,
        };
        let wanted = DISTINGUISHED.into_iter().filter(|folder| has(folder.0));
        for (id, display, class, parent) in wanted {
            let parent = mailbox.distinguished(parent);
            let number = mailbox.add_folder(parent, display, class);
            if let Some(folder) = mailbox.folders.get_mut(&number) {
                folder.distinguished = Some(id);
            }
        }
        mailbox
    }

    /// The organisation's public folders, which everybody may read and change.
    pub fn public(address: &str) -> Mailbox {
        let mut mailbox = Mailbox::new(address);
        mailbox.folders.clear();
        let root = mailbox.add_folder(None, "IPM_SUBTREE", "");
        if let Some(folder) = mailbox.folders.get_mut(&root) {
            folder.distinguished = Some("publicfoldersroot");
        }
        let share = Share {
            folders: vec!["publicfoldersroot".to_owned()],
            writable: true,
        };
        mailbox.settings.shares.insert("*".to_owned(), share);
        mailbox
    }

    /// Whether these are public folders.
    pub fn is_public(&self) -> bool {
        self.distinguished("publicfoldersroot").is_some()
    }

    /// Keeps the mailbox as it is now.
    pub fn back_up(&mut self) {
        self.backup = None;
        self.backup = Some(Box::new(self.clone()));
    }

    /// Goes back to what was kept. Nothing that is new from now on has a number of what is lost.
    pub fn restore(&mut self) -> bool {
        let Some(backup) = self.backup.take() else {
            return false;
        };
        *self = Mailbox {
            clock: self.clock,
            journal: std::mem::take(&mut self.journal),
            restored: self.restored + 1,
            ..*backup
        };
        true
    }

    /// Whose sync states are taken: none of before a restoration.
    pub fn era(&self) -> String {
        format!("{}/{}", self.address, self.restored)
    }

    /// A number greater than all before: ids, versions and change sequences.
    pub fn tick(&mut self) -> u64 {
        self.clock += 1;
        self.clock
    }

    /// The number of a distinguished folder such as `calendar`.
    pub fn distinguished(&self, id: &str) -> Option<u64> {
        self.folders
            .values()
            .find(|folder| folder.distinguished == Some(id))
            .map(|folder| folder.number)
    }

    pub fn add_folder(&mut self, parent: Option<u64>, name: &str, class: &str) -> u64 {
        let number = self.tick();
        let folder = Folder {
            number,
            parent,
            name: name.to_owned(),
            class: class.to_owned(),
            distinguished: None,
            version: number,
            created: now(),
            committed: now(),
            removed: 0,
            items: BTreeSet::new(),
            associated: BTreeSet::new(),
            log: ChangeLog::default(),
        };
        self.folders.insert(number, folder);
        self.hierarchy.record(number, number, false);
        if let Some(parent) = parent {
            self.happened(Kind::Created, (Thing::Folder(number), number), parent, None);
        }
        number
    }

    /// The folder's direct children.
    pub fn children(&self, folder: u64) -> impl Iterator<Item = &Folder> {
        self.folders
            .values()
            .filter(move |child| child.parent == Some(folder))
    }

    /// Removes a folder with everything in it.
    pub fn remove_folder(&mut self, folder: u64) {
        let children: Vec<u64> = self.children(folder).map(|child| child.number).collect();
        for child in children {
            self.remove_folder(child);
        }
        if let Some(gone) = self.folders.remove(&folder) {
            for item in gone.items.iter().chain(&gone.associated) {
                self.items.remove(item);
            }
            let sequence = self.tick();
            self.hierarchy.record(folder, sequence, true);
            let parent = gone.parent.unwrap_or(folder);
            self.happened(
                Kind::Deleted,
                (Thing::Folder(folder), gone.version),
                parent,
                None,
            );
        }
    }

    /// Puts a folder under another parent.
    pub fn move_folder(&mut self, folder: u64, parent: u64) {
        let version = self.tick();
        let mut from = None;
        if let Some(moved) = self.folders.get_mut(&folder) {
            from = moved.parent.map(|old| (Thing::Folder(folder), old));
            moved.parent = Some(parent);
            moved.version = version;
        }
        self.hierarchy.record(folder, version, false);
        self.happened(Kind::Moved, (Thing::Folder(folder), version), parent, from);
    }

    /// Stores a new item and returns its number. Times of creation and change are kept where the bag has them (a
    /// seeded mailbox), else they are now.
    pub fn add(&mut self, folder: u64, item: Item) -> u64 {
        let number = self.put(folder, item);
        self.happened(Kind::Created, (Thing::Item(number), number), folder, None);
        number
    }

    fn put(&mut self, folder: u64, mut item: Item) -> u64 {
        let number = self.tick();
        item.number = number;
        item.folder = folder;
        item.version = number;
        item.bag.set(
            keys::IMAP_ID,
            Value::Int(i32::try_from(number).unwrap_or(i32::MAX)),
        );
        for key in [keys::CREATED, keys::MODIFIED] {
            if item.bag.get(&key).is_none() {
                item.bag.set(key, Value::Time(now()));
            }
        }
        let parts = item
            .exceptions
            .values_mut()
            .flat_map(|exception: &mut Exception| &mut exception.attachments);
        for attachment in item.attachments.iter_mut().chain(parts) {
            self.clock += 1;
            attachment.number = self.clock;
        }
        if let Some(folder) = self.folders.get_mut(&folder).filter(|_| item.associated) {
            folder.associated.insert(number);
        }
        self.items.insert(number, item);
        self.note(folder, number, number, false);
        number
    }

    /// Changes an item: it gets a new version and its folder knows. `None` where there is no such item.
    pub fn change<T>(&mut self, number: u64, edit: impl FnOnce(&mut Item) -> T) -> Option<T> {
        let version = self.tick();
        let item = self.items.get_mut(&number)?;
        let before = (item.bag.clone(), item.recurrence.clone());
        let answer = edit(item);
        item.version = version;
        let rule = (before.1 != item.recurrence).then_some(keys::RECURRENCE);
        for key in before.0.changed_keys(&item.bag).into_iter().chain(rule) {
            item.revised.insert(key, version);
        }
        item.bag.set(keys::MODIFIED, Value::Time(now()));
        let folder = item.folder;
        self.note(folder, number, version, false);
        self.happened(Kind::Modified, (Thing::Item(number), version), folder, None);
        Some(answer)
    }

    /// Removes an item for good.
    pub fn remove(&mut self, number: u64) -> Option<Item> {
        let item = self.take(number)?;
        let gone = (Thing::Item(number), item.version);
        self.happened(Kind::Deleted, gone, item.folder, None);
        Some(item)
    }

    fn take(&mut self, number: u64) -> Option<Item> {
        let item = self.items.remove(&number)?;
        let sequence = self.tick();
        self.note(item.folder, number, sequence, true);
        Some(item)
    }

    /// Moves an item; it gets a new number, the old one is dead.
    pub fn relocate(&mut self, number: u64, folder: u64) -> Option<u64> {
        let item = self.take(number)?;
        let from = (Thing::Item(number), item.folder);
        let moved = self.put(folder, item);
        self.happened(Kind::Moved, (Thing::Item(moved), moved), folder, Some(from));
        Some(moved)
    }

    /// Copies an item.
    pub fn copy(&mut self, number: u64, folder: u64) -> Option<u64> {
        let item = self.items.get(&number)?.clone();
        let from = (Thing::Item(number), item.folder);
        let copy = self.put(folder, item);
        self.happened(Kind::Copied, (Thing::Item(copy), copy), folder, Some(from));
        Some(copy)
    }

    /// Whether an attachment is small enough.
    pub fn check_size(&self, attachment: &Attachment) -> Result<(), Failure> {
        match self.settings.attachment_limit {
            Some(limit) if attachment.size() > limit => Err(Failure::new(
                "ErrorAttachmentSizeLimitExceeded",
                "The size of the attachment exceeds the limit of this server.",
            )),
            _ => Ok(()),
        }
    }

    /// A number for a new attachment.
    pub fn number_attachment(&mut self, attachment: &mut Attachment) {
        attachment.number = self.tick();
    }

    /// The items of a folder in the order of their creation.
    pub fn items_in(&self, folder: u64) -> impl Iterator<Item = &Item> {
        let numbers = self.folders.get(&folder).map(|folder| &folder.items);
        numbers
            .into_iter()
            .flatten()
            .filter_map(|number| self.items.get(number))
    }

    /// The associated items of a folder in the order of their creation.
    pub fn associated_in(&self, folder: u64) -> impl Iterator<Item = &Item> {
        let numbers = self.folders.get(&folder).map(|folder| &folder.associated);
        numbers
            .into_iter()
            .flatten()
            .filter_map(|number| self.items.get(number))
    }

    fn note(&mut self, folder: u64, item: u64, sequence: u64, gone: bool) {
        let Some(folder) = self.folders.get_mut(&folder) else {
            return;
        };
        folder.log.record(item, sequence, gone);
        folder.committed = now();
        match gone {
            true => {
                folder.items.remove(&item);
                folder.removed += 1;
            }
            false if folder.associated.contains(&item) => {}
            false => {
                folder.items.insert(item);
            }
        }
    }
}

const EMPTY_CATEGORY_LIST: &str = concat!(
    r#"<?xml version="1.0"?><categories default="" lastSavedSession="1" lastSavedTime="2026-01-05T08:00:00.000" "#,
    r#"xmlns="CategoryList.xsd"></categories>"#
);
