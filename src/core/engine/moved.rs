//! Items that went and are there again under another id, where no UID leads to their object; objects under another name.

use super::alike::is_like;
use super::case::{Case, Local, Object, Remote, reference};
use super::changed::answers;
use super::cycle::{CHUNK, Cycle};
use super::gather::Found;
use super::link::uri;
use super::{Finding, Pair, RemoteItem, RemoteRef};
use crate::error::Result;
use std::collections::{BTreeMap, HashMap, HashSet};

impl Cycle<'_> {
    /// Rows of items that went and carry the key of one that was not found: those that we created are known by it even where
    /// their object is deleted and had a name of its own. By the UID that was looked for.
    pub(super) async fn moved_rows(
        &self,
        unknown: &[&mut Case],
        uids: &[String],
        found: &HashMap<String, (Finding, Option<Pair>)>,
    ) -> Result<HashMap<String, Pair>> {
        let mut keys = HashMap::new();
        for (case, uid) in unknown.iter().zip(uids) {
            if let Remote::Read(item) = &case.remote
                && let Some(key) = item.key.as_ref().filter(|_| !found.contains_key(uid))
            {
                keys.insert(key, uid);
            }
        }
        let mut moved = HashMap::new();
        if keys.is_empty() {
            return Ok(moved);
        }
        let gone: Vec<String> = self.gone.iter().cloned().collect();
        for chunk in gone.chunks(CHUNK) {
            for row in self.paired(chunk.to_vec()).await? {
                if let Some(uid) = keys.get(&row.key) {
                    moved.insert((*uid).clone(), row);
                }
            }
        }
        Ok(moved)
    }

    /// The object of an item that was created under this row, and is another one now.
    pub(super) fn moved(&mut self, case: &Case, row: &Pair, claimed: &HashSet<String>) -> Found {
        if let Some(uri) = &row.uri {
            return self.judge(case, uri, Some(row), claimed);
        }
        // Of what was left there, no object was deleted.
        let id = row.remote_id.as_ref().filter(|_| row.etag.is_some());
        if id.is_some_and(|id| self.gone.remove(id)) {
            Found::Deleted(Box::new(row.clone()))
        } else {
            Found::Nothing
        }
    }

    /// Rows of items that went, where they may be made anew from their objects: before that, they are looked for among the items
    /// that are new.
    pub(super) async fn departed_rows(&self) -> Result<Vec<Pair>> {
        let restore = self.link.options.restore_deleted;
        let mut rows = Vec::new();
        if restore || !self.local_changed.is_empty() {
            let gone: Vec<String> = self.gone.iter().cloned().collect();
            for chunk in gone.chunks(CHUNK) {
                rows.extend(self.paired(chunk.to_vec()).await?);
            }
        }
        let edited = |uri: &String| self.local_changed.contains_key(uri);
        rows.retain(|row| restore || row.uri.as_ref().is_some_and(edited));
        Ok(rows)
    }

    /// An object that is new, and the row of the one that it was under another name: that is gone now, and said the UID of this
    /// one. Renamed, or from a backup.
    pub(super) async fn renamed(&mut self, cases: &mut [Case]) -> Result<()> {
        let mut news = BTreeMap::new();
        for case in cases.iter_mut().filter(|case| case.row.is_none()) {
            if let (Local::Read(Object { item: Ok(item), .. }), Remote::Absent) =
                (&case.local, &case.remote)
                && let Some(name) = item.uid.as_ref().map(|uid| self.names(uid))
                && self.local_deleted.contains(&name)
                && !self.handled.contains(&name)
            {
                news.insert(name, case);
            }
        }
        let rows = self.rows(news.keys().cloned().collect()).await?;
        let mut known = Vec::new();
        for (name, row) in rows {
            let there = self.counterpart(Some(&row)).and(reference(&row));
            known.extend(there.map(|item| (name, row, item)));
        }
        if known.is_empty() {
            return Ok(());
        }
        let items: Vec<RemoteRef> = known.iter().map(|(_, _, item)| item.clone()).collect();
        let items = answers(self.mailbox.read(self.link.kind, &items).await)?;
        for ((name, row, reference), item) in known.into_iter().zip(items) {
            let remote = Remote::read(reference, item, self.link);
            let Some(case) = news.remove(&name) else {
                continue;
            };
            if uid_of(&remote).is_some_and(|uid| self.names(uid) == name) {
                case.remote = remote;
                case.row = Some(row);
                self.local_deleted.remove(&name);
            }
        }
        Ok(())
    }

    fn names(&self, uid: &str) -> String {
        uri(self.link.kind, uid)
    }

    /// The object of one that went and was like this new item: of several items with one UID, only what they say tells which of
    /// them moved.
    pub(super) fn departed(
        &mut self,
        case: &Case,
        item: &RemoteItem,
        departed: &[Pair],
        claimed: &HashSet<String>,
    ) -> Found {
        let mut rows = departed.iter().filter(|row| {
            let went = |id: &String| self.gone.contains(id);
            row.remote_id.as_ref().is_some_and(went) && is_like(self.link.kind, item, &row.base)
        });
        let Some((row, uri)) = rows.find_map(|row| Some((row, row.uri.as_ref()?))) else {
            return Found::Nothing;
        };
        match self.judge(case, uri, Some(row), claimed) {
            Found::Taken => Found::Nothing,
            found => found,
        }
    }
}

fn uid_of(remote: &Remote) -> Option<&String> {
    match remote {
        Remote::Read(item) => item.uid.as_ref(),
        _ => None,
    }
}
