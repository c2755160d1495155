//! The layers of the crate import upward only (see the head of `src/core/lib.rs`).
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

use std::fs;
use std::path::{Path, PathBuf};

/// Each layer and the ones it may name.
const LAYERS: &[(&str, &[&str])] = &[
    ("error", &[]),
    ("model", &["error"]),
    ("dav", &["error", "model"]),
    ("ews", &["error", "model"]),
    ("sync", &["error", "model"]),
    ("mapping", &["error", "model", "dav", "ews"]),
    ("client", &["error", "model", "ews"]),
    ("watch", &["error", "ews", "client"]),
    (
        "engine",
        &["error", "model", "dav", "ews", "sync", "mapping"],
    ),
    (
        "mailbox",
        &["error", "model", "ews", "mapping", "client", "engine"],
    ),
];

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            found.push(path);
        }
    }
}

/// The layers that a source file names after `crate::`.
fn named(source: &str) -> Vec<String> {
    source
        .split("crate::")
        .skip(1)
        .map(|rest| {
            rest.chars()
                .take_while(|c| c.is_ascii_lowercase() || *c == '_')
                .collect::<String>()
        })
        .filter(|name| LAYERS.iter().any(|(layer, _)| layer == name))
        .collect()
}

#[test]
fn layers_import_upward_only() {
    let core = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut all = Vec::new();
    files(core, &mut all);
    let mut checked = 0;
    for file in all {
        let inside = file.strip_prefix(core).unwrap();
        let first = inside.iter().next().unwrap().to_str().unwrap();
        let layer = first.trim_end_matches(".rs");
        let Some((_, allowed)) = LAYERS.iter().find(|(name, _)| *name == layer) else {
            continue;
        };
        checked += 1;
        for name in named(&fs::read_to_string(&file).unwrap()) {
            assert!(
                name == layer || allowed.contains(&name.as_str()),
                "{} names {name}, which is not below {layer}",
                inside.display()
            );
        }
    }
    assert!(checked > 50, "only {checked} files were found");
}

#[test]
fn every_layer_has_its_place_in_the_order() {
    let lib = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("lib.rs")).unwrap();
    let modules = lib.lines().filter_map(|line| line.strip_prefix("pub mod "));
    for module in modules {
        let name = module.trim_end_matches(';');
        assert!(
            LAYERS.iter().any(|(layer, _)| *layer == name),
            "{name} is a module without a place among the layers"
        );
    }
}

/// The packages of a lock file, as `name version`, and on what those of ours depend.
fn locked(path: &str) -> (Vec<String>, String) {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap();
    let field = |block: &str, name: &str| {
        let value = block.split_once(&format!("{name} = \"")).unwrap().1;
        value.split('"').next().unwrap().to_owned()
    };
    let mut all = Vec::new();
    let mut core = String::new();
    for block in text.split("[[package]]").skip(1) {
        if field(block, "name") == "exchange-core" {
            block.clone_into(&mut core);
        }
        all.push(format!(
            "{} {}",
            field(block, "name"),
            field(block, "version")
        ));
    }
    (all, core)
}

#[test]
fn the_fuzz_targets_are_built_of_the_same_packages() {
    const MEND: &str = "run: cp Cargo.lock tests/fuzz/Cargo.lock && cargo update --workspace --manifest-path tests/fuzz/Cargo.toml";
    let manifest = include_str!("../../src/core/Cargo.toml");
    let (all, _) = locked("../../Cargo.lock");
    let (fuzz, core) = locked("../../tests/fuzz/Cargo.lock");
    let own = ["exchange-fuzz", "libfuzzer-sys", "arbitrary"];
    for package in &fuzz {
        let name = package.split(' ').next().unwrap();
        assert!(
            own.contains(&name) || all.contains(package),
            "tests/fuzz/Cargo.lock has {package}, which Cargo.lock has not; {MEND}"
        );
    }
    let needs = manifest.split("[dependencies]").nth(1).unwrap();
    let needs = needs.split("\n[").next().unwrap().lines();
    for line in needs.filter(|line| !line.starts_with('#')) {
        let Some(name) = line
            .split(['.', ' '])
            .next()
            .filter(|name| !name.is_empty())
        else {
            continue;
        };
        assert!(
            core.contains(&format!("\"{name}\"")) || core.contains(&format!("\"{name} ")),
            "tests/fuzz/Cargo.lock does not know of {name}; {MEND}"
        );
    }
}
