//! CreateItem with a response object: accepting, declining, cancelling and removing meetings.

use crate::bag::{Bag, Value};
use crate::element::Element;
use crate::envelope::Call;
use crate::failure::Failure;
use crate::id::Id;
use crate::item::{Class, Item};
use crate::keys;
use crate::mail::{self, Kind};
use crate::store::{self, Mailbox};
use crate::target::{self, Target};
use crate::view;

/// One answer to an invitation.
struct Answer {
    kind: Kind,
    /// The value of `keys::RESPONSE`.
    response: i32,
    message_class: &'static str,
    organizer: &'static str,
    cancelled: &'static str,
    wrong_item: &'static str,
}

/// The answer of that element.
fn answer(name: &str) -> Option<Answer> {
    let (kind, response, message_class, organizer, cancelled, wrong_item) = match name {
        "AcceptItem" => (
            Kind::Accept,
            3,
            "IPM.Schedule.Meeting.Resp.Pos",
            "ErrorCalendarIsOrganizerForAccept",
            "ErrorCalendarIsCancelledForAccept",
            "ErrorInvalidItemForOperationAcceptItem",
        ),
        "TentativelyAcceptItem" => (
            Kind::Tentative,
            2,
            "IPM.Schedule.Meeting.Resp.Tent",
            "ErrorCalendarIsOrganizerForTentative",
            "ErrorCalendarIsCancelledForTentative",
            "ErrorInvalidItemForOperationTentative",
        ),
        "DeclineItem" => (
            Kind::Decline,
            4,
            "IPM.Schedule.Meeting.Resp.Neg",
            "ErrorCalendarIsOrganizerForDecline",
            "ErrorCalendarIsCancelledForDecline",
            "ErrorInvalidItemForOperationDeclineItem",
        ),
        _ => return None,
    };
    Some(Answer {
        kind,
        response,
        message_class,
        organizer,
        cancelled,
        wrong_item,
    })
}

/// Carries out the response object; `None` where the element is none.
pub fn run(
    call: &Call,
    mailbox: &mut Mailbox,
    element: &Element,
) -> Option<Result<Vec<Element>, Failure>> {
    let outcome = match (element.name.as_str(), answer(&element.name)) {
        (_, Some(answer)) => reply(call, mailbox, element, &answer),
        ("CancelCalendarItem", _) => cancel(call, mailbox, element),
        ("RemoveItem", _) => remove(call, mailbox, element),
        _ => return None,
    };
    Some(outcome.map(|shown| vec![Element::m("Items").with_all(shown)]))
}

/// The meeting that the response is about, with its properties, and whether mail is to be sent.
fn meeting(
    call: &Call,
    mailbox: &Mailbox,
    element: &Element,
    wrong_item: &'static str,
) -> Result<(Target, Bag, bool), Failure> {
    let disposition = call.body.attr("MessageDisposition").ok_or_else(|| {
        let text = "MessageDisposition is required for responses to meetings.";
        Failure::new("ErrorMessageDispositionRequired", text)
    })?;
    let id = element
        .get("ReferenceItemId")
        .ok_or_else(Failure::malformed_id)?;
    let target = target::item(mailbox, id)?;
    if target::stored(mailbox, target.item)?.class != Class::Event {
        let text = "The item is no meeting.";
        return Err(Failure::new(wrong_item, text));
    }
    let bag = target::see(mailbox, target)?.bag.into_owned();
    Ok((target, bag, disposition != "SaveOnly"))
}

fn is_cancelled(bag: &Bag) -> bool {
    bag.int(&keys::STATE).unwrap_or(0) & 4 != 0
}

/// Accepted meetings are made anew, declined ones go to Deleted Items: either way the item gets another id. The
/// organizer is told if mail is to be sent.
fn reply(
    call: &Call,
    mailbox: &mut Mailbox,
    element: &Element,
    answer: &Answer,
) -> Result<Vec<Element>, Failure> {
    let (target, mut bag, sends) = meeting(call, mailbox, element, answer.wrong_item)?;
    if mail::is_organizer(&bag) {
        let text = "The organizer cannot answer an own meeting.";
        return Err(Failure::new(answer.organizer, text));
    }
    if is_cancelled(&bag) {
        let text = "The meeting is cancelled.";
        return Err(Failure::new(answer.cancelled, text));
    }
    let busy = match answer.kind {
        Kind::Accept => bag.int(&keys::INTENDED).unwrap_or(2),
        Kind::Tentative => 1,
        _ => 0,
    };
    bag.set(keys::RESPONSE, Value::Int(answer.response));
    bag.set(keys::REPLY_TIME, Value::Time(store::now()));
    bag.set(keys::BUSY, Value::Int(busy));
    let declined = answer.kind == Kind::Decline;
    let shown = settle(mailbox, target, &bag, declined)?;
    if sends {
        let organizer = bag.people(&keys::ORGANIZER).first();
        let to = organizer.map(|person| person.email.clone());
        mailbox.send(answer.kind, &bag, to.into_iter().collect());
    }
    let message = save_message(call, mailbox, answer, &bag)?;
    Ok(shown.into_iter().chain(message).collect())
}

/// Stores the answered meeting and shows its id.
fn settle(
    mailbox: &mut Mailbox,
    target: Target,
    bag: &Bag,
    declined: bool,
) -> Result<Option<Element>, Failure> {
    let Target {
        item: number,
        index,
    } = target;
    let id = match index {
        Some(index) if declined => {
            mailbox.change(number, |item| item.delete_occurrence(index));
            return Ok(None);
        }
        Some(index) => {
            mailbox.change(number, |item| item.change_occurrence(index, bag));
            Id::Occurrence(number, index)
        }
        None => {
            mailbox.change(number, |item| item.bag = bag.clone());
            let here = target::stored(mailbox, number)?.folder;
            let bin = mailbox.distinguished("deleteditems").filter(|_| declined);
            let moves = declined || !mailbox.settings.keeps_accepted;
            let number = match moves {
                true => mailbox.relocate(number, bin.unwrap_or(here)),
                false => Some(number),
            };
            Id::Item(number.ok_or_else(Failure::item_not_found)?)
        }
    };
    let (Id::Item(stored) | Id::Occurrence(stored, _)) = id else {
        return Ok(None);
    };
    let version = target::stored(mailbox, stored)?.version;
    let shown = view::item_id(mailbox, id, version);
    Ok(Some(Element::t("CalendarItem").with(shown)))
}

/// The answer itself is kept where the request says: among drafts if it is only saved, else among sent items.
fn save_message(
    call: &Call,
    mailbox: &mut Mailbox,
    answer: &Answer,
    bag: &Bag,
) -> Result<Option<Element>, Failure> {
    let usual = match call.body.attr("MessageDisposition") {
        Some("SaveOnly") => "drafts",
        Some("SendAndSaveCopy") => "sentitems",
        _ => return Ok(None),
    };
    let folder = match call.body.get("SavedItemFolderId") {
        Some(saved) => target::folder_in(mailbox, Some(saved))?.number,
        None => mailbox
            .distinguished(usual)
            .ok_or_else(Failure::folder_not_found)?,
    };
    let mut message = Item::new(Class::Message);
    let class = Value::Text(answer.message_class.to_owned());
    message.bag.set(keys::ITEM_CLASS, class);
    let said = match answer.kind {
        Kind::Accept => "Accepted",
        Kind::Tentative => "Tentative",
        _ => "Declined",
    };
    let subject = bag.text(&keys::SUBJECT).unwrap_or_default();
    message
        .bag
        .put_text(keys::SUBJECT, Some(&format!("{said}: {subject}")));
    let number = mailbox.add(folder, message);
    let shown = view::item_id(mailbox, Id::Item(number), number);
    Ok(Some(Element::t("MeetingResponse").with(shown)))
}

/// The organizer calls the meeting off.
fn cancel(call: &Call, mailbox: &mut Mailbox, element: &Element) -> Result<Vec<Element>, Failure> {
    let wrong_item = "ErrorInvalidItemForOperationCancelItem";
    let (target, bag, sends) = meeting(call, mailbox, element, wrong_item)?;
    if !mail::is_organizer(&bag) {
        let text = "Only the organizer can cancel a meeting.";
        return Err(Failure::new("ErrorCalendarIsNotOrganizer", text));
    }
    if sends {
        mailbox.send(Kind::Cancellation, &bag, mail::addresses(&bag));
    }
    throw_away(mailbox, target);
    Ok(vec![])
}

/// Takes a cancelled meeting out of the calendar.
fn remove(call: &Call, mailbox: &mut Mailbox, element: &Element) -> Result<Vec<Element>, Failure> {
    let wrong_item = "ErrorInvalidItemForOperationRemoveItem";
    let (target, bag, _) = meeting(call, mailbox, element, wrong_item)?;
    if mail::is_organizer(&bag) {
        let text = "The organizer cannot remove an own meeting so.";
        return Err(Failure::new("ErrorCalendarIsOrganizerForRemove", text));
    }
    if !is_cancelled(&bag) {
        return Err(Failure::new(wrong_item, "The meeting is not cancelled."));
    }
    throw_away(mailbox, target);
    Ok(vec![])
}

fn throw_away(mailbox: &mut Mailbox, target: Target) {
    match (target.index, mailbox.distinguished("deleteditems")) {
        (Some(index), _) => {
            mailbox.change(target.item, |item| item.delete_occurrence(index));
        }
        (None, Some(bin)) => drop(mailbox.relocate(target.item, bin)),
        (None, None) => drop(mailbox.remove(target.item)),
    }
}
