use super::element::{extended, leaf, node, set, with};
use super::plain::entry;
use crate::error::Result;
use crate::ews::{Element, FieldPath, PropertySet, PropertyType};
use crate::mapping::remote::FieldChange;
use crate::mapping::row::Place;
use crate::mapping::scope::Scope;
use crate::mapping::text;
use crate::model::{Record, Value};

/// One of the three e-mail addresses, with the name it is shown by where that is one of its own: Outlook shows
/// `Ada Example (ada@example.org)` by itself, other programs the address or the name of the contact.
pub struct Email {
    pub key: &'static str,
    /// The named property of the address as it was typed (MS-OXOCNTC 2.2.1.2.5). For a person in the same organisation
    /// the address is a name in its directory, and this is what mail can be sent to from outside.
    pub typed: u16,
}

impl Email {
    const fn typed(&self) -> FieldPath {
        FieldPath::Id(PropertySet::Address, self.typed, PropertyType::String)
    }

    const fn path(&self) -> FieldPath {
        FieldPath::Indexed("contacts:EmailAddress", self.key)
    }

    fn address(&self, item: &Element, entry: &Element) -> Option<String> {
        let address = text::line(&entry.text)?;
        if entry.attribute("RoutingType") != Some("EX") {
            return Some(address);
        }
        let typed = extended(item, self.typed()).and_then(text::line);
        typed.filter(|typed| typed.contains('@')).or(Some(address))
    }
}

impl Place for Email {
    fn paths(&self) -> Vec<FieldPath> {
        vec![self.path(), self.typed()]
    }

    fn read(&self, item: &Element, _: &mut Scope) -> Result<Option<Value>> {
        let Some(entry) = entry(item, "EmailAddresses", self.key) else {
            return Ok(None);
        };
        let Some(address) = self.address(item, entry) else {
            return Ok(None);
        };
        let contact = item.child_text("DisplayName").and_then(text::line);
        let name = entry.attribute("Name").and_then(text::line);
        let name = name.filter(|name| {
            *name != address
                && *name != entry.text
                && !name.ends_with(')')
                && Some(name) != contact.as_ref()
        });
        Ok(Some(Value::Text(text::mailbox(name.as_deref(), &address))))
    }

    fn write(&self, value: Option<&Value>, _: &Record, _: &mut Scope) -> Result<Vec<FieldChange>> {
        let Some(Value::Text(mailbox)) = value else {
            return Ok(vec![FieldChange::Delete(self.path())]);
        };
        let (name, address) = text::name_and_address(mailbox);
        let mut entry = with(leaf("Entry", address), "Key", self.key);
        if let Some(name) = name {
            entry = with(entry, "Name", name);
        }
        Ok(vec![set(self.path(), node("EmailAddresses", vec![entry]))])
    }
}
