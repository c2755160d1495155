//! What happens in mailboxes is told, once, whatever becomes of connections and subscriptions; and where something may have been
//! missed, that is told.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

#[path = "watch/groups.rs"]
mod groups;
#[path = "watch/leaving.rs"]
mod leaving;
#[path = "watch/scene.rs"]
mod scene;

use exchange_core::client::Options;
use exchange_core::error::ErrorKind;
use exchange_core::model::Kind as ItemKind;
use exchange_core::watch::{Pace, State};
use exchange_standin::fault::{Fault, Kind};
use exchange_standin::sharing::Share;
use exchange_standin::version::Release;
use scene::{ANNA, BEN, PACE, Scene, until};
use serde_json::json;
use std::time::Duration;

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
