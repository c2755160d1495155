//! A mailbox as a person's years leave it: deterministic, so that tests, benchmarks and the demo can count on it.
//!
//! All people and companies are fictional and live at example.org and example.com. The variety is a matter of the
//! running number and not of chance, so that any few dozen items have a bit of everything.

mod attached;
mod contacts;
mod dice;
mod events;
mod lists;
mod pane;
mod people;
mod photo;
mod series;
mod tasks;
#[cfg(test)]
mod tests;
mod words;

use crate::bag::{Bag, Key, Value};
use crate::item::Item;
use crate::keys;
use crate::mail;
use crate::page;
use crate::store::Mailbox;
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use dice::Dice;

/// How much to put into the default folders, and the number that decides the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seed {
    /// Lists of contacts among them.
    pub contacts: usize,
    pub events: usize,
    pub tasks: usize,
    /// Beside the default one, with nothing in them.
    pub calendars: usize,
    pub seed: u64,
}

impl Default for Seed {
    /// A person after a few years.
    fn default() -> Self {
        Self {
            contacts: 300,
            events: 400,
            tasks: 60,
            calendars: 0,
            seed: 1,
        }
    }
}

/// Fills the default folders of a mailbox and arranges the navigation pane. The same seed gives the same items in the same order.
pub fn seed(mailbox: &mut Mailbox, seed: &Seed) {
    let mut dice = Dice::new(seed.seed);
    let folder = |mailbox: &Mailbox, name: &str| mailbox.distinguished(name).unwrap_or_default();
    let contacts = folder(mailbox, "contacts");
    let mut known: Vec<u64> = Vec::new();
    for number in 0..seed.contacts {
        // Every fiftieth is a list of the three before it and others.
        let item = match known.as_slice() {
            [.., a, b, c] if number % 50 == 49 => {
                lists::list(mailbox, &[*a, *b, *c], number, &mut dice)
            }
            _ => contacts::contact(number, &mut dice),
        };
        known.push(mailbox.add(contacts, item));
    }
    let calendar = folder(mailbox, "calendar");
    for number in 0..seed.events {
        let mut event = events::event(number, &mut dice);
        if !mail::is_organizer(&event.bag) {
            mailbox.invite_owner(&mut event.bag);
        }
        mailbox.add(calendar, event);
    }
    let tasks = folder(mailbox, "tasks");
    for number in 0..seed.tasks {
        mailbox.add(tasks, tasks::task(number, &mut dice));
    }
    mailbox.category_list = words::category_list();
    // Chance of its own: how many calendars there are changes nothing else.
    let mut dice = Dice::new(seed.seed ^ 0x636f_6c6f_7572);
    pane::arrange(mailbox, seed.calendars, &mut dice);
}

/// The day around which the mailbox lives. It is fixed, as all else here.
const TODAY: NaiveDate = NaiveDate::from_ymd_opt(2026, 1, 5).unwrap();

fn midnight(date: NaiveDate) -> DateTime<Utc> {
    date.and_time(NaiveTime::MIN).and_utc()
}

fn text(bag: &mut Bag, key: Key, text: impl Into<String>) {
    bag.set(key, Value::Text(text.into()));
}

/// The times of creation and last change: some time before today.
fn stamp(item: &mut Item, dice: &mut Dice) {
    let created = midnight(TODAY) - TimeDelta::seconds(dice.within(3_600, 80_000_000));
    let age = (midnight(TODAY) - created).num_seconds();
    item.bag.set(keys::CREATED, Value::Time(created));
    item.bag.set(
        keys::MODIFIED,
        Value::Time(created + TimeDelta::seconds(dice.within(0, age))),
    );
}

/// Body, sensitivity, importance and categories, which all kinds have in common.
fn common(item: &mut Item, number: usize, dice: &mut Dice) {
    let bag = &mut item.bag;
    match words::note(number, dice) {
        words::Note::None => {}
        words::Note::Plain(note) => text(bag, keys::BODY_TEXT, note),
        words::Note::Html(note) => text(bag, keys::BODY_HTML, page::rewritten(&note)),
    }
    let sensitivity = [0, 0, 0, 0, 2, 0, 0, 3, 0, 0, 1][number % 11];
    bag.set(keys::SENSITIVITY, Value::Int(sensitivity));
    bag.set(keys::PRIVATE, Value::Bool(sensitivity >= 2));
    bag.set(
        keys::IMPORTANCE,
        Value::Int([1, 1, 1, 2, 1, 1, 0][number % 7]),
    );
    let categories = words::categories(number);
    if !categories.is_empty() {
        bag.set(keys::CATEGORIES, Value::Texts(categories));
    }
}
