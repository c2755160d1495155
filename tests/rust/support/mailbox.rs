use super::chaos::Event;
use super::fields::{self, normalise, record};
use super::story::{Call, Fault, Here};
use super::world::{Item, Shared, World};
use async_trait::async_trait;
use chrono::DateTime;
use exchange_core::engine::{Changes, Create, Folder, Mailbox, RemoteItem, RemoteRef, Update};
use exchange_core::error::{Error, ErrorKind, Result};
use exchange_core::model::{Kind, Record};

pub struct FakeMailbox(pub Shared);

/// Waits for its turn, and answers what becomes of a call. It never answers where the process dies before.
pub async fn arrive(shared: &Shared, call: Call) -> Option<Fault> {
    pause(shared).await;
    let fault = {
        let world = &mut *shared.lock();
        let met = world.meet(call);
        let fault = world.chaos.fault().or(met);
        if let Some(fault) = fault {
            world.note(|| format!("{call:?}: {fault:?}"));
        }
        fault
    };
    if fault == Some(Fault::CrashBefore) {
        die(shared).await;
    }
    fault
}

pub async fn die(shared: &Shared) {
    shared.lock().chaos.crashed = true;
    std::future::pending::<()>().await;
}

impl World {
    /// Lets others act at this moment, and answers a fault of it.
    pub fn meet(&mut self, call: Call) -> Option<Fault> {
        let mut fault = None;
        for event in self.chaos.meet(call) {
            match event {
                Event::Fault(met) => fault = Some(met),
                Event::Edit(edit) => self.act(edit),
            }
        }
        fault
    }
}

impl FakeMailbox {
    async fn call<T: Send>(
        &self,
        call: Call,
        apply: impl FnOnce(&mut World) -> T + Send,
    ) -> Result<T> {
        let fault = arrive(&self.0, call).await;
        let outcome = {
            let world = &mut *self.0.lock();
            world.calls.mailbox += 1;
            if fault == Some(Fault::FailBefore) {
                return Err(world.chaos.remote_error());
            }
            let outcome = apply(world);
            match fault {
                None | Some(Fault::CrashAfter) => Ok(outcome),
                Some(_) => Err(world.chaos.remote_error()),
            }
        };
        if fault == Some(Fault::CrashAfter) {
            die(&self.0).await;
        }
        outcome
    }

    /// A call about many items: when it fails, each of them hears of it, also those that it was done for.
    async fn batch<T: Send, Q: Sync>(
        &self,
        call: Call,
        questions: &[Q],
        apply: impl Fn(&mut World, &Q) -> Result<T> + Send,
    ) -> Vec<Result<T>> {
        let fault = arrive(&self.0, call).await;
        let outcomes = {
            let world = &mut *self.0.lock();
            world.calls.mailbox += 1;
            let done = match fault {
                Some(Fault::FailBefore) => 0,
                Some(Fault::FailHalf) => 1,
                _ => questions.len(),
            };
            let mut outcomes: Vec<_> = questions
                .iter()
                .take(done)
                .map(|question| apply(world, question))
                .collect();
            if !matches!(fault, None | Some(Fault::CrashAfter)) {
                let error = world.chaos.remote_error();
                let failed = || Err(Error::new(error.kind(), error.message()));
                if fault != Some(Fault::FailHalf) || world.chaos.order.chance(500) {
                    // Not even what was done is known.
                    outcomes.clear();
                }
                outcomes.resize_with(questions.len(), failed);
            }
            outcomes
        };
        if fault == Some(Fault::CrashAfter) {
            die(&self.0).await;
        }
        outcomes
    }
}

/// Lets others go first now and then.
async fn pause(shared: &Shared) {
    let mut yields = shared.lock().chaos.order.below(3);
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

/// The fields of a whole record.
fn said(record: &Record) -> fields::Fields {
    let told = record
        .iter()
        .filter_map(|(key, value)| fields::told(key, Some(value)));
    told.filter_map(|(slot, value)| Some((slot, value?)))
        .collect()
}

impl World {
    fn item(&mut self, reference: &RemoteRef, call: Call) -> Result<&mut Item> {
        let fault = self.meet(call);
        let refused = fault == Some(Fault::Refuse) && !self.is_newcomer(&reference.id);
        let item = self
            .items
            .get_mut(&reference.id)
            .ok_or_else(|| error(ErrorKind::ItemGone, "The item does not exist any more."))?;
        if item.bad || refused {
            return Err(error(ErrorKind::Item, "The server cannot read this item."));
        }
        let raced = fault == Some(Fault::Race) || item.version.to_string() != reference.version;
        if call != Call::OneFetch && raced {
            return Err(error(ErrorKind::Conflict, "The item changed meanwhile."));
        }
        Ok(item)
    }

    fn created(&mut self, create: &Create) -> Result<RemoteRef> {
        assert!(self.wish.crosses(Here), "against the direction: {create:?}");
        if self.meet(Call::OneCreate) == Some(Fault::Refuse) {
            return Err(error(ErrorKind::Item, "The server refuses this item."));
        }
        let mut fields = said(&create.record);
        assert_eq!(record(self.kind, &fields), create.record);
        let inside = self.is_inside(&fields);
        assert_ne!(inside, Some(false), "outside of the window: {create:?}");
        normalise(&mut fields);
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
        self.note(|| format!("created {id} {create:?}"));
        Ok(self.reference(&id))
    }

    pub fn reference(&self, id: &str) -> RemoteRef {
        RemoteRef {
            id: id.to_owned(),
            version: self.items[id].version.to_string(),
        }
    }

    fn updated(&mut self, update: &Update) -> Result<RemoteRef> {
        assert!(self.wish.crosses(Here), "against the direction: {update:?}");
        let target = said(&update.target);
        assert_eq!(record(self.kind, &target), update.target);
        let mut sound = target.clone();
        normalise(&mut sound);
        assert_eq!(target, sound, "no item can be like that");
        let item = self.item(&update.reference, Call::OneUpdate)?;
        for key in &update.changed {
            match fields::told(*key, update.target.get(*key)) {
                Some((slot, Some(value))) => item.fields.insert(slot, value),
                Some((slot, None)) => item.fields.remove(&slot),
                None => None,
            };
        }
        normalise(&mut item.fields);
        let now = item.fields.clone();
        self.calls.remote_writes += 1;
        self.touch(&update.reference.id);
        self.note(|| format!("updated {:?} {now:?}", update.reference));
        Ok(self.reference(&update.reference.id))
    }

    fn deleted(&mut self, reference: &RemoteRef) -> Result<()> {
        assert!(
            self.wish.crosses(Here),
            "against the direction: {reference:?}"
        );
        let fields = self.item(reference, Call::OneDelete)?.fields.clone();
        self.may_delete(Here, &fields);
        self.calls.remote_writes += 1;
        self.calls.remote_deletes += 1;
        self.drop_item(&reference.id);
        self.note(|| format!("deleted {reference:?}"));
        Ok(())
    }

    fn read(&mut self, reference: &RemoteRef) -> Result<RemoteItem> {
        self.calls.reads += 1;
        let item = self.item(reference, Call::OneFetch)?.clone();
        self.note(|| format!("fetched {reference:?} {:?}", item.fields));
        Ok(RemoteItem {
            locked: false,
            reference: self.reference(&reference.id),
            uid: item.uid.clone(),
            aliases: Vec::new(),
            key: item.key.clone(),
            modified: DateTime::from_timestamp(item.modified, 0),
            record: record(self.kind, &item.fields),
            losses: Vec::new(),
            unfinished: false,
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
                if !page.changed.contains(&reference) || self.chaos.order.chance(100) {
                    page.changed.push(reference);
                }
            } else if !page.deleted.contains(id) && self.log[..start].contains(id) {
                // What came and went since the cursor is not named at all.
                page.deleted.push(id.clone());
            }
        }
        self.chaos.shuffle(&mut page.changed);
        self.chaos.shuffle(&mut page.deleted);
        self.note(|| format!("changes since {cursor:?}: {page:?}"));
        Ok(page)
    }
}

#[async_trait]
impl Mailbox for FakeMailbox {
    async fn folders(&self) -> Result<Vec<Folder>> {
        Ok(Vec::new())
    }

    async fn changes(&self, _: &str, cursor: Option<&str>) -> Result<Changes> {
        self.call(Call::List, |world| world.changes(cursor)).await?
    }

    async fn read(&self, _: Kind, items: &[RemoteRef]) -> Vec<Result<RemoteItem>> {
        self.batch(Call::Fetch, items, World::read).await
    }

    async fn create(&self, _: Kind, _: &str, items: &[Create]) -> Vec<Result<RemoteRef>> {
        self.batch(Call::Creates, items, World::created).await
    }

    async fn update(&self, _: Kind, items: &[Update]) -> Vec<Result<RemoteRef>> {
        self.batch(Call::Updates, items, World::updated).await
    }

    async fn delete(&self, _: Kind, items: &[RemoteRef]) -> Vec<Result<()>> {
        self.batch(Call::Deletes, items, World::deleted).await
    }

    fn calls(&self) -> u64 {
        self.0.lock().calls.mailbox
    }
}
