//! Lines that say more of what a row reads: the labels of its group (`item1.X-ABLabel`), and what its alarm says besides
//! the time. They are carried under the name of the row: `=email_2.X-ABLabel:Boat`, `=reminder.ACTION:AUDIO`.

use super::keyed::KEY;
use super::said::said;
use crate::dav::{Component, Entry, Line};
use crate::mapping::row::Row;
use crate::mapping::rows;
use crate::mapping::scope::Scope;
use crate::model::{Kind, Property};

/// No name of a group starts so.
const MARK: char = '=';

/// What an alarm that we write says, and is not carried.
const PLAIN: [(&str, &str); 4] = [
    ("ACTION", "DISPLAY"),
    ("DESCRIPTION", "Reminder"),
    // A second action, with which it would be no reminder elsewhere.
    ("ACTION", "EMAIL"),
    ("ACTION", "NONE"),
];

/// The group of a line.
pub fn group<'e>(entry: &'e Entry) -> Option<&'e str> {
    match entry {
        Entry::Line(line) => line.group(),
        Entry::Component(_) => None,
    }
}

pub fn is_tied(entry: &Entry) -> bool {
    group(entry).is_some_and(|group| group.starts_with(MARK))
}

/// The property that a carried line is tied to.
pub fn owner(text: &str) -> Option<&str> {
    let head = text.strip_prefix(MARK)?.split([':', ';']).next()?;
    head.split_once('.').map(|(property, _)| property)
}

/// A line that is tied to a row: where it stands, and its text.
struct Tied {
    /// The alarm that it stands in.
    within: Option<usize>,
    at: usize,
    text: String,
}

/// The line as it is carried, without its group.
fn content(line: &Line) -> Option<String> {
    let own = line.group().map_or(0, |group| group.len() + 1);
    said(&Entry::Line(Line::of(line.content().get(own..)?)))
}

fn tie(property: Property, content: &str) -> String {
    format!("{MARK}{property}.{content}")
}

fn find(kind: Kind, component: &Component, labels: &[usize], scope: &mut Scope) -> Vec<Tied> {
    let mut found = Vec::new();
    for at in labels {
        let Some(Entry::Line(label)) = component.entries().get(*at) else {
            continue;
        };
        let says = rows(kind).iter().find(|row| {
            let line = row.slot.holds(component, scope);
            let line = line.and_then(|place| component.entries().get(place));
            line.is_some_and(|line| group(line) == label.group())
                && matches!(row.slot.read(component, scope), Ok(Some(_)))
        });
        if let Some((row, content)) = says.zip(content(label)) {
            found.push(Tied {
                within: None,
                at: *at,
                text: tie(row.property, &content),
            });
        }
    }
    if component.places("VALARM").next().is_some()
        && let Some((row, place)) = reminder(kind, component, scope)
        && let Some(Entry::Component(alarm)) = component.entries().get(place)
    {
        for (at, entry) in alarm.entries().iter().enumerate() {
            if let Entry::Line(line) = entry
                && let Some(content) = content(line)
                && !is_plain(&Line::of(&content))
            {
                found.push(Tied {
                    within: Some(place),
                    at,
                    text: tie(row.property, &content),
                });
            }
        }
    }
    found
}

/// The row of the reminder, and the place of its alarm.
fn reminder(kind: Kind, component: &Component, scope: &mut Scope) -> Option<(&'static Row, usize)> {
    let row = rows(kind).iter().find(|row| row.property == "reminder")?;
    Some((row, row.slot.holds(component, scope)?))
}

fn is_plain(line: &Line) -> bool {
    let plain = |(name, value): &(&str, &str)| line.is(name) && line.value() == *value;
    line.is("TRIGGER") || line.is(KEY) || PLAIN.iter().any(plain)
}

pub fn texts(
    kind: Kind,
    component: &Component,
    labels: &[usize],
    scope: &mut Scope,
) -> Vec<String> {
    let found = find(kind, component, labels, scope);
    found.into_iter().map(|tied| tied.text).collect()
}

/// Brings the tied lines to what is wanted. One whose row holds nothing here stays out.
pub fn write(
    kind: Kind,
    component: &mut Component<'_>,
    labels: &[usize],
    wanted: &[Entry],
    scope: &mut Scope,
) {
    let mut missing: Vec<String> = wanted.iter().filter_map(said).collect();
    let (mut gone, mut within) = (Vec::new(), Vec::new());
    for tied in find(kind, component, labels, scope) {
        if let Some(at) = missing.iter().position(|text| *text == tied.text) {
            missing.remove(at);
        } else if let Some(alarm) = tied.within {
            within.push((alarm, tied.at));
        } else {
            gone.push(tied.at);
        }
    }
    if let Some((place, _)) = within.first()
        && let Some(alarm) = component.component_at_mut(*place)
    {
        alarm.remove_places(|at| within.contains(&(*place, at)));
        for (name, value) in PLAIN {
            if alarm.line(name).is_none() {
                alarm.insert(Line::new(name, &[], value));
            }
        }
    }
    component.remove_places(|at| gone.contains(&at));
    scope.begin();
    for text in missing {
        add(kind, component, &text, scope);
    }
}

fn add(kind: Kind, component: &mut Component<'_>, text: &str, scope: &mut Scope) -> Option<()> {
    let property = owner(text)?;
    let (_, content) = text.split_once('.')?;
    let row = rows(kind).iter().find(|row| row.property == property)?;
    let place = row.slot.holds(component, scope)?;
    if let Some(alarm) = component.component_at_mut(place) {
        let line = Line::of(content);
        if PLAIN.iter().any(|(name, _)| line.is(name)) {
            alarm.set(line);
        } else {
            alarm.insert(line);
        }
        return Some(());
    }
    let known = component.entries().get(place).and_then(group);
    let known = known.map(str::to_owned);
    let group = known.clone().unwrap_or_else(|| free_group(component));
    let line = component.line_at_mut(place)?;
    if known.is_none() {
        *line = line.with_group(&group);
    }
    component.insert(Line::of(content).with_group(&group));
    scope.begin();
    Some(())
}

fn free_group(component: &Component) -> String {
    let taken = |name: &String| {
        let mut groups = component.entries().iter().filter_map(group);
        groups.any(|group| group.eq_ignore_ascii_case(name))
    };
    let names = (1..).map(|number| format!("item{number}"));
    names
        .into_iter()
        .find(|name| !taken(name))
        .unwrap_or_default()
}
