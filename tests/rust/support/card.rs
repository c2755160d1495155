//! vCards as the tests write and read them.

use super::fields::{Fields, Slot};

/// A line of a card and the property that it is in a record.
const LINES: [(&str, &str); 5] = [
    ("FN", "full_name"),
    ("NICKNAME", "nickname"),
    ("TITLE", "title"),
    ("CATEGORIES", "categories"),
    (OWN, "unmapped"),
];

/// A line that no row reads: the record has all of it, with its name.
const OWN: &str = "X-OWN";

pub fn text(uid: &str, fields: &Fields, private: &str, stamp: &str) -> String {
    let mut text = format!("BEGIN:VCARD\r\nVERSION:3.0\r\nUID:{uid}\r\n");
    for (line, property) in LINES {
        if let Some(value) = fields.get(&(None, property)) {
            text.extend([line, ":", said(line, value), "\r\n"]);
        }
    }
    text + &format!("REV:{stamp}\r\nPRODID:{private}\r\nEND:VCARD\r\n")
}

/// What stands behind the colon; a line that is kept as a whole is its own value.
pub fn said<'a>(line: &str, value: &'a str) -> &'a str {
    value
        .strip_prefix(line)
        .and_then(|value| value.strip_prefix(':'))
        .filter(|_| line == OWN)
        .unwrap_or(value)
}

/// What a record says where a line of this name has the value.
pub fn in_record(line: &str, value: &str) -> String {
    match line {
        OWN => format!("{line}:{value}"),
        "CATEGORIES" => sorted(value),
        _ => value.to_owned(),
    }
}

pub fn sorted(words: &str) -> String {
    let mut words: Vec<&str> = words.split(',').collect();
    words.sort_unstable();
    words.join(",")
}

pub fn fields(text: &str) -> Fields {
    let slot = |line: &str| -> Option<(Slot, String)> {
        let (name, value) = line.split_once(':')?;
        let (_, property) = LINES.iter().find(|(line, _)| *line == name)?;
        Some(((None, *property), in_record(name, value)))
    };
    text.lines().filter_map(slot).collect()
}
