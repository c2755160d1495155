//! An object with several occurrences on one day is several series in Exchange, one for each time of day, and back
//! (docs/adr/0011).

use super::places::{extended, set_extended};
use super::remote::{self, Field, FieldChange, KEY, PART_OF, RULE, Remote, UID};
use super::scope::refuse;
use super::{Context, ORGANIZER, expand, order, rows, series, times, zones};
use crate::error::{Error, Result};
use crate::ews::Element;
use crate::model::{Key, Kind, Moment, Occurrence, Record, Value};
use chrono::{NaiveDate, TimeDelta};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What a series carries that is one of several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// What the others carry too: the key that the object was created with.
    pub group: String,
    /// `140000`
    pub time: String,
    /// The parts of a group in the order in which they came to be. The first that is there stands for all.
    pub rank: u32,
    /// Whether a write of the group has begun and not ended.
    pub unfinished: bool,
    /// The rule of the object, and how far it is shown.
    pub rule: String,
}

const UNFINISHED: &str = "unfinished";

impl Part {
    /// A part that nobody has written yet.
    pub fn new(group: &str, time: &str, rank: u32, rule: &str) -> Self {
        Self {
            group: group.to_owned(),
            time: time.to_owned(),
            rank,
            unfinished: true,
            rule: rule.to_owned(),
        }
    }

    /// As an item carries it that was asked for [`PART_OF`], [`KEY`] and [`RULE`](super::remote::RULE).
    pub fn read(item: &Element) -> Option<Self> {
        let mut words = extended(item, PART_OF)?.split(' ');
        let (_, time) = extended(item, KEY)?.rsplit_once('/')?;
        Some(Self {
            group: words.next()?.to_owned(),
            rank: words.next()?.parse().ok()?,
            unfinished: words.next() == Some(UNFINISHED),
            time: time.to_owned(),
            rule: extended(item, RULE).unwrap_or_default().to_owned(),
        })
    }

    /// By which it is found again where the answer to its creation was lost.
    pub fn key(&self) -> String {
        format!("{}/{}", self.group, self.time)
    }

    /// What says that it is a part.
    pub fn mark(&self) -> FieldChange {
        let unfinished = if self.unfinished { UNFINISHED } else { "" };
        let text = format!("{} {} {unfinished}", self.group, self.rank);
        set_extended(PART_OF, text.trim_end())
    }

    /// All that it carries as a part.
    pub fn marks(&self) -> Vec<FieldChange> {
        vec![
            self.mark(),
            set_extended(KEY, self.key()),
            set_extended(RULE, &*self.rule),
        ]
    }
}

/// The series of an object.
#[derive(Clone, Debug)]
pub struct Split {
    /// What [`Part::rule`] is to be.
    pub rule: String,
    /// Of each time of day that has an occurrence left, in order.
    pub series: Vec<Series>,
}

/// The occurrences of an object at one time of day, as an item of its own.
#[derive(Clone, Debug)]
pub struct Series {
    /// `140000`
    pub time: String,
    pub record: Record,
    /// Its occurrences, by what the object names them: a clock change may make a difference.
    pub occurrences: BTreeMap<Occurrence, Occurrence>,
}

/// None where the item is one series, or does not repeat.
pub fn split(record: &Record, context: &Context) -> Option<Split> {
    let (Some(Value::Moment(start)), Some(Value::Expanded(rule))) =
        (record.own("start"), record.own("recurrence"))
    else {
        return None;
    };
    if rule.parts.is_empty() {
        return None;
    }
    let mut all = Vec::new();
    for (part, course) in rule.parts.iter().zip(series::all(record, context)) {
        let days = part.shown.first - series::day_of(start, context);
        let by = days + (part.time - series::time_of(start, context));
        let later = |(key, value): (Key, &Value)| match value {
            Value::Moment(moment) => (key, Value::Moment(series::later(moment, by, context))),
            value => (key, value.clone()),
        };
        let own = record.iter().filter(|(key, _)| key.occurrence.is_none());
        let mut item: Record = own.map(later).collect();
        let start = series::later(start, by, context);
        let recurrence = part.shown.recurrence;
        let mut occurrences = BTreeMap::new();
        for day in expand::days(&recurrence, part.shown.first) {
            let occurrence = series::occurrence_on(&start, day, context);
            let at = Key::at(occurrence, Key::STATE);
            if part.shown.left_out.binary_search(&day).is_ok() {
                item.set(at, Value::Bool(false));
            } else {
                occurrences.insert(course.on(day, context), occurrence);
            }
        }
        let mut left = occurrences.len();
        for (key, value) in record.iter() {
            let own = key.occurrence.and_then(|named| occurrences.get(&named));
            if let Some(occurrence) = own {
                item.set(Key::at(*occurrence, key.property), value.clone());
                left -= usize::from(key.property == Key::STATE && *value == Value::Bool(false));
            }
        }
        item.set(Key::of("recurrence"), Value::Recurrence(recurrence));
        if left > 0 {
            all.push(Series {
                time: part.time.format("%H%M%S").to_string(),
                record: item,
                occurrences,
            });
        }
    }
    let rule = times::carried(rule);
    Some(Split { rule, series: all })
}

/// The children of a new item that is a part, see [`create_fields`](super::create_fields). The UID that Exchange tells meetings
/// apart by is the part's own.
pub fn part_fields(
    part: &Part,
    uid: &str,
    record: &Record,
    context: &Context,
) -> Result<Vec<Field>> {
    let own = format!("{uid}/{}", part.time);
    let mut fields = remote::create_fields(Kind::Event, &part.key(), &own, record, context)?;
    fields.retain(|field| ![KEY, UID, RULE].contains(&field.path));
    fields.push(remote::named(UID, uid));
    fields.extend(part.marks().into_iter().filter_map(|change| match change {
        FieldChange::Set(field) => Some(field),
        FieldChange::Delete(_) => None,
    }));
    Ok(order::arrange(Kind::Event, fields))
}

/// The changes of a part itself, see [`update_fields`](super::update_fields).
pub fn part_changes(
    part: &Part,
    target: &Record,
    changed: &[Key],
    context: &Context,
) -> Result<Vec<FieldChange>> {
    let mut steps = remote::update_fields(Kind::Event, target, changed, context)?;
    let path = |change: &FieldChange| match change {
        FieldChange::Set(field) => field.path,
        FieldChange::Delete(path) => *path,
    };
    if steps.iter().any(|change| path(change) == RULE) {
        steps.retain(|change| path(change) != RULE);
        steps.push(set_extended(RULE, &*part.rule));
        steps.push(set_extended(KEY, part.key()));
    }
    Ok(steps)
}

/// The object that parts of a group are together, in the order of their ranks. An unfinished one says nothing but whose it is: what
/// its parts lack nobody took out.
pub fn join(mut found: Vec<Remote>, context: &Context) -> Result<Remote> {
    let first = found.first().ok_or_else(broken)?;
    let part = first.part.as_ref().ok_or_else(broken)?;
    let mut whole = Remote {
        uid: first.uid.clone(),
        aliases: first.aliases.clone(),
        key: Some(part.group.clone()),
        modified: found.iter().filter_map(|part| part.modified).max(),
        part: first.part.clone(),
        ..Remote::default()
    };
    let is_unfinished = |part: &Remote| part.part.as_ref().is_some_and(|part| part.unfinished);
    if found.iter().any(is_unfinished) {
        if let Some(organizer) = first.record.own(ORGANIZER) {
            whole.record.set(Key::of(ORGANIZER), organizer.clone());
        }
        whole.part = whole.part.map(|part| Part {
            unfinished: true,
            ..part
        });
        return Ok(whole);
    }
    let model = found.get(model(&found, context)).ok_or_else(broken)?;
    let (Some(Value::Moment(begins)), Some(Value::Moment(ends))) =
        (model.record.own("start"), model.record.own("end"))
    else {
        return Err(broken());
    };
    let Moment::At { zone, .. } = begins else {
        return Err(broken());
    };
    let tz = zones::tz_of(zone, context);
    let (rule, start) = times::parse(&part.rule, tz).ok_or_else(broken)?;
    let start = Moment::At {
        instant: zones::to_utc(start, tz),
        zone: zone.clone(),
    };
    let end = series::later(&start, length(begins, ends, context), context);
    let own = model
        .record
        .iter()
        .filter(|(key, _)| key.occurrence.is_none());
    let own = own.map(|(key, value)| (key, value.clone()));
    whole.record = own.collect();
    whole.record.set(Key::of("start"), Value::Moment(start));
    whole.record.set(Key::of("end"), Value::Moment(end));
    let rule = Arc::new(rule);
    let parts = Arc::clone(&rule);
    whole
        .record
        .set(Key::of("recurrence"), Value::Expanded(rule));
    let mut record = whole.record.clone();
    for part in &parts.parts {
        let time = part.time.format("%H%M%S").to_string();
        let is = |other: &&Remote| other.part.as_ref().is_some_and(|part| part.time == time);
        add(
            &mut record,
            &whole.record,
            part,
            found.iter().find(is),
            context,
        )?;
    }
    whole.record = record;
    for part in &mut found {
        for loss in part.losses.drain(..) {
            if !whole.losses.contains(&loss) {
                whole.losses.push(loss);
            }
        }
    }
    Ok(whole)
}

fn broken() -> Error {
    refuse(
        "It is several series in Exchange, one for each time of day, and they do not belong together any more. Delete one side and keep the other.",
    )
}

fn length(start: &Moment, end: &Moment, context: &Context) -> TimeDelta {
    let days = series::day_of(end, context) - series::day_of(start, context);
    days + (series::time_of(end, context) - series::time_of(start, context))
}

/// The part that most others are like: what is changed of one part in Exchange is a change of its occurrences.
fn model(found: &[Remote], context: &Context) -> usize {
    let alike = |one: &Remote| {
        let same = |other: &&Remote| says(one, context) == says(other, context);
        found.iter().filter(same).count()
    };
    let counts: Vec<usize> = found.iter().map(alike).collect();
    let most = counts.iter().max();
    counts
        .iter()
        .position(|count| Some(count) == most)
        .unwrap_or(0)
}

/// What a part says of all its occurrences but when they are.
fn says<'r>(part: &'r Remote, context: &Context) -> (Vec<(Key, &'r Value)>, Option<TimeDelta>) {
    let own = part.record.iter().filter(|(key, value)| {
        let moment = matches!(value, Value::Moment(_) | Value::Recurrence(_));
        key.occurrence.is_none() && !moment
    });
    let length = match (part.record.own("start"), part.record.own("end")) {
        (Some(Value::Moment(start)), Some(Value::Moment(end))) => Some(length(start, end, context)),
        _ => None,
    };
    (own.collect(), length)
}

/// Adds the occurrences of one time of day where they differ from the whole.
fn add(
    record: &mut Record,
    whole: &Record,
    part: &crate::model::Part,
    found: Option<&Remote>,
    context: &Context,
) -> Result<()> {
    let Some(Value::Moment(start)) = whole.own("start") else {
        return Ok(());
    };
    let by = part.time - series::time_of(start, context);
    let on = |day: NaiveDate| {
        let days = day - series::day_of(start, context);
        series::named(&series::later(start, days + by, context))
    };
    let shown = expand::days(&part.shown.recurrence, part.shown.first);
    let shown: Vec<NaiveDate> = shown
        .filter(|day| part.shown.left_out.binary_search(day).is_err())
        .collect();
    let deleted = |occurrence| (Key::at(occurrence, Key::STATE), Value::Bool(false));
    let there = found
        .map(|found| there(&found.record, context))
        .transpose()?;
    if let Some((_, days)) = &there
        && days.iter().any(|day| shown.binary_search(day).is_err())
    {
        return Err(refuse(format!(
            "It is several series in Exchange, one for each time of day, and that of {} was given other days there. Change them all in Nextcloud, or undo that.",
            part.time.format("%H:%M")
        )));
    }
    let mut same: Option<bool> = None;
    for day in shown {
        let occurrence = on(day);
        let Some((found, (own, days))) = found.zip(there.as_ref()) else {
            let (key, value) = deleted(occurrence);
            record.set(key, value);
            continue;
        };
        if !days.contains(&day) {
            let (key, value) = deleted(occurrence);
            record.set(key, value);
            continue;
        }
        let named = series::occurrence_on(own, day, context);
        let rows = rows(Kind::Event);
        let is_same = *same.get_or_insert_with(|| {
            let regular = |record, occurrence| series::regular(record, occurrence, rows, context);
            regular(whole, occurrence) == regular(&found.record, named)
        });
        if !is_same || found.record.get(Key::at(named, Key::STATE)).is_some() {
            let item = series::effective(&found.record, named, rows, context);
            let mut one = whole.clone();
            series::add(&mut one, occurrence, &item, rows, context);
            let own = one
                .iter()
                .filter(|(key, _)| key.occurrence == Some(occurrence));
            for (key, value) in own {
                record.set(key, value.clone());
            }
        }
    }
    Ok(())
}

/// The start of a part, and the days that it has an occurrence of.
fn there(record: &Record, context: &Context) -> Result<(Moment, BTreeSet<NaiveDate>)> {
    let course = series::of(record, context).ok_or_else(|| {
        refuse("It is several series in Exchange, one for each time of day, and one of them does not repeat any more. Delete that one.")
    })?;
    let end = NaiveDate::from_ymd_opt(2200, 1, 1).unwrap_or(NaiveDate::MAX);
    let start = course.start.clone();
    let is_there = |day: &NaiveDate| {
        let occurrence: Occurrence = series::occurrence_on(&start, *day, context);
        record.get(Key::at(occurrence, Key::STATE)) != Some(&Value::Bool(false))
    };
    let days = course.days().take_while(|day| *day < end).filter(is_there);
    let days = days.collect();
    Ok((start, days))
}

/// Every property that an event may have, and all that is told of occurrences: to write it anew.
pub fn every_key(record: &Record) -> Vec<Key> {
    let rows = rows(Kind::Event).iter().map(|row| Key::of(row.property));
    let occurrences = record.iter().map(|(key, _)| key);
    rows.chain(occurrences.filter(|key| key.occurrence.is_some()))
        .collect()
}
