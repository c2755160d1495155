//! What changed on either side, and what was begun before: each becomes a case.

use super::case::{Case, Local, Remote, reference};
use super::cycle::{CHUNK, Cycle};
use super::listing::Listing;
use super::{Host, Link, Mailbox, Pair, PairState, RemoteRef, Select};
use crate::error::Result;
use futures_util::future::join;
use std::collections::HashMap;

impl Cycle<'_> {
    /// While one chunk is written, the next one is read.
    pub(super) async fn remote_changes(&mut self, listing: &Listing) -> Result<()> {
        let (link, mailbox, host) = (self.link, self.mailbox, self.host);
        let mut chunks = listing.changed.chunks(CHUNK);
        let mut current = chunks.next().unwrap_or_default();
        let mut fetched = fetch(link, mailbox, host, current).await?;
        while !current.is_empty() {
            let next = chunks.next().unwrap_or_default();
            let cases = fetched
                .into_iter()
                .filter_map(|(row, remote)| self.meet(row, remote))
                .collect();
            let reading = fetch(link, mailbox, host, next);
            let (resolved, read) = join(self.resolve(cases), reading).await;
            resolved?;
            self.advance(current.len()).await?;
            (current, fetched) = (next, read?);
        }
        Ok(())
    }

    /// The case of a remote item that changed.
    fn meet(&mut self, row: Option<Pair>, remote: Remote) -> Option<Case> {
        if matches!(remote, Remote::Lost) {
            // What moved before it was read may be what an intent stands for.
            self.uncertain |= row.is_none();
            return None;
        }
        if self.link.options.dry_run {
            self.met
                .extend(row.as_ref().and_then(|row| row.remote_id.clone()));
        }
        let Some(row) = row else {
            // Where nothing is gone and nothing local is open, it cannot be an item that the journal knows otherwise. An object
            // that was left out may have its UID: the attempt to create it tells, but in a rehearsal.
            let new = !self.link.options.dry_run
                && self.local_changed.is_empty()
                && self.local_deleted.is_empty()
                && self.intents.is_empty()
                && self.gone.is_empty();
            let local = if new { Local::Absent } else { Local::Unknown };
            return Some(Case::new(None, local, remote));
        };
        let local = match &row.uri {
            None => Local::Unknown,
            Some(uri) => {
                self.handled.insert(uri.clone());
                if self.local_deleted.contains(uri) {
                    Local::Gone
                } else {
                    Local::Unread(uri.clone())
                }
            }
        };
        Some(Case::new(Some(row), local, remote))
    }

    /// Intents whose key no remote item carries: what they stand for did not happen.
    pub(super) async fn left_intents(&mut self) -> Result<()> {
        let intents: Vec<Pair> = std::mem::take(&mut self.intents).into_values().collect();
        if self.uncertain {
            self.report.postponed += intents.len() as u64;
            return Ok(());
        }
        for chunk in intents.chunks(CHUNK) {
            let cases = chunk.iter().cloned().map(|row| {
                let local = row.uri.clone().map_or(Local::Absent, Local::Unread);
                self.handled.extend(row.uri.clone());
                Case::new(Some(row), local, Remote::Absent)
            });
            let cases = cases.collect();
            self.resolve(cases).await?;
            self.advance(chunk.len()).await?;
        }
        Ok(())
    }

    /// Local objects that are new or changed, and whose remote items are not.
    pub(super) async fn local_changes(&mut self) -> Result<()> {
        let uris: Vec<String> = self.local_changed.keys().cloned().collect();
        for chunk in uris.chunks(CHUNK) {
            let left: Vec<String> = self.unhandled(chunk);
            let mut rows = self.rows(left.clone()).await?;
            let cases = left
                .into_iter()
                .filter_map(|uri| {
                    let row = rows.remove(&uri);
                    let remote = self.counterpart(row.as_ref())?;
                    self.handled.insert(uri.clone());
                    Some(Case::new(row, Local::Unread(uri), remote))
                })
                .collect();
            self.resolve(cases).await?;
            self.advance(chunk.len()).await?;
        }
        Ok(())
    }

    pub(super) fn unhandled(&self, uris: &[String]) -> Vec<String> {
        let left = uris.iter().filter(|uri| !self.handled.contains(*uri));
        left.cloned().collect()
    }

    /// Rows by the uri of their local object.
    pub(super) async fn rows(&self, uris: Vec<String>) -> Result<HashMap<String, Pair>> {
        if uris.is_empty() {
            return Ok(HashMap::new());
        }
        let select = Select::Of {
            remote_ids: Vec::new(),
            uris,
            keys: Vec::new(),
        };
        let rows = self.host.load(select).await?;
        Ok(rows
            .into_iter()
            .filter_map(|row| Some((row.uri.clone()?, row)))
            .collect())
    }

    /// The remote side of an object that changed or went, as far as the journal tells. None: another step sees to it.
    pub(super) fn counterpart(&self, row: Option<&Pair>) -> Option<Remote> {
        let Some(row) = row else {
            return Some(Remote::Absent);
        };
        let gone = row
            .remote_id
            .as_ref()
            .is_some_and(|id| self.gone.contains(id));
        match (row.state, reference(row)) {
            (PairState::Creating, _) => None,
            _ if gone => None,
            (PairState::Linked, Some(_)) => Some(Remote::Same),
            (PairState::SetAside | PairState::Outside, Some(item)) => Some(Remote::Unread(item)),
            (_, None) => Some(Remote::Absent),
        }
    }
}

/// Loads the rows of some remote items and reads those that the rows do not know in this version already.
async fn fetch(
    link: &Link,
    mailbox: &dyn Mailbox,
    host: &dyn Host,
    listed: &[RemoteRef],
) -> Result<Vec<(Option<Pair>, Remote)>> {
    if listed.is_empty() {
        return Ok(Vec::new());
    }
    let select = Select::Of {
        remote_ids: listed.iter().map(|item| item.id.clone()).collect(),
        uris: Vec::new(),
        keys: Vec::new(),
    };
    let mut rows: HashMap<String, Pair> = host
        .load(select)
        .await?
        .into_iter()
        .filter_map(|row| Some((row.remote_id.clone()?, row)))
        .collect();
    let (mut news, mut known) = (Vec::new(), Vec::new());
    for item in listed {
        let row = rows.remove(&item.id);
        // Our own writes come back as changes, in the version that they were answered with.
        if row.as_ref().and_then(|row| row.version.as_ref()) != Some(&item.version) {
            news.push(item.clone());
            known.push(row);
        }
    }
    if news.is_empty() {
        return Ok(Vec::new());
    }
    let items = answers(mailbox.read(link.kind, &news).await)?;
    Ok(known
        .into_iter()
        .zip(news)
        .zip(items)
        .map(|((row, reference), item)| (row, Remote::read(reference, item, link)))
        .collect())
}

/// The answers to a question about many items, unless one of them ends the cycle.
pub(super) fn answers<T>(answers: Vec<Result<T>>) -> Result<Vec<Result<T>>> {
    let mut checked = Vec::with_capacity(answers.len());
    for answer in answers {
        match answer {
            Err(error) if !error.kind().is_per_item() => return Err(error),
            answer => checked.push(answer),
        }
    }
    Ok(checked)
}
