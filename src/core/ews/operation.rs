use super::{Element, Failure, Writer};
use crate::error::{Error, ErrorKind, Result};

/// One operation of Exchange Web Services: how it is asked, and how one of its response messages reads.
pub trait Operation: Send + Sync {
    /// The request's element without prefix, for example `GetItem`. Logs and errors name it.
    const NAME: &'static str;

    /// Whether asking twice does no harm, so that a request whose reply was lost may be repeated.
    const REPEATABLE: bool;

    /// Whether its one answer can be asked for in smaller parts, so that it is the caller who makes it smaller when it took
    /// the server too long.
    const DIVISIBLE: bool = false;

    type Response: Send;

    /// How many response messages answer it.
    fn count(&self) -> usize {
        1
    }

    /// Writes the child of `s:Body`.
    fn write(&self, w: &mut Writer);

    /// Reads a response message that reports success.
    fn read(message: Element) -> Result<Self::Response>;

    /// Reads a response message.
    fn outcome(message: Result<Element>) -> Outcome<Self::Response> {
        let message = message.map_err(|error| Failure::unreadable(&error))?;
        match Failure::of_message(&message) {
            Some(failure) => Err(failure),
            None => Self::read(message).map_err(|error| Failure::unreadable(&error)),
        }
    }
}

/// An operation on several items, which can be asked in parts.
pub trait Batch: Operation {
    /// Whether the server itself refuses to apply it twice (by the item's id or version), so that a request that
    /// failed as a whole, applied or not, may be asked again in parts.
    const GUARDED: bool;

    /// The same for the items at these places only.
    #[must_use]
    fn part(&self, places: &[usize]) -> Self;

    /// How many bytes an item adds to the request, where that can be many.
    fn weight(&self, _place: usize) -> usize {
        0
    }
}

pub(super) fn pick<T: Copy>(items: &[T], places: &[usize]) -> Vec<T> {
    places
        .iter()
        .filter_map(|place| items.get(*place).copied())
        .collect()
}

/// What became of one item of a request.
pub type Outcome<T> = std::result::Result<T, Failure>;

/// For answers that lack an element we rely on.
pub(super) fn missing(name: &str) -> Error {
    Error::new(
        ErrorKind::Protocol,
        format!(
            "The server's answer lacks {name}. Try again; if it keeps happening, report it to us."
        ),
    )
}
