//! Canonical texts: what both sides agree on however each of them writes it.

/// Whether it holds but printable ASCII characters and this one, as most texts do.
fn is_plain(text: &str, besides: u8) -> bool {
    let mut bytes = text.bytes();
    bytes.all(|byte| matches!(byte, b' '..=b'~') || byte == besides)
}

/// Several lines: line ends as LF, no characters that XML cannot carry, no blank lines at the end.
pub fn long(text: &str) -> Option<String> {
    if is_plain(text, b'\n') {
        let tidy = text.trim_end();
        return (!tidy.is_empty()).then(|| tidy.to_owned());
    }
    let mut tidy = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\r' => {
                if rest.peek() != Some(&'\n') {
                    tidy.push('\n');
                }
            }
            '\n' | '\t' => tidy.push(c),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => tidy.push(c),
        }
    }
    tidy.truncate(tidy.trim_end().len());
    (!tidy.is_empty()).then_some(tidy)
}

/// [`long`] without blanks before it, for values that neither side keeps them for.
pub fn part(text: &str) -> Option<String> {
    long(text).and_then(|text| {
        let text = text.trim_start();
        (!text.is_empty()).then(|| text.to_owned())
    })
}

/// One line: breaks become blanks, and there are none at either end.
pub fn line(text: &str) -> Option<String> {
    if is_plain(text, b' ') {
        let tidy = text.trim();
        return (!tidy.is_empty()).then(|| tidy.to_owned());
    }
    let tidy: String = text
        .chars()
        .map(|c| {
            if matches!(c, '\r' | '\n' | '\t') {
                ' '
            } else {
                c
            }
        })
        .filter(|c| !c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}'))
        .collect();
    let tidy = tidy.trim();
    (!tidy.is_empty()).then(|| tidy.to_owned())
}

/// An e-mail address with the name it is shown by, the way mail writes them (RFC 5322 section 3.4).
pub fn mailbox(name: Option<&str>, address: &str) -> String {
    match name {
        Some(name) => format!("{name} <{address}>"),
        None => address.to_owned(),
    }
}

/// What [`mailbox`] was made of.
pub fn name_and_address(mailbox: &str) -> (Option<&str>, &str) {
    let parts = mailbox
        .strip_suffix('>')
        .and_then(|rest| rest.rsplit_once(" <"));
    match parts {
        Some((name, address)) if !name.is_empty() && !address.is_empty() => (Some(name), address),
        _ => (None, mailbox),
    }
}
