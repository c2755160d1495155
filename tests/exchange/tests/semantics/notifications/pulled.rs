//! Pull subscriptions.

use exchange_standin::element::Element;
use exchange_standin::item::Class;
use exchange_standin::remote;

use crate::client::{Fixture, Key, USER, codes};

use super::{
    ALL, configure, folder, get_streaming_events, id, subscribe, subscribe_to_pull, unsubscribe,
};

/// A subscription and where it begins.
fn pulling(fixture: &Fixture, folders: &str, more: &str) -> (String, String) {
    let response = fixture.call(&subscribe_to_pull(folders, ALL, more));
    assert_eq!(codes(&response), ["NoError"], "{response:?}");
    (
        id(&response),
        response.descendant("Watermark").unwrap().text.clone(),
    )
}

fn get_events(id: &str, watermark: &str) -> String {
    format!(
        "<m:GetEvents><m:SubscriptionId>{id}</m:SubscriptionId><m:Watermark>{watermark}</m:Watermark></m:GetEvents>"
    )
}

/// The events, the watermark of the last of them, and whether there are more.
fn pull(fixture: &Fixture, id: &str, watermark: &str) -> (Vec<Element>, String, bool) {
    let response = fixture.call(&get_events(id, watermark));
    assert_eq!(codes(&response), ["NoError"], "{response:?}");
    let notification = response.descendant("Notification").unwrap();
    assert_eq!(notification.text_of("PreviousWatermark"), Some(watermark));
    let more = notification.text_of("MoreEvents") == Some("true");
    let all = notification.children.iter();
    let events: Vec<Element> = all
        .filter(|one| one.name.ends_with("Event"))
        .cloned()
        .collect();
    let last = events
        .last()
        .unwrap()
        .text_of("Watermark")
        .unwrap()
        .to_owned();
    (events, last, more)
}

#[test]
fn events_come_when_they_are_asked_for() {
    let fixture = Fixture::new();
    let (id, start) = pulling(&fixture, &folder("contacts"), "");
    let (events, quiet, more) = pull(&fixture, &id, &start);
    assert_eq!(
        (events.len(), events[0].name.as_str(), more),
        (1, "StatusEvent", false)
    );
    let key = fixture.create("<t:Contact/>");
    let (events, seen, _) = pull(&fixture, &id, &quiet);
    let names: Vec<&str> = events.iter().map(|event| event.name.as_str()).collect();
    assert_eq!(names, ["CreatedEvent", "ModifiedEvent"]);
    assert_eq!(Key::of(&events[0]), key);
    assert_eq!(
        pull(&fixture, &id, &quiet).0.len(),
        2,
        "an answer that was lost can be had again"
    );
    assert_eq!(pull(&fixture, &id, &seen).0[0].name, "StatusEvent");
    // Another subscription goes on where this one was.
    let (another, _) = pulling(&fixture, "", &format!("<t:Watermark>{quiet}</t:Watermark>"));
    assert_eq!(pull(&fixture, &another, &quiet).0.len(), 2);
    assert_eq!(fixture.codes(&unsubscribe(&id)), ["NoError"]);
    assert_eq!(
        fixture.codes(&get_events(&id, &seen)),
        ["ErrorSubscriptionNotFound"]
    );
}

#[test]
fn many_events_come_in_several_answers() {
    let fixture = Fixture::new();
    let (id, mut at) = pulling(&fixture, "", "");
    fixture.standin.mailbox(|mailbox| {
        for _ in 0..40 {
            remote::create(mailbox, "tasks", Class::Task, &[]).unwrap();
        }
    });
    let mut counts = Vec::new();
    loop {
        let (events, next, more) = pull(&fixture, &id, &at);
        counts.push(events.len());
        at = next;
        if !more {
            break;
        }
    }
    assert_eq!(counts, [50, 30]);
}

#[test]
fn watermarks_and_kinds_of_subscriptions_are_not_mixed_up() {
    let fixture = Fixture::new();
    let (pulled, start) = pulling(&fixture, "", "");
    let streamed = id(&fixture.call(&subscribe("", ALL)));
    let code = |request: &str| fixture.codes(request).remove(0);
    assert_eq!(
        code(&get_events(&streamed, &start)),
        "ErrorInvalidPullSubscriptionId"
    );
    assert_eq!(
        code(&get_events(&pulled, "AQAAAA==")),
        "ErrorInvalidWatermark"
    );
    assert_eq!(
        code(&get_streaming_events(&[&pulled])),
        "ErrorInvalidSubscription"
    );
    let foreign = subscribe_to_pull("", ALL, "<t:Watermark>AQAAAA==</t:Watermark>");
    assert_eq!(code(&foreign), "ErrorInvalidWatermark");
}

#[test]
fn what_is_not_kept_any_more_ends_the_subscription() {
    let fixture = Fixture::new();
    let (id, start) = pulling(&fixture, "", "");
    fixture.standin.mailbox(|mailbox| {
        for _ in 0..501 {
            remote::create(mailbox, "tasks", Class::Task, &[]).unwrap();
        }
    });
    let more = format!("<t:Watermark>{start}</t:Watermark>");
    let late = fixture.codes(&subscribe_to_pull("", ALL, &more));
    assert_eq!(late, ["ErrorInvalidWatermark"]);
    assert_eq!(
        fixture.codes(&get_events(&id, &start)),
        ["ErrorEventNotFound"]
    );
    assert_eq!(
        fixture.codes(&get_events(&id, &start)),
        ["ErrorSubscriptionNotFound"]
    );
}

#[test]
fn a_subscription_that_is_not_asked_about_expires() {
    let fixture = Fixture::new();
    configure(&fixture, |settings| settings.minute_ms = 5);
    let begun = std::time::Instant::now();
    let (id, start) = pulling(&fixture, "", "");
    while fixture
        .standin
        .notifications()
        .figures(Some(USER))
        .subscriptions
        > 0
    {
        assert!(begun.elapsed().as_secs() < 20, "it has not expired");
        std::thread::yield_now();
    }
    assert!(begun.elapsed().as_millis() >= 50, "ten minutes of 5 ms");
    assert_eq!(
        fixture.codes(&get_events(&id, &start)),
        ["ErrorSubscriptionNotFound"]
    );
}
