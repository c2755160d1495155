use super::base::with_update;
use super::case::{Case, Local, Remote};
use super::cycle::Cycle;
use super::plan::set_aside;
use super::work::{Updating, Work, rewrite};
use super::{Create, Operation, Outcome, Pair, PairState, RemoteRef, Save, Update, Write};
use crate::error::{Error, ErrorKind, Result};
use crate::sync::Prints;

/// How often a case whose sides keep changing is planned anew within a cycle.
const ROUNDS: usize = 4;
/// How many names are tried for a new local object.
const NAMES: u8 = 2;

impl Cycle<'_> {
    /// Brings the cases in step: remote writes, then local ones, then the journal's rows that neither has stored.
    pub(super) async fn resolve(&mut self, mut cases: Vec<Case>) -> Result<()> {
        for _ in 0..ROUNDS {
            if cases.is_empty() {
                return Ok(());
            }
            self.gather(&mut cases).await?;
            let mut work = self.sort(cases);
            // Intents, and versions about to be overwritten, are stored before anything is done.
            self.flush().await?;
            let remote = self.write_remote(&mut work).await;
            // What was applied is journalled even where the cycle ends here.
            self.flush().await?;
            remote?;
            self.write_local(&mut work).await?;
            self.flush().await?;
            cases = work.again;
        }
        self.report.postponed += cases.len() as u64;
        Ok(())
    }

    pub(super) async fn flush(&mut self) -> Result<()> {
        if self.link.options.dry_run {
            self.pending = Save::default();
        }
        if self.pending == Save::default() {
            return Ok(());
        }
        self.host.save(std::mem::take(&mut self.pending)).await
    }

    async fn write_remote(&mut self, work: &mut Work) -> Result<()> {
        self.create(std::mem::take(&mut work.creates)).await?;
        self.update(work).await?;
        self.delete(work).await
    }

    async fn create(&mut self, creates: Vec<(Case, Pair, Create)>) -> Result<()> {
        let (rows, mut items): (Vec<_>, Vec<_>) = creates
            .into_iter()
            .map(|(case, row, create)| ((case, row), create))
            .unzip();
        if items.is_empty() {
            return Ok(());
        }
        for item in &mut items {
            item.named = self.named(&item.record).await?;
        }
        let link = self.link;
        let outcomes = self.mailbox.create(link.kind, &link.folder, &items).await;
        let mut fatal = None;
        for ((case, row), outcome) in rows.into_iter().zip(outcomes) {
            match outcome {
                Ok(item) => {
                    self.report.remote_created += 1;
                    self.created.insert(item.id.clone());
                    self.pending.pairs.push(Pair {
                        state: PairState::Linked,
                        remote_id: Some(item.id),
                        version: Some(item.version),
                        ..row
                    });
                }
                Err(error) if error.kind().is_per_item() => {
                    self.report.set_aside += 1;
                    self.pending.pairs.push(Pair {
                        key: row.key,
                        remote_id: None,
                        version: None,
                        base: Prints::new(),
                        ..set_aside(&case, link, error.message().to_owned())
                    });
                }
                Err(error) => fatal = fatal.or(Some(error)),
            }
        }
        fatal.map_or(Ok(()), Err)
    }

    async fn update(&mut self, work: &mut Work) -> Result<()> {
        let updates = std::mem::take(&mut work.updates);
        if updates.is_empty() {
            return Ok(());
        }
        let mut items: Vec<Update> = updates
            .iter()
            .map(|updating| updating.update.clone())
            .collect();
        for item in &mut items {
            item.named = self.named(&item.target).await?;
        }
        let outcomes = self.mailbox.update(self.link.kind, &items).await;
        let mut fatal = None;
        for (updating, outcome) in updates.into_iter().zip(outcomes) {
            match outcome {
                Ok(item) => {
                    self.report.remote_updated += 1;
                    self.updated(work, updating, item);
                }
                Err(error) => fatal = fatal.or(self.refused(work, updating.case, error)),
            }
        }
        fatal.map_or(Ok(()), Err)
    }

    /// The remote side is as planned; now the local one, where it differs too.
    fn updated(&mut self, work: &mut Work, updating: Updating, item: RemoteRef) {
        let Updating {
            mut case,
            row,
            update,
            text,
            changed,
            kept,
        } = updating;
        let row = Pair {
            remote_id: Some(item.id.clone()),
            version: Some(item.version.clone()),
            ..row
        };
        let Some(text) = text else {
            self.pending.kept.extend(kept);
            self.note(&case, row);
            return;
        };
        let write = rewrite(&case, row, text, kept);
        // Should the local write come too late: these properties are agreed on already, and the item is another now.
        case.remote = Remote::Unread(item);
        if let Some(known) = &mut case.row {
            known.base = with_update(std::mem::take(&mut known.base), &update, &changed);
        }
        work.writes.push((case, write));
    }

    async fn delete(&mut self, work: &mut Work) -> Result<()> {
        let deletes = std::mem::take(&mut work.deletes);
        if deletes.is_empty() {
            return Ok(());
        }
        let items: Vec<RemoteRef> = deletes.iter().map(|(_, _, item)| item.clone()).collect();
        let outcomes = self.mailbox.delete(self.link.kind, &items).await;
        let mut fatal = None;
        for ((case, key, _), outcome) in deletes.into_iter().zip(outcomes) {
            match outcome {
                Ok(()) => {
                    self.report.remote_deleted += 1;
                    self.pending.forget.push(key);
                }
                // Gone already, or moved: only the next listing tells, and its object must not come back then.
                Err(error) => fatal = fatal.or(self.refused(work, case, error)),
            }
        }
        fatal.map_or(Ok(()), Err)
    }

    /// A remote write that did not happen. Answers the error that ends the cycle, if it is one.
    fn refused(&mut self, work: &mut Work, mut case: Case, error: Error) -> Option<Error> {
        match error.kind() {
            ErrorKind::Conflict => {
                if let Some(item) = case.reference() {
                    case.remote = Remote::Unread(item);
                }
                work.again.push(case);
                None
            }
            ErrorKind::ItemGone => {
                case.remote = Remote::Lost;
                work.again.push(case);
                None
            }
            ErrorKind::Item => {
                let row = set_aside(&case, self.link, error.message().to_owned());
                self.set_aside(&case, row);
                None
            }
            _ => Some(error),
        }
    }

    async fn write_local(&mut self, work: &mut Work) -> Result<()> {
        let (cases, writes): (Vec<_>, Vec<_>) =
            std::mem::take(&mut work.writes).into_iter().unzip();
        if writes.is_empty() {
            return Ok(());
        }
        let done: Vec<_> = writes
            .iter()
            .map(|write: &Write| (name(&write.operation), losses(write)))
            .collect();
        let outcomes = self.host.write(writes).await?;
        for ((mut case, (done, losses)), outcome) in cases.into_iter().zip(done).zip(outcomes) {
            match outcome {
                Outcome::Done { .. } => {
                    self.made += u64::from(case.row.is_none());
                    self.report.losses += losses;
                    match done {
                        Done::Created => self.report.local_created += 1,
                        Done::Updated(_) => self.report.local_updated += 1,
                        Done::Deleted(_) => self.report.local_deleted += 1,
                    }
                }
                Outcome::Refused { reason } => {
                    let row = set_aside(&case, self.link, reason);
                    self.set_aside(&case, row);
                }
                Outcome::Stale | Outcome::Missing | Outcome::Exists => match done {
                    Done::Updated(uri) | Done::Deleted(uri) => {
                        case.local = Local::Unread(uri);
                        work.again.push(case);
                    }
                    Done::Created if case.taken < NAMES => {
                        case.taken += 1;
                        case.local = Local::Unknown;
                        work.again.push(case);
                    }
                    Done::Created => {
                        let reason = "Another object of the collection has this item’s name. Rename or delete that one.";
                        let row = set_aside(&case, self.link, reason.to_owned());
                        self.set_aside(&case, row);
                    }
                },
            }
        }
        Ok(())
    }
}

enum Done {
    Created,
    Updated(String),
    Deleted(String),
}

fn name(operation: &Operation) -> Done {
    match operation {
        Operation::Create { .. } => Done::Created,
        Operation::Update { uri, .. } => Done::Updated(uri.clone()),
        Operation::Delete { uri, .. } => Done::Deleted(uri.clone()),
    }
}

fn losses(write: &Write) -> u64 {
    write.pair.as_ref().map_or(0, |row| row.losses.len() as u64)
}
