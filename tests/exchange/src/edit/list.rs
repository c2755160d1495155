//! Writing distribution lists: the name and the members.

use crate::bag::{Member, Value};
use crate::element::Element;
use crate::failure::Failure;
use crate::id::Id;
use crate::item::{Class, Item};
use crate::keys;
use crate::store::Mailbox;
use crate::view::dictionary::EMAILS;

use super::{Draft, read_only};

impl Draft<'_> {
    pub(super) fn set_of_list(&mut self, element: &Element) -> Result<(), Failure> {
        match element.name.as_str() {
            "Members" => {
                self.bag.remove(&keys::MEMBERS);
                self.append_members(element)
            }
            name => Err(read_only(name)),
        }
    }

    pub(super) fn delete_of_list(&mut self, name: &str) {
        if name == "Members" {
            self.bag.remove(&keys::MEMBERS);
        }
    }

    pub(super) fn append_members(&mut self, element: &Element) -> Result<(), Failure> {
        let mut members = self.bag.members(&keys::MEMBERS).to_vec();
        for member in &element.children {
            members.push(member_of(member)?);
        }
        self.bag.set(keys::MEMBERS, Value::Members(members));
        Ok(())
    }

    /// Takes the member of that key out.
    pub(super) fn delete_member(&mut self, key: &str) -> Result<(), Failure> {
        let mut members = self.bag.members(&keys::MEMBERS).to_vec();
        let before = members.len();
        members.retain(|member| member.key() != key);
        if members.len() == before {
            let text = "The list has no member of that key.";
            return Err(Failure::new("ErrorDistributionListMemberNotExist", text));
        }
        self.bag.set(keys::MEMBERS, Value::Members(members));
        Ok(())
    }

    /// The list is filed under its name; members that are contacts have the name and address of these.
    pub(super) fn finish_list(&mut self, mailbox: &Mailbox) -> Result<(), Failure> {
        let name = self.bag.text(&keys::DISPLAY_NAME).map(str::to_owned);
        self.bag.put_text(keys::FILE_AS, name.as_deref());
        if !self.wrote("Subject") {
            self.bag.put_text(keys::SUBJECT, name.as_deref());
        }
        let mut members = self.bag.members(&keys::MEMBERS).to_vec();
        for member in members.iter_mut().filter(|member| !member.settled) {
            settle(member, mailbox)?;
        }
        if self.bag.get(&keys::MEMBERS).is_some() {
            self.bag.set(keys::MEMBERS, Value::Members(members));
        }
        Ok(())
    }
}

fn member_of(element: &Element) -> Result<Member, Failure> {
    let mailbox = element.get("Mailbox").ok_or_else(invalid)?;
    let text = |name: &str| mailbox.text_of(name).unwrap_or_default().to_owned();
    let id = mailbox.get("ItemId").and_then(|id| id.attr("Id"));
    let member = Member {
        name: text("Name"),
        email: text("EmailAddress"),
        kind: text("MailboxType"),
        item: id.map(str::to_owned),
        settled: false,
    };
    match member.email.is_empty() && member.item.is_none() {
        true => Err(invalid()),
        false => Ok(member),
    }
}

fn invalid() -> Failure {
    let text = "A member of a list needs an address or the id of a contact.";
    Failure::new("ErrorInvalidMailbox", text)
}

/// There is no directory here: who is no contact is known by the address alone.
fn settle(member: &mut Member, mailbox: &Mailbox) -> Result<(), Failure> {
    member.settled = true;
    let Some(id) = &member.item else {
        member.kind = "OneOff".to_owned();
        if member.name.is_empty() {
            member.name = member.email.clone();
        }
        return Ok(());
    };
    let item = match Id::decode(&mailbox.address, id) {
        Some(Id::Item(number)) => mailbox.items.get(&number),
        _ => return Err(Failure::malformed_id()),
    };
    let item = item.ok_or_else(Failure::item_not_found)?;
    member.kind = match item.class {
        Class::Contact => "Contact",
        Class::List => "PrivateDL",
        Class::Event | Class::Task | Class::Message => return Err(invalid()),
    }
    .to_owned();
    let name = item.bag.text(&keys::DISPLAY_NAME);
    let name = name.or_else(|| item.bag.text(&keys::FILE_AS));
    if let Some(name) = name {
        member.name = name.to_owned();
    }
    if member.email.is_empty() {
        member.email = first_address(item).unwrap_or_default();
    }
    match member.email.is_empty() && item.class == Class::Contact {
        true => Err(invalid()),
        false => Ok(()),
    }
}

fn first_address(contact: &Item) -> Option<String> {
    EMAILS
        .iter()
        .find_map(|slot| contact.bag.text(&slot.address))
        .map(str::to_owned)
}
