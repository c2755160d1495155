//! The names by which a request speaks of a property: FieldURI, IndexedFieldURI, ExtendedFieldURI.

use crate::bag::{Guid, Key};
use crate::element::Element;
use crate::failure::Failure;
use crate::version::{self, Level};

/// A property's name in a request.
#[derive(Clone, Debug, PartialEq)]
pub enum Path {
    /// `calendar:Start`
    Field(String),
    /// `contacts:EmailAddress` and its FieldIndex
    Indexed(String, String),
    Extended(Extended),
}

/// An extended property as a request names it.
#[derive(Clone, Debug, PartialEq)]
pub struct Extended {
    pub key: Key,
    /// PropertyType, such as `SystemTime`.
    pub kind: String,
    /// The ExtendedFieldURI as it came, to be sent back the same way.
    pub uri: Element,
}

impl Path {
    /// Whether it is one of the three path elements.
    pub fn is_path(element: &Element) -> bool {
        matches!(
            element.name.as_str(),
            "FieldURI" | "IndexedFieldURI" | "ExtendedFieldURI"
        )
    }

    pub fn parse(element: &Element, level: Level) -> Result<Path, Failure> {
        let uri = element.attr("FieldURI").unwrap_or_default();
        if level < version::introduced(uri) {
            return Err(Failure::new(
                "ErrorIncorrectSchemaVersion",
                format!("The property {uri} is not known at the requested server version."),
            ));
        }
        match element.name.as_str() {
            "FieldURI" => Ok(Path::Field(uri.to_owned())),
            "IndexedFieldURI" => Ok(Path::Indexed(
                uri.to_owned(),
                element.attr("FieldIndex").unwrap_or_default().to_owned(),
            )),
            _ => Extended::parse(element).map(Path::Extended),
        }
    }

    /// The name of the element that carries the property: `calendar:Start` → `Start`.
    pub fn element(&self) -> &str {
        match self {
            Path::Field(uri) => uri.split(':').nth(1).unwrap_or_default(),
            Path::Indexed(uri, _) => match uri.split(':').nth(1).unwrap_or_default() {
                "EmailAddress" => "EmailAddresses",
                "PhoneNumber" => "PhoneNumbers",
                "ImAddress" => "ImAddresses",
                "PhysicalAddress" => "PhysicalAddresses",
                other => other,
            },
            Path::Extended(_) => "ExtendedProperty",
        }
    }
}

impl Extended {
    pub fn parse(uri: &Element) -> Result<Extended, Failure> {
        let refuse = |why: &str| {
            Failure::new(
                "ErrorInvalidExtendedProperty",
                format!("The extended property is not valid: {why}"),
            )
        };
        let kind = uri.attr("PropertyType").unwrap_or_default().to_owned();
        let mut uri = uri.clone();
        uri.children.clear();
        uri.text.clear();
        if let Some(tag) = uri.attr("PropertyTag") {
            let number = match tag.strip_prefix("0x").or_else(|| tag.strip_prefix("0X")) {
                Some(hex) => u16::from_str_radix(hex, 16).ok(),
                None => tag.parse().ok(),
            };
            let number = number.ok_or_else(|| refuse("PropertyTag is no number."))?;
            if number >= 0x8000 {
                return Err(refuse("PropertyTag lies in the range of named properties."));
            }
            return Ok(Extended {
                key: Key::Tag(number),
                kind,
                uri,
            });
        }
        let set = match (
            uri.attr("DistinguishedPropertySetId"),
            uri.attr("PropertySetId"),
        ) {
            (Some(name), None) => Guid::distinguished(name),
            (None, Some(guid)) => Guid::parse(guid),
            _ => None,
        };
        let set = set.ok_or_else(|| refuse("it needs one property set."))?;
        let key = match (uri.attr("PropertyId"), uri.attr("PropertyName")) {
            (Some(id), None) => {
                let id = id
                    .parse::<i64>()
                    .ok()
                    .and_then(|id| u32::try_from(id & 0xffff).ok());
                Key::Id(set, id.ok_or_else(|| refuse("PropertyId is no number."))?)
            }
            (None, Some(name)) => Key::Name(set, name.to_owned().into()),
            _ => return Err(refuse("it needs either PropertyId or PropertyName.")),
        };
        Ok(Extended { key, kind, uri })
    }
}
