//! Groups of contacts: what has to be known of other items for one of them.

use super::places;
use super::{contact, remote};
use crate::ews::{Element, FieldPath};
use crate::model::{Record, Value};

/// A contact or group of the folder that may be a member of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acquaintance {
    /// What other address books know it by.
    pub uid: String,
    /// Its item id.
    pub id: String,
    /// Its first e-mail address.
    pub address: Option<String>,
    pub group: bool,
}

impl Acquaintance {
    /// What to ask of an item to read it as an acquaintance.
    pub const FIELDS: [FieldPath; 4] = [
        remote::UID,
        FieldPath::Indexed("contacts:EmailAddress", "EmailAddress1"),
        FieldPath::Indexed("contacts:EmailAddress", "EmailAddress2"),
        FieldPath::Indexed("contacts:EmailAddress", "EmailAddress3"),
    ];

    /// `derived` is the UID of an item that carries none.
    pub fn read(item: &Element, id: &str, derived: impl FnOnce() -> String) -> Self {
        let own = places::extended(item, remote::UID).map(str::trim);
        let uid = own.filter(|uid| !uid.is_empty());
        let entries = item
            .child("EmailAddresses")
            .map_or(&[][..], |list| &list.children);
        let mut addresses = entries.iter().map(|entry| entry.text.trim());
        Self {
            uid: uid.map_or_else(derived, str::to_owned),
            id: id.to_owned(),
            address: addresses
                .find(|address| address.contains('@'))
                .map(str::to_owned),
            group: places::Group::is(item),
        }
    }

    pub(super) fn is(&self, uid: &str) -> bool {
        let own = self.uid.strip_prefix("urn:uuid:").unwrap_or(&self.uid);
        own.eq_ignore_ascii_case(uid)
    }
}

pub fn is_group(record: &Record) -> bool {
    record.own(contact::GROUP) == Some(&Value::Bool(true))
}

/// The UIDs of the contacts and groups that a group names. It is written with what is known of these:
/// [`Context::contacts`](super::Context::contacts).
pub fn named_uids(record: &Record) -> Vec<String> {
    let members = match record.own(contact::MEMBERS) {
        Some(Value::List(members)) if is_group(record) => members.as_slice(),
        _ => &[],
    };
    let uids = members.iter().filter_map(|member| places::uid_of(member));
    uids.map(str::to_owned).collect()
}

/// The ids of items that are members of a group in Exchange. It is read with what is known of these.
pub fn member_items(item: &Element) -> Vec<String> {
    let members = places::listed(item).iter();
    members
        .filter_map(places::item_of)
        .map(str::to_owned)
        .collect()
}
