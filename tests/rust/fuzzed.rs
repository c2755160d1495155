//! What `make fuzz` found, held to what the fuzz targets demand.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

#[path = "../fuzz/src/lib.rs"]
mod demands;

use exchange_core::ews::Element;
use exchange_core::model::Kind;

fn event(lines: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:20260105T090000Z\r\n{lines}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
}

fn contact(lines: &str) -> String {
    format!("BEGIN:VCARD\r\nVERSION:4.0\r\nFN:x\r\n{lines}\r\nEND:VCARD\r\n")
}

#[test]
fn a_control_character_before_a_street_leaves_no_blank() {
    demands::check_local(Kind::Contact, &contact("ADR:;;\u{2} Street;;;;"));
    let item = Element::parse(
        "<Contact><PhysicalAddresses><Entry Key=\"Home\"><Street>\u{7f} Street</Street></Entry></PhysicalAddresses></Contact>"
            .as_bytes(),
    );
    demands::check_remote(Kind::Contact, &item.unwrap());
}

#[test]
fn a_control_character_in_an_address_is_left_out() {
    demands::check_local(
        Kind::Event,
        &event("ATTENDEE: a\u{0} \u{2}@example.org\u{7f} "),
    );
}

#[test]
fn a_mark_with_control_characters_in_it_is_no_mark() {
    demands::check_local(
        Kind::Contact,
        &contact("X-L;X-EXCHANGE\u{1}\u{0}-KEY=Te@\u{0}:d@BEGIN"),
    );
}

#[test]
fn a_line_that_is_said_twice_is_carried() {
    demands::check_local(Kind::Event, &event("SUMMARY:Twice\r\nSUMMARY:Twice"));
}

#[test]
fn control_characters_between_words_of_a_page_are_left_out() {
    demands::check_local(
        Kind::Event,
        &event(
            "X-ALT-DESC;FMTTYPE=text/html:<html><body>on <b>Mon\u{b}day\u{c} m</b></body></html>",
        ),
    );
}

#[test]
fn an_occurrence_leaves_out_no_days() {
    demands::check_local(
        Kind::Event,
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:20260326T090000Z\r\nRRULE:FREQ=DAILY\r\nEXDATE:20260401T090000Z\r\nEND:VEVENT\r\n\
         BEGIN:VEVENT\r\nEXDATE:Daily\r\nDTSTART:20260330T100000Z\r\nRECURRENCE-ID:20260330T090000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
    );
}

#[test]
fn a_line_that_is_said_twice_in_another_way_is_carried() {
    demands::check_local(
        Kind::Event,
        &event("SUMMaRY:Twice\r\nSUMMARY:Twice\r\nSUMMARY;X-A=1:Twice"),
    );
}

#[test]
fn a_line_that_would_swallow_the_next_is_not_carried() {
    demands::check_local(Kind::Event, &event("X-QUOTED-PRINTABLE:1;A=\u{1} "));
}

#[test]
fn a_line_that_is_said_again_with_control_characters_is_carried() {
    demands::check_local(
        Kind::Contact,
        &contact("HOBBY:Che\u{0}ss\r\nX-BILLING:7\r\nHOBBY:Chess"),
    );
}

#[test]
fn an_address_of_control_characters_is_none() {
    let three = "EMAIL:a@example.org\r\nEMAIL:b@example.org\r\nEMAIL:c@example.org";
    demands::check_local(Kind::Contact, &contact(&format!("{three}\r\nEMAIL:\u{7f}")));
}

#[test]
fn a_mark_is_not_lost_in_a_quotation_mark_that_never_closes() {
    demands::check_local(
        Kind::Contact,
        &contact("TEL;X=home:4\r\nTEL;X;TYPE=X:1\r\nTEL;TYPE=\u{7}fax\":5"),
    );
}

#[test]
fn an_address_that_is_said_again_with_more_empty_parts_is_carried() {
    let work = "ADR;TYPE=WORK:PO 1;;Lane 2;Town";
    demands::check_local(
        Kind::Contact,
        &contact(&format!("{work}\r\n{work}\r\n{work};;;")),
    );
}

#[test]
fn a_contact_without_a_name_is_not_filed_as_its_name() {
    demands::check_local(
        Kind::Contact,
        "BEGIN:VCARD\r\nVERSION:4.0\r\nX-EXCHANGE-FILE-AS:DisplayName\r\nEND:VCARD\r\n",
    );
}

#[test]
fn a_contact_shown_as_it_is_filed_has_no_rule() {
    demands::check_local(
        Kind::Contact,
        "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Example\\, Ada\r\nN:Example;Ada;;;\r\nX-EXCHANGE-FILE-AS:DisplayName\r\nEND:VCARD\r\n",
    );
}

#[test]
fn a_text_that_says_no_time_is_none() {
    let item = Element::parse(
        "<Task><ExtendedProperty><ExtendedFieldURI DistinguishedPropertySetId=\"Task\" PropertyId=\"33029\" PropertyType=\"SystemTime\"/>\
         <Value>2026-01-05T00:00:00Z</Value></ExtendedProperty>\
         <ExtendedProperty><ExtendedFieldURI DistinguishedPropertySetId=\"PublicStrings\" PropertyName=\"integration_exchange.due_time\" PropertyType=\"String\"/>\
         <Value>232999 W. Europe Standard Time</Value></ExtendedProperty></Task>"
            .as_bytes(),
    );
    demands::check_remote(Kind::Task, &item.unwrap());
}

#[test]
fn a_parameter_that_says_nothing_stays_where_a_line_is_marked() {
    demands::check_local(
        Kind::Contact,
        &contact("TEL;X=home:4\r\nTEL;X;TYPE=X:1\r\nTEL;;TYPE=\u{7}fax:5"),
    );
}

#[test]
fn a_group_is_sent_as_one() {
    demands::check_local(Kind::Contact, &contact("KIND:group"));
}

#[test]
fn a_damaged_relation_that_names_the_manager_says_nothing_more() {
    demands::check_local(
        Kind::Contact,
        &contact("X-MANAGER:Bob\r\nRELATED;TYPE=mana\u{1}ger:Bob"),
    );
    demands::check_local(
        Kind::Contact,
        &contact("X-MANAGER:Bob\r\nRELATED;VALUE=text;TYPE=friend:Bob"),
    );
}

#[test]
fn a_line_that_ends_in_separators_and_control_characters_is_another() {
    let twice = "SUMMARY:eat=\r\nSUMMARY:eat=\u{1};\u{2};";
    demands::check_local(Kind::Event, &event(twice));
    demands::check_local(
        Kind::Task,
        &format!("BEGIN:VCALENDAR\r\nBEGIN:VTODO\r\n{twice}\r\nEND:VTODO\r\nEND:VCALENDAR\r\n"),
    );
}

#[test]
fn what_an_alarm_says_is_compared_without_control_characters() {
    let alarm = "BEGIN:VALARM\r\nACTION:DISPLAY\u{1}\r\nTRIGGER:-PT5M\r\nDESCRIPTION:Remin\u{2}der\r\nEND:VALARM";
    demands::check_local(Kind::Event, &event(alarm));
    demands::check_local(
        Kind::Task,
        &format!(
            "BEGIN:VCALENDAR\r\nBEGIN:VTODO\r\nDUE:20260105T090000Z\r\n{alarm}\r\nEND:VTODO\r\nEND:VCALENDAR\r\n"
        ),
    );
}

#[test]
fn a_group_of_contacts_in_a_calendar_is_read_as_an_event_is() {
    let group = "<DistributionList><Subject>Team</Subject><LegacyFreeBusyStatus>Free</LegacyFreeBusyStatus></DistributionList>";
    let item = Element::parse(group.as_bytes()).unwrap();
    for kind in Kind::ALL {
        demands::check_remote(kind, &item);
    }
}

#[test]
fn an_empty_line_beside_another_of_its_name_says_nothing() {
    demands::check_local(Kind::Event, &event("SUMMARY:\r\nSUMMARY:\u{1}"));
    demands::check_local(
        Kind::Contact,
        &contact("X-OFFICE:\r\nX-EVOLUTION-OFFICE:\u{1}"),
    );
}

#[test]
fn an_answer_to_a_meeting_takes_a_call_of_its_own() {
    demands::check_local(
        Kind::Event,
        &event("ORGANIZER:mailto:bert@example.com\r\nATTENDEE:mailto:cora@example.com"),
    );
}

#[test]
fn words_beside_a_gender_that_is_said_again_are_carried() {
    demands::check_local(Kind::Contact, &contact("GENDER:M\r\nGENDER:M;Fellow"));
    let text = contact("GENDER:M\r\nGENDER:M;Fellow");
    let local = exchange_core::mapping::read_local(Kind::Contact, &text, &demands::context());
    let carried = local.unwrap().record.own("unmapped").cloned();
    assert_eq!(
        carried,
        Some(exchange_core::model::Value::text("GENDER:M;Fellow"))
    );
}

#[test]
fn damaged_addresses_that_are_said_again_are_carried() {
    let damaged = "EMAIL;TN:VCARD\r\nVERSION:4.0!PRODID:-//integration_exchange//EN\r\nEMAIL;TYPE=INTERNET:zoe@exapelm.org\r\nTEL;TYPE=WORK;TYPE=FAX:3";
    let others = "ADR;TYP    E=WORK:;;PRODID:-//integration_exchange//EN\r\nORG:One\\, two;Sales";
    demands::check_local(
        Kind::Contact,
        &contact(&format!("{damaged}\r\n{others}\r\n{damaged}")),
    );
}

/// A calendar of these occurrences of a series that the file does not hold, each by its lines.
fn orphans(parts: &[&str]) -> String {
    let parts: String = parts
        .iter()
        .map(|lines| format!("BEGIN:VEVENT\r\nUID:u\r\n{lines}\r\nEND:VEVENT\r\n"))
        .collect::<Vec<_>>()
        .concat();
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{parts}END:VCALENDAR\r\n")
}

#[test]
fn several_series_in_exchange_are_one_event() {
    demands::check_local(Kind::Event, &event("RRULE:FREQ=DAILY;BYHOUR=9,14;COUNT=6"));
}

#[test]
fn occurrences_that_are_in_one_anothers_way_stay_where_they_were() {
    let both = [
        "RECURRENCE-ID:20260330T070000Z\r\nDTSTART:20260323T070000Z\r\nDTEND:20260323T080000Z",
        "RECURRENCE-ID:20260419T070000Z\r\nDTSTART:20260323T070000Z\r\nDTEND:20260323T080000Z\r\nSUMMARY:Other",
    ];
    demands::check_local(Kind::Event, &orphans(&both));
    let series = "RRULE:FREQ=WEEKLY;COUNT=9\r\nDTSTART:20260105T070000Z\r\nDTEND:20260105T080000Z";
    demands::check_local(
        Kind::Event,
        &orphans(&[
            series,
            "RECURRENCE-ID:20260119T070000Z\r\nDTSTART:20260106T070000Z\r\nDTEND:20260106T080000Z",
            "RECURRENCE-ID:20260126T070000Z\r\nDTSTART:20260106T070000Z\r\nDTEND:20260106T080000Z",
        ]),
    );
}

#[test]
fn what_is_moved_five_years_on_with_all_after_it_settles() {
    let series = "RRULE:FREQ=YEARLY\r\nDTSTART;VALUE=DATE:20240707\r\nSUMMARY:S";
    let later = "RECURRENCE-ID;RANGE=THISANDFUTURE;VALUE=DATE:20250707\r\nDTSTART;VALUE=DATE:20300707\r\nSUMMARY:U";
    demands::check_local(Kind::Event, &orphans(&[series, later]));
}

#[test]
fn of_two_that_are_one_occurrence_the_newest_is_written() {
    let one = "RECURRENCE-ID:20260330T070000Z\r\nDTSTART:20260330T090000Z\r\nSUMMARY:";
    let other = "RECURRENCE-ID:20260428T070000Z\r\nDTSTART:20260428T090000Z";
    let text = orphans(&[&format!("{one}Old"), &format!("{one}New"), other]);
    demands::check_local(Kind::Event, &text);
    demands::check_local(
        Kind::Event,
        &orphans(&[&format!("{one}Old"), &format!("{one}New")]),
    );
    let elsewhere = "RECURRENCE-ID:20260330T070000Z\r\nDTSTART;TZID=Asia/Tokyo:20260330T090000";
    demands::check_local(Kind::Event, &orphans(&[&format!("{one}Old"), elsewhere]));
}

#[test]
fn an_occurrence_that_is_not_shown_stays_as_it_is() {
    let near = "RECURRENCE-ID:20260330T070000Z\r\nDTSTART:20260330T090000Z";
    demands::check_local(
        Kind::Event,
        &orphans(&[near, "RECURRENCE-ID:20960420T070000Z\r\nSUMMARY:Far"]),
    );
}

#[test]
fn a_link_is_not_called_by_blanks() {
    demands::check_local(Kind::Event, &event("ATTACH:page/\u{b} End"));
}

#[test]
fn of_a_guest_who_stands_there_twice_one_answer_counts() {
    let guest = "ATTENDEE;PARTSTAT=TENTATIVE:mailto:c@example.org\r\nATTENDEE;PARTSTAT=ACCEPTED:mailto:c@example.org";
    demands::check_local(
        Kind::Event,
        &event(&format!("ORGANIZER:mailto:b@example.org\r\n{guest}")),
    );
}

#[test]
fn a_name_that_speaks_of_an_encoding_is_none() {
    let item = Element::parse(
        "<Contact><DisplayName>Ada</DisplayName><EmailAddresses><Entry Key=\"EmailAddress1\" Name=\"Ada QUOTED-PRINTABLE\">a@example.org;x=</Entry></EmailAddresses></Contact>"
            .as_bytes(),
    );
    demands::check_remote(Kind::Contact, &item.unwrap());
}

#[test]
fn a_line_that_leaves_out_no_day_stays() {
    let weekly = "RRULE:FREQ=WEEKLY\r\nEXDATE:\r\nEXDATE;X-A:\r\nEXDATE:20260112T090000Z";
    demands::check_local(Kind::Event, &event(weekly));
}

#[test]
fn a_file_of_that_name_is_not_encoded_so() {
    demands::check_local(Kind::Event, &event("ATTACH:QUOTED-PRINTABLE"));
    demands::check_local(Kind::Contact, &contact("X-A;N=QUOTED-PRINTABLE:a=20b="));
}

#[test]
fn what_a_damaged_line_would_be_without_its_control_characters_is_not_decoded() {
    let damaged = "X-A;ENCODING=QUOTED-PRINT\u{8}ABLE:a=20b";
    demands::check_local(Kind::Contact, &contact(damaged));
}

#[test]
fn an_occurrence_that_differs_in_nothing_stays_while_its_series_does() {
    let series = "RRULE:FREQ=DAILY\r\nDTSTART:20260105T090000Z\r\nDTEND:20260105T100000Z";
    let same =
        "RECURRENCE-ID:20260107T090000Z\r\nDTSTART:20260107T090000Z\r\nDTEND:20260107T100000Z";
    demands::check_local(Kind::Event, &orphans(&[series, same]));
}

#[test]
fn a_damaged_file_is_no_link() {
    let damaged = "ATTACH:\u{0}data:image/png;base64,\u{b}4,";
    demands::check_local(Kind::Event, &event(damaged));
}

#[test]
fn an_occurrence_stays_in_the_zone_that_it_was_written_in() {
    let series = "RRULE:FREQ=DAILY\r\nDTSTART;TZID=Europe/Vienna:20260105T090000\r\nDTEND;TZID=Europe/Vienna:20260105T100000";
    let moved = "RECURRENCE-ID;TZID=Europe/Vienna:20260107T090000\r\nDTSTART;TZID=Indian/Chagos:20260107T160000";
    demands::check_local(Kind::Event, &orphans(&[series, moved]));
}

#[test]
fn a_line_that_nothing_tells_apart_from_a_page_is_not_carried() {
    let item = Element::parse(
        "<Task><ExtendedProperty><ExtendedFieldURI DistinguishedPropertySetId=\"PublicStrings\" PropertyName=\"integration_exchange.unmapped\" PropertyType=\"String\"/>\
         <Value>X-A:1\nSUMMARY:\nX-ALT-DESC;FMTTYPE=text/html:page</Value></ExtendedProperty></Task>"
            .as_bytes(),
    );
    demands::check_remote(Kind::Task, &item.unwrap());
}

#[test]
fn several_times_a_day_end_with_the_last_of_a_day() {
    for until in ["20260107", "20260107T100000Z", "20260107T10000"] {
        let rule = format!("RRULE:FREQ=DAILY;BYHOUR=9,14;UNTIL={until}");
        demands::check_local(Kind::Event, &event(&rule));
    }
}

#[test]
fn an_alarm_with_a_second_action_stays_a_reminder() {
    let alarm = "BEGIN:VALARM\r\nACTION:DISPLAY\r\nACTION:EMAIL\r\nTRIGGER:-PT1H\r\nEND:VALARM";
    demands::check_local(Kind::Event, &event(alarm));
}

#[test]
fn single_occurrences_of_days_and_of_times_are_set_aside() {
    let day = "RECURRENCE-ID;VALUE=DATE:20260707\r\nDTSTART;VALUE=DATE:20260708";
    let time = "RECURRENCE-ID:20260809T090000Z\r\nDTSTART:20260809T100000Z";
    demands::check_local(Kind::Event, &orphans(&[day, time]));
    let both = "RECURRENCE-ID;VALUE=DATE:20260707\r\nDTSTART:20260707T100000Z";
    let other = "RECURRENCE-ID;VALUE=DATE:20270707\r\nDTSTART;VALUE=DATE:20270707";
    demands::check_local(Kind::Event, &orphans(&[both, other]));
}
