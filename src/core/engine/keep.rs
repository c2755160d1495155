//! Versions that an operation takes away, kept for the person to restore.

use super::case::{Case, Local, Object, keys};
use super::link::derived_uid;
use super::{Cause, Kept, Link, RemoteItem, Side};
use crate::mapping;
use crate::model::{Key, Record};

pub(super) const fn cause(lost: bool) -> Cause {
    if lost {
        Cause::Conflict
    } else {
        Cause::Overwritten
    }
}

/// Whether writing these properties takes a value away.
pub(super) fn overwrites(changed: &[Key], record: &Record) -> bool {
    changed.iter().any(|key| record.get(*key).is_some())
}

/// The local version that goes. The host has its text.
pub(super) fn kept_local(case: &Case, link: &Link, why: Cause) -> Kept {
    Kept {
        side: Side::Local,
        cause: why,
        uri: case.object().map(|(uri, _)| uri),
        title: case.title(link),
        text: None,
        reason: match why {
            Cause::Conflict => {
                "Both sides changed the same property, and the version in Exchange stands."
            }
            Cause::Overwritten => "It was changed in Exchange.",
            Cause::Deleted => "It was deleted in Exchange.",
        }
        .to_owned(),
    }
}

/// The remote version that goes, as a local object would say it.
pub(super) fn kept_remote(
    case: &Case,
    item: &RemoteItem,
    link: &Link,
    why: Cause,
) -> Result<Kept, String> {
    let uid = match &case.local {
        Local::Read(Object {
            item: Ok(local), ..
        }) => local.uid.clone(),
        _ => None,
    };
    let uid = uid
        .or_else(|| item.uid.clone())
        .unwrap_or_else(|| derived_uid(&item.reference.id));
    let object = case.object().map(|(uri, _)| uri);
    let known = case.row.as_ref().and_then(|row| row.uri.clone());
    // Of one that a write broke off in there is nothing to keep: hosts pass over an empty text.
    let record = Some(&item.record).filter(|_| !item.unfinished);
    let text = record.map(|record| link.write(None, &uid, record, &keys(record)));
    Ok(Kept {
        side: Side::Remote,
        cause: why,
        uri: object.or(known),
        title: mapping::title(link.kind, &item.record),
        text: Some(text.transpose()?.unwrap_or_default()),
        reason: match why {
            Cause::Conflict => {
                "Both sides changed the same property, and the version in Nextcloud stands."
            }
            Cause::Overwritten => "It was changed in Nextcloud.",
            Cause::Deleted => "It was deleted in Nextcloud.",
        }
        .to_owned(),
    })
}
