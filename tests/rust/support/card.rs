//! vCards as the tests write and read them, by their own few lines of code.

use std::collections::BTreeMap;

/// A line of a card and the property that it is in a record.
pub const FIELDS: [(&str, &str); 4] = [
    ("FN", "full_name"),
    ("NICKNAME", "nickname"),
    ("TITLE", "title"),
    (OWN, "unmapped"),
];

/// A line that no row reads: the record has all of it, with its name.
const OWN: &str = "X-OWN";

/// A line that stays where it is.
pub const PRIVATE: &str = "PRODID";

pub type Fields = BTreeMap<&'static str, String>;

/// A card with these properties.
pub fn card(uid: &str, fields: &Fields, private: &str) -> String {
    let mut text = format!("BEGIN:VCARD\r\nVERSION:3.0\r\nUID:{uid}\r\n");
    for (line, property) in FIELDS {
        match fields.get(property) {
            Some(value) if line == OWN => text.extend([value, "\r\n"]),
            Some(value) => text.extend([line, ":", value, "\r\n"]),
            None => {}
        }
    }
    text + &format!("{PRIVATE}:{private}\r\nEND:VCARD\r\n")
}

/// What a record says where a line of this name has the value.
pub fn in_record(name: &str, value: &str) -> String {
    if name == OWN {
        format!("{name}:{value}")
    } else {
        value.to_owned()
    }
}

/// A text that is no card.
pub fn garbage(uid: &str) -> String {
    format!("UID:{uid}\r\nthis is not a card\r\n")
}

pub fn is_card(text: &str) -> bool {
    text.starts_with("BEGIN:VCARD")
}

pub fn line<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))
}

pub fn uid(text: &str) -> Option<&str> {
    line(text, "UID")
}

pub fn fields(text: &str) -> Fields {
    FIELDS
        .iter()
        .filter_map(|(name, property)| Some((*property, in_record(name, line(text, name)?))))
        .collect()
}
