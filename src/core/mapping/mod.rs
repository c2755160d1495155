//! Between items of either side and records: one row per property, walkers that do the rest.

mod remote;

pub use remote::{
    Field, FieldChange, KEY, OccurrenceAction, OccurrenceChange, PHOTO, Remote, UID,
    add_occurrence, add_photo, create_fields, occurrence_changes, read_remote, update_fields,
    wanted,
};

use crate::error::{Error, ErrorKind, Result};
use crate::model::{Key, Kind, Loss, Property, Record, Zone};
use chrono::{DateTime, Utc};

/// What the mapping needs to know about the mailbox.
#[derive(Clone, Debug)]
pub struct Context {
    /// The zone of floating times and of items without one, as an IANA name.
    pub zone: chrono_tz::Tz,
}

/// A local object as read.
#[derive(Clone, Debug)]
pub struct LocalItem {
    pub uid: Option<String>,
    pub modified: Option<DateTime<Utc>>,
    pub record: Record,
    pub losses: Vec<Loss>,
}

/// Whether a local change of this property can be written to Exchange. One that cannot is left alone on both sides.
pub fn remote_writable(_kind: Kind, _property: Property) -> bool {
    true
}

/// The property of that name in the kind's table; None for a name that this version does not know.
pub fn property(_kind: Kind, _name: &str) -> Option<Property> {
    None
}

/// Reads a local object. `ErrorKind::Item`, with a sentence for the person, where it cannot cross.
pub fn read_local(_kind: Kind, _text: &str, _context: &Context) -> Result<LocalItem> {
    Err(Error::new(ErrorKind::Bug, "Reading is not there yet."))
}

/// The text of a local object with the `changed` keys as in `target` (absent there: removed), and every other line
/// as it was. Without `text`, a new object that holds all of `target`.
pub fn write_local(
    _kind: Kind,
    _text: Option<&str>,
    _uid: &str,
    _target: &Record,
    _changed: &[Key],
    _context: &Context,
) -> Result<String> {
    Err(Error::new(ErrorKind::Bug, "Writing is not there yet."))
}

/// The Windows zone an IANA zone belongs to.
pub fn zone_of(_tz: chrono_tz::Tz) -> Option<Zone> {
    None
}
