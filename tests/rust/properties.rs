//! docs/properties.md is made from the mapping tables. `UPDATE_DOCS=1 cargo test --test properties` writes it anew.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

mod left_in_exchange;

use exchange_core::ews::{FieldPath, Version};
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
            "\n## {title}\n\n| property | {local} | Exchange | holds | goes | limit | since |\n| --- | --- | --- | --- | --- | --- | --- |\n"
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
        "| {} | {slots} | {places} | {} | {goes} | {} | {} |",
        row.property,
        holds(row.shape),
        row.limit,
        since(row)
    )
}

/// The first Exchange whose schema has what the row asks for; 2010 SP1 is the oldest that we speak with.
fn since(row: &Row) -> &'static str {
    let levels = || row.place.paths().into_iter().map(FieldPath::since);
    match (levels().min(), levels().max(), row.shape) {
        (_, _, Shape::Word(words)) if words.contains(&"elsewhere") => "2010; elsewhere 2013",
        (Some(Version::Exchange2010Sp1), Some(Version::Exchange2013Sp1), _) => "2010; more 2013",
        (_, Some(Version::Exchange2013Sp1), _) => "2013",
        (_, Some(Version::Exchange2016), _) => "2016",
        (_, _, Shape::Files) => "2010; links as such 2016",
        _ => "2010",
    }
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

/// The differences that are left after a full circle of real files: tests/data/differences.tsv, which tests/corpus holds
/// to what it sees.
fn differences() -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/data/differences.tsv");
    let table = std::fs::read_to_string(file).unwrap();
    let mut page = String::from(
        "\n## Differences after a full circle, and why\n\nWhat is not the same in real files that went from Nextcloud to Exchange and from there to another Nextcloud account\n(`make test-files`). The first account keeps its files as they were.\n\n| kind | property | difference | why |\n| --- | --- | --- | --- |\n",
    );
    for row in table.lines().skip(1) {
        let cells: Vec<&str> = row.split('\t').collect();
        let [kind, property, how, _, why] = cells[..] else {
            panic!("{row}");
        };
        writeln!(page, "| {kind} | `{property}` | {how} | {why} |").unwrap();
    }
    page
}

/// What people compare apps by: the rows it is made of, and what the property lists in the READMEs of
/// <https://github.com/ksainc/integration_ews> and <https://github.com/ksainc/integration_eas> say of it.
const FEATURES: &[(Kind, &str, &[&str], &str, &str)] = &[
    (
        Kind::Event,
        "Title, location, categories, priority, sensitivity",
        &["summary", "location", "categories", "priority", "class"],
        YES,
        YES,
    ),
    (Kind::Event, "Notes as text", &["description"], YES, YES),
    (Kind::Event, "Notes as HTML", &["html"], "", ""),
    (
        Kind::Event,
        "Start and end, each in its zone; all-day",
        &["start", "end"],
        YES,
        YES,
    ),
    (Kind::Event, "Availability", &["busy"], YES, YES),
    (Kind::Event, "Reminder", &["reminder"], "one", "one"),
    (
        Kind::Event,
        "Recurrence",
        &["recurrence"],
        "one day of the month, one month",
        "one day of the month, one month",
    ),
    (Kind::Event, "Organizer", &["organizer"], "", ""),
    (
        Kind::Event,
        "Attendees: required, optional",
        &["attendees"],
        YES,
        YES,
    ),
    (
        Kind::Event,
        "Attendees: responses",
        &["answers", "response"],
        YES,
        YES,
    ),
    (
        Kind::Event,
        "Colour, web address and every other line of the file",
        &["unmapped"],
        NO,
        NO,
    ),
    (Kind::Event, "Status: cancelled", &["cancelled"], "", ""),
    (
        Kind::Task,
        "Title, notes, categories, priority, sensitivity",
        &["summary", "description", "categories", "priority", "class"],
        "",
        TASKS,
    ),
    (
        Kind::Task,
        "Start, due, completed, with their times",
        &["start", "due", "completed", "due_time"],
        "",
        TASKS,
    ),
    (
        Kind::Task,
        "Status and percent",
        &["status", "percent"],
        "",
        TASKS,
    ),
    (
        Kind::Task,
        "Recurrence, regenerating too",
        &["recurrence"],
        "",
        TASKS,
    ),
    (Kind::Task, "Reminder", &["reminder"], "", TASKS),
    (
        Kind::Task,
        "Work, billing, mileage, companies, owner",
        &[
            "actual_work",
            "total_work",
            "billing",
            "mileage",
            "companies",
            "owner",
        ],
        "",
        TASKS,
    ),
    (
        Kind::Contact,
        "Name: display, first, last, additional, prefix, suffix, nickname",
        &[
            "full_name",
            "given_name",
            "surname",
            "middle_name",
            "name_prefix",
            "name_suffix",
            "nickname",
        ],
        YES,
        YES,
    ),
    (
        Kind::Contact,
        "Phonetic names, initials, file as",
        &[
            "phonetic_given_name",
            "phonetic_surname",
            "initials",
            "file_as",
        ],
        "",
        "",
    ),
    (
        Kind::Contact,
        "E-mail",
        &["email_1", "email_2", "email_3"],
        "three",
        "three",
    ),
    (
        Kind::Contact,
        "Phone",
        &["phone_work", "phone_home", "phone_mobile", "phone_other"],
        "11 numbers",
        "11 numbers",
    ),
    (
        Kind::Contact,
        "Addresses",
        &["home_street", "work_street", "other_street"],
        "three",
        "three",
    ),
    (
        Kind::Contact,
        "Post boxes, mailing address",
        &["home_post_box", "mailing_address"],
        "",
        "",
    ),
    (
        Kind::Contact,
        "Instant messaging",
        &["im_1", "im_2", "im_3"],
        NO,
        NO,
    ),
    (
        Kind::Contact,
        "Organization, title, role",
        &["company", "title", "role"],
        YES,
        YES,
    ),
    (
        Kind::Contact,
        "Department, office",
        &["department", "office"],
        "",
        "",
    ),
    (
        Kind::Contact,
        "Birthday, anniversary, gender, partner",
        &["birthday", "anniversary", "gender", "spouse"],
        YES,
        YES,
    ),
    (
        Kind::Contact,
        "Children, manager, assistant",
        &["children", "manager", "assistant"],
        "",
        "",
    ),
    (Kind::Contact, "Photo", &["photo"], YES, YES),
    (
        Kind::Contact,
        "Notes, categories",
        &["notes", "categories"],
        YES,
        YES,
    ),
    (
        Kind::Contact,
        "Web pages, custom fields",
        &["web_page", "web_page_home", "custom_1"],
        "",
        "",
    ),
    (
        Kind::Contact,
        "Every other line of the file",
        &["unmapped"],
        "",
        "",
    ),
];

const YES: &str = "yes";
const NO: &str = "not supported";
const TASKS: &str = "tasks, without a list";

/// README's table. An empty cell: its list does not name it.
fn features() -> String {
    let mut table = String::from(
        "| property | integration_exchange | integration_ews | integration_eas |\n| --- | --- | --- | --- |\n",
    );
    for (kind, name, properties, ews, eas) in FEATURES {
        let kind_name = match kind {
            Kind::Event => "Events",
            Kind::Task => "Tasks",
            Kind::Contact => "Contacts",
        };
        let mut limits = Vec::new();
        for property in *properties {
            let row = mapping::rows(*kind)
                .iter()
                .find(|row| row.property == *property)
                .unwrap_or_else(|| panic!("{kind} has no row {property}"));
            if !row.limit.is_empty() && properties.len() < 5 {
                limits.push(row.limit);
            }
        }
        limits.dedup();
        let ours = if limits.is_empty() {
            YES.to_owned()
        } else {
            format!("{YES}: {}", limits.join("; "))
        };
        writeln!(table, "| {kind_name}: {name} | {ours} | {ews} | {eas} |").unwrap();
    }
    table
}

/// README with a fresh table between the marks.
fn readme(old: &str) -> String {
    let (before, rest) = old.split_once("<!-- properties -->\n").unwrap();
    let (_, after) = rest.split_once("<!-- /properties -->").unwrap();
    format!(
        "{before}<!-- properties -->\n{}<!-- /properties -->{after}",
        features()
    )
}

fn check(file: &str, fresh: impl Fn(&str) -> String) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(file);
    let old = std::fs::read_to_string(&path).unwrap_or_default();
    let new = fresh(&old);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &new).unwrap();
    } else {
        assert!(
            old == new,
            "{file} is stale: run UPDATE_DOCS=1 cargo test -p exchange-core --test properties"
        );
    }
}

#[test]
fn properties_document_is_fresh() {
    check("docs/properties.md", |_| {
        page() + &left_in_exchange::page() + &differences()
    });
}

#[test]
fn readme_table_is_fresh() {
    check("README.md", readme);
}
