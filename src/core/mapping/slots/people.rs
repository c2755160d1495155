use crate::dav::{Component, Line};
use crate::error::Result;
use crate::mapping::row::Slot;
use crate::mapping::scope::Scope;
use crate::mapping::text;
use crate::model::{Answer, Person, Role, Value};

/// The organizer of a meeting that has attendees.
pub struct Organizer;

/// Attendees, sorted by address.
pub struct Attendees;

fn address(line: &Line) -> Option<String> {
    let value = line.value().trim();
    let bare = match value.get(..7) {
        Some(scheme) if scheme.eq_ignore_ascii_case("mailto:") => value.get(7..)?,
        _ => value,
    };
    let address = text::line(bare)?.to_lowercase();
    address.contains('@').then_some(address)
}

fn person(line: &Line, role: Role, answer: Answer) -> Option<Person> {
    let address = address(line)?;
    let name = line.param("CN").and_then(|name| text::line(&name));
    Some(Person {
        name: name.unwrap_or_else(|| address.clone()),
        address,
        role,
        answer,
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
    let answer = if is("PARTSTAT", &["ACCEPTED"]) {
        Answer::Accepted
    } else if is("PARTSTAT", &["TENTATIVE"]) {
        Answer::Tentative
    } else if is("PARTSTAT", &["DECLINED"]) {
        Answer::Declined
    } else {
        Answer::None
    };
    person(line, role, answer)
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

    fn read(&self, component: &Component, _: &mut Scope) -> Result<Option<Value>> {
        if component.line("ATTENDEE").is_none() {
            return Ok(None);
        }
        let organizer = component.line("ORGANIZER");
        Ok(people(organizer.and_then(|line| {
            person(line, Role::Required, Answer::None)
        })))
    }

    fn write(
        &self,
        component: &mut Component<'_>,
        value: Option<&Value>,
        _: &mut Scope,
    ) -> Result<()> {
        match value {
            Some(Value::People(people)) => {
                if let Some(person) = people.first() {
                    component.set(Line::new(
                        "ORGANIZER",
                        &[("CN", &person.name)],
                        &format!("mailto:{}", person.address),
                    ));
                }
            }
            _ => component.remove("ORGANIZER"),
        }
        Ok(())
    }
}

impl Slot for Attendees {
    fn names(&self) -> Vec<String> {
        vec!["ATTENDEE".to_owned()]
    }

    fn read(&self, component: &Component, _: &mut Scope) -> Result<Option<Value>> {
        Ok(people(component.all("ATTENDEE").filter_map(attendee)))
    }

    fn write(
        &self,
        component: &mut Component<'_>,
        value: Option<&Value>,
        _: &mut Scope,
    ) -> Result<()> {
        let wanted = match value {
            Some(Value::People(people)) => people.as_slice(),
            _ => &[],
        };
        // Lines that say the same already stay, with all their parameters.
        component.retain_lines(|line| {
            !line.is("ATTENDEE")
                || address(line).is_none()
                || attendee(line).is_some_and(|person| wanted.contains(&person))
        });
        let known: Vec<Person> = component.all("ATTENDEE").filter_map(attendee).collect();
        for person in wanted.iter().filter(|person| !known.contains(person)) {
            component.insert(attendee_line(person));
        }
        Ok(())
    }
}

fn attendee_line(person: &Person) -> Line<'static> {
    let answer = match person.answer {
        Answer::None => "NEEDS-ACTION",
        Answer::Accepted => "ACCEPTED",
        Answer::Tentative => "TENTATIVE",
        Answer::Declined => "DECLINED",
    };
    let role = match person.role {
        Role::Optional => "OPT-PARTICIPANT",
        Role::Required | Role::Resource => "REQ-PARTICIPANT",
    };
    let mut params = vec![
        ("CN", person.name.as_str()),
        ("ROLE", role),
        ("PARTSTAT", answer),
    ];
    if person.role == Role::Resource {
        params.push(("CUTYPE", "RESOURCE"));
    }
    Line::new("ATTENDEE", &params, &format!("mailto:{}", person.address))
}
