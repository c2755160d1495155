//! Creating must never double an item, whatever the server does with the request.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may fail"
)]

mod script;

use chrono_tz::Europe::Berlin;
use exchange_core::client::{Clients, Options};
use exchange_core::engine::{Create, Mailbox as _, RemoteRef};
use exchange_core::error::{ErrorKind, Result};
use exchange_core::ews::Element;
use exchange_core::mailbox::EwsMailbox;
use exchange_core::mapping::Context;
use exchange_core::model::{Key, Kind, Record, Value};
use script::{Reply, Script, Seen, fault, messages};
use std::collections::HashSet;
use std::sync::{Arc, Mutex};

/// A folder that keeps the keys of its items, in the order of their creation.
#[derive(Clone, Default)]
struct Store(Arc<Mutex<Vec<String>>>);

impl Store {
    /// Applies the first items of a request to create: as many as `most`.
    fn apply(&self, seen: &Seen, most: usize) {
        let items = &seen.body.child("Items").unwrap().children;
        self.0
            .lock()
            .unwrap()
            .extend(items.iter().take(most).map(key_of));
    }

    fn created(&self, seen: &Seen) -> Reply {
        let items = &seen.body.child("Items").unwrap().children;
        self.apply(seen, items.len());
        let contents: Vec<String> = items
            .iter()
            .map(|item| {
                format!(
                    "<m:Items><t:Task><t:ItemId Id='{}' ChangeKey='1'/></t:Task></m:Items>",
                    key_of(item)
                )
            })
            .collect();
        let all: Vec<(&str, &str)> = contents
            .iter()
            .map(|content| ("NoError", content.as_str()))
            .collect();
        messages("CreateItem", &all)
    }

    /// Answers a search for keys.
    fn found(&self, seen: &Seen) -> Reply {
        let conditions = &seen.body.at(&["Restriction", "Or"]).unwrap().children;
        let keys = self.0.lock().unwrap();
        let items: String = conditions
            .iter()
            .map(|condition| condition.at(&["FieldURIOrConstant", "Constant"]).unwrap().attribute("Value").unwrap())
            .filter(|key| keys.iter().any(|stored| stored == key))
            .map(|key| {
                format!(
                    "<t:Task><t:ItemId Id='{key}' ChangeKey='1'/><t:ExtendedProperty><t:Value>{key}</t:Value>
                    </t:ExtendedProperty></t:Task>"
                )
            })
            .collect::<Vec<_>>()
            .concat();
        messages(
            "FindItem",
            &[(
                "NoError",
                &format!("<m:RootFolder><t:Items>{items}</t:Items></m:RootFolder>"),
            )],
        )
    }

    fn check(&self, results: &[Result<RemoteRef>]) {
        let keys = self.0.lock().unwrap();
        let unique: HashSet<&String> = keys.iter().collect();
        assert_eq!(unique.len(), keys.len(), "nothing is doubled");
        for (number, result) in results.iter().enumerate() {
            assert_eq!(result.as_ref().unwrap().id, format!("k{number}"));
        }
        assert_eq!(keys.len(), results.len());
    }
}

fn key_of(item: &Element) -> String {
    item.children
        .iter()
        .find(|child| {
            let path = child
                .child("ExtendedFieldURI")
                .and_then(|path| path.attribute("PropertyName"));
            path == Some("integration_exchange.key")
        })
        .and_then(|property| property.child_text("Value"))
        .unwrap()
        .to_owned()
}

async fn create(script: &Script, count: usize) -> Vec<Result<RemoteRef>> {
    let client = Clients::default()
        .get(&Options::new(script.url(), "anna@example.org", "secret"))
        .unwrap();
    let items: Vec<Create> = (0..count)
        .map(|number| Create {
            key: format!("k{number}"),
            uid: format!("u{number}"),
            record: Record::from_iter([(Key::of("summary"), Value::text("A task"))]),
            named: Vec::new(),
        })
        .collect();
    EwsMailbox::new(
        client,
        Context::new(Berlin, chrono::NaiveDate::from_ymd_opt(2026, 1, 1).unwrap()),
    )
    .create(Kind::Task, "folder", &items)
    .await
}

fn size(seen: &Seen) -> usize {
    seen.body
        .child("Items")
        .map_or(0, |items| items.children.len())
}

/// The server gives up on large requests as a whole: before it applied anything, in the middle, or at the end.
#[tokio::test]
async fn requests_that_the_server_gives_up_on_are_sent_on_in_parts() {
    for applied in [0, 13, usize::MAX] {
        let store = Store::default();
        let server = store.clone();
        let script = Script::start(move |seen| match seen.operation.as_str() {
            "FindItem" => server.found(seen),
            _ if size(seen) > 20 => {
                server.apply(seen, applied);
                fault("ErrorTimeoutExpired", "")
            }
            _ => server.created(seen),
        })
        .await;
        store.check(&create(&script, 130).await);
        assert!(script.count() <= 30, "{applied}: {}", script.count());
    }
}

#[tokio::test]
async fn one_item_that_spoils_every_request_is_set_aside() {
    for code in [
        "ErrorInternalServerError",
        "ErrorTimeoutExpired",
        "ErrorSchemaValidation",
    ] {
        let store = Store::default();
        let server = store.clone();
        let script = Script::start(move |seen| {
            if seen.operation == "FindItem" {
                return server.found(seen);
            }
            let items = &seen.body.child("Items").unwrap().children;
            if items.iter().any(|item| key_of(item) == "k7") {
                return fault(code, "");
            }
            server.created(seen)
        })
        .await;
        let mut results = create(&script, 130).await;
        let poisoned = results.remove(7).unwrap_err();
        assert_eq!(poisoned.kind(), ErrorKind::Item, "{code}: {poisoned:?}");
        assert!(
            results.iter().all(Result::is_ok),
            "{code}: {:?}",
            results.iter().find(|result| result.is_err())
        );
        let keys = store.0.lock().unwrap();
        assert_eq!(keys.len(), 129, "{code}");
        assert_eq!(keys.iter().collect::<HashSet<_>>().len(), 129, "{code}");
        assert!(script.count() <= 60, "{code}: {}", script.count());
    }
}

#[tokio::test]
async fn a_request_whose_answer_is_lost_is_settled_by_its_keys() {
    for lost in [
        || Reply::Hangup,
        || Reply::Raw(b"HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n<s:Env".to_vec()),
    ] {
        let store = Store::default();
        let server = store.clone();
        let script = Script::start(move |seen| {
            if seen.operation == "FindItem" {
                return server.found(seen);
            }
            server.apply(seen, usize::MAX);
            lost()
        })
        .await;
        store.check(&create(&script, 60).await);
    }
}

/// It may still be on its way: the next cycle looks for it.
#[tokio::test]
async fn what_is_not_found_is_not_sent_again() {
    let store = Store::default();
    let script = Script::start(move |seen| match seen.operation.as_str() {
        "FindItem" => store.found(seen),
        _ => Reply::Hangup,
    })
    .await;
    for result in create(&script, 3).await {
        assert_eq!(result.unwrap_err().kind(), ErrorKind::Unreachable);
    }
    assert_eq!(
        script
            .seen()
            .iter()
            .filter(|seen| seen.operation == "CreateItem")
            .count(),
        1
    );
}

#[tokio::test]
async fn a_server_that_gives_up_on_everything_is_left_alone() {
    let store = Store::default();
    let script = Script::start(move |seen| match seen.operation.as_str() {
        "FindItem" => store.found(seen),
        _ => fault("ErrorTimeoutExpired", ""),
    })
    .await;
    for result in create(&script, 100).await {
        assert_eq!(result.unwrap_err().kind(), ErrorKind::Temporary);
    }
    assert!(script.count() <= 40, "{}", script.count());
}
