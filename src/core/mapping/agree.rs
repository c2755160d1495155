//! Properties that say the same thing twice, of which each may come from another side after a merge.

use super::html::{Page, page};
use crate::model::{Key, Kind, Occurrence, Record, Value};

/// A body's HTML goes where its text is another one: the text is what every program shows. So does the number of another
/// priority.
pub fn agree(kind: Kind, record: &mut Record) {
    if kind == Kind::Contact {
        return;
    }
    if kind == Kind::Event {
        super::settle::settle_status(record);
    }
    super::settle::settle_rank(record);
    let occurrences: Vec<Occurrence> = record.occurrences().collect();
    if !is_told(record, None) {
        record.remove(Key::of("html"));
    }
    for occurrence in occurrences {
        if !is_told(record, Some(occurrence)) {
            record.set(Key::at(occurrence, "html"), Value::Cleared);
        }
    }
}

/// Whether the HTML, if there is any, says what the text says.
fn is_told(record: &Record, occurrence: Option<Occurrence>) -> bool {
    let text = |property| {
        let own = occurrence.and_then(|occurrence| record.get(Key::at(occurrence, property)));
        match own.or_else(|| record.own(property)) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    };
    text("html").is_none_or(|html| Page::of(&page(html)).plain.as_ref() == text("description"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_of_another_text_goes() {
        let occurrence: Occurrence = "20260105".parse().unwrap();
        let mut record: Record = [
            (Key::of("html"), Value::text("<b>old</b>")),
            (Key::of("description"), Value::text("old")),
            (Key::at(occurrence, Key::STATE), Value::Bool(true)),
            (Key::at(occurrence, "description"), Value::text("new")),
        ]
        .into_iter()
        .collect();
        agree(Kind::Event, &mut record);
        assert!(record.own("html").is_some());
        assert_eq!(
            record.get(Key::at(occurrence, "html")),
            Some(&Value::Cleared)
        );
        record.set(Key::of("description"), Value::text("new"));
        agree(Kind::Event, &mut record);
        assert_eq!(record.own("html"), None);
    }
}
