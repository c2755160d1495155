//! Invitations the whole way: stand-in Exchange, mailbox, mapping, engine, and a collection in memory.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may fail"
)]

mod collection;
mod meeting;

use collection::Collection;
use exchange_core::engine::{Mailbox as _, PairState};
use exchange_core::error::ErrorKind;
use exchange_core::model::Kind;
use exchange_standin::keys;
use meeting::{Pair, create_of, only_text, own_meeting, their_meeting};

#[tokio::test]
async fn an_invitation_that_only_nextcloud_got_is_stored_as_theirs() {
    for pair in [Pair::new().await, Pair::inviting().await] {
        pair.put(&their_meeting("TENTATIVE"));
        pair.settle().await;
        let item = pair.item();
        let organizer = item.bag.people(&keys::ORGANIZER);
        assert_eq!(organizer[0].email, "bert@example.com");
        assert_eq!(pair.number(&keys::STATE), 3, "a meeting, received");
        assert_eq!(pair.number(&keys::RESPONSE), 2);
        assert_eq!(pair.text(), their_meeting("TENTATIVE").replace("\r\n ", ""));
        assert_eq!(pair.mails(), []);
        // Another Nextcloud sees the same meeting.
        let other = Collection::default();
        pair.sync_with(&other).await;
        let text = only_text(&other);
        for said in [
            "UID:theirs@example.com",
            "ORGANIZER;CN=Bert:mailto:bert@example.com",
            "PARTSTAT=TENTATIVE",
            "PARTSTAT=DECLINED",
        ] {
            assert!(text.contains(said), "{said} in {text}");
        }
    }
}

#[tokio::test]
async fn a_declined_invitation_is_not_put_into_exchange() {
    let pair = Pair::new().await;
    pair.put(&their_meeting("DECLINED"));
    pair.settle().await;
    assert_eq!(pair.items().len(), 0);
    let states: Vec<PairState> = {
        let state = pair.collection.0.lock().unwrap();
        state.rows.values().map(|row| row.state).collect()
    };
    assert_eq!(states, [PairState::SetAside]);
    pair.edit("CN=Anna;PARTSTAT=DECLINED", "CN=Anna;PARTSTAT=ACCEPTED");
    pair.settle().await;
    assert_eq!(pair.number(&keys::RESPONSE), 3);
}

#[tokio::test]
async fn where_exchange_invites_it_tells_the_attendees() {
    let pair = Pair::inviting().await;
    pair.put(&own_meeting());
    pair.settle().await;
    let everybody = ["bert@example.com", "cora@example.com", "room1@example.com"];
    let mail = |kind: &str| (kind.to_owned(), everybody.map(str::to_owned).to_vec());
    assert_eq!(pair.mails(), [mail("Request")]);
    // What concerns the owner alone is told to nobody.
    pair.edit(
        "SUMMARY:Review\r\n",
        "SUMMARY:Review\r\nCATEGORIES:Mine\r\n",
    );
    pair.settle().await;
    assert_eq!(pair.mails().len(), 1);
    pair.edit("DTSTART:20260302T100000Z", "DTSTART:20260302T090000Z");
    pair.settle().await;
    assert_eq!(pair.mails()[1].0, "Request");
    {
        let mut state = pair.collection.0.lock().unwrap();
        state.objects.clear();
        state.clock += 1;
    }
    pair.sync().await;
    assert_eq!(pair.mails().last(), Some(&mail("Cancellation")));

    // Nobody is invited to what is over.
    let count = pair.mails().len();
    let past = own_meeting()
        .replace("20260302", "20251102")
        .replace("UID:own", "UID:past");
    pair.put(&past);
    pair.settle().await;
    assert_eq!(pair.mails().len(), count);
}

#[tokio::test]
async fn where_exchange_invites_it_answers_the_organizer() {
    let pair = Pair::inviting().await;
    pair.receive("theirs@example.com");
    pair.settle().await;
    pair.edit(
        "PARTSTAT=NEEDS-ACTION:mailto:anna@example.org",
        "PARTSTAT=ACCEPTED:mailto:anna@example.org",
    );
    pair.settle().await;
    assert_eq!(pair.number(&keys::RESPONSE), 3);
    let to = vec!["bert@example.com".to_owned()];
    assert_eq!(pair.mails(), [("Accept".to_owned(), to.clone())]);
    assert!(
        pair.text()
            .contains("PARTSTAT=ACCEPTED:mailto:anna@example.org")
    );

    // Declined, Exchange takes it out of its calendar. Here it stays.
    pair.edit(
        "PARTSTAT=ACCEPTED:mailto:anna@example.org",
        "PARTSTAT=DECLINED:mailto:anna@example.org",
    );
    pair.settle().await;
    assert_eq!(pair.mails()[1..], [("Decline".to_owned(), to)]);
    assert_eq!(pair.items().len(), 0);
    assert!(
        pair.text()
            .contains("PARTSTAT=DECLINED:mailto:anna@example.org")
    );
}

/// The same invitation reaches both sides: by mail in Exchange, by iMIP in Nextcloud.
#[tokio::test]
async fn an_invitation_that_reaches_both_sides_is_one_event() {
    for uid in ["theirs@example.com", "Case-KEPT_0123"] {
        let local = their_meeting("NEEDS-ACTION").replace("theirs@example.com", uid);
        for order in ["exchange first", "nextcloud first", "at once"] {
            let pair = Pair::new().await;
            match order {
                "exchange first" => {
                    pair.receive(uid);
                    pair.settle().await;
                    // Nextcloud finds the event by its UID and updates it.
                    let uri = pair
                        .collection
                        .0
                        .lock()
                        .unwrap()
                        .objects
                        .keys()
                        .next()
                        .unwrap()
                        .clone();
                    pair.collection.0.lock().unwrap().put(&uri, &local);
                }
                "nextcloud first" => {
                    pair.put(&local);
                    pair.settle().await;
                    pair.receive(uid);
                }
                _ => {
                    pair.put(&local);
                    pair.receive(uid);
                }
            }
            pair.settle().await;
            assert_eq!(pair.items().len(), 1, "{order}");
            let text = pair.text();
            assert!(text.contains(&format!("UID:{uid}\r\n")), "{order}: {text}");
            assert_eq!(pair.mails(), []);
        }
    }
}

/// It arrives after the folder was listed and before ours is created.
#[tokio::test]
async fn an_invitation_that_arrives_in_the_middle_of_a_cycle_is_one_event() {
    let pair = Pair::new().await;
    pair.put(&their_meeting("ACCEPTED"));
    let create = create_of(&their_meeting("ACCEPTED"));
    pair.receive("theirs@example.com");
    let folder = pair.folder().await;
    let answer = pair
        .mailbox()
        .create(Kind::Event, &folder, &[create])
        .await
        .remove(0);
    assert_eq!(answer.unwrap_err().kind(), ErrorKind::Item);
    assert_eq!(pair.items().len(), 1);
    pair.settle().await;
    assert_eq!(pair.items().len(), 1);
    assert!(pair.text().contains("UID:theirs@example.com\r\n"));
}
