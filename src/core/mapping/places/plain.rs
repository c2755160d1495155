use super::element::{extended, leaf, name_of, node, set, set_extended, set_text, with};
use crate::error::Result;
use crate::ews::{Element, FieldPath};
use crate::mapping::remote::FieldChange;
use crate::mapping::row::Place;
use crate::mapping::scope::Scope;
use crate::mapping::text;
use crate::model::{Record, Value};

type Changes = Result<Vec<FieldChange>>;

/// A string in an element of its own, for example `item:Subject`.
pub struct Text(pub &'static str);

impl Place for Text {
    fn paths(&self) -> Vec<FieldPath> {
        vec![FieldPath::Field(self.0)]
    }

    fn read(&self, item: &Element, _: &mut Scope) -> Result<Option<Value>> {
        let text = item.child_text(name_of(FieldPath::Field(self.0)));
        Ok(text.and_then(text::line).map(Value::Text))
    }

    fn write(&self, value: Option<&Value>, _: &Record, _: &mut Scope) -> Changes {
        let path = FieldPath::Field(self.0);
        Ok(vec![match value {
            Some(Value::Text(text)) => set_text(path, text),
            _ => FieldChange::Delete(path),
        }])
    }
}

/// A string in an extended property.
pub struct Property(pub FieldPath);

impl Place for Property {
    fn paths(&self) -> Vec<FieldPath> {
        vec![self.0]
    }

    fn read(&self, item: &Element, _: &mut Scope) -> Result<Option<Value>> {
        Ok(extended(item, self.0).and_then(text::line).map(Value::Text))
    }

    fn write(&self, value: Option<&Value>, _: &Record, _: &mut Scope) -> Changes {
        Ok(vec![match value {
            Some(Value::Text(text)) => set_extended(self.0, text),
            _ => FieldChange::Delete(self.0),
        }])
    }
}

/// Several lines in an extended property.
pub struct Lines(pub FieldPath);

impl Place for Lines {
    fn paths(&self) -> Vec<FieldPath> {
        vec![self.0]
    }

    fn read(&self, item: &Element, _: &mut Scope) -> Result<Option<Value>> {
        Ok(extended(item, self.0).and_then(text::long).map(Value::Text))
    }

    fn write(&self, value: Option<&Value>, item: &Record, scope: &mut Scope) -> Changes {
        Property(self.0).write(value, item, scope)
    }
}

/// One of several words. What cannot be deleted is set to its neutral word.
pub struct Choice {
    pub path: &'static str,
    /// Exchange's word and the canonical one. The first of a canonical word is the one written.
    pub words: &'static [(&'static str, &'static str)],
    pub neutral: &'static str,
}

impl Place for Choice {
    fn paths(&self) -> Vec<FieldPath> {
        vec![FieldPath::Field(self.path)]
    }

    fn read(&self, item: &Element, _: &mut Scope) -> Result<Option<Value>> {
        let word = item.child_text(name_of(FieldPath::Field(self.path)));
        Ok(word
            .and_then(|word| self.words.iter().find(|(known, _)| *known == word.trim()))
            .map(|(_, canonical)| Value::text(*canonical)))
    }

    fn write(&self, value: Option<&Value>, _: &Record, _: &mut Scope) -> Changes {
        let word = match value {
            Some(Value::Text(text)) => self.words.iter().find(|(_, canonical)| canonical == text),
            _ => None,
        };
        let word = word.map_or(self.neutral, |(word, _)| word);
        Ok(vec![set_text(FieldPath::Field(self.path), word)])
    }
}

/// A list of strings, for example `item:Categories`.
pub struct Words(pub &'static str);

impl Place for Words {
    fn paths(&self) -> Vec<FieldPath> {
        vec![FieldPath::Field(self.0)]
    }

    fn read(&self, item: &Element, _: &mut Scope) -> Result<Option<Value>> {
        let words = item.child(name_of(FieldPath::Field(self.0))).map(|list| {
            Value::list(
                list.children
                    .iter()
                    .filter_map(|word| text::line(&word.text)),
            )
        });
        Ok(words.filter(|words| !matches!(words, Value::List(words) if words.is_empty())))
    }

    fn write(&self, value: Option<&Value>, _: &Record, _: &mut Scope) -> Changes {
        let path = FieldPath::Field(self.0);
        Ok(vec![match value {
            Some(Value::List(words)) => set(
                path,
                node(
                    name_of(path),
                    words.iter().map(|word| leaf("String", word)).collect(),
                ),
            ),
            _ => FieldChange::Delete(path),
        }])
    }
}

pub fn is_true(text: &str) -> bool {
    matches!(text.trim(), "true" | "1")
}

/// An entry of a dictionary (`EmailAddresses`, `PhoneNumbers`) by its key.
pub struct Entry {
    pub path: &'static str,
    pub dictionary: &'static str,
    pub key: &'static str,
}

pub fn entry<'e>(item: &'e Element, dictionary: &str, key: &str) -> Option<&'e Element> {
    item.child(dictionary)?
        .children
        .iter()
        .find(|entry| entry.attribute("Key") == Some(key))
}

impl Place for Entry {
    fn paths(&self) -> Vec<FieldPath> {
        vec![FieldPath::Indexed(self.path, self.key)]
    }

    fn read(&self, item: &Element, _: &mut Scope) -> Result<Option<Value>> {
        let entry = entry(item, self.dictionary, self.key);
        Ok(entry
            .and_then(|entry| text::line(&entry.text))
            .map(Value::Text))
    }

    fn write(&self, value: Option<&Value>, _: &Record, _: &mut Scope) -> Changes {
        let path = FieldPath::Indexed(self.path, self.key);
        Ok(vec![match value {
            Some(Value::Text(text)) => {
                let entry = with(leaf("Entry", text), "Key", self.key);
                set(path, node(self.dictionary, vec![entry]))
            }
            _ => FieldChange::Delete(path),
        }])
    }
}

/// One component of a postal address, for example `contacts:PhysicalAddress:City` of `Home`.
pub struct Address {
    pub path: &'static str,
    pub part: &'static str,
    pub key: &'static str,
}

impl Place for Address {
    fn paths(&self) -> Vec<FieldPath> {
        vec![FieldPath::Indexed(self.path, self.key)]
    }

    fn read(&self, item: &Element, _: &mut Scope) -> Result<Option<Value>> {
        let part = entry(item, "PhysicalAddresses", self.key)
            .and_then(|entry| entry.child_text(self.part));
        Ok(part.and_then(text::part).map(Value::Text))
    }

    fn write(&self, value: Option<&Value>, _: &Record, _: &mut Scope) -> Changes {
        let path = FieldPath::Indexed(self.path, self.key);
        Ok(vec![match value {
            Some(Value::Text(text)) => {
                let entry = node("Entry", vec![leaf(self.part, text)]);
                set(
                    path,
                    node("PhysicalAddresses", vec![with(entry, "Key", self.key)]),
                )
            }
            _ => FieldChange::Delete(path),
        }])
    }
}
