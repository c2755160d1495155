//! The one error type. Its kind says what the caller can do; its message is a sentence for a person.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What the caller can do about an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The server refuses the sign-in: stop the account until the person enters a new password.
    Credentials,
    /// No answer: name not found, connection refused or reset, time-out. Try again later.
    Unreachable,
    /// The server's certificate does not verify.
    Certificate,
    /// The answer is not what Exchange sends (a login page, a truncated or oversized body).
    Protocol,
    /// The server asks to wait; see [`Error::retry_after`].
    Busy,
    /// A passing fault of the server. Try again later.
    Temporary,
    /// The mailbox lies on another server now: find it again.
    Moved,
    /// The remote cursor is not valid any more: list the folder afresh.
    Cursor,
    /// The folder or the collection does not exist any more.
    Gone,
    /// A right is missing.
    Denied,
    /// The item changed meanwhile: read it again and plan anew.
    Conflict,
    /// The item does not exist any more.
    ItemGone,
    /// This one item cannot cross: set it aside and go on.
    Item,
    /// A brake: the plan would delete too much, a person must decide.
    Brake,
    /// A setting is wrong.
    Configuration,
    /// The host (PHP side) could not do what was asked.
    Host,
    /// The caller asked to stop.
    Stopped,
    /// A fault of ours.
    Bug,
}

impl ErrorKind {
    /// The stable name that PHP and the database see.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Credentials => "credentials",
            Self::Unreachable => "unreachable",
            Self::Certificate => "certificate",
            Self::Protocol => "protocol",
            Self::Busy => "busy",
            Self::Temporary => "temporary",
            Self::Moved => "moved",
            Self::Cursor => "cursor",
            Self::Gone => "gone",
            Self::Denied => "denied",
            Self::Conflict => "conflict",
            Self::ItemGone => "item_gone",
            Self::Item => "item",
            Self::Brake => "brake",
            Self::Configuration => "configuration",
            Self::Host => "host",
            Self::Stopped => "stopped",
            Self::Bug => "bug",
        }
    }

    /// Whether the outcome concerns one item only, so that its neighbours go on.
    pub const fn is_per_item(self) -> bool {
        matches!(self, Self::Conflict | Self::ItemGone | Self::Item)
    }
}

pub struct Error {
    kind: ErrorKind,
    message: String,
    retry_after: Option<Duration>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            retry_after: None,
            source: None,
        }
    }

    #[must_use]
    pub fn because(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    #[must_use]
    pub fn retry_after(mut self, wait: Duration) -> Self {
        self.retry_after = Some(wait);
        self
    }

    pub const fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// A plain sentence that says what happened and what to do.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// How long the server asked to wait.
    pub const fn wait(&self) -> Option<Duration> {
        self.retry_after
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind.name(), self.message)?;
        self.source
            .as_ref()
            .map_or(Ok(()), |source| write!(f, " ({source})"))
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_ref().map(|source| source.as_ref() as _)
    }
}
