use super::keyed::Keyed;
use super::types::{Types, with_preference};
use super::vcard::{is_four, with_part};
use crate::dav::{Component, Line, escape_component, split, unescape};
use crate::error::Result;
use crate::mapping::row::Slot;
use crate::mapping::scope::Scope;
use crate::mapping::text;
use crate::model::Value;

/// One component of ADR (RFC 6350 section 6.3.1): 0 post office box, 1 supplement, 2 street, 3 city, 4 region,
/// 5 postal code, 6 country.
pub struct AddressPart {
    pub key: &'static str,
    pub part: usize,
}

/// Which of the addresses mail goes to: the one that is preferred.
pub struct MailingAddress;

/// The words for it and their keys.
pub const MAILING: &[(&str, &str)] = &[("Home", "home"), ("Business", "work"), ("Other", "other")];

static ADDRESSES: Keyed = Keyed {
    names: &["ADR"],
    keys: &["Home", "Business", "Other"],
    natural: |types| {
        if types.has(Types::HOME) {
            &["Home", "Other"]
        } else if types.has(Types::WORK) {
            &["Business", "Other"]
        } else {
            &["Other"]
        }
    },
    types: |key| match key {
        "Home" => &["HOME"],
        "Business" => &["WORK"],
        _ => &["OTHER"],
    },
    twin: None,
};

impl Slot for AddressPart {
    fn names(&self) -> Vec<String> {
        vec![format!("ADR/{}/{}", self.key, self.part)]
    }

    fn spare(&self, component: &Component, scope: &mut Scope) -> Vec<usize> {
        ADDRESSES.spare(component, scope)
    }

    fn holds(&self, component: &Component, scope: &mut Scope) -> Option<usize> {
        ADDRESSES.place(component, self.key, scope)
    }

    fn read(&self, component: &Component, scope: &mut Scope) -> Result<Option<Value>> {
        let line = ADDRESSES.find(component, self.key, scope);
        let Some(part) = line.and_then(|line| split(line.value(), b';').nth(self.part)) else {
            return Ok(None);
        };
        let part = unescape(part);
        let part = match self.part {
            0 | 1 => text::line(&part),
            _ => text::part(&part),
        };
        Ok(part.map(Value::Text))
    }

    fn write(
        &self,
        component: &mut Component<'_>,
        value: Option<&Value>,
        scope: &mut Scope,
    ) -> Result<()> {
        let part = match value {
            Some(Value::Text(text)) => escape_component(text),
            _ => String::new(),
        };
        ADDRESSES.put(component, self.key, scope, |old| {
            let value = old.map_or(";;;;;;", |line| line.value());
            let value = with_part(value, self.part, 7, &part);
            if value.trim_matches(';').is_empty() {
                return None;
            }
            Some(match old {
                // The label is the old address as it stood on an envelope.
                Some(line) => line.with_param("LABEL", None).with_value(&value),
                None => ADDRESSES.line(self.key, &value),
            })
        });
        Ok(())
    }
}

fn is_preferred(line: &Line) -> bool {
    Types::of(line).has(Types::PREF)
}

impl Slot for MailingAddress {
    fn names(&self) -> Vec<String> {
        vec!["ADR/preferred".to_owned()]
    }

    fn spare(&self, component: &Component, scope: &mut Scope) -> Vec<usize> {
        ADDRESSES.spare(component, scope)
    }

    fn read(&self, component: &Component, scope: &mut Scope) -> Result<Option<Value>> {
        let preferred = MAILING.iter().find(|(key, _)| {
            let line = ADDRESSES.find(component, key, scope);
            line.is_some_and(is_preferred)
        });
        Ok(preferred.map(|(_, word)| Value::text(*word)))
    }

    fn write(
        &self,
        component: &mut Component<'_>,
        value: Option<&Value>,
        scope: &mut Scope,
    ) -> Result<()> {
        let four = is_four(component);
        for (key, word) in MAILING {
            let preferred = matches!(value, Some(Value::Text(text)) if text == word);
            ADDRESSES.put(component, key, scope, |old| {
                let line = old?;
                Some(if is_preferred(line) == preferred {
                    line.clone().into_owned()
                } else {
                    with_preference(line, preferred, four)
                })
            });
        }
        Ok(())
    }
}

/// Tells which addresses Exchange has no place for.
pub fn unplaced(component: &Component, scope: &mut Scope) {
    let addresses = ADDRESSES.spare(component, scope).len();
    if addresses > 0 {
        scope.lose(
            "other_street",
            format!(
                "Exchange keeps one address each for home, work and other; {addresses} more are not shown there."
            ),
        );
    }
}
