//! Of what people are told by mail, where Exchange invites.

use super::EwsMailbox;
use crate::mapping::{self, ORGANIZER};
use crate::model::{Key, Kind, Moment, Range, Record, Value};
use chrono::NaiveDate;

/// Whether the attendees are told of a new meeting.
pub fn of_new(mailbox: &EwsMailbox, kind: Kind, record: &Record) -> bool {
    mailbox.invites
        && kind == Kind::Event
        && record.own(ORGANIZER).is_none()
        && !is_over(record, mailbox.context.today)
}

/// Whether they are told of a change: not of what concerns the mailbox's owner alone.
pub fn of_change(mailbox: &EwsMailbox, kind: Kind, target: &Record, changed: &[Key]) -> bool {
    let is_shared = |key: &Key| {
        key.property == Key::STATE
            || mapping::rows(kind)
                .iter()
                .any(|row| row.property == key.property && row.shared)
    };
    of_new(mailbox, kind, target) && changed.iter().any(is_shared)
}

/// Whether its last day has passed. Nobody is invited to the past.
fn is_over(record: &Record, today: NaiveDate) -> bool {
    let last = match (record.own("recurrence"), record.own("end")) {
        (Some(Value::Recurrence(rule)), _) => match rule.range {
            Range::Until(day) => Some(day),
            Range::Forever | Range::Count(_) => None,
        },
        (_, Some(Value::Moment(Moment::Day(day)))) => day.pred_opt(),
        (_, Some(Value::Moment(Moment::At { instant, .. }))) => Some(instant.date_naive()),
        _ => None,
    };
    last.is_some_and(|last| last < today)
}
