//! Meetings the whole way: stand-in Exchange, mailbox, mapping, engine, and a collection in memory.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may fail"
)]

mod collection;
mod meeting;

use collection::Collection;
use exchange_standin::keys;
use exchange_standin::remote;
use exchange_standin::remote::meeting as mail;
use meeting::{Pair, event, only_text, own_meeting, their_meeting};

#[tokio::test]
async fn attendees_of_an_own_meeting_travel() {
    let pair = Pair::new().await;
    pair.put(&own_meeting());
    pair.settle().await;
    let all = [
        ("bert@example.com".to_owned(), "required"),
        ("cora@example.com".to_owned(), "optional"),
        ("room1@example.com".to_owned(), "resource"),
    ];
    assert_eq!(pair.guests(), all);
    assert_eq!(pair.number(&keys::STATE), 1, "the owner organizes it");
    assert_eq!(pair.item().bag.bool(&keys::RESPONSE_REQUESTED), Some(true));
    assert_eq!(pair.text(), own_meeting().replace("\r\n ", ""), "as it was");

    pair.edit(
        "ATTENDEE;CN=Cora;ROLE=OPT-PARTICIPANT:mailto:cora@example.com\r\n",
        "",
    );
    pair.settle().await;
    assert_eq!(pair.guests(), [all[0].clone(), all[2].clone()]);

    let only_bert =
        "ATTENDEE;CN=Bert;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;X-COLOUR=red:mailto:Bert@example.com\r\n";
    pair.edit(
        "ATTENDEE;CN=Room 1;CUTYPE=ROOM:mailto:room1@example.com\r\n",
        "",
    );
    pair.edit(only_bert, "");
    pair.settle().await;
    assert_eq!(pair.guests(), [], "the last ones too");
    assert_eq!(pair.mails(), []);
}

#[tokio::test]
async fn attendees_in_exchange_come_with_their_answers() {
    let pair = Pair::new().await;
    pair.put(&event("plain", ""));
    pair.settle().await;
    let number = pair.item().number;
    let xml = "<t:RequiredAttendees><t:Attendee><t:Mailbox><t:Name>Bert</t:Name><t:EmailAddress>bert@example.com</t:EmailAddress>\
               </t:Mailbox></t:Attendee></t:RequiredAttendees>";
    let set = remote::properties_from_xml(xml).unwrap();
    pair.standin
        .mailbox(|mailbox| remote::update(mailbox, number, None, &set, &[]))
        .unwrap();
    pair.settle().await;
    let text = pair.text();
    assert!(
        text.contains("ORGANIZER:mailto:anna@example.org\r\n"),
        "{text}"
    );
    assert!(text.contains("CN=Bert"), "{text}");
    assert!(text.contains("PARTSTAT=NEEDS-ACTION"), "{text}");

    pair.standin
        .mailbox(|mailbox| mail::answer(mailbox, number, "bert@example.com", "Tentative"))
        .unwrap();
    pair.settle().await;
    assert!(
        pair.text().contains("PARTSTAT=TENTATIVE"),
        "{}",
        pair.text()
    );

    // The meeting has no guests any more.
    pair.standin
        .mailbox(|mailbox| {
            remote::update(mailbox, number, None, &[], &["calendar:RequiredAttendees"])
        })
        .unwrap();
    pair.settle().await;
    let text = pair.text();
    assert!(
        !text.contains("ATTENDEE") && !text.contains("ORGANIZER"),
        "{text}"
    );
}

#[tokio::test]
async fn answers_that_came_to_nextcloud_are_seen_by_another_one() {
    let pair = Pair::new().await;
    pair.put(&own_meeting());
    pair.settle().await;
    pair.edit("CN=Bert;PARTSTAT=NEEDS-ACTION", "CN=Bert;PARTSTAT=DECLINED");
    pair.settle().await;
    assert!(pair.text().contains("CN=Bert;PARTSTAT=DECLINED"));
    let other = Collection::default();
    pair.sync_with(&other).await;
    assert!(
        only_text(&other).contains("DECLINED"),
        "{}",
        only_text(&other)
    );
    // What Exchange itself knows stands.
    let number = pair.item().number;
    pair.standin
        .mailbox(|mailbox| mail::answer(mailbox, number, "bert@example.com", "Accept"))
        .unwrap();
    pair.settle().await;
    assert!(
        pair.text()
            .contains("PARTSTAT=ACCEPTED:mailto:Bert@example.com"),
        "{}",
        pair.text()
    );
}

#[tokio::test]
async fn a_received_meeting_is_answered_without_mail() {
    let pair = Pair::new().await;
    pair.receive("theirs@example.com");
    pair.settle().await;
    let text = pair.text();
    assert!(text.contains("UID:theirs@example.com\r\n"), "{text}");
    assert!(
        text.contains("ORGANIZER;CN=Bert:mailto:bert@example.com\r\n"),
        "{text}"
    );
    assert!(
        text.contains("PARTSTAT=NEEDS-ACTION:mailto:anna@example.org"),
        "{text}"
    );
    let id = pair.item().number;
    for (status, response, busy) in [("TENTATIVE", 2, 1), ("ACCEPTED", 3, 2), ("DECLINED", 4, 0)] {
        let now = pair.text();
        let line = now
            .lines()
            .find(|line| line.ends_with("mailto:anna@example.org"))
            .unwrap();
        let from = line
            .split("PARTSTAT=")
            .nth(1)
            .unwrap()
            .split([':', ';'])
            .next()
            .unwrap();
        pair.edit(line, &line.replace(from, status));
        pair.settle().await;
        assert_eq!(pair.number(&keys::RESPONSE), response);
        assert_eq!(pair.number(&keys::BUSY), busy);
        assert_eq!(pair.item().number, id, "the same item");
        assert!(pair.text().contains(&format!("PARTSTAT={status}")));
    }
    assert_eq!(pair.mails(), []);
    assert_eq!(pair.losses(), [""; 0]);
}

#[tokio::test]
async fn a_meeting_of_somebody_else_stays_theirs() {
    let pair = Pair::new().await;
    pair.receive("theirs@example.com");
    pair.settle().await;
    pair.edit(
        "SUMMARY:Review\r\n",
        "SUMMARY:My review\r\nCATEGORIES:Mine\r\n",
    );
    pair.settle().await;
    let item = pair.item();
    assert_eq!(item.bag.text(&keys::SUBJECT), Some("Review"));
    assert_eq!(item.bag.texts(&keys::CATEGORIES), ["Mine"]);
    assert!(pair.text().contains("SUMMARY:My review"), "kept here");
    assert_eq!(pair.losses(), ["summary"]);

    pair.edit("SUMMARY:My review\r\n", "SUMMARY:Review\r\n");
    pair.settle().await;
    assert_eq!(pair.losses(), [""; 0], "told no more");

    // The organizer's change wins over one that was made here.
    pair.edit("SUMMARY:Review\r\n", "SUMMARY:My review\r\n");
    let number = pair.item().number;
    let set = remote::properties_from_xml("<t:Subject>Second review</t:Subject>").unwrap();
    pair.standin
        .mailbox(|mailbox| remote::update(mailbox, number, None, &set, &[]))
        .unwrap();
    pair.settle().await;
    assert!(
        pair.text().contains("SUMMARY:Second review"),
        "{}",
        pair.text()
    );
    assert_eq!(pair.losses(), [""; 0]);
}

#[tokio::test]
async fn a_cancellation_goes_both_ways() {
    let pair = Pair::new().await;
    pair.put(&own_meeting());
    pair.settle().await;
    pair.edit(
        "SUMMARY:Review\r\n",
        "SUMMARY:Review\r\nSTATUS:CANCELLED\r\n",
    );
    pair.settle().await;
    assert_eq!(pair.number(&keys::STATE), 5);
    pair.edit("STATUS:CANCELLED\r\n", "");
    pair.settle().await;
    assert_eq!(pair.number(&keys::STATE), 1);

    let pair = Pair::new().await;
    pair.receive("theirs@example.com");
    pair.settle().await;
    let number = pair.item().number;
    pair.standin
        .mailbox(|mailbox| mail::cancel(mailbox, number, None))
        .unwrap();
    pair.settle().await;
    assert!(pair.text().contains("STATUS:CANCELLED"), "{}", pair.text());
}

/// One occurrence has a guest of its own, and in a series of somebody else an answer of its own.
#[tokio::test]
async fn an_occurrence_has_guests_and_an_answer_of_its_own() {
    for (series, guest, wanted) in [
        (own_meeting(), "mailto:bert@example.com", 0),
        (
            their_meeting("ACCEPTED"),
            "PARTSTAT=ACCEPTED;RSVP=TRUE:mailto:anna",
            4,
        ),
    ] {
        let pair = Pair::new().await;
        let text = series.replace("SUMMARY", "RRULE:FREQ=DAILY;COUNT=5\r\nSUMMARY");
        let part = series
            .split_once("BEGIN:VEVENT")
            .unwrap()
            .1
            .split_once("END:VCALENDAR")
            .unwrap()
            .0
            .replace("20260302", "20260304")
            .replace("SUMMARY", "RECURRENCE-ID:20260304T100000Z\r\nSUMMARY");
        let part = if wanted == 0 {
            let dora = "END:VEVENT".replace(
                "END",
                "ATTENDEE;CN=Dora;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:dora@example.com\r\nEND",
            );
            part.replace("END:VEVENT", &dora)
        } else {
            assert!(part.contains(guest), "{part}");
            part.replace(guest, &guest.replace("ACCEPTED", "DECLINED"))
        };
        let both = text.replace("END:VCALENDAR", &format!("BEGIN:VEVENT{part}END:VCALENDAR"));
        pair.put(&both);
        pair.settle().await;
        assert_eq!(pair.text(), both.replace("\r\n ", ""), "as it was");
        let item = pair.item();
        let exception = &item.exceptions[&3].changes;
        let guests = exception.people(&keys::REQUIRED);
        let dora = guests.iter().any(|one| one.email == "dora@example.com");
        assert_eq!(dora, wanted == 0);
        assert_eq!(exception.int(&keys::RESPONSE).unwrap_or(0), wanted);
        assert_eq!(pair.mails(), []);
        let other = Collection::default();
        pair.sync_with(&other).await;
        let said = if dora {
            "dora@example.com"
        } else {
            "DECLINED:mailto:anna"
        };
        assert!(only_text(&other).contains(said), "{}", only_text(&other));
    }
}
