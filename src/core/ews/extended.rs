use super::{Element, FieldPath, PropertySet};

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
