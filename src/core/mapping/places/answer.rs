//! What people answered to an invitation, whether they are to answer, and whether the meeting still stands.

use super::element::{extended, set_extended, set_text};
use super::people::{STATE, foreign_organizer, guests, state};
use super::plain::is_true;
use crate::error::Result;
use crate::ews::{Element, FieldPath, PropertySet, PropertyType};
use crate::mapping::remote::FieldChange;
use crate::mapping::row::Place;
use crate::mapping::scope::Scope;
use crate::mapping::slots::answer::{PENDING, each, known, of};
use crate::model::{Record, Value};

/// The mailbox owner's answer to a meeting that somebody else organizes.
///
/// PidLidResponseStatus (MS-OXOCAL 2.2.1.11) is what `MyResponseType` shows. Written so, nobody is told, and a meeting
/// that is declined stays in the calendar (docs/adr/0010-answers-without-mail.md).
pub struct Response;

/// The guests' answers. Exchange itself learns them from mails only; those that it does not know are kept in a property
/// of ours.
pub struct Answers;

/// Whether answers are asked for.
pub struct Rsvp;

/// Whether the meeting was cancelled.
pub struct Cancelled;

const MY_RESPONSE: FieldPath = FieldPath::Field("calendar:MyResponseType");
pub const RESPONSE: FieldPath =
    FieldPath::Id(PropertySet::Appointment, 0x8218, PropertyType::Integer);
const ANSWERS: FieldPath = FieldPath::Named(
    PropertySet::PublicStrings,
    "integration_exchange.answers",
    PropertyType::String,
);
const RSVP: FieldPath = FieldPath::Field("calendar:IsResponseRequested");
const CANCELLED: FieldPath = FieldPath::Field("calendar:IsCancelled");

/// How the owner's time shows after an answer, as Exchange itself has it.
pub fn busy_after(answer: &str) -> Option<FieldChange> {
    let status = match answer {
        "accepted" => "Busy",
        "tentative" => "Tentative",
        "declined" => "Free",
        _ => return None,
    };
    let path = FieldPath::Field("calendar:LegacyFreeBusyStatus");
    Some(set_text(path, status))
}

fn answer(response: &str) -> Option<&'static str> {
    match response.trim() {
        "Accept" => Some("accepted"),
        "Tentative" => Some("tentative"),
        "Decline" => Some("declined"),
        _ => None,
    }
}

impl Place for Response {
    fn paths(&self) -> Vec<FieldPath> {
        vec![MY_RESPONSE, RESPONSE]
    }

    fn read(&self, item: &Element, scope: &mut Scope) -> Result<Option<Value>> {
        if scope.context.addresses.is_empty() || foreign_organizer(item, scope).is_none() {
            return Ok(None);
        }
        let own = item.child_text("MyResponseType").and_then(answer);
        Ok(Some(Value::text(own.unwrap_or(PENDING))))
    }

    fn write(&self, value: Option<&Value>, _: &Record, _: &mut Scope) -> Result<Vec<FieldChange>> {
        let Some(Value::Text(answer)) = value else {
            return Ok(Vec::new());
        };
        let status = match answer.as_str() {
            "tentative" => "2",
            "accepted" => "3",
            "declined" => "4",
            _ => "5",
        };
        Ok(vec![set_extended(RESPONSE, status)])
    }
}

impl Place for Answers {
    fn paths(&self) -> Vec<FieldPath> {
        vec![ANSWERS]
    }

    fn read(&self, item: &Element, scope: &mut Scope) -> Result<Option<Value>> {
        let kept = Value::list(
            extended(item, ANSWERS)
                .unwrap_or_default()
                .lines()
                .map(str::to_owned),
        );
        let kept = each(Some(&kept));
        Ok(of(guests(item, scope).into_iter().filter_map(
            |(entry, guest, _)| {
                let told = entry.child_text("ResponseType").and_then(answer);
                let own = || kept.iter().find(|(address, _)| *address == guest);
                let answer = told.or_else(|| known(own()?.1))?;
                Some((guest, answer))
            },
        )))
    }

    fn write(&self, value: Option<&Value>, _: &Record, _: &mut Scope) -> Result<Vec<FieldChange>> {
        Ok(vec![match value {
            Some(Value::List(answers)) => set_extended(ANSWERS, answers.join("\n")),
            _ => FieldChange::Delete(ANSWERS),
        }])
    }
}

impl Place for Rsvp {
    fn paths(&self) -> Vec<FieldPath> {
        vec![RSVP]
    }

    fn read(&self, item: &Element, scope: &mut Scope) -> Result<Option<Value>> {
        let asked = item.child_text("IsResponseRequested").is_some_and(is_true);
        Ok((asked && !guests(item, scope).is_empty()).then_some(Value::Bool(true)))
    }

    fn write(
        &self,
        value: Option<&Value>,
        item: &Record,
        _: &mut Scope,
    ) -> Result<Vec<FieldChange>> {
        if item.own("attendees").is_none() {
            return Ok(Vec::new());
        }
        let asked = value == Some(&Value::Bool(true));
        Ok(vec![set_text(RSVP, if asked { "true" } else { "false" })])
    }
}

impl Place for Cancelled {
    fn paths(&self) -> Vec<FieldPath> {
        vec![CANCELLED, STATE]
    }

    fn read(&self, item: &Element, _: &mut Scope) -> Result<Option<Value>> {
        let cancelled = item.child_text("IsCancelled").is_some_and(is_true)
            || state(item).is_some_and(|flags| flags & 4 != 0);
        Ok(cancelled.then_some(Value::Bool(true)))
    }

    /// `IsCancelled` is read-only: it shows these flags, which also say that the meeting is somebody else's.
    fn write(
        &self,
        value: Option<&Value>,
        item: &Record,
        _: &mut Scope,
    ) -> Result<Vec<FieldChange>> {
        let foreign = item.own("organizer").is_some();
        let meeting = foreign || item.own("attendees").is_some();
        let cancelled = value == Some(&Value::Bool(true));
        let flags = u8::from(meeting) + 2 * u8::from(foreign) + 4 * u8::from(cancelled);
        Ok(vec![if flags == 0 {
            FieldChange::Delete(STATE)
        } else {
            set_extended(STATE, flags.to_string())
        }])
    }
}
