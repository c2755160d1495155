use super::keyed::{Keyed, Types};
use crate::dav::{Component, escape_component, join, split, unescape};
use crate::error::Result;
use crate::mapping::row::Slot;
use crate::mapping::scope::Scope;
use crate::mapping::text;
use crate::model::Value;

/// One component of ADR (RFC 6350 section 6.3.1): 2 street, 3 city, 4 region, 5 postal code, 6 country.
pub struct AddressPart {
    pub key: &'static str,
    pub part: usize,
}

static ADDRESSES: Keyed = Keyed {
    name: "ADR",
    keys: &["Home", "Business", "Other"],
    natural: |line| {
        if Types::of(line).has("HOME") {
            &["Home", "Other"]
        } else if Types::of(line).has("WORK") {
            &["Business", "Other"]
        } else {
            &["Other"]
        }
    },
    types: |key| match key {
        "Home" => &["HOME"],
        "Business" => &["WORK"],
        _ => &[],
    },
};

impl Slot for AddressPart {
    fn names(&self) -> Vec<String> {
        vec![format!("ADR/{}/{}", self.key, self.part)]
    }

    fn spare(&self, component: &Component, _: &mut Scope) -> Vec<usize> {
        ADDRESSES.spare(component)
    }

    fn read(&self, component: &Component, _: &mut Scope) -> Result<Option<Value>> {
        let line = ADDRESSES.find(component, self.key);
        let part = line.and_then(|line| split(line.value(), ';').nth(self.part));
        Ok(part
            .and_then(|part| text::part(&unescape(part)))
            .map(Value::Text))
    }

    fn write(
        &self,
        component: &mut Component<'_>,
        value: Option<&Value>,
        _: &mut Scope,
    ) -> Result<()> {
        let part = match value {
            Some(Value::Text(text)) => escape_component(text),
            _ => String::new(),
        };
        ADDRESSES.put(component, self.key, |old| {
            let old = old.map_or(";;;;;;", |line| line.value());
            let value = with_part(old, self.part, 7, part);
            (!value.trim_matches(';').is_empty()).then_some(value)
        });
        Ok(())
    }
}

/// A structured value with one component replaced, and at least so many components.
pub fn with_part(value: &str, at: usize, least: usize, part: String) -> String {
    let mut parts: Vec<String> = split(value, ';').map(str::to_owned).collect();
    parts.resize(parts.len().max(least), String::new());
    if let Some(slot) = parts.get_mut(at) {
        *slot = part;
    }
    join(&parts, ';')
}

/// Tells which addresses Exchange has no place for.
pub fn unplaced(component: &Component, scope: &mut Scope) {
    let addresses = ADDRESSES.unplaced(component);
    if addresses > 0 {
        scope.lose(
            "other_street",
            format!("Exchange keeps one address each for home, work and other; {addresses} more stay here."),
        );
    }
    let finer = component.all("ADR").any(|line| {
        split(line.value(), ';')
            .take(2)
            .any(|part| !part.trim().is_empty())
    });
    if finer {
        scope.lose("other_street", "Post box and address supplement stay here; put them into the street to have them in Exchange.");
    }
}
