//! The order of an item's children that the schema asks for (types.xsd ItemType and its extensions).

use super::remote::Field;
use crate::ews::Element;
use crate::model::Kind;

/// Only what the tables write: of ItemType, and of the type of each kind.
const ITEM: &[&str] = &[
    "MimeContent",
    "Subject",
    "Sensitivity",
    "Body",
    "Categories",
    "Importance",
    "ReminderDueBy",
    "ReminderIsSet",
    "ReminderMinutesBeforeStart",
    "ExtendedProperty",
];

const EVENT: &[&str] = &[
    "UID",
    "Start",
    "End",
    "IsAllDayEvent",
    "LegacyFreeBusyStatus",
    "Location",
    "IsResponseRequested",
    "RequiredAttendees",
    "OptionalAttendees",
    "Resources",
    "Recurrence",
    "StartTimeZone",
    "EndTimeZone",
    "MeetingWorkspaceUrl",
    "NetShowUrl",
];

const CONTACT: &[&str] = &[
    "FileAs",
    "FileAsMapping",
    "DisplayName",
    "GivenName",
    "Initials",
    "MiddleName",
    "Nickname",
    "CompanyName",
    "EmailAddresses",
    "PhysicalAddresses",
    "PhoneNumbers",
    "AssistantName",
    "Birthday",
    "Children",
    "Companies",
    "Department",
    "Generation",
    "ImAddresses",
    "JobTitle",
    "Manager",
    "Mileage",
    "OfficeLocation",
    "PostalAddressIndex",
    "Profession",
    "SpouseName",
    "Surname",
    "WeddingAnniversary",
    // DistributionListType
    "Members",
];

const TASK: &[&str] = &[
    "ActualWork",
    "BillingInformation",
    "Companies",
    "Contacts",
    "DueDate",
    "Mileage",
    "PercentComplete",
    "Recurrence",
    "StartDate",
    "Status",
    "TotalWork",
];

/// Children of an address entry, in order.
const ADDRESS: &[&str] = &["Street", "City", "State", "CountryOrRegion", "PostalCode"];

fn rank(order: &[&str], name: &str) -> usize {
    order
        .iter()
        .position(|known| *known == name)
        .unwrap_or(order.len())
}

/// Sorts fields and merges those that stand in the same dictionary.
pub fn arrange(kind: Kind, mut fields: Vec<Field>) -> Vec<Field> {
    let own = match kind {
        Kind::Event => EVENT,
        Kind::Task => TASK,
        Kind::Contact => CONTACT,
    };
    fields.sort_by_key(|field| {
        let name = &field.content.name;
        let item = rank(ITEM, name);
        (
            item,
            if item == ITEM.len() {
                rank(own, name)
            } else {
                0
            },
        )
    });
    let mut arranged: Vec<Field> = Vec::with_capacity(fields.len());
    for field in fields {
        match arranged.last_mut() {
            Some(last) if is_dictionary(&field) && last.content.name == field.content.name => {
                merge(&mut last.content, field.content);
            }
            _ => arranged.push(field),
        }
    }
    arranged
}

fn is_dictionary(field: &Field) -> bool {
    matches!(
        field.content.name.as_str(),
        "EmailAddresses" | "PhoneNumbers" | "PhysicalAddresses" | "ImAddresses"
    )
}

fn merge(dictionary: &mut Element, other: Element) {
    for entry in other.children {
        let key = entry.attribute("Key").map(str::to_owned);
        let same = dictionary
            .children
            .iter_mut()
            .find(|known| known.attribute("Key") == key.as_deref());
        match same {
            Some(known) => {
                known.children.extend(entry.children);
                known.children.sort_by_key(|part| rank(ADDRESS, &part.name));
            }
            None => dictionary.children.push(entry),
        }
    }
}
