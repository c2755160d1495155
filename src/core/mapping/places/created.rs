use super::element::{extended, set_extended};
use super::time::{instant, utc_text};
use crate::error::Result;
use crate::ews::{Element, FieldPath, PropertySet, PropertyType};
use crate::mapping::remote::{FieldChange, KEY};
use crate::mapping::row::Place;
use crate::mapping::scope::Scope;
use crate::model::{Record, Value};

/// `item:DateTimeCreated`. Of an item that we made it tells when we made it, so what the local object says rides along with it.
pub struct Created;

const EXCHANGE: FieldPath = FieldPath::Field("item:DateTimeCreated");
const OURS: FieldPath = FieldPath::Named(
    PropertySet::PublicStrings,
    "integration_exchange.created",
    PropertyType::String,
);

impl Place for Created {
    fn paths(&self) -> Vec<FieldPath> {
        vec![EXCHANGE, OURS]
    }

    fn read(&self, item: &Element, _: &mut Scope) -> Result<Option<Value>> {
        let ours = extended(item, OURS).and_then(instant);
        let foreign = || {
            let made_by_us = extended(item, KEY).is_some_and(|key| !key.is_empty());
            let time = item.child_text("DateTimeCreated").and_then(instant);
            time.filter(|_| !made_by_us)
        };
        Ok(ours.or_else(foreign).map(Value::Instant))
    }

    fn write(&self, value: Option<&Value>, _: &Record, _: &mut Scope) -> Result<Vec<FieldChange>> {
        Ok(match value {
            Some(Value::Instant(time)) => vec![set_extended(OURS, utc_text(*time))],
            _ => Vec::new(),
        })
    }
}
