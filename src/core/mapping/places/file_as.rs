use super::element::set_text;
use crate::error::Result;
use crate::ews::{Element, FieldPath};
use crate::mapping::remote::FieldChange;
use crate::mapping::row::Place;
use crate::mapping::scope::Scope;
use crate::mapping::text;
use crate::model::{Record, Value};

/// What Outlook sorts by, where the person typed it: no value where it follows from the name, see [`by_default`].
pub struct FileAs;

/// How Exchange makes it of the parts of the name whenever one of them is written, where that is not the default.
pub struct FileAsMapping;

/// The rule that has no element in older versions; there FileAs itself says the same.
pub const AS_SHOWN: &str = "DisplayName";

const FILE_AS: FieldPath = FieldPath::Field("contacts:FileAs");
const MAPPING: FieldPath = FieldPath::Field("contacts:FileAsMapping");

/// What a contact is filed as where nobody said otherwise, and the rule that makes it (MS-OXOCNTC 2.2.1.1.12).
pub fn by_default(item: &Record) -> (Option<String>, &'static str) {
    let text = |property| match item.own(property) {
        Some(Value::Text(text)) => Some(text.as_str()),
        _ => None,
    };
    let first: Vec<&str> = ["given_name", "middle_name"]
        .into_iter()
        .filter_map(text)
        .collect();
    let first = first.join(" ");
    match (text("surname"), first.is_empty()) {
        (Some(surname), false) => (Some(format!("{surname}, {first}")), "LastCommaFirst"),
        (Some(surname), true) => (Some(surname.to_owned()), "LastCommaFirst"),
        (None, false) => (Some(first), "LastCommaFirst"),
        (None, true) => match text("company") {
            Some(company) => (Some(company.to_owned()), "Company"),
            None => (text("full_name").map(str::to_owned), "None"),
        },
    }
}

impl Place for FileAs {
    fn paths(&self) -> Vec<FieldPath> {
        vec![FILE_AS]
    }

    fn read(&self, item: &Element, _: &mut Scope) -> Result<Option<Value>> {
        if mapping(item).is_some() {
            return Ok(None);
        }
        Ok(item
            .child_text("FileAs")
            .and_then(text::line)
            .map(Value::Text))
    }

    fn write(
        &self,
        value: Option<&Value>,
        item: &Record,
        _: &mut Scope,
    ) -> Result<Vec<FieldChange>> {
        let text = match (value, item.own("file_as_rule")) {
            (Some(Value::Text(text)), _) => Some(text.clone()),
            (_, Some(Value::Text(rule))) if rule == AS_SHOWN => match item.own("full_name") {
                Some(Value::Text(name)) => Some(name.clone()),
                _ => None,
            },
            // Exchange makes it.
            (_, Some(_)) => None,
            _ => by_default(item).0,
        };
        Ok(text
            .map(|text| set_text(FILE_AS, text))
            .into_iter()
            .collect())
    }
}

fn mapping(item: &Element) -> Option<&str> {
    let word = item.child_text("FileAsMapping").map(str::trim);
    word.filter(|word| !word.is_empty() && *word != "None")
}

impl Place for FileAsMapping {
    fn paths(&self) -> Vec<FieldPath> {
        vec![MAPPING]
    }

    fn read(&self, item: &Element, _: &mut Scope) -> Result<Option<Value>> {
        Ok(mapping(item).map(Value::text))
    }

    fn write(
        &self,
        value: Option<&Value>,
        item: &Record,
        _: &mut Scope,
    ) -> Result<Vec<FieldChange>> {
        let word = match value {
            Some(Value::Text(rule)) if rule == AS_SHOWN => "None",
            Some(Value::Text(rule)) => rule,
            _ if item.own("file_as").is_some() => "None",
            _ => by_default(item).1,
        };
        Ok(vec![set_text(MAPPING, word)])
    }
}
