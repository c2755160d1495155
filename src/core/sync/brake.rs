//! Deleting is the one thing a person cannot undo by looking, so it stops where it looks like an accident.

use crate::error::{Error, ErrorKind, Result};

/// Deletes that a cycle is about to make.
#[derive(Clone, Copy, Debug, Default)]
pub struct Deletes {
    /// How many pairs there are.
    pub pairs: u64,
    /// Local objects to be deleted because their remote items are gone, and the other way round.
    pub local: u64,
    pub remote: u64,
}

/// Up to this many deletes are never too many of a large link.
pub const FEW: u64 = 10;

/// `ErrorKind::Brake` where the deletes are more than `limit` (by default: more than 10 and more than a fifth of the
/// pairs), or where one side lost all of several pairs. A limit that was set by hand allows that as well.
pub fn check(deletes: Deletes, limit: Option<u64>) -> Result<()> {
    let Deletes {
        pairs,
        local,
        remote,
    } = deletes;
    let too_many = if let Some(limit) = limit {
        local + remote > limit
    } else {
        let emptied = pairs > 1 && local.max(remote) >= pairs;
        emptied || (local + remote > FEW && (local + remote) * 5 > pairs)
    };
    if !too_many {
        return Ok(());
    }
    let mut told = Vec::new();
    if local > 0 {
        told.push(format!(
            "{local} of {pairs} items are gone from Exchange and would be deleted in Nextcloud."
        ));
    }
    if remote > 0 {
        told.push(format!(
            "{remote} of {pairs} items are gone from Nextcloud and would be deleted in Exchange."
        ));
    }
    told.push(
        "Nothing was deleted; if that is what you want, allow this many deletes for the link and synchronise again."
            .to_owned(),
    );
    Err(Error::new(ErrorKind::Brake, told.join(" ")))
}
