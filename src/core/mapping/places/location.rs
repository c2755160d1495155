use super::element::set_text;
use crate::error::Result;
use crate::ews::{Element, FieldPath};
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
        vec![PLAIN, ENHANCED]
    }

    fn read(&self, item: &Element, _: &mut Scope) -> Result<Option<Value>> {
        let plain = item.child_text("Location").and_then(text::line);
        let Some(enhanced) = item.child("EnhancedLocation") else {
            return Ok(plain.map(Value::Text));
        };
        let name = plain.or_else(|| enhanced.child_text("DisplayName").and_then(text::line));
        let address = address(enhanced, name.as_deref().unwrap_or_default());
        let parts: Vec<String> = name.into_iter().chain(address).collect();
        Ok((!parts.is_empty()).then(|| Value::Text(parts.join(", "))))
    }

    fn write(&self, value: Option<&Value>, _: &Record, _: &mut Scope) -> Result<Vec<FieldChange>> {
        Ok(vec![match value {
            Some(Value::Text(text)) => set_text(PLAIN, text),
            _ => FieldChange::Delete(PLAIN),
        }])
    }
}
