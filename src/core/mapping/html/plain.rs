//! The text of a cleaned tree: lines for blocks, a blank line between paragraphs, signs for lists, targets behind links.

use super::clean::shows_target;
use super::tag::{Node, Tag};

/// `complete`: with link targets and the signs of lists, which the text's comparison leaves out.
pub fn text(nodes: &[Node], complete: bool) -> String {
    let mut lines = Lines {
        complete,
        ..Lines::default()
    };
    lines.nodes(nodes, "");
    lines.text.truncate(lines.text.trim_end().len());
    lines.text
}

/// The text within one line.
pub fn inline(nodes: &[Node], text: &mut String) {
    for node in nodes {
        match node {
            Node::Text(more) => text.push_str(more),
            Node::Tag(tag) => inline(&tag.children, text),
        }
    }
}

#[derive(Default)]
struct Lines {
    text: String,
    complete: bool,
    /// Line ends that stand before the next text.
    breaks: usize,
    /// What the next line begins with.
    head: String,
}

impl Lines {
    fn push(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        if !self.text.is_empty() {
            let kept = self.text.trim_end_matches([' ', '\t']).len();
            if self.breaks > 0 {
                self.text.truncate(kept);
            }
            self.text.extend(std::iter::repeat_n('\n', self.breaks));
        }
        self.breaks = 0;
        self.text.push_str(&std::mem::take(&mut self.head));
        self.text
            .extend(text.chars().map(|c| if c == '\u{a0}' { ' ' } else { c }));
    }

    /// At least so many line ends before what comes next.
    fn lines(&mut self, count: usize) {
        self.breaks = self.breaks.max(count);
    }

    fn nodes(&mut self, nodes: &[Node], indent: &str) {
        for node in nodes {
            match node {
                Node::Text(text) => self.push(text),
                Node::Tag(tag) => self.tag(tag, indent),
            }
        }
    }

    fn tag(&mut self, tag: &Tag, indent: &str) {
        match tag.name {
            "br" => self.breaks += 1,
            "hr" => {
                self.lines(1);
                if self.complete {
                    self.push("---");
                }
                self.lines(1);
            }
            "img" => self.push(
                tag.attribute("alt")
                    .filter(|_| self.complete)
                    .unwrap_or_default(),
            ),
            "a" => {
                self.nodes(&tag.children, indent);
                if self.complete && !shows_target(tag) {
                    let target = tag.attribute("href").unwrap_or_default();
                    self.push(&format!(" <{target}>"));
                }
            }
            "ul" | "ol" => self.list(tag, indent),
            "p" | "blockquote" | "pre" | "table" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.lines(2);
                self.nodes(&tag.children, indent);
                self.lines(2);
            }
            "td" | "th" => {
                self.nodes(&tag.children, indent);
                self.head.push('\t');
            }
            "tr" => {
                self.line();
                self.nodes(&tag.children, indent);
                self.line();
            }
            _ if tag.is_block() => {
                self.line();
                self.nodes(&tag.children, indent);
                self.line();
            }
            _ => self.nodes(&tag.children, indent),
        }
    }

    /// A new line for a block, which begins with nothing.
    fn line(&mut self) {
        self.lines(1);
        self.head.clear();
    }

    fn list(&mut self, list: &Tag, indent: &str) {
        self.lines(1);
        let mut number: u32 = list
            .attribute("start")
            .and_then(|start| start.parse().ok())
            .unwrap_or(1);
        let inner = format!("{indent}  ");
        for item in &list.children {
            let Node::Tag(item) = item else {
                self.nodes(std::slice::from_ref(item), indent);
                continue;
            };
            self.line();
            if self.complete && item.name == "li" {
                self.head = match list.name {
                    "ol" => format!("{indent}{number}. "),
                    _ => format!("{indent}- "),
                };
                number += 1;
            }
            self.nodes(&item.children, &inner);
            self.line();
        }
    }
}
