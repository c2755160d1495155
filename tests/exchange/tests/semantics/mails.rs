//! Which mails the changes of meetings would send, and the answers that arrive by mail.

use exchange_standin::mail::Kind;
use exchange_standin::remote::meeting;

use crate::client::{Fixture, Key, codes, set, text};
use crate::meetings::{LUNCH, invitation, mails, only, receive, respond};

fn attendees(addresses: &[&str]) -> String {
    let each = addresses.iter().map(|address| {
        format!("<t:Attendee><t:Mailbox><t:EmailAddress>{address}</t:EmailAddress></t:Mailbox></t:Attendee>")
    });
    format!(
        "<t:RequiredAttendees>{}</t:RequiredAttendees>",
        each.collect::<String>()
    )
}

#[test]
fn who_is_mailed_follows_the_switch() {
    let fixture = Fixture::new();
    let (ben, eve, kim) = ("ben@example.com", "eve@example.com", "kim@example.com");
    let create = format!(
        "<m:CreateItem SendMeetingInvitations=\"SendToAllAndSaveCopy\"><m:Items><t:CalendarItem>{}</t:CalendarItem></m:Items></m:CreateItem>",
        attendees(&[ben, eve])
    );
    let mut key = Key::of(&fixture.call(&create));
    assert_eq!(
        mails(&fixture),
        [(Kind::Request, vec![ben.into(), eve.into()])]
    );
    let found = fixture.get(&key, "");
    assert_eq!(text(&found, "MeetingRequestWasSent"), Some("true"));
    let mut update = |change: &str, send: &str| {
        let response = fixture.call(&format!(
            "<m:UpdateItem ConflictResolution=\"AlwaysOverwrite\" SendMeetingInvitationsOrCancellations=\"{send}\"><m:ItemChanges>\
             <t:ItemChange>{}<t:Updates>{change}</t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>",
            key.xml()
        ));
        assert_eq!(codes(&response), ["NoError"]);
        key = Key::of(&response);
        mails(&fixture)
    };
    let people = |addresses: &[&str]| {
        set(
            "CalendarItem",
            "calendar:RequiredAttendees",
            &attendees(addresses),
        )
    };
    let subject = set("CalendarItem", "item:Subject", "<t:Subject>S</t:Subject>");
    assert_eq!(update(&people(&[ben, kim]), "SendToNone"), []);
    assert_eq!(
        update(&people(&[kim, eve]), "SendToChangedAndSaveCopy"),
        [
            (Kind::Request, vec![eve.into()]),
            (Kind::Cancellation, vec![ben.into()])
        ]
    );
    assert_eq!(update(&subject, "SendOnlyToChanged"), []);
    assert_eq!(
        update(&subject, "SendOnlyToAll"),
        [(Kind::Request, vec![kim.into(), eve.into()])]
    );
    let cancelled = respond(&fixture, "CancelCalendarItem", &key, "SendAndSaveCopy");
    assert_eq!(codes(&cancelled), ["NoError"]);
    assert_eq!(
        mails(&fixture),
        [(Kind::Cancellation, vec![kim.into(), eve.into()])]
    );
    assert_eq!(fixture.sync("calendar", "", 9).0, []);
}

#[test]
fn an_attendee_changes_a_meeting_for_oneself_only() {
    let fixture = Fixture::new();
    receive(&fixture, &invitation(LUNCH));
    let key = Key::of(&only(&fixture, "calendar"));
    let response = fixture.call(&format!(
        "<m:UpdateItem ConflictResolution=\"AlwaysOverwrite\" SendMeetingInvitationsOrCancellations=\"SendToAllAndSaveCopy\">\
         <m:ItemChanges><t:ItemChange>{}<t:Updates>{}</t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>",
        key.xml(),
        set("CalendarItem", "item:Subject", "<t:Subject>S</t:Subject>")
    ));
    assert_eq!(codes(&response), ["NoError"]);
    assert_eq!(mails(&fixture), []);
}

#[test]
fn answers_arrive_by_mail_and_stay_with_those_invited() {
    let fixture = Fixture::new();
    let key = fixture.create(&format!(
        "<t:CalendarItem>{}</t:CalendarItem>",
        attendees(&["ben@example.com", "eve@example.com"])
    ));
    fixture.standin.mailbox(|mailbox| {
        let number = *mailbox.items.keys().next_back().unwrap();
        meeting::answer(mailbox, number, "Ben@example.com", "Accept").unwrap();
    });
    let key = Key::of(&fixture.get(&key, ""));
    let people = attendees(&["ben@example.com", "kim@example.com"]);
    let key = fixture
        .update(
            &key,
            &set("CalendarItem", "calendar:RequiredAttendees", &people),
        )
        .unwrap();
    let found = fixture.get(&key, "");
    let responses: Vec<_> = found
        .get("RequiredAttendees")
        .unwrap()
        .children
        .iter()
        .map(|attendee| attendee.text_of("ResponseType").unwrap())
        .collect();
    assert_eq!(responses, ["Accept", "Unknown"]);
    assert!(found.descendant("LastResponseTime").is_some());
}
