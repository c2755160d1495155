use super::{Element, Operation, Writer};
use crate::error::Result;

/// Ends a subscription.
/// <https://learn.microsoft.com/exchange/client-developer/web-service-reference/unsubscribe-operation>
#[derive(Clone, Debug)]
pub struct Unsubscribe {
    pub subscription: String,
}

impl Operation for Unsubscribe {
    const NAME: &'static str = "Unsubscribe";
    const REPEATABLE: bool = true;
    type Response = ();

    fn write(&self, w: &mut Writer) {
        w.element("m:Unsubscribe", &[], |w| {
            w.text("m:SubscriptionId", &self.subscription);
        });
    }

    fn read(_: Element) -> Result<()> {
        Ok(())
    }
}
