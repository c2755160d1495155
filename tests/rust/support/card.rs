//! vCards as the tests write and read them, by their own few lines of code.

use std::collections::BTreeMap;

/// A line of a card and the property that it is in a record.
pub const FIELDS: [(&str, &str); 4] = [
    ("FN", "full_name"),
    ("NICKNAME", "nickname"),
    ("TITLE", "title"),
    ("NOTE", "notes"),
];

/// A line that only the local side can hold.
pub const PRIVATE: &str = "X-PRIVATE";

pub type Fields = BTreeMap<&'static str, String>;

/// A card with these properties.
pub fn card(uid: &str, fields: &Fields, private: &str) -> String {
    let mut text = format!("BEGIN:VCARD\r\nVERSION:3.0\r\nUID:{uid}\r\n");
    for (line, property) in FIELDS {
        if let Some(value) = fields.get(property) {
            text.extend([line, ":", value, "\r\n"]);
        }
    }
    text + &format!("{PRIVATE}:{private}\r\nEND:VCARD\r\n")
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
        .filter_map(|(name, property)| Some((*property, line(text, name)?.to_owned())))
        .collect()
}
