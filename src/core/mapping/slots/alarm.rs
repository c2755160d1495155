use super::keyed::{KEY, NO_KEY};
use super::time::{End, Start};
use crate::dav::{Component, Line};
use crate::error::Result;
use crate::mapping::row::Slot;
use crate::mapping::scope::Scope;
use crate::mapping::{duration, stamp, zones};
use crate::model::{Moment, Value};
use chrono::{DateTime, NaiveTime, TimeDelta, Utc};

/// The most minutes that `ReminderMinutesBeforeStart` takes (types.xsd ReminderMinutesBeforeStartType).
pub const MOST: i64 = 2_629_800;

/// The VALARM of an event that Exchange has as its reminder, in minutes before the start: of those it can hold, the last
/// to go off. All others are left alone.
pub struct StartAlarm;

/// The VALARM of a task that Exchange has as its reminder, as an instant: the first to go off.
pub struct DueAlarm;

/// Whether it could be the reminder at all: it shows or sounds, and repeats no other one.
fn reminds(alarm: &Component) -> bool {
    let says = |name: &str, word: &str| {
        alarm
            .line(name)
            .is_some_and(|line| line.value().trim().eq_ignore_ascii_case(word))
    };
    // NONE is Apple's way of saying that there is no alarm; a snoozed alarm repeats another (RFC 9074 section 7).
    let snoozed = alarm.line("RELATED-TO").is_some_and(|line| {
        line.param("RELTYPE")
            .is_some_and(|kind| kind.eq_ignore_ascii_case("SNOOZE"))
    });
    !(says("ACTION", "EMAIL") || says("ACTION", "NONE") || says(KEY, NO_KEY) || snoozed)
}

fn is_at_end(trigger: &Line) -> bool {
    trigger
        .param("RELATED")
        .is_some_and(|end| end.eq_ignore_ascii_case("END"))
}

/// Start and end of an event as instants; a day starts at the person's midnight.
fn span(event: &Component, scope: &mut Scope) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    let mut at = |slot: &dyn Slot| match slot.read(event, scope) {
        Ok(Some(Value::Moment(Moment::At { instant, .. }))) => Some(instant),
        Ok(Some(Value::Moment(Moment::Day(day)))) => Some(zones::to_utc(
            day.and_time(NaiveTime::MIN),
            scope.context.zone,
        )),
        _ => None,
    };
    Some((at(&Start)?, at(&End)?))
}

/// The minutes before the start at which an alarm goes off, where Exchange can hold it.
fn minutes(alarm: &Component, event: &Component, scope: &mut Scope) -> Option<i64> {
    let trigger = alarm.line("TRIGGER")?;
    let before = match duration::parse(trigger.value()) {
        Some(offset) if is_at_end(trigger) => {
            let (start, end) = span(event, scope)?;
            start - end - offset
        }
        Some(offset) => -offset,
        // At a fixed time, which is before one start only.
        None if event.line("RRULE").is_none() && event.line("RDATE").is_none() => {
            let time = stamp::read(trigger, scope).ok()?.instant(scope);
            let before = span(event, scope)?.0 - time;
            (before.num_seconds() % 60 == 0).then_some(before)?
        }
        None => return None,
    };
    let minutes = before.num_minutes();
    (before >= TimeDelta::zero() && minutes <= MOST).then_some(minutes)
}

/// The alarm that is the reminder: its place among the entries, and the minutes.
fn of_event(event: &Component, scope: &mut Scope) -> Option<(usize, i64)> {
    let alarms = event.components().filter(|part| part.is("VALARM"));
    alarms
        .zip(event.places("VALARM"))
        .filter(|(alarm, _)| reminds(alarm))
        .filter_map(|(alarm, at)| Some((at, minutes(alarm, event, scope)?)))
        .min_by_key(|(at, minutes)| (*minutes, *at))
}

/// The trigger that stands for these minutes, in the terms of the one there is.
fn trigger(
    old: Option<&Line>,
    event: &Component,
    minutes: i64,
    scope: &mut Scope,
) -> Line<'static> {
    let relative = Line::new("TRIGGER", &[], &duration::before(minutes));
    let Some((old, (start, end))) = old.zip(span(event, scope)) else {
        return relative;
    };
    match duration::parse(old.value()) {
        Some(_) if is_at_end(old) => {
            let length = end - start;
            if length.num_seconds() % 60 == 0 {
                old.with_value(&duration::before(minutes + length.num_minutes()))
            } else {
                relative
            }
        }
        Some(_) => old.with_value(&duration::before(minutes)),
        None => at(start - TimeDelta::minutes(minutes)),
    }
}

/// A trigger at a fixed time.
fn at(time: DateTime<Utc>) -> Line<'static> {
    let utc = zones::to_local(time, chrono_tz::Tz::UTC);
    Line::new(
        "TRIGGER",
        &[("VALUE", "DATE-TIME")],
        &format!("{}Z", stamp::compact(utc)),
    )
}

/// Gives the alarm at the place its trigger, adds one, or removes it; answers the place of an alarm that is there.
fn put(
    component: &mut Component<'_>,
    place: Option<usize>,
    trigger: Option<Line<'static>>,
) -> Option<usize> {
    let Some(trigger) = trigger else {
        component.remove_places(|at| Some(at) == place);
        return None;
    };
    if let Some(place) = place {
        if let Some(alarm) = component.component_at_mut(place) {
            alarm.set(trigger);
        }
        return Some(place);
    }
    let mut alarm = Component::new("VALARM");
    alarm.insert(Line::new("ACTION", &[], "DISPLAY"));
    alarm.insert(trigger);
    alarm.insert(Line::new("DESCRIPTION", &[], "Reminder"));
    let place = component.entries().len();
    component.push(alarm);
    Some(place)
}

/// Marks alarms that would step in for the one that is meant, so that they do not.
fn keep_others_out(
    component: &mut Component<'_>,
    meant: Option<usize>,
    mut reminder: impl FnMut(&Component) -> Option<usize>,
) {
    while let Some(place) = reminder(component).filter(|place| Some(*place) != meant) {
        let Some(alarm) = component.component_at_mut(place) else {
            return;
        };
        alarm.set(Line::new(KEY, &[], NO_KEY));
    }
}

/// The places of all alarms but the reminder.
fn others(component: &Component, reminder: Option<usize>) -> Vec<usize> {
    let alarms = component.places("VALARM");
    alarms.filter(|at| Some(*at) != reminder).collect()
}

impl Slot for StartAlarm {
    fn names(&self) -> Vec<String> {
        vec!["VALARM".to_owned()]
    }

    fn spare(&self, component: &Component, scope: &mut Scope) -> Vec<usize> {
        others(component, of_event(component, scope).map(|(at, _)| at))
    }

    fn holds(&self, component: &Component, scope: &mut Scope) -> Option<usize> {
        of_event(component, scope).map(|(at, _)| at)
    }

    fn read(&self, component: &Component, scope: &mut Scope) -> Result<Option<Value>> {
        if component.places("VALARM").next().is_none() {
            return Ok(None);
        }
        let reminder = of_event(component, scope);
        let others = component.places("VALARM").count() - usize::from(reminder.is_some());
        if others > 0 {
            let reason = if reminder.is_some() {
                "Exchange keeps one reminder only, the last before the start; the others are not shown there."
            } else {
                "Exchange reminds before the start of an event only; this reminder is not shown there."
            };
            scope.lose("reminder", reason);
        }
        Ok(reminder.map(|(_, minutes)| Value::Number(minutes)))
    }

    fn write(
        &self,
        component: &mut Component<'_>,
        value: Option<&Value>,
        scope: &mut Scope,
    ) -> Result<()> {
        let place = of_event(component, scope).map(|(at, _)| at);
        let trigger = match value {
            Some(Value::Number(minutes)) => {
                let old = place.and_then(|at| match component.entries().get(at) {
                    Some(crate::dav::Entry::Component(alarm)) => alarm.line("TRIGGER"),
                    _ => None,
                });
                Some(trigger(old, component, *minutes, scope))
            }
            _ => None,
        };
        let meant = put(component, place, trigger);
        keep_others_out(component, meant, |event| {
            of_event(event, scope).map(|(at, _)| at)
        });
        Ok(())
    }
}

fn instant(alarm: &Component, task: &Component, scope: &mut Scope) -> Option<DateTime<Utc>> {
    let trigger = alarm.line("TRIGGER")?;
    if let Some(offset) = duration::parse(trigger.value()) {
        let anchor = if is_at_end(trigger) {
            ["DUE", "DTSTART"]
        } else {
            ["DTSTART", "DUE"]
        };
        let anchor = anchor.into_iter().find_map(|name| task.line(name))?;
        let anchor = stamp::read(anchor, scope).ok()?.instant(scope);
        return whole_minute(anchor.checked_add_signed(offset)?);
    }
    whole_minute(stamp::read(trigger, scope).ok()?.instant(scope))
}

/// Exchange keeps reminders to the minute.
fn whole_minute(time: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let seconds = time.timestamp().rem_euclid(60);
    time.checked_sub_signed(TimeDelta::seconds(seconds))
}

fn of_task(task: &Component, scope: &mut Scope) -> Option<(usize, DateTime<Utc>)> {
    let alarms = task.components().filter(|part| part.is("VALARM"));
    alarms
        .zip(task.places("VALARM"))
        .filter(|(alarm, _)| reminds(alarm))
        .filter_map(|(alarm, at)| Some((at, instant(alarm, task, scope)?)))
        .min_by_key(|(at, time)| (*time, *at))
}

impl Slot for DueAlarm {
    fn names(&self) -> Vec<String> {
        vec!["VALARM".to_owned()]
    }

    fn spare(&self, component: &Component, scope: &mut Scope) -> Vec<usize> {
        others(component, of_task(component, scope).map(|(at, _)| at))
    }

    fn holds(&self, component: &Component, scope: &mut Scope) -> Option<usize> {
        of_task(component, scope).map(|(at, _)| at)
    }

    fn read(&self, component: &Component, scope: &mut Scope) -> Result<Option<Value>> {
        let reminder = of_task(component, scope);
        if reminder.is_some() && component.places("VALARM").count() > 1 {
            scope.lose(
                "reminder",
                "Exchange keeps one reminder of a task, the first; the others are not shown there.",
            );
        }
        Ok(reminder.map(|(_, time)| Value::Instant(time)))
    }

    fn write(
        &self,
        component: &mut Component<'_>,
        value: Option<&Value>,
        scope: &mut Scope,
    ) -> Result<()> {
        let place = of_task(component, scope).map(|(at, _)| at);
        let trigger = match value {
            Some(Value::Instant(time)) => Some(at(*time)),
            _ => None,
        };
        let meant = put(component, place, trigger);
        keep_others_out(component, meant, |task| {
            of_task(task, scope).map(|(at, _)| at)
        });
        Ok(())
    }
}
