//! Of what people are told by mail, where Exchange invites.

use super::EwsMailbox;
use crate::ews::Notify;
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

/// Who is told of a change: nobody of what concerns the mailbox's owner alone, and only those concerned where it is but the
/// list of attendees.
pub fn of_change(mailbox: &EwsMailbox, kind: Kind, target: &Record, changed: &[Key]) -> Notify {
    if !of_new(mailbox, kind, target) {
        return Notify::Nobody;
    }
    let is_shared = |key: &&Key| {
        key.property == Key::STATE
            || mapping::rows(kind)
                .iter()
                .any(|row| row.property == key.property && row.shared)
    };
    let mut shared = changed.iter().filter(is_shared).peekable();
    if shared.peek().is_none() {
        Notify::Nobody
    } else if shared.all(|key| matches!(key.property, "attendees" | "rsvp")) {
        Notify::Changed
    } else {
        Notify::Everybody
    }
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
