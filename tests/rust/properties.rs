//! docs/properties.md is made from the mapping tables. `UPDATE_DOCS=1 cargo test --test properties` writes it anew.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

use exchange_core::ews::FieldPath;
use exchange_core::mapping::{self, Direction, Row, Shape};
use exchange_core::model::Kind;
use std::fmt::Write;
use std::path::Path;

fn page() -> String {
    let mut page = String::from(
        "# Properties\n\nGenerated from the tables in `src/core/mapping`; do not edit. `UPDATE_DOCS=1 cargo test -p exchange-core --test properties`\nwrites it anew.\n\nThe last row of each table carries every line that no other row reads, so that nothing is lost on the way to another calendar or\naddress book; Exchange shows nothing of it.\n",
    );
    for (kind, title, local) in [
        (Kind::Event, "Events", "iCalendar (VEVENT)"),
        (Kind::Task, "Tasks", "iCalendar (VTODO)"),
        (Kind::Contact, "Contacts", "vCard"),
    ] {
        write!(
            page,
            "\n## {title}\n\n| property | {local} | Exchange | holds | goes |\n| --- | --- | --- | --- | --- |\n"
        )
        .unwrap();
        for row in mapping::rows(kind) {
            writeln!(page, "{}", line(row)).unwrap();
        }
    }
    page
}

fn line(row: &Row) -> String {
    let slots = code(row.slot.names());
    let places = code(row.place.paths().into_iter().map(path));
    let goes = match row.direction {
        Direction::Both => "both ways",
        Direction::FromExchange => "from Exchange",
        Direction::OnCreate => "to Exchange, when created",
        Direction::OnceCreated => "both ways; to Exchange when created",
    };
    format!(
        "| {} | {slots} | {places} | {} | {goes} |",
        row.property,
        holds(row.shape)
    )
}

fn code(names: impl IntoIterator<Item = String>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

fn path(path: FieldPath) -> String {
    match path {
        FieldPath::Field(uri) => uri.to_owned(),
        FieldPath::Indexed(uri, index) => format!("{uri}/{index}"),
        FieldPath::Tag(tag, _) => format!("0x{tag:04X}"),
        FieldPath::Id(set, id, _) => format!("{}/0x{id:04X}", set.name()),
        FieldPath::Named(set, name, _) => format!("{}/{name}", set.name()),
    }
}

fn holds(shape: Shape) -> String {
    match shape {
        Shape::Line => "text".to_owned(),
        Shape::Text => "text of several lines".to_owned(),
        Shape::Lines => "lines".to_owned(),
        Shape::Html => "HTML".to_owned(),
        Shape::Word(words) => words.join(", "),
        Shape::Bool => "yes or no".to_owned(),
        Shape::Number(low, high) => format!("{low} to {high}"),
        Shape::Day => "day".to_owned(),
        Shape::TimeOfDay => "time of day".to_owned(),
        Shape::Instant => "instant".to_owned(),
        Shape::Moment => "day, or time in a zone".to_owned(),
        Shape::List => "words".to_owned(),
        Shape::Recurrence => "rule".to_owned(),
        Shape::TaskRecurrence => "rule, or a time after completion".to_owned(),
        Shape::Person => "person".to_owned(),
        Shape::People => "people".to_owned(),
        Shape::Answers => "address and answer of each".to_owned(),
        Shape::Bytes => "picture".to_owned(),
        Shape::Files => "files and links".to_owned(),
    }
}

#[test]
fn properties_document_is_fresh() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/properties.md");
    let page = page();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&file, &page).unwrap();
    }
    let written = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        written == page,
        "docs/properties.md is stale: run UPDATE_DOCS=1 cargo test -p exchange-core --test properties"
    );
}
