//! Golden files in tests/data/mapping: a local object, what is sent to Exchange for it, and the file that is made of what
//! Exchange answers. `UPDATE_GOLDEN=1 cargo test -p exchange-core --test golden` writes the parts after the first anew.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

use chrono_tz::Tz;
use exchange_core::ews::Element;
use exchange_core::mapping::{self, Context, Field, OccurrenceAction, Part};
use exchange_core::model::{Key, Kind, Record};
use std::fmt::Write;
use std::fs;
use std::path::Path;

const CONTEXT: Context = Context::new(
    Tz::Europe__Vienna,
    chrono::NaiveDate::from_ymd_opt(2026, 1, 1).unwrap(),
);

/// An element as indented XML, near enough for a reader.
fn show(element: &Element, depth: usize, text: &mut String) {
    write!(text, "{}<{}", "  ".repeat(depth), element.name).unwrap();
    for (name, value) in &element.attributes {
        write!(text, " {name}=\"{value}\"").unwrap();
    }
    if element.children.is_empty() {
        writeln!(text, ">{}</{}>", element.text.escape_debug(), element.name).unwrap();
        return;
    }
    text.push_str(">\n");
    for child in &element.children {
        show(child, depth + 1, text);
    }
    writeln!(text, "{}</{}>", "  ".repeat(depth), element.name).unwrap();
}

fn convert(kind: Kind, file: &str) -> String {
    let file = file.replace('\n', "\r\n");
    let local = match mapping::read_local(kind, &file, &CONTEXT) {
        Ok(local) => local,
        Err(error) => return format!("> set aside\n{}\n", error.message()),
    };
    let mut text = String::new();
    if !local.losses.is_empty() {
        text.push_str("> losses\n");
        for loss in &local.losses {
            writeln!(text, "{}: {}", loss.property, loss.reason).unwrap();
        }
    }
    match mapping::split(&local.record, &CONTEXT) {
        None => {
            let record = &local.record;
            let fields = mapping::create_fields(kind, "key", "uid", record, &CONTEXT).unwrap();
            text.push_str("> exchange\n");
            text.push_str(&item(kind, record, fields));
        }
        Some(split) => {
            for (rank, series) in (1..).zip(split.series) {
                let part = Part::new("key", &series.time, rank, &split.rule);
                let fields = mapping::part_fields(&part, "uid", &series.record, &CONTEXT).unwrap();
                writeln!(text, "> exchange {}", series.time).unwrap();
                text.push_str(&item(kind, &series.record, fields));
            }
        }
    }
    let keys: Vec<Key> = local.record.iter().map(|(key, _)| key).collect();
    text.push_str("> back\n");
    let fresh = mapping::write_local(kind, None, "uid", &local.record, &[], &CONTEXT).unwrap();
    text.push_str(&without_zones(&fresh.replace("\r\n", "\n")));
    let read = mapping::read_local(kind, &fresh, &CONTEXT).unwrap();
    assert_eq!(read.record, local.record);
    let same = mapping::write_local(kind, Some(&file), "uid", &local.record, &keys, &CONTEXT);
    assert_eq!(
        same.unwrap(),
        file,
        "a file that says the same was written anew"
    );
    text
}

/// What is sent for an item: itself, and its occurrences.
fn item(kind: Kind, record: &Record, fields: Vec<Field>) -> String {
    let mut text = String::new();
    let item = Element {
        name: match record.own("group") {
            Some(_) => "DistributionList".to_owned(),
            None => "Item".to_owned(),
        },
        children: fields.into_iter().map(|field| field.content).collect(),
        ..Element::default()
    };
    show(&item, 0, &mut text);
    let keys: Vec<Key> = record.iter().map(|(key, _)| key).collect();
    let changes = mapping::occurrence_changes(kind, record, &keys, &CONTEXT).unwrap();
    let deleted: Vec<String> = changes
        .iter()
        .filter(|change| change.action == OccurrenceAction::Delete)
        .map(|change| change.index.to_string())
        .collect();
    if !deleted.is_empty() {
        writeln!(text, "delete occurrences {}", deleted.join(" ")).unwrap();
    }
    for change in changes {
        match change.action {
            OccurrenceAction::Delete => {}
            OccurrenceAction::Update(steps) => {
                writeln!(text, "update occurrence {}", change.index).unwrap();
                for step in steps {
                    match step {
                        mapping::FieldChange::Set(field) => show(&field.content, 1, &mut text),
                        mapping::FieldChange::Delete(path) => {
                            writeln!(text, "  delete {path:?}").unwrap();
                        }
                    }
                }
            }
        }
    }
    text
}

/// Zone definitions have a test of their own.
fn without_zones(file: &str) -> String {
    let mut inside = false;
    file.split_inclusive('\n')
        .filter(|line| {
            inside |= line.starts_with("BEGIN:VTIMEZONE");
            let shown = !inside;
            inside &= !line.starts_with("END:VTIMEZONE");
            shown
        })
        .collect()
}

#[test]
fn golden_files_stand() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/data/mapping");
    let mut seen = 0;
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let golden = fs::read_to_string(&path).unwrap();
        let file = golden.split("\n> ").next().unwrap();
        let (heading, file) = file.split_once('\n').unwrap();
        let kind: Kind = heading.trim_start_matches("> ").parse().unwrap();
        let file = format!("{}\n", file.trim_end_matches('\n'));
        let now = format!("{heading}\n{file}{}", convert(kind, &file));
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            fs::write(&path, &now).unwrap();
        }
        assert!(
            now == golden || std::env::var_os("UPDATE_GOLDEN").is_some(),
            "{}:\n{now}",
            path.display()
        );
        seen += 1;
    }
    assert!(seen >= 10, "only {seen} golden files were found");
}
