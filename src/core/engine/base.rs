//! What is kept among the fingerprints of a pair, under names that no property has.

use super::case::{Case, Remote};
use super::{Link, Side, Update};
use crate::model::Key;
use crate::sync::{Prints, fingerprint, print};

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

/// In front of a property's name: what an update writes of it, of which it is not known whether it was applied. Empty where it takes
/// the property away.
const INTENDED: char = '>';

/// The base with what an update is about to write. Where both sides are changed at once, they agree only when both are written.
pub(super) fn with_intent(mut base: Prints, update: &Update, also_here: &[Key]) -> Prints {
    for key in update.changed.iter().filter(|key| !also_here.contains(key)) {
        let written = update.target.get(*key).map(print).unwrap_or_default();
        base.insert(format!("{INTENDED}{key}"), written);
    }
    base
}

/// The base once an update was applied.
pub(super) fn with_update(base: Prints, update: &Update, also_here: &[Key]) -> Prints {
    let base = with_intent(base, update, also_here);
    settled(base, |_, _| true)
}

/// The base without intents: both sides agreed on those that `applied` confirms.
fn settled(base: Prints, applied: impl Fn(&str, &str) -> bool) -> Prints {
    let (intents, mut base): (Prints, Prints) = base
        .into_iter()
        .partition(|(name, _)| name.starts_with(INTENDED));
    for (name, print) in intents {
        let name = name.trim_start_matches(INTENDED);
        if !applied(name, &print) {
            continue;
        }
        if print.is_empty() {
            base.remove(name);
        } else {
            base.insert(name.to_owned(), print);
        }
    }
    base
}

impl Case {
    /// What an update wrote before its answer was lost is no change of the remote side: both agreed on it then.
    pub(super) fn settle_intents(&mut self) {
        let Some(row) = &mut self.row else { return };
        if !row.base.keys().any(|name| name.starts_with(INTENDED)) {
            return;
        }
        let now = match &self.remote {
            Remote::Read(item) => Some(fingerprint(&item.record)),
            Remote::Same => None,
            _ => return,
        };
        row.base = settled(std::mem::take(&mut row.base), |name, print| {
            let says = |now: &Prints| now.get(name).map_or("", String::as_str) == print;
            now.as_ref().is_some_and(says)
        });
        // The etag is that of another base: without one the object is looked at.
        row.etag = row.etag.take().map(|_| String::new());
    }
}

/// Whether a name of a base is no property's.
pub(super) fn is_note(name: &str) -> bool {
    name == ORIGIN || name.starts_with(INTENDED)
}
