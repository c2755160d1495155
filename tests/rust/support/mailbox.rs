use super::chaos::Fate;
use super::world::{Item, Shared, World};
use async_trait::async_trait;
use chrono::DateTime;
use exchange_core::engine::{Changes, Create, Folder, Mailbox, RemoteItem, RemoteRef, Update};
use exchange_core::error::{Error, ErrorKind, Result};
use exchange_core::model::{Key, Kind, Record, Value};

pub struct FakeMailbox(pub Shared);

impl FakeMailbox {
    /// One call: `apply` is done or not, and answered or not, as fate has it.
    async fn call<T: Send>(
        &self,
        name: &str,
        apply: impl FnOnce(&mut World) -> T + Send,
    ) -> Result<T> {
        pause(&self.0).await;
        let outcome = {
            let world = &mut *self.0.lock();
            world.calls.mailbox += 1;
            world.meanwhile();
            let fate = world.chaos.fate();
            world.note(format!("mailbox.{name} {fate:?}"));
            match fate {
                Fate::Fine => Some(Ok(apply(world))),
                Fate::FailBefore => Some(Err(world.chaos.remote_error())),
                Fate::FailAfter => {
                    apply(world);
                    Some(Err(world.chaos.remote_error()))
                }
                Fate::CrashBefore => {
                    world.chaos.crashed = true;
                    None
                }
                Fate::CrashAfter => {
                    apply(world);
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

    /// A call about many items: when it fails, each of them hears of it.
    async fn batch<T: Send>(
        &self,
        name: &str,
        count: usize,
        apply: impl FnOnce(&mut World) -> Vec<Result<T>> + Send,
    ) -> Vec<Result<T>> {
        match self.call(name, apply).await {
            Ok(outcomes) => outcomes,
            Err(error) => (0..count)
                .map(|_| Err(Error::new(error.kind(), error.message())))
                .collect(),
        }
    }
}

/// Lets others go first now and then.
pub async fn pause(shared: &Shared) {
    let mut yields = shared.lock().chaos.rng.below(3);
    std::future::poll_fn(move |context| {
        if yields == 0 {
            return std::task::Poll::Ready(());
        }
        yields -= 1;
        context.waker().wake_by_ref();
        std::task::Poll::Pending
    })
    .await;
}

fn error(kind: ErrorKind, message: &str) -> Error {
    Error::new(kind, message)
}

fn record(item: &Item) -> Record {
    item.fields
        .iter()
        .map(|(property, value)| (Key::of(property), Value::text(value)))
        .collect()
}

fn text(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        other => panic!("the tests hold no {other:?}"),
    }
}

impl World {
    fn item(&mut self, reference: &RemoteRef, must_match: bool) -> Result<&mut Item> {
        let faulty = self.chaos.rng.chance(self.chaos.item) && !self.is_newcomer(&reference.id);
        let choice = self.chaos.rng.below(2);
        let item = self
            .items
            .get_mut(&reference.id)
            .ok_or_else(|| error(ErrorKind::ItemGone, "The item does not exist any more."))?;
        if item.bad || (faulty && choice == 0) {
            return Err(error(ErrorKind::Item, "The server cannot read this item."));
        }
        if must_match && (item.version.to_string() != reference.version || faulty) {
            return Err(error(ErrorKind::Conflict, "The item changed meanwhile."));
        }
        Ok(item)
    }

    fn created(&mut self, create: &Create) -> Result<RemoteRef> {
        if self.chaos.rng.chance(self.chaos.item) {
            return Err(error(ErrorKind::Item, "The server refuses this item."));
        }
        let fields = create
            .record
            .iter()
            .map(|(key, value)| (key.property, text(value)))
            .collect();
        let id = self.insert(Item {
            version: 0,
            uid: Some(create.uid.clone()),
            key: Some(create.key.clone()),
            fields,
            modified: 0,
            bad: false,
            copied: false,
        });
        self.calls.remote_writes += 1;
        Ok(self.reference(&id))
    }

    pub fn reference(&self, id: &str) -> RemoteRef {
        RemoteRef {
            id: id.to_owned(),
            version: self.items[id].version.to_string(),
        }
    }

    fn updated(&mut self, update: &Update) -> Result<RemoteRef> {
        let item = self.item(&update.reference, true)?;
        for key in &update.changed {
            match update.target.get(*key) {
                Some(value) => item.fields.insert(key.property, text(value)),
                None => item.fields.remove(key.property),
            };
        }
        self.calls.remote_writes += 1;
        self.touch(&update.reference.id);
        Ok(self.reference(&update.reference.id))
    }

    fn deleted(&mut self, reference: &RemoteRef) -> Result<()> {
        self.item(reference, true)?;
        self.calls.remote_writes += 1;
        self.drop_item(&reference.id);
        Ok(())
    }

    fn read(&mut self, reference: &RemoteRef) -> Result<RemoteItem> {
        let item = self.item(reference, false)?.clone();
        Ok(RemoteItem {
            reference: self.reference(&reference.id),
            uid: item.uid.clone(),
            aliases: Vec::new(),
            key: item.key.clone(),
            modified: DateTime::from_timestamp(item.modified, 0),
            record: record(&item),
            losses: Vec::new(),
        })
    }

    fn changes(&mut self, cursor: Option<&str>) -> Result<Changes> {
        let start = match cursor {
            None => 0,
            Some(cursor) => {
                let place = cursor.strip_prefix(&format!("{}:", self.era));
                place
                    .and_then(|place| place.parse().ok())
                    .ok_or_else(|| error(ErrorKind::Cursor, "The cursor is not known."))?
            }
        };
        let end = (start + self.page).min(self.log.len());
        let mut page = Changes {
            cursor: format!("{}:{end}", self.era),
            more: end < self.log.len(),
            ..Changes::default()
        };
        for id in &self.log[start..end] {
            if self.items.contains_key(id) {
                let reference = self.reference(id);
                if !page.changed.contains(&reference) {
                    page.changed.push(reference);
                }
            } else if !page.deleted.contains(id) && self.log[..start].contains(id) {
                // What came and went since the cursor is not named at all.
                page.deleted.push(id.clone());
            }
        }
        Ok(page)
    }
}

#[async_trait]
impl Mailbox for FakeMailbox {
    async fn folders(&self) -> Result<Vec<Folder>> {
        Ok(Vec::new())
    }

    async fn changes(&self, _: &str, cursor: Option<&str>) -> Result<Changes> {
        self.call("changes", |world| world.changes(cursor)).await?
    }

    async fn read(&self, _: Kind, items: &[RemoteRef]) -> Vec<Result<RemoteItem>> {
        self.batch("read", items.len(), |world| {
            items.iter().map(|item| world.read(item)).collect()
        })
        .await
    }

    async fn create(&self, _: Kind, _: &str, items: &[Create]) -> Vec<Result<RemoteRef>> {
        self.batch("create", items.len(), |world| {
            items.iter().map(|item| world.created(item)).collect()
        })
        .await
    }

    async fn update(&self, _: Kind, items: &[Update]) -> Vec<Result<RemoteRef>> {
        self.batch("update", items.len(), |world| {
            items.iter().map(|item| world.updated(item)).collect()
        })
        .await
    }

    async fn delete(&self, _: Kind, items: &[RemoteRef]) -> Vec<Result<()>> {
        self.batch("delete", items.len(), |world| {
            items.iter().map(|item| world.deleted(item)).collect()
        })
        .await
    }

    fn calls(&self) -> u64 {
        self.0.lock().calls.mailbox
    }
}
