//! Free or busy.

use super::element::{extended, set_extended, set_text};
use crate::error::Result;
use crate::ews::{Element, FieldPath, PropertySet, PropertyType, Version};
use crate::mapping::remote::FieldChange;
use crate::mapping::row::Place;
use crate::mapping::scope::Scope;
use crate::model::{Record, Value};

/// `calendar:LegacyFreeBusyStatus`. Busy is the default on both sides, and no value; Exchange 2010 does not know those who work
/// elsewhere, and shows them as free.
pub struct Busy;

const BUSY: FieldPath = FieldPath::Field("calendar:LegacyFreeBusyStatus");

/// Exchange's words, in the order of their numbers (MS-OXOCAL 2.2.1.2), and the canonical ones.
const WORDS: [(&str, &str); 5] = [
    ("Free", "free"),
    ("Tentative", "tentative"),
    ("Busy", "busy"),
    ("OOF", "away"),
    ("WorkingElsewhere", "elsewhere"),
];

impl Place for Busy {
    fn paths(&self) -> Vec<FieldPath> {
        vec![BUSY]
    }

    fn read(&self, item: &Element, _: &mut Scope) -> Result<Option<Value>> {
        let word = item.child_text("LegacyFreeBusyStatus").map(str::trim);
        let found = WORDS.iter().find(|(name, _)| Some(*name) == word);
        Ok(found
            .filter(|(name, _)| *name != "Busy")
            .map(|(_, word)| Value::text(*word)))
    }

    fn write(
        &self,
        value: Option<&Value>,
        _: &Record,
        scope: &mut Scope,
    ) -> Result<Vec<FieldChange>> {
        let word = match value {
            Some(Value::Text(text)) => WORDS.iter().find(|(_, word)| word == text),
            _ => None,
        };
        let word = match word {
            Some(("WorkingElsewhere", _)) if scope.context.server < Version::Exchange2013Sp1 => {
                "Free"
            }
            Some((word, _)) => word,
            None => "Busy",
        };
        Ok(vec![set_text(BUSY, word)])
    }
}

/// What the organizer meant the attendees to be shown as (MS-OXOCAL PidLidIntendedBusyStatus).
pub struct Intended;

const INTENDED: FieldPath = FieldPath::Id(PropertySet::Appointment, 0x8224, PropertyType::Integer);

impl Place for Intended {
    fn paths(&self) -> Vec<FieldPath> {
        vec![INTENDED]
    }

    fn read(&self, item: &Element, _: &mut Scope) -> Result<Option<Value>> {
        let number = extended(item, INTENDED).and_then(|text| text.trim().parse::<usize>().ok());
        let word = number.and_then(|number| WORDS.get(number));
        Ok(word.map(|(_, word)| Value::text(*word)))
    }

    fn write(&self, value: Option<&Value>, _: &Record, _: &mut Scope) -> Result<Vec<FieldChange>> {
        let number = match value {
            Some(Value::Text(text)) => WORDS.iter().position(|(_, word)| word == text),
            _ => None,
        };
        Ok(vec![match number {
            Some(number) => set_extended(INTENDED, number.to_string()),
            None => FieldChange::Delete(INTENDED),
        }])
    }
}
