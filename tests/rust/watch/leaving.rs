//! Who is not watched any more.

use crate::scene::{ANNA, BEN, CLEO, PACE, PATIENCE, SERVICE, Scene, mailboxes, until};
use async_trait::async_trait;
use exchange_core::client::{Credentials, Options, Token, Tokens};
use exchange_core::error::{Error, ErrorKind, Result};
use exchange_core::watch::State;
use exchange_standin::fault::{Fault, Kind};
use exchange_standin::id::Id;
use exchange_standin::remote;
use reqwest::header::AUTHORIZATION;
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::SystemTime;
use tokio::time::timeout;

#[tokio::test]
async fn who_is_not_watched_any_more_has_no_subscription() {
    let mut scene = Scene::new().await;
    scene.watch(1, ANNA, false).await;
    scene.expect(1, State::Live, true).await;
    scene.watches.unwatch(1);
    let hub = scene.standin.notifications();
    until(|| hub.figures(None).subscriptions == 0 && hub.figures(None).streams == 0).await;
    scene.change(ANNA);
    scene.watch(2, BEN, false).await;
    scene.expect(2, State::Live, true).await;
    scene.expect_nothing();
}

#[tokio::test]
async fn who_leaves_a_group_leaves_no_subscription() {
    let mut scene = Scene::new().await;
    for (id, person) in [(1, ANNA), (2, BEN)] {
        scene.watch(id, person, true).await;
    }
    for id in [1, 2] {
        scene.expect(id, State::Live, true).await;
    }
    scene.watches.unwatch(2);
    scene.change(ANNA);
    scene.expect_change(1).await;
    // Ended while the stream reads it, it would end the stream.
    let hub = scene.standin.notifications();
    assert_eq!(hub.figures(Some(BEN)).streaming, 1);
    scene.post("close", json!({})).await;
    until(|| hub.figures(Some(BEN)).subscriptions == 0).await;
    scene.change(ANNA);
    scene.expect_change(1).await;
    scene.expect_nothing();
    assert_eq!(scene.standin.calls().count("Subscribe"), 2);
}

/// Knows tokens as long as there is an account to ask for them.
#[derive(Default)]
struct Account {
    gone: AtomicBool,
}

#[async_trait]
impl Tokens for Account {
    async fn fresh(&self, _: &Token) -> Result<Token> {
        if self.gone.load(Ordering::SeqCst) {
            return Err(Error::new(ErrorKind::Host, "The account is gone."));
        }
        Ok(token())
    }
}

/// One that has to be renewed whenever it is used.
fn token() -> Token {
    Token::new("valid", Some(SystemTime::now()), "service")
}

#[tokio::test]
async fn who_leaves_a_group_is_not_asked_for_its_tokens() {
    let tokens = mailboxes()
        .front(AUTHORIZATION)
        .name("bearer valid", SERVICE);
    let mut scene = Scene::at(tokens, PACE).await;
    let accounts: [Arc<Account>; 2] = Default::default();
    for (id, person, account) in [(1, ANNA, &accounts[0]), (2, BEN, &accounts[1])] {
        let options = Options {
            credentials: Credentials::Bearer(token()),
            ..scene.options(person, true)
        };
        let client = scene.clients.get(&options).unwrap();
        let folder = scene
            .standin
            .mailbox_of(person, |mailbox| {
                let contacts = remote::folder_named(mailbox, "contacts").unwrap();
                Id::Folder(contacts).encode(&mailbox.address)
            })
            .unwrap();
        scene.watches.watch(
            id,
            &options,
            client.with_tokens(account.clone()),
            vec![folder],
        );
        scene.expect(id, State::Live, true).await;
    }
    scene.watches.unwatch(1);
    accounts[0].gone.store(true, Ordering::SeqCst);
    scene.post("close", json!({})).await;
    scene.change(BEN);
    scene.expect_change(2).await;
    scene.expect_nothing();
}

#[tokio::test]
async fn when_all_ends_nobody_has_a_subscription() {
    let mut scene = Scene::new().await;
    for (id, person, by_service) in [(1, ANNA, true), (2, BEN, true), (3, CLEO, false)] {
        scene.watch(id, person, by_service).await;
        scene.expect(id, State::Live, true).await;
    }
    // One that is under way may make another one.
    let slow = Fault::once(Kind::Slow { ms: 300 }).on("Subscribe");
    scene.standin.faults().add(slow);
    scene.watch(4, SERVICE, false).await;
    until(|| scene.standin.faults().pending().is_empty()).await;
    timeout(PATIENCE, scene.watches.end()).await.unwrap();
    let figures = scene.standin.notifications().figures(None);
    assert_eq!((figures.subscriptions, figures.streams), (0, 0));
    assert_eq!(scene.standin.calls().count("Unsubscribe"), 4);
    assert_eq!(scene.standin.violations(), Vec::<String>::new());
}

#[tokio::test]
async fn the_end_of_many_is_asked_for_at_the_same_time() {
    const MANY: i64 = 40;
    let crowd = mailboxes().crowd(40, "person{n}@example.org", "secret");
    let mut scene = Scene::at(crowd, PACE).await;
    for id in 1..=MANY {
        let person = format!("person{id}@example.org");
        scene.watch(id, &person, false).await;
        scene.expect(id, State::Live, true).await;
    }
    let calls = scene.standin.calls();
    let slow = Fault::always(Kind::Slow { ms: 200 }).on("Unsubscribe");
    scene.standin.faults().add(slow);
    // An open stream is none of the calls that are counted from now on.
    scene.post("cut", json!({})).await;
    until(|| calls.open() == 0).await;
    calls.reset();
    timeout(PATIENCE, scene.watches.end()).await.unwrap();
    assert_eq!(calls.count("Unsubscribe"), 40);
    let most = calls.most_at_once();
    assert!(
        (10..=32).contains(&most),
        "{most}, and a server is asked 32 times at once"
    );
}
