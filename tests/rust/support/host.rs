use super::fields;
use super::mailbox::{arrive, die};
use super::story::{Call, Fault, There};
use super::world::{Shared, World};
use async_trait::async_trait;
use exchange_core::engine::{
    Finding, Host, Kept, LocalChange, LocalChanges, LocalObject, Operation, Outcome, Pair,
    PairState, Report, Save, Select, Write,
};
use exchange_core::error::{Error, ErrorKind, Result};

pub struct FakeHost(pub Shared);

impl FakeHost {
    /// One call: done or not, answered or not. None of `apply`: it was rolled back.
    async fn call<T: Send>(
        &self,
        call: Call,
        apply: impl FnOnce(&mut World, Option<Fault>) -> Option<T> + Send,
    ) -> Result<T> {
        let failed = || Error::new(ErrorKind::Host, "The database is locked.");
        let fault = arrive(&self.0, call).await;
        if matches!(fault, Some(Fault::FailBefore)) {
            return Err(failed());
        }
        let outcome = {
            let world = &mut *self.0.lock();
            world.calls.host += 1;
            apply(world, fault)
        };
        match fault {
            Some(Fault::CrashAfter) => die(&self.0).await,
            Some(Fault::FailAfter | Fault::FailHalf) => return Err(failed()),
            _ => {}
        }
        outcome.ok_or_else(failed)
    }
}

impl World {
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
            pairs: self
                .rows
                .values()
                .filter(|row| row.state != PairState::Outside)
                .count() as u64,
            intents: self
                .rows
                .values()
                .filter(|row| row.state == PairState::Creating)
                .cloned()
                .collect(),
        }
    }

    /// `left`: the item that stays in Exchange where the object goes.
    fn operate(
        &mut self,
        operation: &Operation,
        left: Option<(&str, &str)>,
        fault: Option<Fault>,
    ) -> Outcome {
        assert!(
            self.wish.crosses(There),
            "against the direction: {operation:?}"
        );
        match fault {
            Some(Fault::Race) if !matches!(operation, Operation::Create { .. }) => {
                return Outcome::Stale;
            }
            Some(Fault::Refuse) => {
                return Outcome::Refused {
                    reason: "The collection refuses this object.".to_owned(),
                };
            }
            _ => {}
        }
        match operation {
            Operation::Create { uri, uid, text } => {
                assert_eq!(fields::uid(text), Some(uid.as_str()));
                let inside = self.is_inside(&fields::read(self.kind, text));
                assert_ne!(inside, Some(false), "outside of the window: {text}");
                if self.objects.contains_key(uri) || self.by_uid(uid).is_some() {
                    return Outcome::Exists;
                }
                self.stored(uri, text)
            }
            Operation::Update { uri, etag, text } => match self.objects.get(uri) {
                None => Outcome::Missing,
                Some(object) if object.etag.to_string() != *etag => Outcome::Stale,
                Some(object) => {
                    let before = &object.text;
                    assert_eq!(fields::uid(before), fields::uid(text));
                    assert_eq!(
                        fields::private(before),
                        fields::private(text),
                        "a line of the person's own is gone"
                    );
                    self.stored(uri, text)
                }
            },
            Operation::Delete { uri, etag } => match self.objects.get(uri) {
                None => Outcome::Missing,
                Some(object) if object.etag.to_string() != *etag => Outcome::Stale,
                Some(object) => {
                    let fields = fields::read(self.kind, &object.text);
                    self.calls.local_writes += 1;
                    if let Some((id, version)) = left {
                        self.may_let_go(id, version, &fields);
                    } else {
                        self.may_delete(There, &fields);
                        self.calls.local_deletes += 1;
                    }
                    self.remove(uri);
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

    fn transact(&mut self, write: Write, fault: Option<Fault>) -> Outcome {
        self.note(|| format!("write {write:?}"));
        let forget: Vec<String> = write.forget.iter().cloned().collect();
        let unique = self.stays_unique(&forget, &write.pair.iter());
        let uri = match &write.operation {
            Operation::Create { uri, .. }
            | Operation::Update { uri, .. }
            | Operation::Delete { uri, .. } => uri.clone(),
        };
        let before = self.objects.get(&uri).cloned();
        let row = write.pair.as_ref();
        let left = row.and_then(|row| row.remote_id.as_deref().zip(row.version.as_deref()));
        let outcome = self.operate(&write.operation, left, fault);
        self.note(|| format!("{outcome:?}"));
        let Outcome::Done { etag } = &outcome else {
            return outcome;
        };
        if !unique {
            // As the app answers where a row of that name or item is there.
            self.note(|| "rolled back".to_owned());
            self.objects.remove(&uri);
            self.objects.extend(before.map(|object| (uri, object)));
            return Outcome::Exists;
        }
        for key in &forget {
            self.rows.remove(key);
        }
        if let Some(row) = write.pair {
            assert_eq!(row.etag, None);
            let etag = etag.clone();
            self.rows.insert(row.key.clone(), Pair { etag, ..row });
        }
        // Of what is gone already there is nothing to keep.
        self.kept.extend(write.kept.into_iter().filter_map(|kept| {
            let text = Some(
                kept.text
                    .or_else(|| before.as_ref().map(|it| it.text.clone()))?,
            );
            Some(Kept { text, ..kept })
        }));
        outcome
    }

    fn save(&mut self, save: Save) -> Option<()> {
        self.note(|| format!("{save:?}"));
        if !self.stays_unique(&save.forget, &save.pairs.iter()) {
            self.note(|| "rolled back".to_owned());
            return None;
        }
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
        Some(())
    }

    fn load(&mut self, select: Select) -> Vec<Pair> {
        let rows: Vec<Pair> = match select {
            Select::Of {
                remote_ids,
                uris,
                keys,
            } => {
                let mut rows: Vec<Pair> = self
                    .rows
                    .values()
                    .filter(|row| {
                        row.remote_id
                            .as_ref()
                            .is_some_and(|id| remote_ids.contains(id))
                            || row.uri.as_ref().is_some_and(|uri| uris.contains(uri))
                            || keys.contains(&row.key)
                    })
                    .cloned()
                    .collect();
                self.chaos.shuffle(&mut rows);
                rows
            }
            Select::Rolling {
                from,
                until,
                after,
                limit,
            } => self
                .rows
                .values()
                .filter(|row| row.key > after && row.rolls(from, until))
                .take(limit as usize)
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

    fn objects_at(&mut self, uris: &[String]) -> Vec<LocalObject> {
        let mut objects: Vec<LocalObject> = uris
            .iter()
            .filter_map(|uri| {
                let object = self.objects.get(uri)?;
                Some(LocalObject {
                    uri: uri.clone(),
                    etag: object.etag.to_string(),
                    text: object.text.clone(),
                })
            })
            .collect();
        self.chaos.shuffle(&mut objects);
        objects
    }

    fn findings(&mut self, uids: &[String]) -> Vec<Finding> {
        self.calls.finds += 1;
        let mut findings: Vec<Finding> = self
            .objects
            .iter()
            .filter_map(|(uri, object)| {
                let uid = fields::uid(&object.text)?;
                uids.iter().any(|wanted| wanted == uid).then(|| Finding {
                    uid: uid.to_owned(),
                    uri: uri.clone(),
                    etag: object.etag.to_string(),
                })
            })
            .collect();
        self.chaos.shuffle(&mut findings);
        findings
    }
}

#[async_trait]
impl Host for FakeHost {
    async fn changes(&self, token: Option<&str>, full: bool) -> Result<LocalChanges> {
        self.call(Call::Changes, |world, _| {
            Some(world.local_changes(token, full))
        })
        .await
    }

    async fn read(&self, uris: &[String]) -> Result<Vec<LocalObject>> {
        self.call(Call::Read, |world, _| Some(world.objects_at(uris)))
            .await
    }

    async fn find(&self, uids: &[String]) -> Result<Vec<Finding>> {
        self.call(Call::Find, |world, _| Some(world.findings(uids)))
            .await
    }

    async fn load(&self, select: Select) -> Result<Vec<Pair>> {
        self.call(Call::Load, |world, _| Some(world.load(select)))
            .await
    }

    /// A crash or a fault may come between two writes of one call: each is a transaction of its own.
    async fn write(&self, writes: Vec<Write>) -> Result<Vec<Outcome>> {
        let mut outcomes = Vec::new();
        for write in writes {
            let outcome = self.call(Call::Write, |world, fault| {
                Some(world.transact(write, fault))
            });
            outcomes.push(outcome.await?);
        }
        Ok(outcomes)
    }

    async fn save(&self, save: Save) -> Result<()> {
        self.call(Call::Save, |world, _| world.save(save)).await
    }

    async fn report(&self, report: Report) -> Result<()> {
        self.0.lock().reports.push(report);
        Ok(())
    }
}
