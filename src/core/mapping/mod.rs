//! Between items of either side and records: one row per property, walkers that do the rest.

mod agree;
mod anchor;
mod attached;
mod calendar;
mod card;
mod common;
mod contact;
mod cover;
mod crossing;
mod duration;
mod event;
mod exceptions;
mod expand;
mod files;
mod group;
mod html;
mod invitation;
mod likeness;
mod local;
mod mask;
mod old_card;
mod order;
mod orphans;
mod picture;
mod places;
mod ranges;
mod remote;
mod row;
mod rrule;
mod rules;
mod scope;
mod series;
mod settle;
mod slots;
mod span;
mod split;
mod stamp;
mod task;
mod text;
mod times;
mod uid;
mod zones;

pub use agree::agree;
pub use attached::occurrence_files;
pub use files::{FILES, LARGEST, OVERHEAD, is_attached};
pub use group::{Acquaintance, is_group, member_items, named_uids};
pub use likeness::{likeness, tells_alike};
pub use local::{date_local, read_local, write_local};
pub use mask::{is_hidden, is_private, mask};
pub use places::{RESPONSE_STATUS, add_contents, contents, outline, size};
pub use remote::{
    Field, FieldChange, KEY, OccurrenceAction, OccurrenceChange, PART_OF, PHOTO, Remote, UID,
    add_occurrence, add_photo, create_fields, occurrence_changes, read_remote, update_fields,
    wanted,
};
pub use row::{Direction, Row, Shape};
pub use span::{Span, midnight, span};
pub use split::{Part, Series, Split, every_key, join, part_changes, part_fields, split};
pub use uid::{CLEAN_ID as GLOBAL_ID, ids as global_ids};
pub use zones::zone_of;

use crate::ews::Version;
use crate::model::{Key, Kind, Loss, Property, Record, Value};
use chrono::{DateTime, NaiveDate, Utc};
use settle::settle;

/// PRODID of the objects we make.
const PRODUCT: &str = "-//integration_exchange//EN";

/// Who else organizes a meeting; absent where the mailbox's owner does, or nobody.
pub const ORGANIZER: Property = "organizer";

/// What the mailbox's owner answered to a meeting that somebody else organizes.
pub const RESPONSE: Property = "response";

/// What the mapping needs to know about the mailbox.
#[derive(Clone, Debug)]
pub struct Context {
    /// The zone of floating times and of items without one, as an IANA name.
    pub zone: chrono_tz::Tz,
    /// What the horizon of an expanded series is counted from.
    pub today: NaiveDate,
    /// The mailbox owner's addresses, lower-case, the mailbox's own first: who of the attendees is the person.
    pub addresses: Vec<String>,
    /// The schema level that the server is asked in: what an older one has no place for goes elsewhere.
    pub server: Version,
    /// Contacts that groups name as members: known while groups are read or written.
    pub contacts: Vec<Acquaintance>,
}

impl Context {
    pub const fn new(zone: chrono_tz::Tz, today: NaiveDate) -> Self {
        Self {
            zone,
            today,
            addresses: Vec::new(),
            server: Version::NEWEST,
            contacts: Vec::new(),
        }
    }
}

/// A local object as read.
#[derive(Clone, Debug)]
pub struct LocalItem {
    pub uid: Option<String>,
    pub modified: Option<DateTime<Utc>>,
    pub record: Record,
    pub losses: Vec<Loss>,
}

/// The table of a kind.
pub fn rows(kind: Kind) -> &'static [Row] {
    match kind {
        Kind::Event => event::ROWS,
        Kind::Task => task::ROWS,
        Kind::Contact => contact::ROWS,
    }
}

/// The rows of an item that is a group of contacts, or is none.
fn rows_of(kind: Kind, group: bool) -> impl Iterator<Item = &'static Row> {
    let group = group && kind == Kind::Contact;
    rows(kind).iter().filter(move |row| row.groups || !group)
}

/// Whether a local change of this property can be written to Exchange. One that cannot is left alone on both sides.
/// `has` says whether the item in Exchange has a property: what all who take part in a meeting have in common is written
/// only where nobody else organizes it.
pub fn remote_writable(kind: Kind, property: Property, has: &dyn Fn(Property) -> bool) -> bool {
    property == Key::STATE
        || rows(kind).iter().any(|row| {
            row.property == property
                && row.direction == Direction::Both
                && !(row.shared && has(ORGANIZER))
        })
}

/// Whether a new item in Exchange takes this property.
pub fn creatable(kind: Kind, property: Property) -> bool {
    property == Key::STATE
        || rows(kind).iter().any(|row| {
            row.property == property
                && matches!(row.direction, Direction::Both | Direction::OnceCreated)
        })
}

/// Whether the property is a set, of which each element can come and go by itself.
pub fn is_set(kind: Kind, property: Property) -> bool {
    rows(kind).iter().any(|row| {
        row.property == property && matches!(row.shape, Shape::List | Shape::People | Shape::Files)
    })
}

/// What a person calls an item; empty where it has no name.
pub fn title(kind: Kind, record: &Record) -> String {
    let property = match kind {
        Kind::Event | Kind::Task => "summary",
        Kind::Contact => "full_name",
    };
    match record.own(property) {
        Some(Value::Text(title)) => title.clone(),
        _ => String::new(),
    }
}

/// The property of that name in the kind's table; None for a name that this version does not know.
pub fn property(kind: Kind, name: &str) -> Option<Property> {
    if name == Key::STATE {
        return Some(Key::STATE);
    }
    rows(kind)
        .iter()
        .map(|row| row.property)
        .find(|property| *property == name)
}
