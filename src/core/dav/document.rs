use super::{Component, Entry, Line};
use crate::error::{Error, ErrorKind, Result};
use std::borrow::Cow;
use std::fmt;

/// Components within components, at most. RFC 5545 needs three.
const DEPTH: usize = 16;

/// A file: one component, and the blank lines around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document<'a> {
    before: Vec<Line<'a>>,
    pub root: Component<'a>,
    after: Vec<Line<'a>>,
}

impl<'a> Document<'a> {
    pub fn new(root: Component<'a>) -> Self {
        Self {
            before: Vec::new(),
            root,
            after: Vec::new(),
        }
    }

    /// Parses a file of exactly one VCALENDAR or VCARD. `ErrorKind::Item` names the line where it cannot.
    pub fn parse(text: &'a str) -> Result<Self> {
        let mut before = Vec::new();
        let mut after = Vec::new();
        let mut root = None;
        let mut open: Vec<Component> = Vec::new();
        for (number, line) in logical_lines(text) {
            if line.is("BEGIN") {
                if open.len() == DEPTH {
                    return Err(bad(number, "components are nested too deep"));
                }
                if open.is_empty() && root.is_some() {
                    return Err(bad(number, "a second object starts in the same file"));
                }
                let end = line.clone();
                open.push(Component {
                    begin: line,
                    entries: Vec::new(),
                    end,
                });
            } else if line.is("END") {
                let Some(mut component) = open.pop() else {
                    return Err(bad(number, "END without BEGIN"));
                };
                if !component.is(line.value().trim()) {
                    return Err(bad(number, &format!("{} is not closed", component.name())));
                }
                component.end = line;
                match open.last_mut() {
                    Some(parent) => parent.entries.push(Entry::Component(component)),
                    None => root = Some(component),
                }
            } else if let Some(component) = open.last_mut() {
                component.entries.push(Entry::Line(line));
            } else if !line.is_blank() {
                return Err(bad(number, "text outside of BEGIN and END"));
            } else if root.is_none() {
                before.push(line);
            } else {
                after.push(line);
            }
        }
        match (open.pop(), root) {
            (None, Some(root)) => Ok(Self {
                before,
                root,
                after,
            }),
            (Some(component), _) => Err(Error::new(
                ErrorKind::Item,
                format!(
                    "The file ends before {} is closed; it seems cut off.",
                    component.name()
                ),
            )),
            (None, None) => Err(Error::new(
                ErrorKind::Item,
                "The file is empty or not UTF-8 text; save it as UTF-8 to synchronise it.",
            )),
        }
    }
}

impl fmt::Display for Document<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::with_capacity(512);
        for line in &self.before {
            line.write(&mut text);
        }
        self.root.write(&mut text);
        for line in &self.after {
            line.write(&mut text);
        }
        f.write_str(&text)
    }
}

fn bad(number: usize, what: &str) -> Error {
    Error::new(
        ErrorKind::Item,
        format!("The file cannot be read: {what} (line {number})."),
    )
}

/// Logical lines with the number of their first physical line, from 1.
fn logical_lines(text: &str) -> impl Iterator<Item = (usize, Line<'_>)> {
    let mut rest = text;
    let mut number = 0;
    let mut quoted_printable = false;
    // Files of old Macintosh programs end their lines with a carriage return alone.
    let line_end = if text.contains('\n') { '\n' } else { '\r' };
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let first = number + 1;
        let mut length = 0;
        let mut folded: Option<String> = None;
        let mut content: &str = "";
        loop {
            let physical = physical_line(rest.get(length..).unwrap_or(""), line_end);
            let stripped = physical.trim_end_matches(['\r', '\n']);
            number += 1;
            if length == 0 {
                content = stripped.trim_start_matches('\u{feff}');
                quoted_printable = is_quoted_printable(content);
            } else {
                let piece = stripped.strip_prefix([' ', '\t']).unwrap_or(stripped);
                folded
                    .get_or_insert_with(|| content.to_owned())
                    .push_str(piece);
            }
            length += physical.len();
            let next = rest.get(length..).unwrap_or("");
            // vCard 2.1: a soft line break of quoted-printable continues without a blank.
            let soft = quoted_printable && stripped.ends_with('=') && !next.is_empty();
            if !soft && !next.starts_with([' ', '\t']) {
                break;
            }
        }
        let (raw, after) = rest.split_at(length);
        rest = after;
        let content = folded.map_or(Cow::Borrowed(content), Cow::Owned);
        Some((first, Line::parsed(raw, content)))
    })
}

/// Up to and with the line end.
fn physical_line(text: &str, line_end: char) -> &str {
    let end = text.find(line_end).map_or(text.len(), |at| at + 1);
    text.get(..end).unwrap_or(text)
}

fn is_quoted_printable(content: &str) -> bool {
    const MARK: &[u8] = b"QUOTED-PRINTABLE";
    let mut parts = content.as_bytes().windows(MARK.len());
    // Most lines are not even looked at closely.
    parts.any(|part| part.eq_ignore_ascii_case(MARK))
        && Line::parsed(content, Cow::Borrowed(content)).is_quoted_printable()
}
