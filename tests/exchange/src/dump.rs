//! A mailbox as JSON, for tests in other languages that look behind the protocol.

use crate::bag::{Bag, Value};
use crate::item::{Attachment, Content, Item};
use crate::keys;
use crate::store::Mailbox;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

/// The whole mailbox: `folders`, `items` and `associated`, both of the latter as [`item`] has them.
pub fn mailbox(mailbox: &Mailbox) -> Json {
    let folders = mailbox.folders.values().map(|folder| {
        json!({
            "name": folder.name,
            "class": folder.class,
            "distinguished": folder.distinguished,
            "items": folder.items.len(),
            "entry_id": STANDARD.encode(mailbox.entry_id(folder.number)),
        })
    });
    let items = |associated: bool| {
        let wanted = mailbox
            .items
            .values()
            .filter(move |item| item.associated == associated);
        wanted.map(|each| item(mailbox, each)).collect::<Vec<_>>()
    };
    json!({
        "address": mailbox.address,
        "mails_sent": mailbox.mails_sent(),
        "mails": mailbox.mails,
        "category_list": mailbox.category_list,
        "folders": folders.collect::<Vec<_>>(),
        "items": items(false),
        "associated": items(true),
    })
}

/// An item: `folder` (its name), `class` (its element), `properties` by the names that [`crate::bag::Key`] displays,
/// `rrule`, `exceptions` (by index, each with its own properties), `deleted` (indexes) and `attachments`.
pub fn item(mailbox: &Mailbox, item: &Item) -> Json {
    let folder = mailbox.folders.get(&item.folder);
    let exceptions = item.exceptions.iter().map(|(index, exception)| {
        let value = json!({
            "original_start": item.original_start(*index).map(|start| start.to_rfc3339()),
            "properties": properties(&exception.changes),
            "attachments": attachments(&exception.attachments),
        });
        (index.to_string(), value)
    });
    let rrule = item
        .recurrence
        .as_ref()
        .map(|recurrence| recurrence.to_rrule(|end| end.format("%Y%m%d").to_string()));
    json!({
        "number": item.number,
        "version": item.version,
        "folder": folder.map(|folder| folder.name.as_str()),
        "class": item.class.element(),
        "uid": item.bag.binary(&keys::CLEAN_GLOBAL_ID).map(crate::global_id::to_uid),
        "properties": properties(&item.bag),
        "rrule": rrule,
        "exceptions": exceptions.collect::<Map<_, _>>(),
        "deleted": item.deleted,
        "attachments": attachments(&item.attachments),
    })
}

fn properties(bag: &Bag) -> Json {
    let each = bag
        .iter()
        .map(|(key, value)| (key.to_string(), json_of(value)));
    Json::Object(each.collect())
}

/// Times as RFC 3339, binaries as base64.
fn json_of(value: &Value) -> Json {
    match value {
        Value::Bool(flag) => json!(flag),
        Value::Int(number) => json!(number),
        Value::Long(number) => json!(number),
        Value::Double(number) => json!(number),
        Value::Text(text) => json!(text),
        Value::Time(time) => json!(time.format("%Y-%m-%dT%H:%M:%SZ").to_string()),
        Value::Binary(bytes) => json!(STANDARD.encode(bytes)),
        Value::Texts(texts) => json!(texts),
        Value::People(people) => json!(people),
        Value::Members(members) => json!(members),
    }
}

fn attachments(attachments: &[Attachment]) -> Json {
    let each = attachments.iter().map(|attachment| {
        json!({
            "name": attachment.name,
            "content_type": attachment.content_type,
            "content_id": attachment.content_id,
            "inline": attachment.inline,
            "contact_photo": attachment.contact_photo,
            "size": attachment.size(),
            "content": match &attachment.content {
                Content::File(bytes) => json!(STANDARD.encode(bytes)),
                Content::Link(link) => json!(link.iter().cloned().collect::<BTreeMap<_, _>>()),
                Content::Item(item) => json!(item.bag.text(&keys::SUBJECT)),
            },
        })
    });
    Json::Array(each.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::{Seed, seed};

    #[test]
    fn shows_what_a_mailbox_holds() {
        let mut anna = Mailbox::new("anna@example.org");
        seed(
            &mut anna,
            &Seed {
                contacts: 7,
                events: 14,
                tasks: 1,
                calendars: 0,
                seed: 1,
            },
        );
        let dump = mailbox(&anna);
        let items = dump["items"].as_array().unwrap();
        assert_eq!(items.len(), 22);
        let associated = dump["associated"].as_array().unwrap();
        assert!(
            associated
                .iter()
                .all(|item| item["folder"] == "Common Views")
        );
        assert_eq!(items[0]["folder"], "Contacts");
        assert_eq!(items[0]["class"], "Contact");
        assert_eq!(items[0]["properties"]["0x3a06"], "Anna");
        assert_eq!(items[0]["attachments"][0]["contact_photo"], true);
        let series = items
            .iter()
            .find(|item| item["rrule"] == "FREQ=DAILY;COUNT=4");
        assert_eq!(series.unwrap()["class"], "CalendarItem");
        let changed = items
            .iter()
            .find(|item| item["deleted"] == json!([2]))
            .unwrap();
        assert!(changed["exceptions"]["3"]["properties"]["Appointment/0x820d"].is_string());
    }
}
