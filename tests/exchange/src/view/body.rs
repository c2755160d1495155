//! One body is stored, plain or HTML; the other form is made from it.

use crate::bag::Bag;
use crate::element::Element;
use crate::keys;

/// The body as the request wants it: `Text`, `HTML` or `Best` (as stored).
pub fn element(bag: &Bag, name: &str, wanted: &str) -> Element {
    let stored_html = bag.text(&keys::BODY_HTML).is_some();
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

/// The plain body.
pub fn text(bag: &Bag) -> Option<String> {
    match bag.text(&keys::BODY_HTML) {
        Some(html) => Some(html_to_text(html)),
        None => bag.text(&keys::BODY_TEXT).map(str::to_owned),
    }
}

/// The HTML body.
pub fn html(bag: &Bag) -> Option<String> {
    match bag.text(&keys::BODY_HTML) {
        Some(html) => Some(html.to_owned()),
        None => bag.text(&keys::BODY_TEXT).map(text_to_html),
    }
}

/// A page that shows the text.
pub fn text_to_html(text: &str) -> String {
    let escaped = text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    let lines = escaped.replace("\r\n", "\n").replace('\n', "<br>\r\n");
    format!(
        "<html>\r\n<head>\r\n<meta http-equiv=\"Content-Type\" content=\"text/html; charset=utf-8\">\r\n</head>\r\n\
         <body>\r\n<div class=\"PlainText\">{lines}</div>\r\n</body>\r\n</html>\r\n"
    )
}

/// What a reader sees of a page.
pub fn html_to_text(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some(open) = rest.find('<') {
        push_visible(&mut text, &rest[..open]);
        let Some(close) = rest[open..].find('>') else {
            rest = "";
            break;
        };
        let tag = rest[open + 1..open + close].trim().to_ascii_lowercase();
        rest = &rest[open + close + 1..];
        let name: &str = tag
            .split(|c: char| c.is_whitespace() || c == '/')
            .next()
            .unwrap_or_default();
        let end = tag.strip_prefix('/').unwrap_or_default();
        match name {
            "head" | "style" | "script" | "title" => rest = after_end_tag(rest, name),
            "br" => text.push_str("\r\n"),
            _ if matches!(end, "p" | "div" | "li" | "tr" | "h1" | "h2" | "h3") => {
                text.push_str("\r\n")
            }
            _ => {}
        }
    }
    push_visible(&mut text, rest);
    text.trim_matches(|c| c == '\r' || c == '\n').to_owned()
}

fn after_end_tag<'a>(html: &'a str, name: &str) -> &'a str {
    let end = format!("</{name}");
    let found = html.to_ascii_lowercase().find(&end);
    found
        .and_then(|at| html[at..].find('>').map(|close| &html[at + close + 1..]))
        .unwrap_or("")
}

/// A line does not begin with the blanks of the page's source.
fn push_visible(text: &mut String, source: &str) {
    let seen = visible(source);
    let begins_line = text.is_empty() || text.ends_with('\n');
    text.push_str(if begins_line {
        seen.trim_start_matches(' ')
    } else {
        &seen
    });
}

/// Text between tags: line breaks are blanks, entities are characters.
fn visible(text: &str) -> String {
    let mut out = String::new();
    for word in text.replace(['\r', '\n', '\t'], " ").split_inclusive(' ') {
        if word != " " || !out.ends_with(' ') {
            out.push_str(word);
        }
    }
    if out.trim().is_empty() {
        return if text.contains('\n') || out.is_empty() {
            String::new()
        } else {
            " ".to_owned()
        };
    }
    let named = out
        .replace("&nbsp;", "\u{a0}")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"");
    named.replace("&#39;", "'").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_survives_its_page() {
        let text = "Line <one> & more\r\n\r\nLine two";
        assert_eq!(html_to_text(&text_to_html(text)), text);
    }

    #[test]
    fn a_page_shows_its_text_only() {
        let html = "<html><head><style>p { x }</style></head><body><p>Hello&nbsp;<b>you</b></p>\r\n<p>there</p></body></html>";
        assert_eq!(html_to_text(html), "Hello\u{a0}you\r\nthere");
    }
}
