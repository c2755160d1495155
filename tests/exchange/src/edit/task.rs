//! Writing tasks: dates without time, and status, percentage and completion that follow each other.

use chrono::{DateTime, NaiveTime, Utc};

use crate::bag::Value;
use crate::element::Element;
use crate::failure::Failure;
use crate::keys;
use crate::recurrence::Recurrence;
use crate::store::{self, Mailbox};
use crate::zone::Zone;

use super::{Draft, read_only};

const NOT_STARTED: i32 = 0;
const IN_PROGRESS: i32 = 1;
const COMPLETED: i32 = 2;

impl Draft<'_> {
    pub(super) fn set_of_task(&mut self, element: &Element) -> Result<(), Failure> {
        match element.name.as_str() {
            "DueDate" | "StartDate" => {
                let time = self.call.time(&element.text, None)?;
                let key = if element.name == "DueDate" {
                    keys::TASK_DUE
                } else {
                    keys::TASK_START
                };
                self.bag.set(key, Value::Time(midnight(time)));
            }
            // The server puts its own clock in place of what a client sends.
            "CompleteDate" => self.bag.set(keys::TASK_DONE_AT, Value::Time(store::now())),
            "PercentComplete" => {
                let percent: Option<f64> = element.text.trim().parse().ok();
                let percent = percent
                    .filter(|percent| (0.0..=100.0).contains(percent))
                    .ok_or_else(|| {
                        Failure::new(
                            "ErrorInvalidPercentCompleteValue",
                            "PercentComplete lies between 0 and 100.",
                        )
                    })?;
                self.bag
                    .set(keys::TASK_PERCENT, Value::Double(percent / 100.0));
            }
            "Recurrence" => self.recurrence = Some(Recurrence::from_xml(element)?),
            name => return Err(read_only(name)),
        }
        Ok(())
    }

    pub(super) fn delete_of_task(&mut self, name: &str) {
        match name {
            "DueDate" => {
                self.bag.remove(&keys::TASK_DUE);
                self.bag.remove(&keys::COMMON_END);
            }
            "StartDate" => {
                self.bag.remove(&keys::TASK_START);
                self.bag.remove(&keys::COMMON_START);
            }
            "CompleteDate" => drop(self.bag.remove(&keys::TASK_DONE_AT)),
            "Recurrence" => self.recurrence = None,
            _ => {}
        }
    }

    pub(super) fn finish_task(&mut self, mailbox: &Mailbox) -> Result<(), Failure> {
        self.settle_status();
        self.settle_dates(mailbox)?;
        if let Some(due) = &self.reminder_due {
            let rings = self.call.time(due, None)?;
            self.bag.set(keys::REMINDER_TIME, Value::Time(rings));
            self.bag.set(keys::REMINDER_SIGNAL, Value::Time(rings));
        }
        if let Some(recurrence) = &self.recurrence {
            recurrence.check()?;
        }
        if self.bag.text(&keys::TASK_OWNER).is_none() {
            self.bag.put_text(keys::TASK_OWNER, Some(&mailbox.name));
        }
        Ok(())
    }

    /// Status, PercentComplete and CompleteDate follow the one that was written last.
    fn settle_status(&mut self) {
        let decisive = self
            .written
            .iter()
            .rev()
            .find_map(|name| match name.as_str() {
                "Status" | "PercentComplete" | "CompleteDate" | "IsComplete" => Some(name.clone()),
                _ => None,
            });
        let status = self.bag.int(&keys::TASK_STATUS).unwrap_or(NOT_STARTED);
        let percent = self.bag.double(&keys::TASK_PERCENT).unwrap_or(0.0);
        let complete = match decisive.as_deref() {
            Some("Status") => status == COMPLETED,
            Some("PercentComplete") => percent >= 1.0,
            Some("CompleteDate") => self.bag.get(&keys::TASK_DONE_AT).is_some(),
            Some("IsComplete") => self.bag.bool(&keys::TASK_COMPLETE).unwrap_or(false),
            _ => status == COMPLETED,
        };
        let (status, percent) = match (complete, decisive.as_deref()) {
            (true, _) => (COMPLETED, 1.0),
            (false, Some("PercentComplete"))
                if percent > 0.0 && matches!(status, NOT_STARTED | COMPLETED) =>
            {
                (IN_PROGRESS, percent)
            }
            (false, Some("PercentComplete")) if status == COMPLETED => (NOT_STARTED, percent),
            (false, _) if status == NOT_STARTED || status == COMPLETED => (NOT_STARTED, 0.0),
            (false, _) if percent >= 1.0 => (status, 0.0),
            (false, _) => (status, percent),
        };
        self.bag.set(keys::TASK_STATUS, Value::Int(status));
        self.bag.set(keys::TASK_PERCENT, Value::Double(percent));
        self.bag.set(keys::TASK_COMPLETE, Value::Bool(complete));
        if !complete {
            self.bag.remove(&keys::TASK_DONE_AT);
        } else if self.bag.get(&keys::TASK_DONE_AT).is_none() {
            self.bag.set(keys::TASK_DONE_AT, Value::Time(store::now()));
        }
    }

    /// Dates are kept twice: as the date at midnight UTC, and as the instant of local midnight. The one written last
    /// wins where due lies before start.
    fn settle_dates(&mut self, mailbox: &Mailbox) -> Result<(), Failure> {
        if let (Some(start), Some(due)) = (
            self.bag.time(&keys::TASK_START),
            self.bag.time(&keys::TASK_DUE),
        ) && due < start
        {
            let (key, value) = match self.wrote("StartDate") && !self.wrote("DueDate") {
                true => (keys::TASK_DUE, start),
                false => (keys::TASK_START, due),
            };
            self.bag.set(key, Value::Time(value));
        }
        let zone = self
            .call
            .zone
            .or_else(|| Zone::windows(&mailbox.zone))
            .unwrap_or(Zone::UTC);
        for (date, instant) in [
            (keys::TASK_START, keys::COMMON_START),
            (keys::TASK_DUE, keys::COMMON_END),
        ] {
            match self.bag.time(&date) {
                Some(date) => self
                    .bag
                    .set(instant, Value::Time(zone.to_utc(date.naive_utc()))),
                None => drop(self.bag.remove(&instant)),
            }
        }
        Ok(())
    }
}

/// The date of a task as the store keeps it: that of the instant in UTC.
fn midnight(time: DateTime<Utc>) -> DateTime<Utc> {
    time.date_naive().and_time(NaiveTime::MIN).and_utc()
}
