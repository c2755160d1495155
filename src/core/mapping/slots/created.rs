use crate::dav::{Component, Line};
use crate::error::Result;
use crate::mapping::calendar::{EPOCH, stamp, stamp_text};
use crate::mapping::row::Slot;
use crate::mapping::scope::Scope;
use crate::model::Value;

/// CREATED; a new object counts its DTSTAMP from it.
pub struct Created;

impl Slot for Created {
    fn names(&self) -> Vec<String> {
        vec!["CREATED".to_owned(), "DTSTAMP".to_owned()]
    }

    fn read(&self, component: &Component, _: &mut Scope) -> Result<Option<Value>> {
        let line = component.line("CREATED");
        Ok(line
            .and_then(|line| stamp(line.value()))
            .map(Value::Instant))
    }

    fn write(
        &self,
        component: &mut Component<'_>,
        value: Option<&Value>,
        _: &mut Scope,
    ) -> Result<()> {
        let Some(Value::Instant(time)) = value else {
            component.remove("CREATED");
            return Ok(());
        };
        let text = stamp_text(*time);
        if component
            .line("DTSTAMP")
            .is_some_and(|line| line.value() == EPOCH)
        {
            component.set(Line::new("DTSTAMP", &[], &text));
        }
        component.set(Line::new("CREATED", &[], &text));
        Ok(())
    }
}
