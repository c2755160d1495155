//! What is kept among the fingerprints of a pair, under names that no property has.

use super::{Link, Side};
use crate::sync::Prints;

/// Where an item was made.
const ORIGIN: &str = "origin";

pub(super) fn origin(side: Side, link: &Link) -> Option<&'static str> {
    link.options.mask.as_ref().map(|_| match side {
        Side::Local => "nextcloud",
        Side::Remote => "exchange",
    })
}

pub(super) fn origin_of(base: &Prints) -> Option<&str> {
    base.get(ORIGIN).map(String::as_str)
}

pub(super) fn with_origin(mut base: Prints, origin: Option<&str>) -> Prints {
    if let Some(origin) = origin {
        base.insert(ORIGIN.to_owned(), origin.to_owned());
    }
    base
}

/// Whether a name of a base is no property's.
pub(super) fn is_note(name: &str) -> bool {
    name == ORIGIN
}
