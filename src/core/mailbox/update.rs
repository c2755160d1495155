use super::occurrences::{self, Series, edit};
use super::{
    EwsMailbox, attachments, batch, changed_meanwhile, group, photo, reduced, respond, tell,
};
use crate::engine::{RemoteRef, Update};
use crate::error::Result;
use crate::ews::{
    Edit, FileAttachment, GetItem, ItemChange, ItemId, MeetingAnswer as Answer, Notify, Target,
    UpdateItem,
};
use crate::mapping::{self, FieldChange, OccurrenceAction, OccurrenceChange, Part};
use crate::model::{File, Key, Kind};

/// What has to be written for one item, in this order.
struct Steps {
    edits: Vec<Edit>,
    /// Where the photo is among what changed: the new one, if there is one.
    photo: Option<NewPhoto>,
    /// What the owner answers to the meeting.
    answer: Option<Answer>,
    occurrences: Vec<OccurrenceChange>,
    /// Whether it is a group of contacts.
    group: bool,
    notify: Notify,
    /// Where attachments are among what changed: all that there shall be.
    files: Option<Vec<File>>,
    /// The attachments of occurrences, by their place in the pattern.
    occurrence_files: Vec<(u32, Vec<File>)>,
}

struct NewPhoto(Option<FileAttachment>);

/// Changes items, each only while it still has the version that is known: first their own properties in batches, then
/// photos and attachments, then occurrences. An item whose later steps fail is changed in part; the next listing shows it so.
///
/// `parts` are what those that are parts of a group shall be, in the same order; empty where none is.
pub async fn update(
    mailbox: &EwsMailbox,
    kind: Kind,
    items: &[Update],
    parts: &[Part],
) -> Vec<Result<RemoteRef>> {
    let mut steps: Vec<Option<Steps>> = Vec::new();
    let mut results: Vec<Result<ItemId>> = Vec::new();
    for (place, item) in items.iter().enumerate() {
        match plan(mailbox, kind, item, parts.get(place)).await {
            Ok(plan) => {
                steps.push(Some(plan));
                results.push(Ok((&item.reference).into()));
            }
            Err(error) => {
                steps.push(None);
                results.push(Err(error));
            }
        }
    }
    write_properties(mailbox, kind, &mut steps, &mut results).await;
    write_photos(mailbox, &mut steps, &mut results).await;
    write_files(mailbox, &mut steps, &mut results).await;
    write_answers(mailbox, &mut steps, &mut results).await;
    write_occurrences(mailbox, items, &mut steps, &mut results).await;
    results
        .into_iter()
        .map(|result| result.map(Into::into))
        .collect()
}

async fn plan(
    mailbox: &EwsMailbox,
    kind: Kind,
    item: &Update,
    part: Option<&Part>,
) -> Result<Steps> {
    let context = &group::context_of_named(mailbox, item.named.iter()).await;
    reduced::check(kind, &item.target, context)?;
    let changes = match part {
        None => mapping::update_fields(kind, &item.target, &item.changed, context)?,
        Some(part) => mapping::part_changes(part, &item.target, &item.changed, context)?,
    };
    let photo = item.changed.contains(&Key::of(mapping::PHOTO));
    let answer = respond::answer(mailbox, &item.target, &item.changed);
    let stays = |change: &FieldChange| {
        reduced::is_known(change, context) && (answer.is_none() || !respond::is_status(change))
    };
    Ok(Steps {
        group: mapping::is_group(&item.target),
        edits: changes.into_iter().filter(stays).map(edit).collect(),
        answer,
        notify: tell::of_change(mailbox, kind, &item.target, &item.changed),
        photo: photo.then(|| NewPhoto(photo::file(&item.target))),
        files: item
            .changed
            .contains(&Key::of(mapping::FILES))
            .then(|| attachments::files(&item.target).to_vec()),
        occurrence_files: mapping::occurrence_files(kind, &item.target, &item.changed, context),
        occurrences: mapping::occurrence_changes(kind, &item.target, &item.changed, context)?,
    })
}

/// Takes one step of every item that is still well and has it: the items' places and ids as they are now, and the step.
fn take<T>(
    steps: &mut [Option<Steps>],
    results: &[Result<ItemId>],
    step: impl Fn(&mut Steps) -> Option<T>,
) -> Vec<(usize, ItemId, T)> {
    steps
        .iter_mut()
        .zip(results)
        .enumerate()
        .filter_map(|(place, (steps, result))| {
            let id = result.as_ref().ok()?.clone();
            Some((place, id, step(steps.as_mut()?)?))
        })
        .collect()
}

fn put(
    results: &mut [Result<ItemId>],
    places: impl IntoIterator<Item = usize>,
    new: Vec<Result<ItemId>>,
) {
    for (place, new) in places.into_iter().zip(new) {
        if let Some(slot) = results.get_mut(place) {
            *slot = new;
        }
    }
}

async fn write_properties(
    mailbox: &EwsMailbox,
    kind: Kind,
    steps: &mut [Option<Steps>],
    results: &mut [Result<ItemId>],
) {
    for notify in [Notify::Nobody, Notify::Changed, Notify::Everybody] {
        let own = |steps: &mut Steps| {
            let wanted = steps.notify == notify && !steps.edits.is_empty();
            wanted.then(|| (std::mem::take(&mut steps.edits), steps.group))
        };
        let (places, changes): (Vec<usize>, Vec<ItemChange>) = take(steps, results, own)
            .into_iter()
            .map(|(place, id, (edits, group))| {
                (
                    place,
                    ItemChange {
                        target: id.into(),
                        edits,
                        group,
                    },
                )
            })
            .unzip();
        let question = UpdateItem {
            kind,
            items: changes.iter().collect(),
            notify,
        };
        let written = batch::run(&mailbox.client, &mailbox.client.limits().writes, &question).await;
        put(results, places, written);
    }
}

async fn write_answers(
    mailbox: &EwsMailbox,
    steps: &mut [Option<Steps>],
    results: &mut [Result<ItemId>],
) {
    let (places, answers): (Vec<usize>, Vec<(ItemId, Answer)>) =
        take(steps, results, |steps| steps.answer.take())
            .into_iter()
            .map(|(place, id, answer)| (place, (id, answer)))
            .unzip();
    if !answers.is_empty() {
        let written = respond::write(mailbox, answers).await;
        put(results, places, written);
    }
}

async fn write_photos(
    mailbox: &EwsMailbox,
    steps: &mut [Option<Steps>],
    results: &mut [Result<ItemId>],
) {
    let (places, contacts): (Vec<usize>, Vec<_>) = take(steps, results, |steps| steps.photo.take())
        .into_iter()
        .map(|(place, id, NewPhoto(file))| (place, (id, file)))
        .unzip();
    if !contacts.is_empty() {
        let written = photo::replace(mailbox, contacts).await;
        put(results, places, written);
    }
}

async fn write_files(
    mailbox: &EwsMailbox,
    steps: &mut [Option<Steps>],
    results: &mut [Result<ItemId>],
) {
    let (places, items): (Vec<usize>, Vec<_>) = take(steps, results, |steps| steps.files.take())
        .into_iter()
        .map(|(place, id, files)| (place, (id.into(), files)))
        .unzip();
    if !items.is_empty() {
        let written = attachments::replace(mailbox, items).await;
        put(results, places, written);
    }
}

async fn write_occurrences(
    mailbox: &EwsMailbox,
    items: &[Update],
    steps: &mut [Option<Steps>],
    results: &mut [Result<ItemId>],
) {
    verify(mailbox, items, steps, results).await;
    let occurrences = |steps: &mut Steps| {
        let changes = std::mem::take(&mut steps.occurrences);
        let files = std::mem::take(&mut steps.occurrence_files);
        (!changes.is_empty() || !files.is_empty()).then_some((
            changes,
            files,
            steps.notify != Notify::Nobody,
        ))
    };
    let (places, series): (Vec<usize>, Vec<Series>) = take(steps, results, occurrences)
        .into_iter()
        .map(|(place, id, (changes, files, notify))| {
            (
                place,
                Series::new(id, changes).with_files(files).telling(notify),
            )
        })
        .unzip();
    let written = occurrences::write(mailbox, series).await;
    put(results, places, written);
}

/// Deleting an occurrence cannot be made to depend on the series' version, so the version is looked at before, where
/// no write of the series itself has tested it.
async fn verify(
    mailbox: &EwsMailbox,
    items: &[Update],
    steps: &mut [Option<Steps>],
    results: &mut [Result<ItemId>],
) {
    let deletes = |steps: &mut Steps| {
        steps
            .occurrences
            .iter()
            .any(|change| change.action == OccurrenceAction::Delete)
            .then_some(())
    };
    let (places, targets): (Vec<usize>, Vec<Target>) = take(steps, results, deletes)
        .into_iter()
        .filter(|(place, id, ())| {
            items
                .get(*place)
                .is_some_and(|item| id.change_key.as_ref() == Some(&item.reference.version))
        })
        .map(|(place, id, ())| (place, id.into()))
        .unzip();
    if targets.is_empty() {
        return;
    }
    let question = GetItem {
        items: targets.iter().collect(),
        fields: &[],
    };
    let found = batch::run(&mailbox.client, &mailbox.client.limits().reads, &question).await;
    let checked = places
        .iter()
        .zip(found)
        .map(|(place, found)| {
            let now = ItemId::of(&found?)?;
            let known = items.get(*place).map(|item| &item.reference.version);
            if now.change_key.as_ref() == known {
                Ok(now)
            } else {
                Err(changed_meanwhile())
            }
        })
        .collect();
    put(results, places, checked);
}
