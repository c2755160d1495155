//! What a server says when something did not work, per item or for the whole request.

use super::{Action, Element};
use crate::error::Error;
use std::time::Duration;

/// A response message or SOAP fault that is not a success.
/// <https://learn.microsoft.com/exchange/client-developer/web-service-reference/responsecode>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// For example `ErrorItemNotFound`.
    pub code: String,
    /// The server's own words, for logs and for per-item reasons.
    pub text: String,
    /// How long the server asks us to wait.
    pub back_off: Option<Duration>,
    /// It was the SOAP fault of the whole request: this item alone need not be the reason.
    pub whole: bool,
}

/// The code of an item whose part of the answer could not be read. Not one of Exchange's.
const UNREADABLE: &str = "Unreadable";

impl Failure {
    /// None where the message reports success. A warning is a failure of that item, such as
    /// `ErrorBatchProcessingStopped`.
    pub(super) fn of_message(message: &Element) -> Option<Self> {
        let code = message.child_text("ResponseCode").unwrap_or("NoError");
        if message.attribute("ResponseClass") != Some("Error") && code == "NoError" {
            return None;
        }
        Some(Self::new(code, message.child_text("MessageText"), message))
    }

    pub(super) fn of_fault(fault: &Element) -> Self {
        let nothing = Element::default();
        let detail = fault.child("detail").unwrap_or(&nothing);
        let code = detail
            .child_text("ResponseCode")
            .or_else(|| fault.child_text("faultcode"))
            .map_or("", |code| code.rsplit(':').next().unwrap_or(code));
        let text = detail
            .child_text("Message")
            .or_else(|| fault.child_text("faultstring"));
        Self {
            whole: true,
            ..Self::new(code, text, detail)
        }
    }

    pub(super) fn unreadable(error: &Error) -> Self {
        Self {
            code: UNREADABLE.to_owned(),
            text: error.to_string(),
            back_off: None,
            whole: false,
        }
    }

    /// `around` holds `MessageXml`. An inner error says more than the `ErrorInternalServerError` around it.
    fn new(code: &str, text: Option<&str>, around: &Element) -> Self {
        let value = |name: &str| {
            around
                .child("MessageXml")?
                .children
                .iter()
                .find(|value| value.attribute("Name") == Some(name))
                .map(|value| value.text.trim())
        };
        let inner = value("InnerErrorResponseCode").filter(|inner| inner.starts_with("Error"));
        Self {
            code: inner.unwrap_or(code.trim()).to_owned(),
            text: text.unwrap_or_default().trim().to_owned(),
            back_off: value("BackOffMilliseconds")
                .and_then(|wait| wait.parse().ok())
                .map(Duration::from_millis),
            whole: false,
        }
    }

    /// The server reported success, but what it sent cannot be read.
    pub fn is_unreadable(&self) -> bool {
        self.code == UNREADABLE
    }

    pub fn action(&self) -> Action {
        if self.is_unreadable() {
            return Action::Item;
        }
        Action::of(&self.code)
    }
}

impl From<Failure> for Error {
    /// The sentence for a person: what happened, what to do, and the server's code for the one who has to search.
    fn from(failure: Failure) -> Self {
        let (kind, sentence) = failure.action().verdict();
        let said = match failure.text.as_str() {
            "" => String::new(),
            text => format!(" Exchange said: {}", shortened(text)),
        };
        let mut error = Self::new(kind, format!("{sentence} ({}){said}", failure.code));
        let wait = match failure.action() {
            Action::Wait => failure.back_off,
            // The server does not say how long a move or fail-over takes.
            Action::Later | Action::Rediscover => {
                Some(failure.back_off.unwrap_or(Duration::from_mins(5)))
            }
            _ => None,
        };
        if let Some(wait) = wait {
            error = error.retry_after(wait);
        }
        error
    }
}

/// Servers can put a whole stack trace here.
fn shortened(text: &str) -> String {
    const LONGEST: usize = 300;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line,
    }
}
