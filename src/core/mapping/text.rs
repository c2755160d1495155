//! Canonical texts: what both sides agree on however each of them writes it.

/// Several lines: line ends as LF, no characters that XML cannot carry, no blank lines at the end.
pub fn long(text: &str) -> Option<String> {
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
