//! Copies the layers below the network out of `src/core` and plants every bug of `bugs.rs`, each behind a switch: where the
//! source says `right`, the copy says `if planted { wrong } else { right }`.
#![allow(clippy::unwrap_used, reason = "a build may fail")]

use std::fs;
use std::path::{Path, PathBuf};

#[path = "bugs.rs"]
mod bugs;

use bugs::{BUGS, Bug};

const LAYERS: [&str; 7] = ["dav", "engine", "error", "ews", "mapping", "model", "sync"];

fn main() {
    let core = Path::new("../../src/core");
    let out = PathBuf::from(std::env::var_os("OUT_DIR").unwrap()).join("core");
    println!("cargo::rerun-if-changed=bugs.rs");
    println!("cargo::rerun-if-changed=build.rs");
    let mut unfit = Vec::new();
    let mut modules = String::from(
        "pub mod planted {\n    thread_local!(static BUG: std::cell::Cell<Option<usize>> = const { std::cell::Cell::new(None) });\n    \
         /// Plants one bug in this thread, or none.\n    pub fn plant(bug: Option<usize>) { BUG.set(bug); }\n    \
         pub fn is(bug: usize) -> bool { BUG.get() == Some(bug) }\n}\n",
    );
    for layer in LAYERS {
        println!("cargo::rerun-if-changed={}", core.join(layer).display());
        let file = format!("{layer}.rs");
        if core.join(&file).exists() {
            println!("cargo::rerun-if-changed={}", core.join(&file).display());
            copy(core, Path::new(&file), &out, &mut unfit);
        } else {
            copy(core, Path::new(layer), &out, &mut unfit);
        }
        modules.extend(["pub mod ", layer, ";\n"]);
    }
    fs::write(out.join("lib.rs"), modules).unwrap();
    fs::write(out.join("unfit.rs"), format!("&{unfit:?}")).unwrap();
    let tests: String = BUGS.iter().enumerate().map(test).collect();
    fs::write(out.join("tests.rs"), tests).unwrap();
}

fn copy(core: &Path, inside: &Path, out: &Path, unfit: &mut Vec<&'static str>) {
    let from = core.join(inside);
    if from.is_dir() {
        fs::create_dir_all(out.join(inside)).unwrap();
        for entry in fs::read_dir(&from).unwrap() {
            copy(core, &inside.join(entry.unwrap().file_name()), out, unfit);
        }
    } else {
        // The unit tests stay where they are.
        let source = fs::read_to_string(&from).unwrap();
        let mut source = source.replace("#[cfg(test)]", "#[cfg(any())]");
        for (number, bug) in BUGS.iter().enumerate() {
            if Path::new(bug.file) == inside {
                match plant(&source, number, bug) {
                    Some(planted) => source = planted,
                    None => unfit.push(bug.name),
                }
            }
        }
        // Written only where it changed, so that nothing is built again for nothing.
        if fs::read_to_string(out.join(inside)).ok().as_ref() != Some(&source) {
            fs::write(out.join(inside), source).unwrap();
        }
    }
}

/// None: the source does not say `right` exactly once.
fn plant(source: &str, number: usize, bug: &Bug) -> Option<String> {
    let mut parts = bug.right.splitn(3, ['«', '»']);
    let (start, middle, end) = (parts.next()?, parts.next(), parts.next());
    let (start, right, end) = match middle {
        None => ("", start, ""),
        Some(middle) => (start, middle, end?),
    };
    let whole = [start, right, end].concat();
    let (before, after) = source.split_once(&whole)?;
    let wrong = bug.wrong;
    let planted = format!("{{ if crate::planted::is({number}) {{ {wrong} }} else {{ {right} }} }}");
    (!after.contains(&whole)).then(|| [before, start, &planted, end, after].concat())
}

fn test((number, bug): (usize, &Bug)) -> String {
    let plain = |c: char| {
        if c.is_ascii_alphanumeric() {
            c.to_ascii_lowercase()
        } else {
            '_'
        }
    };
    let name: String = bug.name.chars().map(plain).collect();
    format!("#[test]\nfn {name}() {{ super::is_caught({number}); }}\n")
}
