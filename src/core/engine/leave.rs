//! What one side has and the other shall not get, by the direction of the link or its window.

use super::case::Case;
use super::{Link, Operation, Pair, PairState, Write};
use crate::sync::{Direction, Prints};

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
