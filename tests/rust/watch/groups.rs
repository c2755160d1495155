//! Mailboxes of a service account, which are heard of over one connection.

use crate::scene::{ANNA, BEN, CLEO, Scene, until};
use exchange_core::model::Kind as ItemKind;
use exchange_core::watch::{Notice, State};
use exchange_standin::fault::{Fault, Kind};
use serde_json::json;

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
