use super::element::{extended, set_extended, set_text};
use super::plain::is_true;
use super::time::instant;
use crate::error::Result;
use crate::ews::{Element, FieldPath};
use crate::mapping::remote::FieldChange;
use crate::mapping::row::Place;
use crate::mapping::scope::Scope;
use crate::mapping::{text, zones};
use crate::model::{Record, Value};
use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeDelta, Timelike, Utc};

/// A date in a dateTime, beside the named property that holds it without any zone (MS-OXOCNTC 2.2.1.5).
pub struct Date {
    pub path: FieldPath,
    /// The name of its element.
    pub name: &'static str,
    pub local: FieldPath,
}

impl Place for Date {
    fn paths(&self) -> Vec<FieldPath> {
        vec![self.path, self.local]
    }

    fn read(&self, item: &Element, scope: &mut Scope) -> Result<Option<Value>> {
        let exact = extended(item, self.local)
            .and_then(instant)
            .map(|time| time.date_naive());
        let time = item.child_text(self.name).and_then(instant);
        let day = match (exact, time) {
            (Some(exact), Some(time)) if is_in(exact, time) => Some(exact),
            (exact, time) => time.and_then(|time| day_of(time, scope)).or(exact),
        };
        Ok(day.map(Value::Day))
    }

    fn write(&self, value: Option<&Value>, _: &Record, _: &mut Scope) -> Result<Vec<FieldChange>> {
        Ok(match value {
            Some(Value::Day(day)) => vec![
                set_text(self.path, format!("{day}T11:59:00Z")),
                set_extended(self.local, format!("{day}T00:00:00Z")),
            ],
            _ => vec![
                FieldChange::Delete(self.path),
                FieldChange::Delete(self.local),
            ],
        })
    }
}

/// Whether that is the 11:59 of the day or its midnight anywhere. If not, the time was changed by a program that does
/// not know of the day.
fn is_in(day: NaiveDate, time: DateTime<Utc>) -> bool {
    let start = day.and_time(NaiveTime::MIN).and_utc();
    let noon = time.hour() == 11 && time.minute() == 59;
    if noon {
        time.date_naive() == day
    } else {
        (-14..=12).contains(&(time - start).num_hours())
    }
}

/// The day that a dateTime stands for: midnight in the person's zone, by its rules of then or, as Outlook counts, of
/// today; otherwise what it is half a day later, which is right for midnight in every zone from −12 to +12 hours and
/// for the 11:59 of MS-OXOCNTC 2.2.1.5.1.
fn day_of(time: DateTime<Utc>, scope: &Scope) -> Option<NaiveDate> {
    let tz = scope.context.zone;
    let now = time.with_year(scope.context.today.year()).unwrap_or(time);
    let offset = zones::to_local(now, tz) - now.naive_utc();
    let local = [
        zones::to_local(time, tz),
        time.naive_utc().checked_add_signed(offset)?,
    ];
    let midnight = local.iter().find(|local| local.time() == NaiveTime::MIN);
    match midnight {
        Some(midnight) => Some(midnight.date()),
        None => Some(time.checked_add_signed(TimeDelta::hours(12))?.date_naive()),
    }
}

/// A choice that an extended property holds as a number.
pub struct Numbered {
    pub path: FieldPath,
    /// The number and the word.
    pub words: &'static [(&'static str, &'static str)],
}

impl Place for Numbered {
    fn paths(&self) -> Vec<FieldPath> {
        vec![self.path]
    }

    fn read(&self, item: &Element, _: &mut Scope) -> Result<Option<Value>> {
        let number = extended(item, self.path).map(str::trim);
        let known = self.words.iter().find(|(known, _)| Some(*known) == number);
        Ok(known.map(|(_, word)| Value::text(*word)))
    }

    fn write(&self, value: Option<&Value>, _: &Record, _: &mut Scope) -> Result<Vec<FieldChange>> {
        let known = match value {
            Some(Value::Text(text)) => self.words.iter().find(|(_, word)| word == text),
            _ => None,
        };
        Ok(vec![match known {
            Some((number, _)) => set_extended(self.path, *number),
            None => FieldChange::Delete(self.path),
        }])
    }
}

/// The page that Outlook shows as the contact's own. It is the one at work where no other is known, so that both are
/// the same everywhere.
pub struct OtherPage(pub FieldPath);

impl Place for OtherPage {
    fn paths(&self) -> Vec<FieldPath> {
        vec![self.0]
    }

    fn read(&self, item: &Element, _: &mut Scope) -> Result<Option<Value>> {
        Ok(extended(item, self.0).and_then(text::line).map(Value::Text))
    }

    fn write(
        &self,
        value: Option<&Value>,
        item: &Record,
        _: &mut Scope,
    ) -> Result<Vec<FieldChange>> {
        Ok(vec![match value.or_else(|| item.own("web_page")) {
            Some(Value::Text(page)) => set_extended(self.0, page),
            _ => FieldChange::Delete(self.0),
        }])
    }
}

/// The picture: an attachment, which the walkers only point to.
pub struct Photo;

impl Photo {
    /// The id of the attachment that is the contact's picture.
    pub fn attachment(item: &Element) -> Option<String> {
        item.child("Attachments")?
            .children
            .iter()
            .find(|file| {
                file.child_text("IsContactPhoto").is_some_and(is_true)
                    || file.child_text("Name") == Some("ContactPicture.jpg")
            })?
            .child("AttachmentId")?
            .attribute("Id")
            .map(str::to_owned)
    }
}

impl Place for Photo {
    fn paths(&self) -> Vec<FieldPath> {
        vec![FieldPath::Field("item:Attachments")]
    }

    fn read(&self, _: &Element, _: &mut Scope) -> Result<Option<Value>> {
        Ok(None)
    }

    fn write(&self, _: Option<&Value>, _: &Record, _: &mut Scope) -> Result<Vec<FieldChange>> {
        Ok(Vec::new())
    }
}
