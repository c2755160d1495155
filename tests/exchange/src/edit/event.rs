//! Writing calendar items: times and zones, recurrence, reminders, people.

use chrono::{DateTime, NaiveTime, SubsecRound, TimeDelta, Utc};

use crate::bag::{Attendee, Key, Value};
use crate::element::Element;
use crate::envelope::boolean;
use crate::failure::Failure;
use crate::global_id;
use crate::keys;
use crate::recurrence::Recurrence;
use crate::store;
use crate::version::Level;
use crate::zone::Zone;

use super::{Draft, read_only};

/// Longest event: five years.
const LONGEST: TimeDelta = TimeDelta::days(5 * 366);

impl Draft<'_> {
    pub(super) fn set_of_event(&mut self, element: &Element) -> Result<(), Failure> {
        match element.name.as_str() {
            "Recurrence" | "UID" if self.index.is_some() => return Err(read_only(&element.name)),
            "UID" => self.set_uid(&element.text),
            "Start" => self.start = Some(element.text.clone()),
            "End" => self.end = Some(element.text.clone()),
            "StartTimeZone" | "MeetingTimeZone" => self.set_zone(keys::START_ZONE, element)?,
            "EndTimeZone" => self.set_zone(keys::END_ZONE, element)?,
            "Recurrence" => self.recurrence = Some(Recurrence::from_xml(element)?),
            "RequiredAttendees" | "OptionalAttendees" | "Resources" => {
                let key = people_key(&element.name);
                let known = self.bag.people(&key).to_vec();
                self.bag.remove(&key);
                self.append_people(element, &known)?;
            }
            "AllowNewTimeProposal" => {
                let allowed = boolean(&element.text).unwrap_or(true);
                self.bag.set(keys::NOT_PROPOSE, Value::Bool(!allowed));
            }
            "IsOnlineMeeting" if self.call.level < Level::of("Exchange2016") => {
                let online = boolean(&element.text).unwrap_or(false);
                self.bag.set(keys::CONFERENCING, Value::Bool(online));
            }
            "Location" => self.set_location(&element.text),
            "EnhancedLocation" => self.set_enhanced_location(element),
            name => return Err(read_only(name)),
        }
        Ok(())
    }

    pub(super) fn delete_of_event(&mut self, name: &str) {
        match name {
            "Recurrence" => {
                self.recurrence = None;
                self.anew = true;
            }
            "RequiredAttendees" | "OptionalAttendees" | "Resources" => {
                drop(self.bag.remove(&people_key(name)))
            }
            "Location" | "EnhancedLocation" => self.set_location(""),
            _ => {}
        }
    }

    /// Adds to those invited. What they answered is known from mails only: it is kept for those who were invited
    /// before, and not taken from the client.
    pub(super) fn append_people(
        &mut self,
        element: &Element,
        known: &[Attendee],
    ) -> Result<(), Failure> {
        let key = people_key(&element.name);
        let mut people = self.bag.people(&key).to_vec();
        for attendee in &element.children {
            let mailbox = attendee.get("Mailbox");
            let text = |name: &str| {
                mailbox
                    .and_then(|m| m.text_of(name))
                    .unwrap_or_default()
                    .to_owned()
            };
            let (name, email) = (text("Name"), text("EmailAddress"));
            if email.is_empty() && name.is_empty() {
                return Err(Failure::new(
                    "ErrorInvalidRecipients",
                    "An attendee needs an address.",
                ));
            }
            let name = if name.is_empty() { email.clone() } else { name };
            let answered = known
                .iter()
                .find(|person| person.email.eq_ignore_ascii_case(&email));
            people.push(Attendee {
                name,
                email,
                ..answered.cloned().unwrap_or_default()
            });
        }
        self.bag.set(key, Value::People(people));
        Ok(())
    }

    /// A place alone: the address of another one does not fit it.
    pub(super) fn set_location(&mut self, place: &str) {
        if self.bag.text(&keys::LOCATION).unwrap_or_default() != place {
            self.bag.remove(&keys::LOCATION_ANNOTATION);
            keys::LOCATION_PARTS
                .iter()
                .for_each(|(_, key)| drop(self.bag.remove(key)));
        }
        self.bag.put_text(keys::LOCATION, Some(place));
    }

    fn set_enhanced_location(&mut self, element: &Element) {
        self.bag
            .put_text(keys::LOCATION, element.text_of("DisplayName"));
        self.bag
            .put_text(keys::LOCATION_ANNOTATION, element.text_of("Annotation"));
        let address = element.get("PostalAddress");
        for (name, key) in keys::LOCATION_PARTS {
            self.bag
                .put_text(key, address.and_then(|address| address.text_of(name)));
        }
    }

    fn set_uid(&mut self, uid: &str) {
        let blob = global_id::from_uid(uid.trim());
        self.bag
            .set(keys::CLEAN_GLOBAL_ID, Value::Binary(blob.clone()));
        self.bag.set(keys::GLOBAL_ID, Value::Binary(blob));
    }

    fn set_zone(&mut self, key: Key, element: &Element) -> Result<(), Failure> {
        let id = element
            .attr("Id")
            .or(element.attr("TimeZoneName"))
            .unwrap_or_default();
        let zone = Zone::windows(id).ok_or_else(|| {
            Failure::new(
                "ErrorTimeZone",
                format!("There is no time zone {id:?} on this server."),
            )
        })?;
        self.bag.set(key, Value::Text(zone.id.to_owned()));
        Ok(())
    }

    pub(super) fn finish_event(&mut self) -> Result<(), Failure> {
        self.settle_zones();
        self.settle_times()?;
        self.settle_recurrence()?;
        self.settle_reminder();
        if self.bag.binary(&keys::CLEAN_GLOBAL_ID).is_none() {
            let blob = global_id::fresh(Utc::now(), rand::random());
            self.bag
                .set(keys::CLEAN_GLOBAL_ID, Value::Binary(blob.clone()));
            self.bag.set(keys::GLOBAL_ID, Value::Binary(blob));
        }
        let invited = [keys::REQUIRED, keys::OPTIONAL, keys::RESOURCES]
            .iter()
            .any(|key| !self.bag.people(key).is_empty());
        let state = self.bag.int(&keys::STATE).unwrap_or(0);
        self.bag.set(
            keys::STATE,
            Value::Int(if invited { state | 1 } else { state }),
        );
        if self.bag.int(&keys::BUSY).is_none() {
            self.bag.set(keys::BUSY, Value::Int(2));
        }
        Ok(())
    }

    fn settle_zones(&mut self) {
        if self.bag.text(&keys::START_ZONE).is_none() {
            let zone = self.call.zone.unwrap_or(Zone::UTC);
            self.bag
                .set(keys::START_ZONE, Value::Text(zone.id.to_owned()));
        }
        if self.bag.text(&keys::END_ZONE).is_none() {
            let zone = self.zone(&keys::START_ZONE);
            self.bag
                .set(keys::END_ZONE, Value::Text(zone.id.to_owned()));
        }
    }

    fn zone(&self, key: &Key) -> Zone {
        self.bag
            .text(key)
            .and_then(Zone::windows)
            .unwrap_or(Zone::UTC)
    }

    /// The zone for times without offset: only one that this request gave.
    fn zone_in_request(&self, name: &str, key: &Key) -> Option<Zone> {
        self.wrote(name).then(|| self.zone(key))
    }

    fn settle_times(&mut self) -> Result<(), Failure> {
        let read = |text: &Option<String>, zone: Option<Zone>| {
            text.as_deref()
                .map(|text| self.call.time(text, zone))
                .transpose()
        };
        let start = read(
            &self.start,
            self.zone_in_request("StartTimeZone", &keys::START_ZONE),
        )?;
        let end = read(
            &self.end,
            self.zone_in_request("EndTimeZone", &keys::END_ZONE),
        )?;
        let start = start
            .or(self.bag.time(&keys::START))
            .unwrap_or_else(Utc::now)
            .trunc_subsecs(0);
        let all_day = self.bag.bool(&keys::ALL_DAY).unwrap_or(false);
        let usual = if all_day {
            TimeDelta::days(1)
        } else {
            TimeDelta::minutes(30)
        };
        let end = end
            .or(self.bag.time(&keys::END))
            .unwrap_or(start + usual)
            .trunc_subsecs(0);
        if end < start {
            let text = "EndDate is earlier than StartDate.";
            return Err(Failure::new(
                "ErrorCalendarEndDateIsEarlierThanStartDate",
                text,
            ));
        }
        if end - start > LONGEST {
            return Err(Failure::new(
                "ErrorCalendarDurationIsTooLong",
                "The duration of a calendar item is too long.",
            ));
        }
        let (start, end) = if all_day {
            self.snapped(start, end)
        } else {
            (start, end)
        };
        self.put_times(start, end);
        Ok(())
    }

    /// Whole days: down and up to midnight of the creation zone, at least one day.
    fn snapped(&self, start: DateTime<Utc>, end: DateTime<Utc>) -> (DateTime<Utc>, DateTime<Utc>) {
        let zone = self.zone(&keys::START_ZONE);
        let first = zone.to_local(start).date();
        let last = zone.to_local(end);
        let mut after = last.date();
        if last.time() != NaiveTime::MIN || after <= first {
            after = after.succ_opt().unwrap_or(after);
        }
        (
            zone.to_utc(first.and_time(NaiveTime::MIN)),
            zone.to_utc(after.and_time(NaiveTime::MIN)),
        )
    }

    fn put_times(&mut self, start: DateTime<Utc>, end: DateTime<Utc>) {
        for (key, time) in [
            (keys::START, start),
            (keys::END, end),
            (keys::COMMON_START, start),
            (keys::COMMON_END, end),
            (keys::REMINDER_TIME, start),
        ] {
            self.bag.set(key, Value::Time(time));
        }
    }

    /// A series begins with the first day that its pattern gives; one that is moved takes its pattern along.
    fn settle_recurrence(&mut self) -> Result<(), Failure> {
        let deciding = ["Recurrence", "Start", "StartTimeZone", "IsAllDayEvent"];
        let moved = self.start.is_some() || self.end.is_some();
        let touched = moved || deciding.iter().any(|name| self.wrote(name));
        let Some(recurrence) = self.recurrence.take_if(|_| self.is_new || touched) else {
            return Ok(());
        };
        let zone = self.zone(&keys::START_ZONE);
        let (start, end) = (
            self.bag.time(&keys::START).unwrap_or_default(),
            self.bag.time(&keys::END).unwrap_or_default(),
        );
        let local = zone.to_local(start);
        let moved = !self.is_new && !self.wrote("Recurrence");
        let recurrence = if moved {
            recurrence.starting(local.date())
        } else {
            recurrence
        };
        recurrence.check()?;
        let gap = recurrence.smallest_gap();
        if gap.is_some_and(|gap| zone.to_local(end) - local > gap) {
            let text = "The occurrences last longer than the time between them.";
            return Err(Failure::new("ErrorOccurrenceTimeSpanTooBig", text));
        }
        let first = recurrence
            .occurrences(recurrence.start.and_time(local.time()))
            .next()
            .map(|(_, first)| first);
        if let Some(first) = first.filter(|first| *first != local) {
            let length = zone.to_local(end) - local;
            self.put_times(zone.to_utc(first), zone.to_utc(first + length));
            self.recurrence = Some(recurrence.starting(first.date()));
        } else {
            self.recurrence = Some(recurrence);
        }
        Ok(())
    }

    fn settle_reminder(&mut self) {
        // A new event rings a quarter of an hour before, unless its maker says otherwise.
        if self.is_new && !self.wrote("ReminderIsSet") && !self.wrote("MimeContent") {
            self.bag.set(keys::REMINDER_SET, Value::Bool(true));
        }
        if self.is_new && self.bag.int(&keys::REMINDER_MINUTES).is_none() {
            self.bag.set(keys::REMINDER_MINUTES, Value::Int(15));
        }
        let deciding = ["Start", "ReminderIsSet", "ReminderMinutesBeforeStart"];
        let touched = self.start.is_some() || deciding.iter().any(|name| self.wrote(name));
        if (self.is_new || touched) && !self.wrote("ReminderTime") {
            let minutes = self.bag.int(&keys::REMINDER_MINUTES).unwrap_or(0);
            let start = self.bag.time(&keys::START).unwrap_or_else(store::now);
            let rings = start - TimeDelta::minutes(minutes.into());
            self.bag.set(keys::REMINDER_SIGNAL, Value::Time(rings));
        }
    }
}

fn people_key(name: &str) -> Key {
    match name {
        "RequiredAttendees" => keys::REQUIRED,
        "OptionalAttendees" => keys::OPTIONAL,
        _ => keys::RESOURCES,
    }
}
