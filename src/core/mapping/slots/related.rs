use super::keyed::{KEY, NO_KEY, is_kept_out, remove_at};
use crate::dav::{Component, Entry, Line, escape, unescape};
use crate::error::Result;
use crate::mapping::row::Slot;
use crate::mapping::scope::Scope;
use crate::mapping::text;
use crate::model::Value;

/// What somebody is to the contact, and the lines that programs without RELATED (RFC 6350 section 6.6.6) write for it.
pub struct Relation {
    /// A TYPE of RELATED.
    pub kind: &'static str,
    pub names: &'static [&'static str],
    /// How many persons Exchange has room for.
    most: usize,
}

pub static SPOUSE: Relation = Relation {
    kind: "spouse",
    names: &[
        "X-SPOUSE",
        "X-EVOLUTION-SPOUSE",
        "X-KADDRESSBOOK-X-SpouseName",
    ],
    most: 1,
};
pub static CHILD: Relation = Relation {
    kind: "child",
    names: &[],
    most: usize::MAX,
};
pub static MANAGER: Relation = Relation {
    kind: "manager",
    names: &[
        "X-MANAGER",
        "X-EVOLUTION-MANAGER",
        "X-KADDRESSBOOK-X-ManagersName",
    ],
    most: 1,
};
pub static ASSISTANT: Relation = Relation {
    kind: "assistant",
    names: &[
        "X-ASSISTANT",
        "X-EVOLUTION-ASSISTANT",
        "X-KADDRESSBOOK-X-AssistantsName",
    ],
    most: 1,
};

/// The one person of a relation, by name.
pub struct Related(pub &'static Relation);

/// All persons of a relation, by name.
pub struct Relatives(pub &'static Relation);

const RELATED: &str = "RELATED";
/// Apple's: the relation stands in the label of its group, as `_$!<Spouse>!$_`.
const APPLE: &str = "X-ABRELATEDNAMES";

impl Relation {
    fn holds(&self, line: &Line, component: &Component) -> bool {
        let is_one = if line.is(RELATED) {
            let mut types = line.param_values("TYPE");
            types.any(|kind| kind.eq_ignore_ascii_case(self.kind)) && !is_link(line)
        } else if line.is(APPLE) {
            label(line, component).is_some_and(|label| label.eq_ignore_ascii_case(self.kind))
        } else {
            self.names.iter().any(|name| line.is(name))
        };
        is_one && !is_kept_out(line)
    }

    /// The places of its lines that say a name, and the names.
    fn people(&self, component: &Component) -> Vec<(usize, String)> {
        let lines = component.entries().iter().enumerate();
        lines
            .filter_map(|(at, entry)| match entry {
                Entry::Line(line) if self.holds(line, component) => {
                    Some((at, text::line(&unescape(line.value()))?))
                }
                _ => None,
            })
            .collect()
    }

    fn remove(&self, component: &mut Component<'_>, gone: impl Fn(&str) -> bool) {
        let next = |component: &Component| {
            let mut people = self.people(component).into_iter();
            people.find(|(_, name)| gone(name)).map(|(at, _)| at)
        };
        while let Some(at) = next(component) {
            remove_at(component, at);
        }
    }

    /// Removes the line that is read, and sees to it that no other steps in.
    fn remove_first(&self, component: &mut Component<'_>) {
        let places: Vec<usize> = self
            .people(component)
            .into_iter()
            .map(|(at, _)| at)
            .collect();
        for at in places.iter().skip(1) {
            if let Some(line) = component.line_at_mut(*at) {
                *line = line.with_param(KEY, Some(NO_KEY));
            }
        }
        if let Some(first) = places.first() {
            remove_at(component, *first);
        }
    }

    fn line(&self, name: &str) -> Line<'static> {
        Line::new(
            RELATED,
            &[("VALUE", "text"), ("TYPE", self.kind)],
            &escape(name),
        )
    }

    fn lines(&self) -> Vec<String> {
        let shared = [RELATED, APPLE].map(|name| format!("{name}/{}", self.kind));
        let own = self.names.iter().map(|name| (*name).to_owned());
        shared.into_iter().chain(own).collect()
    }
}

/// Whether it points to another card, or to somewhere in the web.
fn is_link(line: &Line) -> bool {
    let kind = line.param("VALUE");
    match kind.as_deref().map(str::to_ascii_lowercase).as_deref() {
        Some("uri") => true,
        Some(_) => false,
        None => ["urn:", "mailto:", "tel:", "http:", "https:"]
            .iter()
            .any(|scheme| {
                line.value()
                    .get(..scheme.len())
                    .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
            }),
    }
}

/// The label of the line's group, without Apple's marks around words of its own.
pub fn label<'c>(line: &Line, component: &'c Component) -> Option<&'c str> {
    let group = line.group()?;
    let mut labels = component.all("X-ABLabel");
    let label = labels.find(|label| label.group() == Some(group))?.value();
    let plain = label
        .strip_prefix("_$!<")
        .and_then(|label| label.strip_suffix(">!$_"));
    Some(plain.unwrap_or(label))
}

/// Every line that tells of a relation and that none of the rows reads.
fn spare(component: &Component) -> Vec<usize> {
    let all = [&SPOUSE, &CHILD, &MANAGER, &ASSISTANT];
    let mut read: Vec<usize> = Vec::new();
    for relation in all {
        let people = relation.people(component).into_iter();
        read.extend(people.take(relation.most).map(|(at, _)| at));
    }
    let own = all.iter().flat_map(|relation| relation.names);
    let names = own.chain(&[RELATED, APPLE]);
    let places = names.flat_map(|name| component.places(name));
    places.filter(|at| !read.contains(at)).collect()
}

impl Slot for Related {
    fn names(&self) -> Vec<String> {
        self.0.lines()
    }

    fn spare(&self, component: &Component, _: &mut Scope) -> Vec<usize> {
        spare(component)
    }

    fn read(&self, component: &Component, _: &mut Scope) -> Result<Option<Value>> {
        let first = self.0.people(component).into_iter().next();
        Ok(first.map(|(_, name)| Value::Text(name)))
    }

    fn write(
        &self,
        component: &mut Component<'_>,
        value: Option<&Value>,
        _: &mut Scope,
    ) -> Result<()> {
        let people = self.0.people(component);
        let first = people.first().map(|(at, _)| *at);
        match value {
            Some(Value::Text(name)) => match first.and_then(|at| component.line_at_mut(at)) {
                Some(line) => *line = line.with_value(&escape(name)),
                None => {
                    component.insert(self.0.line(name));
                }
            },
            _ => self.0.remove_first(component),
        }
        Ok(())
    }
}

impl Slot for Relatives {
    fn names(&self) -> Vec<String> {
        self.0.lines()
    }

    fn spare(&self, component: &Component, _: &mut Scope) -> Vec<usize> {
        spare(component)
    }

    fn read(&self, component: &Component, _: &mut Scope) -> Result<Option<Value>> {
        let people = self.0.people(component);
        let names = people.into_iter().map(|(_, name)| name);
        Ok(match Value::list(names) {
            Value::List(names) if names.is_empty() => None,
            names => Some(names),
        })
    }

    fn write(
        &self,
        component: &mut Component<'_>,
        value: Option<&Value>,
        _: &mut Scope,
    ) -> Result<()> {
        let wanted = match value {
            Some(Value::List(names)) => names.as_slice(),
            _ => &[],
        };
        let people = self.0.people(component);
        self.0
            .remove(component, |name| !wanted.iter().any(|known| known == name));
        for name in wanted {
            if !people.iter().any(|(_, known)| known == name) {
                component.insert(self.0.line(name));
            }
        }
        Ok(())
    }
}
