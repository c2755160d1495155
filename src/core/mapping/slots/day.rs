use crate::dav::{Component, Line};
use crate::error::Result;
use crate::mapping::row::Slot;
use crate::mapping::scope::Scope;
use crate::mapping::stamp::{self, Stamp};
use crate::mapping::zones;
use crate::model::{Moment, Value};
use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime};

/// DTSTART or DUE of a task: a day, as Exchange has it.
pub struct TaskDay(pub &'static str);

/// The time of day beside it (DTSTART, DUE, COMPLETED), which Exchange has no place for.
pub struct TimeOfDay(pub &'static str);

/// The day on the wall of its own zone, or of the person where it is given in UTC.
pub fn day_of(line: &Line, scope: &mut Scope) -> Result<NaiveDate> {
    let stamp = stamp::read(line, scope)?;
    Ok(match &stamp {
        Stamp::Time { zone, .. } if *zone == zones::utc() => {
            zones::to_local(stamp.instant(scope), scope.context.zone).date()
        }
        _ => stamp.day(),
    })
}

/// The time in UTC that falls on this day of the person's. None where the clocks leave it out on that day.
fn in_utc(day: NaiveDate, time: NaiveTime, scope: &Scope) -> Option<NaiveDateTime> {
    let before = day.checked_sub_days(Days::new(1))?;
    before.iter_days().take(3).find_map(|utc_day| {
        let utc = utc_day.and_time(time);
        (zones::to_local(utc.and_utc(), scope.context.zone).date() == day).then_some(utc)
    })
}

/// The line with this day, a day without time.
fn as_day(name: &str, day: NaiveDate, old: Option<&Line>, scope: &mut Scope) -> Line<'static> {
    stamp::write(name, &Moment::Day(day), old, scope)
}

impl Slot for TaskDay {
    fn names(&self) -> Vec<String> {
        vec![self.0.to_owned()]
    }

    fn read(&self, component: &Component, scope: &mut Scope) -> Result<Option<Value>> {
        component
            .line(self.0)
            .map(|line| day_of(line, scope).map(Value::Day))
            .transpose()
    }

    /// The other day, at the same time where it has one.
    fn write(
        &self,
        component: &mut Component<'_>,
        value: Option<&Value>,
        scope: &mut Scope,
    ) -> Result<()> {
        let Some(Value::Day(day)) = value else {
            component.remove(self.0);
            return Ok(());
        };
        let time = TimeOfDay(self.0).read(component, scope)?;
        let line = as_day(self.0, *day, component.line(self.0), scope);
        component.set(line);
        TimeOfDay(self.0).write(component, time.as_ref(), scope)
    }
}

/// What is written for a completed task of which only the day is known: noon is that day in most of the world.
pub fn noon() -> NaiveTime {
    NaiveTime::from_hms_opt(12, 0, 0).unwrap_or_default()
}

impl Slot for TimeOfDay {
    fn names(&self) -> Vec<String> {
        vec![format!("{}/time", self.0)]
    }

    fn read(&self, component: &Component, scope: &mut Scope) -> Result<Option<Value>> {
        let Some(line) = component.line(self.0) else {
            return Ok(None);
        };
        let stamp = stamp::read(line, scope)?;
        let Stamp::Time { local, zone, .. } = &stamp else {
            return Ok(None);
        };
        let person = zones::to_local(stamp.instant(scope), scope.context.zone);
        if self.0 == "COMPLETED" && person.time() == noon() {
            return Ok(None);
        }
        let time = local.format("%H%M%S");
        let zoned = line.param("TZID").is_some();
        let utc = zoned || line.value().trim_end().ends_with(['Z', 'z']);
        Ok(Some(Value::Text(if utc && *zone == zones::utc() {
            format!("{time}Z")
        } else if zoned {
            format!("{time} {}", zone.0)
        } else {
            time.to_string()
        })))
    }

    fn write(
        &self,
        component: &mut Component<'_>,
        value: Option<&Value>,
        scope: &mut Scope,
    ) -> Result<()> {
        let Some(line) = component.line(self.0) else {
            return Ok(());
        };
        let day = day_of(line, scope)?;
        let new = match value {
            Some(Value::Text(text)) => at(line, day, text, scope),
            _ if self.0 == "COMPLETED" => {
                let utc = zones::to_utc(day.and_time(noon()), scope.context.zone);
                Some(line.with_value(&format!("{}Z", stamp::compact(utc.naive_utc()))))
            }
            _ => Some(as_day(self.0, day, Some(line), scope)),
        };
        if let Some(line) = new {
            component.set(line);
        }
        Ok(())
    }
}

/// The time that a text says, and its zone.
fn time_of(text: &str) -> Option<(NaiveTime, &str)> {
    let (digits, zone) = text.split_at_checked(6)?;
    let time = NaiveTime::parse_from_str(digits, "%H%M%S").ok()?;
    Some((time, zone.trim()))
}

/// Whether a text says a time of day, in a zone that is known.
pub fn is_time_of_day(text: &str) -> bool {
    time_of(text).is_some_and(|(_, zone)| matches!(zone, "" | "Z") || zones::lookup(zone).is_some())
}

/// The line at this time of the day; None where the text says no time.
fn at(line: &Line, day: NaiveDate, text: &str, scope: &mut Scope) -> Option<Line<'static>> {
    let (time, zone) = time_of(text)?;
    let line = line.with_param("VALUE", None);
    Some(match zone {
        "" => line
            .with_param("TZID", None)
            .with_value(&stamp::compact(day.and_time(time))),
        "Z" => {
            let utc = stamp::compact(in_utc(day, time, scope)?);
            line.with_param("TZID", None).with_value(&format!("{utc}Z"))
        }
        zone => {
            let (zone, _) = zones::lookup(zone)?;
            let (name, _) = scope.name_of(&zone);
            line.with_param("TZID", Some(&name))
                .with_value(&stamp::compact(day.and_time(time)))
        }
    })
}
