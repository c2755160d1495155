use super::case::{Case, Local, Remote};
use super::cycle::{CHUNK, Cycle};
use super::{Pair, PairState, RemoteRef, Select};
use crate::error::Result;
use crate::sync::Direction;
use crate::sync::brake::{self, Deletes};
use std::collections::{BTreeMap, HashSet};

/// How many rows a scan of the journal loads at once.
pub(super) const SCAN: u32 = 500;

/// What is gone on either side: found, counted for the brake, and then deleted on the other.
impl Cycle<'_> {
    /// Pairs whose item a complete listing does not name.
    pub(super) async fn missing(&mut self, listed: &[RemoteRef]) -> Result<()> {
        let listed: HashSet<&str> = listed.iter().map(|item| item.id.as_str()).collect();
        self.pairs = 0;
        let mut key = String::new();
        loop {
            let after = Select::After {
                key: key.clone(),
                limit: SCAN,
            };
            let rows = self.host.load(after).await?;
            let Some(last) = rows.last() else {
                return Ok(());
            };
            key.clone_from(&last.key);
            let inside = rows.iter().filter(|row| row.state != PairState::Outside);
            self.pairs += inside.count() as u64;
            let ids = rows.into_iter().filter_map(|row| row.remote_id);
            self.gone
                .extend(ids.filter(|id| !listed.contains(id.as_str())));
        }
    }

    pub(super) async fn deletes(&mut self) -> Result<()> {
        let mut gone: Vec<String> = std::mem::take(&mut self.gone).into_iter().collect();
        if self.uncertain {
            // What slipped away may be one of these under another id.
            self.report.postponed += gone.len() as u64;
            gone.clear();
        }
        let deleted: Vec<String> = self.local_deleted.iter().cloned().collect();
        let brake = self.brake(&gone, &deleted).await;
        if brake.is_err() && !self.link.options.dry_run {
            if self.struck == (0, 0) {
                return brake;
            }
            // The second half of a cycle that deleted something already: the next one asks for what is left.
            self.report.postponed += (gone.len() + deleted.len() + self.deferred.len()) as u64;
            self.deferred.clear();
            return Ok(());
        }
        self.braked = true;
        let before = (self.report.local_deleted, self.report.remote_deleted);
        let deferred = std::mem::take(&mut self.deferred);
        self.resolve(deferred).await?;
        for chunk in gone.chunks(CHUNK) {
            let rows = self.paired(chunk.to_vec()).await?;
            let cases = rows.into_iter().map(|row| self.part(row)).collect();
            self.resolve(cases).await?;
            self.advance(chunk.len()).await?;
        }
        for chunk in deleted.chunks(CHUNK) {
            let rows = self.rows(self.unhandled(chunk)).await?;
            let rows: BTreeMap<String, Pair> = rows.into_iter().collect();
            let cases = rows
                .into_values()
                .filter_map(|row| {
                    let remote = self.counterpart(Some(&row))?;
                    Some(Case::new(Some(row), Local::Gone, remote))
                })
                .collect();
            self.resolve(cases).await?;
            self.advance(chunk.len()).await?;
        }
        self.struck.0 += self.report.local_deleted - before.0;
        self.struck.1 += self.report.remote_deleted - before.1;
        brake
    }

    /// Rows by remote id.
    pub(super) async fn paired(&self, remote_ids: Vec<String>) -> Result<Vec<Pair>> {
        let select = Select::Of {
            remote_ids,
            uris: Vec::new(),
            keys: Vec::new(),
        };
        self.host.load(select).await
    }

    /// The case of a pair whose remote item is gone.
    fn part(&mut self, row: Pair) -> Case {
        let local = match &row.uri {
            None => Local::Absent,
            Some(uri) => {
                self.handled.insert(uri.clone());
                let trusted =
                    row.state == PairState::Linked && !self.local_changed.contains_key(uri);
                if self.local_deleted.contains(uri) {
                    Local::Gone
                } else if trusted {
                    Local::Same
                } else {
                    Local::Unread(uri.clone())
                }
            }
        };
        Case::new(Some(row), local, Remote::Gone)
    }

    /// Asks the brake, with as little counting as will do: the ids that are gone may never have been paired.
    async fn brake(&mut self, gone: &[String], deleted: &[String]) -> Result<()> {
        let waiting = self.deferred.iter();
        let here = waiting.filter(|case| matches!(case.remote, Remote::Gone));
        let here = here.count() as u64;
        // Those that were seen so far, and wait for the brake.
        let local = self.struck.0 + here;
        let remote = self.struck.1 + self.deferred.len() as u64 - here;
        let most = self.allowed(Deletes {
            pairs: self.pairs,
            local: local + gone.len() as u64,
            remote: remote + deleted.len() as u64,
        });
        if self.link.options.restore_deleted {
            return Ok(());
        }
        let unknown = self.pairs == 0 && most.local + most.remote > 1;
        if !unknown && brake::check(most, self.link.max_deletes).is_ok() {
            return Ok(());
        }
        if unknown {
            let pairs = self.host.changes(None, true).await?.pairs;
            self.pairs = pairs.saturating_sub(self.made);
        }
        let mut counted = Deletes {
            pairs: self.pairs,
            local,
            remote,
        };
        let mut both = 0;
        for chunk in gone.chunks(CHUNK) {
            for row in self.paired(chunk.to_vec()).await? {
                match &row.uri {
                    Some(uri) if self.local_deleted.contains(uri) => both += 1,
                    Some(_) => counted.local += 1,
                    None => {}
                }
            }
        }
        for chunk in deleted.chunks(CHUNK) {
            let rows = self.rows(self.unhandled(chunk)).await?;
            let paired = rows.values().filter(|row| row.remote_id.is_some());
            counted.remote += paired.count() as u64;
        }
        counted.remote = counted.remote.saturating_sub(both);
        let counted = self.allowed(counted);
        let checked = brake::check(counted, self.link.max_deletes);
        if checked.is_err() {
            self.report.announced = counted.local + counted.remote;
        }
        checked
    }

    /// Without the deletes that the link's direction does not make.
    fn allowed(&self, deletes: Deletes) -> Deletes {
        match self.link.options.direction {
            Direction::Both => deletes,
            Direction::ToNextcloud => Deletes {
                remote: 0,
                ..deletes
            },
            Direction::ToExchange => Deletes {
                local: 0,
                ..deletes
            },
        }
    }
}
