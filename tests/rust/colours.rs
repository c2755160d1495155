//! The colours of calendars, which lie on shortcuts of Outlook's navigation pane.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod anna;

use anna::{ANNA, BERLIN, mailbox};
use exchange_core::engine::{Folder, Mailbox as _};
use exchange_core::error::ErrorKind;
use exchange_core::mailbox::Place;
use exchange_core::model::Kind;
use exchange_standin::Standin;
use exchange_standin::bag::Value;
use exchange_standin::fault::{self, Fault};
use exchange_standin::sharing::Share;
use exchange_standin::shortcut::{Section, shortcut};
use exchange_standin::{keys, remote};

const TEAM: &str = "team@example.org";

fn paint(standin: &Standin, folder: &str, colour: Option<i32>) {
    standin
        .mailbox_of(ANNA, |mailbox| remote::colour(mailbox, folder, colour))
        .unwrap()
        .unwrap();
}

/// The path and the colour of every calendar.
fn colours(folders: &[Folder]) -> Vec<(String, Option<&str>)> {
    let calendars = folders.iter().filter(|folder| folder.kind == Kind::Event);
    calendars
        .map(|folder| (folder.path.join("/"), folder.colour))
        .collect()
}

#[tokio::test]
async fn a_calendar_has_the_colour_that_was_chosen_for_it() {
    let standin = anna::empty().await;
    standin.mailbox(|mailbox| {
        let calendar = mailbox.distinguished("calendar");
        for name in ["Automatic", "Never set", "No shortcut", "Unknown", "Teal"] {
            mailbox.add_folder(calendar, name, "IPF.Appointment");
        }
    });
    paint(&standin, "calendar", Some(0));
    paint(&standin, "Automatic", Some(-1));
    paint(&standin, "Never set", Some(-2));
    paint(&standin, "Unknown", Some(15));
    paint(&standin, "Teal", Some(4));
    let folders = mailbox(&standin, BERLIN).folders().await.unwrap();
    let none = |name: &str| (format!("Calendar/{name}"), None);
    assert_eq!(
        colours(&folders),
        [
            ("Calendar".to_owned(), Some("#8daed9")),
            none("Automatic"),
            none("Never set"),
            none("No shortcut"),
            ("Calendar/Teal".to_owned(), Some("#8cbfc0")),
            none("Unknown"),
        ]
    );
    let calls = standin.calls();
    let asked = ["GetFolder", "FindFolder", "FindItem"].map(|name| calls.count(name));
    assert_eq!((asked, calls.total()), ([1, 2, 1], 4));
    assert_eq!(standin.violations(), Vec::<String>::new());
}

#[tokio::test]
async fn a_calendar_that_somebody_shares_has_the_colour_that_the_person_chose() {
    let standin = anna::server()
        .mailbox(TEAM, "another")
        .start()
        .await
        .unwrap();
    let share = Share {
        folders: vec!["calendar".to_owned()],
        writable: false,
    };
    let theirs = standin
        .mailbox_of(TEAM, |mailbox| {
            mailbox.settings.shares.insert(ANNA.to_owned(), share);
            let calendar = mailbox.distinguished("calendar").unwrap();
            // How the others see it is no matter.
            assert!(mailbox.set_colour(calendar, Some(1)));
            mailbox.entry_id(calendar)
        })
        .unwrap();
    standin.mailbox(|mailbox| {
        let mut item = shortcut(Section::Calendar, "The team", Some(theirs));
        item.bag.set(keys::WLINK_COLOUR, Value::Int(13));
        let views = mailbox.common_views().unwrap();
        mailbox.add(views, item);
    });
    let shared = Place::Shared(TEAM.to_owned());
    let folders = mailbox(&standin, BERLIN).folders_of(&shared).await.unwrap();
    assert_eq!(
        colours(&folders),
        [("Calendar".to_owned(), Some("#ffdf86"))]
    );
}

#[tokio::test]
async fn a_list_without_colours_is_better_than_none() {
    let standin = anna::empty().await;
    paint(&standin, "calendar", Some(0));
    for fault in [
        Fault::always(fault::Kind::Message {
            code: "ErrorAccessDenied".to_owned(),
        })
        .on("FindItem"),
        Fault::always(fault::Kind::LoginPage).on("FindItem"),
    ] {
        standin.faults().clear();
        standin.faults().add(fault);
        let folders = mailbox(&standin, BERLIN).folders().await.unwrap();
        assert_eq!(colours(&folders), [("Calendar".to_owned(), None)]);
    }
}

#[tokio::test]
async fn a_wrong_password_counts_once() {
    let standin = anna::empty().await;
    standin
        .faults()
        .add(Fault::always(fault::Kind::Unauthorized));
    let error = mailbox(&standin, BERLIN).folders().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Credentials);
    assert_eq!(standin.calls().total(), 1);
}
