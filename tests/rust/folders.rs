//! Folders of other mailboxes and public folders.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

use chrono_tz::Europe::Berlin;
use exchange_core::client::{Clients, Options};
use exchange_core::engine::{Create, Folder, Mailbox as _};
use exchange_core::error::ErrorKind;
use exchange_core::mailbox::{EwsMailbox, Place};
use exchange_core::mapping::{Context, read_local};
use exchange_core::model::Kind;
use exchange_standin::Standin;
use exchange_standin::item::Class;
use exchange_standin::remote;
use exchange_standin::sharing::Share;
use serde_json::json;
use std::time::Duration;

const ANNA: &str = "anna@example.org";
const TEAM: &str = "team@example.org";

async fn standin() -> Standin {
    Standin::builder()
        .mailbox(ANNA, "secret")
        .mailbox(TEAM, "another")
        .public_folders()
        .start()
        .await
        .unwrap()
}

fn mailbox(standin: &Standin) -> EwsMailbox {
    let options = Options {
        back_off: Duration::from_millis(20),
        ..Options::new(standin.url(), ANNA, "secret")
    };
    let context = Context::new(Berlin, chrono::NaiveDate::from_ymd_opt(2026, 1, 1).unwrap());
    EwsMailbox::new(Clients::default().get(&options).unwrap(), context)
}

fn share(standin: &Standin, folders: &[&str], writable: bool) {
    let share = Share {
        folders: folders.iter().map(|&folder| folder.to_owned()).collect(),
        writable,
    };
    standin
        .mailbox_of(TEAM, |mailbox| {
            mailbox.settings.shares.insert(ANNA.to_owned(), share)
        })
        .unwrap();
}

fn team() -> Place {
    Place::Shared(TEAM.to_owned())
}

fn put(standin: &Standin, whose: &str, folder: &str, class: Class, title: &str) {
    let title = match class {
        Class::Contact => json!({"DisplayName": title}),
        _ => json!({"Subject": title}),
    };
    let properties = remote::properties_from_json(&title);
    standin
        .mailbox_of(whose, |mailbox| {
            remote::create(mailbox, folder, class, &properties)
        })
        .unwrap()
        .unwrap();
}

fn paths(folders: &[Folder]) -> Vec<String> {
    folders.iter().map(|folder| folder.path.join("/")).collect()
}

fn task(title: &str) -> Create {
    let text = format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\nBEGIN:VTODO\r\nUID:{title}\r\nDTSTAMP:20260101T000000Z\r\n\
         SUMMARY:{title}\r\nEND:VTODO\r\nEND:VCALENDAR\r\n"
    );
    let context = Context::new(Berlin, chrono::NaiveDate::from_ymd_opt(2026, 1, 1).unwrap());
    let read = read_local(Kind::Task, &text, &context).unwrap();
    Create {
        key: title.to_owned(),
        uid: title.to_owned(),
        record: read.record,
        named: Vec::new(),
    }
}

#[tokio::test]
async fn a_mailbox_that_shares_nothing_is_told() {
    let standin = standin().await;
    let mailbox = mailbox(&standin);
    let error = mailbox.folders_of(&team()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Denied, "{error:?}");
    let nobody = Place::Shared("nobody@example.org".to_owned());
    let error = mailbox.folders_of(&nobody).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration, "{error:?}");
    assert!(error.message().contains("no mailbox"), "{error}");
}

#[tokio::test]
async fn a_shared_calendar_alone_is_listed_read_and_not_written() {
    let standin = standin().await;
    share(&standin, &["tasks"], false);
    put(&standin, TEAM, "tasks", Class::Task, "Water the plants");
    let mailbox = mailbox(&standin);
    let folders = mailbox.folders_of(&team()).await.unwrap();
    assert_eq!(folders.len(), 1, "{folders:?}");
    let folder = &folders[0];
    assert!(folder.default && !folder.writable && folder.kind == Kind::Task);
    let changes = mailbox.changes(&folder.id, None).await.unwrap();
    let items = mailbox.read(Kind::Task, &changes.changed).await;
    assert_eq!(items.len(), 1);
    assert!(format!("{:?}", items[0].as_ref().unwrap().record).contains("Water the plants"));
    let outcome = mailbox.create(Kind::Task, &folder.id, &[task("new")]).await;
    let error = outcome[0].as_ref().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Item, "{error:?}");
    assert!(error.message().contains("no right"), "{error}");
    // The mailbox's own folders are another matter.
    assert!(
        mailbox
            .folders()
            .await
            .unwrap()
            .iter()
            .all(|folder| folder.writable)
    );
    assert!(
        standin.violations().is_empty(),
        "{:?}",
        standin.violations()
    );
}

#[tokio::test]
async fn a_whole_mailbox_is_listed_like_ones_own() {
    let standin = standin().await;
    share(&standin, &["msgfolderroot"], true);
    standin
        .mailbox_of(TEAM, |mailbox| {
            let calendar = mailbox.distinguished("calendar");
            mailbox.add_folder(calendar, "Room 7", "IPF.Appointment");
        })
        .unwrap();
    let mailbox = mailbox(&standin);
    let folders = mailbox.folders_of(&team()).await.unwrap();
    assert_eq!(
        paths(&folders),
        ["Calendar", "Tasks", "Contacts", "Calendar/Room 7"]
    );
    let tasks = folders
        .iter()
        .find(|folder| folder.kind == Kind::Task)
        .unwrap();
    let outcome = mailbox.create(Kind::Task, &tasks.id, &[task("new")]).await;
    outcome[0].as_ref().unwrap();
    assert_eq!(
        mailbox
            .changes(&tasks.id, None)
            .await
            .unwrap()
            .changed
            .len(),
        1
    );
}

fn public_folders(standin: &Standin) {
    standin
        .public(|public| {
            let root = public.distinguished("publicfoldersroot");
            let firm = public.add_folder(root, "Firm", "IPF.Note");
            let rooms = public.add_folder(Some(firm), "Rooms", "IPF.Appointment");
            public.add_folder(Some(rooms), "Holidays", "IPF.Appointment");
            public.add_folder(root, "Suppliers", "IPF.Contact");
        })
        .unwrap();
}

#[tokio::test]
async fn public_folders_are_listed_by_levels() {
    let standin = standin().await;
    public_folders(&standin);
    let folders = mailbox(&standin).folders_of(&Place::Public).await.unwrap();
    assert_eq!(
        paths(&folders),
        ["Firm/Rooms", "Firm/Rooms/Holidays", "Suppliers"]
    );
    assert!(
        folders
            .iter()
            .all(|folder| !folder.default && folder.id.starts_with("public:"))
    );
    // The root, and each folder in which there are some.
    assert_eq!(standin.calls().count("FindFolder"), 3);
}

#[tokio::test]
async fn a_public_folder_is_listed_when_it_changed_and_costs_one_call_when_not() {
    let standin = standin().await;
    public_folders(&standin);
    let mailbox = mailbox(&standin);
    let folders = mailbox.folders_of(&Place::Public).await.unwrap();
    let suppliers = &folders
        .iter()
        .find(|folder| folder.name == "Suppliers")
        .unwrap()
        .id;
    put(
        &standin,
        exchange_standin::sharing::PUBLIC,
        "Suppliers",
        Class::Contact,
        "Ada",
    );
    // As if it had been long ago.
    let age = |minutes: i64| {
        standin.public(|public| {
            let folder = public
                .folders
                .values_mut()
                .find(|folder| folder.name == "Suppliers")
                .unwrap();
            folder.committed -= chrono::TimeDelta::minutes(minutes);
        });
    };
    let fresh = mailbox.changes(suppliers, None).await.unwrap();
    assert_eq!((fresh.changed.len(), fresh.more), (1, false));
    // It changed a moment ago: whether once more, its times do not tell.
    let error = mailbox
        .changes(suppliers, Some(&fresh.cursor))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Cursor);

    age(10);
    let settled = mailbox.changes(suppliers, None).await.unwrap();
    standin.calls().reset();
    let idle = mailbox
        .changes(suppliers, Some(&settled.cursor))
        .await
        .unwrap();
    assert!(idle.changed.is_empty() && idle.cursor == settled.cursor);
    assert_eq!(
        (standin.calls().count("GetFolder"), standin.calls().total()),
        (1, 1)
    );

    put(
        &standin,
        exchange_standin::sharing::PUBLIC,
        "Suppliers",
        Class::Contact,
        "Ben",
    );
    let error = mailbox
        .changes(suppliers, Some(&settled.cursor))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Cursor);
    let anew = mailbox.changes(suppliers, None).await.unwrap();
    let names: Vec<String> = mailbox
        .read(Kind::Contact, &anew.changed)
        .await
        .into_iter()
        .map(|item| format!("{:?}", item.unwrap().record))
        .collect();
    assert!(
        names.len() == 2 && names[0].contains("Ada") && names[1].contains("Ben"),
        "{names:?}"
    );
    assert!(
        standin.violations().is_empty(),
        "{:?}",
        standin.violations()
    );
}

#[tokio::test]
async fn a_long_public_folder_is_listed_page_by_page() {
    let standin = standin().await;
    public_folders(&standin);
    for number in 0..1_003 {
        put(
            &standin,
            exchange_standin::sharing::PUBLIC,
            "Suppliers",
            Class::Contact,
            &number.to_string(),
        );
    }
    let mailbox = mailbox(&standin);
    let folders = mailbox.folders_of(&Place::Public).await.unwrap();
    let suppliers = &folders
        .iter()
        .find(|folder| folder.name == "Suppliers")
        .unwrap()
        .id;
    let first = mailbox.changes(suppliers, None).await.unwrap();
    assert_eq!((first.changed.len(), first.more), (1_000, true));
    let second = mailbox
        .changes(suppliers, Some(&first.cursor))
        .await
        .unwrap();
    assert_eq!((second.changed.len(), second.more), (3, false));
    // Somebody deletes one between two pages: the last page would lack one that is there.
    standin.public(|public| {
        let number = *public.items.keys().next().unwrap();
        public.remove(number);
    });
    let error = mailbox
        .changes(suppliers, Some(&first.cursor))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Temporary, "{error:?}");
}

#[tokio::test]
async fn a_folder_is_made_for_each_kind_and_goes_with_what_is_in_it() {
    let standin = standin().await;
    let mailbox = mailbox(&standin);
    let before = mailbox.folders().await.unwrap();
    let mut made = Vec::new();
    for kind in Kind::ALL {
        let name = format!("Test of {kind}");
        let id = mailbox.create_folder(kind, &name).await.unwrap();
        let all = mailbox.folders().await.unwrap();
        let folder = all.iter().find(|folder| folder.id == id).unwrap();
        assert_eq!((folder.kind, &folder.name), (kind, &name));
        assert!(!folder.default && folder.writable, "{folder:?}");
        made.push(id);
    }
    let tasks = &made[1];
    let outcome = mailbox.create(Kind::Task, tasks, &[task("new")]).await;
    assert!(outcome.iter().all(Result::is_ok), "{outcome:?}");
    for id in &made {
        mailbox.delete_folder(id).await.unwrap();
        mailbox.delete_folder(id).await.unwrap();
    }
    let after = mailbox.folders().await.unwrap();
    assert_eq!(format!("{after:?}"), format!("{before:?}"));
    let left = standin.mailbox_of(ANNA, |mailbox| mailbox.items.len());
    assert_eq!(left, Some(0), "it went with its folder");
    let own = before.iter().find(|folder| folder.default).unwrap();
    assert!(mailbox.delete_folder(&own.id).await.is_err());
}
