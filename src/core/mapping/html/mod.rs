//! HTML bodies: what is left of a page once it is cleaned, and the plain text it stands for.
//!
//! Mail programs and servers rewrite HTML at will: heads, styles, wrappers, classes. Both sides are compared in a form that
//! survives that: a fixed set of elements and attributes in one spelling, white space collapsed as a browser does.

mod clean;
mod plain;
mod print;
mod style;
mod tag;
mod tree;

#[cfg(test)]
mod tests;

use super::text;

/// A body as both sides agree on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The cleaned inside of `body`; None where it says no more than its text does.
    pub html: Option<String>,
    /// The text of it, as our own conversion has it.
    pub plain: Option<String>,
    /// The letters and digits of it, link targets and list numbers aside.
    letters: String,
}

impl Page {
    pub fn of(source: &str) -> Self {
        let mut nodes = tree::parse(source);
        clean::clean(&mut nodes);
        let plain = plain::text(&nodes, true);
        Self {
            html: clean::is_rich(&nodes).then(|| print::print(&nodes)),
            letters: letters(&plain::text(&nodes, false)),
            plain: text::long(plain.trim_start_matches('\n')),
        }
    }

    /// Whether a text, made from this page by whatever program, still says the same. It does not once somebody edited
    /// the text and left the page as it was.
    pub fn agrees(&self, text: &str) -> bool {
        if self.plain.as_deref() == Some(text) {
            return true;
        }
        let bare = without_links(text);
        let found = letters(&bare);
        found == self.letters || letters(&without_numbers(&bare)) == self.letters
    }
}

/// A whole page around a cleaned body.
pub fn page(html: &str) -> String {
    format!("<html><body>{html}</body></html>")
}

/// The letters and digits outside of addresses, which some programs show and others hide.
fn letters(text: &str) -> String {
    text.split_whitespace()
        .filter(|word| !word.contains("://"))
        .flat_map(str::chars)
        .filter(|c| c.is_alphanumeric())
        .collect()
}

/// Without the targets that converters put behind a link's text: `text <https://…>`, `text [mailto:…]`.
fn without_links(text: &str) -> String {
    let mut bare = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find(['<', '[', '(']) {
        let (before, from) = rest.split_at(open);
        bare.push_str(before);
        let end = from.find(['>', ']', ')', '\n', ' ']).unwrap_or(from.len());
        let inside = from.get(1..end).unwrap_or_default();
        let is_link =
            inside.contains("://") || inside.starts_with("mailto:") || inside.starts_with("tel:");
        if is_link {
            rest = from
                .get(end..)
                .unwrap_or_default()
                .trim_start_matches(['>', ']', ')']);
        } else {
            bare.push_str(from.get(..1).unwrap_or_default());
            rest = from.get(1..).unwrap_or_default();
        }
    }
    bare.push_str(rest);
    bare
}

/// Without the numbers in front of a list's lines.
fn without_numbers(text: &str) -> String {
    text.lines()
        .map(|line| {
            let line = line.trim_start();
            let digits = line.bytes().take_while(u8::is_ascii_digit).count();
            match line.get(digits..) {
                Some(after) if digits > 0 && after.starts_with(['.', ')']) => after,
                _ => line,
            }
        })
        .collect::<Vec<_>>()
        .join("\n")
}
