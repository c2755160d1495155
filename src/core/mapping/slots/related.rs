use super::keyed::{is_kept_out, remove_at};
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
}

/// The one person of a relation, by name.
pub struct Related(pub Relation);

/// All persons of a relation, by name.
pub struct Relatives(pub Relation);

const RELATED: &str = "RELATED";
/// Apple's: the relation stands in the label of its group, as `_$!<Spouse>!$_`.
const APPLE: &str = "X-ABRELATEDNAMES";

impl Relation {
    fn holds(&self, line: &Line, component: &Component) -> bool {
        if is_kept_out(line) {
            false
        } else if line.is(RELATED) {
            let mut types = line.param_values("TYPE");
            types.any(|kind| kind.eq_ignore_ascii_case(self.kind)) && !is_link(line)
        } else if line.is(APPLE) {
            label(line, component).is_some_and(|label| label.eq_ignore_ascii_case(self.kind))
        } else {
            self.names.iter().any(|name| line.is(name))
        }
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

/// Every line of RELATED that none of the rows reads.
fn spare(component: &Component) -> Vec<usize> {
    const KINDS: [(&str, usize); 4] = [
        ("spouse", 1),
        ("child", usize::MAX),
        ("manager", 1),
        ("assistant", 1),
    ];
    let mut read: Vec<usize> = Vec::new();
    for (kind, most) in KINDS {
        let people = Relation { kind, names: &[] }.people(component);
        read.extend(people.into_iter().take(most).map(|(at, _)| at));
    }
    let shared = component.places(RELATED).chain(component.places(APPLE));
    shared.filter(|at| !read.contains(at)).collect()
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
                None => component.insert(self.0.line(name)),
            },
            _ => self.0.remove(component, |_| true),
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
