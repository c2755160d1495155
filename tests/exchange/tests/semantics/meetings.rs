//! Meetings: invitations that arrive, answers to them, cancellations, and which mails all this would send.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use exchange_standin::bag::Attendee;
use exchange_standin::element::Element;
use exchange_standin::mail::Kind;
use exchange_standin::remote::meeting::{self, Invitation};
use exchange_standin::remote::properties_from_xml;

use crate::client::{Fixture, Key, codes, extended, extended_values, set, text};

pub const LUNCH: &str = "<t:Subject>Lunch</t:Subject><t:UID>lunch@example.com</t:UID><t:Start>2026-03-02T11:00:00Z</t:Start>\
                     <t:End>2026-03-02T12:00:00Z</t:End>";

pub fn invitation(xml: &str) -> Invitation {
    Invitation {
        organizer: Attendee {
            name: "Ben".into(),
            email: "ben@example.com".into(),
            ..Attendee::default()
        },
        properties: properties_from_xml(xml).unwrap(),
        occurrence: None,
    }
}

/// Receives the meeting and gives its number.
pub fn receive(fixture: &Fixture, invitation: &Invitation) -> u64 {
    fixture
        .standin
        .mailbox(|mailbox| meeting::invite(mailbox, invitation))
        .unwrap()
}

/// The only item of the folder.
pub fn only(fixture: &Fixture, folder: &str) -> Element {
    let (changes, _, _) = fixture.sync(folder, "", 512);
    assert_eq!(changes.len(), 1, "{folder}: {changes:?}");
    fixture
        .get_by(&format!("<t:ItemId Id=\"{}\"/>", changes[0].1), "")
        .unwrap()
}

pub fn respond(fixture: &Fixture, name: &str, to: &Key, disposition: &str) -> Element {
    fixture.call(&format!(
        "<m:CreateItem MessageDisposition=\"{disposition}\"><m:Items><t:{name}><t:ReferenceItemId Id=\"{}\" ChangeKey=\"{}\"/>\
         </t:{name}></m:Items></m:CreateItem>",
        to.id, to.change_key
    ))
}

pub fn mails(fixture: &Fixture) -> Vec<(Kind, Vec<String>)> {
    fixture
        .standin
        .mailbox(|mailbox| std::mem::take(&mut mailbox.mails))
        .into_iter()
        .map(|mail| (mail.kind, mail.to))
        .collect()
}

fn told<'a, const N: usize>(item: &'a Element, names: [&str; N]) -> [&'a str; N] {
    names.map(|name| text(item, name).unwrap_or("-"))
}

#[test]
fn an_invitation_waits_for_an_answer() {
    let fixture = Fixture::new();
    receive(&fixture, &invitation(LUNCH));
    let found = only(&fixture, "calendar");
    let names = [
        "UID",
        "IsMeeting",
        "IsCancelled",
        "MyResponseType",
        "LegacyFreeBusyStatus",
        "IsResponseRequested",
        "AppointmentState",
    ];
    assert_eq!(
        told(&found, names),
        [
            "lunch@example.com",
            "true",
            "false",
            "NoResponseReceived",
            "Tentative",
            "true",
            "3"
        ]
    );
    let address = |path: &[&str]| found.find(path).unwrap().text.clone();
    assert_eq!(
        address(&["Organizer", "Mailbox", "EmailAddress"]),
        "ben@example.com"
    );
    assert_eq!(
        address(&["RequiredAttendees", "Attendee", "Mailbox", "EmailAddress"]),
        "anna@example.org"
    );
    let paths = "<t:FieldURI FieldURI=\"calendar:IsOrganizer\"/>";
    let found = fixture.get(&Key::of(&found), paths);
    assert_eq!(text(&found, "IsOrganizer"), Some("false"));
    let answers = found.get("ResponseObjects").unwrap();
    assert!(answers.get("AcceptItem").is_some() && answers.get("CancelCalendarItem").is_none());
}

#[test]
fn accepting_makes_the_meeting_anew_and_mails_only_if_told_to() {
    let fixture = Fixture::new();
    for (name, response, busy, disposition, kind) in [
        ("AcceptItem", "Accept", "Busy", "SaveOnly", None),
        (
            "TentativelyAcceptItem",
            "Tentative",
            "Tentative",
            "SendAndSaveCopy",
            Some(Kind::Tentative),
        ),
        (
            "AcceptItem",
            "Accept",
            "Busy",
            "SendOnly",
            Some(Kind::Accept),
        ),
    ] {
        receive(&fixture, &invitation(LUNCH));
        let before = Key::of(&only(&fixture, "calendar"));
        let answer = respond(&fixture, name, &before, disposition);
        assert_eq!(codes(&answer), ["NoError"]);
        let found = only(&fixture, "calendar");
        let after = Key::of(answer.descendant("CalendarItem").unwrap());
        assert_eq!(after, Key::of(&found));
        assert_ne!(after.id, before.id);
        assert_eq!(
            fixture.get_by(&before.xml(), "").unwrap_err(),
            "ErrorItemNotFound"
        );
        let names = ["MyResponseType", "LegacyFreeBusyStatus", "UID"];
        assert_eq!(told(&found, names), [response, busy, "lunch@example.com"]);
        assert!(found.get("AppointmentReplyTime").is_some());
        let sent = kind.map(|kind| (kind, vec!["ben@example.com".to_owned()]));
        assert_eq!(mails(&fixture), Vec::from_iter(sent));
        fixture.delete(&after.xml(), "HardDelete");
    }
    assert_eq!(fixture.sync("drafts", "", 9).0.len(), 1);
    assert_eq!(fixture.sync("sentitems", "", 9).0.len(), 1);
}

#[test]
fn a_server_may_leave_the_accepted_meeting_its_id() {
    let fixture = Fixture::new();
    receive(&fixture, &invitation(LUNCH));
    fixture
        .standin
        .mailbox(|mailbox| mailbox.settings.keeps_accepted = true);
    let before = Key::of(&only(&fixture, "calendar"));
    respond(&fixture, "AcceptItem", &before, "SaveOnly");
    let after = Key::of(&only(&fixture, "calendar"));
    assert_eq!(after.id, before.id);
    assert_ne!(after.change_key, before.change_key);
}

#[test]
fn declining_moves_the_meeting_to_the_bin() {
    let fixture = Fixture::new();
    receive(&fixture, &invitation(LUNCH));
    let before = Key::of(&only(&fixture, "calendar"));
    let answer = respond(&fixture, "DeclineItem", &before, "SaveOnly");
    assert_eq!(codes(&answer), ["NoError"]);
    assert_eq!(fixture.sync("calendar", "", 9).0, []);
    let found = only(&fixture, "deleteditems");
    assert_eq!(
        told(&found, ["MyResponseType", "LegacyFreeBusyStatus"]),
        ["Decline", "Free"]
    );
    assert_eq!(mails(&fixture), []);
}

#[test]
fn answers_that_make_no_sense_are_refused() {
    let fixture = Fixture::new();
    let own = fixture.create("<t:CalendarItem/>");
    let task = fixture.create("<t:Task/>");
    let code = |name: &str, key: &Key| codes(&respond(&fixture, name, key, "SaveOnly")).remove(0);
    assert_eq!(
        code("AcceptItem", &own),
        "ErrorCalendarIsOrganizerForAccept"
    );
    assert_eq!(
        code("DeclineItem", &own),
        "ErrorCalendarIsOrganizerForDecline"
    );
    assert_eq!(
        code("RemoveItem", &own),
        "ErrorCalendarIsOrganizerForRemove"
    );
    assert_eq!(
        code("AcceptItem", &task),
        "ErrorInvalidItemForOperationAcceptItem"
    );
    let number = receive(&fixture, &invitation(LUNCH));
    let (changes, _, _) = fixture.sync("calendar", "", 1);
    let received = fixture.get_by(&format!("<t:ItemId Id=\"{}\"/>", changes[0].1), "");
    let received = Key::of(&received.unwrap());
    assert_eq!(
        code("CancelCalendarItem", &received),
        "ErrorCalendarIsNotOrganizer"
    );
    assert_eq!(
        code("RemoveItem", &received),
        "ErrorInvalidItemForOperationRemoveItem"
    );
    let without = format!(
        "<m:CreateItem><m:Items><t:AcceptItem><t:ReferenceItemId Id=\"{}\"/></t:AcceptItem></m:Items></m:CreateItem>",
        received.id
    );
    assert_eq!(fixture.codes(&without), ["ErrorMessageDispositionRequired"]);
    fixture
        .standin
        .mailbox(|mailbox| meeting::cancel(mailbox, number, None))
        .unwrap();
    let found = fixture.get(&received, "");
    assert_eq!(
        told(&found, ["IsCancelled", "Subject", "LegacyFreeBusyStatus"]),
        ["true", "Canceled: Lunch", "Free"]
    );
    assert_eq!(
        code("AcceptItem", &received),
        "ErrorCalendarIsCancelledForAccept"
    );
    assert_eq!(code("RemoveItem", &received), "NoError");
    assert_eq!(
        text(&only(&fixture, "deleteditems"), "IsCancelled"),
        Some("true")
    );
}

#[test]
fn one_occurrence_of_a_received_series_is_answered_alone() {
    let fixture = Fixture::new();
    let rule = "<t:Recurrence><t:DailyRecurrence><t:Interval>1</t:Interval></t:DailyRecurrence><t:NumberedRecurrence>\
                <t:StartDate>2026-03-02</t:StartDate><t:NumberOfOccurrences>5</t:NumberOfOccurrences></t:NumberedRecurrence></t:Recurrence>";
    receive(&fixture, &invitation(&format!("{LUNCH}{rule}")));
    let master = Key::of(&only(&fixture, "calendar"));
    let nth = |index: u32| {
        let id = format!(
            "<t:OccurrenceItemId RecurringMasterId=\"{}\" InstanceIndex=\"{index}\"/>",
            master.id
        );
        fixture.get_by(&id, "")
    };
    respond(
        &fixture,
        "AcceptItem",
        &Key::of(&nth(2).unwrap()),
        "SaveOnly",
    );
    respond(
        &fixture,
        "DeclineItem",
        &Key::of(&nth(3).unwrap()),
        "SaveOnly",
    );
    let answers = [1, 2, 4].map(|index| {
        let found = nth(index).unwrap();
        told(&found, ["MyResponseType", "CalendarItemType"]).map(str::to_owned)
    });
    assert_eq!(
        answers,
        [
            ["NoResponseReceived", "Occurrence"],
            ["Accept", "Exception"],
            ["NoResponseReceived", "Occurrence"]
        ]
        .map(|each| each.map(str::to_owned))
    );
    assert_eq!(
        nth(3).unwrap_err(),
        "ErrorCalendarOccurrenceIsDeletedFromRecurrence"
    );
    let found = fixture.get(&master, "");
    assert_eq!(text(&found, "MyResponseType"), Some("NoResponseReceived"));
}

#[test]
fn an_orphan_has_the_date_of_its_place_in_the_series() {
    let fixture = Fixture::new();
    let mut orphan = invitation(LUNCH);
    orphan.occurrence = Some("2026-03-01T11:00:00Z".parse().unwrap());
    receive(&fixture, &orphan);
    let key = Key::of(&only(&fixture, "calendar"));
    let paths = extended("Meeting", 3, "Binary") + &extended("Meeting", 0x23, "Binary");
    let found = fixture.get(&key, &paths);
    let ids: Vec<Vec<u8>> = extended_values(&found)
        .iter()
        .map(|id| STANDARD.decode(id).unwrap())
        .collect();
    assert_eq!(
        (&ids[0][16..20], &ids[1][16..20]),
        (&[0x07, 0xea, 3, 1][..], &[0; 4][..])
    );
    assert_eq!(
        told(&found, ["CalendarItemType", "UID"]),
        ["Single", "lunch@example.com"]
    );
    receive(&fixture, &invitation(LUNCH));
    assert_eq!(fixture.sync("calendar", "", 9).0.len(), 2);
}

#[test]
fn an_update_finds_the_meeting_that_is_there() {
    let fixture = Fixture::new();
    let first = receive(&fixture, &invitation(LUNCH));
    let moved = LUNCH.replace("2026-03-02", "2026-03-03");
    assert_eq!(receive(&fixture, &invitation(&moved)), first);
    assert_eq!(
        text(&only(&fixture, "calendar"), "Start"),
        Some("2026-03-03T11:00:00Z")
    );
}

#[test]
fn a_meeting_from_icalendar_keeps_its_organizer() {
    let fixture = Fixture::new();
    let calendar = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:a@example.com\r\nDTSTART:20260302T110000Z\r\n\
                DTEND:20260302T120000Z\r\nORGANIZER;CN=Ben:mailto:ben@example.com\r\nATTENDEE;PARTSTAT=ACCEPTED:mailto:anna@example.org\r\n\
                SUMMARY:Lunch\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    let state = extended("Appointment", 0x8217, "Integer");
    let key = fixture.create(&format!(
        "<t:CalendarItem><t:MimeContent CharacterSet=\"UTF-8\">{}</t:MimeContent><t:ExtendedProperty>{state}<t:Value>3</t:Value>\
         </t:ExtendedProperty></t:CalendarItem>",
        STANDARD.encode(calendar)
    ));
    let found = fixture.get(&key, "");
    assert_eq!(
        found
            .find(&["Organizer", "Mailbox", "EmailAddress"])
            .unwrap()
            .text,
        "ben@example.com"
    );
    assert_eq!(text(&found, "IsMeeting"), Some("true"));
    let answer = respond(&fixture, "AcceptItem", &key, "SaveOnly");
    assert_eq!(codes(&answer), ["NoError"]);
    assert_eq!(
        text(&only(&fixture, "calendar"), "MyResponseType"),
        Some("Accept")
    );
}

#[test]
fn online_meetings_tell_where_to_join() {
    let mut fixture = Fixture::new();
    let join = "<t:ExtendedFieldURI DistinguishedPropertySetId=\"PublicStrings\" PropertyName=\"OnlineMeetingExternalLink\" PropertyType=\"String\"/>";
    let key = fixture.create(&format!(
        "<t:CalendarItem><t:ExtendedProperty>{join}<t:Value>https://example.com/join</t:Value></t:ExtendedProperty>\
         <t:AllowNewTimeProposal>false</t:AllowNewTimeProposal><t:NetShowUrl>https://example.com/show</t:NetShowUrl></t:CalendarItem>"
    ));
    let paths = "<t:FieldURI FieldURI=\"calendar:JoinOnlineMeetingUrl\"/><t:FieldURI FieldURI=\"meetingRequest:IntendedFreeBusyStatus\"/>";
    let found = fixture.get(&key, paths);
    let names = [
        "JoinOnlineMeetingUrl",
        "IsOnlineMeeting",
        "AllowNewTimeProposal",
        "NetShowUrl",
        "IntendedFreeBusyStatus",
    ];
    assert_eq!(
        told(&found, names),
        [
            "https://example.com/join",
            "true",
            "false",
            "https://example.com/show",
            "Busy"
        ]
    );
    let online = set(
        "CalendarItem",
        "calendar:IsOnlineMeeting",
        "<t:IsOnlineMeeting>true</t:IsOnlineMeeting>",
    );
    assert_eq!(
        fixture.update(&key, &online).unwrap_err(),
        "ErrorInvalidPropertySet"
    );
    fixture.version = "Exchange2013_SP1";
    assert!(fixture.update(&key, &online).is_ok());
}
