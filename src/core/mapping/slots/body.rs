//! The long text of an event or a task, and its HTML. The two must say the same: a program that edits one of them and does not
//! know the other edits DESCRIPTION, which therefore wins.

use super::plain::remove_first;
use crate::dav::{Component, Line, escape, unescape};
use crate::error::Result;
use crate::mapping::html::{Page, page};
use crate::mapping::row::Slot;
use crate::mapping::scope::Scope;
use crate::mapping::text;
use crate::model::Value;
use std::borrow::Cow;
use std::rc::Rc;

/// DESCRIPTION.
pub struct Description;

/// X-ALT-DESC of Outlook, STYLED-DESCRIPTION (RFC 9073 section 6.5), or Thunderbird's ALTREP of DESCRIPTION; where there is none of
/// them yet, the first.
pub struct Html;

const STYLED: &str = "STYLED-DESCRIPTION";
const ALTERNATIVE: &str = "X-ALT-DESC";
const DATA: &str = "data:text/html,";

fn is_html(line: &Line) -> bool {
    line.param("FMTTYPE")
        .is_none_or(|kind| kind.eq_ignore_ascii_case("text/html"))
        && line
            .param("VALUE")
            .is_none_or(|value| value.eq_ignore_ascii_case("TEXT"))
}

fn holds_html(line: &Line) -> bool {
    (line.is(STYLED) || line.is(ALTERNATIVE)) && is_html(line)
}

/// The HTML that a component holds, whatever line holds it.
fn source<'c>(component: &'c Component) -> Option<Cow<'c, str>> {
    let line = [STYLED, ALTERNATIVE].into_iter().find_map(|name| {
        component
            .lines()
            .find(|line| line.is(name) && is_html(line))
    });
    if let Some(line) = line {
        return Some(unescape(line.value())).filter(|html| !html.trim().is_empty());
    }
    altrep(component.line("DESCRIPTION")?).map(Cow::Owned)
}

fn altrep(line: &Line) -> Option<String> {
    let uri = line.param("ALTREP")?;
    let start = uri.get(..DATA.len())?;
    let encoded = start
        .eq_ignore_ascii_case(DATA)
        .then(|| uri.get(DATA.len()..))??;
    Some(percent_decoded(encoded))
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let code = text_of(after.get(..2)).filter(|_| *first == b'%');
        bytes.push(code.unwrap_or(*first));
        rest = match code {
            Some(_) => after.get(2..).unwrap_or_default(),
            None => after,
        };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn text_of(hex: Option<&[u8]>) -> Option<u8> {
    u8::from_str_radix(std::str::from_utf8(hex?).ok()?, 16).ok()
}

fn percent_encoded(text: &str) -> String {
    use std::fmt::Write;
    let mut encoded = String::with_capacity(text.len() * 2);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

fn own_text(component: &Component) -> Option<String> {
    text::long(&unescape(component.line("DESCRIPTION")?.value()))
}

/// The HTML, where the text still says the same.
fn agreed(component: &Component, text: Option<&str>, scope: &mut Scope) -> Option<Rc<Page>> {
    let page = scope.page(&source(component)?);
    text.is_none_or(|text| page.agrees(text)).then_some(page)
}

impl Slot for Description {
    fn names(&self) -> Vec<String> {
        vec!["DESCRIPTION".to_owned()]
    }

    fn read(&self, component: &Component, scope: &mut Scope) -> Result<Option<Value>> {
        let text = own_text(component);
        let text = match agreed(component, text.as_deref(), scope) {
            Some(page) if page.html.is_some() || text.is_none() => page.plain.clone(),
            _ => text,
        };
        Ok(text.map(Value::Text))
    }

    fn write(
        &self,
        component: &mut Component<'_>,
        value: Option<&Value>,
        scope: &mut Scope,
    ) -> Result<()> {
        let text = match value {
            Some(Value::Text(text)) => Some(text.as_str()),
            _ => None,
        };
        let keeps = agreed(component, Some(text.unwrap_or_default()), scope).is_some();
        if !keeps {
            forget(component);
        }
        match text {
            None => remove_first(component, "DESCRIPTION"),
            Some(text) => set_description(component, &escape(text)),
        }
        Ok(())
    }
}

/// Sets the first DESCRIPTION; its ALTREP is a page that still says the same.
fn set_description(component: &mut Component<'_>, value: &str) {
    let line = component
        .lines_mut()
        .find(|line| line.is("DESCRIPTION"))
        .map(|line| {
            *line = line
                .with_param("ENCODING", None)
                .with_param("CHARSET", None)
                .with_value(value);
        });
    if line.is_none() {
        component.insert(Line::new("DESCRIPTION", &[], value));
    }
}

/// Takes out every form of the HTML.
fn forget(component: &mut Component<'_>) {
    component.retain_lines(|line| !holds_html(line));
    for line in component.lines_mut().filter(|line| line.is("DESCRIPTION")) {
        *line = line.with_param("ALTREP", None);
    }
}

impl Slot for Html {
    fn names(&self) -> Vec<String> {
        vec![ALTERNATIVE.to_owned(), STYLED.to_owned()]
    }

    fn read(&self, component: &Component, scope: &mut Scope) -> Result<Option<Value>> {
        let Some(source) = source(component) else {
            return Ok(None);
        };
        let page = scope.page(&source);
        let agrees = own_text(component).is_none_or(|text| page.agrees(&text));
        let page = agrees.then_some(page);
        Ok(page.and_then(|page| page.html.clone()).map(Value::Text))
    }

    fn write(
        &self,
        component: &mut Component<'_>,
        value: Option<&Value>,
        _: &mut Scope,
    ) -> Result<()> {
        let Some(Value::Text(html)) = value else {
            forget(component);
            return Ok(());
        };
        let html = page(html);
        let name = [STYLED, ALTERNATIVE]
            .into_iter()
            .find(|name| component.lines().any(|line| line.is(name) && is_html(line)));
        match name {
            Some(name) => {
                let mut kept = false;
                component.retain_lines(|line| {
                    !holds_html(line) || (line.is(name) && !std::mem::replace(&mut kept, true))
                });
                if let Some(line) = component
                    .lines_mut()
                    .find(|line| line.is(name) && is_html(line))
                {
                    *line = line.with_value(&escape(&html));
                }
            }
            None => add_html(component, &html),
        }
        Ok(())
    }
}

/// As ALTREP where DESCRIPTION has one, else as a line of its own.
fn add_html(component: &mut Component<'_>, html: &str) {
    let line = component
        .lines_mut()
        .find(|line| line.is("DESCRIPTION") && altrep(line).is_some())
        .map(|line| {
            let data = format!("{DATA}{}", percent_encoded(html));
            *line = line.with_param("ALTREP", Some(&data));
        });
    if line.is_none() {
        let kind = [("FMTTYPE", "text/html")];
        component.insert(Line::new(ALTERNATIVE, &kind, &escape(html)));
    }
}
