//! One body is stored, plain or HTML; the other form is made from it.

use crate::bag::Bag;
use crate::element::Element;
use crate::keys;
use crate::page;

/// The body as the request wants it: `Text`, `HTML` or `Best` (as stored).
pub fn element(bag: &Bag, name: &str, wanted: &str) -> Element {
    let stored_html = page_of(bag).is_some();
    let kind = match wanted {
        "Best" if stored_html => "HTML",
        "Best" => "Text",
        other => other,
    };
    let content = if kind == "HTML" { html(bag) } else { text(bag) };
    Element::t(name)
        .with_attr("BodyType", kind)
        .with_text(content.unwrap_or_default())
}

/// The plain body. What is made from a page ends with a line end.
pub fn text(bag: &Bag) -> Option<String> {
    match page_of(bag) {
        Some(html) => Some(page::to_text(html) + "\r\n"),
        None => bag.text(&keys::BODY_TEXT).map(str::to_owned),
    }
}

/// The HTML body.
pub fn html(bag: &Bag) -> Option<String> {
    match page_of(bag) {
        Some(html) => Some(html.to_owned()),
        None => bag.text(&keys::BODY_TEXT).map(page::from_text),
    }
}

/// The stored page; an exception without the page of its series has an empty one.
fn page_of(bag: &Bag) -> Option<&str> {
    bag.text(&keys::BODY_HTML).filter(|html| !html.is_empty())
}
