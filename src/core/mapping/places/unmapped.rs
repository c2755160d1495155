use super::element::{extended, set_extended};
use crate::error::Result;
use crate::ews::{Element, FieldPath, PropertySet, PropertyType};
use crate::mapping::remote::FieldChange;
use crate::mapping::row::Place;
use crate::mapping::scope::Scope;
use crate::mapping::slots;
use crate::model::{Record, Value};

/// The lines that Exchange has no property for, in a named property of ours.
pub struct Unmapped(pub slots::Unmapped);

const LINES: FieldPath = FieldPath::Named(
    PropertySet::PublicStrings,
    "integration_exchange.unmapped",
    PropertyType::String,
);

impl Place for Unmapped {
    fn paths(&self) -> Vec<FieldPath> {
        vec![LINES]
    }

    fn read(&self, item: &Element, scope: &mut Scope) -> Result<Option<Value>> {
        Ok(extended(item, LINES)
            .and_then(|text| self.0.canonical(text, scope))
            .map(Value::Text))
    }

    fn write(&self, value: Option<&Value>, _: &Record, _: &mut Scope) -> Result<Vec<FieldChange>> {
        Ok(vec![match value {
            Some(Value::Text(text)) => set_extended(LINES, text),
            _ => FieldChange::Delete(LINES),
        }])
    }
}
