//! What the schema of Exchange Web Services has and the mapping tables have not.

use exchange_core::ews::FieldPath;
use exchange_core::mapping;
use exchange_core::model::Kind;
use std::fmt::Write;
use std::path::Path;

/// The properties of the schema that the tables do not have, each with its reason: tests/data/left_in_exchange.tsv.
fn left() -> Vec<(String, String)> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/data/left_in_exchange.tsv");
    let table = std::fs::read_to_string(file).unwrap();
    let rows = table
        .lines()
        .skip(1)
        .map(|row| row.split_once('\t').unwrap());
    rows.map(|(names, why)| (names.to_owned(), why.to_owned()))
        .collect()
}

pub fn page() -> String {
    let mut page = String::from(
        "\n## What else Exchange has\n\nEvery property that the schema of Exchange Web Services names for these kinds is in a table above, or here with the reason why it stays in\nExchange. There it stays as it is: a change from Nextcloud writes what changed and nothing else.\n\n| properties | why |\n| --- | --- |\n",
    );
    for (names, why) in left() {
        let names = super::code(names.split(' ').map(str::to_owned));
        writeln!(page, "| {names} | {why} |").unwrap();
    }
    page
}

/// The values of an enumeration of types.xsd.
fn enumerated<'s>(schema: &'s str, name: &str) -> Vec<&'s str> {
    let (_, rest) = schema
        .split_once(&format!("<xs:simpleType name=\"{name}\">"))
        .unwrap();
    let (body, _) = rest.split_once("</xs:simpleType>").unwrap();
    let values = body.split("enumeration value=\"").skip(1);
    values.filter_map(|value| value.split('"').next()).collect()
}

#[test]
fn every_property_of_the_schema_crosses_or_has_a_reason_not_to() {
    let default = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/ews/se-15.2.2562.17"
    );
    let folder = std::env::var("EWS_SCHEMA_DIR").unwrap_or_else(|_| default.to_owned());
    let Ok(schema) = std::fs::read_to_string(Path::new(&folder).join("types.xsd")) else {
        eprintln!(
            "SKIPPED: the properties of the schema, because there is no types.xsd in {folder}; set EWS_SCHEMA_DIR."
        );
        return;
    };
    let left = left();
    let left: Vec<&str> = left
        .iter()
        .flat_map(|(names, _)| names.split(' '))
        .collect();
    let mut known = enumerated(&schema, "UnindexedFieldURIType");
    known.extend(enumerated(&schema, "DictionaryURIType"));
    let mut wanting: Vec<String> = left
        .iter()
        .filter(|name| !known.contains(&name.rsplit('/').next().unwrap()))
        .map(|name| format!("{name} is not in the schema"))
        .collect();
    let mut mapped = Vec::new();
    for (kind, prefixes) in [
        (Kind::Event, &["item:", "calendar:"][..]),
        (Kind::Task, &["item:", "task:"]),
        (Kind::Contact, &["item:", "contacts:", "distributionlist:"]),
    ] {
        let paths = mapping::rows(kind).iter().flat_map(|row| row.place.paths());
        let paths: Vec<&str> = paths
            .filter_map(|path| match path {
                FieldPath::Field(uri) | FieldPath::Indexed(uri, _) => Some(uri),
                _ => None,
            })
            .collect();
        let of_kind = |name: &&&str| prefixes.iter().any(|prefix| name.starts_with(prefix));
        let open = known.iter().filter(of_kind);
        let of_this = |name: &str| format!("{kind:?}/{name}").to_lowercase();
        let is_left = |name: &str| {
            let own = of_this(name);
            left.iter()
                .any(|left| *left == name || left.to_lowercase() == own)
        };
        let open = open.filter(|name| !paths.contains(*name) && !is_left(name));
        wanting.extend(open.map(|name| format!("{name} of {kind:?}")));
        mapped.extend(paths);
    }
    let own = |name: &&&str| !name.starts_with("item:") && mapped.contains(*name);
    wanting.extend(
        left.iter()
            .filter(own)
            .map(|name| format!("{name} is mapped")),
    );
    assert!(wanting.is_empty(), "{}", wanting.join("\n"));
}
