//! What is too much.

use exchange_standin::notify::Settings;
use exchange_standin::version::Release;
use serde_json::{Value, json};

use crate::client::{Fixture, USER, body, request};

use super::wire::{Stream, call_as, post_as};
use super::{
    ALL, BEN, SERVICE, configure, folder, get_streaming_events, id, several, streaming, subscribe,
};

/// The code of the fault with which a stream is refused.
fn refusal(fixture: &Fixture, user: &str, impersonated: &str, ids: &[&str]) -> String {
    let reply = post_as(fixture, user, impersonated, &get_streaming_events(ids), &[]);
    assert_eq!(reply.status, 500, "{}", reply.text());
    body(&reply)
        .descendant("ResponseCode")
        .unwrap()
        .text
        .clone()
}

#[test]
fn so_many_streams_of_an_account_are_open_at_once() {
    assert_eq!(Settings::of(Release::Exchange2013).streams, 3);
    assert_eq!(Settings::of(Release::Exchange2016).streams, 10);
    let fixture = Fixture::with(several);
    configure(&fixture, |settings| settings.streams = 2);
    let subscription = |user: &str| id(&call_as(&fixture, SERVICE, user, &subscribe("", ALL)));
    let open = |user: &str, id: &str| {
        let mut stream =
            Stream::open_as(&fixture, SERVICE, user, &get_streaming_events(&[id]), &[]);
        assert_eq!(stream.status(), "OK");
        stream
    };
    let ids = [USER, USER, BEN, BEN].map(subscription);
    let streams = [open(USER, &ids[0]), open(USER, &ids[1])];
    assert_eq!(
        refusal(&fixture, SERVICE, USER, &[&ids[2]]),
        "ErrorExceededConnectionCount"
    );
    let _in_the_name_of_ben = open(BEN, &ids[2]);
    let _taken_over = open(USER, &ids[0]);
    // All of them hang, and none of them stands in the way of other requests.
    assert_eq!(fixture.standin.calls().open(), 0);
    drop(streams);
}

#[test]
fn so_many_subscriptions_of_a_mailbox_and_so_many_ids_in_a_request() {
    let fixture = Fixture::with(several);
    configure(&fixture, |settings| {
        settings.subscriptions = 3;
        settings.ids = 1;
    });
    let two = format!("{}{}", folder("calendar"), folder("tasks"));
    let code = |folders: &str| fixture.codes(&subscribe(folders, ALL)).remove(0);
    let one = id(&fixture.call(&subscribe("", ALL)));
    assert_eq!(code(&two), "NoError");
    assert_eq!(code(""), "ErrorExceededSubscriptionCount");
    let bens = call_as(&fixture, SERVICE, BEN, &subscribe("", ALL));
    assert_eq!(
        crate::client::codes(&bens),
        ["NoError"],
        "another mailbox has its own"
    );
    assert_eq!(
        refusal(&fixture, USER, "", &[&one, &one]),
        "ErrorInvalidRequest"
    );
}

#[test]
fn settings_and_figures_from_outside() {
    let fixture = Fixture::new();
    let ask = |method: &str, path: &str, content: &str| {
        let url = format!("{}/notifications{path}", fixture.standin.control());
        request(
            &url,
            method,
            content,
            &[("Content-Type", "application/json")],
        )
        .unwrap()
    };
    let figures =
        |path: &str| -> Value { serde_json::from_slice(&ask("GET", path, "").body).unwrap() };
    assert_eq!(
        ask("PATCH", "/settings", r#"{"heartbeat_ms":20}"#).status,
        200
    );
    assert_eq!(figures("/settings")["heartbeat_ms"], 20);
    assert_eq!(figures("/settings")["streams"], 10);
    let refused = ask("PATCH", "/settings", r#"{"heart":20}"#);
    assert_eq!(
        (refused.status, refused.text().as_str()),
        (400, "There is no setting heart.")
    );
    let (_, mut stream) = streaming(&fixture);
    fixture.create("<t:Contact/>");
    stream.wait_for("CreatedEvent ItemId");
    assert_eq!(stream.status(), "OK");
    let mut all = figures("");
    assert!(all["heartbeats"].take().as_u64() > Some(0), "{all}");
    let wanted = json!({ "subscriptions": 1, "streaming": 1, "streams": 1, "sent": 1, "heartbeats": null, "swallowed": 0 });
    assert_eq!(all, wanted);
    assert_eq!(figures("?mailbox=nobody@example.org")["sent"], 0);
    assert_eq!(figures("/mailboxes")[USER]["streams"], 1);
}
