use super::keyed::{KEY, NO_KEY, is_kept_out};
use crate::dav::{Component, Line, escape, join, split, unescape};
use crate::error::Result;
use crate::mapping::row::Slot;
use crate::mapping::scope::Scope;
use crate::mapping::text;
use crate::model::Value;

/// One line of text.
pub struct Text(pub &'static str);

impl Slot for Text {
    fn names(&self) -> Vec<String> {
        vec![self.0.to_owned()]
    }

    fn spare(&self, component: &Component, _: &mut Scope) -> Vec<usize> {
        spare(component, self.0)
    }

    fn holds(&self, component: &Component, _: &mut Scope) -> Option<usize> {
        own_place(component, self.0)
    }

    fn read(&self, component: &Component, _: &mut Scope) -> Result<Option<Value>> {
        Ok(own_line(component, self.0)
            .and_then(|line| text::line(&unescape(line.value())))
            .map(Value::Text))
    }

    fn write(
        &self,
        component: &mut Component<'_>,
        value: Option<&Value>,
        _: &mut Scope,
    ) -> Result<()> {
        set_text(component, self.0, value);
        Ok(())
    }
}

/// Text of several lines.
pub struct LongText(pub &'static str);

impl Slot for LongText {
    fn names(&self) -> Vec<String> {
        vec![self.0.to_owned()]
    }

    fn spare(&self, component: &Component, _: &mut Scope) -> Vec<usize> {
        spare(component, self.0)
    }

    fn holds(&self, component: &Component, _: &mut Scope) -> Option<usize> {
        own_place(component, self.0)
    }

    fn read(&self, component: &Component, _: &mut Scope) -> Result<Option<Value>> {
        Ok(own_line(component, self.0)
            .and_then(|line| text::long(&unescape(line.value())))
            .map(Value::Text))
    }

    fn write(
        &self,
        component: &mut Component<'_>,
        value: Option<&Value>,
        _: &mut Scope,
    ) -> Result<()> {
        set_text(component, self.0, value);
        Ok(())
    }
}

/// The first line of the name gets the text, whatever its parameters say about the old one (`ALTREP` excepted: it
/// points at the old text). Lines after the first are somebody else's.
fn set_text(component: &mut Component<'_>, name: &str, value: Option<&Value>) {
    match value {
        Some(Value::Text(text)) => set_value(component, name, &escape(text)),
        _ => remove_first(component, name),
    }
}

/// The line that a slot reads: the first of its name that is not kept out.
pub fn own_line<'c, 't>(component: &'c Component<'t>, name: &str) -> Option<&'c Line<'t>> {
    component
        .lines()
        .find(|line| line.is(name) && !is_kept_out(line))
}

/// The place of that line.
fn own_place(component: &Component, name: &str) -> Option<usize> {
    let spare = spare(component, name);
    component.places(name).find(|at| !spare.contains(at))
}

/// The places of all lines of the name but that one.
pub fn spare(component: &Component, name: &str) -> Vec<usize> {
    let lines = component.lines().filter(|line| line.is(name));
    let mut found = false;
    lines
        .zip(component.places(name))
        .filter(|(line, _)| found || is_kept_out(line) || std::mem::replace(&mut found, true))
        .map(|(_, at)| at)
        .collect()
}

/// Sets the value of the first line of a name, keeping its parameters, or adds the line.
pub fn set_value(component: &mut Component<'_>, name: &str, value: &str) {
    let place = component
        .lines_mut()
        .find(|line| line.is(name) && !is_kept_out(line));
    match place {
        Some(line) => {
            let mut new = line.with_value(value);
            for old in ["ALTREP", "ENCODING", "CHARSET"] {
                if new.has_param(old) {
                    new = new.with_param(old, None);
                }
            }
            *line = new;
        }
        None => {
            component.insert(Line::new(name, &[], value));
        }
    }
}

/// Removes the line that a slot reads, and sees to it that no other steps in.
pub fn remove_first(component: &mut Component<'_>, name: &str) {
    let mut first = true;
    let own = |line: &Line| line.is(name) && !is_kept_out(line);
    component.retain_lines(|line| !(own(line) && std::mem::take(&mut first)));
    keep_out(component, name);
}

/// Marks the lines of a name, so that no slot takes them for its own.
pub fn keep_out(component: &mut Component<'_>, name: &str) {
    let own = |line: &Line| line.is(name) && !is_kept_out(line);
    for line in component.lines_mut().filter(|line| own(line)) {
        *line = line.with_param(KEY, Some(NO_KEY));
    }
}

/// A set of words, over any number of lines (`CATEGORIES`).
pub struct Words(pub &'static str);

impl Slot for Words {
    fn names(&self) -> Vec<String> {
        vec![self.0.to_owned()]
    }

    fn read(&self, component: &Component, _: &mut Scope) -> Result<Option<Value>> {
        let words = component
            .all(self.0)
            .flat_map(|line| split(line.value(), b','))
            .filter_map(|word| text::line(&unescape(word)));
        Ok(match Value::list(words) {
            Value::List(words) if words.is_empty() => None,
            words => Some(words),
        })
    }

    fn write(
        &self,
        component: &mut Component<'_>,
        value: Option<&Value>,
        _: &mut Scope,
    ) -> Result<()> {
        match value {
            Some(Value::List(words)) => {
                let words: Vec<String> = words.iter().map(|word| escape(word)).collect();
                component.set(Line::new(self.0, &[], &join(&words, b',')));
            }
            _ => component.remove(self.0),
        }
        Ok(())
    }
}

/// One of several words; the words that mean the default are an absent property.
pub struct Choice {
    pub name: &'static str,
    /// Local word and canonical word. The first local word of a canonical word is the one written.
    pub words: &'static [(&'static str, &'static str)],
    /// Local words that mean the default.
    pub default: &'static [&'static str],
    /// What any other word means.
    pub other: Option<&'static str>,
}

impl Slot for Choice {
    fn names(&self) -> Vec<String> {
        vec![self.name.to_owned()]
    }

    fn read(&self, component: &Component, _: &mut Scope) -> Result<Option<Value>> {
        let Some(line) = component.line(self.name) else {
            return Ok(None);
        };
        let word = line.value().trim();
        if word.is_empty()
            || self
                .default
                .iter()
                .any(|known| known.eq_ignore_ascii_case(word))
        {
            return Ok(None);
        }
        Ok(self
            .words
            .iter()
            .find(|(local, _)| local.eq_ignore_ascii_case(word))
            .map(|(_, canonical)| *canonical)
            .or(self.other)
            .map(Value::text))
    }

    fn write(
        &self,
        component: &mut Component<'_>,
        value: Option<&Value>,
        _: &mut Scope,
    ) -> Result<()> {
        let word = match value {
            Some(Value::Text(text)) => self.words.iter().find(|(_, canonical)| canonical == text),
            _ => None,
        };
        match word {
            Some((word, _)) => set_value(component, self.name, word),
            None => component.remove(self.name),
        }
        Ok(())
    }
}

/// A flag: true where the line has the word, absent otherwise.
pub struct Mark(pub &'static str, pub &'static str);

impl Slot for Mark {
    fn names(&self) -> Vec<String> {
        vec![self.0.to_owned()]
    }

    fn read(&self, component: &Component, _: &mut Scope) -> Result<Option<Value>> {
        Ok(component
            .line(self.0)
            .filter(|line| line.value().trim().eq_ignore_ascii_case(self.1))
            .map(|_| Value::Bool(true)))
    }

    fn write(
        &self,
        component: &mut Component<'_>,
        value: Option<&Value>,
        _: &mut Scope,
    ) -> Result<()> {
        if value == Some(&Value::Bool(true)) {
            set_value(component, self.0, self.1);
        } else {
            component.remove(self.0);
        }
        Ok(())
    }
}
