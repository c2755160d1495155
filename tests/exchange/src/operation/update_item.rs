//! UpdateItem.

use crate::bag::{Bag, Key, Value};
use crate::edit::Draft;
use crate::element::Element;
use crate::envelope::Call;
use crate::failure::Failure;
use crate::id::Id;
use crate::item::{Class, Item};
use crate::keys;
use crate::mail::{self, Kind};
use crate::path::Path;
use crate::store::Mailbox;
use crate::target::{self, Target};
use crate::view;

use super::{message, parts, respond};

pub fn run(call: &Call, mailbox: &mut Mailbox) -> Result<Element, Failure> {
    let messages: Vec<Element> = parts(call)
        .iter()
        .map(|change| message("UpdateItem", update(call, mailbox, change)))
        .collect();
    Ok(respond("UpdateItem", messages))
}

fn update(call: &Call, mailbox: &mut Mailbox, change: &Element) -> Result<Vec<Element>, Failure> {
    let id = change.children.first().ok_or_else(Failure::malformed_id)?;
    let target = target::item(mailbox, id)?;
    let known = target::known_version(id)?;
    let item = target::stored(mailbox, target.item)?;
    check_switches(call, mailbox, item)?;
    let resolution = call
        .body
        .attr("ConflictResolution")
        .unwrap_or("AutoResolve");
    if resolution == "NeverOverwrite" && known != item.version {
        return Err(conflict());
    }
    let seen = target::see(mailbox, target)?;
    let before = seen.bag.into_owned();
    let mut draft = Draft::change(call, item, target.index, before.clone());
    for update in change
        .get("Updates")
        .map_or(&[][..], |updates| &updates.children)
    {
        apply(call, &mut draft, update)?;
    }
    draft.finish(mailbox)?;
    if resolution == "AutoResolve" && known != item.version {
        let rule_changed = target.index.is_none() && draft.recurrence != item.recurrence;
        check_merge(item, known, &before, &draft.bag, rule_changed)?;
    }
    let send = call.body.attr("SendMeetingInvitationsOrCancellations");
    announce(mailbox, &mut draft, &before, send.unwrap_or("SendToNone"));
    let shown = write_back(draft, mailbox, target)?;
    let count = Element::m("ConflictResults").with(Element::leaf("Count", 0));
    Ok(vec![Element::m("Items").with(shown), count])
}

/// Notes the mails that an organizer's change sends: those who are new, or all, are asked; those who are gone are told.
fn announce(mailbox: &mut Mailbox, draft: &mut Draft, before: &Bag, send: &str) {
    if send == "SendToNone" || !mail::is_organizer(&draft.bag) {
        return;
    }
    let changed_only = matches!(send, "SendOnlyToChanged" | "SendToChangedAndSaveCopy");
    let asked = match changed_only {
        true => mail::missing(&draft.bag, before),
        false => mail::addresses(&draft.bag),
    };
    let gone = mail::missing(before, &draft.bag);
    if asked.is_empty() && gone.is_empty() {
        return;
    }
    if draft.bag.bool(&keys::INVITED) == Some(true) {
        let sequence = draft.bag.int(&keys::SEQUENCE).unwrap_or(0);
        draft.bag.set(keys::SEQUENCE, Value::Int(sequence + 1));
    }
    draft.bag.set(keys::INVITED, Value::Bool(true));
    mailbox.send(Kind::Request, &draft.bag, asked);
    mailbox.send(Kind::Cancellation, &draft.bag, gone);
}

/// Stores a finished draft and gives the element, with the id, of what it became.
pub fn write_back(draft: Draft, mailbox: &mut Mailbox, target: Target) -> Result<Element, Failure> {
    match target.index {
        Some(index) => store_exception(draft, mailbox, target.item, index),
        None => store_item(draft, mailbox, target),
    }
}

fn check_switches(call: &Call, mailbox: &Mailbox, item: &Item) -> Result<(), Failure> {
    let send = call.body.attr("SendMeetingInvitationsOrCancellations");
    if item.class == Class::Event && send.is_none() {
        return Err(Failure::new(
            "ErrorSendMeetingInvitationsOrCancellationsRequired",
            "SendMeetingInvitationsOrCancellations is required for calendar items.",
        ));
    }
    let deleted = Some(item.folder) == mailbox.distinguished("deleteditems");
    if deleted && item.class == Class::Event && send != Some("SendToNone") {
        let text = "Cannot send updates for an item in Deleted Items.";
        return Err(Failure::new("ErrorCalendarCannotUpdateDeletedItem", text));
    }
    if item.class == Class::Message && call.body.attr("MessageDisposition").is_none() {
        let text = "MessageDisposition is required for messages.";
        return Err(Failure::new("ErrorMessageDispositionRequired", text));
    }
    Ok(())
}

fn apply(call: &Call, draft: &mut Draft, update: &Element) -> Result<(), Failure> {
    let path = update.children.iter().find(|child| Path::is_path(child));
    let path = Path::parse(path.ok_or_else(mismatch)?, call.level)?;
    if update.name == "DeleteItemField" {
        return draft.delete_field(&path);
    }
    let object = update
        .children
        .iter()
        .find(|child| !Path::is_path(child))
        .ok_or_else(mismatch)?;
    if object.name != "Item" && object.name != draft.class.element() {
        return Err(mismatch());
    }
    match update.name.as_str() {
        "AppendToItemField" => draft.append_field(&path, object),
        _ => draft.set_field(&path, object),
    }
}

fn mismatch() -> Failure {
    let text = "The property path, the kind of item and the value of an update do not agree.";
    Failure::new("ErrorUpdatePropertyMismatch", text)
}

fn conflict() -> Failure {
    let text = "The send or update operation could not be performed because the change key passed in the request does \
                not match the current change key for the item.";
    Failure::new("ErrorIrresolvableConflict", text)
}

/// AutoResolve: fails where a property that the request changes was changed since by somebody else.
fn check_merge(
    item: &Item,
    known: u64,
    before: &Bag,
    after: &Bag,
    rule_changed: bool,
) -> Result<(), Failure> {
    let lost = |key: &Key| {
        item.revised
            .get(key)
            .is_some_and(|version| *version > known)
    };
    let changed = before.changed_keys(after);
    match changed.iter().any(lost) || (rule_changed && lost(&keys::RECURRENCE)) {
        true => Err(conflict()),
        false => Ok(()),
    }
}

/// An occurrence that is changed becomes, or stays, an exception in its master.
fn store_exception(
    draft: Draft,
    mailbox: &mut Mailbox,
    number: u64,
    index: u32,
) -> Result<Element, Failure> {
    let item = target::stored(mailbox, number)?;
    check_neighbours(item, index, &draft.bag)?;
    mailbox.change(number, |item| item.change_occurrence(index, &draft.bag));
    let version = target::stored(mailbox, number)?.version;
    Ok(Element::t("CalendarItem").with(view::item_id(
        mailbox,
        Id::Occurrence(number, index),
        version,
    )))
}

/// An exception stays between its neighbours, on days of its own.
fn check_neighbours(item: &Item, index: u32, bag: &Bag) -> Result<(), Failure> {
    let zone = item.zone();
    let (Some(start), Some(end)) = (bag.time(&keys::START), bag.time(&keys::END)) else {
        return Ok(());
    };
    let day = zone.to_local(start).date();
    let present = |(other, _): &(u32, _)| *other != index && !item.deleted.contains(other);
    let near: Vec<(u32, Bag)> = item
        .pattern_starts()
        .take(index as usize + 1)
        .filter(present)
        .map(|(other, local)| (other, item.occurrence_at(other, local)))
        .collect();
    for (other, neighbour) in near {
        let begins = neighbour.time(&keys::START).unwrap_or_default();
        let its_day = zone.to_local(begins).date();
        if (other < index && its_day >= day) || (other > index && its_day <= day) {
            let text = "An occurrence cannot be moved to or past the day of another one.";
            return Err(Failure::new("ErrorOccurrenceCrossingBoundary", text));
        }
        if other > index && end > begins {
            let text = "The occurrence reaches into the next one.";
            return Err(Failure::new("ErrorOccurrenceTimeSpanTooBig", text));
        }
    }
    Ok(())
}

fn store_item(draft: Draft, mailbox: &mut Mailbox, target: Target) -> Result<Element, Failure> {
    let item = target::stored(mailbox, target.item)?;
    let class = item.class;
    let completes = class == Class::Task
        && item.recurrence.is_some()
        && item.bag.bool(&keys::TASK_COMPLETE) != Some(true)
        && draft.bag.bool(&keys::TASK_COMPLETE) == Some(true);
    let shown = if completes {
        complete(draft, mailbox, target.item)
    } else {
        draft.store(mailbox, target.item)
    };
    let version = target::stored(mailbox, shown)?.version;
    Ok(Element::t(class.element()).with(view::item_id(mailbox, Id::Item(shown), version)))
}

/// Completing a recurring task leaves a finished copy, whose id is answered, and the task goes on to its next
/// occurrence under its old id (Microsoft: "UpdateItem (Task)"). The last occurrence is completed in place.
fn complete(draft: Draft, mailbox: &mut Mailbox, number: u64) -> u64 {
    let Some(item) = mailbox.items.get(&number) else {
        return number;
    };
    let folder = item.folder;
    let mut finished = item.clone();
    finished.bag = draft.bag.clone();
    finished.recurrence = None;
    let mut next = item.clone();
    next.recurrence = draft.recurrence.clone();
    if !next.advance() {
        return draft.store(mailbox, number);
    }
    mailbox.change(number, |item| {
        item.bag = next.bag;
        item.recurrence = next.recurrence;
    });
    finished.bag.remove(&keys::CREATED);
    finished.bag.remove(&keys::MODIFIED);
    mailbox.add(folder, finished)
}
