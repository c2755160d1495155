//! Distribution lists: people by address and contacts of the mailbox.

use super::dice::Dice;
use super::people::person_of;
use super::{stamp, text};
use crate::bag::{Member, Value};
use crate::id::Id;
use crate::item::{Class, Item};
use crate::keys;
use crate::store::Mailbox;

const NAMES: [&str; 4] = ["Choir", "Project Sample", "Neighbours", "Équipe Exemple"];

/// A list of two addresses and of those of these contacts (their numbers) that have one.
pub fn list(mailbox: &Mailbox, contacts: &[u64], number: usize, dice: &mut Dice) -> Item {
    let mut item = Item::new(Class::List);
    let name = format!("{} {number}", NAMES[number / 50 % NAMES.len()]);
    for key in [keys::DISPLAY_NAME, keys::FILE_AS, keys::SUBJECT] {
        text(&mut item.bag, key, name.clone());
    }
    let by_address = (1..=2).map(|at| {
        let person = person_of(number + at * 7);
        Member {
            name: person.full_name(),
            email: person.email(number + at * 7, "example.com"),
            kind: "OneOff".to_owned(),
            item: None,
            settled: true,
        }
    });
    let by_contact = contacts.iter().filter_map(|contact| {
        let bag = &mailbox.items.get(contact)?.bag;
        Some(Member {
            name: bag.text(&keys::DISPLAY_NAME)?.to_owned(),
            email: bag.text(&keys::EMAIL_1)?.to_owned(),
            kind: "Contact".to_owned(),
            item: Some(Id::Item(*contact).encode(&mailbox.address)),
            settled: true,
        })
    });
    let members = by_address.chain(by_contact).collect();
    item.bag.set(keys::MEMBERS, Value::Members(members));
    stamp(&mut item, dice);
    item
}
