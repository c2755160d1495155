use super::element::{set_extended, set_text};
use super::plain::is_true;
use super::time::day;
use crate::error::Result;
use crate::ews::{Element, FieldPath};
use crate::mapping::remote::FieldChange;
use crate::mapping::row::Place;
use crate::mapping::scope::Scope;
use crate::model::{Record, Value};

/// A date in a dateTime, beside the named property that holds it without any zone (MS-OXOCNTC 2.2.1.5).
pub struct Date {
    pub path: FieldPath,
    /// The name of its element.
    pub name: &'static str,
    pub local: FieldPath,
}

impl Place for Date {
    fn paths(&self) -> Vec<FieldPath> {
        vec![self.path, self.local]
    }

    fn read(&self, item: &Element, _: &mut Scope) -> Result<Option<Value>> {
        Ok(day(item, self.name, self.local).map(Value::Day))
    }

    fn write(&self, value: Option<&Value>, _: &Record, _: &mut Scope) -> Result<Vec<FieldChange>> {
        Ok(match value {
            Some(Value::Day(day)) => vec![
                set_text(self.path, format!("{day}T11:59:00Z")),
                set_extended(self.local, format!("{day}T00:00:00Z")),
            ],
            _ => vec![
                FieldChange::Delete(self.path),
                FieldChange::Delete(self.local),
            ],
        })
    }
}

/// What Outlook sorts by, as it would compose it. Written once.
pub struct FileAs;

impl Place for FileAs {
    fn paths(&self) -> Vec<FieldPath> {
        Vec::new()
    }

    fn read(&self, _: &Element, _: &mut Scope) -> Result<Option<Value>> {
        Ok(None)
    }

    fn write(&self, _: Option<&Value>, item: &Record, _: &mut Scope) -> Result<Vec<FieldChange>> {
        let text = |property| match item.own(property) {
            Some(Value::Text(text)) => Some(text.as_str()),
            _ => None,
        };
        let name = match (text("surname"), text("given_name")) {
            (Some(surname), Some(given)) => Some(format!("{surname}, {given}")),
            (one, other) => one
                .or(other)
                .or(text("company"))
                .or(text("full_name"))
                .map(str::to_owned),
        };
        Ok(name
            .map(|name| set_text(FieldPath::Field("contacts:FileAs"), name))
            .into_iter()
            .collect())
    }
}

/// The picture: an attachment, which the walkers only point to.
pub struct Photo;

impl Photo {
    /// The id of the attachment that is the contact's picture.
    pub fn attachment(item: &Element) -> Option<String> {
        item.child("Attachments")?
            .children
            .iter()
            .find(|file| {
                file.child_text("IsContactPhoto").is_some_and(is_true)
                    || file.child_text("Name") == Some("ContactPicture.jpg")
            })?
            .child("AttachmentId")?
            .attribute("Id")
            .map(str::to_owned)
    }
}

impl Place for Photo {
    fn paths(&self) -> Vec<FieldPath> {
        vec![FieldPath::Field("item:Attachments")]
    }

    fn read(&self, _: &Element, _: &mut Scope) -> Result<Option<Value>> {
        Ok(None)
    }

    fn write(&self, _: Option<&Value>, _: &Record, _: &mut Scope) -> Result<Vec<FieldChange>> {
        Ok(Vec::new())
    }
}
