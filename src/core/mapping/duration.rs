//! Durations (RFC 5545 section 3.3.6), days counted as 24 hours.

use chrono::TimeDelta;

/// Parses `-PT15M`, `P1DT2H`, `P2W`.
pub fn parse(text: &str) -> Option<TimeDelta> {
    let text = text.trim();
    let (text, negative) = match text.strip_prefix('-') {
        Some(rest) => (rest, true),
        None => (text.strip_prefix('+').unwrap_or(text), false),
    };
    let mut seconds: i64 = 0;
    let mut number: Option<i64> = None;
    for c in text.strip_prefix(['P', 'p'])?.chars() {
        if let Some(digit) = c.to_digit(10) {
            let so_far = number.unwrap_or(0);
            number = Some(so_far.checked_mul(10)?.checked_add(i64::from(digit))?);
            continue;
        }
        let unit = match c.to_ascii_uppercase() {
            'T' => continue,
            'W' => 7 * 24 * 3600,
            'D' => 24 * 3600,
            'H' => 3600,
            'M' => 60,
            'S' => 1,
            _ => return None,
        };
        seconds = seconds.checked_add(number.take()?.checked_mul(unit)?)?;
    }
    if number.is_some() {
        return None;
    }
    TimeDelta::try_seconds(if negative { -seconds } else { seconds })
}

/// Minutes as a trigger before something: `-PT15M`, `-P1D`.
pub fn before(minutes: i64) -> String {
    match minutes {
        0 => "PT0S".to_owned(),
        m if m % (24 * 60) == 0 => format!("-P{}D", m / (24 * 60)),
        m if m % 60 == 0 => format!("-PT{}H", m / 60),
        m => format!("-PT{m}M"),
    }
}
