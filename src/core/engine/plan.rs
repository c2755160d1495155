use super::case::{Case, Local, Object, Remote, keys};
use super::keep::{cause, kept_local, kept_remote, overwrites};
use super::leave::{leave, let_go};
use super::link::{derived_uid, uri};
use super::{
    Cause, Create, Kept, Link, LossRow, Operation, Pair, PairState, RemoteItem, RemoteRef, Side,
    Update, Write,
};
use crate::mapping::{self, LocalItem};
use crate::model::{Key, Record, Value};
use crate::sync::{Action, Direction, Merge, Prints, Rules, Version, decide, fingerprint, merge};

const DECLINED: &str = "You declined this meeting, so it is not in the calendar of Exchange; it stays in Nextcloud. Accept it to bring \
                        it back.";

const UNFINISHED: &str =
    "It is being written to Exchange from another place; it comes here when that is done.";

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
    /// The remote side first, then the local one together with the row: whatever comes between, the row still says
    /// that both changed, and merging again finds them equal.
    Merge {
        row: Pair,
        update: Option<Update>,
        text: Option<String>,
        /// What `text` writes.
        changed: Vec<Key>,
        kept: Vec<Kept>,
    },
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

impl Plan {
    /// Whether the journal gets an item that it did not have.
    pub fn pairs(&self, case: &Case) -> bool {
        let row = match self {
            Self::CreateRemote { .. } => return true,
            Self::Note(row) | Self::SetAside(row) | Self::Merge { row, .. } => Some(row),
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
                | Self::Merge {
                    update: Some(_),
                    ..
                }
        )
    }
}

pub(super) fn plan(case: &mut Case, link: &Link) -> Plan {
    case.take_up();
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
                Action::LetGo => Ok(let_go(case, link).map_or(Plan::Nothing, Plan::LetGo)),
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

fn nothing(case: &Case, link: &Link) -> Plan {
    let row = case.row_after(link);
    if row.uri.is_none() || row.remote_id.is_none() || !case.is_news() {
        return Plan::Nothing;
    }
    match &case.local {
        Local::Read(Object {
            item: Ok(local), ..
        }) => {
            // What was changed, but does not cross.
            let merged = merge(&row.base, version(local), None, &link.rules());
            Plan::Note(telling(row, &merged, link))
        }
        _ => Plan::Note(row),
    }
}

const fn version(local: &LocalItem) -> Version<'_> {
    Version {
        record: &local.record,
        modified: local.modified,
    }
}

const STAYS: &str =
    "It was changed in Nextcloud, but the meeting belongs to its organizer: the change stays here.";
const STAYS_HERE: &str =
    "It was changed in Nextcloud, but this link only goes to Nextcloud: the change stays here.";
const PRIVATE: &str =
    "The item is private on one side: details of it do not cross, and neither do changes of them.";
const STAYS_THERE: &str =
    "It was changed in Exchange, but this link only goes to Exchange: the change stays there.";

/// The row with what stays on one side among its losses.
fn telling(mut row: Pair, merged: &Merge, link: &Link) -> Pair {
    let here = match link.options.direction {
        Direction::ToNextcloud => STAYS_HERE,
        Direction::Both | Direction::ToExchange => STAYS,
    };
    row.losses
        .retain(|loss| ![STAYS, STAYS_HERE, STAYS_THERE, PRIVATE].contains(&loss.reason.as_str()));
    for (stays, reason) in [(&merged.stays, here), (&merged.stays_remote, STAYS_THERE)] {
        let mut properties: Vec<&str> = stays.iter().map(|key| key.property).collect();
        properties.sort_unstable();
        properties.dedup();
        row.losses
            .extend(properties.into_iter().map(|property| LossRow {
                property: property.to_owned(),
                reason: reason.to_owned(),
            }));
    }
    row
}

fn forget(case: &Case) -> Plan {
    case.row
        .as_ref()
        .map_or(Plan::Nothing, |row| Plan::Forget(row.key.clone()))
}

fn both(case: &mut Case, link: &Link) -> Result<Plan, String> {
    let Local::Read(Object {
        text,
        item: Ok(local),
        ..
    }) = &case.local
    else {
        // Patching needs the text.
        if let Some(name) = case.row.as_ref().and_then(|row| row.uri.clone()) {
            case.local = Local::Unread(name);
        }
        return Ok(Plan::Look);
    };
    let remote = match &case.remote {
        Remote::Read(item) => Some(item.as_ref()),
        _ => None,
    };
    let base = case
        .row
        .as_ref()
        .map(|row| row.base.clone())
        .unwrap_or_default();
    let merged = merge(
        &base,
        version(local),
        remote.map(|item| Version {
            record: &item.record,
            modified: item.modified,
        }),
        &rules(&base, local, remote, link),
    );
    if remote.is_none()
        && merged
            .to_remote
            .iter()
            .any(|key| base.contains_key(&key.to_string()))
    {
        // What is about to be overwritten is read first, to be kept.
        if let Some(reference) = case.reference() {
            case.remote = Remote::Unread(reference);
            return Ok(Plan::Look);
        }
    }
    let patched = if merged.to_local.is_empty() {
        None
    } else {
        let uid = local.uid.as_deref().unwrap_or_default();
        let patched = link.write(Some(text), uid, &merged.target, &merged.to_local)?;
        match remote.and_then(|item| item.modified) {
            _ if patched == *text => None,
            Some(modified) if local.modified < Some(modified) => Some(
                mapping::date_local(link.kind, &patched, modified)
                    .map_err(|error| error.message().to_owned())?,
            ),
            _ => Some(patched),
        }
    };
    let Some(reference) = case.reference() else {
        return Ok(Plan::Nothing);
    };
    let mut kept = Vec::new();
    if patched.is_some() && (merged.local_lost || overwrites(&merged.to_local, &local.record)) {
        kept.push(kept_local(case, link, cause(merged.local_lost)));
    }
    let overwritten = |item: &&RemoteItem| overwrites(&merged.to_remote, &item.record);
    if let Some(item) = remote.filter(|item| merged.remote_lost || overwritten(item)) {
        kept.push(kept_remote(case, item, link, cause(merged.remote_lost))?);
    }
    let row = Pair {
        base: with_origin(merged.base.clone(), base.get(ORIGIN).map(String::as_str)),
        ..telling(case.row_after(link), &merged, link)
    };
    let update = (!merged.to_remote.is_empty()).then_some(Update {
        reference,
        target: merged.target,
        changed: merged.to_remote,
    });
    Ok(Plan::Merge {
        row,
        update,
        text: patched,
        changed: merged.to_local,
        kept,
    })
}

/// Where an item was made: kept among the fingerprints, under a name that no property has.
pub(super) const ORIGIN: &str = "origin";

fn origin(side: Side, link: &Link) -> Option<&'static str> {
    link.options.mask.as_ref().map(|_| match side {
        Side::Local => "nextcloud",
        Side::Remote => "exchange",
    })
}

fn with_origin(mut base: Prints, origin: Option<&str>) -> Prints {
    if let Some(origin) = origin {
        base.insert(ORIGIN.to_owned(), origin.to_owned());
    }
    base
}

/// The rules of one merge. Where one side says from now on that the item is private, the other one is masked if it is the copy;
/// an original is never overwritten by the mask.
fn rules(base: &Prints, local: &LocalItem, remote: Option<&RemoteItem>, link: &Link) -> Rules {
    let mut rules = link.rules();
    let Some(remote) = remote else { return rules };
    let private = (link.hides(&local.record), link.hides(&remote.record));
    let (masked, other) = match private {
        (true, false) => (Side::Local, Side::Remote),
        (false, true) => (Side::Remote, Side::Local),
        _ => (Side::Local, Side::Local),
    };
    if masked != other {
        let is_original = base.get(ORIGIN).map(String::as_str) == origin(masked, link);
        rules.shield = Some(if is_original { masked } else { other });
    }
    if remote.locked && rules.terms.direction == Direction::Both {
        rules.terms.direction = Direction::ToNextcloud;
    }
    rules
}

fn create_local(case: &mut Case, link: &Link) -> Result<Plan, String> {
    let Remote::Read(item) = &case.remote else {
        if let Some(reference) = case.reference() {
            case.remote = Remote::Unread(reference);
        }
        return Ok(Plan::Look);
    };
    if item.unfinished {
        return Err(UNFINISHED.to_owned());
    }
    let known = case.uid.as_ref().or(item.uid.as_ref());
    let uid = known
        .cloned()
        .unwrap_or_else(|| derived_uid(&item.reference.id));
    let name = match case.row.as_ref().and_then(|row| row.uri.clone()) {
        Some(name) if case.taken == 0 => name,
        _ if case.taken == 0 => uri(link.kind, &uid),
        // An object of another UID has that name.
        _ => uri(
            link.kind,
            &format!("{uid}-{}", derived_uid(&item.reference.id)),
        ),
    };
    let text = link.write(None, &uid, &item.record, &keys(&item.record))?;
    let row = Pair {
        uri: Some(name.clone()),
        base: with_origin(fingerprint(&item.record), origin(Side::Remote, link)),
        ..case.row_after(link)
    };
    Ok(Plan::CreateLocal(Write {
        operation: Operation::Create {
            uri: name,
            uid,
            text,
        },
        pair: Some(row),
        forget: case.forget.clone(),
        kept: Vec::new(),
    }))
}

/// Whether it is somebody else's meeting that the mailbox's owner declined.
fn is_declined(record: &Record) -> bool {
    record.own(mapping::ORGANIZER).is_some()
        && record.own(mapping::RESPONSE) == Some(&Value::text("declined"))
}

fn create_remote(case: &mut Case, link: &Link) -> Plan {
    let Local::Read(Object {
        uri,
        item: Ok(item),
        ..
    }) = &case.local
    else {
        if let Some((name, _)) = case.object() {
            case.local = Local::Unread(name);
        }
        return Plan::Look;
    };
    if is_declined(&item.record) {
        return Plan::SetAside(set_aside(case, link, DECLINED.to_owned()));
    }
    // What the other side does not take is left out of the base as well: it never agreed on it.
    let record: Record = item
        .record
        .iter()
        .filter(|(key, _)| mapping::creatable(link.kind, key.property))
        .map(|(key, value)| (key, value.clone()))
        .collect();
    let uid = item.uid.clone().unwrap_or_else(|| derived_uid(uri));
    let mut row = Pair {
        state: PairState::Creating,
        remote_id: None,
        version: None,
        base: with_origin(fingerprint(&record), origin(Side::Local, link)),
        ..case.row_after(link)
    };
    if let Some(old) = case
        .row
        .as_ref()
        .filter(|old| old.state != PairState::Creating)
    {
        // Another item may carry the old key: the one that is gone, or a copy of it.
        case.forget = Some(old.key.clone());
        row.key = (link.keys)();
    }
    let create = Create {
        key: row.key.clone(),
        uid,
        record,
    };
    Plan::CreateRemote { row, create }
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
