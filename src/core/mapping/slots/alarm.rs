use crate::dav::{Component, Line};
use crate::error::Result;
use crate::mapping::row::Slot;
use crate::mapping::scope::Scope;
use crate::mapping::{duration, stamp, zones};
use crate::model::Value;
use chrono::{DateTime, TimeDelta, Utc};

const EXTRA: &str = "Exchange keeps one reminder only; the others stay here.";

/// The first VALARM of an event that Exchange can hold, in minutes before the start. All others are left alone.
pub struct StartAlarm;

/// The minutes before the start, of an alarm that shows or sounds relative to it.
fn minutes(alarm: &Component) -> Option<i64> {
    if !alarm.is("VALARM")
        || alarm
            .line("ACTION")
            .is_some_and(|line| is_word(line, "EMAIL"))
    {
        return None;
    }
    // Apple's way of saying "none".
    if alarm
        .line("ACTION")
        .is_some_and(|line| is_word(line, "NONE"))
    {
        return None;
    }
    let trigger = alarm.line("TRIGGER")?;
    if trigger
        .param("RELATED")
        .is_some_and(|end| end.eq_ignore_ascii_case("END"))
    {
        return None;
    }
    let offset = duration::parse(trigger.value())?;
    let minutes = -offset.num_minutes();
    (minutes >= 0 && i32::try_from(minutes).is_ok()).then_some(minutes)
}

fn is_word(line: &Line, word: &str) -> bool {
    line.value().trim().eq_ignore_ascii_case(word)
}

impl Slot for StartAlarm {
    fn names(&self) -> Vec<String> {
        vec!["VALARM".to_owned()]
    }

    fn read(&self, component: &Component, scope: &mut Scope) -> Result<Option<Value>> {
        let alarms = component.components().filter(|part| part.is("VALARM"));
        let first = component.components().find_map(minutes);
        if alarms.count() > usize::from(first.is_some()) {
            let reason = if first.is_some() {
                EXTRA
            } else {
                "Exchange reminds before the start of an event only; this reminder stays here."
            };
            scope.lose("reminder", reason);
        }
        Ok(first.map(Value::Number))
    }

    fn write(
        &self,
        component: &mut Component<'_>,
        value: Option<&Value>,
        _: &mut Scope,
    ) -> Result<()> {
        let trigger = match value {
            Some(Value::Number(minutes)) => {
                Some(Line::new("TRIGGER", &[], &duration::before(*minutes)))
            }
            _ => None,
        };
        put(component, trigger, |alarm| minutes(alarm).is_some());
        Ok(())
    }
}

/// Gives the first alarm that `ours` accepts its trigger, adds one, or removes it.
fn put(
    component: &mut Component<'_>,
    trigger: Option<Line<'static>>,
    ours: impl Fn(&Component) -> bool,
) {
    let Some(trigger) = trigger else {
        let mut first = true;
        component.retain_components(|part| !(first && ours(part) && std::mem::take(&mut first)));
        return;
    };
    if let Some(alarm) = component.components_mut().find(|part| ours(part)) {
        alarm.set(trigger);
        return;
    }
    let mut alarm = Component::new("VALARM");
    alarm.insert(Line::new("ACTION", &[], "DISPLAY"));
    alarm.insert(trigger);
    alarm.insert(Line::new("DESCRIPTION", &[], "Reminder"));
    component.push(alarm);
}

/// The first VALARM of a task, as an instant.
pub struct DueAlarm;

fn instant(alarm: &Component, task: &Component, scope: &mut Scope) -> Option<DateTime<Utc>> {
    if !alarm.is("VALARM")
        || alarm
            .line("ACTION")
            .is_some_and(|line| is_word(line, "EMAIL") || is_word(line, "NONE"))
    {
        return None;
    }
    let trigger = alarm.line("TRIGGER")?;
    if let Some(offset) = duration::parse(trigger.value()) {
        let end = trigger
            .param("RELATED")
            .is_some_and(|end| end.eq_ignore_ascii_case("END"));
        let anchor = if end {
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

impl Slot for DueAlarm {
    fn names(&self) -> Vec<String> {
        vec!["VALARM".to_owned()]
    }

    fn read(&self, component: &Component, scope: &mut Scope) -> Result<Option<Value>> {
        let first = component
            .components()
            .find_map(|alarm| instant(alarm, component, scope));
        let alarms = component
            .components()
            .filter(|part| part.is("VALARM"))
            .count();
        if alarms > 1 && first.is_some() {
            scope.lose("reminder", EXTRA);
        }
        Ok(first.map(Value::Instant))
    }

    fn write(
        &self,
        component: &mut Component<'_>,
        value: Option<&Value>,
        scope: &mut Scope,
    ) -> Result<()> {
        let trigger = match value {
            Some(Value::Instant(time)) => Some(Line::new(
                "TRIGGER",
                &[("VALUE", "DATE-TIME")],
                &format!(
                    "{}Z",
                    stamp::compact(zones::to_local(*time, chrono_tz::Tz::UTC))
                ),
            )),
            _ => None,
        };
        let task = component.clone();
        let mut ours = Vec::new();
        for alarm in task.components() {
            if instant(alarm, &task, scope).is_some() {
                ours.push(alarm.clone());
            }
        }
        put(component, trigger, |alarm| ours.contains(alarm));
        Ok(())
    }
}
