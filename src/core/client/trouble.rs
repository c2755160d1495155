//! What can go wrong between here and a SOAP answer, each as one sentence.

use crate::error::{Error, ErrorKind};
use reqwest::StatusCode;
use reqwest::header::{HeaderMap, LOCATION, RETRY_AFTER};
use std::error::Error as StdError;
use std::io;
use std::time::Duration;

/// Why there is no answer to read.
pub struct Trouble {
    pub error: Error,
    /// It may well be over at the next attempt.
    pub passing: bool,
    /// Nothing was sent: waiting longer is not wanted.
    pub given_up: bool,
}

impl Trouble {
    pub const fn lasting(error: Error) -> Self {
        Self {
            error,
            passing: false,
            given_up: false,
        }
    }

    pub const fn passing(error: Error) -> Self {
        Self {
            error,
            passing: true,
            given_up: false,
        }
    }

    pub const fn given_up(error: Error) -> Self {
        Self {
            error,
            passing: false,
            given_up: true,
        }
    }
}

/// Before or while a request was sent, or while its answer was read.
pub fn of_transport(error: reqwest::Error, host: &str) -> Trouble {
    // The address stands in the sentence already, and an error must not carry what a URL may hold.
    let error = error.without_url();
    let (kind, sentence) = if is_certificate(&error) {
        (
            ErrorKind::Certificate,
            format!(
                "The certificate of {host} is not trusted, so the password was not sent. Ask the administrator to \
                 install a valid certificate, or to name its certificate authority in the settings."
            ),
        )
    } else if says(&error, "dns error") {
        (
            ErrorKind::Unreachable,
            format!("The server {host} is not found. Check the server address for typing errors."),
        )
    } else if error.is_connect() {
        (
            ErrorKind::Unreachable,
            format!(
                "The server {host} cannot be reached. Check the server address, the firewall and the proxy setting."
            ),
        )
    } else if error.is_decode() || error.is_body() {
        (
            ErrorKind::Protocol,
            format!(
                "The answer of {host} was cut off. Try again; if it keeps happening, check the proxy or firewall."
            ),
        )
    } else {
        (
            ErrorKind::Unreachable,
            format!("The connection to {host} broke off. Synchronising tries again later."),
        )
    };
    // A server that is not there stays away for longer than a few seconds.
    let passing = !error.is_connect();
    let error = Error::new(kind, sentence).because(error);
    if passing {
        Trouble::passing(error)
    } else {
        Trouble::lasting(error)
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
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let (kind, sentence) = match status.as_u16() {
        200 | 500 => return None,
        403 => (
            ErrorKind::Denied,
            format!(
                "The server {host} forbids access (403). Ask its administrator to allow Exchange Web Services for this account."
            ),
        ),
        407 => (
            ErrorKind::Configuration,
            "The proxy asks for a sign-in (407). Check the proxy setting.".to_owned(),
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
            let wait = header(RETRY_AFTER).and_then(|seconds| seconds.trim().parse().ok());
            return Some(Trouble::passing(match wait {
                Some(seconds) => error.retry_after(Duration::from_secs(seconds)),
                None => error,
            }));
        }
        300..=399 => (
            ErrorKind::Configuration,
            match header(LOCATION)
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
    Some(if status.is_server_error() {
        Trouble::passing(error)
    } else {
        Trouble::lasting(error)
    })
}

/// Walks the causes of an error, into what an `io::Error` wraps too.
fn any_cause(
    error: &(dyn StdError + 'static),
    test: &dyn Fn(&(dyn StdError + 'static)) -> bool,
) -> bool {
    if test(error) {
        return true;
    }
    let wrapped = error
        .downcast_ref::<io::Error>()
        .and_then(io::Error::get_ref);
    wrapped.is_some_and(|inner| any_cause(inner, test))
        || error.source().is_some_and(|source| any_cause(source, test))
}

fn is_certificate(error: &(dyn StdError + 'static)) -> bool {
    any_cause(error, &|cause| {
        matches!(
            cause.downcast_ref::<rustls::Error>(),
            Some(rustls::Error::InvalidCertificate(_))
        )
    })
}

fn says(error: &(dyn StdError + 'static), words: &str) -> bool {
    any_cause(error, &|cause| cause.to_string().starts_with(words))
}
