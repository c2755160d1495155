//! The control endpoint.

use serde_json::{Value, json};

use crate::client::{Fixture, USER, request, sync, text};

pub fn ask(fixture: &Fixture, method: &str, path: &str, content: &Value) -> Value {
    let url = format!("{}{path}", fixture.standin.control());
    let content = if content.is_null() {
        String::new()
    } else {
        content.to_string()
    };
    let reply = request(
        &url,
        method,
        &content,
        &[("Content-Type", "application/json")],
    )
    .unwrap();
    assert_eq!(reply.status, 200, "{}", reply.text());
    serde_json::from_slice(&reply.body).unwrap()
}

#[test]
fn faults_come_and_calls_are_counted_from_outside() {
    let fixture = Fixture::new();
    let fault = json!({ "kind": "message", "code": "ErrorQuotaExceeded", "operation": "SyncFolderItems", "count": 1 });
    ask(&fixture, "POST", "/faults", &fault);
    assert_eq!(
        ask(&fixture, "GET", "/faults", &Value::Null)
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(
        fixture.codes(&sync("contacts", "", 10)),
        ["ErrorQuotaExceeded"]
    );
    let calls = ask(&fixture, "GET", "/calls", &Value::Null);
    assert_eq!(
        calls,
        json!({
            "total": 1,
            "operations": { "SyncFolderItems": 1 },
            "open": 0,
            "most_at_once": { "all": 1, "by_mailbox": { USER: 1 } },
        })
    );
    ask(&fixture, "DELETE", "/calls", &Value::Null);
    assert_eq!(ask(&fixture, "GET", "/calls", &Value::Null)["total"], 0);
}

#[test]
fn items_are_created_changed_and_deleted_from_outside() {
    let fixture = Fixture::new();
    let items = format!("/mailbox/{USER}/items");
    let created = ask(
        &fixture,
        "POST",
        &items,
        &json!({
            "folder": "contacts", "class": "Contact",
            "set": {
                "Surname": "A", "Categories": ["One", "Two"], "PhoneNumbers": { "HomePhone": "1" },
                "PhysicalAddresses": { "Home": { "City": "Bern" } },
            },
        }),
    );
    let (changes, state, _) = fixture.sync("contacts", "", 10);
    let id = format!("<t:ItemId Id=\"{}\"/>", changes[0].1);
    let found = fixture.get_by(&id, "").unwrap();
    assert_eq!(found.get("Categories").unwrap().children.len(), 2);
    assert_eq!(found.descendant("City").unwrap().text, "Bern");
    let one = format!("{items}/{}", created["number"]);
    ask(
        &fixture,
        "PATCH",
        &one,
        &json!({ "set": { "Surname": "B" }, "delete": ["item:Categories"] }),
    );
    let found = fixture.get_by(&id, "").unwrap();
    assert_eq!(
        (text(&found, "Surname"), found.get("Categories")),
        (Some("B"), None)
    );
    let dump = ask(&fixture, "GET", "/mailbox", &Value::Null);
    assert_eq!(dump["items"][0]["properties"]["0x3a11"], "B");
    ask(&fixture, "DELETE", &one, &Value::Null);
    assert_eq!(
        fixture.sync("contacts", &state, 10).0,
        [("Delete".to_owned(), changes[0].1.clone())]
    );
}

#[test]
fn occurrences_are_changed_and_deleted_from_outside() {
    let fixture = Fixture::new();
    let items = format!("/mailbox/{USER}/items");
    let rule = "<t:Start>2026-03-02T09:00:00Z</t:Start><t:End>2026-03-02T10:00:00Z</t:End><t:Recurrence><t:DailyRecurrence>\
                <t:Interval>1</t:Interval></t:DailyRecurrence><t:NoEndRecurrence><t:StartDate>2026-03-02</t:StartDate>\
                </t:NoEndRecurrence></t:Recurrence>";
    let created = ask(
        &fixture,
        "POST",
        &items,
        &json!({ "folder": "calendar", "class": "CalendarItem", "xml": rule }),
    );
    let one = format!("{items}/{}", created["number"]);
    ask(
        &fixture,
        "PATCH",
        &one,
        &json!({ "set": { "Subject": "Own" }, "occurrence": 2 }),
    );
    ask(
        &fixture,
        "DELETE",
        &format!("{one}?occurrence=3"),
        &Value::Null,
    );
    let dump = ask(&fixture, "GET", &format!("/mailbox/{USER}"), &Value::Null);
    assert_eq!(
        dump["items"][0]["exceptions"]["2"]["properties"]["0x0037"],
        "Own"
    );
    assert_eq!(dump["items"][0]["deleted"], json!([3]));
}

#[test]
fn a_seeded_mailbox_is_the_same_every_time_and_every_item_can_be_read() {
    let seeded = || Fixture::with(|builder| builder.seed(7));
    let (one, other) = (seeded(), seeded());
    let items = |fixture: &Fixture| ask(fixture, "GET", "/mailbox", &Value::Null)["items"].clone();
    assert_eq!(items(&one), items(&other));
    for folder in ["calendar", "contacts", "tasks"] {
        let (changes, _, _) = one.sync(folder, "", 512);
        assert!(changes.len() > 20, "{folder}");
        for batch in changes.chunks(100) {
            let ids: String = batch
                .iter()
                .map(|(_, id)| format!("<t:ItemId Id=\"{id}\"/>"))
                .collect();
            let codes = one.codes(&format!(
                "<m:GetItem><m:ItemShape><t:BaseShape>AllProperties</t:BaseShape></m:ItemShape><m:ItemIds>{ids}</m:ItemIds></m:GetItem>"
            ));
            assert!(codes.iter().all(|code| code == "NoError"), "{codes:?}");
        }
    }
}

#[test]
fn meetings_and_attachments_come_from_outside_and_mails_are_told() {
    let fixture = Fixture::new();
    let mailbox = format!("/mailbox/{USER}");
    let lunch = json!({
        "organizer": { "name": "Ben", "email": "ben@example.com" },
        "set": {
            "Subject": "Lunch", "UID": "lunch@example.com", "Start": "2026-03-02T11:00:00Z", "End": "2026-03-02T12:00:00Z",
            "RequiredAttendees": ["eve@example.com", { "name": "Anna", "email": USER }],
        },
    });
    let number = &ask(&fixture, "POST", &format!("{mailbox}/invitations"), &lunch)["number"];
    let item = format!("{mailbox}/items/{number}");
    let file =
        "<t:FileAttachment><t:Name>a b.txt</t:Name><t:Content>AAEC</t:Content></t:FileAttachment>";
    ask(
        &fixture,
        "POST",
        &format!("{item}/attachments"),
        &json!({ "xml": file }),
    );
    let dump = ask(&fixture, "GET", &mailbox, &Value::Null);
    let stored = &dump["items"][0];
    assert_eq!(stored["attachments"][0]["content"], "AAEC");
    assert_eq!(
        stored["properties"]["internal/RequiredAttendees"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    ask(
        &fixture,
        "DELETE",
        &format!("{item}/attachments/a%20b.txt"),
        &Value::Null,
    );
    ask(
        &fixture,
        "POST",
        &format!("{item}/cancellation"),
        &json!({}),
    );
    let dump = ask(&fixture, "GET", &mailbox, &Value::Null);
    assert_eq!(dump["items"][0]["attachments"], json!([]));
    assert_eq!(dump["items"][0]["properties"]["0x0037"], "Canceled: Lunch");
    assert_eq!(ask(&fixture, "GET", "/mails", &Value::Null), json!([]));
    let invited = "<t:RequiredAttendees><t:Attendee><t:Mailbox><t:EmailAddress>ben@example.com</t:EmailAddress></t:Mailbox>\
                   </t:Attendee></t:RequiredAttendees>";
    fixture.call(&format!(
        "<m:CreateItem SendMeetingInvitations=\"SendOnlyToAll\"><m:Items><t:CalendarItem><t:Subject>S</t:Subject>{invited}\
         </t:CalendarItem></m:Items></m:CreateItem>"
    ));
    assert_eq!(
        ask(&fixture, "GET", "/mails", &Value::Null),
        json!([{ "from": USER, "kind": "Request", "subject": "S", "to": ["ben@example.com"] }])
    );
    ask(&fixture, "DELETE", "/mails", &Value::Null);
    assert_eq!(
        ask(&fixture, "GET", "/status", &Value::Null)["mails_sent"],
        0
    );
    let settings = format!("{mailbox}/settings");
    ask(
        &fixture,
        "PUT",
        &settings,
        &json!({ "attachment_limit": 7 }),
    );
    assert_eq!(
        ask(&fixture, "GET", &settings, &Value::Null)["attachment_limit"],
        7
    );
}

#[test]
fn somebody_is_busy_in_a_calendar_that_stays_small() {
    let fixture = Fixture::with(|builder| builder.crowd(2, "user{n}@example.org", "secret"));
    let edit = |wanted: &Value| ask(&fixture, "POST", "/edits", wanted)["edits"].clone();
    let mine = edit(&json!({ "mailbox": USER, "count": 8 }));
    let created: Vec<bool> = mine
        .as_array()
        .unwrap()
        .iter()
        .map(|edit| edit["created"].as_bool().unwrap())
        .collect();
    assert_eq!(created, [true, true, true, true, true, false, false, false]);
    let dump = ask(&fixture, "GET", "/mailbox", &Value::Null);
    let subjects: Vec<&str> = dump["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["properties"]["0x0037"].as_str().unwrap())
        .collect();
    assert_eq!(subjects.len(), 5);
    assert_eq!(mine[7]["subject"], "Edit 8");
    assert!(subjects.contains(&"Edit 8"), "{subjects:?}");
    let theirs = edit(&json!({}));
    let mailbox = theirs[0]["mailbox"].as_str().unwrap();
    assert!(mailbox.starts_with("user"), "{mailbox}");
    let dump = ask(
        &fixture,
        "GET",
        &format!("/mailbox/{mailbox}"),
        &Value::Null,
    );
    assert_eq!(dump["items"][0]["properties"]["0x0037"], "Edit 9");
    let figures = ask(&fixture, "GET", "/process", &Value::Null);
    assert!(
        figures["rss"].as_u64() > Some(1_000_000) && figures["cpu"].as_f64() > Some(0.0),
        "{figures}"
    );
}
