//! What can go wrong between here and a SOAP answer, each as one sentence.

use crate::error::{Error, ErrorKind};
use chrono::{DateTime, Utc};
use reqwest::StatusCode;
use reqwest::header::{HeaderMap, LOCATION, RETRY_AFTER};
use std::time::Duration;

/// Why there is no answer to read.
pub struct Trouble {
    pub error: Error,
    /// It may well be over at the next attempt.
    pub passing: bool,
    /// Nothing was sent: waiting longer is not wanted.
    pub given_up: bool,
    /// The address that the server redirects to.
    pub moved_to: Option<String>,
}

impl Trouble {
    pub const fn lasting(error: Error) -> Self {
        Self {
            error,
            passing: false,
            given_up: false,
            moved_to: None,
        }
    }

    pub const fn passing(error: Error) -> Self {
        Self {
            error,
            passing: true,
            given_up: false,
            moved_to: None,
        }
    }

    pub const fn given_up(error: Error) -> Self {
        Self {
            error,
            passing: false,
            given_up: true,
            moved_to: None,
        }
    }
}

pub fn silence(host: &str, limit: Duration) -> Trouble {
    Trouble::lasting(Error::new(
        ErrorKind::Unreachable,
        format!(
            "The server {host} did not answer within {} seconds. Synchronising tries again later.",
            limit.as_secs().max(1)
        ),
    ))
}

pub fn oversized(host: &str, limit: usize) -> Trouble {
    Trouble::lasting(Error::new(
        ErrorKind::Protocol,
        format!(
            "The answer of {host} is larger than {} MB and was not read. Check that the address is that of an Exchange server.",
            (limit >> 20).max(1)
        ),
    ))
}

/// An HTTP status that stands for itself (but 401, see [`super::auth`]). None where the body has to tell.
pub fn of_status(status: StatusCode, headers: &HeaderMap, host: &str) -> Option<Trouble> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let (kind, sentence) = match status.as_u16() {
        200 | 500 => return None,
        403 => (
            ErrorKind::Denied,
            format!(
                "The server {host} forbids access (403{}). Exchange Web Services may be turned off for this mailbox or for \
                 this application; its administrator sees that with Get-CASMailbox (EwsEnabled, EwsApplicationAccessPolicy).",
                header("x-ms-diagnostics").map(reason).unwrap_or_default()
            ),
        ),
        407 => (
            ErrorKind::Configuration,
            "The proxy asks for a sign-in (407). Check “proxyuserpwd” in Nextcloud's config.php."
                .to_owned(),
        ),
        408 | 502 | 504 => (
            ErrorKind::Unreachable,
            format!(
                "The server {host} did not answer in time ({}). Synchronising tries again later.",
                status.as_u16()
            ),
        ),
        429 | 503 => {
            let error = Error::new(
                ErrorKind::Busy,
                format!(
                    "The server {host} is overloaded or being maintained ({}). Synchronising goes on by itself later.",
                    status.as_u16()
                ),
            );
            let wait = header(RETRY_AFTER.as_str()).and_then(|text| retry_after(text, Utc::now()));
            return Some(Trouble::passing(match wait {
                Some(wait) => error.retry_after(wait),
                None => error,
            }));
        }
        300..=399 => (
            ErrorKind::Configuration,
            match header(LOCATION.as_str())
                .and_then(|to| reqwest::Url::parse(to).ok()?.host_str().map(str::to_owned))
            {
                Some(to) => format!(
                    "The server {host} redirects to {to}. Enter the address of Exchange Web Services itself."
                ),
                None => format!(
                    "The server {host} redirects elsewhere. Enter the address of Exchange Web Services itself."
                ),
            },
        ),
        404 | 405 | 410 => (
            ErrorKind::Configuration,
            format!(
                "There is no Exchange Web Services at this address of {host} ({}). It usually ends in /EWS/Exchange.asmx.",
                status.as_u16()
            ),
        ),
        413 => (
            ErrorKind::Protocol,
            format!(
                "The server {host} does not accept requests of this size (413). Ask its administrator to raise the limit."
            ),
        ),
        501..=599 => (
            ErrorKind::Temporary,
            format!(
                "The server {host} has a fault of its own ({}). Synchronising tries again later.",
                status.as_u16()
            ),
        ),
        _ => (
            ErrorKind::Protocol,
            format!(
                "The server {host} answered with status {}, which Exchange does not. Check the server address.",
                status.as_u16()
            ),
        ),
    };
    let error = Error::new(kind, sentence);
    let mut trouble = if status.is_server_error() {
        Trouble::passing(error)
    } else {
        Trouble::lasting(error)
    };
    if status.is_redirection() {
        trouble.moved_to = header(LOCATION.as_str()).map(str::to_owned);
    }
    Some(trouble)
}

/// A number of seconds, or a date.
fn retry_after(text: &str, now: DateTime<Utc>) -> Option<Duration> {
    let text = text.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = DateTime::parse_from_rfc2822(text).ok()?;
    (date.to_utc() - now).to_std().ok()
}

/// What Exchange says beside a refusal, cut to a length that fits a sentence.
fn reason(diagnostics: &str) -> String {
    format!("; {}", diagnostics.chars().take(200).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_to_come_back_is_read_in_both_forms() {
        let now = "2026-11-26T08:00:00Z".parse().unwrap();
        for (text, seconds) in [
            ("120", Some(120)),
            (" 0 ", Some(0)),
            ("Thu, 26 Nov 2026 08:02:00 GMT", Some(120)),
            ("Thu, 26 Nov 2026 07:00:00 GMT", None),
            ("soon", None),
            ("-5", None),
        ] {
            let wait = retry_after(text, now);
            assert_eq!(wait, seconds.map(Duration::from_secs), "{text}");
        }
    }
}
