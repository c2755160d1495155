//! What one side has and the other shall get.

use super::base::{origin, with_origin};
use super::case::{Case, Local, Object, Remote, keys};
use super::link::{derived_uid, uri};
use super::plan::{Plan, set_aside};
use super::{Create, Link, Operation, Pair, PairState, Side, Write};
use crate::mapping;
use crate::model::{Record, Value};
use crate::sync::fingerprint;

const DECLINED: &str = "You declined this meeting, so it is not in the calendar of Exchange; it stays in Nextcloud. Accept it to bring \
                        it back.";

const UNFINISHED: &str =
    "It is being written to Exchange from another place; it comes here when that is done.";

pub(super) fn create_local(case: &mut Case, link: &Link) -> Result<Plan, String> {
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

pub(super) fn create_remote(case: &mut Case, link: &Link) -> Plan {
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
        named: Vec::new(),
    };
    Plan::CreateRemote { row, create }
}
