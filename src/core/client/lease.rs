//! Whether this process may still write for a link.

use crate::error::{Error, ErrorKind, Result};
use async_trait::async_trait;
use std::time::{Duration, SystemTime};

/// The longest that a request can be on its way: as long as the client waits for an answer.
const LONGEST: Duration = Duration::from_secs(100);

/// How often it is asked anew when the answer was long in coming.
const TRIES: u8 = 3;

/// The right of one process among many to work on a link, as whoever keeps the journal grants it.
#[async_trait]
pub trait Lease: Send + Sync {
    /// Makes sure that this process still has it, and until when at least. None: there is no other process.
    async fn hold(&self) -> Result<Option<SystemTime>>;
}

/// Asked right before a request that writes. A process can be stopped for any time at any moment and does not notice; a lease that
/// lasts for longer than the request can is what keeps its write from arriving after that of its successor.
pub(super) async fn held(lease: &dyn Lease) -> Result<()> {
    for _ in 0..TRIES {
        let Some(until) = lease.hold().await? else {
            return Ok(());
        };
        if until
            .duration_since(SystemTime::now())
            .is_ok_and(|left| left >= LONGEST)
        {
            return Ok(());
        }
    }
    Err(Error::new(
        ErrorKind::Stopped,
        "This process is too slow to hold the link. The next synchronisation goes on from here.",
    ))
}
