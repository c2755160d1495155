//! What happened in a mailbox, in order. One action of a person leaves several entries, as on a real server: the folder
//! of an item changes with it.

use std::collections::VecDeque;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use tokio::sync::mpsc::UnboundedSender;

use crate::store::{self, Mailbox};

/// So many entries are kept.
const KEPT: usize = 1000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Created,
    Modified,
    Deleted,
    Moved,
    Copied,
}

impl Kind {
    /// The name of the event's element, which is also that of its type in a request.
    pub fn element(self) -> &'static str {
        match self {
            Kind::Created => "CreatedEvent",
            Kind::Modified => "ModifiedEvent",
            Kind::Deleted => "DeletedEvent",
            Kind::Moved => "MovedEvent",
            Kind::Copied => "CopiedEvent",
        }
    }
}

/// An item or a folder, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Thing {
    Item(u64),
    Folder(u64),
}

/// One entry.
#[derive(Clone, Debug)]
pub struct Happening {
    /// Greater than that of every entry before.
    pub sequence: u64,
    pub at: DateTime<Utc>,
    pub kind: Kind,
    pub what: Thing,
    pub version: u64,
    /// The folder in which it is, or was when it was deleted.
    pub parent: u64,
    /// What was moved or copied, and the folder in which it was.
    pub from: Option<(Thing, u64)>,
}

/// Tells the server that something happened in a mailbox.
#[derive(Clone, Debug)]
pub struct Bell {
    mailbox: Arc<str>,
    /// The sequence before the first entry.
    start: u64,
    ring: UnboundedSender<Arc<str>>,
}

impl Bell {
    pub fn new(mailbox: &str, start: u64, ring: UnboundedSender<Arc<str>>) -> Bell {
        Bell {
            mailbox: mailbox.into(),
            start,
            ring,
        }
    }

    pub fn ring(&self) {
        // Nobody hears it once the server stops.
        let _ = self.ring.send(self.mailbox.clone());
    }
}

/// The entries of a mailbox, from the moment when it gets a bell.
#[derive(Clone, Debug, Default)]
pub struct Journal {
    entries: VecDeque<Happening>,
    last: u64,
    bell: Option<Bell>,
    /// Rung, and nobody has looked since.
    rung: bool,
}

impl Journal {
    pub fn begin(&mut self, bell: Bell) {
        self.last = bell.start;
        self.bell = Some(bell);
    }

    /// The sequence of the latest entry.
    pub fn head(&self) -> u64 {
        self.last
    }

    /// The entries after that sequence; `None` where some of them are not kept any more.
    pub fn since(&self, sequence: u64) -> Option<impl Iterator<Item = &Happening>> {
        let first = self
            .entries
            .front()
            .map_or(self.last, |one| one.sequence - 1);
        let known = usize::try_from(sequence.checked_sub(first)?).ok()?;
        Some(self.entries.iter().skip(known))
    }

    /// Whoever calls this looks: the next entry rings again.
    pub fn heard(&mut self) {
        self.rung = false;
    }

    fn record(&mut self, mut entry: Happening) {
        let Some(bell) = &self.bell else {
            return;
        };
        self.last += 1;
        entry.sequence = self.last;
        if self.entries.len() == KEPT {
            self.entries.pop_front();
        }
        self.entries.push_back(entry);
        if !self.rung {
            self.rung = true;
            bell.ring();
        }
    }
}

impl Mailbox {
    /// Writes into the journal what happened to something in a folder, and that the folder changed with it. Associated
    /// items are not spoken of.
    pub(crate) fn happened(
        &mut self,
        kind: Kind,
        (what, version): (Thing, u64),
        parent: u64,
        from: Option<(Thing, u64)>,
    ) {
        let is_associated = |item| {
            let folder = self.folders.get(&parent);
            folder.is_some_and(|folder| folder.associated.contains(&item))
        };
        if matches!(what, Thing::Item(item) if is_associated(item)) {
            return;
        }
        let mut write = |kind, what, version, parent, from| {
            self.journal.record(Happening {
                sequence: 0,
                at: store::now(),
                kind,
                what,
                version,
                parent,
                from,
            });
        };
        write(kind, what, version, parent, from);
        let left = from.map(|(_, folder)| folder);
        for touched in left
            .filter(|left| *left != parent && kind == Kind::Moved)
            .into_iter()
            .chain([parent])
        {
            if let Some(folder) = self.folders.get(&touched) {
                let above = folder.parent.unwrap_or(touched);
                write(
                    Kind::Modified,
                    Thing::Folder(touched),
                    folder.version,
                    above,
                    None,
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::item::{Class, Item};
    use crate::keys;

    fn mailbox() -> (Mailbox, tokio::sync::mpsc::UnboundedReceiver<Arc<str>>) {
        let (ring, rung) = tokio::sync::mpsc::unbounded_channel();
        let mut mailbox = Mailbox::new("anna@example.org");
        mailbox
            .journal
            .begin(Bell::new("anna@example.org", 0, ring));
        (mailbox, rung)
    }

    fn told(mailbox: &Mailbox, since: u64) -> Option<Vec<(Kind, Thing, u64)>> {
        let entries = mailbox.journal.since(since)?;
        Some(
            entries
                .map(|one| (one.kind, one.what, one.parent))
                .collect(),
        )
    }

    #[test]
    fn a_change_is_told_with_its_folder_and_rings_once_until_it_is_heard() {
        let (mut mailbox, mut rung) = mailbox();
        let root = mailbox.distinguished("msgfolderroot").unwrap();
        let (contacts, bin) = (
            mailbox.distinguished("contacts").unwrap(),
            mailbox.distinguished("deleteditems").unwrap(),
        );
        let number = mailbox.add(contacts, Item::new(Class::Contact));
        let folder = (Kind::Modified, Thing::Folder(contacts), root);
        assert_eq!(
            told(&mailbox, 0).unwrap(),
            [(Kind::Created, Thing::Item(number), contacts), folder]
        );
        let moved = mailbox.relocate(number, bin).unwrap();
        assert_eq!(
            told(&mailbox, 2).unwrap(),
            [
                (Kind::Moved, Thing::Item(moved), bin),
                folder,
                (Kind::Modified, Thing::Folder(bin), root)
            ]
        );
        assert!(rung.try_recv().is_ok() && rung.try_recv().is_err());
        mailbox.journal.heard();
        mailbox.remove(moved);
        assert_eq!(
            told(&mailbox, 5).unwrap()[0],
            (Kind::Deleted, Thing::Item(moved), bin)
        );
        assert!(rung.try_recv().is_ok());
    }

    #[test]
    fn nothing_is_told_of_associated_items() {
        let (mut mailbox, mut rung) = mailbox();
        let views = mailbox.common_views().unwrap();
        let bin = mailbox.distinguished("deleteditems").unwrap();
        let mut item = Item::new(Class::Message);
        item.associated = true;
        let number = mailbox.add(views, item);
        mailbox.change(number, |item| {
            item.bag.put_text(keys::SUBJECT, Some("Team"))
        });
        mailbox.copy(number, bin).unwrap();
        let moved = mailbox.relocate(number, bin).unwrap();
        mailbox.remove(moved).unwrap();
        assert_eq!(told(&mailbox, 0).unwrap(), []);
        assert!(rung.try_recv().is_err());
    }

    #[test]
    fn what_is_not_kept_any_more_is_missed() {
        let (mut mailbox, _rung) = mailbox();
        let contacts = mailbox.distinguished("contacts").unwrap();
        for _ in 0..=KEPT / 2 {
            mailbox.add(contacts, Item::new(Class::Contact));
        }
        assert!(told(&mailbox, 0).is_none() && told(&mailbox, 1).is_none());
        assert_eq!(told(&mailbox, 2).unwrap().len(), KEPT);
        assert_eq!(told(&mailbox, mailbox.journal.head()).unwrap(), []);
    }
}
