//! A cleaned tree as HTML.

use super::tag::{Node, Tag};

pub fn print(nodes: &[Node]) -> String {
    let mut html = String::new();
    all(nodes, &mut html);
    html
}

fn all(nodes: &[Node], html: &mut String) {
    for node in nodes {
        match node {
            Node::Text(text) => escape(text, html),
            Node::Tag(tag) => one(tag, html),
        }
    }
}

fn one(tag: &Tag, html: &mut String) {
    html.push('<');
    html.push_str(tag.name);
    for (name, value) in &tag.attributes {
        html.push(' ');
        html.push_str(name);
        html.push_str("=\"");
        escape(value, html);
        html.push('"');
    }
    html.push('>');
    if !tag.is_void() {
        all(&tag.children, html);
        html.push_str("</");
        html.push_str(tag.name);
        html.push('>');
    }
}

fn escape(text: &str, html: &mut String) {
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\u{a0}' => html.push_str("&nbsp;"),
            c => html.push(c),
        }
    }
}
