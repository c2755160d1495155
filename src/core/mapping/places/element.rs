use crate::ews::{Element, FieldPath, PropertySet};
use crate::mapping::remote::{Field, FieldChange};

pub fn leaf(name: &str, text: impl Into<String>) -> Element {
    Element {
        name: name.to_owned(),
        text: text.into(),
        ..Element::default()
    }
}

pub fn node(name: &str, children: Vec<Element>) -> Element {
    Element {
        name: name.to_owned(),
        children,
        ..Element::default()
    }
}

pub fn with(mut element: Element, attribute: &str, value: &str) -> Element {
    element
        .attributes
        .push((attribute.to_owned(), value.to_owned()));
    element
}

/// The element that a plain path stands for: what follows the colon.
pub fn name_of(path: FieldPath) -> &'static str {
    match path {
        FieldPath::Field(uri) | FieldPath::Indexed(uri, _) => {
            uri.split_once(':').map_or(uri, |(_, name)| name)
        }
        _ => "ExtendedProperty",
    }
}

pub fn set(path: FieldPath, content: Element) -> FieldChange {
    FieldChange::Set(Field { path, content })
}

/// A plain path set to a text.
pub fn set_text(path: FieldPath, text: impl Into<String>) -> FieldChange {
    set(path, leaf(name_of(path), text))
}

/// An extended property set to a value.
pub fn set_extended(path: FieldPath, text: impl Into<String>) -> FieldChange {
    set(
        path,
        node(
            "ExtendedProperty",
            vec![path.element(), leaf("Value", text)],
        ),
    )
}

/// The value of an extended property. Servers name its set by GUID or by name, and tags in hex or decimal.
pub fn extended(item: &Element, path: FieldPath) -> Option<&str> {
    item.children
        .iter()
        .filter(|child| child.name == "ExtendedProperty")
        .find(|property| {
            property
                .child("ExtendedFieldURI")
                .is_some_and(|uri| is_at(uri, path))
        })
        .and_then(|property| property.child_text("Value"))
}

fn is_at(uri: &Element, path: FieldPath) -> bool {
    let in_set = |set: PropertySet| {
        uri.attribute("DistinguishedPropertySetId").map_or_else(
            || {
                uri.attribute("PropertySetId")
                    .is_some_and(|guid| guid.eq_ignore_ascii_case(set.guid()))
            },
            |name| name == set.name(),
        )
    };
    match path {
        FieldPath::Tag(tag, _) => uri.attribute("PropertyTag").is_some_and(|text| {
            text.strip_prefix("0x")
                .or_else(|| text.strip_prefix("0X"))
                .map_or_else(
                    || text.parse().ok(),
                    |hex| u16::from_str_radix(hex, 16).ok(),
                )
                == Some(tag)
        }),
        FieldPath::Id(set, id, _) => {
            uri.attribute("PropertyId")
                .and_then(|text| text.parse().ok())
                == Some(id)
                && in_set(set)
        }
        FieldPath::Named(set, name, _) => {
            uri.attribute("PropertyName") == Some(name) && in_set(set)
        }
        FieldPath::Field(_) | FieldPath::Indexed(..) => false,
    }
}
