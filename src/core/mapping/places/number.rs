use super::element::{extended, set_extended};
use crate::error::Result;
use crate::ews::{Element, FieldPath};
use crate::mapping::remote::FieldChange;
use crate::mapping::row::Place;
use crate::mapping::scope::Scope;
use crate::model::{Record, Value};

/// A number in an extended property of text.
pub struct Number(pub FieldPath);

impl Place for Number {
    fn paths(&self) -> Vec<FieldPath> {
        vec![self.0]
    }

    fn read(&self, item: &Element, _: &mut Scope) -> Result<Option<Value>> {
        let number = extended(item, self.0).and_then(|text| text.trim().parse().ok());
        Ok(number.map(Value::Number))
    }

    fn write(&self, value: Option<&Value>, _: &Record, _: &mut Scope) -> Result<Vec<FieldChange>> {
        Ok(vec![match value {
            Some(Value::Number(number)) => set_extended(self.0, number.to_string()),
            _ => FieldChange::Delete(self.0),
        }])
    }
}
