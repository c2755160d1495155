//! Writes requests: elements with the prefixes `m:` and `t:`, escaped text, nothing else.

use super::Element;

/// Builds one XML document. Element names are given with their prefix, for example `m:GetItem`.
#[derive(Debug, Default)]
pub struct Writer {
    out: String,
}

impl Writer {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn finish(self) -> Vec<u8> {
        self.out.into_bytes()
    }

    /// An element with children, which `inner` writes.
    pub fn element(
        &mut self,
        name: &str,
        attributes: &[(&str, &str)],
        inner: impl FnOnce(&mut Self),
    ) {
        self.start(name, attributes);
        self.out.push('>');
        inner(self);
        self.end(name);
    }

    /// An element that has attributes only.
    pub fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.start(name, attributes);
        self.out.push_str("/>");
    }

    /// An element that holds text.
    pub fn text(&mut self, name: &str, text: &str) {
        self.element(name, &[], |w| w.escaped(text));
    }

    /// A tree of the types namespace. The names of `tree` have no prefix.
    pub fn tree(&mut self, tree: &Element) {
        let name = format!("t:{}", tree.name);
        let attributes: Vec<(&str, &str)> = tree
            .attributes
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str()))
            .collect();
        self.element(&name, &attributes, |w| {
            w.escaped(&tree.text);
            for child in &tree.children {
                w.tree(child);
            }
        });
    }

    pub(super) fn raw(&mut self, xml: &str) {
        self.out.push_str(xml);
    }

    fn start(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.out.push('<');
        self.out.push_str(name);
        for (key, value) in attributes {
            self.out.push(' ');
            self.out.push_str(key);
            self.out.push_str("=\"");
            self.escaped(value);
            self.out.push('"');
        }
    }

    fn end(&mut self, name: &str) {
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
    }

    /// Characters that XML 1.0 cannot hold at all are left out: one of them would make the server refuse the whole
    /// batch. A carriage return is a reference, since a parser would turn it into a line feed.
    fn escaped(&mut self, text: &str) {
        for char in text.chars() {
            match char {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                '"' => self.out.push_str("&quot;"),
                '\r' => self.out.push_str("&#xD;"),
                '\t' | '\n' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'.. => {
                    self.out.push(char);
                }
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped_and_illegal_characters_are_left_out() {
        let mut w = Writer::new();
        w.text("t:Subject", "a<b & \"c\"\u{1}\u{FFFF}\r\n");
        assert_eq!(
            String::from_utf8(w.finish()).unwrap(),
            "<t:Subject>a&lt;b &amp; &quot;c&quot;&#xD;\n</t:Subject>"
        );
    }
}
