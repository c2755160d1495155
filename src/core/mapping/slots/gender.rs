use super::plain::{own_line, remove_first, set_value, spare};
use crate::dav::{Component, split};
use crate::error::Result;
use crate::mapping::row::Slot;
use crate::mapping::scope::Scope;
use crate::model::Value;

/// GENDER (RFC 6350 section 6.2.7). Exchange knows female and male; other, none, unknown and one's own words stay here.
pub struct Gender;

const WORDS: [(&str, &str); 2] = [("F", "female"), ("M", "male")];

impl Slot for Gender {
    fn names(&self) -> Vec<String> {
        vec!["GENDER".to_owned()]
    }

    fn spare(&self, component: &Component, _: &mut Scope) -> Vec<usize> {
        spare(component, "GENDER")
    }

    fn read(&self, component: &Component, scope: &mut Scope) -> Result<Option<Value>> {
        let Some(line) = own_line(component, "GENDER") else {
            return Ok(None);
        };
        let value = line.value().trim();
        let mut parts = split(value, b';');
        let letter = parts.next().unwrap_or_default().trim();
        let own_words = parts.next().is_some_and(|words| !words.trim().is_empty());
        let known = WORDS
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(letter));
        if own_words || (known.is_none() && !letter.is_empty()) {
            scope.lose(
                "gender",
                format!("Exchange knows female and male; “{value}” is not shown there."),
            );
        }
        Ok(known.map(|(_, word)| Value::text(*word)))
    }

    fn write(
        &self,
        component: &mut Component<'_>,
        value: Option<&Value>,
        _: &mut Scope,
    ) -> Result<()> {
        let known = WORDS
            .iter()
            .find(|(_, word)| matches!(value, Some(Value::Text(text)) if text == word));
        match known {
            Some((letter, _)) => set_value(component, "GENDER", letter),
            None => remove_first(component, "GENDER"),
        }
        Ok(())
    }
}
