use super::agreement::{both, nothing};
use super::case::{Case, Local, Object, Remote};
use super::creation::{create_local, create_remote};
use super::keep::{kept_local, kept_remote};
use super::leave::{leave, let_go};
use super::{Cause, Create, Kept, Link, Operation, Pair, PairState, RemoteRef, Update, Write};
use crate::model::Key;
use crate::sync::{Action, decide};

/// What is to be done for one case: plain data, carried out by `batch`.
#[derive(Debug)]
pub(super) enum Plan {
    Nothing,
    /// More must be known first; the case says what.
    Look,
    /// Only the next cycle can know.
    Postpone,
    /// Only the journal changes.
    Note(Pair),
    Forget(String),
    Merge(Merging),
    CreateLocal(Write),
    /// The row is an intent, to be saved before.
    CreateRemote {
        row: Pair,
        create: Create,
    },
    DeleteLocal(Write),
    DeleteRemote {
        key: String,
        reference: RemoteRef,
        kept: Kept,
    },
    /// The local object goes, because the window moved on; its item in Exchange stays.
    LetGo(Write),
    SetAside(Pair),
}

/// The remote side first, then the local one together with the row: whatever comes between, the row still says that both
/// changed, and merging again finds them equal.
#[derive(Debug)]
pub(super) struct Merging {
    pub row: Pair,
    pub update: Option<Update>,
    pub text: Option<String>,
    /// What `text` writes.
    pub changed: Vec<Key>,
    pub kept: Vec<Kept>,
}

impl Plan {
    /// Whether the journal gets an item that it did not have.
    pub fn pairs(&self, case: &Case) -> bool {
        let row = match self {
            Self::CreateRemote { .. } => return true,
            Self::Note(row) | Self::SetAside(row) | Self::Merge(Merging { row, .. }) => Some(row),
            Self::CreateLocal(write) | Self::LetGo(write) => write.pair.as_ref(),
            _ => None,
        };
        let id = row.and_then(|row| row.remote_id.as_ref());
        id.is_some() && id != case.row.as_ref().and_then(|row| row.remote_id.as_ref())
    }

    pub fn writes_remote(&self) -> bool {
        matches!(
            self,
            Self::CreateRemote { .. }
                | Self::Merge(Merging {
                    update: Some(_),
                    ..
                })
        )
    }
}

pub(super) fn plan(case: &mut Case, link: &Link) -> Plan {
    case.take_up();
    case.settle_intents();
    let sights = (case.local_sight(link), case.remote_sight(link));
    let outcome = match sights {
        (Some(local), Some(remote)) => {
            match decide(local, remote, link.terms(), case.is_outside(link)) {
                Action::Nothing => Ok(nothing(case, link)),
                Action::Forget => Ok(forget(case)),
                Action::Merge => both(case, link),
                Action::CreateLocal => create_local(case, link),
                Action::CreateRemote => Ok(create_remote(case, link)),
                Action::DeleteLocal => Ok(delete_local(case, link)),
                Action::DeleteRemote => delete_remote(case, link),
                Action::Leave => Ok(Plan::Note(leave(case, link))),
                Action::LetGo => Ok(let_go(case, link)),
            }
        }
        _ => match (&case.local, &case.remote) {
            (Local::Absent, Remote::Lost) if case.row.is_none() => Ok(Plan::Nothing),
            (_, Remote::Lost) => Ok(Plan::Postpone),
            (Local::Unread(_), _) | (_, Remote::Unread(_)) => Ok(Plan::Look),
            (
                Local::Read(Object {
                    item: Err(reason), ..
                }),
                _,
            )
            | (_, Remote::Unreadable(_, reason)) => Err(reason.clone()),
            _ => Ok(Plan::Nothing),
        },
    };
    outcome.unwrap_or_else(|reason| Plan::SetAside(set_aside(case, link, reason)))
}

/// The row of a case that cannot go on until a side changes. It still knows of a side that is gone: otherwise that one would
/// pass for one that never was, and come back. An object leaves its etag only, since another one may get its name.
pub(super) fn set_aside(case: &Case, link: &Link, reason: String) -> Pair {
    let mut row = case.row_after(link);
    if let Some(known) = &case.row {
        if matches!(case.local, Local::Gone) {
            row.etag.clone_from(&known.etag);
        }
        if matches!(case.remote, Remote::Gone) {
            (row.remote_id, row.version) = (known.remote_id.clone(), known.version.clone());
        }
    }
    Pair {
        state: PairState::SetAside,
        reason: Some(reason),
        ..row
    }
}

fn forget(case: &Case) -> Plan {
    case.row
        .as_ref()
        .map_or(Plan::Nothing, |row| Plan::Forget(row.key.clone()))
}

fn delete_local(case: &mut Case, link: &Link) -> Plan {
    if let (Local::Same, Some((uri, _))) = (&case.local, case.object()) {
        // Read first: what is kept has a title.
        case.local = Local::Unread(uri);
        return Plan::Look;
    }
    match (&case.row, case.object()) {
        (Some(row), Some((uri, etag))) => Plan::DeleteLocal(Write {
            operation: Operation::Delete { uri, etag },
            pair: None,
            forget: Some(row.key.clone()),
            kept: vec![kept_local(case, link, Cause::Deleted)],
        }),
        _ => Plan::Nothing,
    }
}

fn delete_remote(case: &mut Case, link: &Link) -> Result<Plan, String> {
    let (Some(row), Some(reference)) = (&case.row, case.reference()) else {
        return Ok(Plan::Nothing);
    };
    let Remote::Read(item) = &case.remote else {
        // Read first, to be kept.
        case.remote = Remote::Unread(reference);
        return Ok(Plan::Look);
    };
    Ok(Plan::DeleteRemote {
        key: row.key.clone(),
        kept: kept_remote(case, item, link, Cause::Deleted)?,
        reference,
    })
}
