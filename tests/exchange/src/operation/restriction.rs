//! Restrictions: what FindItem looks for.

use chrono::{DateTime, Utc};

use crate::bag::Value;
use crate::element::Element;
use crate::envelope::{Call, boolean};
use crate::extended;
use crate::failure::Failure;
use crate::path::Path;
use crate::view::{self, Seen};

/// Something that can be compared. Kinds do not equal each other.
#[derive(Clone, Debug, PartialEq, PartialOrd)]
pub enum Operand {
    Bool(bool),
    Number(f64),
    Time(DateTime<Utc>),
    /// Lower case: stores compare texts without regard to it.
    Text(String),
    Bytes(Vec<u8>),
}

impl Operand {
    fn of_value(value: &Value) -> Vec<Operand> {
        match value {
            Value::Bool(flag) => vec![Operand::Bool(*flag)],
            Value::Int(number) => vec![Operand::Number(f64::from(*number))],
            Value::Long(number) => vec![Operand::Number(*number as f64)],
            Value::Double(number) => vec![Operand::Number(*number)],
            Value::Text(text) => vec![Operand::Text(text.to_lowercase())],
            Value::Time(time) => vec![Operand::Time(*time)],
            Value::Binary(bytes) => vec![Operand::Bytes(bytes.clone())],
            Value::Texts(texts) => texts
                .iter()
                .map(|text| Operand::Text(text.to_lowercase()))
                .collect(),
            Value::People(_) => vec![],
        }
    }

    /// What a text of the wire most likely is.
    fn of_text(text: &str) -> Operand {
        if let Ok(time) = DateTime::parse_from_rfc3339(text) {
            return Operand::Time(time.to_utc());
        }
        match (boolean(text).filter(|_| text.len() > 1), text.parse()) {
            (Some(flag), _) => Operand::Bool(flag),
            (None, Ok(number)) => Operand::Number(number),
            _ => Operand::Text(text.to_lowercase()),
        }
    }

    /// All values that the item has for the property.
    fn all(seen: &Seen, path: &Path) -> Vec<Operand> {
        match path {
            Path::Extended(property) => seen
                .value(&property.key)
                .map_or_else(Vec::new, |value| Operand::of_value(&value)),
            Path::Field(_) | Path::Indexed(..) => {
                let Some(element) = view::property(seen, path) else {
                    return Vec::new();
                };
                match element.children.is_empty() {
                    true => vec![Operand::of_text(&element.text)],
                    false => element
                        .children
                        .iter()
                        .map(|child| Operand::of_text(&child.text))
                        .collect(),
                }
            }
        }
    }

    /// The value to sort by.
    pub fn first(seen: &Seen, path: &Path) -> Option<Operand> {
        Operand::all(seen, path).into_iter().next()
    }
}

/// What cannot be searched for.
const NOT_SEARCHABLE: [&str; 8] = [
    "calendar:UID",
    "calendar:Recurrence",
    "calendar:RequiredAttendees",
    "calendar:OptionalAttendees",
    "calendar:Resources",
    "item:MimeContent",
    "item:Attachments",
    "calendar:ModifiedOccurrences",
];

/// Whether the item is what the search expression describes.
pub fn holds(call: &Call, expression: &Element, seen: &Seen) -> Result<bool, Failure> {
    let parts = &expression.children;
    let all = || {
        parts
            .iter()
            .map(|part| holds(call, part, seen))
            .collect::<Result<Vec<bool>, Failure>>()
    };
    match expression.name.as_str() {
        "And" => Ok(all()?.into_iter().all(|held| held)),
        "Or" => Ok(all()?.into_iter().any(|held| held)),
        "Not" => Ok(!all()?.into_iter().all(|held| held)),
        "Exists" => Ok(!Operand::all(seen, &subject(call, expression)?).is_empty()),
        "Contains" => contains(call, expression, seen),
        "Excludes" => excludes(call, expression, seen),
        _ => compare(call, expression, seen),
    }
}

fn subject(call: &Call, expression: &Element) -> Result<Path, Failure> {
    let path = expression
        .children
        .iter()
        .find(|child| Path::is_path(child));
    let path = path.ok_or_else(|| {
        Failure::new("ErrorInvalidRestriction", "A comparison names no property.")
    })?;
    match Path::parse(path, call.level)? {
        Path::Field(uri) if NOT_SEARCHABLE.contains(&uri.as_str()) => {
            let text = format!("The property {uri} cannot be searched for.");
            Err(Failure::new("ErrorUnsupportedPathForQuery", text))
        }
        path => Ok(path),
    }
}

fn compare(call: &Call, expression: &Element, seen: &Seen) -> Result<bool, Failure> {
    let path = subject(call, expression)?;
    let right = expression
        .get("FieldURIOrConstant")
        .and_then(|right| right.children.first());
    let right = right.ok_or_else(|| {
        Failure::new(
            "ErrorInvalidRestriction",
            "A comparison has nothing to compare with.",
        )
    })?;
    let other = match (right.name.as_str(), &path) {
        ("Constant", Path::Extended(property)) => {
            let text = right.attr("Value").unwrap_or_default();
            extended::value(&property.kind, text)
                .and_then(|value| Operand::of_value(&value).into_iter().next())
        }
        ("Constant", _) => Some(Operand::of_text(right.attr("Value").unwrap_or_default())),
        _ => Operand::first(seen, &Path::parse(right, call.level)?),
    };
    let ours = Operand::all(seen, &path);
    let same_kind = |one: &Operand, other: &Operand| {
        std::mem::discriminant(one) == std::mem::discriminant(other)
    };
    let any = |test: fn(&Operand, &Operand) -> bool| {
        other.iter().any(|other| {
            ours.iter()
                .any(|one| same_kind(one, other) && test(one, other))
        })
    };
    Ok(match expression.name.as_str() {
        "IsEqualTo" => any(|one, other| one == other),
        "IsNotEqualTo" => !any(|one, other| one == other),
        "IsGreaterThan" => any(|one, other| one > other),
        "IsGreaterThanOrEqualTo" => any(|one, other| one >= other),
        "IsLessThan" => any(|one, other| one < other),
        "IsLessThanOrEqualTo" => any(|one, other| one <= other),
        other => {
            return Err(Failure::new(
                "ErrorInvalidRestriction",
                format!("There is no comparison {other}."),
            ));
        }
    })
}

fn contains(call: &Call, expression: &Element, seen: &Seen) -> Result<bool, Failure> {
    let path = subject(call, expression)?;
    let wanted = expression
        .get("Constant")
        .and_then(|constant| constant.attr("Value"))
        .unwrap_or_default();
    let wanted = wanted.to_lowercase();
    let mode = expression.attr("ContainmentMode").unwrap_or("FullString");
    let found = |text: &str| match mode {
        "FullString" => text == wanted,
        "Prefixed" => text.starts_with(&wanted),
        "PrefixOnWords" => text
            .split_whitespace()
            .any(|word| word.starts_with(&wanted)),
        _ => text.contains(&wanted),
    };
    let found = |one: &Operand| matches!(one, Operand::Text(text) if found(text));
    Ok(Operand::all(seen, &path).iter().any(found))
}

fn excludes(call: &Call, expression: &Element, seen: &Seen) -> Result<bool, Failure> {
    let mask = expression
        .get("Bitmask")
        .and_then(|mask| mask.attr("Value"))
        .unwrap_or("0");
    let mask = match mask.strip_prefix("0x") {
        Some(hex) => i64::from_str_radix(hex, 16),
        None => mask.parse(),
    };
    let mask =
        mask.map_err(|_| Failure::new("ErrorInvalidRestriction", "The bit mask is no number."))?;
    match Operand::first(seen, &subject(call, expression)?) {
        Some(Operand::Number(number)) => Ok(number as i64 & mask == 0),
        _ => Ok(false),
    }
}
