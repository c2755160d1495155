//! Restrictions: what FindItem and FindFolder look for.

use chrono::{DateTime, Utc};

use crate::bag::Value;
use crate::element::Element;
use crate::envelope::{Call, boolean};
use crate::extended;
use crate::failure::Failure;
use crate::path::Path;
use crate::store::{Folder, Mailbox};
use crate::version::Level;
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
            Value::People(_) | Value::Members(_) => vec![],
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

    /// What an element holds: its text, or those of its children.
    fn of_element(element: &Element) -> Vec<Operand> {
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

/// Something that is searched: an item or a folder.
pub trait Searched {
    /// All values that it has for the property.
    fn values(&self, path: &Path) -> Vec<Operand>;

    /// The value to sort by.
    fn first(&self, path: &Path) -> Option<Operand> {
        self.values(path).into_iter().next()
    }
}

impl Searched for Seen<'_> {
    fn values(&self, path: &Path) -> Vec<Operand> {
        match path {
            Path::Extended(property) => self
                .value(&property.key)
                .map_or_else(Vec::new, |value| Operand::of_value(&value)),
            Path::Field(_) | Path::Indexed(..) => view::property(self, path)
                .map_or_else(Vec::new, |element| Operand::of_element(&element)),
        }
    }
}

/// A folder as a search of that level looks at it.
pub struct SeenFolder<'a>(pub &'a Mailbox, pub &'a Folder, pub Level);

impl Searched for SeenFolder<'_> {
    fn values(&self, path: &Path) -> Vec<Operand> {
        let Self(mailbox, folder, level) = self;
        match path {
            Path::Extended(property) => view::folder::value(mailbox, folder, &property.key)
                .map_or_else(Vec::new, |value| Operand::of_value(&value)),
            Path::Field(_) | Path::Indexed(..) => {
                view::folder::read(mailbox, folder, path.element(), *level)
                    .map_or_else(Vec::new, |element| Operand::of_element(&element))
            }
        }
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

/// Whether the item or folder is what the search expression describes.
pub fn holds(call: &Call, expression: &Element, seen: &impl Searched) -> Result<bool, Failure> {
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
        "Exists" => Ok(!seen.values(&subject(call, expression)?).is_empty()),
        "Contains" => contains(call, expression, seen),
        "Excludes" => excludes(call, expression, seen),
        _ => compare(call, expression, seen),
    }
}

/// Refuses a search for what folders do not have.
pub fn check_folders(call: &Call, expression: &Element) -> Result<(), Failure> {
    if !Path::is_path(expression) {
        let mut parts = expression.children.iter();
        return parts.try_for_each(|part| check_folders(call, part));
    }
    match view::folder::is_searchable(&Path::parse(expression, call.level)?) {
        true => Ok(()),
        false => {
            let text = "Folders cannot be searched for a property of the restriction.";
            Err(Failure::new("ErrorUnsupportedPathForQuery", text))
        }
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

fn compare(call: &Call, expression: &Element, seen: &impl Searched) -> Result<bool, Failure> {
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
            let value = extended::value(&property.kind, text).ok_or_else(|| {
                let text = format!("{text:?} is no {}.", property.kind);
                Failure::new("ErrorInvalidValueForProperty", text)
            })?;
            Operand::of_value(&value).into_iter().next()
        }
        ("Constant", _) => Some(Operand::of_text(right.attr("Value").unwrap_or_default())),
        _ => seen.first(&Path::parse(right, call.level)?),
    };
    let ours = seen.values(&path);
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

fn contains(call: &Call, expression: &Element, seen: &impl Searched) -> Result<bool, Failure> {
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
    Ok(seen.values(&path).iter().any(found))
}

fn excludes(call: &Call, expression: &Element, seen: &impl Searched) -> Result<bool, Failure> {
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
    match seen.first(&subject(call, expression)?) {
        Some(Operand::Number(number)) => Ok(number as i64 & mask == 0),
        _ => Ok(false),
    }
}
