//! A mailbox of the stand-in, a collection and the link between them; meetings on either side.

#![allow(dead_code, reason = "each test program uses its own part")]

use super::collection::Collection;
use chrono_tz::Europe::Berlin;
use exchange_core::client::{Clients, Options};
use exchange_core::engine::{Create, Link, Mailbox as _, Report, cycle};
use exchange_core::mailbox::EwsMailbox;
use exchange_core::mapping::{self, Context};
use exchange_core::model::Kind;
use exchange_core::sync::Policy;
use exchange_standin::Standin;
use exchange_standin::bag::{Attendee, Key};
use exchange_standin::item::Item;
use exchange_standin::keys;
use exchange_standin::remote;
use exchange_standin::remote::meeting::{self, Invitation};

const ANNA: &str = "anna@example.org";

/// A mailbox, a collection, and the link between them.
pub struct Pair {
    pub standin: Standin,
    pub collection: Collection,
    pub invites: bool,
}

impl Pair {
    pub async fn new() -> Self {
        Self {
            standin: Standin::builder()
                .mailbox(ANNA, "secret")
                .start()
                .await
                .unwrap(),
            collection: Collection::default(),
            invites: false,
        }
    }

    pub async fn inviting() -> Self {
        Self {
            invites: true,
            ..Self::new().await
        }
    }

    pub fn mailbox(&self) -> EwsMailbox {
        let options = Options::new(self.standin.url(), ANNA, "secret");
        EwsMailbox::new(Clients::default().get(&options).unwrap(), context()).inviting(self.invites)
    }

    pub async fn folder(&self) -> String {
        let folders = self.mailbox().folders().await.unwrap();
        folders
            .into_iter()
            .find(|folder| folder.default && folder.kind == Kind::Event)
            .unwrap()
            .id
    }

    pub async fn sync_with(&self, collection: &Collection) -> Report {
        let mailbox = self.mailbox();
        let folder = self.folder().await;
        let link = Link {
            policy: Policy::Newest,
            ..collection.link(Kind::Event, &folder, context())
        };
        let report = cycle(&link, &mailbox, collection).await;
        assert_eq!(report.message, None);
        report
    }

    pub async fn sync(&self) -> Report {
        self.sync_with(&self.collection).await
    }

    /// Until nothing moves, which takes two cycles at most.
    pub async fn settle(&self) {
        self.sync().await;
        let second = self.sync().await;
        assert_eq!(second.remote_updated, 0, "no second remote write");
        self.check_quiet().await;
    }

    /// Another cycle moves nothing.
    pub async fn check_quiet(&self) {
        let report = self.sync().await;
        let moved = [
            report.local_created,
            report.local_updated,
            report.local_deleted,
            report.remote_created,
            report.remote_updated,
            report.remote_deleted,
        ];
        assert_eq!(moved, [0; 6]);
    }

    pub fn put(&self, text: &str) {
        self.collection.0.lock().unwrap().put("m.ics", text);
    }

    /// The only object, unfolded.
    pub fn text(&self) -> String {
        only_text(&self.collection)
    }

    pub fn edit(&self, from: &str, to: &str) {
        let mut state = self.collection.0.lock().unwrap();
        let uri = state.objects.keys().next().unwrap().clone();
        let text = state.objects[&uri].0.replace("\r\n ", "");
        assert!(text.contains(from), "{from} in {text}");
        state.put(&uri, &text.replace(from, to));
    }

    pub fn losses(&self) -> Vec<String> {
        let state = self.collection.0.lock().unwrap();
        state
            .rows
            .values()
            .flat_map(|row| row.losses.iter().map(|loss| loss.property.clone()))
            .collect()
    }

    /// The only event of the calendar in Exchange.
    pub fn item(&self) -> Item {
        let all = self.items();
        assert_eq!(all.len(), 1, "one event");
        all[0].clone()
    }

    pub fn items(&self) -> Vec<Item> {
        self.standin.mailbox(|mailbox| {
            let calendar = mailbox.distinguished("calendar").unwrap();
            mailbox.items_in(calendar).cloned().collect()
        })
    }

    pub fn guests(&self) -> Vec<(String, &'static str)> {
        let item = self.item();
        let lists = [
            (keys::REQUIRED, "required"),
            (keys::OPTIONAL, "optional"),
            (keys::RESOURCES, "resource"),
        ];
        lists
            .into_iter()
            .flat_map(|(key, role)| {
                let people = item.bag.people(&key).to_vec();
                people.into_iter().map(move |person| (person.email, role))
            })
            .collect()
    }

    pub fn number(&self, key: &Key) -> i32 {
        self.item().bag.int(key).unwrap_or(0)
    }

    /// An invitation by Bert comes in by mail.
    pub fn receive(&self, uid: &str) {
        let xml = format!(
            "<t:Subject>Review</t:Subject><t:UID>{uid}</t:UID><t:Start>2026-03-02T10:00:00Z</t:Start>\
             <t:End>2026-03-02T11:00:00Z</t:End><t:RequiredAttendees><t:Attendee><t:Mailbox><t:Name>Cora</t:Name>\
             <t:EmailAddress>cora@example.com</t:EmailAddress></t:Mailbox></t:Attendee></t:RequiredAttendees>"
        );
        let invitation = Invitation {
            organizer: Attendee {
                name: "Bert".to_owned(),
                email: "bert@example.com".to_owned(),
                ..Attendee::default()
            },
            properties: remote::properties_from_xml(&xml).unwrap(),
            occurrence: None,
        };
        self.standin
            .mailbox(|mailbox| meeting::invite(mailbox, &invitation))
            .unwrap();
    }

    pub fn mails(&self) -> Vec<(String, Vec<String>)> {
        self.standin.mailbox(|mailbox| {
            let mails = mailbox.mails.iter();
            mails
                .map(|mail| (format!("{:?}", mail.kind), mail.to.clone()))
                .collect()
        })
    }
}

/// What is asked of the mailbox for a new object.
pub fn create_of(text: &str) -> Create {
    let item = mapping::read_local(Kind::Event, text, &context()).unwrap();
    Create {
        key: "key".to_owned(),
        uid: item.uid.unwrap(),
        record: item.record,
        named: Vec::new(),
    }
}

pub fn only_text(collection: &Collection) -> String {
    let state = collection.0.lock().unwrap();
    assert_eq!(state.objects.len(), 1, "{:?}", state.objects);
    let text = &state.objects.values().next().unwrap().0;
    text.replace("\r\n ", "")
}

pub fn context() -> Context {
    Context {
        addresses: vec![ANNA.to_owned(), "anna@cloud.example.com".to_owned()],
        ..Context::new(Berlin, chrono::NaiveDate::from_ymd_opt(2026, 1, 1).unwrap())
    }
}

pub fn event(uid: &str, lines: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//EN\r\nBEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20260101T000000Z\r\n\
         DTSTART:20260302T100000Z\r\nDTEND:20260302T110000Z\r\nSUMMARY:Review\r\n{lines}END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
}

pub fn own_meeting() -> String {
    event(
        "own",
        "ORGANIZER;CN=Anna:mailto:anna@cloud.example.com\r\n\
         ATTENDEE;CN=Anna;PARTSTAT=ACCEPTED:mailto:anna@cloud.example.com\r\n\
         ATTENDEE;CN=Bert;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;X-COLOUR=red:mailto:Bert@example.com\r\n\
         ATTENDEE;CN=Cora;ROLE=OPT-PARTICIPANT:mailto:cora@example.com\r\n\
         ATTENDEE;CN=Room 1;CUTYPE=ROOM:mailto:room1@example.com\r\n",
    )
}

pub fn their_meeting(answer: &str) -> String {
    event(
        "theirs@example.com",
        &format!(
            "ORGANIZER;CN=Bert:mailto:bert@example.com\r\nATTENDEE;CN=Bert;PARTSTAT=ACCEPTED:mailto:bert@example.com\r\n\
             ATTENDEE;CN=Anna;PARTSTAT={answer};RSVP=TRUE:mailto:anna@cloud.example.com\r\n\
             ATTENDEE;CN=Cora;PARTSTAT=DECLINED:mailto:cora@example.com\r\n"
        ),
    )
}
