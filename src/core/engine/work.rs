//! What the plans of one round come to: the writes of each sort, and the rows to store before them.

use super::base::with_intent;
use super::case::Case;
use super::cycle::Cycle;
use super::plan::{Merging, Plan, plan};
use super::{Cause, Create, Kept, Operation, Pair, PairState, RemoteRef, Side, Update, Write};
use crate::model::Key;

/// An update of the remote side, and what follows it locally.
pub(super) struct Updating {
    pub case: Case,
    pub row: Pair,
    pub update: Update,
    pub text: Option<String>,
    /// What `text` writes.
    pub changed: Vec<Key>,
    pub kept: Vec<Kept>,
}

/// The plans of one round, by what they do.
#[derive(Default)]
pub(super) struct Work {
    pub creates: Vec<(Case, Pair, Create)>,
    pub updates: Vec<Updating>,
    pub deletes: Vec<(Case, String, RemoteRef)>,
    pub writes: Vec<(Case, Write)>,
    /// To be planned anew.
    pub again: Vec<Case>,
}

impl Cycle<'_> {
    /// Turns every case into its plan.
    pub(super) fn sort(&mut self, cases: Vec<Case>) -> Work {
        let mut work = Work::default();
        for mut case in cases {
            let plan = plan(&mut case, self.link);
            if plan.pairs(&case) {
                self.drop_cursor();
            }
            let deletes = matches!(plan, Plan::DeleteLocal(_) | Plan::DeleteRemote { .. });
            if deletes && !self.braked {
                self.deferred.push(case);
                continue;
            }
            if let Some(groups) = &mut self.groups
                && plan.writes_remote()
                && case.names_contacts()
            {
                groups.push(case);
                continue;
            }
            if self.link.options.dry_run && !matches!(plan, Plan::Look) {
                self.rehearse(&case, &plan);
                continue;
            }
            match plan {
                Plan::Nothing => {}
                Plan::Look => work.again.push(case),
                Plan::Postpone => {
                    if case.is_set_aside() {
                        // Its item may have gone before the stored cursor: only a complete listing tells.
                        self.drop_cursor();
                    }
                    self.report.postponed += 1;
                }
                Plan::Note(row) => self.note(&case, row),
                Plan::Forget(key) => self.pending.forget.push(key),
                Plan::Merge(merging) => self.sort_merge(&mut work, case, merging),
                // What slipped away may be the same item under another id.
                Plan::CreateRemote { .. } if self.uncertain => self.report.postponed += 1,
                Plan::CreateRemote { row, create } => {
                    self.note(&case, row.clone());
                    work.creates.push((case, row, create));
                }
                Plan::CreateLocal(write) | Plan::DeleteLocal(write) | Plan::LetGo(write) => {
                    work.writes.push((case, write));
                }
                Plan::DeleteRemote {
                    key,
                    reference,
                    kept,
                } => {
                    self.pending.kept.push(kept);
                    work.deletes.push((case, key, reference));
                }
                Plan::SetAside(row) => self.set_aside(&case, row),
            }
        }
        work
    }

    fn sort_merge(&mut self, work: &mut Work, mut case: Case, merging: Merging) {
        if let Some(update) = &merging.update {
            self.announce(&mut case, update, &merging);
        }
        let Merging {
            row,
            update,
            text,
            changed,
            kept,
        } = merging;
        self.report.conflicts += u64::from(is_conflict(&kept));
        let (kept, remote): (Vec<_>, Vec<_>) =
            kept.into_iter().partition(|kept| kept.side == Side::Local);
        self.pending.kept.extend(remote);
        match (update, text) {
            (Some(update), text) => work.updates.push(Updating {
                case,
                row,
                update,
                text,
                changed,
                kept,
            }),
            (None, Some(text)) => {
                let write = rewrite(&case, row, text, kept);
                work.writes.push((case, write));
            }
            (None, None) => {
                self.pending.kept.extend(kept);
                self.note(&case, row);
            }
        }
    }

    /// Stores what an update is about to write, and that the two sides belong together, before one of them changes.
    fn announce(&mut self, case: &mut Case, update: &Update, merging: &Merging) {
        let row = &merging.row;
        let known = case.row.as_ref();
        if known.and_then(|row| row.remote_id.as_ref()) != row.remote_id.as_ref() {
            self.made += u64::from(known.is_none());
            let agreed = known.map(|row| row.base.clone());
            // Without an etag it is looked at again.
            case.row = Some(Pair {
                state: PairState::SetAside,
                etag: Some(String::new()),
                base: agreed.unwrap_or_default(),
                reason: Some(
                    "It is being matched with the same item on the other side.".to_owned(),
                ),
                ..row.clone()
            });
            self.pending.forget.extend(case.forget.take());
        }
        if let Some(row) = &case.row {
            let base = with_intent(row.base.clone(), update, &merging.changed);
            self.pending.pairs.push(Pair {
                base,
                ..row.clone()
            });
        }
    }

    /// Stores a row with the next flush.
    pub(super) fn note(&mut self, case: &Case, row: Pair) {
        self.made += u64::from(case.row.is_none());
        self.report.losses += row.losses.len() as u64;
        self.pending.pairs.push(row);
        self.pending.forget.extend(case.forget.clone());
    }

    pub(super) fn set_aside(&mut self, case: &Case, row: Pair) {
        self.report.set_aside += 1;
        self.note(case, row);
    }
}

pub(super) fn is_conflict(kept: &[Kept]) -> bool {
    kept.iter().any(|kept| kept.cause == Cause::Conflict)
}

/// The patch of a local object together with its row; the host fills in the new etag.
pub(super) fn rewrite(case: &Case, row: Pair, text: String, kept: Vec<Kept>) -> Write {
    let (uri, etag) = case.object().unwrap_or_default();
    Write {
        operation: Operation::Update { uri, etag, text },
        pair: Some(Pair { etag: None, ..row }),
        forget: case.forget.clone(),
        kept,
    }
}
