//! How EWS names a property (MS-OXWSCDATA PathToUnindexedFieldType, PathToIndexedFieldType, PathToExtendedFieldType).

use super::{Element, Version};

/// A distinguished property set and the GUID that servers may answer with instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PropertySet {
    Appointment,
    Task,
    Address,
    Common,
    Meeting,
    PublicStrings,
}

impl PropertySet {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Appointment => "Appointment",
            Self::Task => "Task",
            Self::Address => "Address",
            Self::Common => "Common",
            Self::Meeting => "Meeting",
            Self::PublicStrings => "PublicStrings",
        }
    }

    /// Lower-case GUID (NOTES of MS-OXPROPS 1.3.2).
    pub const fn guid(self) -> &'static str {
        match self {
            Self::Appointment => "00062002-0000-0000-c000-000000000046",
            Self::Task => "00062003-0000-0000-c000-000000000046",
            Self::Address => "00062004-0000-0000-c000-000000000046",
            Self::Common => "00062008-0000-0000-c000-000000000046",
            Self::Meeting => "6ed8da90-450b-101b-98da-00aa003f1305",
            Self::PublicStrings => "00020329-0000-0000-c000-000000000046",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PropertyType {
    Boolean,
    Binary,
    Double,
    Integer,
    Short,
    String,
    StringArray,
    SystemTime,
}

impl PropertyType {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Boolean => "Boolean",
            Self::Binary => "Binary",
            Self::Double => "Double",
            Self::Integer => "Integer",
            Self::Short => "Short",
            Self::String => "String",
            Self::StringArray => "StringArray",
            Self::SystemTime => "SystemTime",
        }
    }
}

/// One property's address. All data is static: paths stand in the mapping tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FieldPath {
    /// For example `item:Subject`; the element's name is what follows the colon.
    Field(&'static str),
    /// For example `contacts:PhoneNumber` with index `HomePhone`.
    Indexed(&'static str, &'static str),
    /// An extended property by MAPI tag.
    Tag(u16, PropertyType),
    /// An extended property by set and id.
    Id(PropertySet, u16, PropertyType),
    /// An extended property by set and name.
    Named(PropertySet, &'static str, PropertyType),
}

impl FieldPath {
    /// The first schema level that knows the property.
    pub fn since(self) -> Version {
        match self {
            Self::Field("calendar:EnhancedLocation" | "calendar:JoinOnlineMeetingUrl") => {
                Version::Exchange2013Sp1
            }
            Self::Field(
                "calendar:StartTimeZone"
                | "calendar:EndTimeZone"
                | "distributionlist:Members"
                | "contacts:HasPicture",
            ) => Version::Exchange2010Sp1,
            _ => Version::Exchange2007Sp1,
        }
    }

    /// The path as EWS writes it: `FieldURI`, `IndexedFieldURI` or `ExtendedFieldURI`.
    pub fn element(self) -> Element {
        let (name, attributes) = match self {
            Self::Field(uri) => ("FieldURI", vec![("FieldURI", uri.to_owned())]),
            Self::Indexed(uri, index) => (
                "IndexedFieldURI",
                vec![
                    ("FieldURI", uri.to_owned()),
                    ("FieldIndex", index.to_owned()),
                ],
            ),
            Self::Tag(tag, kind) => (
                "ExtendedFieldURI",
                vec![
                    ("PropertyTag", format!("0x{tag:x}")),
                    ("PropertyType", kind.name().to_owned()),
                ],
            ),
            Self::Id(set, id, kind) => (
                "ExtendedFieldURI",
                vec![
                    ("DistinguishedPropertySetId", set.name().to_owned()),
                    ("PropertyId", id.to_string()),
                    ("PropertyType", kind.name().to_owned()),
                ],
            ),
            Self::Named(set, name, kind) => (
                "ExtendedFieldURI",
                vec![
                    ("DistinguishedPropertySetId", set.name().to_owned()),
                    ("PropertyName", name.to_owned()),
                    ("PropertyType", kind.name().to_owned()),
                ],
            ),
        };
        Element {
            name: name.to_owned(),
            attributes: attributes
                .into_iter()
                .map(|(key, value)| (key.to_owned(), value))
                .collect(),
            ..Element::default()
        }
    }
}
