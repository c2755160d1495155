//! A person who is busy: one change after the other, in a calendar that stays small.

use chrono::TimeDelta;
use serde::Serialize;

use crate::element::Element;
use crate::envelope;
use crate::failure::Failure;
use crate::item::Class;
use crate::store::{self, Mailbox};

/// So many events are made before the ones that are there are changed.
const EVENTS: usize = 5;

/// One change.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Edit {
    pub mailbox: String,
    /// The event's.
    pub number: u64,
    pub created: bool,
    /// What the event is called from now on.
    pub subject: String,
}

/// Makes an event in the calendar, or gives one that is there another subject, which tells the `serial`.
pub fn edit(mailbox: &mut Mailbox, serial: u64) -> Result<Edit, Failure> {
    let calendar = mailbox.distinguished("calendar");
    let calendar = calendar.and_then(|number| mailbox.folders.get(&number));
    let events = &calendar.ok_or_else(Failure::folder_not_found)?.items;
    let place = usize::try_from(serial).unwrap_or_default() % EVENTS;
    let there = match events.len() < EVENTS {
        true => None,
        false => events.iter().nth(place).copied(),
    };
    let subject = format!("Edit {serial}");
    let mut set = vec![Element::leaf("Subject", &subject)];
    let number = match there {
        Some(number) => super::update(mailbox, number, None, &set, &[]).map(|()| number)?,
        None => {
            // One a day, from tomorrow on.
            let start = store::now() + TimeDelta::days(events.len() as i64 + 1);
            set.push(Element::leaf("Start", envelope::utc(start)));
            set.push(Element::leaf(
                "End",
                envelope::utc(start + TimeDelta::hours(1)),
            ));
            super::create(mailbox, "calendar", Class::Event, &set)?
        }
    };
    Ok(Edit {
        mailbox: mailbox.address.clone(),
        number,
        created: there.is_none(),
        subject,
    })
}
