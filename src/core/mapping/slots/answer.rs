//! What people answered to an invitation, and whether they are to answer.

use super::people::{address, each_guest, foreign_organizer, guests};
use crate::dav::{Component, Line};
use crate::error::Result;
use crate::mapping::row::Slot;
use crate::mapping::scope::Scope;
use crate::model::Value;

/// The mailbox owner's answer to a meeting that somebody else organizes: PARTSTAT of their own line.
pub struct Response;

/// The guests' answers: one `address answer` for each who answered.
pub struct Answers;

/// Whether answers are asked for.
pub struct Rsvp;

const WORDS: [(&str, &str); 3] = [
    ("ACCEPTED", "accepted"),
    ("TENTATIVE", "tentative"),
    ("DECLINED", "declined"),
];

pub const PENDING: &str = "pending";

fn answer(line: &Line) -> Option<&'static str> {
    let status = line.param("PARTSTAT")?;
    WORDS
        .iter()
        .find(|(word, _)| word.eq_ignore_ascii_case(&status))
        .map(|(_, answer)| *answer)
}

fn status(answer: &str) -> &'static str {
    WORDS
        .iter()
        .find(|(_, known)| *known == answer)
        .map_or("NEEDS-ACTION", |(word, _)| word)
}

impl Slot for Response {
    fn names(&self) -> Vec<String> {
        vec!["ATTENDEE/own".to_owned()]
    }

    fn read(&self, component: &Component, scope: &mut Scope) -> Result<Option<Value>> {
        if scope.context.addresses.is_empty() || foreign_organizer(component, scope).is_none() {
            return Ok(None);
        }
        let own = component.all("ATTENDEE").find(|line| is_own(line, scope));
        Ok(Some(Value::text(own.and_then(answer).unwrap_or(PENDING))))
    }

    fn write(
        &self,
        component: &mut Component<'_>,
        value: Option<&Value>,
        scope: &mut Scope,
    ) -> Result<()> {
        let (Some(Value::Text(answer)), Some(own)) = (value, scope.context.addresses.first())
        else {
            return Ok(());
        };
        let mut found = false;
        for line in component.lines_mut() {
            if line.is("ATTENDEE") && is_own(line, scope) {
                *line = line.with_param("PARTSTAT", Some(status(answer)));
                found = true;
            }
        }
        // Invited through a list of addresses.
        if !found {
            component.insert(Line::new(
                "ATTENDEE",
                &[("ROLE", "REQ-PARTICIPANT"), ("PARTSTAT", status(answer))],
                &format!("mailto:{own}"),
            ));
        }
        Ok(())
    }
}

fn is_own(line: &Line, scope: &Scope) -> bool {
    address(line).is_some_and(|address| scope.is_own(&address))
}

impl Slot for Answers {
    fn names(&self) -> Vec<String> {
        vec!["ATTENDEE/PARTSTAT".to_owned()]
    }

    fn read(&self, component: &Component, scope: &mut Scope) -> Result<Option<Value>> {
        // Of somebody who stands there twice the first line counts.
        let mut answers: Vec<(String, Option<&'static str>)> = Vec::new();
        for line in guests(component, scope) {
            if let Some(guest) = address(line)
                && !answers.iter().any(|(known, _)| *known == guest)
            {
                answers.push((guest, answer(line)));
            }
        }
        let given = |(guest, answer): (String, Option<&'static str>)| Some((guest, answer?));
        Ok(of(answers.into_iter().filter_map(given)))
    }

    fn write(
        &self,
        component: &mut Component<'_>,
        value: Option<&Value>,
        scope: &mut Scope,
    ) -> Result<()> {
        let answers = each(value);
        let mut seen: Vec<String> = Vec::new();
        each_guest(component, scope, |guest, line| {
            if seen.iter().any(|known| known == guest) {
                return None;
            }
            seen.push(guest.to_owned());
            let wanted = answers
                .iter()
                .find(|(address, _)| *address == guest)
                .map(|(_, answer)| *answer);
            (answer(line) != wanted)
                .then(|| line.with_param("PARTSTAT", Some(status(wanted.unwrap_or_default()))))
        });
        Ok(())
    }
}

/// Answers as a value.
pub fn of(answers: impl IntoIterator<Item = (String, &'static str)>) -> Option<Value> {
    let list = Value::list(
        answers
            .into_iter()
            .map(|(address, answer)| format!("{address} {answer}")),
    );
    (list != Value::List(Vec::new())).then_some(list)
}

/// Addresses and their answers.
pub fn each(value: Option<&Value>) -> Vec<(&str, &str)> {
    match value {
        Some(Value::List(list)) => list
            .iter()
            .filter_map(|entry| entry.rsplit_once(' '))
            .collect(),
        _ => Vec::new(),
    }
}

/// The word for an answer, where it is one.
pub fn known(answer: &str) -> Option<&'static str> {
    WORDS
        .iter()
        .map(|(_, known)| *known)
        .find(|known| *known == answer)
}

impl Slot for Rsvp {
    fn names(&self) -> Vec<String> {
        vec!["ATTENDEE/RSVP".to_owned()]
    }

    fn read(&self, component: &Component, scope: &mut Scope) -> Result<Option<Value>> {
        let asked = guests(component, scope).into_iter().any(is_asked);
        Ok(asked.then_some(Value::Bool(true)))
    }

    fn write(
        &self,
        component: &mut Component<'_>,
        value: Option<&Value>,
        scope: &mut Scope,
    ) -> Result<()> {
        let asked = value == Some(&Value::Bool(true));
        each_guest(component, scope, |_, line| {
            (is_asked(line) != asked).then(|| line.with_param("RSVP", asked.then_some("TRUE")))
        });
        Ok(())
    }
}

fn is_asked(line: &Line) -> bool {
    line.param("RSVP")
        .is_some_and(|asked| asked.eq_ignore_ascii_case("TRUE"))
}
