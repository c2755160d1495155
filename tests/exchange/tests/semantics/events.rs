//! Calendar items: times and zones, bodies, reminders, identities.

use crate::client::{Fixture, extended, extended_values, set, text, unset};

const ZONE: &str = "<t:StartTimeZone Id=\"W. Europe Standard Time\"/><t:EndTimeZone Id=\"W. Europe Standard Time\"/>";

fn event(before: &str, after: &str) -> String {
    format!(
        "<t:CalendarItem>{before}<t:Start>2026-03-02T09:00:00Z</t:Start><t:End>2026-03-02T10:00:00Z</t:End>{after}\
         </t:CalendarItem>"
    )
}

#[test]
fn times_without_offset_are_read_in_the_zone_of_the_item_then_of_the_request_then_utc() {
    let mut fixture = Fixture::new();
    let local = |zone: &str| {
        format!(
            "<t:CalendarItem><t:Start>2026-07-01T09:00:00</t:Start><t:End>2026-07-01T10:00:00</t:End>{zone}</t:CalendarItem>"
        )
    };
    let start = |fixture: &Fixture, item: &str| {
        text(&fixture.get(&fixture.create(item), ""), "Start").map(str::to_owned)
    };
    assert_eq!(
        start(&fixture, &local("")).as_deref(),
        Some("2026-07-01T09:00:00Z")
    );
    fixture.zone = Some("Tokyo Standard Time");
    assert_eq!(
        start(&fixture, &local("")).as_deref(),
        Some("2026-07-01T00:00:00Z")
    );
    assert_eq!(
        start(&fixture, &local(ZONE)).as_deref(),
        Some("2026-07-01T07:00:00Z")
    );
    let item = fixture.get(
        &fixture.create(&local("")),
        "<t:FieldURI FieldURI=\"calendar:StartTimeZoneId\"/>",
    );
    assert_eq!(text(&item, "StartTimeZoneId"), Some("Tokyo Standard Time"));
}

#[test]
fn whole_days_are_snapped_to_midnight_of_their_zone() {
    let fixture = Fixture::new();
    let item = format!(
        "<t:CalendarItem><t:Start>2026-03-29T10:00:00Z</t:Start><t:End>2026-03-29T11:00:00Z</t:End>\
         <t:IsAllDayEvent>true</t:IsAllDayEvent>{ZONE}</t:CalendarItem>"
    );
    let found = fixture.get(&fixture.create(&item), "");
    // The day on which clocks go forward has 23 hours.
    assert_eq!(text(&found, "Start"), Some("2026-03-28T23:00:00Z"));
    assert_eq!(text(&found, "End"), Some("2026-03-29T22:00:00Z"));
}

#[test]
fn impossible_times_are_refused() {
    let fixture = Fixture::new();
    let between = |start: &str, end: &str| {
        format!(
            "<t:CalendarItem><t:Start>{start}T09:00:00Z</t:Start><t:End>{end}T09:00:00Z</t:End></t:CalendarItem>"
        )
    };
    assert_eq!(
        fixture.create_fails(&between("2026-03-02", "2026-03-01")),
        "ErrorCalendarEndDateIsEarlierThanStartDate"
    );
    assert_eq!(
        fixture.create_fails(&between("2026-03-02", "2032-03-01")),
        "ErrorCalendarDurationIsTooLong"
    );
    let key = fixture.create(&event("", ""));
    let late = set(
        "CalendarItem",
        "calendar:Start",
        "<t:Start>2026-03-02T11:00:00Z</t:Start>",
    );
    assert_eq!(
        fixture.update(&key, &late).unwrap_err(),
        "ErrorCalendarEndDateIsEarlierThanStartDate"
    );
}

#[test]
fn one_body_is_kept_and_shown_in_every_form() {
    let fixture = Fixture::new();
    let key = fixture.create(&event(
        "<t:Body BodyType=\"Text\">One &amp; only\nTwo</t:Body>",
        "",
    ));
    let paths = "<t:FieldURI FieldURI=\"item:TextBody\"/><t:ExtendedFieldURI PropertyTag=\"0x1000\" PropertyType=\"String\"/>";
    let found = fixture.get(&key, paths);
    assert_eq!(text(&found, "TextBody"), Some("One & only\r\nTwo"));
    assert_eq!(extended_values(&found), ["One & only\r\nTwo"]);
    assert_eq!(found.get("Body").unwrap().attr("BodyType"), Some("Text"));
    let page =
        "<t:Body BodyType=\"HTML\">&lt;p&gt;Hello &lt;i&gt;there&lt;/i&gt;&lt;/p&gt;</t:Body>";
    let key = fixture
        .update(&key, &set("CalendarItem", "item:Body", page))
        .unwrap();
    let found = fixture.get(&key, paths);
    assert_eq!(found.get("Body").unwrap().attr("BodyType"), Some("HTML"));
    assert_eq!(text(&found, "TextBody"), Some("Hello there\r\n"));
    assert_eq!(extended_values(&found), ["Hello there"]);
    let key = fixture.update(&key, &unset("item:Body")).unwrap();
    assert_eq!(text(&fixture.get(&key, paths), "TextBody"), Some(""));
}

#[test]
fn a_new_event_rings_unless_told_not_to() {
    let fixture = Fixture::new();
    let usual = fixture.get(&fixture.create(&event("", "")), "");
    assert_eq!(text(&usual, "ReminderIsSet"), Some("true"));
    assert_eq!(text(&usual, "ReminderMinutesBeforeStart"), Some("15"));
    let silent = fixture.get(
        &fixture.create(&event("<t:ReminderIsSet>false</t:ReminderIsSet>", "")),
        "",
    );
    assert_eq!(text(&silent, "ReminderIsSet"), Some("false"));
    let signal = extended("Common", 0x8560, "SystemTime");
    let hour = fixture.create(&event(
        "<t:ReminderMinutesBeforeStart>60</t:ReminderMinutesBeforeStart>",
        "",
    ));
    assert_eq!(
        extended_values(&fixture.get(&hour, &signal)),
        ["2026-03-02T08:00:00Z"]
    );
}

#[test]
fn uids_are_kept_and_stand_in_the_global_object_id() {
    let fixture = Fixture::new();
    let key = fixture.create(&event("<t:UID>a-b@example.com</t:UID>", ""));
    let found = fixture.get(&key, &extended("Meeting", 0x23, "Binary"));
    assert_eq!(text(&found, "UID"), Some("a-b@example.com"));
    assert!(extended_values(&found)[0].starts_with("BAAAAIIA4AB0xbcQGoLgCAAAAAA"));
    let unnamed = fixture.get(&fixture.create(&event("", "")), "");
    let uid = text(&unnamed, "UID").unwrap();
    assert!(
        uid.len() == 112 && uid.starts_with("040000008200E00074C5B7101A82E008"),
        "{uid}"
    );
    let other = fixture.get(&fixture.create(&event("", "")), "");
    assert_ne!(text(&other, "UID"), Some(uid));
}

#[test]
fn typed_and_extended_names_mean_one_property() {
    let fixture = Fixture::new();
    let property = |uri: &str, value: &str| {
        format!("<t:ExtendedProperty>{uri}<t:Value>{value}</t:Value></t:ExtendedProperty>")
    };
    let subject = "<t:ExtendedFieldURI PropertyTag=\"0x37\" PropertyType=\"String\"/>";
    let guid = "<t:ExtendedFieldURI PropertySetId=\"00062002-0000-0000-C000-000000000046\" PropertyId=\"33288\" PropertyType=\"String\"/>";
    let key = fixture.create(&event(
        &(property(subject, "By tag") + &property(guid, "By guid")),
        "",
    ));
    let found = fixture.get(
        &key,
        &(subject.to_owned() + &extended("Appointment", 0x8208, "String")),
    );
    assert_eq!(
        (text(&found, "Subject"), text(&found, "Location")),
        (Some("By tag"), Some("By guid"))
    );
    assert_eq!(extended_values(&found), ["By tag", "By guid"]);
    let echoed = found
        .get("ExtendedProperty")
        .unwrap()
        .get("ExtendedFieldURI")
        .unwrap();
    assert_eq!(
        echoed.attr("PropertyTag"),
        Some("0x37"),
        "a tag comes back as it was sent"
    );
    let busy = extended("Appointment", 0x8205, "Integer");
    let update = set(
        "CalendarItem",
        "calendar:LegacyFreeBusyStatus",
        "<t:LegacyFreeBusyStatus>OOF</t:LegacyFreeBusyStatus>",
    );
    let key = fixture.update(&key, &update).unwrap();
    assert_eq!(extended_values(&fixture.get(&key, &busy)), ["3"]);
}

#[test]
fn a_property_of_ones_own_is_kept() {
    let fixture = Fixture::new();
    let uri = "<t:ExtendedFieldURI DistinguishedPropertySetId=\"PublicStrings\" PropertyName=\"X-OWN\" PropertyType=\"String\"/>";
    let own =
        format!("<t:ExtendedProperty>{uri}<t:Value>a\u{e9}&#xD;\nb</t:Value></t:ExtendedProperty>");
    let key = fixture.create(&event(&own, ""));
    assert_eq!(extended_values(&fixture.get(&key, uri)), ["a\u{e9}\r\nb"]);
    let key = fixture
        .update(
            &key,
            &format!("<t:DeleteItemField>{uri}</t:DeleteItemField>"),
        )
        .unwrap();
    assert_eq!(
        extended_values(&fixture.get(&key, uri)),
        Vec::<String>::new()
    );
}

#[test]
fn attendees_are_kept_but_not_their_answers_and_nobody_is_mailed() {
    let fixture = Fixture::new();
    let people = "<t:RequiredAttendees><t:Attendee><t:Mailbox><t:Name>Ben</t:Name><t:EmailAddress>ben@example.com\
                  </t:EmailAddress></t:Mailbox><t:ResponseType>Accept</t:ResponseType></t:Attendee></t:RequiredAttendees>";
    let key = fixture.create(&event("", people));
    let found = fixture.get(&key, "");
    let attendee = &found.get("RequiredAttendees").unwrap().children[0];
    assert_eq!(
        attendee.find(&["Mailbox", "EmailAddress"]).unwrap().text,
        "ben@example.com"
    );
    assert_eq!(attendee.text_of("ResponseType"), Some("Unknown"));
    assert_eq!(text(&found, "IsMeeting"), Some("true"));
    assert_eq!(fixture.standin.mails_sent(), 0);
    let mailing = format!(
        "<m:CreateItem SendMeetingInvitations=\"SendToAllAndSaveCopy\"><m:Items>{}</m:Items></m:CreateItem>",
        event("", people)
    );
    assert_eq!(fixture.codes(&mailing), ["NoError"]);
    assert_eq!(fixture.standin.mails_sent(), 1);
}

#[test]
fn the_mime_content_is_icalendar_with_the_windows_zone() {
    use base64::Engine;
    let fixture = Fixture::new();
    let key = fixture.create(&event("<t:Subject>Lunch</t:Subject>", ZONE));
    let found = fixture.get(&key, "<t:FieldURI FieldURI=\"item:MimeContent\"/>");
    let text = base64::engine::general_purpose::STANDARD
        .decode(text(&found, "MimeContent").unwrap())
        .unwrap();
    let text = String::from_utf8(text).unwrap();
    assert!(
        text.contains("DTSTART;TZID=W. Europe Standard Time:20260302T100000"),
        "{text}"
    );
    assert!(
        text.contains("BEGIN:VTIMEZONE") && text.contains("SUMMARY:Lunch"),
        "{text}"
    );
}

const ENHANCED: &str = "<t:FieldURI FieldURI=\"calendar:EnhancedLocation\"/>";

#[test]
fn a_place_has_an_address_until_another_place_is_set() {
    let mut fixture = Fixture::new();
    let place = "<t:EnhancedLocation><t:DisplayName>Café</t:DisplayName><t:Annotation>upstairs</t:Annotation><t:PostalAddress>\
                 <t:Street>Way 1</t:Street><t:City>Bern</t:City><t:Latitude>46.9</t:Latitude></t:PostalAddress></t:EnhancedLocation>";
    let item = format!("<t:CalendarItem>{place}</t:CalendarItem>");
    let key = fixture.create(&item);
    let found = fixture.get(&key, ENHANCED);
    assert_eq!(text(&found, "Location"), Some("Café"));
    let told = found.get("EnhancedLocation").unwrap();
    assert_eq!(told.text_of("Annotation"), Some("upstairs"));
    let address = told.get("PostalAddress").unwrap();
    assert_eq!(address.text_of("Latitude"), Some("46.9"));
    let location = |place: &str| {
        let element = format!("<t:Location>{place}</t:Location>");
        set("CalendarItem", "calendar:Location", &element)
    };
    let key = fixture.update(&key, &location("Café")).unwrap();
    let found = fixture.get(&key, ENHANCED);
    assert!(
        found.descendant("City").is_some(),
        "the same place keeps its address"
    );
    let key = fixture.update(&key, &location("Bar")).unwrap();
    let found = fixture.get(&key, ENHANCED);
    assert_eq!(
        found
            .find(&["EnhancedLocation", "DisplayName"])
            .unwrap()
            .text,
        "Bar"
    );
    assert!(found.descendant("City").is_none());
    fixture.version = "Exchange2010_SP2";
    assert_eq!(fixture.create_fails(&item), "ErrorIncorrectSchemaVersion");
}

#[test]
fn working_elsewhere_is_known_from_2013_on() {
    let mut fixture = Fixture::new();
    let item = event(
        "",
        "<t:LegacyFreeBusyStatus>WorkingElsewhere</t:LegacyFreeBusyStatus>",
    );
    let key = fixture.create(&item);
    let busy = |fixture: &Fixture| {
        let found = fixture.get(&key, "");
        text(&found, "LegacyFreeBusyStatus").unwrap().to_owned()
    };
    assert_eq!(busy(&fixture), "WorkingElsewhere");
    fixture.version = "Exchange2010_SP2";
    assert_eq!(busy(&fixture), "Free");
    assert_eq!(fixture.create_fails(&item), "ErrorSchemaValidation");
}
