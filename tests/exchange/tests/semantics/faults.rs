//! Every fault shows as it is meant to, and no longer than it is meant to.

use std::time::{Duration, Instant};

use exchange_standin::fault::{Fault, Kind};

use crate::client::{Fixture, Key, body, codes, set, sync, text};

fn contact(fixture: &Fixture) -> Key {
    fixture.create("<t:Contact><t:Surname>A</t:Surname></t:Contact>")
}

fn surname(surname: &str) -> String {
    set(
        "Contact",
        "contacts:Surname",
        &format!("<t:Surname>{surname}</t:Surname>"),
    )
}

#[test]
fn busy_in_all_its_forms() {
    let fixture = Fixture::new();
    let add = |kind: Kind| fixture.standin.faults().add(Fault::once(kind));
    let ask = sync("contacts", "", 10);
    let back_off = |element: &exchange_standin::element::Element| {
        let value = element.descendant("MessageXml").unwrap().children[0].clone();
        (value.attr("Name").unwrap().to_owned(), value.text)
    };

    add(Kind::BusyMessage { back_off_ms: 1500 });
    let response = fixture.call(&ask);
    assert_eq!(codes(&response), ["ErrorServerBusy"]);
    assert_eq!(
        back_off(&response),
        ("BackOffMilliseconds".into(), "1500".into())
    );
    assert_eq!(response.descendant("SyncState").unwrap().text, "");

    add(Kind::BusyFault { back_off_ms: 1500 });
    let reply = fixture.send(&ask).unwrap();
    assert_eq!(
        (
            reply.status,
            body(&reply)
                .descendant("ResponseCode")
                .unwrap()
                .text
                .as_str()
        ),
        (500, "ErrorServerBusy")
    );
    assert_eq!(
        back_off(&body(&reply)),
        ("BackOffMilliseconds".into(), "1500".into())
    );

    add(Kind::ExceededConnectionCount);
    assert_eq!(fixture.fault(&ask), "ErrorExceededConnectionCount");

    add(Kind::Unavailable);
    assert_eq!(fixture.send(&ask).unwrap().status, 503);

    add(Kind::BusyInside);
    let response = fixture.call(&ask);
    assert_eq!(codes(&response), ["ErrorInternalServerError"]);
    let values = &response.descendant("MessageXml").unwrap().children;
    assert!(values.iter().any(|value| value.text == "ErrorServerBusy"));

    add(Kind::ConnectionReset);
    assert!(fixture.send(&ask).is_err());

    assert_eq!(fixture.codes(&ask), ["NoError"], "and then all is well");
}

#[test]
fn a_timeout_strikes_large_batches_and_nothing_was_done() {
    let fixture = Fixture::new();
    fixture
        .standin
        .faults()
        .add(Fault::always(Kind::Timeout { over: 2 }));
    let create = |count: usize| {
        format!(
            "<m:CreateItem><m:Items>{}</m:Items></m:CreateItem>",
            "<t:Contact/>".repeat(count)
        )
    };
    assert_eq!(fixture.codes(&create(3)), ["ErrorTimeoutExpired"; 3]);
    assert_eq!(fixture.codes(&create(2)), ["NoError"; 2]);
    assert_eq!(fixture.sync("contacts", "", 512).0.len(), 2);
}

#[test]
fn an_invalid_sync_state_only_where_states_are() {
    let fixture = Fixture::new();
    fixture
        .standin
        .faults()
        .add(Fault::once(Kind::InvalidSyncState).on("SyncFolderItems"));
    contact(&fixture);
    assert_eq!(
        fixture.codes(&sync("contacts", "", 10)),
        ["ErrorInvalidSyncStateData"]
    );
    assert_eq!(fixture.codes(&sync("contacts", "", 10)), ["NoError"]);
}

#[test]
fn somebody_else_is_faster() {
    let fixture = Fixture::new();
    let key = contact(&fixture);
    fixture
        .standin
        .faults()
        .add(Fault::once(Kind::StaleChangeKey).on("UpdateItem"));
    assert_eq!(
        fixture.update(&key, &surname("B")).unwrap_err(),
        "ErrorIrresolvableConflict"
    );
    let fresh = Key::of(&fixture.get(&key, ""));
    assert_ne!(fresh.change_key, key.change_key);
    let fresh = fixture.update(&fresh, &surname("B")).unwrap();
    fixture
        .standin
        .faults()
        .add(Fault::once(Kind::ItemGone).on("GetItem").skip(1));
    assert!(fixture.get_by(&fresh.xml(), "").is_ok());
    assert_eq!(
        fixture.get_by(&fresh.xml(), "").unwrap_err(),
        "ErrorItemNotFound"
    );
    assert_eq!(
        fixture.update(&fresh, &surname("C")).unwrap_err(),
        "ErrorItemNotFound"
    );
}

#[test]
fn the_server_changes_once_more_what_was_written() {
    let fixture = Fixture::new();
    fixture
        .standin
        .faults()
        .add(Fault::once(Kind::TouchedAfter).on("CreateItem"));
    let key = contact(&fixture);
    let (changes, _, _) = fixture.sync("contacts", "", 10);
    assert_eq!(changes, [("Create".to_owned(), key.id.clone())]);
    assert_ne!(Key::of(&fixture.get(&key, "")).change_key, key.change_key);
    assert_eq!(
        fixture.update(&key, &surname("B")).unwrap_err(),
        "ErrorIrresolvableConflict"
    );
}

#[test]
fn a_reply_is_lost_after_the_request_was_carried_out() {
    let fixture = Fixture::new();
    fixture
        .standin
        .faults()
        .add(Fault::once(Kind::ReplyLost).on("CreateItem"));
    assert!(
        fixture
            .send("<m:CreateItem><m:Items><t:Contact/></m:Items></m:CreateItem>")
            .is_err()
    );
    assert_eq!(fixture.sync("contacts", "", 512).0.len(), 1);
    fixture
        .standin
        .faults()
        .add(Fault::once(Kind::ConnectionReset).on("CreateItem"));
    assert!(
        fixture
            .send("<m:CreateItem><m:Items><t:Contact/></m:Items></m:CreateItem>")
            .is_err()
    );
    assert_eq!(
        fixture.sync("contacts", "", 512).0.len(),
        1,
        "a reset comes before anything is done"
    );
}

#[test]
fn answers_break_off_or_never_end() {
    let fixture = Fixture::new();
    let whole = fixture.send(&sync("contacts", "", 10)).unwrap();
    fixture
        .standin
        .faults()
        .add(Fault::once(Kind::TruncatedBody));
    let broken = fixture.send(&sync("contacts", "", 10)).unwrap();
    let announced: usize = broken.header("Content-Length").unwrap().parse().unwrap();
    assert_eq!(announced, whole.body.len());
    assert!(broken.body.len() < announced);
    fixture.standin.faults().add(Fault::once(Kind::EndlessBody));
    let endless = fixture.send(&sync("contacts", "", 10)).unwrap();
    assert!(
        endless.body.len() > 4 * 1024 * 1024,
        "the client stopped reading, not the server sending"
    );
}

#[test]
fn answers_are_slow_or_not_from_exchange_at_all() {
    let fixture = Fixture::new();
    fixture
        .standin
        .faults()
        .add(Fault::once(Kind::Slow { ms: 300 }));
    let begun = Instant::now();
    assert_eq!(fixture.codes(&sync("contacts", "", 10)), ["NoError"]);
    assert!(begun.elapsed() >= Duration::from_millis(300));
    fixture
        .standin
        .faults()
        .add(Fault::once(Kind::Unauthorized));
    assert_eq!(fixture.send(&sync("contacts", "", 10)).unwrap().status, 401);
    fixture.standin.faults().add(Fault::once(Kind::LoginPage));
    let page = fixture.send(&sync("contacts", "", 10)).unwrap();
    assert_eq!(
        (page.status, page.header("Content-Type")),
        (200, Some("text/html; charset=utf-8"))
    );
}

#[test]
fn control_characters_come_as_references_and_raw() {
    let fixture = Fixture::new();
    let key = contact(&fixture);
    fixture
        .standin
        .faults()
        .add(Fault::once(Kind::ControlCharacters).on("GetItem"));
    let get = format!(
        "<m:GetItem><m:ItemShape><t:BaseShape>AllProperties</t:BaseShape></m:ItemShape><m:ItemIds>{}</m:ItemIds></m:GetItem>",
        key.xml()
    );
    let reply = fixture.send(&get).unwrap();
    assert!(
        reply
            .text()
            .contains("<t:Surname>&#x0;\u{b}&#x1F;A</t:Surname>"),
        "{}",
        reply.text()
    );
    assert_eq!(text(&fixture.get(&key, ""), "Surname"), Some("A"));
}

#[test]
fn calls_are_counted_by_operation_and_logged_without_content() {
    let fixture = Fixture::new();
    fixture.call("<m:CreateItem><m:Items><t:Contact/><t:Contact/></m:Items></m:CreateItem>");
    fixture.call(&sync("contacts", "", 10));
    let calls = fixture.standin.calls();
    assert_eq!(
        (
            calls.total(),
            calls.count("CreateItem"),
            calls.parts("CreateItem")
        ),
        (2, 1, 2)
    );
    let log = calls.log();
    assert_eq!(
        (log[0].operation.as_str(), log[0].parts, log[0].status),
        ("CreateItem", 2, 200)
    );
    assert_eq!(log[1].mailbox, crate::client::USER);
    assert!(log[0].at_ms <= log[1].at_ms);
    calls.reset();
    assert_eq!(calls.total(), 0);
}
