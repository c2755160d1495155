use super::fingerprint::{ElementPrint, elements, elements_of};
use crate::model::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Merges a set element by element where both sides changed it: what either side added is there, what either took away is
/// not. None where the same element was changed on both sides, or where it is no set.
///
/// A set may come out empty.
pub fn weave(base: Option<&str>, ours: Option<&Value>, theirs: Option<&Value>) -> Option<Value> {
    let (ours, theirs) = match (ours, theirs) {
        (None, None) => return None,
        (Some(ours), None) => (ours.clone(), empty_of(ours)?),
        (None, Some(theirs)) => (empty_of(theirs)?, theirs.clone()),
        (Some(ours), Some(theirs)) => (ours.clone(), theirs.clone()),
    };
    let known: BTreeMap<String, String> = base.map(named).unwrap_or_default();
    let wanted = wanted(&known, &elements(&ours), &elements(&theirs))?;
    match (ours, theirs) {
        (Value::List(ours), Value::List(theirs)) => {
            Some(Value::list(pick(&wanted, [ours, theirs], Value::List)))
        }
        (Value::People(ours), Value::People(theirs)) => {
            Some(Value::People(pick(&wanted, [ours, theirs], Value::People)))
        }
        (Value::Files(ours), Value::Files(theirs)) => {
            let files = pick(&wanted, [ours, theirs], Value::Files);
            Value::files(files).or(Some(Value::Files(Vec::new())))
        }
        _ => None,
    }
}

fn empty_of(value: &Value) -> Option<Value> {
    match value {
        Value::List(_) => Some(Value::List(Vec::new())),
        Value::People(_) => Some(Value::People(Vec::new())),
        Value::Files(_) => Some(Value::Files(Vec::new())),
        _ => None,
    }
}

fn named(print: &str) -> BTreeMap<String, String> {
    let elements = elements_of(print).into_iter();
    elements
        .map(|element| (element.name, element.print))
        .collect()
}

/// The elements that the merged set has. None: both sides changed the same one.
fn wanted(
    known: &BTreeMap<String, String>,
    ours: &[ElementPrint],
    theirs: &[ElementPrint],
) -> Option<BTreeSet<ElementPrint>> {
    let side = |elements: &[ElementPrint]| -> BTreeMap<String, String> {
        let elements = elements.iter().cloned();
        elements
            .map(|element| (element.name, element.print))
            .collect()
    };
    let (ours, theirs) = (side(ours), side(theirs));
    let names: BTreeSet<&String> = ours.keys().chain(theirs.keys()).collect();
    let mut wanted = BTreeSet::new();
    for name in names {
        let (here, there, before) = (ours.get(name), theirs.get(name), known.get(name));
        let stands = if here == there || there == before {
            here
        } else if here == before {
            there
        } else {
            return None;
        };
        wanted.extend(stands.map(|print| ElementPrint {
            name: name.clone(),
            print: print.clone(),
        }));
    }
    Some(wanted)
}

/// The wanted elements, each once, those of the first side first.
fn pick<T: Clone>(
    wanted: &BTreeSet<ElementPrint>,
    sides: [Vec<T>; 2],
    set: impl Fn(Vec<T>) -> Value,
) -> Vec<T> {
    let mut left = wanted.clone();
    let all = sides.into_iter().flatten();
    all.filter(|element| {
        let prints = elements(&set(vec![element.clone()]));
        prints.first().is_some_and(|print| left.remove(print))
    })
    .collect()
}
