//! Answers that Exchange sends to the organizers of meetings (docs/adr/0010-answers-without-mail.md).

use super::{EwsMailbox, batch};
use crate::error::{Error, ErrorKind, Result};
use crate::ews::{GetItem, ItemId, MeetingAnswer as Answer, Respond, Target};
use crate::mapping::{FieldChange, RESPONSE, RESPONSE_STATUS};
use crate::model::{Key, Record, Value};

/// What is to be answered, where the answer is among what changed. Without mail it is a property like others.
pub fn answer(mailbox: &EwsMailbox, target: &Record, changed: &[Key]) -> Option<Answer> {
    let Some(Value::Text(answer)) = target.own(RESPONSE) else {
        return None;
    };
    if !mailbox.invites || !changed.contains(&Key::of(RESPONSE)) {
        return None;
    }
    match answer.as_str() {
        "accepted" => Some(Answer::Accept),
        "tentative" => Some(Answer::TentativelyAccept),
        "declined" => Some(Answer::Decline),
        _ => None,
    }
}

/// Whether a step writes the answer as a property.
pub fn is_status(change: &FieldChange) -> bool {
    let path = match change {
        FieldChange::Set(field) => field.path,
        FieldChange::Delete(path) => *path,
    };
    path == RESPONSE_STATUS
}

/// The meetings as they are after the answer.
pub async fn write(mailbox: &EwsMailbox, answers: Vec<(ItemId, Answer)>) -> Vec<Result<ItemId>> {
    let question = Respond {
        items: answers.iter().collect(),
        notify: true,
    };
    let written = batch::run(&mailbox.client, &mailbox.client.limits().writes, &question).await;
    let mut results = Vec::new();
    let mut untold = Vec::new();
    for (place, ((item, answer), written)) in answers.iter().zip(written).enumerate() {
        results.push(match (written, answer) {
            (Ok(_), Answer::Decline) => Err(Error::new(
                ErrorKind::Item,
                "You declined this meeting, and Exchange took it out of its calendar; it stays in Nextcloud. Accept it to \
                 bring it back.",
            )),
            (Ok(Some(item)), _) => Ok(item),
            (Ok(None), _) => {
                untold.push(place);
                Ok(item.clone())
            }
            (Err(error), _) => Err(error),
        });
    }
    refresh(mailbox, &untold, &mut results).await;
    results
}

/// Learns the versions that the answers did not tell.
async fn refresh(mailbox: &EwsMailbox, places: &[usize], results: &mut [Result<ItemId>]) {
    let targets: Vec<Target> = places
        .iter()
        .filter_map(|place| results.get(*place)?.as_ref().ok())
        .map(|item| {
            Target::Item(ItemId {
                change_key: None,
                ..item.clone()
            })
        })
        .collect();
    if targets.is_empty() {
        return;
    }
    let question = GetItem {
        items: targets.iter().collect(),
        fields: &[],
    };
    let found = batch::run(&mailbox.client, &mailbox.client.limits().reads, &question).await;
    for (place, found) in places.iter().zip(found) {
        // One that is another item now is found by the next listing.
        if let (Some(slot), Ok(item)) = (
            results.get_mut(*place),
            found.and_then(|item| ItemId::of(&item)),
        ) {
            *slot = Ok(item);
        }
    }
}
