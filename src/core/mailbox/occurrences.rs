//! Writes the changed and deleted occurrences of series that exist.

use super::{EwsMailbox, attachments, batch};
use crate::error::{Error, ErrorKind, Result};
use crate::ews::{DeleteItem, Edit, GetItem, ItemChange, ItemId, Notify, Target, UpdateItem};
use crate::mapping::{FieldChange, OccurrenceAction, OccurrenceChange};
use crate::model::{File, Kind};
use std::collections::VecDeque;

/// A series whose own properties are written already.
pub struct Series {
    /// The master as it is now.
    master: ItemId,
    deletions: Vec<u32>,
    updates: VecDeque<(u32, Vec<Edit>)>,
    /// Attachments that occurrences shall have, written last.
    files: Vec<(u32, Vec<File>)>,
    /// How many of the updates were refused since the last that was not.
    postponed: usize,
    /// Whether the attendees are told.
    notify: bool,
    failed: Option<Error>,
}

impl Series {
    pub fn new(master: ItemId, changes: Vec<OccurrenceChange>) -> Self {
        let mut series = Self {
            master,
            deletions: Vec::new(),
            updates: VecDeque::new(),
            files: Vec::new(),
            postponed: 0,
            notify: false,
            failed: None,
        };
        for change in changes {
            match change.action {
                OccurrenceAction::Delete => series.deletions.push(change.index),
                // One that differs in nothing that we write is as the series is.
                OccurrenceAction::Update(changes) if changes.is_empty() => {}
                OccurrenceAction::Update(changes) => {
                    series
                        .updates
                        .push_back((change.index, changes.into_iter().map(edit).collect()));
                }
            }
        }
        series
    }

    pub fn telling(self, notify: bool) -> Self {
        Self { notify, ..self }
    }

    /// With the attachments of occurrences, by their place in the pattern.
    #[must_use]
    pub fn with_files(self, files: Vec<(u32, Vec<File>)>) -> Self {
        Self { files, ..self }
    }

    fn updated(&mut self, version: Option<String>) {
        self.master.change_key = version;
        self.postponed = 0;
    }

    fn refused(&mut self, update: (u32, Vec<Edit>), error: Error) {
        match error.kind() {
            // Another one may stand in its way that has yet to move, so it is tried once more after that.
            ErrorKind::Item if self.postponed < self.updates.len() => {
                self.postponed += 1;
                self.updates.push_back(update);
            }
            // That the occurrence is gone must not be taken for the series being gone.
            ErrorKind::ItemGone => self.fail(Error::new(
                ErrorKind::Item,
                format!(
                    "The series does not have one of its changed occurrences in Exchange. {error}"
                ),
            )),
            _ => self.fail(error),
        }
    }

    fn fail(&mut self, error: Error) {
        self.updates.clear();
        self.failed.get_or_insert(error);
    }
}

pub fn edit(change: FieldChange) -> Edit {
    match change {
        FieldChange::Set(field) => Edit::Set(field.path, field.content),
        FieldChange::Delete(path) => Edit::Delete(path),
    }
}

/// The master of each series as it is after the last write, in order.
///
/// All deletions go first: a changed occurrence may move to the day of a deleted one. Then, in rounds, the next changed
/// occurrence of every series: each is a change of its master and needs the version that the one before left behind.
pub async fn write(mailbox: &EwsMailbox, mut all: Vec<Series>) -> Vec<Result<ItemId>> {
    for notify in [false, true] {
        delete(mailbox, &mut all, notify).await;
        while update_next(mailbox, &mut all, notify).await {}
    }
    for series in &mut all {
        write_files(mailbox, series).await;
    }
    all.into_iter()
        .map(|series| series.failed.map_or(Ok(series.master), Err))
        .collect()
}

/// One occurrence after the other: each is a change of the master.
async fn write_files(mailbox: &EwsMailbox, series: &mut Series) {
    for (index, files) in std::mem::take(&mut series.files) {
        if series.failed.is_some() {
            return;
        }
        let target = Target::Occurrence {
            master: series.master.clone(),
            index,
        };
        let written = attachments::replace(mailbox, vec![(target, files)]).await;
        match written.into_iter().next() {
            Some(Ok(occurrence)) => series.updated(occurrence.change_key),
            Some(Err(error)) => series.fail(attachments::of_part(error)),
            None => {}
        }
    }
}

async fn delete(mailbox: &EwsMailbox, all: &mut [Series], notify: bool) {
    let mut targets = Vec::new();
    let mut owners = Vec::new();
    let told = |(_, series): &(usize, &Series)| series.notify == notify;
    for (place, series) in all.iter().enumerate().filter(told) {
        for index in &series.deletions {
            // Without the version, which each deletion of the same series changes.
            let master = ItemId {
                change_key: None,
                ..series.master.clone()
            };
            targets.push(Target::Occurrence {
                master,
                index: *index,
            });
            owners.push(place);
        }
    }
    if targets.is_empty() {
        return;
    }
    let question = DeleteItem {
        items: targets.iter().collect(),
        notify,
    };
    let results = batch::run(&mailbox.client, &mailbox.client.limits().writes, &question).await;
    for (place, result) in owners.iter().zip(results) {
        match result {
            Err(error) if error.kind() != ErrorKind::ItemGone => {
                if let Some(series) = all.get_mut(*place) {
                    series.fail(error);
                }
            }
            _ => {}
        }
    }
    owners.dedup();
    refresh(mailbox, all, &owners).await;
}

/// Learns the masters' versions, which a deletion's answer does not tell.
async fn refresh(mailbox: &EwsMailbox, all: &mut [Series], places: &[usize]) {
    let targets: Vec<Target> = places
        .iter()
        .filter_map(|place| all.get(*place))
        .map(|series| {
            ItemId {
                change_key: None,
                ..series.master.clone()
            }
            .into()
        })
        .collect();
    let question = GetItem {
        items: targets.iter().collect(),
        fields: &[],
    };
    let found = batch::run(&mailbox.client, &mailbox.client.limits().reads, &question).await;
    for (place, found) in places.iter().zip(found) {
        let Some(series) = all.get_mut(*place) else {
            continue;
        };
        match found.and_then(|item| ItemId::of(&item)) {
            Ok(master) => series.master = master,
            Err(error) => series.fail(error),
        }
    }
}

/// Writes the next changed occurrence of every series. False when there was none.
async fn update_next(mailbox: &EwsMailbox, all: &mut [Series], notify: bool) -> bool {
    let mut owners = Vec::new();
    let mut changes = Vec::new();
    let told = |(_, series): &(usize, &mut Series)| series.notify == notify;
    for (place, series) in all.iter_mut().enumerate().filter(told) {
        if let Some((index, edits)) = series.updates.pop_front() {
            owners.push(place);
            changes.push(ItemChange {
                target: Target::Occurrence {
                    master: series.master.clone(),
                    index,
                },
                edits,
                group: false,
            });
        }
    }
    if changes.is_empty() {
        return false;
    }
    let question = UpdateItem {
        kind: Kind::Event,
        items: changes.iter().collect(),
        notify: if notify {
            Notify::Everybody
        } else {
            Notify::Nobody
        },
    };
    let results = batch::run(&mailbox.client, &mailbox.client.limits().writes, &question).await;
    let updates: Vec<(u32, Vec<Edit>)> = changes.into_iter().filter_map(as_update).collect();
    for ((place, update), result) in owners.into_iter().zip(updates).zip(results) {
        let Some(series) = all.get_mut(place) else {
            continue;
        };
        match result {
            // The occurrence's own id comes back, with the version that it shares with its master.
            Ok(occurrence) => series.updated(occurrence.change_key),
            Err(error) => series.refused(update, error),
        }
    }
    true
}

fn as_update(change: ItemChange) -> Option<(u32, Vec<Edit>)> {
    match change.target {
        Target::Occurrence { index, .. } => Some((index, change.edits)),
        Target::Item(_) => None,
    }
}
