//! Properties of tasks.

use crate::element::Element;
use crate::keys;

use super::{Seen, plain};

/// The property as an element.
pub fn read(seen: &Seen, name: &str) -> Option<Element> {
    let bag = seen.bag.as_ref();
    let leaf = |value: &dyn ToString| Some(Element::leaf(name, value.to_string()));
    match name {
        "ChangeCount" => leaf(&1),
        "CompleteDate" => plain::time(bag, &keys::TASK_DONE_AT, name),
        "DelegationState" => leaf(&"NoMatch"),
        "DueDate" => plain::time(bag, &keys::TASK_DUE, name),
        "StartDate" => plain::time(bag, &keys::TASK_START, name),
        "IsComplete" => leaf(&bag.bool(&keys::TASK_COMPLETE).unwrap_or(false)),
        "IsRecurring" => leaf(&seen.item.recurrence.is_some()),
        "IsTeamTask" => leaf(&false),
        "Owner" => leaf(&seen.mailbox.name),
        "PercentComplete" => {
            leaf(&(bag.double(&keys::TASK_PERCENT).unwrap_or(0.0) * 100.0).round())
        }
        "Recurrence" => Some(seen.item.recurrence.as_ref()?.to_xml()),
        "Status" => leaf(&"NotStarted"),
        "StatusDescription" => leaf(&match bag.int(&keys::TASK_STATUS) {
            Some(1) => "In Progress",
            Some(2) => "Completed",
            Some(3) => "Waiting on someone else",
            Some(4) => "Deferred",
            _ => "Not Started",
        }),
        _ => None,
    }
}
