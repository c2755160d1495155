//! What happens in mailboxes is told, once, whatever becomes of connections and subscriptions; and where something may have been
//! missed, that is told.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

use async_trait::async_trait;
use exchange_core::client::{Clients, Credentials, Options, Token, Tokens};
use exchange_core::engine::Mailbox as _;
use exchange_core::error::{Error, ErrorKind, Result};
use exchange_core::ews::Impersonation;
use exchange_core::mailbox::EwsMailbox;
use exchange_core::mapping::Context;
use exchange_core::model::Kind as ItemKind;
use exchange_core::watch::{Listener, Notice, Pace, State, Watches};

use exchange_standin::fault::{Fault, Kind};
use exchange_standin::id::Id;
use exchange_standin::item::Class;
use exchange_standin::remote;
use exchange_standin::sharing::Share;
use exchange_standin::version::Release;
use exchange_standin::{Builder, Standin};
use reqwest::header::AUTHORIZATION;
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};
use tokio::runtime::Handle;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::timeout;

const ANNA: &str = "anna@example.org";
const BEN: &str = "ben@example.org";
const CLEO: &str = "cleo@example.org";
const SERVICE: &str = "service@example.org";

/// Longer than anything here takes on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

const PACE: Pace = Pace {
    quiet: Duration::from_millis(50),
    impatient: Duration::from_millis(500),
    silence: Duration::from_secs(10),
    minutes: 30,
    hopeless: Duration::from_millis(300),
};

struct Ears(UnboundedSender<(i64, Notice)>);

impl Listener for Ears {
    fn tell(&self, id: i64, notice: Notice) {
        let _ = self.0.send((id, notice));
    }
}

fn mailboxes() -> Builder {
    Standin::builder()
        .mailbox(ANNA, "secret")
        .mailbox(BEN, "secret")
        .mailbox(CLEO, "secret")
        .mailbox(SERVICE, "secret")
        .impersonator(SERVICE)
}

struct Scene {
    standin: Standin,
    clients: Clients,
    watches: Watches,
    told: UnboundedReceiver<(i64, Notice)>,
}

impl Scene {
    async fn new() -> Self {
        Self::with(PACE, Release::Se).await
    }

    async fn with(pace: Pace, release: Release) -> Self {
        Self::at(mailboxes().release(release), pace).await
    }

    async fn at(builder: Builder, pace: Pace) -> Self {
        let standin = builder.start().await.unwrap();
        let (ears, told) = unbounded_channel();
        Self {
            standin,
            clients: Clients::default(),
            watches: Watches::new(Handle::current(), Arc::new(Ears(ears)), pace),
            told,
        }
    }

    /// As that person, or as the service account in that person's name.
    fn options(&self, person: &str, by_service: bool) -> Options {
        let user = if by_service { SERVICE } else { person };
        Options {
            address: person.to_owned(),
            impersonation: by_service.then(|| Impersonation::PrimarySmtpAddress(person.to_owned())),
            back_off: Duration::from_millis(50),
            ..Options::new(self.standin.url(), user, "secret")
        }
    }

    async fn folder(&self, person: &str, kind: ItemKind) -> String {
        let client = self.clients.get(&self.options(person, false)).unwrap();
        let mailbox = EwsMailbox::new(client, Context::new(chrono_tz::UTC, chrono::NaiveDate::MIN));
        let folders = mailbox.folders().await.unwrap();
        let found = folders
            .into_iter()
            .find(|folder| folder.kind == kind && folder.default);
        found.unwrap().id
    }

    async fn watch(&self, id: i64, person: &str, by_service: bool) {
        let calendar = self.folder(person, ItemKind::Event).await;
        let contacts = self.folder(person, ItemKind::Contact).await;
        let options = self.options(person, by_service);
        let client = self.clients.get(&options).unwrap();
        self.watches
            .watch(id, &options, client, vec![calendar, contacts]);
    }

    /// Anna's contacts and Ben's.
    async fn watch_with_bens(&self, id: i64) {
        let folders = vec![
            self.folder(ANNA, ItemKind::Contact).await,
            self.folder(BEN, ItemKind::Contact).await,
        ];
        let options = self.options(ANNA, false);
        let client = self.clients.get(&options).unwrap();
        self.watches.watch(id, &options, client, folders);
    }

    /// In the name of that person, by the service account.
    async fn watch_one_folder(&self, id: i64, person: &str, kind: ItemKind) {
        let folder = self.folder(person, kind).await;
        let options = self.options(person, true);
        let client = self.clients.get(&options).unwrap();
        self.watches.watch(id, &options, client, vec![folder]);
    }

    /// The next that is told.
    async fn next(&mut self) -> (i64, Notice) {
        let told = timeout(PATIENCE, self.told.recv()).await;
        told.unwrap_or_else(|_| panic!("nothing is told")).unwrap()
    }

    async fn expect(&mut self, id: i64, state: State, missed: bool) -> Option<ErrorKind> {
        let (of, notice) = self.next().await;
        match notice {
            Notice::State {
                state: found,
                missed: found_missed,
                reason,
            } => {
                assert_eq!((of, found, found_missed), (id, state, missed), "{reason:?}");
                reason.map(|reason| reason.kind)
            }
            Notice::Changed { .. } => panic!("{of}: {notice:?} in place of {state:?}"),
        }
    }

    async fn expect_change(&mut self, id: i64) -> Vec<String> {
        match self.next().await {
            (of, Notice::Changed { folders }) if of == id => folders,
            other => panic!("{other:?} in place of a change of {id}"),
        }
    }

    /// Nothing was told but what was looked at. A change of Cleo's, who is watched alone, comes behind all others.
    fn expect_nothing(&mut self) {
        let told = self.told.try_recv();
        assert!(told.is_err(), "{told:?}");
    }

    fn change(&self, person: &str) {
        self.create(person, "contacts", Class::Contact);
    }

    fn change_calendar(&self, person: &str) {
        self.create(person, "calendar", Class::Event);
    }

    fn create(&self, person: &str, folder: &str, class: Class) {
        self.standin
            .mailbox_of(person, |mailbox| {
                remote::create(mailbox, folder, class, &[]).unwrap();
            })
            .unwrap();
    }

    async fn control(&self, method: reqwest::Method, path: &str, content: serde_json::Value) {
        let url = format!("{}/notifications/{path}", self.standin.control());
        let answer = reqwest::Client::builder()
            .no_proxy()
            .build()
            .unwrap()
            .request(method, url)
            .header("content-type", "application/json")
            .body(content.to_string())
            .send()
            .await
            .unwrap();
        assert!(
            answer.status().is_success(),
            "{}",
            answer.text().await.unwrap()
        );
    }

    async fn post(&self, path: &str, content: serde_json::Value) {
        self.control(reqwest::Method::POST, path, content).await;
    }

    async fn set(&self, settings: serde_json::Value) {
        self.control(reqwest::Method::PATCH, "settings", settings)
            .await;
    }

    fn streams(&self) -> usize {
        self.standin.notifications().figures(None).streams
    }
}

async fn until(what: impl Fn() -> bool) {
    let look = async {
        while !what() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(PATIENCE, look).await.unwrap();
}

#[tokio::test]
async fn a_change_is_told_once_with_its_folder() {
    let mut scene = Scene::new().await;
    scene.watch(1, ANNA, false).await;
    scene.expect(1, State::Live, true).await;
    for _ in 0..5 {
        scene.change(ANNA);
    }
    let contacts = scene.folder(ANNA, ItemKind::Contact).await;
    for _ in 0..2 {
        assert_eq!(
            scene.expect_change(1).await,
            std::slice::from_ref(&contacts)
        );
        scene.change(ANNA);
    }
    scene.expect_change(1).await;
    scene.expect_nothing();
    assert_eq!(scene.standin.calls().count("Subscribe"), 1);
    assert_eq!(scene.standin.violations(), Vec::<String>::new());
}

#[tokio::test]
async fn a_stream_whose_time_is_over_is_opened_again_and_nothing_is_missed() {
    let mut scene = Scene::new().await;
    scene.watch(1, ANNA, false).await;
    scene.expect(1, State::Live, true).await;
    for round in 2..5 {
        scene.post("close", json!({})).await;
        scene.change(ANNA);
        scene.expect_change(1).await;
        assert_eq!(scene.standin.calls().count("GetStreamingEvents"), round);
    }
    assert_eq!(scene.standin.calls().count("Subscribe"), 1);
    scene.expect_nothing();
}

#[tokio::test]
async fn after_a_cut_changes_may_have_been_missed() {
    let mut scene = Scene::new().await;
    scene.watch(1, ANNA, false).await;
    scene.expect(1, State::Live, true).await;
    scene.post("cut", json!({})).await;
    scene.expect(1, State::Waiting, false).await;
    scene.expect(1, State::Live, true).await;
    scene.change(ANNA);
    scene.expect_change(1).await;
    assert_eq!(scene.standin.calls().count("Subscribe"), 1);
}

#[tokio::test]
async fn a_lost_subscription_is_made_anew() {
    for code in [
        "ErrorSubscriptionNotFound",
        "ErrorExpiredSubscription",
        "ErrorMissedNotificationEvents",
        "ErrorReadEventsFailed",
        "ErrorNewEventStreamConnectionOpened",
        "ErrorInvalidWatermark",
    ] {
        let mut scene = Scene::new().await;
        scene.watch(1, ANNA, false).await;
        scene.expect(1, State::Live, true).await;
        scene.post("lose", json!({"code": code, "now": true})).await;
        scene.expect(1, State::Live, true).await;
        scene.change(ANNA);
        scene.expect_change(1).await;
        assert_eq!(scene.standin.calls().count("Subscribe"), 2, "{code}");
    }
}

#[tokio::test]
async fn a_silent_stream_is_dead() {
    let pace = Pace {
        silence: Duration::from_millis(400),
        ..PACE
    };
    let mut scene = Scene::with(pace, Release::Se).await;
    scene.set(json!({"heartbeat_ms": 50})).await;
    scene.watch(1, ANNA, false).await;
    scene.expect(1, State::Live, true).await;
    scene.set(json!({"silent": true})).await;
    scene.change(ANNA);
    let why = scene.expect(1, State::Waiting, false).await;
    assert_eq!(why, Some(ErrorKind::Unreachable));
    scene.set(json!({"silent": false})).await;
    scene.expect(1, State::Live, true).await;
}

#[tokio::test]
async fn a_server_that_goes_away_is_waited_for() {
    let mut scene = Scene::new().await;
    scene.watch(1, ANNA, false).await;
    scene.expect(1, State::Live, true).await;
    let gone = Fault::always(Kind::Unavailable);
    scene.standin.faults().add(gone);
    scene.post("cut", json!({})).await;
    scene.expect(1, State::Waiting, false).await;
    let calls = scene.standin.calls();
    let before = calls.count("GetStreamingEvents");
    until(|| calls.count("GetStreamingEvents") > before).await;
    scene.expect_nothing();
    scene.standin.faults().clear();
    scene.expect(1, State::Live, true).await;
    scene.change(ANNA);
    scene.expect_change(1).await;
}

#[tokio::test]
async fn a_mailbox_without_place_is_polled_until_it_has_one() {
    for limit in ["subscriptions", "streams"] {
        let mut scene = Scene::new().await;
        scene.set(json!({limit: 0})).await;
        scene.watch(1, ANNA, false).await;
        assert!(
            scene.expect(1, State::Polled, false).await.is_some(),
            "{limit}"
        );
        // Its other requests are not kept waiting.
        scene.folder(ANNA, ItemKind::Event).await;
        scene.set(json!({limit: 10})).await;
        scene.expect(1, State::Live, true).await;
    }
}

/// Ben lets Anna see his calendar, or all of his mailbox.
fn share(scene: &Scene, folder: &str, writable: bool) {
    let share = Share {
        folders: vec![folder.to_owned()],
        writable,
    };
    scene
        .standin
        .mailbox_of(BEN, |mailbox| {
            mailbox.settings.shares.insert(ANNA.to_owned(), share)
        })
        .unwrap();
}

#[tokio::test]
async fn folders_of_several_mailboxes_are_watched_each() {
    let mut scene = Scene::new().await;
    share(&scene, "msgfolderroot", true);
    scene.watch_with_bens(1).await;
    scene.expect(1, State::Live, true).await;
    for person in [BEN, ANNA] {
        scene.change(person);
        scene.expect_change(1).await;
    }
    assert_eq!(scene.streams(), 1);
}

#[tokio::test]
async fn what_a_mailbox_shares_in_part_is_polled_and_the_rest_told() {
    let mut scene = Scene::new().await;
    share(&scene, "contacts", false);
    scene.watch_with_bens(1).await;
    let why = scene.expect(1, State::Polled, true).await;
    assert_eq!(why, Some(ErrorKind::Temporary));
    scene.change(ANNA);
    scene.expect_change(1).await;
}

#[tokio::test]
async fn an_old_server_is_polled() {
    let mut scene = Scene::with(PACE, Release::Exchange2007).await;
    scene.watch(1, ANNA, false).await;
    let why = scene.expect(1, State::Polled, false).await;
    assert_eq!(why, Some(ErrorKind::Configuration));
    scene.expect_nothing();
}

#[tokio::test]
async fn a_refused_sign_in_ends_the_watch() {
    let mut scene = Scene::new().await;
    let options = Options::new(scene.standin.url(), ANNA, "wrong");
    let client = scene.clients.get(&options).unwrap();
    scene
        .watches
        .watch(1, &options, client, vec!["AQMk".to_owned()]);
    let why = scene.expect(1, State::Refused, false).await;
    assert_eq!(why, Some(ErrorKind::Credentials));
}

#[tokio::test]
async fn a_busy_server_is_obeyed() {
    let mut scene = Scene::new().await;
    let busy = Fault::once(Kind::BusyMessage { back_off_ms: 50 });
    scene.standin.faults().add(busy.on("Subscribe"));
    let busy = Fault::once(Kind::BusyFault { back_off_ms: 50 });
    scene.standin.faults().add(busy.on("GetStreamingEvents"));
    scene.watch(1, ANNA, false).await;
    let why = scene.expect(1, State::Waiting, false).await;
    assert_eq!(why, Some(ErrorKind::Busy));
    scene.expect(1, State::Live, true).await;
}

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
async fn mailboxes_of_a_service_account_share_a_connection() {
    for farm in [false, true] {
        let mut scene = Scene::new().await;
        scene.set(json!({"farm": farm})).await;
        for (id, person) in [(1, ANNA), (2, BEN)] {
            scene.watch(id, person, true).await;
        }
        for id in [1, 2] {
            scene.expect(id, State::Live, true).await;
        }
        assert_eq!(scene.streams(), 1);
        for (id, person) in [(2, BEN), (1, ANNA)] {
            scene.change(person);
            scene.expect_change(id).await;
        }
        // One more joins, while there are changes.
        scene.watch(3, CLEO, true).await;
        scene.change(ANNA);
        scene.change(BEN);
        let mut changed = Vec::new();
        while changed.len() < 2 {
            match scene.next().await {
                (id, Notice::Changed { .. }) => changed.push(id),
                (3, Notice::State { state, .. }) => assert_eq!(state, State::Live),
                other => panic!("{other:?}"),
            }
        }
        changed.sort_unstable();
        assert_eq!(changed, [1, 2]);
        until(|| scene.streams() == 1).await;
        scene.watches.unwatch(2);
        scene.change(BEN);
        scene.change(CLEO);
        loop {
            match scene.next().await {
                (3, Notice::Changed { .. }) => break,
                (3, Notice::State { .. }) => {}
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(scene.standin.violations(), Vec::<String>::new());
    }
}

#[tokio::test]
async fn a_watch_that_is_replaced_while_it_subscribes_hears_of_its_own_folders() {
    let mut scene = Scene::new().await;
    scene.watch(1, ANNA, true).await;
    scene.expect(1, State::Live, true).await;
    // The answer to what is replaced comes first.
    for (calls, ms) in [(0, 300), (1, 900)] {
        let slow = Fault::once(Kind::Slow { ms }).on("Subscribe");
        scene.standin.faults().add(slow.skip(calls));
    }
    scene.watch_one_folder(2, BEN, ItemKind::Event).await;
    let waiting = |scene: &Scene| scene.standin.faults().pending().len();
    until(|| waiting(&scene) == 1).await;
    scene.watch_one_folder(2, BEN, ItemKind::Contact).await;
    scene.expect(2, State::Live, true).await;
    scene.change_calendar(BEN);
    scene.change(BEN);
    let contacts = scene.folder(BEN, ItemKind::Contact).await;
    assert_eq!(scene.expect_change(2).await, [contacts]);
    assert_eq!(scene.standin.calls().count("Subscribe"), 3);
    // Nobody reads the one that was replaced, so it is given back.
    let hub = scene.standin.notifications();
    until(|| hub.figures(None).subscriptions == 2).await;
    scene.expect_nothing();
}

#[tokio::test]
async fn what_a_stream_loses_is_no_matter_of_who_is_being_subscribed() {
    let mut scene = Scene::new().await;
    scene.watch(1, ANNA, true).await;
    scene.expect(1, State::Live, true).await;
    // All that it reads is lost, and Ben subscribes meanwhile.
    let code = "ErrorSubscriptionNotFound".to_owned();
    for (kind, operation) in [
        (Kind::Slow { ms: 300 }, "GetStreamingEvents"),
        (Kind::Message { code }, "GetStreamingEvents"),
        (Kind::Slow { ms: 900 }, "Subscribe"),
    ] {
        scene.standin.faults().add(Fault::once(kind).on(operation));
    }
    scene.post("close", json!({})).await;
    until(|| scene.standin.faults().pending().len() == 1).await;
    scene.watch(2, BEN, true).await;
    let mut live = Vec::new();
    while live.len() < 2 {
        let (id, notice) = scene.next().await;
        if let Notice::State { state, missed, .. } = notice {
            assert_eq!((state, missed), (State::Live, true));
            live.push(id);
        }
    }
    live.sort_unstable();
    assert_eq!(live, [1, 2]);
    assert_eq!(scene.standin.calls().count("Subscribe"), 3);
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
async fn a_lost_subscription_of_a_group_is_nobody_elses() {
    let mut scene = Scene::new().await;
    for (id, person) in [(1, ANNA), (2, BEN)] {
        scene.watch(id, person, true).await;
    }
    for id in [1, 2] {
        scene.expect(id, State::Live, true).await;
    }
    let loss = json!({"mailbox": BEN, "now": true});
    scene.post("lose", loss).await;
    scene.expect(2, State::Live, true).await;
    scene.change(ANNA);
    scene.expect_change(1).await;
    scene.change(BEN);
    scene.expect_change(2).await;
    assert_eq!(scene.standin.calls().count("Subscribe"), 3);
}

#[tokio::test]
async fn a_member_that_lives_elsewhere_gets_a_connection_of_its_own() {
    let mut scene = Scene::new().await;
    for (id, person) in [(1, ANNA), (2, BEN)] {
        scene.watch(id, person, true).await;
    }
    for id in [1, 2] {
        scene.expect(id, State::Live, true).await;
    }
    for _ in 0..3 {
        scene
            .post("lose", json!({"mailbox": BEN, "now": true}))
            .await;
        scene.expect(2, State::Live, true).await;
    }
    until(|| scene.streams() == 2).await;
    for (id, person) in [(2, BEN), (1, ANNA)] {
        scene.change(person);
        scene.expect_change(id).await;
    }
    scene.watches.unwatch(2);
    until(|| scene.streams() == 1).await;
}
