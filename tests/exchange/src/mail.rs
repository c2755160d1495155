//! Meeting mails: what a real server would send is noted, nothing is sent.

use crate::bag::{Attendee, Bag, Value};
use crate::keys;
use crate::store::Mailbox;

/// What a meeting mail says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub enum Kind {
    /// An invitation or an update of one.
    Request,
    Cancellation,
    Accept,
    Tentative,
    Decline,
}

/// A meeting mail that a real server would have sent.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Mail {
    pub kind: Kind,
    pub subject: String,
    /// Addresses.
    pub to: Vec<String>,
}

impl Mailbox {
    /// Notes a mail about the event of that bag, unless it goes to nobody.
    pub fn send(&mut self, kind: Kind, bag: &Bag, to: Vec<String>) {
        if !to.is_empty() {
            let subject = bag.text(&keys::SUBJECT).unwrap_or_default().to_owned();
            self.mails.push(Mail { kind, subject, to });
        }
    }

    /// Puts the owner among the required attendees, unless invited already.
    pub fn invite_owner(&self, bag: &mut Bag) {
        let invited = |address: &String| address.eq_ignore_ascii_case(&self.address);
        if !addresses(bag).iter().any(invited) {
            let mut required = bag.people(&keys::REQUIRED).to_vec();
            required.push(Attendee {
                name: self.name.clone(),
                email: self.address.clone(),
                ..Attendee::default()
            });
            bag.set(keys::REQUIRED, Value::People(required));
        }
    }

    /// How many people got a mail, counting each mail.
    pub fn mails_sent(&self) -> u64 {
        self.mails.iter().map(|mail| mail.to.len() as u64).sum()
    }
}

/// Whether the mailbox's owner is the organizer: of everything but what was received.
pub fn is_organizer(bag: &Bag) -> bool {
    bag.int(&keys::STATE).unwrap_or(0) & 2 == 0
}

/// Everybody invited, in order of their role.
pub fn invited(bag: &Bag) -> impl Iterator<Item = &Attendee> {
    [keys::REQUIRED, keys::OPTIONAL, keys::RESOURCES]
        .map(|key| bag.people(&key))
        .into_iter()
        .flatten()
}

/// The addresses of all who are invited.
pub fn addresses(bag: &Bag) -> Vec<String> {
    invited(bag).map(|person| person.email.clone()).collect()
}

/// The addresses invited by the first bag that the second does not invite.
pub fn missing(from: &Bag, other: &Bag) -> Vec<String> {
    let there = addresses(other);
    let mut all = addresses(from);
    all.retain(|one| !there.iter().any(|other| other.eq_ignore_ascii_case(one)));
    all
}
