use super::trouble::Trouble;
use crate::error::{Error, ErrorKind};
use parking_lot::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::MutexGuard;
use tokio::time::Instant;

/// Whether the server takes the password. Companies lock accounts after a few wrong ones, so only one request finds
/// out, and after a refusal nobody tries the same password again for a while.
#[derive(Debug, Default)]
pub struct SignIn {
    known: AtomicBool,
    turn: tokio::sync::Mutex<()>,
    refused: Mutex<Option<(Instant, String)>>,
}

/// How long a refused password is not tried again.
const REST: Duration = Duration::from_mins(5);

impl SignIn {
    /// Waits for the request that finds out, if one does. What comes back is held until the answer is there.
    pub async fn enter(&self) -> Result<Option<MutexGuard<'_, ()>>, Trouble> {
        self.check()?;
        if self.known.load(Ordering::Acquire) {
            return Ok(None);
        }
        let turn = self.turn.lock().await;
        self.check()?;
        Ok(Some(turn).filter(|_| !self.known.load(Ordering::Acquire)))
    }

    /// Learns from an answer. Anything but a refusal lets the others go on: behind a silent server they would queue.
    pub fn learn<T>(&self, answer: &Result<T, Trouble>) {
        match answer {
            Err(trouble) if trouble.error.kind() == ErrorKind::Credentials => {
                *self.refused.lock() = Some((Instant::now(), trouble.error.message().to_owned()));
            }
            _ => self.known.store(true, Ordering::Release),
        }
    }

    fn check(&self) -> Result<(), Trouble> {
        match &*self.refused.lock() {
            Some((when, message)) if when.elapsed() < REST => Err(Trouble::lasting(Error::new(
                ErrorKind::Credentials,
                message.as_str(),
            ))),
            _ => Ok(()),
        }
    }
}
