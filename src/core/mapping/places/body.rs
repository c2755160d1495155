//! `item:Body`: one body is stored, as text or as HTML, and is asked for as it is stored.

use super::element::{leaf, set, with};
use crate::error::Result;
use crate::ews::{Element, FieldPath};
use crate::mapping::html::{Page, page};
use crate::mapping::remote::FieldChange;
use crate::mapping::row::Place;
use crate::mapping::scope::Scope;
use crate::mapping::text;
use crate::model::{Record, Value};
use std::rc::Rc;

type Changes = Result<Vec<FieldChange>>;

const BODY: FieldPath = FieldPath::Field("item:Body");

/// The text of the body, for kinds whose local side knows text only.
pub struct Body;

/// The text of a body whose HTML is a property of its own, [`HtmlBody`]. It writes both, since there is one body.
pub struct TextBody;

/// The HTML of the body, where it says more than text.
pub struct HtmlBody;

/// The body as a page, where it is stored as one.
fn html(item: &Element, scope: &mut Scope) -> Option<Rc<Page>> {
    let body = item.child("Body")?;
    (body.attribute("BodyType") == Some("HTML")).then(|| scope.page(&body.text))
}

fn read_text(item: &Element, scope: &mut Scope) -> Option<String> {
    let body = item.child("Body")?;
    if body.attribute("IsTruncated") == Some("true") {
        scope.lose(
            "description",
            "The text is too long to be read whole; the rest stays in Exchange.",
        );
    }
    match html(item, scope) {
        Some(page) => page.plain.clone(),
        None => text::long(&body.text),
    }
}

fn set_body(kind: &str, text: &str) -> FieldChange {
    let text = text.replace('\n', "\r\n");
    set(BODY, with(leaf("Body", text), "BodyType", kind))
}

fn write_text(value: Option<&Value>) -> FieldChange {
    match value {
        Some(Value::Text(text)) => set_body("Text", text),
        _ => FieldChange::Delete(BODY),
    }
}

impl Place for Body {
    fn paths(&self) -> Vec<FieldPath> {
        vec![BODY]
    }

    fn read(&self, item: &Element, scope: &mut Scope) -> Result<Option<Value>> {
        Ok(read_text(item, scope).map(Value::Text))
    }

    fn write(&self, value: Option<&Value>, _: &Record, _: &mut Scope) -> Changes {
        Ok(vec![write_text(value)])
    }
}

impl Place for TextBody {
    fn paths(&self) -> Vec<FieldPath> {
        vec![BODY]
    }

    fn read(&self, item: &Element, scope: &mut Scope) -> Result<Option<Value>> {
        Ok(read_text(item, scope).map(Value::Text))
    }

    fn write(&self, value: Option<&Value>, item: &Record, _: &mut Scope) -> Changes {
        Ok(vec![match item.own("html") {
            Some(Value::Text(html)) => set_body("HTML", &page(html)),
            _ => write_text(value),
        }])
    }
}

impl Place for HtmlBody {
    fn paths(&self) -> Vec<FieldPath> {
        Vec::new()
    }

    fn read(&self, item: &Element, scope: &mut Scope) -> Result<Option<Value>> {
        let page = html(item, scope);
        Ok(page.and_then(|page| page.html.clone()).map(Value::Text))
    }

    fn write(&self, _: Option<&Value>, _: &Record, _: &mut Scope) -> Changes {
        Ok(Vec::new())
    }
}
