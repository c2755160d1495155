//! One line or component after the other, in an object that is sound otherwise.
#![no_main]

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use exchange_core::model::Kind;
use exchange_fuzz::check_local;
use libfuzzer_sys::fuzz_target;

/// What stands before the input and after it.
const EVENT: &[(&str, &str)] = &[
    ("DTSTART:20260105T090000Z\r\nRRULE:", ""),
    ("DTSTART;VALUE=DATE:20260131\r\nRRULE:FREQ=", ""),
    (
        "DTSTART;TZID=Europe/Vienna:20260105T090000\r\nRRULE:FREQ=WEEKLY\r\nEXDATE",
        "",
    ),
    (
        "DTSTART;TZID=Europe/Vienna:20260105T090000\r\nRRULE:FREQ=DAILY\r\nRDATE",
        "",
    ),
    ("DTSTART:20260105T090000Z\r\nDURATION:", ""),
    ("DTSTART", ""),
    ("DTSTART;TZID=", ":20260105T090000"),
    ("DTSTART;VALUE=DATE:20260105\r\nDTEND", ""),
    ("DTSTART:20260105T090000Z\r\nUID:", ""),
    (
        "DTSTART:20260105T090000Z\r\nX-ALT-DESC;FMTTYPE=text/html:",
        "",
    ),
    ("DTSTART:20260105T090000Z\r\nDESCRIPTION:", ""),
    ("DTSTART:20260105T090000Z\r\nATTENDEE", ""),
    ("DTSTART:20260105T090000Z\r\nATTACH", ""),
    ("DTSTART:20260105T090000Z\r\nCATEGORIES", ""),
    (
        "DTSTART:20260105T090000Z\r\nBEGIN:VALARM\r\nTRIGGER",
        "\r\nEND:VALARM",
    ),
];

const TASK: &[(&str, &str)] = &[
    ("DUE", ""),
    ("DTSTART;VALUE=DATE:20260105\r\nRRULE:FREQ=", ""),
    ("BEGIN:VALARM\r\nTRIGGER", "\r\nEND:VALARM"),
    ("STATUS:COMPLETED\r\nCOMPLETED:", ""),
];

const CONTACT: &[&str] = &[
    "N:",
    "BDAY",
    "ANNIVERSARY",
    "TEL",
    "EMAIL",
    "ADR",
    "IMPP",
    "ORG:",
    "PHOTO",
    "RELATED",
    "GENDER:",
    "NOTE:",
    "UID:",
    "item1.URL",
];

fuzz_target!(|input: (u8, &str)| {
    let (codec, text) = input;
    let codec = usize::from(codec);
    // The input may not leave its line or component: whole files are other targets' work.
    if text.to_ascii_uppercase().contains("END:") || text.to_ascii_uppercase().contains("BEGIN:") {
        return;
    }
    let known = EVENT.len() + TASK.len() + CONTACT.len();
    match codec % (known + 2) {
        at if at < EVENT.len() => {
            let (before, after) = EVENT[at];
            event("", &format!("{before}{text}{after}"));
        }
        at if at < EVENT.len() + TASK.len() => {
            let (before, after) = TASK[at - EVENT.len()];
            check_local(
                Kind::Task,
                &format!(
                    "BEGIN:VCALENDAR\r\nBEGIN:VTODO\r\nUID:u\r\n{before}{text}{after}\r\nEND:VTODO\r\nEND:VCALENDAR\r\n"
                ),
            );
        }
        at if at < known => {
            let name = CONTACT[at - EVENT.len() - TASK.len()];
            contact(&format!("{name}{text}"));
        }
        at if at == known => event(
            &format!(
                "BEGIN:VTIMEZONE\r\nTZID:Z\r\nBEGIN:STANDARD\r\n{text}\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
            ),
            "DTSTART;TZID=Z:20260705T090000",
        ),
        _ => contact(&format!(
            "PHOTO;ENCODING=b;TYPE=JPEG:{}",
            STANDARD.encode(text)
        )),
    }
});

fn event(zone: &str, lines: &str) {
    check_local(
        Kind::Event,
        &format!(
            "BEGIN:VCALENDAR\r\n{zone}BEGIN:VEVENT\r\n{lines}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        ),
    );
}

fn contact(line: &str) {
    for version in ["3.0", "4.0"] {
        check_local(
            Kind::Contact,
            &format!("BEGIN:VCARD\r\nVERSION:{version}\r\nFN:x\r\n{line}\r\nEND:VCARD\r\n"),
        );
    }
}
