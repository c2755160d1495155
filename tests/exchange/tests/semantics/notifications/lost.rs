//! Subscriptions and streams that a test ends, from outside and inside.

use serde_json::{Value, json};

use exchange_standin::fault::{Fault, Kind};

use crate::client::{Fixture, USER, codes, request};

use super::wire::{Piece, Stream, call_as, post_as, refused};
use super::{
    ALL, BEN, SERVICE, configure, get_streaming_events, id, several, streaming, subscribe,
};

fn control(fixture: &Fixture, path: &str, content: &Value) -> Value {
    let url = format!("{}/notifications/{path}", fixture.standin.control());
    let json = [("Content-Type", "application/json")];
    let reply = request(&url, "POST", &content.to_string(), &json).unwrap();
    assert_eq!(reply.status, 200, "{}", reply.text());
    serde_json::from_slice(&reply.body).unwrap()
}

#[test]
fn subscriptions_are_lost_when_they_would_tell_something() {
    let fixture = Fixture::with(several);
    let ids = [USER, BEN].map(|user| id(&call_as(&fixture, SERVICE, user, &subscribe("", ALL))));
    let both = get_streaming_events(&[&ids[0], &ids[1]]);
    let mut stream = Stream::open_as(&fixture, SERVICE, "", &both, &[]);
    assert_eq!(stream.status(), "OK");
    let loss = json!({ "mailbox": USER, "code": "ErrorReadEventsFailed" });
    assert_eq!(control(&fixture, "lose", &loss), json!({ "lost": 1 }));
    fixture.create("<t:Contact/>");
    let lost = ("ErrorReadEventsFailed".to_owned(), vec![ids[0].clone()]);
    assert_eq!(refused(&stream.message()), lost);
    assert_eq!(stream.piece(), Piece::End);
    let again = call_as(&fixture, SERVICE, "", &both);
    assert_eq!(codes(&again), ["ErrorSubscriptionNotFound"]);
    let mut stream = Stream::open_as(
        &fixture,
        SERVICE,
        "",
        &get_streaming_events(&[&ids[1]]),
        &[],
    );
    assert_eq!(stream.status(), "OK", "the other one is there still");
}

#[test]
fn subscriptions_are_lost_at_once_or_when_they_are_asked_about() {
    let fixture = Fixture::new();
    let (first, mut stream) = streaming(&fixture);
    let now = json!({ "mailbox": null, "code": "ErrorMissedNotificationEvents", "now": true });
    assert_eq!(control(&fixture, "lose", &now), json!({ "lost": 1 }));
    assert_eq!(
        refused(&stream.message()),
        ("ErrorMissedNotificationEvents".to_owned(), vec![first])
    );
    let second = id(&fixture.call(&subscribe("", ALL)));
    control(
        &fixture,
        "lose",
        &json!({ "code": "ErrorExpiredSubscription" }),
    );
    let asked = fixture.call(&get_streaming_events(&[&second]));
    assert_eq!(codes(&asked), ["ErrorExpiredSubscription"]);
    assert_eq!(
        fixture.standin.notifications().figures(None).subscriptions,
        0
    );
}

#[test]
fn streams_are_closed_and_cut() {
    let fixture = Fixture::new();
    let (id, mut stream) = streaming(&fixture);
    assert_eq!(
        control(&fixture, "close", &json!({})),
        json!({ "closed": 1 })
    );
    assert_eq!(
        (stream.status().as_str(), stream.piece()),
        ("Closed", Piece::End)
    );
    let mut stream = Stream::open(&fixture, &get_streaming_events(&[&id]));
    assert_eq!(stream.status(), "OK");
    assert_eq!(
        control(&fixture, "cut", &json!({ "mailbox": BEN })),
        json!({ "cut": 0 })
    );
    assert_eq!(
        control(&fixture, "cut", &json!({ "mailbox": USER })),
        json!({ "cut": 1 })
    );
    assert_eq!(stream.piece(), Piece::Cut);
}

#[test]
fn a_silent_stream_stays_open_and_loses_what_it_should_have_told() {
    let fixture = Fixture::new();
    configure(&fixture, |settings| settings.silent = true);
    let (_, mut stream) = streaming(&fixture);
    fixture.create("<t:Contact/>");
    let begun = std::time::Instant::now();
    while fixture.standin.notifications().figures(None).swallowed == 0 {
        assert!(begun.elapsed().as_secs() < 20, "nothing was swallowed");
        std::thread::yield_now();
    }
    configure(&fixture, |settings| {
        settings.silent = false;
        settings.heartbeat_ms = 20;
    });
    assert_eq!(
        stream.status(),
        "OK",
        "a heartbeat comes first, not the contact"
    );
    fixture.create("<t:Task/>");
    let event = stream.wait_for("CreatedEvent ItemId");
    let tasks = fixture.sync("tasks", "", 10).0;
    assert_eq!(crate::client::Key::of(&event).id, tasks[0].1);
}

#[test]
fn envelopes_come_in_pieces() {
    let fixture = Fixture::new();
    configure(&fixture, |settings| settings.chunk = 7);
    let (_, mut stream) = streaming(&fixture);
    fixture.create("<t:Contact/>");
    stream.wait_for("CreatedEvent ItemId");
}

#[test]
fn faults_strike_these_operations_as_well() {
    let fixture = Fixture::new();
    let add = |kind: Kind, operation: &str| {
        fixture
            .standin
            .faults()
            .add(Fault::once(kind).on(operation))
    };
    let code = "ErrorExceededSubscriptionCount".to_owned();
    add(Kind::Message { code: code.clone() }, "Subscribe");
    assert_eq!(fixture.codes(&subscribe("", ALL)), [code]);
    add(Kind::BusyMessage { back_off_ms: 700 }, "Subscribe");
    let busy = fixture.call(&subscribe("", ALL));
    assert_eq!(codes(&busy), ["ErrorServerBusy"]);
    assert_eq!(busy.descendant("Value").unwrap().text, "700");
    let id = id(&fixture.call(&subscribe("", ALL)));
    add(Kind::ExceededConnectionCount, "GetStreamingEvents");
    assert_eq!(
        fixture.fault(&get_streaming_events(&[&id])),
        "ErrorExceededConnectionCount"
    );
    add(Kind::ReplyLost, "GetStreamingEvents");
    assert!(fixture.send(&get_streaming_events(&[&id])).is_err());
    add(Kind::Unavailable, "Unsubscribe");
    let reply = post_as(&fixture, USER, "", &super::unsubscribe(&id), &[]);
    assert_eq!(reply.status, 503);
}

#[test]
fn another_run_of_the_server_knows_nothing_of_this_one() {
    let (before, after) = (Fixture::new(), Fixture::new());
    let old = id(&before.call(&subscribe("", ALL)));
    assert_eq!(after.codes(&subscribe("", ALL)), ["NoError"]);
    assert_eq!(
        after.codes(&get_streaming_events(&[&old])),
        ["ErrorSubscriptionNotFound"]
    );
}
