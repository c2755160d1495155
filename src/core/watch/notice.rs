use crate::error::{Error, ErrorKind};
use std::time::Duration;

/// Who is told what happens. It must not block.
pub trait Listener: Send + Sync {
    /// Of the watch with that id.
    fn tell(&self, id: i64, notice: Notice);
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// Something changed in these folders; none: it is not known in which.
    Changed { folders: Vec<String> },
    /// How the watch fares.
    State {
        state: State,
        /// Changes may have been missed since the last time: a cycle of all links finds them.
        missed: bool,
        /// Why it is not live.
        reason: Option<Reason>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Every change is told.
    Live,
    /// The connection is gone for a while; it comes back by itself.
    Waiting,
    /// This server or this mailbox cannot tell, or only of some folders: somebody has to ask by the clock.
    Polled,
    /// The sign-in is refused, and the watch has ended.
    Refused,
}

impl State {
    /// The stable name that PHP sees.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Waiting => "waiting",
            Self::Polled => "polled",
            Self::Refused => "refused",
        }
    }
}

/// An error that several are told of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    pub kind: ErrorKind,
    pub message: String,
    /// After which it is tried again.
    pub retry_after: Option<Duration>,
}

impl Reason {
    pub fn new(error: &Error, retry_after: Duration) -> Self {
        Self {
            kind: error.kind(),
            message: error.message().to_owned(),
            retry_after: Some(retry_after),
        }
    }
}
