//! The Exchange side: items as EWS elements to and from records.

use super::places::{self, Photo, extended, instant};
use super::row::{Direction, Row};
use super::scope::{Scope, refuse};
use super::split::Part;
use super::{Context, RESPONSE, contact, is_group, rows, rows_of, series, uid};
use crate::error::Result;
use crate::ews::{Element, FieldPath, PropertySet, PropertyType};
use crate::model::{Key, Kind, Loss, Moment, Occurrence, Property, Record, Value};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use std::collections::BTreeSet;

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

/// Where other programs (integration_ews, DavMail) store the UID that an item has in a calendar or address book.
pub const TAG: FieldPath =
    FieldPath::Named(PropertySet::PublicStrings, "DAV:uid", PropertyType::String);

/// Where the rule of a series is stored that Exchange has no form for.
pub const RULE: FieldPath = FieldPath::Named(
    PropertySet::PublicStrings,
    "integration_exchange.rule",
    PropertyType::String,
);

/// On each of several series that are one object (docs/adr/0011): which they are. See [`Mark`].
pub const PART_OF: FieldPath = FieldPath::Named(
    PropertySet::PublicStrings,
    "integration_exchange.part_of",
    PropertyType::String,
);

/// A contact's picture. It is an attachment and no field: `create_fields` and `update_fields` leave it out; the
/// caller creates it from [`Value::Bytes`] under this property, or deletes it, when the property is among those changed.
pub const PHOTO: Property = "photo";

/// An item as read, as far as the item itself tells: occurrences and the picture take further calls.
#[derive(Clone, Debug, Default)]
pub struct Remote {
    pub uid: Option<String>,
    /// Further UIDs that a local object which another program wrote for this item may have.
    pub aliases: Vec<String>,
    pub key: Option<String>,
    pub modified: Option<DateTime<Utc>>,
    pub record: Record,
    pub losses: Vec<Loss>,
    /// Item ids of changed occurrences, to be read with the same properties and handed to [`add_occurrence`].
    pub exceptions: Vec<String>,
    /// Attachment id of the picture, to be read and handed to [`add_photo`].
    pub photo: Option<String>,
    /// Where it is one of several series that are one object.
    pub part: Option<Part>,
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

/// Read beside the rows of every kind.
const EVENT_PARTS: [FieldPath; 6] = [
    FieldPath::Field("calendar:UID"),
    uid::CLEAN_ID,
    FieldPath::Field("calendar:CalendarItemType"),
    FieldPath::Field("calendar:OriginalStart"),
    FieldPath::Field("calendar:ModifiedOccurrences"),
    FieldPath::Field("calendar:DeletedOccurrences"),
];

/// The properties to ask for with BaseShape IdOnly and BodyType Best.
pub fn wanted(kind: Kind) -> Vec<FieldPath> {
    let mut paths: Vec<FieldPath> = rows(kind)
        .iter()
        .filter(|row| row.direction != Direction::OnCreate)
        .flat_map(|row| row.place.paths())
        .collect();
    paths.extend([FieldPath::Field("item:LastModifiedTime"), KEY, UID, TAG]);
    if kind == Kind::Event {
        paths.extend(EVENT_PARTS);
        paths.push(PART_OF);
    }
    paths
}

/// Reads an item (the `CalendarItem`, `Task` or `Contact` element). `ErrorKind::Item` where it cannot cross.
pub fn read_remote(kind: Kind, item: &Element, context: &Context) -> Result<Remote> {
    let mut scope = Scope::new(context);
    let mut record = read_rows(kind, item, &mut scope)?;
    let mut exceptions = Vec::new();
    if kind == Kind::Event {
        exceptions = read_occurrences(item, &mut record, &mut scope);
    }
    let own = |path| extended(item, path).filter(|text| !text.is_empty());
    let tag = own(TAG).map(str::trim).filter(|tag| !tag.is_empty());
    let known = own(UID).map(str::to_owned).or_else(|| uid::of_event(item));
    let aliases = uid::aliases(known.as_deref(), tag);
    // An event without any UID does not exist in Exchange; its tag may be that of the event it was copied from.
    let uid = known.or_else(|| tag.filter(|_| kind != Kind::Event).map(str::to_owned));
    Ok(Remote {
        part: Part::read(item),
        uid,
        aliases,
        key: own(KEY).map(str::to_owned),
        modified: item.child_text("LastModifiedTime").and_then(instant),
        record,
        losses: scope.losses,
        exceptions,
        photo: (kind == Kind::Contact)
            .then(|| Photo::attachment(item))
            .flatten(),
    })
}

fn read_rows(kind: Kind, item: &Element, scope: &mut Scope) -> Result<Record> {
    let mut record = Record::default();
    for row in rows_of(kind, places::Group::is(item)) {
        if let Some(value) = row.place.read(item, scope)? {
            record.set(Key::of(row.property), value);
        }
    }
    if kind == Kind::Event {
        record = series::as_ruled(record, scope.context);
    }
    super::settle(kind, &mut record, scope);
    Ok(record)
}

/// Sets the state of deleted occurrences; answers the item ids of changed ones.
fn read_occurrences(item: &Element, record: &mut Record, scope: &mut Scope) -> Vec<String> {
    let Some(course) = series::of(record, scope.context) else {
        return Vec::new();
    };
    let left_out = course.left_out();
    let start = course.start.clone();
    let tz = places::clock(item, scope);
    let entries = |name| item.child(name).map_or(&[][..], |list| &list.children);
    for deleted in entries("DeletedOccurrences") {
        if let Some(time) = deleted.child_text("Start").and_then(instant) {
            let day = super::zones::to_local(time, tz).date();
            if left_out.binary_search_by_key(&day, |(day, _)| *day).is_ok() {
                continue;
            }
            let occurrence = occurrence_at(&start, time, tz);
            record.set(Key::at(occurrence, Key::STATE), Value::Bool(false));
        }
    }
    entries("ModifiedOccurrences")
        .iter()
        .filter_map(|entry| entry.child("ItemId")?.attribute("Id").map(str::to_owned))
        .collect()
}

/// The occurrence that Exchange names by an original start.
fn occurrence_at(start: &Moment, time: DateTime<Utc>, tz: Tz) -> Occurrence {
    match start {
        Moment::Day(_) => Occurrence::Day(super::zones::to_local(time, tz).date()),
        Moment::At { .. } => Occurrence::At(time),
    }
}

/// Adds one of [`Remote::exceptions`] to its series.
pub fn add_occurrence(remote: &mut Remote, exception: &Element, context: &Context) -> Result<()> {
    let course = series::of(&remote.record, context).ok_or_else(|| {
        refuse("Exchange answered an occurrence of an event that does not repeat.")
    })?;
    let start = course.start.clone();
    let time = exception
        .child_text("OriginalStart")
        .and_then(instant)
        .ok_or_else(|| refuse("Exchange answered an occurrence without its original start."))?;
    let mut scope = Scope::new(context);
    let occurrence = occurrence_at(&start, time, places::clock(exception, &mut scope));
    let item = read_rows(Kind::Event, exception, &mut scope)?;
    series::add(
        &mut remote.record,
        occurrence,
        &item,
        rows(Kind::Event),
        context,
    );
    for loss in scope.losses {
        if !remote.losses.contains(&loss) {
            remote.losses.push(loss);
        }
    }
    Ok(())
}

/// Adds the content of [`Remote::photo`].
pub fn add_photo(remote: &mut Remote, image: &[u8]) {
    if !image.is_empty() {
        remote.record.set(
            Key::of(PHOTO),
            Value::Bytes(super::picture::sized(image.to_vec()).into()),
        );
    }
}

/// The children of a new item, in the order of the schema; dictionaries are merged into one element each.
/// Changed occurrences follow with [`occurrence_changes`] once the item exists.
pub fn create_fields(
    kind: Kind,
    key: &str,
    uid: &str,
    record: &Record,
    context: &Context,
) -> Result<Vec<Field>> {
    let mut scope = Scope::new(context);
    let record = &shown(kind, record, context);
    let mut fields = vec![named(KEY, key), named(UID, uid)];
    if kind == Kind::Event {
        fields.push(Field {
            path: FieldPath::Field("calendar:UID"),
            content: places::leaf("UID", uid),
        });
        fields.extend(super::invitation::content(uid, record, context));
    }
    for row in rows_of(kind, is_group(record)) {
        if row.direction == Direction::FromExchange {
            continue;
        }
        let changes = row
            .place
            .write(record.own(row.property), record, &mut scope)?;
        fields.extend(changes.into_iter().filter_map(|change| match change {
            FieldChange::Set(field) => Some(field),
            FieldChange::Delete(_) => None,
        }));
    }
    Ok(super::order::arrange(kind, fields))
}

/// The item itself as Exchange is to have it.
fn shown(kind: Kind, record: &Record, context: &Context) -> Record {
    match kind {
        Kind::Event => series::as_shown(record, context),
        Kind::Task | Kind::Contact => record.clone(),
    }
}

pub(super) fn named(path: FieldPath, text: &str) -> Field {
    match places::set_extended(path, text) {
        FieldChange::Set(field) => field,
        FieldChange::Delete(path) => Field {
            path,
            content: Element::default(),
        },
    }
}

/// The changes of the item itself: the `changed` keys as in `target`, and what must be sent together with them.
/// Empty where only occurrences changed.
pub fn update_fields(
    kind: Kind,
    target: &Record,
    changed: &[Key],
    context: &Context,
) -> Result<Vec<FieldChange>> {
    if changed.contains(&Key::of(contact::GROUP)) {
        return Err(refuse(
            "In Exchange a contact cannot become a group of contacts, nor a group a contact. Make a new one, and delete this one.",
        ));
    }
    let restored = changed.iter().any(|key| series::is_restored(*key, target));
    let touched = |row: &Row| {
        changed.contains(&Key::of(row.property)) || (restored && row.property == "recurrence")
    };
    let item = shown(kind, target, context);
    let mut steps = write_rows(kind, &item, touched, &mut Scope::new(context))?;
    let rule = steps
        .iter()
        .position(|change| matches!(change, FieldChange::Set(field) if field.path == RECURRENCE));
    let is_new = restored || changed.contains(&Key::of("recurrence"));
    if let Some(rule) = rule.filter(|_| is_new) {
        // A rule that is set again as it was would keep the deleted occurrences of the old one.
        steps.insert(rule, FieldChange::Delete(RECURRENCE));
    }
    Ok(steps)
}

const RECURRENCE: FieldPath = FieldPath::Field("calendar:Recurrence");

fn write_rows(
    kind: Kind,
    item: &Record,
    touched: impl Fn(&Row) -> bool,
    scope: &mut Scope,
) -> Result<Vec<FieldChange>> {
    let writable: Vec<&Row> = rows_of(kind, is_group(item))
        .filter(|row| row.direction == Direction::Both)
        .collect();
    let touched: Vec<&&Row> = writable.iter().filter(|row| touched(row)).collect();
    let mut changes = Vec::new();
    for row in &writable {
        if touched.iter().any(|other| row.follows(other)) {
            changes.extend(row.place.write(item.own(row.property), item, scope)?);
        }
    }
    // Whoever answers and says nothing else about it is as busy as the answer says.
    let is_written = |property| touched.iter().any(|row| row.property == property);
    if is_written(RESPONSE)
        && !is_written("busy")
        && let Some(Value::Text(answer)) = item.own(RESPONSE)
    {
        changes.extend(places::busy_after(answer));
    }
    Ok(changes)
}

/// The occurrences to delete and to update after [`create_fields`] (`changed`: every key of the record) or
/// [`update_fields`] (the same `changed`) were applied. When the series' times or rule are written, Exchange forgets
/// all changed occurrences, and all of the target's are returned.
pub fn occurrence_changes(
    kind: Kind,
    target: &Record,
    changed: &[Key],
    context: &Context,
) -> Result<Vec<OccurrenceChange>> {
    if kind != Kind::Event {
        return Ok(Vec::new());
    }
    let reset = series::is_reset(changed, target);
    let mut occurrences: BTreeSet<Occurrence> = target
        .occurrences()
        .filter(|occurrence| {
            reset
                || changed
                    .iter()
                    .any(|key| key.occurrence == Some(*occurrence))
        })
        .collect();
    let mut steps = Vec::new();
    if let Some(course) = series::of(target, context).filter(|_| reset) {
        occurrences.extend(course.at_other_times(context));
        steps.extend(
            course
                .left_out()
                .into_iter()
                .map(|(day, index)| OccurrenceChange {
                    occurrence: course.on(day, context),
                    index,
                    action: OccurrenceAction::Delete,
                }),
        );
    }
    let occurrences: Vec<Occurrence> = occurrences.into_iter().collect();
    let indices = series::indices(target, &occurrences, context);
    for (occurrence, index) in occurrences.into_iter().zip(indices) {
        let index =
            index.ok_or_else(|| refuse("It changes an occurrence that its rule does not have."))?;
        let deleted = target.get(Key::at(occurrence, Key::STATE)) == Some(&Value::Bool(false));
        let action = if deleted {
            OccurrenceAction::Delete
        } else {
            let fields = occurrence_fields(occurrence, target, changed, reset, context)?;
            OccurrenceAction::Update(fields)
        };
        steps.push(OccurrenceChange {
            occurrence,
            index,
            action,
        });
    }
    steps.sort_by_key(|step| step.index);
    Ok(steps)
}

fn occurrence_fields(
    occurrence: Occurrence,
    target: &Record,
    changed: &[Key],
    reset: bool,
    context: &Context,
) -> Result<Vec<FieldChange>> {
    let all = rows(Kind::Event);
    let item = series::effective(target, occurrence, all, context);
    let moved = series::of(target, context)
        .is_some_and(|course| course.at_other_times(context).contains(&occurrence));
    let touched = |row: &Row| {
        let key = Key::at(occurrence, row.property);
        let again = target.get(key).is_some() || (moved && row.property == "start");
        !row.series_only && (changed.contains(&key) || (reset && again))
    };
    let steps = write_rows(Kind::Event, &item, touched, &mut Scope::new(context))?;
    // The rule goes with the times, and an occurrence has none.
    Ok(steps
        .into_iter()
        .filter(|change| {
            let path = match change {
                FieldChange::Set(field) => field.path,
                FieldChange::Delete(path) => *path,
            };
            path != RECURRENCE && path != RULE
        })
        .collect())
}
