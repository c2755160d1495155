//! What the plans of one round come to: the writes of each sort, and the rows to store before them.

use super::case::Case;
use super::cycle::Cycle;
use super::plan::{Plan, plan};
use super::{Cause, Create, Kept, Operation, Pair, PairState, RemoteRef, Side, Update, Write};

/// An update of the remote side, and what follows it locally.
pub(super) struct Updating {
    pub case: Case,
    pub row: Pair,
    pub update: Update,
    pub text: Option<String>,
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
                Plan::Merge {
                    row,
                    update,
                    text,
                    kept,
                    ..
                } => self.sort_merge(&mut work, case, row, update, text, kept),
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

    fn sort_merge(
        &mut self,
        work: &mut Work,
        mut case: Case,
        row: Pair,
        update: Option<Update>,
        text: Option<String>,
        kept: Vec<Kept>,
    ) {
        let known = case.row.as_ref().and_then(|row| row.remote_id.as_ref());
        if update.is_some() && known != row.remote_id.as_ref() {
            // That the two belong together is stored before one of them changes. Without an etag it is looked at again.
            let agreed = case.row.as_ref().map(|row| row.base.clone());
            let matched = Pair {
                state: PairState::SetAside,
                etag: Some(String::new()),
                base: agreed.unwrap_or_default(),
                reason: Some(
                    "It is being matched with the same item on the other side.".to_owned(),
                ),
                ..row.clone()
            };
            self.pending.pairs.push(matched.clone());
            self.pending.forget.extend(case.forget.take());
            case.row = Some(matched);
        }
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

    /// Stores a row with the next flush.
    pub(super) fn note(&mut self, case: &Case, row: Pair) {
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
