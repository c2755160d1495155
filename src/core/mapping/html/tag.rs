//! The elements that are kept.

/// An element or a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    Text(String),
    Tag(Tag),
}

/// An element of [`KEPT`]; `span` without attributes stands for any that only carries others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tag {
    pub name: &'static str,
    pub attributes: Vec<(&'static str, String)>,
    pub children: Vec<Node>,
}

impl Tag {
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| value.as_str())
    }

    pub fn is_block(&self) -> bool {
        !INLINE.contains(&self.name)
    }

    /// Whether it has neither content nor an end tag.
    pub fn is_void(&self) -> bool {
        is_void(self.name)
    }
}

impl Node {
    pub fn is_block(&self) -> bool {
        matches!(self, Self::Tag(tag) if tag.is_block())
    }
}

pub fn is_void(name: &str) -> bool {
    matches!(name, "br" | "hr" | "img")
}

const INLINE: &[&str] = &[
    "a", "b", "br", "code", "i", "img", "mark", "s", "span", "sub", "sup", "u",
];

/// Names as they come, and the one spelling that is kept.
const KEPT: &[(&str, &str)] = &[
    ("a", "a"),
    ("address", "div"),
    ("article", "div"),
    ("aside", "div"),
    ("b", "b"),
    ("blockquote", "blockquote"),
    ("br", "br"),
    ("caption", "div"),
    ("center", "div"),
    ("code", "code"),
    ("dd", "div"),
    ("del", "s"),
    ("div", "div"),
    ("dl", "div"),
    ("dt", "div"),
    ("em", "i"),
    ("figcaption", "div"),
    ("figure", "div"),
    ("font", "span"),
    ("footer", "div"),
    ("form", "div"),
    ("h1", "h1"),
    ("h2", "h2"),
    ("h3", "h3"),
    ("h4", "h4"),
    ("h5", "h5"),
    ("h6", "h6"),
    ("header", "div"),
    ("hr", "hr"),
    ("i", "i"),
    ("img", "img"),
    ("ins", "u"),
    ("kbd", "code"),
    ("li", "li"),
    ("main", "div"),
    ("mark", "mark"),
    ("nav", "div"),
    ("ol", "ol"),
    ("p", "p"),
    ("pre", "pre"),
    ("s", "s"),
    ("samp", "code"),
    ("section", "div"),
    ("span", "span"),
    ("strike", "s"),
    ("strong", "b"),
    ("sub", "sub"),
    ("sup", "sup"),
    ("table", "table"),
    ("td", "td"),
    ("th", "th"),
    ("tr", "tr"),
    ("tt", "code"),
    ("u", "u"),
    ("ul", "ul"),
];

pub fn kept(name: &str) -> Option<&'static str> {
    let at = KEPT
        .binary_search_by(|(known, _)| (*known).cmp(name))
        .ok()?;
    KEPT.get(at).map(|(_, spelling)| *spelling)
}

/// Elements whose content is not shown, or not by a calendar.
pub fn is_hidden(name: &str) -> bool {
    matches!(
        name,
        "head"
            | "script"
            | "style"
            | "title"
            | "template"
            | "iframe"
            | "object"
            | "svg"
            | "math"
            | "select"
            | "textarea"
            | "noframes"
            | "audio"
            | "video"
            | "xml"
            | "datalist"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_and_spellings_are_kept_themselves() {
        assert!(KEPT.is_sorted());
        for (_, spelling) in KEPT {
            assert_eq!(kept(spelling), Some(*spelling));
        }
    }
}
