//! What mail does to a calendar: an invitation arrives, a meeting is cancelled, an attendee answers.

use chrono::{DateTime, Utc};

use crate::bag::{Attendee, Bag, Value};
use crate::edit::Draft;
use crate::element::Element;
use crate::failure::Failure;
use crate::item::{Class, Item};
use crate::store::{self, Mailbox};
use crate::target::{self, Target};
use crate::{global_id, keys};

use super::call;

/// An invitation as it arrives by mail and is put into the calendar.
#[derive(Clone, Debug, Default)]
pub struct Invitation {
    pub organizer: Attendee,
    /// The event's properties, `UID`, `Recurrence` and attendees among them. The mailbox's owner is added to the
    /// required attendees if invited by nobody else.
    pub properties: Vec<Element>,
    /// The original start, where one occurrence of a series is invited to alone.
    pub occurrence: Option<DateTime<Utc>>,
}

/// Puts the meeting into the calendar, or brings it up to date there, and gives its number. No answer is given yet.
pub fn invite(mailbox: &mut Mailbox, invitation: &Invitation) -> Result<u64, Failure> {
    let call = call();
    let mut draft = Draft::create(&call, Class::Event);
    for property in &invitation.properties {
        draft.set(property)?;
    }
    draft.finish(mailbox)?;
    let mut item = draft.into_item();
    receive(mailbox, &mut item, invitation);
    let calendar = mailbox
        .distinguished("calendar")
        .ok_or_else(Failure::folder_not_found)?;
    let identity = item.bag.get(&keys::GLOBAL_ID).cloned();
    let known = mailbox
        .items_in(calendar)
        .find(|other| identity.is_some() && other.bag.get(&keys::GLOBAL_ID) == identity.as_ref())
        .map(|other| other.number);
    Ok(match known {
        Some(number) => {
            mailbox.change(number, |old| {
                let created = old.bag.get(&keys::CREATED).cloned();
                old.bag = old.bag.overlaid(&item.bag);
                if let Some(created) = created {
                    old.bag.set(keys::CREATED, created);
                }
                if old.recurrence != item.recurrence {
                    old.exceptions.clear();
                    old.deleted.clear();
                }
                old.recurrence = item.recurrence;
            });
            number
        }
        None => mailbox.add(calendar, item),
    })
}

/// What tells a received meeting from an own event.
fn receive(mailbox: &Mailbox, item: &mut Item, invitation: &Invitation) {
    let bag = &mut item.bag;
    mailbox.invite_owner(bag);
    let organizer = Attendee {
        response: "Organizer".to_owned(),
        ..invitation.organizer.clone()
    };
    bag.set(keys::ORGANIZER, Value::People(vec![organizer]));
    bag.set(keys::STATE, Value::Int(3));
    bag.set(keys::RESPONSE, Value::Int(5));
    bag.set(keys::INVITED, Value::Bool(true));
    bag.set(
        keys::INTENDED,
        Value::Int(bag.int(&keys::BUSY).unwrap_or(2)),
    );
    bag.set(keys::BUSY, Value::Int(1));
    if bag.get(&keys::RESPONSE_REQUESTED).is_none() {
        bag.set(keys::RESPONSE_REQUESTED, Value::Bool(true));
    }
    let zone = item.zone();
    let clean = item.bag.binary(&keys::CLEAN_GLOBAL_ID);
    if let (Some(original), Some(clean)) = (invitation.occurrence, clean) {
        let dated = global_id::with_date(clean, zone.to_local(original).date());
        item.bag.set(keys::GLOBAL_ID, Value::Binary(dated));
    }
}

/// The organizer calls a received meeting, or one occurrence of it, off.
pub fn cancel(mailbox: &mut Mailbox, number: u64, index: Option<u32>) -> Result<(), Failure> {
    let target = Target {
        item: number,
        index,
    };
    let mut bag = target::see(mailbox, target)?.bag.into_owned();
    let subject = bag.text(&keys::SUBJECT).unwrap_or_default();
    let subject = format!("Canceled: {subject}");
    bag.put_text(keys::SUBJECT, Some(&subject));
    bag.set(
        keys::STATE,
        Value::Int(bag.int(&keys::STATE).unwrap_or(0) | 4),
    );
    bag.set(keys::BUSY, Value::Int(0));
    bag.set(keys::REMINDER_SET, Value::Bool(false));
    mailbox
        .change(number, |item| match index {
            Some(index) => item.change_occurrence(index, &bag),
            None => item.bag = bag,
        })
        .ok_or_else(Failure::item_not_found)
}

/// An attendee's answer (an EWS ResponseType) arrives and is noted in the organizer's calendar.
pub fn answer(
    mailbox: &mut Mailbox,
    number: u64,
    email: &str,
    response: &str,
) -> Result<(), Failure> {
    let note = |bag: &mut Bag| {
        let mut found = false;
        for key in [keys::REQUIRED, keys::OPTIONAL, keys::RESOURCES] {
            let mut people = bag.people(&key).to_vec();
            for person in &mut people {
                if person.email.eq_ignore_ascii_case(email) {
                    person.response = response.to_owned();
                    person.answered = Some(store::now());
                    found = true;
                }
            }
            if !people.is_empty() {
                bag.set(key, Value::People(people));
            }
        }
        found
    };
    match mailbox.change(number, |item| note(&mut item.bag)) {
        Some(true) => Ok(()),
        Some(false) => Err(Failure::new(
            "ErrorInvalidRecipients",
            format!("{email} is not invited."),
        )),
        None => Err(Failure::item_not_found()),
    }
}
