//! The updates of UpdateItem: set, append to, delete.

use crate::bag::Value;
use crate::element::Element;
use crate::failure::Failure;
use crate::item::Class;
use crate::keys;
use crate::path::Path;
use crate::view;

use super::{Draft, NOT_DELETABLE, READ_ONLY, read_only};

/// The path of one member of a list.
const MEMBER: &str = "distributionlist:Members:Member";

impl Draft<'_> {
    /// `SetItemField`: the path and the property have to agree.
    pub fn set_field(&mut self, path: &Path, element: &Element) -> Result<(), Failure> {
        let mismatch = || {
            let text = "The property path and the value of an update do not agree.";
            Failure::new("ErrorUpdatePropertyMismatch", text)
        };
        let [property] = element.children.as_slice() else {
            return Err(Failure::new(
                "ErrorIncorrectUpdatePropertyCount",
                "An update sets exactly one property.",
            ));
        };
        if property.name != path.element() {
            return Err(mismatch());
        }
        match path {
            Path::Field(_) if is_dictionary(&property.name) => Err(read_only(&property.name)),
            Path::Field(_) => self.set(property),
            Path::Indexed(uri, _) if uri == MEMBER => Err(read_only(uri)),
            Path::Indexed(uri, index) => {
                let [entry] = property.children.as_slice() else {
                    return Err(mismatch());
                };
                if entry.attr("Key") != Some(index) || !self.indexed_part_agrees(uri, entry) {
                    return Err(mismatch());
                }
                self.set(property)
            }
            Path::Extended(wanted) => {
                let found = property
                    .get("ExtendedFieldURI")
                    .map(crate::path::Extended::parse)
                    .transpose()?;
                if found.map(|found| found.key) != Some(wanted.key.clone()) {
                    return Err(mismatch());
                }
                self.set(property)
            }
        }
    }

    /// `AppendToItemField`: the body and lists.
    pub fn append_field(&mut self, path: &Path, element: &Element) -> Result<(), Failure> {
        let refuse = || {
            Failure::new(
                "ErrorInvalidPropertyAppend",
                "The property does not support appending.",
            )
        };
        let property = element
            .children
            .first()
            .filter(|property| property.name == path.element())
            .ok_or_else(refuse)?;
        match (path.element(), view::form(self.class, path.element())) {
            ("Body", _) => {
                self.append_body(property.attr("BodyType").unwrap_or("Text"), &property.text);
                Ok(())
            }
            (_, Some(view::Form::Texts(key))) => {
                let mut all = self.bag.texts(&key).to_vec();
                all.extend(property.children.iter().map(|text| text.text.clone()));
                self.bag.set(key, Value::Texts(all));
                Ok(())
            }
            ("Members", _) if self.class == Class::List => self.append_members(property),
            ("RequiredAttendees" | "OptionalAttendees" | "Resources", _) => {
                self.append_people(property, &[])
            }
            _ => Err(refuse()),
        }
    }

    /// `DeleteItemField`
    pub fn delete_field(&mut self, path: &Path) -> Result<(), Failure> {
        let name = path.element();
        match path {
            Path::Extended(property) => {
                self.bag.remove(&property.key);
                if property.key == keys::BODY_TEXT {
                    self.bag.remove(&keys::BODY_HTML);
                }
                return Ok(());
            }
            Path::Indexed(uri, key) if uri == MEMBER => return self.delete_member(key),
            Path::Indexed(uri, index) => return self.delete_indexed(uri, index),
            Path::Field(_) => {}
        }
        if NOT_DELETABLE.contains(&name) || READ_ONLY.contains(&name) {
            let text = format!("Delete action is invalid for the property {name}.");
            return Err(Failure::new("ErrorInvalidPropertyDelete", text));
        }
        self.written.push(name.to_owned());
        if name == "Body" {
            self.bag.remove(&keys::BODY_TEXT);
            self.bag.remove(&keys::BODY_HTML);
        } else if name == "Location" {
            self.set_location("");
        } else if let Some(form) = view::form(self.class, name) {
            self.bag.remove(form.key());
        } else {
            match self.class {
                Class::Event => self.delete_of_event(name),
                Class::Contact => self.delete_of_contact(name),
                Class::List => self.delete_of_list(name),
                Class::Task => self.delete_of_task(name),
                Class::Message => {}
            }
        }
        Ok(())
    }
}

fn is_dictionary(name: &str) -> bool {
    matches!(
        name,
        "EmailAddresses" | "PhoneNumbers" | "PhysicalAddresses" | "ImAddresses"
    )
}
