//! Extended properties: typed text of the wire to values of the bag and back.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::bag::Value;
use crate::element::Element;
use crate::envelope::{boolean, utc};
use crate::failure::Failure;
use crate::path::Extended;

/// `t:ExtendedProperty` with a value, `None` where the value is of another type than asked for.
pub fn write(property: &Extended, value: &Value) -> Option<Element> {
    let element = Element::t("ExtendedProperty").with(property.uri.clone());
    if property.kind.ends_with("Array") {
        let Value::Texts(texts) = value else {
            return None;
        };
        if texts.is_empty() {
            return None;
        }
        let values = texts.iter().map(|text| Element::leaf("Value", text));
        return Some(element.with(Element::t("Values").with_all(values)));
    }
    Some(element.with(Element::leaf("Value", text(&property.kind, value)?)))
}

fn text(kind: &str, value: &Value) -> Option<String> {
    Some(match (kind, value) {
        ("Boolean", Value::Bool(flag)) => flag.to_string(),
        ("Integer" | "Short" | "Long" | "Error", Value::Int(number)) => number.to_string(),
        ("Long", Value::Long(number)) => number.to_string(),
        ("Double" | "Float" | "Currency", Value::Double(number)) => number.to_string(),
        ("String", Value::Text(text)) => text.clone(),
        ("SystemTime", Value::Time(time)) => utc(*time),
        ("Binary", Value::Binary(bytes)) => STANDARD.encode(bytes),
        // HTML bodies are binary in the store.
        ("Binary", Value::Text(text)) => STANDARD.encode(text),
        ("CLSID", Value::Text(text)) => text.clone(),
        _ => return None,
    })
}

/// The property of a request with its value, from `t:ExtendedProperty`.
pub fn read(element: &Element) -> Result<(Extended, Value), Failure> {
    let uri = element
        .get("ExtendedFieldURI")
        .ok_or_else(|| refuse("it has no ExtendedFieldURI."))?;
    let property = Extended::parse(uri)?;
    if property.kind.ends_with("Array") {
        let values = element
            .get("Values")
            .ok_or_else(|| refuse("an array needs Values."))?;
        let texts = values
            .children
            .iter()
            .map(|value| value.text.clone())
            .collect();
        return Ok((property, Value::Texts(texts)));
    }
    let text = &element
        .get("Value")
        .ok_or_else(|| refuse("it needs one Value."))?
        .text;
    let value = value(&property.kind, text)
        .ok_or_else(|| refuse(&format!("{text:?} is no {}.", property.kind)))?;
    Ok((property, value))
}

/// A value of that PropertyType from its text, as in a request or a restriction.
pub fn value(kind: &str, text: &str) -> Option<Value> {
    let trimmed = text.trim();
    Some(match kind {
        "Boolean" => Value::Bool(boolean(trimmed)?),
        "Integer" | "Short" => Value::Int(trimmed.parse().ok()?),
        "Long" => Value::Long(trimmed.parse().ok()?),
        "Double" | "Float" | "Currency" => Value::Double(trimmed.parse().ok()?),
        "SystemTime" => {
            let text = if trimmed.len() == 19 {
                format!("{trimmed}Z")
            } else {
                trimmed.to_owned()
            };
            let time = chrono::DateTime::parse_from_rfc3339(&text).ok()?.to_utc();
            Value::Time(chrono::SubsecRound::trunc_subsecs(time, 0))
        }
        "Binary" => Value::Binary(STANDARD.decode(trimmed).ok()?),
        _ => Value::Text(text.to_owned()),
    })
}

fn refuse(why: &str) -> Failure {
    Failure::new(
        "ErrorInvalidExtendedPropertyValue",
        format!("The extended property is not valid: {why}"),
    )
}
