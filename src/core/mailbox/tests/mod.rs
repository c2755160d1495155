//! The steps of writing against the stand-in, without the mapping: hand-made items.

mod creates;
mod photos;
mod series;

use super::EwsMailbox;
use super::create::create_items;
use crate::client::{Clients, Options};
use crate::engine::Mailbox as _;
use crate::ews::{Element, FolderId, ItemId, NewItem};
use crate::mapping::{Context, KEY};
use crate::model::Kind;
use chrono::NaiveDate;
use exchange_standin::Standin;
use std::time::Duration;

async fn standin() -> Standin {
    Standin::builder()
        .mailbox("anna@example.org", "secret")
        .start()
        .await
        .unwrap()
}

fn mailbox(standin: &Standin) -> EwsMailbox {
    let options = Options {
        back_off: Duration::from_millis(20),
        ..Options::new(standin.url(), "anna@example.org", "secret")
    };
    EwsMailbox::new(
        Clients::default().get(&options).unwrap(),
        Context::new(
            chrono_tz::Europe::Berlin,
            NaiveDate::from_ymd_opt(2026, 1, 1).unwrap(),
        ),
    )
}

async fn folder(mailbox: &EwsMailbox, kind: Kind) -> FolderId {
    let folders = mailbox.folders().await.unwrap();
    FolderId::Id(
        folders
            .into_iter()
            .find(|folder| folder.default && folder.kind == kind)
            .unwrap()
            .id,
    )
}

fn leaf(name: &str, text: &str) -> Element {
    Element {
        name: name.to_owned(),
        text: text.to_owned(),
        ..Element::default()
    }
}

fn tree(name: &str, children: Vec<Element>) -> Element {
    Element {
        name: name.to_owned(),
        children,
        ..Element::default()
    }
}

fn key(key: &str) -> Element {
    tree("ExtendedProperty", vec![KEY.element(), leaf("Value", key)])
}

fn contact(number: usize) -> NewItem {
    NewItem {
        content: vec![
            key(&format!("k{number}")),
            leaf("GivenName", &format!("Ada {number}")),
        ],
        attachments: Vec::new(),
        group: false,
    }
}

async fn create(
    mailbox: &EwsMailbox,
    kind: Kind,
    new: &[NewItem],
) -> Vec<crate::error::Result<ItemId>> {
    let folder = folder(mailbox, kind).await;
    let keys: Vec<String> = (0..new.len()).map(|number| format!("k{number}")).collect();
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    create_items(mailbox, kind, &folder, &keys, new, false).await
}

fn contacts_stored(standin: &Standin) -> usize {
    standin.mailbox(|mailbox| {
        let folder = mailbox.distinguished("contacts").unwrap();
        mailbox.items_in(folder).count()
    })
}
