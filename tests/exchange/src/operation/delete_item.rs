//! DeleteItem.

use crate::bag::Value;
use crate::element::Element;
use crate::envelope::Call;
use crate::failure::Failure;
use crate::item::{Class, Item};
use crate::keys;
use crate::mail::{self, Kind};
use crate::store::Mailbox;
use crate::target::{self, Target};

use super::{message, parts, respond};

pub fn run(call: &Call, mailbox: &mut Mailbox) -> Result<Element, Failure> {
    let messages: Vec<Element> = parts(call)
        .iter()
        .map(|id| message("DeleteItem", delete(call, mailbox, id).map(|()| vec![])))
        .collect();
    Ok(respond("DeleteItem", messages))
}

fn delete(call: &Call, mailbox: &mut Mailbox, id: &Element) -> Result<(), Failure> {
    let target = target::item(mailbox, id)?;
    let item = target::stored(mailbox, target.item)?;
    check_switches(call, item)?;
    let mail = call
        .body
        .attr("SendMeetingCancellations")
        .is_some_and(|send| send != "SendToNone");
    let bag = target::see(mailbox, target)?.bag.into_owned();
    if mail && mail::is_organizer(&bag) {
        mailbox.send(Kind::Cancellation, &bag, mail::addresses(&bag));
    }
    match target {
        Target {
            item,
            index: Some(index),
        } => delete_occurrence(mailbox, item, index),
        Target { item, index: None } => {
            let one_only =
                call.body.attr("AffectedTaskOccurrences") == Some("SpecifiedOccurrenceOnly");
            if one_only && skip_occurrence(mailbox, item) {
                return Ok(());
            }
            dispose(
                mailbox,
                item,
                call.body.attr("DeleteType").unwrap_or("HardDelete"),
            );
            Ok(())
        }
    }
}

fn check_switches(call: &Call, item: &Item) -> Result<(), Failure> {
    let (name, code) = match item.class {
        Class::Event => (
            "SendMeetingCancellations",
            "ErrorSendMeetingCancellationsRequired",
        ),
        Class::Task => (
            "AffectedTaskOccurrences",
            "ErrorAffectedTaskOccurrencesRequired",
        ),
        Class::Contact | Class::List | Class::Message => return Ok(()),
    };
    match call.body.attr(name) {
        Some(_) => Ok(()),
        None => Err(Failure::new(
            code,
            format!("{name} is required for this kind of item."),
        )),
    }
}

/// A deleted occurrence is a mark in its master.
fn delete_occurrence(mailbox: &mut Mailbox, number: u64, index: u32) -> Result<(), Failure> {
    let item = target::stored(mailbox, number)?;
    if !item
        .pattern_starts()
        .any(|(other, _)| other != index && !item.deleted.contains(&other))
    {
        let text = "The last occurrence of a series cannot be deleted alone.";
        return Err(Failure::new("ErrorRecurrenceHasNoOccurrence", text));
    }
    mailbox.change(number, |item| item.delete_occurrence(index));
    Ok(())
}

/// Takes a recurring task to its next occurrence; false where there is none.
fn skip_occurrence(mailbox: &mut Mailbox, number: u64) -> bool {
    let Some(item) = mailbox.items.get(&number) else {
        return false;
    };
    let mut next = item.clone();
    if !next.advance() {
        return false;
    }
    mailbox.change(number, |item| item.bag = next.bag);
    true
}

fn dispose(mailbox: &mut Mailbox, number: u64, how: &str) {
    let folder = match how {
        "MoveToDeletedItems" => mailbox.distinguished("deleteditems"),
        "SoftDelete" => mailbox.distinguished("recoverableitemsdeletions"),
        _ => None,
    };
    match folder {
        Some(folder) => drop(mailbox.relocate(number, folder)),
        None => drop(mailbox.remove(number)),
    }
}

impl Item {
    /// Takes a recurring task to its next occurrence, not started. False, and nothing changed, where there is none.
    pub fn advance(&mut self) -> bool {
        let Some(recurrence) = &self.recurrence else {
            return false;
        };
        let (due, start) = (
            self.bag.time(&keys::TASK_DUE),
            self.bag.time(&keys::TASK_START),
        );
        let present = due
            .or(start)
            .map_or(recurrence.start, |time| time.date_naive());
        let today = crate::store::now().date_naive();
        let next = match recurrence.regenerated(today) {
            Some(next) => Some(next),
            None => recurrence.dates().take(20_000).find(|date| *date > present),
        };
        let Some(next) = next else {
            return false;
        };
        let shift = next - present;
        self.bag.set(
            keys::TASK_DUE,
            Value::Time(due.or(start).map_or_else(
                || next.and_time(chrono::NaiveTime::MIN).and_utc(),
                |time| time + shift,
            )),
        );
        for key in [
            keys::TASK_START,
            keys::COMMON_START,
            keys::COMMON_END,
            keys::REMINDER_TIME,
            keys::REMINDER_SIGNAL,
        ] {
            if let Some(time) = self.bag.time(&key) {
                self.bag.set(key, Value::Time(time + shift));
            }
        }
        self.bag.set(keys::TASK_STATUS, Value::Int(0));
        self.bag.set(keys::TASK_PERCENT, Value::Double(0.0));
        self.bag.set(keys::TASK_COMPLETE, Value::Bool(false));
        self.bag.remove(&keys::TASK_DONE_AT);
        true
    }
}
