//! ORGANIZER and ATTENDEE (RFC 5545 sections 3.8.4.1 and 3.8.4.3).

use crate::dav::{Component, Entry, Line};
use crate::error::Result;
use crate::mapping::row::Slot;
use crate::mapping::scope::Scope;
use crate::mapping::text;
use crate::model::{Person, Role, Value};

/// Who organizes the meeting, where it is somebody else. The mailbox's owner organizes every other one.
pub struct Organizer;

/// Who takes part besides the organizer and the mailbox's owner, sorted by address.
pub struct Attendees;

pub fn address(line: &Line) -> Option<String> {
    let value = line.value().trim();
    let bare = match value.get(..7) {
        Some(scheme) if scheme.eq_ignore_ascii_case("mailto:") => value.get(7..)?,
        _ => value,
    };
    let address = text::line(bare)?.to_lowercase();
    address.contains('@').then_some(address)
}

/// The organizer's address, whoever that is.
fn organizer(component: &Component) -> Option<String> {
    component.line("ORGANIZER").and_then(address)
}

/// The organizer's address, where it is neither the mailbox's owner nor alone.
pub fn foreign_organizer(component: &Component, scope: &Scope) -> Option<String> {
    let organizer = organizer(component).filter(|address| !scope.is_own(address))?;
    let invites = |line: &Line| address(line).is_some_and(|guest| guest != organizer);
    component.all("ATTENDEE").any(invites).then_some(organizer)
}

/// Whether a line is an attendee other than the organizer and the mailbox's owner.
pub fn is_guest(line: &Line, organizer: Option<&str>, scope: &Scope) -> bool {
    line.is("ATTENDEE")
        && address(line)
            .is_some_and(|guest| Some(guest.as_str()) != organizer && !scope.is_own(&guest))
}

/// Does something with every guest's line.
pub fn each_guest(
    component: &mut Component<'_>,
    scope: &Scope,
    mut change: impl FnMut(&str, &Line) -> Option<Line<'static>>,
) {
    let organizer = organizer(component);
    for line in component.lines_mut() {
        if is_guest(line, organizer.as_deref(), scope)
            && let Some(guest) = address(line)
            && let Some(changed) = change(&guest, line)
        {
            *line = changed;
        }
    }
}

/// Every guest's line.
pub fn guests<'c, 't>(component: &'c Component<'t>, scope: &Scope) -> Vec<&'c Line<'t>> {
    let organizer = organizer(component);
    component
        .lines()
        .filter(|line| is_guest(line, organizer.as_deref(), scope))
        .collect()
}

fn person(line: &Line, role: Role) -> Option<Person> {
    let address = address(line)?;
    let name = line.param("CN").and_then(|name| text::line(&name));
    Some(Person {
        name: name.unwrap_or_else(|| address.clone()),
        address,
        role,
    })
}

fn attendee(line: &Line) -> Option<Person> {
    let is = |name: &str, words: &[&str]| {
        line.param(name)
            .is_some_and(|value| words.iter().any(|word| word.eq_ignore_ascii_case(&value)))
    };
    let role = if is("CUTYPE", &["RESOURCE", "ROOM"]) {
        Role::Resource
    } else if is("ROLE", &["OPT-PARTICIPANT", "NON-PARTICIPANT"]) {
        Role::Optional
    } else {
        Role::Required
    };
    person(line, role)
}

/// People as a value: sorted by address, each once; nobody is an absent property.
pub fn people(people: impl IntoIterator<Item = Person>) -> Option<Value> {
    let mut people: Vec<Person> = people.into_iter().collect();
    people.sort_by(|a, b| a.address.cmp(&b.address));
    people.dedup_by(|a, b| a.address == b.address);
    (!people.is_empty()).then_some(Value::People(people))
}

impl Slot for Organizer {
    fn names(&self) -> Vec<String> {
        vec!["ORGANIZER".to_owned()]
    }

    /// The organizer of an event that nobody is invited to, which is no meeting.
    fn spare(&self, component: &Component, scope: &mut Scope) -> Vec<usize> {
        if foreign_organizer(component, scope).is_some() || !guests(component, scope).is_empty() {
            return Vec::new();
        }
        component.places("ORGANIZER").collect()
    }

    fn read(&self, component: &Component, scope: &mut Scope) -> Result<Option<Value>> {
        if foreign_organizer(component, scope).is_none() {
            return Ok(None);
        }
        let organizer = component.line("ORGANIZER");
        Ok(people(
            organizer.and_then(|line| person(line, Role::Required)),
        ))
    }

    fn write(
        &self,
        component: &mut Component<'_>,
        value: Option<&Value>,
        scope: &mut Scope,
    ) -> Result<()> {
        if let Some(Value::People(people)) = value
            && let Some(person) = people.first()
        {
            component.set(Line::new(
                "ORGANIZER",
                &[("CN", &person.name)],
                &format!("mailto:{}", person.address),
            ));
        } else {
            component.remove("ORGANIZER");
            name_own_organizer(component, scope);
        }
        Ok(())
    }
}

impl Slot for Attendees {
    fn names(&self) -> Vec<String> {
        vec!["ATTENDEE".to_owned()]
    }

    /// People without an e-mail address, whom Exchange cannot invite.
    fn spare(&self, component: &Component, _: &mut Scope) -> Vec<usize> {
        let nameless = |at: &usize| match component.entries().get(*at) {
            Some(Entry::Line(line)) => address(line).is_none(),
            _ => false,
        };
        component.places("ATTENDEE").filter(nameless).collect()
    }

    fn read(&self, component: &Component, scope: &mut Scope) -> Result<Option<Value>> {
        Ok(people(
            guests(component, scope).into_iter().filter_map(attendee),
        ))
    }

    fn write(
        &self,
        component: &mut Component<'_>,
        value: Option<&Value>,
        scope: &mut Scope,
    ) -> Result<()> {
        let wanted = match value {
            Some(Value::People(people)) => people.as_slice(),
            _ => &[],
        };
        let organizer = organizer(component);
        component.retain_lines(|line| {
            !is_guest(line, organizer.as_deref(), scope)
                || address(line).is_some_and(|guest| wanted.iter().any(|p| p.address == guest))
        });
        // What a line says besides (an answer, who delegated) stays.
        each_guest(component, scope, |guest, line| {
            let person = wanted.iter().find(|person| person.address == guest)?;
            (attendee(line).as_ref() != Some(person)).then(|| rewritten(line, person))
        });
        let known: Vec<Person> = guests(component, scope)
            .into_iter()
            .filter_map(attendee)
            .collect();
        for person in wanted.iter().filter(|person| !known.contains(person)) {
            let line = Line::new(
                "ATTENDEE",
                &[("PARTSTAT", "NEEDS-ACTION")],
                &format!("mailto:{}", person.address),
            );
            component.insert(rewritten(&line, person));
        }
        if foreign_organizer(component, scope).is_none() {
            if wanted.is_empty() {
                end_meeting(component, scope);
            } else {
                name_own_organizer(component, scope);
            }
        }
        Ok(())
    }
}

/// A meeting needs its organizer named (RFC 5545 section 3.8.4.3).
fn name_own_organizer(component: &mut Component<'_>, scope: &Scope) {
    if component.line("ORGANIZER").is_none()
        && component.line("ATTENDEE").is_some()
        && let Some(own) = scope.context.addresses.first()
    {
        component.insert(Line::new("ORGANIZER", &[], &format!("mailto:{own}")));
    }
}

/// An event that the owner organizes for nobody is no meeting.
fn end_meeting(component: &mut Component<'_>, scope: &Scope) {
    component.retain_lines(|line| {
        !(line.is("ATTENDEE") || line.is("ORGANIZER"))
            || !address(line).is_some_and(|address| scope.is_own(&address))
    });
}

fn rewritten(line: &Line, person: &Person) -> Line<'static> {
    let role = match person.role {
        Role::Optional => Some("OPT-PARTICIPANT"),
        Role::Required => Some("REQ-PARTICIPANT"),
        Role::Resource => None,
    };
    let type_now = line.param("CUTYPE").unwrap_or_default();
    let is_resource = ["RESOURCE", "ROOM"]
        .iter()
        .any(|word| type_now.eq_ignore_ascii_case(word));
    let kind = match person.role {
        Role::Resource if !is_resource => Some("RESOURCE"),
        Role::Required | Role::Optional if is_resource => None,
        _ => Some(type_now.as_str()).filter(|kind| !kind.is_empty()),
    };
    let line = line
        .with_param("CN", Some(&person.name))
        .with_param("CUTYPE", kind);
    match role {
        Some(role) => line.with_param("ROLE", Some(role)),
        None => line,
    }
}
