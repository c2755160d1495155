//! The Exchange side: items as EWS elements to and from records.

use super::Context;
use crate::error::{Error, ErrorKind, Result};
use crate::ews::{Element, FieldPath, PropertySet, PropertyType};
use crate::model::{Key, Kind, Loss, Occurrence, Property, Record, Value};
use chrono::{DateTime, Utc};

/// Where the key of [`create_fields`] is stored on an item, to find it again when the reply was lost.
pub const KEY: FieldPath = FieldPath::Named(
    PropertySet::PublicStrings,
    "integration_exchange.key",
    PropertyType::String,
);

/// Where the UID of tasks and contacts, and a verbatim copy of that of events, is stored.
pub const UID: FieldPath = FieldPath::Named(
    PropertySet::PublicStrings,
    "integration_exchange.uid",
    PropertyType::String,
);

/// A contact's picture. It is an attachment and no field: `create_fields` and `update_fields` leave it out; the
/// caller creates it from [`Value::Bytes`] under this property, or deletes it, when the property is among those changed.
pub const PHOTO: Property = "photo";

/// An item as read, as far as the item itself tells: occurrences and the picture take further calls.
#[derive(Clone, Debug, Default)]
pub struct Remote {
    pub uid: Option<String>,
    pub key: Option<String>,
    pub modified: Option<DateTime<Utc>>,
    pub record: Record,
    pub losses: Vec<Loss>,
    /// Item ids of changed occurrences, to be read with the same properties and handed to [`add_occurrence`].
    pub exceptions: Vec<String>,
    /// Attachment id of the picture, to be read and handed to [`add_photo`].
    pub photo: Option<String>,
}

/// One property to write: `content` is the whole child of the item element, in the types namespace throughout;
/// for an extended property the `ExtendedProperty` with its `ExtendedFieldURI`, for an indexed one the dictionary with
/// one `Entry`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    pub path: FieldPath,
    pub content: Element,
}

/// One step of an UpdateItem (MS-OXWSCDATA ItemChangeDescriptionType).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldChange {
    Set(Field),
    Delete(FieldPath),
}

/// What to do with one occurrence of a series, after the series itself was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OccurrenceChange {
    pub occurrence: Occurrence,
    /// `InstanceIndex` of OccurrenceItemId: 1-based over the pattern, deleted ones included.
    pub index: u32,
    pub action: OccurrenceAction,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OccurrenceAction {
    Delete,
    Update(Vec<FieldChange>),
}

/// The properties to ask for with BaseShape IdOnly and BodyType Text.
pub fn wanted(_kind: Kind) -> Vec<FieldPath> {
    Vec::new()
}

/// Reads an item (the `CalendarItem`, `Task` or `Contact` element). `ErrorKind::Item` where it cannot cross.
pub fn read_remote(_kind: Kind, _item: &Element, _context: &Context) -> Result<Remote> {
    Err(Error::new(ErrorKind::Bug, "Reading is not there yet."))
}

/// Adds one of [`Remote::exceptions`] to its series.
pub fn add_occurrence(
    _remote: &mut Remote,
    _exception: &Element,
    _context: &Context,
) -> Result<()> {
    Err(Error::new(ErrorKind::Bug, "Reading is not there yet."))
}

/// Adds the content of [`Remote::photo`].
pub fn add_photo(remote: &mut Remote, image: &[u8]) {
    remote
        .record
        .set(Key::of(PHOTO), Value::Bytes(image.into()));
}

/// The children of a new item, in the order of the schema; dictionaries are merged into one element each.
/// Changed occurrences follow with [`occurrence_changes`] once the item exists.
pub fn create_fields(
    _kind: Kind,
    _key: &str,
    _uid: &str,
    _record: &Record,
    _context: &Context,
) -> Result<Vec<Field>> {
    Err(Error::new(ErrorKind::Bug, "Writing is not there yet."))
}

/// The changes of the item itself: the `changed` keys as in `target`, and what must be sent together with them.
/// Empty where only occurrences changed.
pub fn update_fields(
    _kind: Kind,
    _target: &Record,
    _changed: &[Key],
    _context: &Context,
) -> Result<Vec<FieldChange>> {
    Err(Error::new(ErrorKind::Bug, "Writing is not there yet."))
}

/// The occurrences to delete and to update after [`create_fields`] (`changed`: every key of the record) or
/// [`update_fields`] (the same `changed`) were applied. When the series' times or rule are written, Exchange forgets
/// all changed occurrences, and all of the target's are returned.
pub fn occurrence_changes(
    _kind: Kind,
    _target: &Record,
    _changed: &[Key],
    _context: &Context,
) -> Result<Vec<OccurrenceChange>> {
    Ok(Vec::new())
}
