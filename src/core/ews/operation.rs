use super::{Element, Failure, Writer};
use crate::error::{Error, ErrorKind, Result};

/// One operation of Exchange Web Services: how it is asked, and how one of its response messages reads.
pub trait Operation: Send + Sync {
    /// The request's element without prefix, for example `GetItem`. Logs and errors name it.
    const NAME: &'static str;

    /// Whether asking twice does no harm, so that a request whose reply was lost may be repeated.
    const REPEATABLE: bool;

    type Response: Send;

    /// Writes the child of `s:Body`.
    fn write(&self, w: &mut Writer);

    /// Reads a response message that reports success.
    fn read(message: &Element) -> Result<Self::Response>;

    /// Reads a response message.
    fn outcome(message: Result<Element>) -> Outcome<Self::Response> {
        let message = message.map_err(|error| Failure::unreadable(&error))?;
        match Failure::of_message(&message) {
            Some(failure) => Err(failure),
            None => Self::read(&message).map_err(|error| Failure::unreadable(&error)),
        }
    }
}

/// What became of one item of a request.
pub type Outcome<T> = std::result::Result<T, Failure>;

/// For answers that lack an element we rely on.
pub(super) fn missing(name: &str) -> Error {
    Error::new(
        ErrorKind::Protocol,
        format!("The server's answer lacks {name}. Try again; if it keeps happening, report it to us."),
    )
}
