use super::element::{extended, set_extended};
use super::plain::is_true;
use crate::error::Result;
use crate::ews::{Element, FieldPath};
use crate::mapping::remote::FieldChange;
use crate::mapping::row::Place;
use crate::mapping::scope::Scope;
use crate::model::{Record, Value};

/// A flag in an extended property: set, or not there.
pub struct Flag(pub FieldPath);

impl Place for Flag {
    fn paths(&self) -> Vec<FieldPath> {
        vec![self.0]
    }

    fn read(&self, item: &Element, _: &mut Scope) -> Result<Option<Value>> {
        Ok(extended(item, self.0)
            .is_some_and(is_true)
            .then_some(Value::Bool(true)))
    }

    fn write(&self, value: Option<&Value>, _: &Record, _: &mut Scope) -> Result<Vec<FieldChange>> {
        Ok(vec![match value {
            Some(Value::Bool(true)) => set_extended(self.0, "true"),
            _ => FieldChange::Delete(self.0),
        }])
    }
}
