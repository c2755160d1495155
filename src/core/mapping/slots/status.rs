use super::plain::Choice;
use crate::dav::Component;
use crate::error::Result;
use crate::mapping::row::Slot;
use crate::mapping::scope::Scope;
use crate::model::Value;

/// STATUS of an event that is not cancelled.
pub struct EventStatus;

const STATUS: Choice = Choice {
    name: "STATUS",
    words: &[("TENTATIVE", "tentative"), ("CONFIRMED", "confirmed")],
    default: &[],
    other: None,
};

impl Slot for EventStatus {
    fn names(&self) -> Vec<String> {
        vec!["STATUS/certainty".to_owned()]
    }

    fn read(&self, component: &Component, scope: &mut Scope) -> Result<Option<Value>> {
        STATUS.read(component, scope)
    }

    fn write(
        &self,
        component: &mut Component<'_>,
        value: Option<&Value>,
        scope: &mut Scope,
    ) -> Result<()> {
        STATUS.write(component, value, scope)
    }
}
