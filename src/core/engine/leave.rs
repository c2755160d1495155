//! What one side has and the other shall not get, by the direction of the link or its window.

use super::case::{Case, Local, Object, Remote, reference};
use super::cycle::Cycle;
use super::keep::kept_local;
use super::link::{derived_uid, left_key};
use super::place::Place;
use super::plan::Plan;
use super::{Cause, Kept, Link, Operation, Pair, PairState, Select, Write};
use crate::error::Result;
use crate::sync::{Direction, Prints, fingerprint};
use std::collections::HashMap;

/// The row of what only one side has, and the other shall not get.
pub(super) fn leave(case: &Case, link: &Link) -> Pair {
    let reason = match link.options.direction {
        Direction::ToNextcloud if case.object().is_some() => {
            Some("This link only goes to Nextcloud: the object stays here.")
        }
        Direction::ToNextcloud if !case.is_outside(link) => Some(
            "It was deleted in Nextcloud, and this link only goes to Nextcloud: it comes back when it is changed in Exchange.",
        ),
        Direction::ToExchange if case.reference().is_some() => {
            Some("This link only goes to Exchange: the item stays there.")
        }
        Direction::ToExchange if !case.is_outside(link) => Some(
            "It was deleted in Exchange, and this link only goes to Exchange: it comes back when it is changed in Nextcloud.",
        ),
        _ => None,
    };
    let row = Pair {
        state: PairState::Outside,
        base: Prints::new(),
        reason: reason.map(str::to_owned),
        losses: Vec::new(),
        ..case.row_after(link)
    };
    let row = match case.left_key.as_ref().filter(|_| case.row.is_none()) {
        Some(key) => Pair {
            key: key.clone(),
            ..row
        },
        None => row,
    };
    if reason.is_some() {
        // No window brings it in.
        Pair {
            starts: None,
            ends: None,
            ..row
        }
    } else {
        row
    }
}

/// The local object goes, because the window moved on. What its item in Exchange does not say is kept.
pub(super) fn let_go(case: &mut Case, link: &Link) -> Plan {
    let Some((uri, etag)) = case.object() else {
        return Plan::Nothing;
    };
    if let Local::Same = &case.local {
        // Read first: its UID finds it again, and what is kept has a title.
        case.local = Local::Unread(uri);
        return Plan::Look;
    }
    let kept = says_more(case).then(|| Kept {
        reason: "It left the time window of the link, and not all of it is in Exchange.".to_owned(),
        ..kept_local(case, link, Cause::Deleted)
    });
    let row = case.row_after(link);
    let old = case.row.as_ref().map(|row| row.key.clone());
    let (key, forget) = match (&case.left_key, &case.forget) {
        (Some(key), None) => (key.clone(), old.filter(|old| old != key)),
        (_, forget) => (row.key.clone(), forget.clone()),
    };
    Plan::LetGo(Write {
        operation: Operation::Delete { uri, etag },
        pair: Some(Pair {
            key,
            state: PairState::Outside,
            uri: None,
            etag: None,
            base: Prints::new(),
            losses: Vec::new(),
            ..row
        }),
        forget,
        kept: kept.into_iter().collect(),
    })
}

/// Whether the object may have what its item has not.
fn says_more(case: &Case) -> bool {
    let Local::Read(Object {
        item: Ok(local), ..
    }) = &case.local
    else {
        return true;
    };
    let there = match (&case.remote, &case.row) {
        (Remote::Read(item), _) => fingerprint(&item.record),
        (_, Some(row)) => row.base.clone(),
        _ => Prints::new(),
    };
    let here = fingerprint(&local.record);
    !local.losses.is_empty()
        || here
            .iter()
            .any(|(name, print)| there.get(name) != Some(print))
}

impl Cycle<'_> {
    /// Whether a row may stand for an item that was left in Exchange, now or until now.
    fn leaves(&self) -> bool {
        let options = &self.link.options;
        let before = self.link.cursor.as_deref().map(Place::read);
        let left = |place: Place| place.bounds.is_some() || place.direction != Direction::Both;
        options.direction == Direction::ToExchange
            || options.window.is_some()
            || before.is_none_or(left)
    }

    /// Finds what belongs together where the journal has an item that was left in Exchange, and an object with its UID comes up
    /// here: the item would be made a second time. The row of an item that is left has a key that its UID gives.
    pub(super) async fn namesakes(&mut self, cases: &mut [Case]) -> Result<()> {
        if !self.leaves() {
            return Ok(());
        }
        let link = self.link;
        let cases = cases.iter_mut();
        let cases: Vec<(String, &mut Case)> = cases
            .filter_map(|case| Some((left_key(&uid(case, link)?), case)))
            .collect();
        if cases.is_empty() {
            return Ok(());
        }
        let select = Select::Of {
            remote_ids: Vec::new(),
            uris: Vec::new(),
            keys: cases.iter().map(|(key, _)| key.clone()).collect(),
        };
        let rows = self.host.load(select).await?;
        let mut rows: HashMap<String, Pair> =
            rows.into_iter().map(|row| (row.key.clone(), row)).collect();
        for (key, case) in cases {
            if let Some(item) = case.reference() {
                // Of two items with one UID the first has the key.
                let first = self.left.entry(key.clone()).or_insert(item.id.clone());
                let free = !rows.contains_key(&key) && *first == item.id;
                case.left_key = free.then_some(key);
            } else if let Some(row) = rows.remove(&key).filter(|row| row.uri.is_none())
                && let Some(item) = reference(&row).filter(|item| !self.gone.contains(&item.id))
            {
                case.remote = Remote::Unread(item);
                case.row = Some(row);
            }
        }
        Ok(())
    }
}

/// The UID of an item that is new and has no object, of an object that is new and has no item, or of one that the window leaves.
fn uid(case: &Case, link: &Link) -> Option<String> {
    match (&case.row, &case.local, &case.remote) {
        (None, Local::Absent, Remote::Read(item)) => {
            let own = item.uid.clone();
            Some(own.unwrap_or_else(|| derived_uid(&item.reference.id)))
        }
        (None, Local::Read(Object { item: Ok(item), .. }), Remote::Absent) => item.uid.clone(),
        (_, Local::Read(Object { item: Ok(item), .. }), Remote::Read(_) | Remote::Same)
            if case.is_outside(link) =>
        {
            item.uid.clone()
        }
        _ => None,
    }
}
