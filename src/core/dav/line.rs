use std::borrow::Cow;

/// Folded lines are at most this long, in octets without the line end (RFC 5545 section 3.1).
const WIDTH: usize = 75;

/// A content line: `group.NAME;PARAM=value:value`. A line without a colon is kept, has an empty name and no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line<'a> {
    raw: Raw<'a>,
    /// Without folding and line end.
    content: Cow<'a, str>,
    /// Where the name starts (after a group's dot), where it ends, and where the value starts.
    name_at: usize,
    name_end: usize,
    value_at: usize,
}

/// How it stands in the file, with folding and line ends.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Raw<'a> {
    Read(Cow<'a, str>),
    /// A line of ours, folded when it is written, and ended so.
    New(&'static str),
}

impl<'a> Line<'a> {
    /// A new line. Parameters are quoted where needed; the value is taken as it is, so escape texts first.
    pub fn new(name: &str, params: &[(&str, &str)], value: &str) -> Self {
        let more: usize = params.iter().map(|(a, b)| a.len() + b.len() + 4).sum();
        let mut content = String::with_capacity(name.len() + more + 1 + value.len());
        content.push_str(name);
        for (param, value) in params {
            content.extend([";", param, "=", &quote(value)]);
        }
        content.extend([":", value]);
        Self::built(content, "\r\n")
    }

    /// A new line of what [`Line::content`] answers.
    pub fn of(content: &str) -> Line<'static> {
        Line::built(content.to_owned(), "\r\n")
    }

    /// `raw` is one logical line with its line ends.
    pub(super) fn parsed(raw: &'a str, content: Cow<'a, str>) -> Self {
        let (name_at, name_end, value_at) = divide(&content);
        Self {
            raw: Raw::Read(Cow::Borrowed(raw)),
            content,
            name_at,
            name_end,
            value_at,
        }
    }

    fn built(content: String, eol: &'static str) -> Self {
        // A bare line break would start another line.
        let content = if content.contains(['\r', '\n']) {
            content.replace(['\r', '\n'], " ")
        } else {
            content
        };
        let (name_at, name_end, value_at) = divide(&content);
        Self {
            raw: Raw::New(eol),
            content: Cow::Owned(content),
            name_at,
            name_end,
            value_at,
        }
    }

    pub(super) fn with_eol(self, eol: &'static str) -> Self {
        if self.eol() == eol {
            self
        } else {
            Self::built(self.content.into_owned(), eol)
        }
    }

    /// The same line, ended as another one is.
    #[must_use]
    pub fn with_eol_of(self, other: &Line) -> Self {
        self.with_eol(other.eol())
    }

    pub(super) fn eol(&self) -> &'static str {
        let raw = match &self.raw {
            Raw::Read(raw) => raw,
            Raw::New(eol) => return eol,
        };
        match raw.as_bytes() {
            [.., b'\r', b'\n'] => "\r\n",
            [.., b'\n'] => "\n",
            [.., b'\r'] => "\r",
            _ => "\r\n",
        }
    }

    /// As it stands in the file, with folding and line ends.
    pub fn raw(&self) -> Cow<'_, str> {
        match &self.raw {
            Raw::Read(raw) => Cow::Borrowed(raw),
            Raw::New(_) => {
                let mut raw = String::new();
                self.write(&mut raw);
                Cow::Owned(raw)
            }
        }
    }

    pub(super) fn write(&self, text: &mut String) {
        match &self.raw {
            Raw::Read(raw) => text.push_str(raw),
            Raw::New(eol) => fold(&self.content, eol, text),
        }
    }

    /// All of it, without folding and line end.
    pub fn content(&self) -> &str {
        &self.content
    }

    /// Whether it says anything at all.
    pub fn is_blank(&self) -> bool {
        self.content.trim().is_empty()
    }

    pub fn name(&self) -> &str {
        self.content.get(self.name_at..self.name_end).unwrap_or("")
    }

    pub fn is(&self, name: &str) -> bool {
        // Asked of every line for every property: most differ in length already.
        self.name_end - self.name_at == name.len() && self.name().eq_ignore_ascii_case(name)
    }

    /// The `item1` of `item1.EMAIL`.
    pub fn group(&self) -> Option<&str> {
        self.content.get(..self.name_at.checked_sub(1)?)
    }

    /// As it stands in the line, escapes and all.
    pub fn value(&self) -> &str {
        self.content.get(self.value_at..).unwrap_or("")
    }

    /// All before the value.
    pub fn head(&self) -> &str {
        self.content.get(..self.value_at).unwrap_or("")
    }

    /// Parameters in order, names as written, values not yet divided at commas or unquoted. The bare words of
    /// vCard 2.1 (`TEL;HOME`) are values of `TYPE`.
    pub fn params(&self) -> impl Iterator<Item = (&str, &str)> {
        let text = self
            .content
            .get(self.name_end..self.value_at.saturating_sub(1))
            .unwrap_or("");
        split_unquoted(text, b';')
            .filter(|param| !param.is_empty())
            .map(|param| param.split_once('=').unwrap_or(("TYPE", param)))
    }

    pub fn has_param(&self, name: &str) -> bool {
        let mut params = self.params();
        params.any(|(param, _)| param.eq_ignore_ascii_case(name))
    }

    /// Whether its value is encoded as vCard 2.1 and vCalendar 1.0 do: `ENCODING=QUOTED-PRINTABLE`, or the bare word.
    pub fn is_quoted_printable(&self) -> bool {
        self.params().any(|(name, value)| {
            ["ENCODING", "TYPE"]
                .iter()
                .any(|known| name.eq_ignore_ascii_case(known))
                && value.eq_ignore_ascii_case("QUOTED-PRINTABLE")
        })
    }

    /// The first value of a parameter, unquoted.
    pub fn param(&self, name: &str) -> Option<String> {
        self.param_values(name).next()
    }

    /// All values of a parameter, repeated or divided by commas, unquoted.
    pub fn param_values(&self, name: &str) -> impl Iterator<Item = String> {
        self.params()
            .filter(move |(param, _)| param.eq_ignore_ascii_case(name))
            .flat_map(|(_, value)| split_unquoted(value, b','))
            .map(unquote)
    }

    /// The same line in this group.
    #[must_use]
    pub fn with_group(&self, group: &str) -> Line<'static> {
        let own = self.content.get(self.name_at..).unwrap_or("");
        Line::built(format!("{group}.{own}"), self.eol())
    }

    /// The same line with another value.
    #[must_use]
    pub fn with_value(&self, value: &str) -> Line<'static> {
        Line::built([self.head(), value].concat(), self.eol())
    }

    /// The same line with a parameter set, or removed.
    #[must_use]
    pub fn with_param(&self, name: &str, value: Option<&str>) -> Line<'static> {
        self.with_values(name, value.as_slice())
    }

    /// The same line with a parameter of these values, in place of all it has of that name.
    #[must_use]
    pub fn with_values(&self, name: &str, values: &[impl AsRef<str>]) -> Line<'static> {
        let mut content = String::with_capacity(self.content.len() + 32);
        content.push_str(self.content.get(..self.name_end).unwrap_or(""));
        let kept = self
            .content
            .get(self.name_end..self.value_at.saturating_sub(1))
            .unwrap_or("");
        let mut others = String::new();
        for param in split_unquoted(kept, b';').skip(1) {
            let found = param.split_once('=').map_or("TYPE", |(name, _)| name);
            if !found.eq_ignore_ascii_case(name) {
                others.push(';');
                others.push_str(param);
            }
        }
        // Behind a quotation mark that never closes it would be part of what is quoted.
        let open = others.matches('"').count() % 2 == 1;
        if !open {
            content.push_str(&others);
        }
        for (at, value) in values.iter().enumerate() {
            if at == 0 {
                content.push(';');
                content.push_str(name);
                content.push('=');
            } else {
                content.push(',');
            }
            content.push_str(&quote(value.as_ref()));
        }
        if open {
            content.push_str(&others);
        }
        content.push(':');
        content.push_str(self.value());
        Line::built(content, self.eol())
    }

    pub fn into_owned(self) -> Line<'static> {
        Line {
            raw: match self.raw {
                Raw::Read(raw) => Raw::Read(Cow::Owned(raw.into_owned())),
                Raw::New(eol) => Raw::New(eol),
            },
            content: Cow::Owned(self.content.into_owned()),
            name_at: self.name_at,
            name_end: self.name_end,
            value_at: self.value_at,
        }
    }
}

/// Start of the name, end of the name, start of the value.
fn divide(content: &str) -> (usize, usize, usize) {
    let mut quoted = false;
    let mut name_at = 0;
    let mut name_end = None;
    for (at, byte) in content.bytes().enumerate() {
        match byte {
            b'"' if name_end.is_some() => quoted = !quoted,
            b'.' if name_end.is_none() => name_at = at + 1,
            b';' if !quoted => name_end = name_end.or(Some(at)),
            b':' if !quoted => return (name_at, name_end.unwrap_or(at), at + 1),
            _ => {}
        }
    }
    // A quotation mark that never closes: take the first colon after all.
    match (quoted, content.find(':')) {
        (true, Some(at)) => (name_at, name_end.unwrap_or(at).min(at), at + 1),
        _ => (0, 0, content.len()),
    }
}

/// The parts between separators, which are ASCII, outside of quotation marks; at least one.
fn split_unquoted(text: &str, separator: u8) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let mut quoted = false;
        let end = text.bytes().position(|byte| {
            quoted ^= byte == b'"';
            byte == separator && !quoted
        });
        rest = end.and_then(|end| text.get(end + 1..));
        text.get(..end.unwrap_or(text.len()))
    })
}

/// Quotes a parameter value where needed, with the escapes of RFC 6868.
fn quote(value: &str) -> Cow<'_, str> {
    let special = value.contains(['"', '^', '\n', '\r']);
    if !special && !value.contains([',', ';', ':']) {
        return Cow::Borrowed(value);
    }
    let mut text = String::with_capacity(value.len() + 2);
    text.push('"');
    for c in value.chars().filter(|c| *c != '\r') {
        match c {
            '"' => text.push_str("^'"),
            '^' => text.push_str("^^"),
            '\n' => text.push_str("^n"),
            c => text.push(c),
        }
    }
    text.push('"');
    Cow::Owned(text)
}

fn unquote(value: &str) -> String {
    let value = value.trim_matches('"');
    if !value.contains('^') {
        return value.to_owned();
    }
    value
        .replace("^^", "\u{0}")
        .replace("^n", "\n")
        .replace("^'", "\"")
        .replace('\u{0}', "^")
}

fn fold(content: &str, eol: &str, raw: &mut String) {
    let mut rest = content;
    let mut room = WIDTH;
    while rest.len() > room {
        let at = (1..=room)
            .rev()
            .find(|at| rest.is_char_boundary(*at))
            .unwrap_or(rest.len());
        let (line, after) = rest.split_at(at);
        raw.push_str(line);
        raw.push_str(eol);
        raw.push(' ');
        rest = after;
        room = WIDTH - 1;
    }
    raw.push_str(rest);
    raw.push_str(eol);
}
