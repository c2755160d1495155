//! `t:TimeZoneDefinition` as GetServerTimeZones and StartTimeZone carry it (types.xsd TimeZoneDefinitionType).

use super::{Change, Era, On, Zone};
use crate::element::Element;
use crate::recurrence::weekday_name;
use chrono::Timelike;
use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

/// Definitions by Windows id, built once.
static KNOWN: LazyLock<Mutex<HashMap<&'static str, Element>>> = LazyLock::new(Mutex::default);

impl Zone {
    /// The full definition under the given name: `TimeZoneDefinition`, `StartTimeZone` or `EndTimeZone`.
    pub fn definition(&self, name: &str) -> Element {
        let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        let definition = known
            .entry(self.id)
            .or_insert_with(|| self.canonical().build());
        Element {
            name: name.to_owned(),
            ..definition.clone()
        }
    }

    /// Id and name only, for `ReturnFullTimeZoneData="false"`.
    pub fn short_definition(&self, name: &str) -> Element {
        Element::t(name)
            .with_attr("Id", self.id)
            .with_attr("Name", self.display_name())
    }

    /// A name like `(UTC+01:00) Europe/Berlin`. (Windows lists more cities; CLDR does not have its texts.)
    pub fn display_name(&self) -> String {
        let standard = self.era(2026).standard / 60;
        let place = self.tz.name();
        match standard {
            0 => format!("(UTC) {place}"),
            minutes => format!(
                "(UTC{}{:02}:{:02}) {place}",
                if minutes < 0 { '-' } else { '+' },
                minutes.abs() / 60,
                minutes.abs() % 60
            ),
        }
    }

    /// The zone as its Windows id alone would give it.
    fn canonical(&self) -> Self {
        Self::windows(self.id).unwrap_or(*self)
    }

    fn build(&self) -> Element {
        let eras = self.eras();
        let mut periods = Element::t("Periods");
        let mut groups = Element::t("TransitionsGroups");
        let mut transitions = Element::t("Transitions");
        for (number, era) in eras.iter().enumerate() {
            periods.children.extend(self.periods(era));
            groups.children.push(self.group(number, era));
            let to = target("Group", &number.to_string());
            transitions.children.push(match number {
                0 => Element::t("Transition").with(to),
                _ => Element::t("AbsoluteDateTransition")
                    .with(to)
                    .with(Element::leaf(
                        "DateTime",
                        format!("{}-01-01T00:00:00", era.from),
                    )),
            });
        }
        self.short_definition("TimeZoneDefinition")
            .with(periods)
            .with(groups)
            .with(transitions)
    }

    fn periods(&self, era: &Era) -> Vec<Element> {
        let period = |name: &str, offset: i32| {
            Element::t("Period")
                .with_attr("Bias", duration(-offset))
                .with_attr("Name", name)
                .with_attr("Id", self.period_id(era, name))
        };
        let mut periods = vec![period("Standard", era.standard)];
        if let Some([to_daylight, _]) = era.changes {
            periods.push(period("Daylight", to_daylight.after));
        }
        periods
    }

    fn group(&self, number: usize, era: &Era) -> Element {
        let group = Element::t("TransitionsGroup").with_attr("Id", number);
        let standard = target("Period", &self.period_id(era, "Standard"));
        let Some([to_daylight, to_standard]) = era.changes else {
            return group.with(Element::t("Transition").with(standard));
        };
        let daylight = target("Period", &self.period_id(era, "Daylight"));
        group
            .with(recurring(daylight, to_daylight))
            .with(recurring(standard, to_standard))
    }

    fn period_id(&self, era: &Era, name: &str) -> String {
        format!("trule:Microsoft/Registry/{}/{}-{name}", self.id, era.from)
    }
}

fn target(kind: &str, text: &str) -> Element {
    Element::leaf("To", text).with_attr("Kind", kind)
}

fn recurring(to: Element, change: Change) -> Element {
    let seconds = i32::try_from(change.time.num_seconds_from_midnight()).unwrap_or(0);
    let (name, day) = match change.on {
        On::Weekday(day, nth) => (
            "RecurringDayTransition",
            vec![
                Element::leaf("DayOfWeek", weekday_name(day)),
                Element::leaf("Occurrence", nth),
            ],
        ),
        On::Day(day) => ("RecurringDateTransition", vec![Element::leaf("Day", day)]),
    };
    Element::t(name)
        .with(to)
        .with(Element::leaf("TimeOffset", duration(seconds)))
        .with(Element::leaf("Month", change.month))
        .with_all(day)
}

/// Seconds as xs:duration: `PT2H`, `-PT5H30M`, `PT0S`.
fn duration(seconds: i32) -> String {
    let mut text = String::from(if seconds < 0 { "-PT" } else { "PT" });
    let seconds = seconds.unsigned_abs();
    for (amount, unit) in [
        (seconds / 3600, 'H'),
        (seconds / 60 % 60, 'M'),
        (seconds % 60, 'S'),
    ] {
        if amount > 0 {
            text.push_str(&format!("{amount}{unit}"));
        }
    }
    if seconds == 0 {
        text.push_str("0S");
    }
    text
}
