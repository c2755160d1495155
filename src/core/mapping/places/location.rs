use super::element::{extended, set_extended, set_text};
use crate::error::Result;
use crate::ews::{Element, FieldPath, PropertySet, PropertyType};
use crate::mapping::remote::FieldChange;
use crate::mapping::row::Place;
use crate::mapping::scope::Scope;
use crate::mapping::text;
use crate::model::{Record, Value};

/// `calendar:Location`, and the address that `calendar:EnhancedLocation` (Exchange 2013) knows beside it. Only a text that
/// changed is written, so that the coordinates and the address behind one that did not stay.
pub struct Location;

const PLAIN: FieldPath = FieldPath::Field("calendar:Location");
const ENHANCED: FieldPath = FieldPath::Field("calendar:EnhancedLocation");

/// The whole of a text that is too long for Exchange.
const WHOLE: FieldPath = FieldPath::Named(
    PropertySet::PublicStrings,
    "integration_exchange.location",
    PropertyType::String,
);

/// How many UTF-16 units a place has room for; servers refuse or cut more.
const MOST: usize = 255;

/// As much of a place as Exchange has room for.
pub fn shown(place: &str) -> &str {
    let mut units = 0;
    let end = place.char_indices().find(|(_, c)| {
        units += c.len_utf16();
        units > MOST
    });
    let shown = end.and_then(|(at, _)| place.get(..at)).unwrap_or(place);
    shown.trim_end()
}

/// The address in the order of a letter, without what the name says already.
fn address(enhanced: &Element, name: &str) -> Vec<String> {
    let Some(address) = enhanced.child("PostalAddress") else {
        return Vec::new();
    };
    let part = |part: &str| address.child_text(part).and_then(text::line);
    let city = match (part("PostalCode"), part("City")) {
        (Some(code), Some(city)) => Some(format!("{code} {city}")),
        (code, city) => code.or(city),
    };
    let known = name.to_lowercase();
    [part("Street"), city, part("State"), part("Country")]
        .into_iter()
        .flatten()
        .filter(|part| {
            !part
                .split(' ')
                .all(|word| known.contains(&word.to_lowercase()))
        })
        .collect()
}

impl Place for Location {
    fn paths(&self) -> Vec<FieldPath> {
        vec![PLAIN, ENHANCED, WHOLE]
    }

    fn read(&self, item: &Element, _: &mut Scope) -> Result<Option<Value>> {
        let mut plain = item.child_text("Location").and_then(text::line);
        let whole = extended(item, WHOLE).and_then(text::line);
        if whole.as_deref().map(shown) == plain.as_deref() {
            plain = whole;
        }
        let Some(enhanced) = item.child("EnhancedLocation") else {
            return Ok(plain.map(Value::Text));
        };
        let name = plain.or_else(|| enhanced.child_text("DisplayName").and_then(text::line));
        let address = address(enhanced, name.as_deref().unwrap_or_default());
        let parts: Vec<String> = name.into_iter().chain(address).collect();
        Ok((!parts.is_empty()).then(|| Value::Text(parts.join(", "))))
    }

    fn write(&self, value: Option<&Value>, _: &Record, _: &mut Scope) -> Result<Vec<FieldChange>> {
        let plain = match value {
            Some(Value::Text(text)) => set_text(PLAIN, shown(text)),
            _ => FieldChange::Delete(PLAIN),
        };
        let whole = match value {
            Some(Value::Text(text)) if shown(text) != text => set_extended(WHOLE, text),
            _ => FieldChange::Delete(WHOLE),
        };
        Ok(vec![plain, whole])
    }
}
