//! Content lines and components of iCalendar (RFC 5545 section 3.1).

/// A component such as VEVENT with its lines and inner components, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Component {
    pub name: String,
    pub lines: Vec<Line>,
    pub components: Vec<Component>,
}

/// One property. Name and parameter names are in upper case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    pub name: String,
    pub parameters: Vec<(String, String)>,
    /// As written, with its escapes.
    pub value: String,
}

impl Component {
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            ..Self::default()
        }
    }

    /// Reads the first VCALENDAR of a text; what stands before and after it (a MIME head) is ignored.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut open: Vec<Self> = Vec::new();
        for line in unfold(text) {
            let line = match Line::parse(&line) {
                Some(line) => line,
                None if open.is_empty() || line.trim().is_empty() => continue,
                None => return Err(format!("\"{line}\" is no iCalendar line.")),
            };
            let value = line.value.trim().to_ascii_uppercase();
            match line.name.as_str() {
                "BEGIN" if open.is_empty() && value != "VCALENDAR" => {}
                "BEGIN" => open.push(Self::new(&value)),
                "END" => {
                    let Some(closed) = open.pop() else { continue };
                    if closed.name != value {
                        return Err(format!("END:{value} closes {}.", closed.name));
                    }
                    match open.last_mut() {
                        Some(parent) => parent.components.push(closed),
                        None => return Ok(closed),
                    }
                }
                _ => {
                    if let Some(component) = open.last_mut() {
                        component.lines.push(line);
                    }
                }
            }
        }
        Err("There is no whole VCALENDAR.".to_owned())
    }

    pub fn get(&self, name: &str) -> Option<&Line> {
        self.lines.iter().find(|line| line.name == name)
    }

    pub fn all(&self, name: &str) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(move |line| line.name == name)
    }

    /// The value of a TEXT property with its escapes resolved.
    pub fn text(&self, name: &str) -> Option<String> {
        self.get(name).map(|line| unescape(&line.value))
    }

    pub fn push(&mut self, line: Line) {
        self.lines.push(line);
    }

    /// Adds a line with a value that needs no escapes.
    pub fn push_raw(&mut self, name: &str, value: impl Into<String>) {
        self.push(Line::new(name, value));
    }

    /// Adds a TEXT property, unless it is empty.
    pub fn push_text(&mut self, name: &str, text: &str) {
        if !text.is_empty() {
            self.push(Line::new(name, escape(text)));
        }
    }

    /// Writes it with CRLF and folded lines.
    pub fn write(&self, out: &mut String) {
        Line::new("BEGIN", &self.name).write(out);
        self.lines.iter().for_each(|line| line.write(out));
        self.components
            .iter()
            .for_each(|component| component.write(out));
        Line::new("END", &self.name).write(out);
    }
}

impl Line {
    pub fn new(name: &str, value: impl Into<String>) -> Self {
        Self {
            name: name.to_owned(),
            parameters: Vec::new(),
            value: value.into(),
        }
    }

    pub fn with(mut self, parameter: &str, value: impl Into<String>) -> Self {
        self.parameters.push((parameter.to_owned(), value.into()));
        self
    }

    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, value)| value.as_str())
    }

    fn parse(line: &str) -> Option<Self> {
        let mut parts = split_outside_quotes(line, ':', 2);
        let value = if parts.len() == 2 {
            parts.pop()?
        } else {
            return None;
        };
        let mut head = split_outside_quotes(parts.first()?, ';', usize::MAX).into_iter();
        let name = head.next()?.trim().to_ascii_uppercase();
        let parameters = head.filter_map(|parameter| {
            let (name, value) = parameter.split_once('=')?;
            Some((name.to_ascii_uppercase(), decode_parameter(value)))
        });
        Some(Self {
            name,
            parameters: parameters.collect(),
            value: value.to_owned(),
        })
    }

    fn write(&self, out: &mut String) {
        let mut line = self.name.clone();
        for (name, value) in &self.parameters {
            line.push_str(&format!(";{name}={}", encode_parameter(value)));
        }
        line.push(':');
        line.push_str(&self.value);
        let mut width = 0;
        for character in line.chars() {
            if width + character.len_utf8() > 75 {
                out.push_str("\r\n ");
                width = 1;
            }
            out.push(character);
            width += character.len_utf8();
        }
        out.push_str("\r\n");
    }
}

fn unfold(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in text
        .split('\n')
        .map(|line| line.strip_suffix('\r').unwrap_or(line))
    {
        match (line.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(rest), Some(last)) => last.push_str(rest),
            _ => lines.push(line.to_owned()),
        }
    }
    lines
}

fn split_outside_quotes(text: &str, separator: char, most: usize) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut from, mut quoted) = (0, false);
    for (at, character) in text.char_indices() {
        match character {
            '"' => quoted = !quoted,
            c if c == separator && !quoted && parts.len() + 1 < most => {
                parts.push(&text[from..at]);
                from = at + c.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(&text[from..]);
    parts
}

/// RFC 6868 escapes, and the quotes.
fn decode_parameter(value: &str) -> String {
    value
        .trim_matches('"')
        .replace("^n", "\n")
        .replace("^'", "\"")
        .replace("^^", "^")
}

fn encode_parameter(value: &str) -> String {
    let value: String = value
        .chars()
        .map(|c| if c == '"' { '\'' } else { c })
        .filter(|c| !c.is_control())
        .collect();
    match value.contains([':', ';', ',']) {
        true => format!("\"{value}\""),
        false => value,
    }
}

/// TEXT escapes of RFC 5545 section 3.3.11. Other control characters are left out, as the format forbids them.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.replace("\r\n", "\n").chars() {
        match character {
            '\n' | '\r' => out.push_str("\\n"),
            '\\' | ';' | ',' => out.extend(['\\', character]),
            '\t' => out.push('\t'),
            control if control.is_control() => {}
            other => out.push(other),
        }
    }
    out
}

pub fn unescape(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut characters = value.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => match characters.next() {
                Some('n' | 'N') => out.push_str("\r\n"),
                Some(other) => out.push(other),
                None => out.push('\\'),
            },
            other => out.push(other),
        }
    }
    out
}

/// The entries of a comma-separated TEXT list.
pub fn text_list(value: &str) -> Vec<String> {
    let mut entries = vec![String::new()];
    let mut characters = value.chars();
    while let Some(character) = characters.next() {
        match (character, entries.last_mut()) {
            (',', _) => entries.push(String::new()),
            ('\\', Some(last)) => last.extend(['\\'].into_iter().chain(characters.next())),
            (other, Some(last)) => last.push(other),
            (_, None) => {}
        }
    }
    entries
        .iter()
        .map(|entry| unescape(entry).trim().to_owned())
        .filter(|entry| !entry.is_empty())
        .collect()
}
