//! The attachments of changed occurrences. Each has a list of its own, which starts empty and does not follow the series'.

use super::files::FILES;
use super::{Context, rows, series};
use crate::model::{File, Key, Kind, Occurrence, Record, Value};

/// Which occurrences, by their place in the pattern, are to have which attachments once
/// [`occurrence_changes`](super::occurrence_changes) of the same arguments are applied.
pub fn occurrence_files(
    kind: Kind,
    target: &Record,
    changed: &[Key],
    context: &Context,
) -> Vec<(u32, Vec<File>)> {
    let has_files = |(key, _): (Key, &Value)| key.property == FILES;
    if kind != Kind::Event
        || !(target.iter().any(has_files) || changed.iter().any(|key| key.property == FILES))
    {
        return Vec::new();
    }
    let reset = series::is_reset(changed, target);
    let of_series = changed.contains(&Key::of(FILES));
    let mut wanted: Vec<(Occurrence, Vec<File>)> = Vec::new();
    for occurrence in target.occurrences() {
        let state = Key::at(occurrence, Key::STATE);
        if target.get(state) != Some(&Value::Bool(true)) {
            continue;
        }
        let told = of_series || changed.contains(&Key::at(occurrence, FILES));
        if !(told || reset || changed.contains(&state)) {
            continue;
        }
        let item = series::effective(target, occurrence, rows(kind), context);
        match item.own(FILES) {
            Some(Value::Files(files)) => wanted.push((occurrence, files.clone())),
            _ if told => wanted.push((occurrence, Vec::new())),
            _ => {}
        }
    }
    let occurrences: Vec<Occurrence> = wanted.iter().map(|(occurrence, _)| *occurrence).collect();
    let indices = series::indices(target, &occurrences, context);
    indices
        .into_iter()
        .zip(wanted)
        .filter_map(|(index, (_, files))| Some((index?, files)))
        .collect()
}
