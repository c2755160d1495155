use crate::dav::Component;
use crate::error::Result;
use crate::mapping::duration;
use crate::mapping::row::Slot;
use crate::mapping::scope::{Scope, refuse};
use crate::mapping::stamp;
use crate::model::{Moment, Value};
use chrono::{Days, TimeDelta};

/// DTSTART of an event.
pub struct Start;

impl Slot for Start {
    fn names(&self) -> Vec<String> {
        vec!["DTSTART".to_owned()]
    }

    fn read(&self, component: &Component, scope: &mut Scope) -> Result<Option<Value>> {
        start_of(component, scope).map(|moment| Some(Value::Moment(moment)))
    }

    fn write(
        &self,
        component: &mut Component<'_>,
        value: Option<&Value>,
        scope: &mut Scope,
    ) -> Result<()> {
        if let Some(Value::Moment(moment)) = value {
            let line = stamp::write("DTSTART", moment, component.line("DTSTART"), scope);
            component.set(line);
        }
        Ok(())
    }
}

fn start_of(component: &Component, scope: &mut Scope) -> Result<Moment> {
    let line = component
        .line("DTSTART")
        .ok_or_else(|| refuse("The event has no start (DTSTART)."))?;
    Ok(stamp::read(line, scope)?.moment())
}

/// DTEND, or DTSTART and DURATION; a day or nothing after the start where there is neither.
pub struct End;

impl Slot for End {
    fn names(&self) -> Vec<String> {
        vec!["DTEND".to_owned(), "DURATION".to_owned()]
    }

    fn read(&self, component: &Component, scope: &mut Scope) -> Result<Option<Value>> {
        let start = start_of(component, scope)?;
        let end = match (component.line("DTEND"), component.line("DURATION")) {
            (Some(line), _) => same_kind(&start, &stamp::read(line, scope)?, scope),
            (None, Some(line)) => {
                let duration = duration::parse(line.value()).ok_or_else(|| {
                    refuse(format!(
                        "DURATION says “{}”, which is no duration.",
                        line.value()
                    ))
                })?;
                later(&start, duration)
            }
            (None, None) => later(&start, TimeDelta::zero()),
        };
        if before(&end, &start) {
            return Err(refuse("The event ends before it starts."));
        }
        Ok(Some(Value::Moment(end)))
    }

    fn write(
        &self,
        component: &mut Component<'_>,
        value: Option<&Value>,
        scope: &mut Scope,
    ) -> Result<()> {
        let lasts = component.line("DTEND").is_none() && component.line("DURATION").is_some();
        if lasts && self.read(component, scope)?.as_ref() == value {
            // It came along with its start.
            return Ok(());
        }
        if let Some(Value::Moment(moment)) = value {
            let line = stamp::write("DTEND", moment, component.line("DTEND"), scope);
            component.remove("DURATION");
            component.set(line);
        }
        Ok(())
    }
}

/// An end in the terms of its start: days end on a day, and at least one day later.
fn same_kind(start: &Moment, end: &stamp::Stamp, scope: &Scope) -> Moment {
    match (start, end.moment()) {
        (Moment::Day(first), _) => {
            let next = first.checked_add_days(Days::new(1)).unwrap_or(*first);
            Moment::Day(if end.day() == *first { next } else { end.day() })
        }
        (Moment::At { zone, .. }, Moment::Day(_)) => Moment::At {
            instant: end.instant(scope),
            zone: zone.clone(),
        },
        (Moment::At { .. }, moment) => moment,
    }
}

fn later(start: &Moment, duration: TimeDelta) -> Moment {
    match start {
        Moment::Day(day) => {
            let days = u64::try_from(duration.num_days()).unwrap_or(0).max(1);
            Moment::Day(day.checked_add_days(Days::new(days)).unwrap_or(*day))
        }
        Moment::At { instant, zone } => Moment::At {
            instant: instant.checked_add_signed(duration).unwrap_or(*instant),
            zone: zone.clone(),
        },
    }
}

fn before(end: &Moment, start: &Moment) -> bool {
    match (end, start) {
        (Moment::Day(end), Moment::Day(start)) => end < start,
        (Moment::At { instant: end, .. }, Moment::At { instant: start, .. }) => end < start,
        _ => false,
    }
}
