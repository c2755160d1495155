//! One subscription: whose it is, and what it wants to hear of.

use std::collections::BTreeSet;
use std::time::Instant;

use crate::store::Mailbox;
use crate::version::Release;

use super::journal::{Happening, Kind, Thing};
use super::settings::Settings;

pub struct Subscription {
    /// Who signed in to make it; nobody else may read it.
    pub owner: String,
    /// The server of the farm that made it.
    pub server: u64,
    /// The key of the account that it is about.
    pub mailbox: String,
    /// `None` is all folders.
    pub folders: Option<BTreeSet<u64>>,
    /// The names of events.
    pub events: Vec<String>,
    pub form: Form,
    /// The entry of the journal up to which everything was told.
    pub told: u64,
    /// The stream over which it is told of now.
    pub stream: Option<u64>,
    /// When its owner last asked about it, or lost its stream.
    pub asked: Instant,
    /// It is lost: the code with which that is told when somebody should have heard of it next.
    pub lost: Option<&'static str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Streaming,
    /// Lives so many minutes after it was last asked about.
    Pull {
        minutes: u64,
    },
}

impl Subscription {
    pub fn streams(&self) -> bool {
        self.form == Form::Streaming
    }

    /// What it hears of when something happens.
    pub fn hears(
        &self,
        happening: &Happening,
        mailbox: &Mailbox,
        release: Release,
    ) -> Vec<Happening> {
        let old = matches!(release, Release::Exchange2007 | Release::Exchange2010);
        let mut told = match (old, &self.folders) {
            (true, _) => told_before_2013(happening, mailbox),
            (false, None) => told_of_all(happening, mailbox),
            (false, Some(_)) => vec![happening.clone()],
        };
        told.retain(|one| self.wants(one));
        told
    }

    /// A folder is heard of when something happens in it, to it, or leaves it.
    fn wants(&self, happening: &Happening) -> bool {
        let named = happening.kind.element();
        if !self.events.iter().any(|event| event == named) {
            return false;
        }
        let Some(folders) = &self.folders else {
            return true;
        };
        let itself = match happening.what {
            Thing::Folder(number) => folders.contains(&number),
            Thing::Item(_) => false,
        };
        let left = happening
            .from
            .is_some_and(|(_, folder)| folders.contains(&folder));
        itself || left || folders.contains(&happening.parent)
    }

    /// What it counts against the limit of its mailbox.
    pub fn cost(&self) -> usize {
        self.folders.as_ref().map_or(1, BTreeSet::len)
    }

    pub fn has_expired(&self, settings: &Settings) -> bool {
        let minutes = match self.form {
            Form::Streaming if self.stream.is_some() => return false,
            Form::Streaming => settings.idle_minutes,
            Form::Pull { minutes } => minutes,
        };
        self.asked.elapsed() > settings.minutes(minutes)
    }
}

/// The search folder of all items of a mailbox; no other folder has that number.
const ALL_ITEMS: u64 = 0;

/// A soft deletion was no move yet.
fn told_before_2013(happening: &Happening, mailbox: &Mailbox) -> Vec<Happening> {
    match (happening.kind, happening.from) {
        (Kind::Moved, Some((before, from)))
            if is_to(happening, mailbox, "recoverableitemsdeletions") =>
        {
            vec![as_seen(happening, Kind::Deleted, before, from)]
        }
        _ => vec![happening.clone()],
    }
}

/// Who hears of all folders is told of deletions from Exchange 2013 on as the search folder of all items sees them.
fn told_of_all(happening: &Happening, mailbox: &Mailbox) -> Vec<Happening> {
    let to = |id: &str| is_to(happening, mailbox, id);
    let seen = |kind, what, parent| as_seen(happening, kind, what, parent);
    match (happening.kind, happening.what, happening.from) {
        (Kind::Deleted, what @ Thing::Item(_), _) => {
            vec![happening.clone(), seen(Kind::Deleted, what, ALL_ITEMS)]
        }
        (Kind::Moved, what @ Thing::Item(_), Some((before, _))) if to("deleteditems") => vec![
            seen(Kind::Deleted, before, ALL_ITEMS),
            seen(Kind::Created, what, ALL_ITEMS),
        ],
        (Kind::Moved, Thing::Item(_), Some((before, from))) if to("recoverableitemsdeletions") => {
            vec![
                seen(Kind::Deleted, before, from),
                seen(Kind::Deleted, before, ALL_ITEMS),
            ]
        }
        (Kind::Moved, Thing::Folder(_), _) if to("deleteditems") => Vec::new(),
        _ => vec![happening.clone()],
    }
}

fn is_to(happening: &Happening, mailbox: &Mailbox, id: &str) -> bool {
    mailbox.distinguished(id) == Some(happening.parent)
}

/// The happening as another kind of event.
fn as_seen(happening: &Happening, kind: Kind, what: Thing, parent: u64) -> Happening {
    Happening {
        kind,
        what,
        parent,
        from: None,
        ..happening.clone()
    }
}
