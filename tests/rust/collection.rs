//! A collection in memory and its journal.

use async_trait::async_trait;
use exchange_core::engine::{
    Finding, Host, Kept, Link, LocalChange, LocalChanges, LocalObject, Operation, Options, Outcome,
    Pair, PairState, Report, Save, Select, Write, fresh_keys,
};
use exchange_core::error::Result;
use exchange_core::mapping::Context;
use exchange_core::model::Kind;
use exchange_core::sync::Policy;
use std::collections::BTreeMap;
use std::sync::Mutex;

/// A collection and its journal.
#[derive(Default)]
pub struct Collection(pub Mutex<State>);

#[derive(Default)]
pub struct State {
    /// Texts and etags by uri.
    pub objects: BTreeMap<String, (String, u64)>,
    pub rows: BTreeMap<String, Pair>,
    pub cursor: Option<String>,
    pub token: Option<String>,
    pub clock: u64,
    pub kept: Vec<Kept>,
}

impl Collection {
    /// The link with a folder as the journal knows it: what Exchange has wins, and nothing else is set.
    pub fn link(&self, kind: Kind, folder: &str, context: Context) -> Link {
        let state = self.0.lock().unwrap();
        Link {
            id: 1,
            kind,
            folder: folder.to_owned(),
            cursor: state.cursor.clone(),
            token: state.token.clone(),
            full: false,
            policy: Policy::Exchange,
            context,
            max_deletes: None,
            options: Options::default(),
            keys: fresh_keys(),
        }
    }
}

impl State {
    pub fn put(&mut self, uri: &str, text: &str) -> String {
        self.clock += 1;
        self.objects
            .insert(uri.to_owned(), (text.to_owned(), self.clock));
        self.clock.to_string()
    }

    fn etag(&self, uri: &str) -> Option<String> {
        self.objects.get(uri).map(|(_, etag)| etag.to_string())
    }

    fn apply(&mut self, operation: &Operation) -> Outcome {
        match operation {
            Operation::Create { uri, .. } if self.objects.contains_key(uri) => Outcome::Exists,
            Operation::Update { uri, etag, .. } | Operation::Delete { uri, etag }
                if self.etag(uri).as_ref() != Some(etag) =>
            {
                Outcome::Stale
            }
            Operation::Create { uri, text, .. } | Operation::Update { uri, text, .. } => {
                Outcome::Done {
                    etag: Some(self.put(uri, text)),
                }
            }
            Operation::Delete { uri, .. } => {
                self.clock += 1;
                self.objects.remove(uri);
                Outcome::Done { etag: None }
            }
        }
    }

    fn changes(&self, token: Option<&str>, full: bool) -> LocalChanges {
        let now = self.clock.to_string();
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
        let changed = |uri: &&String| row(uri).is_none_or(|row| row.etag != self.etag(uri));
        LocalChanges {
            token: now,
            changed: self
                .objects
                .keys()
                .filter(changed)
                .map(|uri| LocalChange {
                    uri: uri.clone(),
                    etag: self.etag(uri).unwrap(),
                })
                .collect(),
            deleted: self
                .rows
                .values()
                .filter_map(|row| row.uri.clone())
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
}

fn uid_of(text: &str) -> &str {
    text.lines()
        .find_map(|line| line.strip_prefix("UID:"))
        .unwrap()
}

#[async_trait]
impl Host for Collection {
    async fn changes(&self, token: Option<&str>, full: bool) -> Result<LocalChanges> {
        Ok(self.0.lock().unwrap().changes(token, full))
    }

    async fn read(&self, uris: &[String]) -> Result<Vec<LocalObject>> {
        let state = self.0.lock().unwrap();
        let object = |uri: &String| {
            let (text, etag) = state.objects.get(uri)?;
            Some(LocalObject {
                uri: uri.clone(),
                etag: etag.to_string(),
                text: text.clone(),
            })
        };
        Ok(uris.iter().filter_map(object).collect())
    }

    async fn find(&self, uids: &[String]) -> Result<Vec<Finding>> {
        let state = self.0.lock().unwrap();
        let finding = |(uri, (text, etag)): (&String, &(String, u64))| {
            let uid = uid_of(text).to_owned();
            uids.contains(&uid).then(|| Finding {
                uid,
                uri: uri.clone(),
                etag: etag.to_string(),
            })
        };
        Ok(state.objects.iter().filter_map(finding).collect())
    }

    async fn load(&self, select: Select) -> Result<Vec<Pair>> {
        let state = self.0.lock().unwrap();
        let has = |list: &[String], value: &Option<String>| {
            value.as_ref().is_some_and(|value| list.contains(value))
        };
        Ok(match select {
            Select::Of {
                remote_ids,
                uris,
                keys,
            } => state
                .rows
                .values()
                .filter(|row| {
                    has(&remote_ids, &row.remote_id)
                        || has(&uris, &row.uri)
                        || keys.contains(&row.key)
                })
                .cloned()
                .collect(),
            Select::Rolling {
                from,
                until,
                after,
                limit,
            } => state
                .rows
                .values()
                .filter(|row| row.key > after && row.rolls(from, until))
                .take(limit as usize)
                .cloned()
                .collect(),
            Select::After { key, limit } => state
                .rows
                .values()
                .filter(|row| row.key > key)
                .take(limit as usize)
                .cloned()
                .collect(),
        })
    }

    async fn write(&self, writes: Vec<Write>) -> Result<Vec<Outcome>> {
        let mut state = self.0.lock().unwrap();
        let mut outcomes = Vec::new();
        for write in writes {
            let (Operation::Create { uri, .. }
            | Operation::Update { uri, .. }
            | Operation::Delete { uri, .. }) = &write.operation;
            let before = state.objects.get(uri).map(|(text, _)| text.clone());
            let outcome = state.apply(&write.operation);
            if let Outcome::Done { etag } = &outcome {
                state.kept.extend(write.kept.into_iter().map(|kept| Kept {
                    text: kept.text.or_else(|| before.clone()),
                    ..kept
                }));
                if let Some(key) = write.forget {
                    state.rows.remove(&key);
                }
                if let Some(row) = write.pair {
                    state.rows.insert(
                        row.key.clone(),
                        Pair {
                            etag: etag.clone(),
                            ..row
                        },
                    );
                }
            }
            outcomes.push(outcome);
        }
        Ok(outcomes)
    }

    async fn save(&self, save: Save) -> Result<()> {
        let mut state = self.0.lock().unwrap();
        for key in save.forget {
            state.rows.remove(&key);
        }
        state.kept.extend(save.kept);
        for row in save.pairs {
            state.rows.insert(row.key.clone(), row);
        }
        if let Some(cursor) = save.cursor {
            state.cursor = Some(cursor).filter(|cursor| !cursor.is_empty());
        }
        if save.token.is_some() {
            state.token = save.token;
        }
        Ok(())
    }

    async fn report(&self, _report: Report) -> Result<()> {
        Ok(())
    }
}
