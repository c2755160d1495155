//! What one side has and the other shall not get, by the direction of the link or its window.

use super::case::{Case, Local, Object, Remote, reference};
use super::cycle::Cycle;
use super::link::{derived_uid, left_key};
use super::{Link, Operation, Pair, PairState, Select, Write};
use crate::error::Result;
use crate::sync::{Direction, Prints};
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
    let row = match &case.left_key {
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

pub(super) fn let_go(case: &Case, link: &Link) -> Option<Write> {
    let (uri, etag) = case.object()?;
    Some(Write {
        operation: Operation::Delete { uri, etag },
        pair: Some(Pair {
            state: PairState::Outside,
            uri: None,
            etag: None,
            base: Prints::new(),
            losses: Vec::new(),
            ..case.row_after(link)
        }),
        forget: case.forget.clone(),
        kept: Vec::new(),
    })
}

impl Cycle<'_> {
    /// Finds what belongs together where the journal has an item that was left in Exchange, and an object with its UID comes up
    /// here: the item would be made a second time. The row of an item that is left has a key that its UID gives.
    pub(super) async fn namesakes(&mut self, cases: &mut [Case]) -> Result<()> {
        let options = &self.link.options;
        if options.direction != Direction::ToExchange && options.window.is_none() {
            return Ok(());
        }
        let news = cases.iter_mut().filter(|case| case.row.is_none());
        let news: Vec<(String, &mut Case)> = news
            .filter_map(|case| Some((left_key(&uid(case)?), case)))
            .collect();
        if news.is_empty() {
            return Ok(());
        }
        let select = Select::Of {
            remote_ids: Vec::new(),
            uris: Vec::new(),
            keys: news.iter().map(|(key, _)| key.clone()).collect(),
        };
        let rows = self.host.load(select).await?;
        let mut rows: HashMap<String, Pair> =
            rows.into_iter().map(|row| (row.key.clone(), row)).collect();
        for (key, case) in news {
            if matches!(case.remote, Remote::Read(_)) {
                // Of two items with one UID the first has the key.
                let mut free = || !rows.contains_key(&key) && self.left.insert(key.clone());
                if case.left_key.is_none() && free() {
                    case.left_key = Some(key);
                }
            } else if let Some(row) = rows.remove(&key)
                && let Some(item) = reference(&row).filter(|item| !self.gone.contains(&item.id))
            {
                case.remote = Remote::Unread(item);
                case.row = Some(row);
            }
        }
        Ok(())
    }
}

/// The UID of an item that has no object, or of an object that has no item.
fn uid(case: &Case) -> Option<String> {
    match (&case.local, &case.remote) {
        (Local::Absent, Remote::Read(item)) => {
            let own = item.uid.clone();
            Some(own.unwrap_or_else(|| derived_uid(&item.reference.id)))
        }
        (Local::Read(Object { item: Ok(item), .. }), Remote::Absent) => item.uid.clone(),
        _ => None,
    }
}
