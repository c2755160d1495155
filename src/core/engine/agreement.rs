//! What both sides agree on: two versions of an item merged, by the rules of the link.

use super::base::{self, origin, with_origin};
use super::case::{Case, Local, Object, Remote};
use super::keep::{cause, kept_local, kept_remote, overwrites};
use super::plan::{Merging, Plan};
use super::{Link, LossRow, Pair, RemoteItem, Side, Update};
use crate::mapping::{self, LocalItem};
use crate::model::{Key, Kind};
use crate::sync::{Direction, Merge, Prints, Rules, Version, merge};

/// Both sides are as they were; the row may not say so yet.
pub(super) fn nothing(case: &Case, link: &Link) -> Plan {
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

/// Both sides exist, and at least one of them changed.
pub(super) fn both(case: &mut Case, link: &Link) -> Result<Plan, String> {
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
    // Of what stays there the base does not tell.
    let untold = link.options.direction == Direction::ToExchange || link.options.mask.is_some();
    let overwrites_known = |key: &Key| untold || base.contains_key(&key.to_string());
    if remote.is_none() && merged.to_remote.iter().any(overwrites_known) {
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
    let mut row = Pair {
        base: with_origin(merged.base.clone(), base::origin_of(&base)),
        ..telling(case.row_after(link), &merged, link)
    };
    if !merged.to_remote.is_empty() && link.kind == Kind::Event {
        // It is when the item will be.
        let span = mapping::span(&merged.target, &link.context);
        row.starts = span.map(|span| span.starts);
        row.ends = span.and_then(|span| span.ends);
    }
    let update = (!merged.to_remote.is_empty()).then_some(Update {
        reference,
        target: merged.target,
        changed: merged.to_remote,
        named: Vec::new(),
    });
    Ok(Plan::Merge(Merging {
        row,
        update,
        text: patched,
        changed: merged.to_local,
        kept,
    }))
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
        let is_original = base::origin_of(base) == origin(masked, link);
        rules.shield = Some(if is_original { masked } else { other });
    }
    if remote.locked && rules.terms.direction == Direction::Both {
        rules.terms.direction = Direction::ToNextcloud;
    }
    rules
}
