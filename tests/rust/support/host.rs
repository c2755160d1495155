use super::card;
use super::chaos::Fate;
use super::mailbox::pause;
use super::world::{Shared, World};
use async_trait::async_trait;
use exchange_core::engine::{
    Finding, Host, LocalChange, LocalChanges, LocalObject, Operation, Outcome, Pair, PairState,
    Report, Save, Select, Write,
};
use exchange_core::error::{Error, ErrorKind, Result};

pub struct FakeHost(pub Shared);

impl FakeHost {
    /// One call: done or not, answered or not, as fate has it.
    async fn call<T: Send>(
        &self,
        name: &str,
        apply: impl FnOnce(&mut World) -> T + Send,
    ) -> Result<T> {
        pause(&self.0).await;
        let outcome = {
            let world = &mut *self.0.lock();
            world.calls.host += 1;
            world.meanwhile();
            let fate = world.chaos.fate();
            world.note(format!("host.{name} {fate:?}"));
            let failed = || Error::new(ErrorKind::Host, "The database is locked.");
            match fate {
                Fate::Fine => Some(world.transaction(apply).ok_or_else(failed)),
                Fate::FailBefore => Some(Err(failed())),
                Fate::FailAfter => {
                    world.transaction(apply);
                    Some(Err(failed()))
                }
                Fate::CrashBefore => {
                    world.chaos.crashed = true;
                    None
                }
                Fate::CrashAfter => {
                    world.transaction(apply);
                    world.chaos.crashed = true;
                    None
                }
            }
        };
        match outcome {
            Some(outcome) => outcome,
            None => std::future::pending().await,
        }
    }
}

impl World {
    /// Rolls back where the journal's unique indexes are violated.
    fn transaction<T>(&mut self, apply: impl FnOnce(&mut World) -> T) -> Option<T> {
        let before = (self.rows.clone(), self.objects.clone(), self.kept.len());
        let outcome = apply(self);
        if self.is_unique() {
            return Some(outcome);
        }
        self.note("rolled back");
        (self.rows, self.objects) = (before.0, before.1);
        self.kept.truncate(before.2);
        None
    }

    fn local_changes(&self, token: Option<&str>, full: bool) -> LocalChanges {
        let now = self.token.to_string();
        if token == Some(&now) && !full {
            return LocalChanges {
                token: now,
                ..LocalChanges::default()
            };
        }
        let row = |uri: &str| {
            self.rows
                .values()
                .find(|row| row.uri.as_deref() == Some(uri))
        };
        let changed = self.objects.iter().filter(|(uri, object)| {
            row(uri).is_none_or(|row| row.etag != Some(object.etag.to_string()))
        });
        let deleted = self.rows.values().filter_map(|row| row.uri.clone());
        LocalChanges {
            token: now,
            changed: changed
                .map(|(uri, object)| LocalChange {
                    uri: uri.clone(),
                    etag: object.etag.to_string(),
                })
                .collect(),
            deleted: deleted
                .filter(|uri| !self.objects.contains_key(uri))
                .collect(),
            count: self.objects.len() as u64,
            pairs: self.rows.len() as u64,
            intents: self
                .rows
                .values()
                .filter(|row| row.state == PairState::Creating)
                .cloned()
                .collect(),
        }
    }

    fn operate(&mut self, operation: &Operation) -> Outcome {
        if self.chaos.rng.chance(self.chaos.item) {
            return match self.chaos.rng.below(2) {
                0 if !matches!(operation, Operation::Create { .. }) => Outcome::Stale,
                _ => Outcome::Refused {
                    reason: "The collection refuses this object.".to_owned(),
                },
            };
        }
        match operation {
            Operation::Create { uri, uid, text } => {
                assert_eq!(card::uid(text), Some(uid.as_str()));
                if self.objects.contains_key(uri) || self.by_uid(uid).is_some() {
                    return Outcome::Exists;
                }
                self.stored(uri, text)
            }
            Operation::Update { uri, etag, text } => match self.objects.get(uri) {
                None => Outcome::Missing,
                Some(object) if object.etag.to_string() != *etag => Outcome::Stale,
                Some(object) => {
                    assert_eq!(card::uid(&object.text), card::uid(text));
                    assert_eq!(
                        card::line(&object.text, card::PRIVATE),
                        card::line(text, card::PRIVATE),
                        "a line of the person's own is gone"
                    );
                    self.stored(uri, text)
                }
            },
            Operation::Delete { uri, etag } => match self.objects.get(uri) {
                Some(object) if object.etag.to_string() != *etag => Outcome::Stale,
                found => {
                    if found.is_some() {
                        self.calls.local_writes += 1;
                        self.remove(uri);
                    }
                    Outcome::Done { etag: None }
                }
            },
        }
    }

    fn stored(&mut self, uri: &str, text: &str) -> Outcome {
        self.calls.local_writes += 1;
        let etag = self.put(uri, text.to_owned());
        Outcome::Done {
            etag: Some(etag.to_string()),
        }
    }

    fn transact(&mut self, write: Write) -> Outcome {
        let outcome = self.operate(&write.operation);
        if let Outcome::Done { etag } = &outcome {
            if let Some(key) = &write.forget {
                self.rows.remove(key);
            }
            if let Some(row) = write.pair {
                assert_eq!(row.etag, None);
                let etag = etag.clone();
                self.rows.insert(row.key.clone(), Pair { etag, ..row });
            }
            self.kept.extend(write.kept);
        }
        outcome
    }

    fn save(&mut self, save: Save) {
        for key in &save.forget {
            self.rows.remove(key);
        }
        self.calls.rows_saved += (save.pairs.len() + save.forget.len()) as u64;
        for row in save.pairs {
            self.rows.insert(row.key.clone(), row);
        }
        self.kept.extend(save.kept);
        match save.cursor {
            Some(cursor) if cursor.is_empty() => self.cursor = None,
            Some(cursor) => self.cursor = Some(cursor),
            None => {}
        }
        if save.token.is_some() {
            self.stored_token = save.token;
        }
    }

    fn load(&mut self, select: Select) -> Vec<Pair> {
        let rows: Vec<Pair> = match select {
            Select::Of { remote_ids, uris } => self
                .rows
                .values()
                .filter(|row| {
                    row.remote_id
                        .as_ref()
                        .is_some_and(|id| remote_ids.contains(id))
                        || row.uri.as_ref().is_some_and(|uri| uris.contains(uri))
                })
                .cloned()
                .collect(),
            Select::After { key, limit } => self
                .rows
                .range(key.clone()..)
                .filter(|(found, _)| **found != key)
                .take(limit as usize)
                .map(|(_, row)| row.clone())
                .collect(),
        };
        self.calls.rows_loaded += rows.len() as u64;
        rows
    }
}

#[async_trait]
impl Host for FakeHost {
    async fn changes(&self, token: Option<&str>, full: bool) -> Result<LocalChanges> {
        self.call("changes", |world| world.local_changes(token, full))
            .await
    }

    async fn read(&self, uris: &[String]) -> Result<Vec<LocalObject>> {
        self.call("read", |world| {
            uris.iter()
                .filter_map(|uri| {
                    let object = world.objects.get(uri)?;
                    Some(LocalObject {
                        uri: uri.clone(),
                        etag: object.etag.to_string(),
                        text: object.text.clone(),
                    })
                })
                .collect()
        })
        .await
    }

    async fn find(&self, uids: &[String]) -> Result<Vec<Finding>> {
        self.call("find", |world| {
            world.calls.finds += 1;
            let objects = world.objects.iter();
            objects
                .filter_map(|(uri, object)| {
                    let uid = card::uid(&object.text)?;
                    uids.iter().any(|wanted| wanted == uid).then(|| Finding {
                        uid: uid.to_owned(),
                        uri: uri.clone(),
                        etag: object.etag.to_string(),
                    })
                })
                .collect()
        })
        .await
    }

    async fn load(&self, select: Select) -> Result<Vec<Pair>> {
        self.call("load", |world| world.load(select)).await
    }

    /// A crash or a fault may come between two writes of one call: each is a transaction of its own.
    async fn write(&self, writes: Vec<Write>) -> Result<Vec<Outcome>> {
        let mut outcomes = Vec::new();
        for write in writes {
            let name = format!("write {:?} -> {:?}", write.operation, write.pair);
            outcomes.push(self.call(&name, |world| world.transact(write)).await?);
        }
        Ok(outcomes)
    }

    async fn save(&self, save: Save) -> Result<()> {
        let name = format!("save {save:?}");
        self.call(&name, |world| world.save(save)).await
    }

    async fn report(&self, report: Report) -> Result<()> {
        self.0.lock().reports.push(report);
        Ok(())
    }
}
