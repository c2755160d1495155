use super::element::{extended, set, set_text, with};
use super::plain::is_true;
use crate::error::Result;
use crate::ews::{Element, FieldPath};
use crate::mapping::remote::FieldChange;
use crate::mapping::row::Place;
use crate::mapping::scope::{Scope, refuse};
use crate::mapping::zones;
use crate::model::{Moment, Record, Value, Zone};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;

/// `calendar:Start` with its zone and `IsAllDayEvent`.
pub struct Start;

/// `calendar:End` with its zone.
pub struct End;

/// An xs:dateTime as EWS answers it: with Z or an offset; without either it is taken as UTC.
pub fn instant(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim();
    DateTime::parse_from_rfc3339(text)
        .map(|time| time.with_timezone(&Utc))
        .or_else(|_| {
            NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").map(|time| time.and_utc())
        })
        .ok()
        .and_then(|time| DateTime::from_timestamp(time.timestamp(), 0))
}

/// A date that stands in a dateTime, and in a named property without any zone, which counts where it is there.
pub fn day(item: &Element, name: &str, local: FieldPath) -> Option<NaiveDate> {
    let exact = extended(item, local).and_then(instant);
    // Half a day later it is the same day in every zone in which this was midnight.
    let noon = || {
        let time = item.child_text(name).and_then(instant)?;
        time.checked_add_signed(TimeDelta::hours(12))
    };
    exact.or_else(noon).map(|time| time.date_naive())
}

pub fn utc_text(time: DateTime<Utc>) -> String {
    time.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// The zone an item says it was created in, by its id, its name, or what its clock shows.
fn zone(item: &Element, names: &[&str], scope: &mut Scope) -> (Zone, Tz) {
    let definition = names.iter().find_map(|name| item.child(name));
    let Some(id) = definition.and_then(|element| element.attribute("Id")) else {
        return zones::own(scope.context);
    };
    let by_id = zones::lookup(id);
    let found = by_id
        .or_else(|| zones::lookup(definition?.attribute("Name")?))
        .or_else(|| zones::of_definition(definition?, scope.context));
    let Some((zone, _)) = found else {
        scope.lose(
            "start",
            format!(
                "Exchange names the time zone “{id}”, which is not known; {} is used here.",
                scope.context.zone.name()
            ),
        );
        return zones::own(scope.context);
    };
    let tz = zones::tz_of(&zone, scope.context);
    (zone, tz)
}

/// The clock that an event's days are counted on.
pub fn clock(item: &Element, scope: &mut Scope) -> Tz {
    zone(item, &["StartTimeZone"], scope).1
}

fn moment(item: &Element, name: &str, zones_of: &[&str], scope: &mut Scope) -> Result<Moment> {
    let text = item.child_text(name).unwrap_or("");
    let instant = instant(text).ok_or_else(|| {
        refuse(format!(
            "Exchange answered “{text}” where the event's times should be."
        ))
    })?;
    let (zone, tz) = zone(item, zones_of, scope);
    if item.child_text("IsAllDayEvent").is_some_and(is_true) {
        return Ok(Moment::Day(zones::to_local(instant, tz).date()));
    }
    Ok(Moment::At { instant, zone })
}

fn write_moment(
    moment: &Moment,
    path: &'static str,
    zone_path: &'static str,
    scope: &Scope,
) -> Vec<FieldChange> {
    let (instant, zone) = match moment {
        Moment::Day(day) => {
            let (zone, tz) = zones::own(scope.context);
            (zones::to_utc(day.and_time(NaiveTime::MIN), tz), zone)
        }
        Moment::At { instant, zone } => (*instant, zone.clone()),
    };
    let name = zone_path.trim_start_matches("calendar:");
    let zone = with(
        Element {
            name: name.to_owned(),
            ..Element::default()
        },
        "Id",
        &zone.0,
    );
    vec![
        set_text(FieldPath::Field(path), utc_text(instant)),
        set(FieldPath::Field(zone_path), zone),
    ]
}

impl Place for Start {
    fn paths(&self) -> Vec<FieldPath> {
        [
            "calendar:Start",
            "calendar:StartTimeZone",
            "calendar:IsAllDayEvent",
        ]
        .map(FieldPath::Field)
        .into()
    }

    fn read(&self, item: &Element, scope: &mut Scope) -> Result<Option<Value>> {
        moment(item, "Start", &["StartTimeZone"], scope).map(|moment| Some(Value::Moment(moment)))
    }

    fn write(
        &self,
        value: Option<&Value>,
        _: &Record,
        scope: &mut Scope,
    ) -> Result<Vec<FieldChange>> {
        let Some(Value::Moment(moment)) = value else {
            return Ok(Vec::new());
        };
        let mut changes = write_moment(moment, "calendar:Start", "calendar:StartTimeZone", scope);
        let whole = matches!(moment, Moment::Day(_));
        changes.push(set_text(
            FieldPath::Field("calendar:IsAllDayEvent"),
            whole.to_string(),
        ));
        Ok(changes)
    }
}

impl Place for End {
    fn paths(&self) -> Vec<FieldPath> {
        ["calendar:End", "calendar:EndTimeZone"]
            .map(FieldPath::Field)
            .into()
    }

    fn read(&self, item: &Element, scope: &mut Scope) -> Result<Option<Value>> {
        // An all-day event lives in the zone it was created in, whatever its end says.
        let all_day = item.child_text("IsAllDayEvent").is_some_and(is_true);
        let zones_of: &[&str] = if all_day {
            &["StartTimeZone", "EndTimeZone"]
        } else {
            &["EndTimeZone", "StartTimeZone"]
        };
        moment(item, "End", zones_of, scope).map(|moment| Some(Value::Moment(moment)))
    }

    fn write(
        &self,
        value: Option<&Value>,
        _: &Record,
        scope: &mut Scope,
    ) -> Result<Vec<FieldChange>> {
        Ok(match value {
            Some(Value::Moment(moment)) => {
                write_moment(moment, "calendar:End", "calendar:EndTimeZone", scope)
            }
            _ => Vec::new(),
        })
    }
}
