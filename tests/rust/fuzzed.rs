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
fn a_line_that_is_said_twice_is_read_once() {
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
fn a_line_that_is_said_twice_in_another_way_is_read_once() {
    demands::check_local(
        Kind::Event,
        &event("SUMMaRY:Twice\r\nSUMMARY:Twice\r\nSUMMARY;X-A=1:Twice"),
    );
}

#[test]
fn a_line_that_would_swallow_the_next_is_not_carried() {
    demands::check_local(Kind::Event, &event("X-QUOTED-PRINTABLE:1;A=\u{1} "));
}
