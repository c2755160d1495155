//! Extended properties: other names of what typed properties are kept in.

use crate::bag::{Key, Value};
use crate::element::Element;
use crate::envelope::utc;
use crate::extended;
use crate::failure::Failure;
use crate::keys;

use super::Draft;

/// What FileAs may be made of.
const NAME_PARTS: [Key; 6] = [
    keys::GIVEN_NAME,
    keys::MIDDLE_NAME,
    keys::SURNAME,
    keys::GENERATION,
    keys::COMPANY,
    keys::DISPLAY_NAME,
];

impl Draft<'_> {
    pub(super) fn set_extended(&mut self, element: &Element) -> Result<(), Failure> {
        let (property, value) = extended::read(element)?;
        match (property.key, value) {
            (keys::BODY_TEXT, Value::Text(text)) => self.set_body("Text", &text),
            (keys::BODY_HTML, Value::Text(text)) => self.set_body("HTML", &text),
            (keys::BODY_HTML, Value::Binary(bytes)) => {
                self.set_body("HTML", &String::from_utf8_lossy(&bytes))
            }
            (keys::LOCATION, Value::Text(text)) => self.set_location(&text),
            (keys::START, Value::Time(time)) => self.start = Some(utc(time)),
            (keys::END, Value::Time(time)) => self.end = Some(utc(time)),
            (
                keys::IMAP_ID
                | keys::CREATED
                | keys::MODIFIED
                | keys::HAS_PICTURE
                | Key::Tag(0x0e08),
                _,
            ) => {}
            (key, value) => self.set_alias(key, value),
        }
        Ok(())
    }

    /// A value whose rules are those of the typed property of the same key.
    fn set_alias(&mut self, key: Key, value: Value) {
        let name = match &key {
            k if *k == keys::TASK_STATUS => "Status",
            k if *k == keys::TASK_PERCENT => "PercentComplete",
            k if *k == keys::TASK_COMPLETE => "IsComplete",
            k if *k == keys::TASK_DUE => "DueDate",
            k if *k == keys::TASK_START => "StartDate",
            k if *k == keys::BIRTHDAY_LOCAL => "BirthdayLocal",
            k if *k == keys::WEDDING_LOCAL => "WeddingLocal",
            k if *k == keys::REMINDER_SET => "ReminderIsSet",
            k if *k == keys::SENSITIVITY => "Sensitivity",
            k if *k == keys::REMINDER_TIME || *k == keys::REMINDER_SIGNAL => "ReminderTime",
            k if NAME_PARTS.contains(k) => "NamePart",
            k if *k == keys::COMMON_START => "CommonStart",
            k if *k == keys::COMMON_END => "CommonEnd",
            k if *k == keys::PRIVATE => {
                let private = value == Value::Bool(true);
                if private != (self.bag.int(&keys::SENSITIVITY).unwrap_or(0) >= 2) {
                    self.bag
                        .set(keys::SENSITIVITY, Value::Int(if private { 2 } else { 0 }));
                }
                "Private"
            }
            _ => "",
        };
        if !name.is_empty() {
            self.written.push(name.to_owned());
        }
        match &value {
            Value::Text(text) if text.is_empty() => drop(self.bag.remove(&key)),
            _ => self.bag.set(key, value),
        }
    }
}
