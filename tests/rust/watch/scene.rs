//! Mailboxes of a stand-in Exchange that are watched, and what is told of them.

use exchange_core::client::{Clients, Options};
use exchange_core::engine::Mailbox as _;
use exchange_core::error::ErrorKind;
use exchange_core::ews::Impersonation;
use exchange_core::mailbox::EwsMailbox;
use exchange_core::mapping::Context;
use exchange_core::model::Kind as ItemKind;
use exchange_core::watch::{Listener, Notice, Pace, State, Watches};
use exchange_standin::item::Class;
use exchange_standin::remote;
use exchange_standin::version::Release;
use exchange_standin::{Builder, Standin};
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::timeout;

pub const ANNA: &str = "anna@example.org";
pub const BEN: &str = "ben@example.org";
pub const CLEO: &str = "cleo@example.org";
pub const SERVICE: &str = "service@example.org";

/// Longer than anything here takes on a busy machine.
pub const PATIENCE: Duration = Duration::from_mins(1);

pub const PACE: Pace = Pace {
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

pub fn mailboxes() -> Builder {
    Standin::builder()
        .mailbox(ANNA, "secret")
        .mailbox(BEN, "secret")
        .mailbox(CLEO, "secret")
        .mailbox(SERVICE, "secret")
        .impersonator(SERVICE)
}

pub struct Scene {
    pub standin: Standin,
    pub clients: Clients,
    pub watches: Watches,
    pub told: UnboundedReceiver<(i64, Notice)>,
}

impl Scene {
    pub async fn new() -> Self {
        Self::with(PACE, Release::Se).await
    }

    pub async fn with(pace: Pace, release: Release) -> Self {
        Self::at(mailboxes().release(release), pace).await
    }

    pub async fn at(builder: Builder, pace: Pace) -> Self {
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
    pub fn options(&self, person: &str, by_service: bool) -> Options {
        let user = if by_service { SERVICE } else { person };
        Options {
            address: person.to_owned(),
            impersonation: by_service.then(|| Impersonation::PrimarySmtpAddress(person.to_owned())),
            back_off: Duration::from_millis(50),
            ..Options::new(self.standin.url(), user, "secret")
        }
    }

    pub async fn folder(&self, person: &str, kind: ItemKind) -> String {
        let client = self.clients.get(&self.options(person, false)).unwrap();
        let mailbox = EwsMailbox::new(client, Context::new(chrono_tz::UTC, chrono::NaiveDate::MIN));
        let folders = mailbox.folders().await.unwrap();
        let found = folders
            .into_iter()
            .find(|folder| folder.kind == kind && folder.default);
        found.unwrap().id
    }

    pub async fn watch(&self, id: i64, person: &str, by_service: bool) {
        let calendar = self.folder(person, ItemKind::Event).await;
        let contacts = self.folder(person, ItemKind::Contact).await;
        let options = self.options(person, by_service);
        let client = self.clients.get(&options).unwrap();
        self.watches
            .watch(id, &options, client, vec![calendar, contacts]);
    }

    /// Anna's contacts and Ben's.
    pub async fn watch_with_bens(&self, id: i64) {
        let folders = vec![
            self.folder(ANNA, ItemKind::Contact).await,
            self.folder(BEN, ItemKind::Contact).await,
        ];
        let options = self.options(ANNA, false);
        let client = self.clients.get(&options).unwrap();
        self.watches.watch(id, &options, client, folders);
    }

    /// In the name of that person, by the service account.
    pub async fn watch_one_folder(&self, id: i64, person: &str, kind: ItemKind) {
        let folder = self.folder(person, kind).await;
        let options = self.options(person, true);
        let client = self.clients.get(&options).unwrap();
        self.watches.watch(id, &options, client, vec![folder]);
    }

    /// The next that is told.
    pub async fn next(&mut self) -> (i64, Notice) {
        let told = timeout(PATIENCE, self.told.recv()).await;
        told.unwrap_or_else(|_| panic!("nothing is told")).unwrap()
    }

    pub async fn expect(&mut self, id: i64, state: State, missed: bool) -> Option<ErrorKind> {
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

    pub async fn expect_change(&mut self, id: i64) -> Vec<String> {
        match self.next().await {
            (of, Notice::Changed { folders }) if of == id => folders,
            other => panic!("{other:?} in place of a change of {id}"),
        }
    }

    /// Nothing was told but what was looked at. A change of Cleo's, who is watched alone, comes behind all others.
    pub fn expect_nothing(&mut self) {
        let told = self.told.try_recv();
        assert!(told.is_err(), "{told:?}");
    }

    pub fn change(&self, person: &str) {
        self.create(person, "contacts", Class::Contact);
    }

    pub fn change_calendar(&self, person: &str) {
        self.create(person, "calendar", Class::Event);
    }

    pub fn create(&self, person: &str, folder: &str, class: Class) {
        self.standin
            .mailbox_of(person, |mailbox| {
                remote::create(mailbox, folder, class, &[]).unwrap();
            })
            .unwrap();
    }

    pub async fn control(&self, method: reqwest::Method, path: &str, content: serde_json::Value) {
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

    pub async fn post(&self, path: &str, content: serde_json::Value) {
        self.control(reqwest::Method::POST, path, content).await;
    }

    pub async fn set(&self, settings: serde_json::Value) {
        self.control(reqwest::Method::PATCH, "settings", settings)
            .await;
    }

    pub fn streams(&self) -> usize {
        self.standin.notifications().figures(None).streams
    }
}

pub async fn until(what: impl Fn() -> bool) {
    let look = async {
        while !what() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(PATIENCE, look).await.unwrap();
}
