//! Every release of Exchange that the stand-in plays: the level is found, remembered, and a folder of each kind crosses in
//! both directions with requests that the release understands.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

mod anna;
mod collection;

use anna::BERLIN;
use collection::Collection;
use exchange_core::client::{Clients, Options};
use exchange_core::engine::{Link, Mailbox as _, Report, cycle};
use exchange_core::ews::Version;
use exchange_core::mailbox::EwsMailbox;
use exchange_core::model::Kind;
use exchange_core::sync::Policy;
use exchange_standin::Standin;
use exchange_standin::seed::Seed;
use exchange_standin::version::Release;

const RELEASES: [(Release, &str, Version); 6] = [
    (Release::Exchange2007, "8.", Version::Exchange2007Sp1),
    (Release::Exchange2010, "14.", Version::Exchange2010Sp2),
    (Release::Exchange2013, "15.0.", Version::Exchange2013Sp1),
    (Release::Exchange2016, "15.1.", Version::Exchange2016),
    (Release::Exchange2019, "15.2.", Version::Exchange2016),
    (Release::Se, "15.2.", Version::Exchange2016),
];

const SEED: Seed = Seed {
    contacts: 25,
    events: 40,
    tasks: 20,
    calendars: 0,
    seed: 11,
};

async fn standin(release: Release) -> Standin {
    anna::server()
        .release(release)
        .fill(SEED)
        .start()
        .await
        .unwrap()
}

fn mailbox(standin: &Standin, level: Option<Version>) -> EwsMailbox {
    let options = Options {
        level,
        ..anna::options(standin)
    };
    EwsMailbox::new(Clients::default().get(&options).unwrap(), BERLIN)
}

async fn synchronise(
    mailbox: &EwsMailbox,
    kind: Kind,
    folder: &str,
    collection: &Collection,
) -> Report {
    let link = Link {
        policy: Policy::Newest,
        ..collection.link(kind, folder, BERLIN)
    };
    cycle(&link, mailbox, collection).await
}

fn new_object(kind: Kind) -> (&'static str, String) {
    let component = |name: &str, lines: &str| {
        format!(
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\nBEGIN:{name}\r\nUID:mine\r\nDTSTAMP:20260101T000000Z\r\n\
             SUMMARY:Mine\r\n{lines}END:{name}\r\nEND:VCALENDAR\r\n"
        )
    };
    match kind {
        Kind::Event => (
            "mine.ics",
            component(
                "VEVENT",
                "DTSTART:20260302T090000Z\r\nDTEND:20260302T100000Z\r\n",
            ),
        ),
        Kind::Task => ("mine.ics", component("VTODO", "")),
        Kind::Contact => (
            "mine.vcf",
            "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:mine\r\nFN:Mine\r\nN:Mine;;;;\r\nEND:VCARD\r\n"
                .to_owned(),
        ),
    }
}

#[tokio::test]
async fn the_level_is_found_told_and_remembered() {
    for (release, server, level) in RELEASES {
        let standin = standin(release).await;
        let check = mailbox(&standin, None).check().await.unwrap();
        assert!(check.server.starts_with(server), "{release:?}: {check:?}");
        assert_eq!(check.level, level.name(), "{release:?}");
        let asked = standin.calls().total();
        let older = Version::ALL
            .into_iter()
            .filter(|version| *version > level)
            .count();
        assert_eq!(asked, older + 1, "{release:?}");
        // Remembered, the first request is right.
        standin.calls().reset();
        mailbox(&standin, Version::named(check.level))
            .check()
            .await
            .unwrap();
        assert_eq!(standin.calls().total(), 1, "{release:?}");
    }
}

#[tokio::test]
async fn a_folder_of_each_kind_crosses_both_ways_on_every_release() {
    for (release, _, level) in RELEASES {
        let standin = standin(release).await;
        let mailbox = mailbox(&standin, None);
        let folders = mailbox.folders().await.unwrap();
        for kind in Kind::ALL {
            let name = format!("{release:?} {kind:?}");
            let folder = &folders
                .iter()
                .find(|folder| folder.default && folder.kind == kind)
                .unwrap()
                .id;
            let collection = Collection::default();
            let report = synchronise(&mailbox, kind, folder, &collection).await;
            assert!(report.error.is_none(), "{name}: {report:?}");
            assert_eq!(
                report.remote_created + report.remote_updated + report.remote_deleted,
                0,
                "{name}: {report:?}"
            );
            if level > Version::Exchange2007Sp1 {
                assert_eq!(report.set_aside, 0, "{name}: {report:?}");
            }
            assert!(report.local_created >= 15, "{name}: {report:?}");
            let (uri, text) = new_object(kind);
            collection.0.lock().unwrap().put(uri, &text);
            let report = synchronise(&mailbox, kind, folder, &collection).await;
            assert!(
                report.error.is_none() && report.set_aside == 0,
                "{name}: {report:?}"
            );
            assert_eq!(report.remote_created, 1, "{name}: {report:?}");
            let changed = text.replace("Mine", "Yours");
            collection.0.lock().unwrap().put(uri, &changed);
            let report = synchronise(&mailbox, kind, folder, &collection).await;
            assert_eq!(
                (report.remote_updated, report.set_aside),
                (1, 0),
                "{name}: {report:?}"
            );
            let quiet = synchronise(&mailbox, kind, folder, &collection).await;
            assert_eq!(
                (quiet.remote_updated, quiet.local_updated, quiet.calls),
                (0, 0, 1),
                "{name}: {quiet:?}"
            );
        }
        assert!(
            standin.violations().is_empty(),
            "{release:?}: {:?}",
            standin.violations()
        );
    }
}

/// Exchange 2007 takes no zone with an event: what would come to lie elsewhere is set aside and says so.
#[tokio::test]
async fn what_exchange_2007_lacks_is_told() {
    let standin = standin(Release::Exchange2007).await;
    let mailbox = mailbox(&standin, None);
    let folders = mailbox.folders().await.unwrap();
    let calendar = &folders
        .iter()
        .find(|folder| folder.default && folder.kind == Kind::Event)
        .unwrap()
        .id;
    let collection = Collection::default();
    synchronise(&mailbox, Kind::Event, calendar, &collection).await;
    let (_, event) = new_object(Kind::Event);
    let series = event.replace("END:VEVENT", "RRULE:FREQ=WEEKLY\r\nEND:VEVENT");
    let day = event
        .replace("UID:mine", "UID:day")
        .replace("DTSTART:20260302T090000Z", "DTSTART;VALUE=DATE:20260302")
        .replace("DTEND:20260302T100000Z", "DTEND;VALUE=DATE:20260303");
    collection.0.lock().unwrap().put("series.ics", &series);
    collection.0.lock().unwrap().put("day.ics", &day);
    let report = synchronise(&mailbox, Kind::Event, calendar, &collection).await;
    assert!(report.error.is_none(), "{report:?}");
    assert_eq!(
        (report.remote_created, report.set_aside),
        (0, 2),
        "{report:?}"
    );
    let state = collection.0.lock().unwrap();
    let reasons: Vec<&str> = state
        .rows
        .values()
        .filter_map(|row| row.reason.as_deref())
        .collect();
    assert!(
        reasons
            .iter()
            .all(|reason| reason.contains("Exchange 2007")),
        "{reasons:?}"
    );
}
