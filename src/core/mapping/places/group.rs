use super::element::{extended, leaf, node, set, set_extended, with};
use crate::error::Result;
use crate::ews::{Element, FieldPath, PropertySet, PropertyType};
use crate::mapping::Acquaintance;
use crate::mapping::remote::FieldChange;
use crate::mapping::row::Place;
use crate::mapping::scope::Scope;
use crate::mapping::slots::is_address;
use crate::mapping::text;
use crate::model::{Record, Value};

/// That an item is a distribution list: which element it is. It is so from its creation on.
pub struct Group;

/// The members of a distribution list (MS-OXWSDLIST 2.2.4.3). Exchange knows addresses and items; the UIDs that other
/// address books name members by are kept in a named property of ours, each with the address it
/// stands for after a tab.
pub struct Members;

const LIST: FieldPath = FieldPath::Field("distributionlist:Members");
const UIDS: FieldPath = FieldPath::Named(
    PropertySet::PublicStrings,
    "integration_exchange.members",
    PropertyType::String,
);
const URN: &str = "urn:uuid:";

impl Group {
    pub fn is(item: &Element) -> bool {
        item.name == "DistributionList"
    }
}

impl Place for Group {
    fn paths(&self) -> Vec<FieldPath> {
        Vec::new()
    }

    fn read(&self, item: &Element, _: &mut Scope) -> Result<Option<Value>> {
        Ok(Self::is(item).then_some(Value::Bool(true)))
    }

    fn write(&self, _: Option<&Value>, _: &Record, _: &mut Scope) -> Result<Vec<FieldChange>> {
        Ok(Vec::new())
    }
}

/// The UID that a member is named by.
pub fn uid_of(member: &str) -> Option<&str> {
    if is_address(member) {
        return None;
    }
    let urn = member
        .get(..URN.len())
        .filter(|urn| urn.eq_ignore_ascii_case(URN));
    member.get(urn.map_or(0, str::len)..)
}

/// A card as a member: what [`uid_of`] takes the UID from.
fn urn_of(uid: &str) -> String {
    if uid.starts_with("urn:") {
        uid.to_owned()
    } else {
        format!("{URN}{uid}")
    }
}

/// The item of a member that is a contact, or another group.
pub fn item_of(member: &Element) -> Option<&str> {
    member.at(&["Mailbox", "ItemId"])?.attribute("Id")
}

/// The members as Exchange lists them.
pub fn listed(item: &Element) -> &[Element] {
    item.child("Members").map_or(&[], |list| &list.children)
}

impl Members {
    fn read_one(member: &Element, uids: &[(&str, &str)], scope: &mut Scope) -> Option<String> {
        let item = item_of(member);
        let mut known = scope.context.contacts.iter();
        if let Some(known) = known.find(|known| item == Some(known.id.as_str())) {
            return Some(urn_of(&known.uid));
        }
        let mailbox = member.child("Mailbox")?;
        let address = mailbox.child_text("EmailAddress").and_then(text::line);
        let Some(address) = address.filter(|address| is_address(address)) else {
            scope.lose(
                "members",
                "Some members have no address that works outside of Exchange; they are shown there only.",
            );
            return None;
        };
        let mut uids = uids.iter();
        if let Some((urn, _)) = uids.find(|(_, known)| known.eq_ignore_ascii_case(&address)) {
            return Some((*urn).to_owned());
        }
        let name = mailbox.child_text("Name").and_then(text::line);
        let name = name.filter(|name| *name != address && !name.ends_with(')'));
        Some(text::mailbox(name.as_deref(), &address))
    }
}

impl Place for Members {
    fn paths(&self) -> Vec<FieldPath> {
        vec![LIST, UIDS]
    }

    fn read(&self, item: &Element, scope: &mut Scope) -> Result<Option<Value>> {
        let stored = extended(item, UIDS).unwrap_or_default();
        let stored: Vec<(&str, &str)> = stored
            .lines()
            .map(|line| line.split_once('\t').unwrap_or((line, "")))
            .collect();
        let mut members: Vec<String> = listed(item)
            .iter()
            .filter_map(|member| Self::read_one(member, &stored, scope))
            .collect();
        let unknown: Vec<&str> = stored
            .iter()
            .filter(|(_, address)| address.is_empty())
            .map(|(urn, _)| *urn)
            .collect();
        if !unknown.is_empty() {
            scope.lose(
                "members",
                format!(
                    "Exchange does not show {} of the members: it has no such contact in this folder, or none with an e-mail address.",
                    unknown.len()
                ),
            );
        }
        members.extend(unknown.into_iter().map(str::to_owned));
        Ok(match Value::list(members) {
            Value::List(members) if members.is_empty() => None,
            members => Some(members),
        })
    }

    fn write(
        &self,
        value: Option<&Value>,
        _: &Record,
        scope: &mut Scope,
    ) -> Result<Vec<FieldChange>> {
        let members = match value {
            Some(Value::List(members)) => members.as_slice(),
            _ => &[],
        };
        let mut list = Vec::new();
        let mut uids: Vec<String> = Vec::new();
        for member in members {
            let Some(uid) = uid_of(member) else {
                list.push(by_address(member));
                continue;
            };
            match scope.context.contacts.iter().find(|known| known.is(uid)) {
                Some(known) if known.group || known.address.is_some() => {
                    list.push(by_item(known));
                    let address = known
                        .address
                        .iter()
                        .map(|address| format!("{member}\t{address}"));
                    uids.extend(address);
                }
                _ => uids.push(member.clone()),
            }
        }
        let list = if list.is_empty() {
            FieldChange::Delete(LIST)
        } else {
            set(LIST, node("Members", list))
        };
        let uids = if uids.is_empty() {
            FieldChange::Delete(UIDS)
        } else {
            set_extended(UIDS, uids.join("\n"))
        };
        Ok(vec![list, uids])
    }
}

fn member(mailbox: Vec<Element>) -> Element {
    node("Member", vec![node("Mailbox", mailbox)])
}

fn by_address(mailbox: &str) -> Element {
    let (name, address) = text::name_and_address(mailbox);
    member(vec![
        leaf("Name", name.unwrap_or(address)),
        leaf("EmailAddress", address),
        leaf("RoutingType", "SMTP"),
    ])
}

fn by_item(known: &Acquaintance) -> Element {
    let mut mailbox = Vec::new();
    if let Some(address) = &known.address {
        mailbox.push(leaf("EmailAddress", address));
        mailbox.push(leaf("RoutingType", "SMTP"));
    }
    let kind = if known.group { "PrivateDL" } else { "Contact" };
    mailbox.push(leaf("MailboxType", kind));
    mailbox.push(with(node("ItemId", Vec::new()), "Id", &known.id));
    member(mailbox)
}
