//! From a page's source to its kept elements. The tokens are html5gum's, which follows the HTML standard.

use super::style::{self, Given};
use super::tag::{Node, Tag, is_hidden, is_void, kept};
use html5gum::{DefaultEmitter, HtmlString, Token, Tokenizer};

/// Elements within each other; what is nested deeper stands at this level.
const DEEPEST: usize = 60;

pub fn parse(source: &str) -> Vec<Node> {
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    let mut builder = Builder::default();
    for token in Tokenizer::new_with_emitter(source, emitter) {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) => {
                let given = tag
                    .attributes
                    .iter()
                    .map(|(name, value)| (string(name), string(&value.value)))
                    .collect();
                builder.start(&string(&tag.name), &given, tag.self_closing);
            }
            Token::EndTag(tag) => builder.end(&string(&tag.name)),
            Token::String(text) => builder.text(&string(&text.value)),
            Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
        }
    }
    builder.finish()
}

fn string(text: &HtmlString) -> String {
    String::from_utf8_lossy(text).into_owned()
}

#[derive(Default)]
struct Builder {
    root: Vec<Node>,
    /// Open elements, the outermost first, each with its name in the source.
    open: Vec<(String, Tag)>,
    /// The hidden element that is open, and how often it is nested in itself.
    hidden: Option<(String, usize)>,
}

impl Builder {
    fn start(&mut self, name: &str, given: &Given, self_closing: bool) {
        if let Some((hidden, depth)) = &mut self.hidden {
            if !(hidden == "head" && name == "body") {
                *depth += usize::from(hidden == name && !self_closing);
                return;
            }
            self.hidden = None;
        }
        if is_hidden(name) {
            if !self_closing {
                self.hidden = Some((name.to_owned(), 1));
            }
            return;
        }
        let Some(spelling) = kept(name) else { return };
        self.imply_ends(name, spelling);
        let attributes = style::kept(spelling, name, given);
        let spelling = match spelling {
            // Outlook writes every line as a paragraph without margins.
            "p" if given
                .get("class")
                .is_some_and(|class| class.starts_with("Mso")) =>
            {
                "div"
            }
            "a" if !attributes.iter().any(|(name, _)| *name == "href") => "span",
            spelling => spelling,
        };
        let tag = Tag {
            name: spelling,
            attributes,
            children: Vec::new(),
        };
        if is_void(spelling) {
            if spelling != "img" || tag.attribute("src").is_some() {
                self.push(Node::Tag(tag));
            }
        } else if self.open.len() < DEEPEST {
            self.open.push((name.to_owned(), tag));
        }
    }

    /// Ends what a start tag ends by itself: a paragraph by a block, an item by the next one.
    fn imply_ends(&mut self, name: &str, spelling: &'static str) {
        match spelling {
            "li" => self.end_within(&["li"], &["ul", "ol"]),
            "tr" => self.end_within(&["tr", "td", "th"], &["table"]),
            "td" | "th" => self.end_within(&["td", "th"], &["tr", "table"]),
            "a" => self.end_within(&["a"], &["td", "th", "table"]),
            _ if matches!(name, "dt" | "dd") => self.end_within(&["dt", "dd"], &["dl"]),
            _ => {}
        }
        let block = Tag {
            name: spelling,
            ..Tag::default()
        };
        if block.is_block() {
            self.end_within(&["p"], &["td", "th", "table", "li", "blockquote", "div"]);
        }
    }

    /// Ends the outermost of these elements that is open within the innermost of those.
    fn end_within(&mut self, names: &[&str], within: &[&str]) {
        let from = self
            .open
            .iter()
            .rposition(|(name, _)| within.contains(&name.as_str()))
            .map_or(0, |at| at + 1);
        let first = self
            .open
            .iter()
            .skip(from)
            .position(|(name, _)| names.contains(&name.as_str()));
        if let Some(first) = first {
            self.close_to(from + first);
        }
    }

    fn end(&mut self, name: &str) {
        if let Some((hidden, depth)) = &mut self.hidden {
            if hidden == name {
                *depth -= 1;
                if *depth == 0 {
                    self.hidden = None;
                }
            }
            return;
        }
        let cell = if kept(name).is_some_and(|name| matches!(name, "table" | "tr" | "td" | "th")) {
            0
        } else {
            self.open
                .iter()
                .rposition(|(name, _)| matches!(name.as_str(), "td" | "th" | "table"))
                .map_or(0, |at| at + 1)
        };
        let found = self.open.iter().rposition(|(open, _)| open == name);
        if let Some(at) = found.filter(|at| *at >= cell) {
            self.close_to(at);
        }
    }

    fn text(&mut self, text: &str) {
        if self.hidden.is_none() {
            let text = text
                .chars()
                .filter(|c| !c.is_control() || matches!(c, '\t' | '\n' | '\r'));
            self.push(Node::Text(text.collect()));
        }
    }

    fn push(&mut self, node: Node) {
        let nodes = match self.open.last_mut() {
            Some((_, tag)) => &mut tag.children,
            None => &mut self.root,
        };
        match (nodes.last_mut(), node) {
            (Some(Node::Text(before)), Node::Text(text)) => before.push_str(&text),
            (_, node) => nodes.push(node),
        }
    }

    /// Ends open elements until so many are left.
    fn close_to(&mut self, left: usize) {
        while self.open.len() > left {
            if let Some((_, tag)) = self.open.pop() {
                self.push(Node::Tag(tag));
            }
        }
    }

    fn finish(mut self) -> Vec<Node> {
        self.close_to(0);
        self.root
    }
}
