use super::day::{day_of, noon};
use super::plain::set_value;
use crate::dav::{Component, Line};
use crate::error::Result;
use crate::mapping::row::Slot;
use crate::mapping::scope::Scope;
use crate::mapping::{stamp, zones};
use crate::model::Value;

/// STATUS, and X-EXCHANGE-STATUS for the two states that iCalendar lacks.
pub struct Status;

const FINER: &str = "X-EXCHANGE-STATUS";

impl Slot for Status {
    fn names(&self) -> Vec<String> {
        vec!["STATUS".to_owned(), FINER.to_owned()]
    }

    fn read(&self, component: &Component, _: &mut Scope) -> Result<Option<Value>> {
        let is = |name: &str, word: &str| {
            component
                .line(name)
                .is_some_and(|line| line.value().trim().eq_ignore_ascii_case(word))
        };
        let status = if is("STATUS", "COMPLETED") {
            "completed"
        } else if is("STATUS", "IN-PROCESS") {
            "in-progress"
        } else if is("STATUS", "CANCELLED") || is(FINER, "DEFERRED") {
            "deferred"
        } else if is(FINER, "WAITING") {
            "waiting"
        } else {
            let open = component.line("STATUS").is_some();
            match (percent(component), component.line("COMPLETED")) {
                (1..=99, None) => "in-progress",
                (1..=99, _) if open => "in-progress",
                (_, Some(_)) | (100, _) if !open => "completed",
                _ => return Ok(None),
            }
        };
        Ok(Some(Value::text(status)))
    }

    fn write(
        &self,
        component: &mut Component<'_>,
        value: Option<&Value>,
        _: &mut Scope,
    ) -> Result<()> {
        let status = match value {
            Some(Value::Text(status)) => status.as_str(),
            _ => "",
        };
        let (word, finer) = match status {
            "completed" => ("COMPLETED", None),
            "in-progress" => ("IN-PROCESS", None),
            "deferred" => ("NEEDS-ACTION", Some("DEFERRED")),
            "waiting" => ("NEEDS-ACTION", Some("WAITING")),
            _ => ("NEEDS-ACTION", None),
        };
        set_value(component, "STATUS", word);
        match finer {
            Some(finer) => set_value(component, FINER, finer),
            None => component.remove(FINER),
        }
        if status != "completed" {
            component.remove("COMPLETED");
            if percent(component) == 100 {
                component.remove("PERCENT-COMPLETE");
            }
        }
        Ok(())
    }
}

fn percent(component: &Component) -> i64 {
    component
        .line("PERCENT-COMPLETE")
        .and_then(|line| line.value().trim().parse::<i64>().ok())
        .filter(|percent| (0..=100).contains(percent))
        .unwrap_or(0)
}

/// PERCENT-COMPLETE of 1 to 99; nothing and all are what STATUS says.
pub struct Percent;

impl Slot for Percent {
    fn names(&self) -> Vec<String> {
        vec!["PERCENT-COMPLETE".to_owned()]
    }

    fn read(&self, component: &Component, scope: &mut Scope) -> Result<Option<Value>> {
        let done = Status.read(component, scope)? == Some(Value::text("completed"));
        let percent = percent(component);
        Ok((!done && (1..=99).contains(&percent)).then_some(Value::Number(percent)))
    }

    fn write(
        &self,
        component: &mut Component<'_>,
        value: Option<&Value>,
        scope: &mut Scope,
    ) -> Result<()> {
        match value {
            Some(Value::Number(percent)) => {
                set_value(component, "PERCENT-COMPLETE", &percent.to_string());
            }
            _ if Status.read(component, scope)? == Some(Value::text("completed")) => {
                if component.line("PERCENT-COMPLETE").is_some() {
                    set_value(component, "PERCENT-COMPLETE", "100");
                }
            }
            _ => component.remove("PERCENT-COMPLETE"),
        }
        Ok(())
    }
}

/// The day of COMPLETED, of a task that is.
pub struct Completed;

impl Slot for Completed {
    fn names(&self) -> Vec<String> {
        vec!["COMPLETED".to_owned()]
    }

    fn read(&self, component: &Component, scope: &mut Scope) -> Result<Option<Value>> {
        let Some(line) = component.line("COMPLETED") else {
            return Ok(None);
        };
        if Status.read(component, scope)? != Some(Value::text("completed")) {
            return Ok(None);
        }
        Ok(Some(Value::Day(day_of(line, scope)?)))
    }

    fn write(
        &self,
        component: &mut Component<'_>,
        value: Option<&Value>,
        scope: &mut Scope,
    ) -> Result<()> {
        let Some(Value::Day(day)) = value else {
            component.remove("COMPLETED");
            return Ok(());
        };
        let noon = zones::to_utc(day.and_time(noon()), scope.context.zone);
        component.set(Line::new(
            "COMPLETED",
            &[],
            &format!("{}Z", stamp::compact(noon.naive_utc())),
        ));
        Ok(())
    }
}

/// STATUS:CANCELLED, which Exchange has as deferred.
pub struct Abandoned;

impl Slot for Abandoned {
    fn names(&self) -> Vec<String> {
        vec!["STATUS/CANCELLED".to_owned()]
    }

    fn read(&self, component: &Component, _: &mut Scope) -> Result<Option<Value>> {
        let cancelled = component
            .line("STATUS")
            .is_some_and(|line| line.value().trim().eq_ignore_ascii_case("CANCELLED"));
        Ok(cancelled.then_some(Value::Bool(true)))
    }

    fn write(
        &self,
        component: &mut Component<'_>,
        value: Option<&Value>,
        scope: &mut Scope,
    ) -> Result<()> {
        let deferred = Value::text("deferred");
        if Status.read(component, scope)?.as_ref() != Some(&deferred) {
            return Ok(());
        }
        if value.is_some() {
            set_value(component, "STATUS", "CANCELLED");
            component.remove(FINER);
            return Ok(());
        }
        Status.write(component, Some(&deferred), scope)
    }
}

/// A number, where nothing is no line.
pub struct Count(pub &'static str);

impl Slot for Count {
    fn names(&self) -> Vec<String> {
        vec![self.0.to_owned()]
    }

    fn read(&self, component: &Component, _: &mut Scope) -> Result<Option<Value>> {
        let line = component.line(self.0);
        let count = line.and_then(|line| line.value().trim().parse::<i32>().ok());
        Ok(count
            .filter(|count| *count > 0)
            .map(|count| Value::Number(count.into())))
    }

    fn write(
        &self,
        component: &mut Component<'_>,
        value: Option<&Value>,
        _: &mut Scope,
    ) -> Result<()> {
        match value {
            Some(Value::Number(count)) => set_value(component, self.0, &count.to_string()),
            _ => component.remove(self.0),
        }
        Ok(())
    }
}
