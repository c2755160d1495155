use crate::error::{Error, ErrorKind, Result};
use parking_lot::Mutex;
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, sleep_until};

/// The gate before a mailbox: so many requests at a time, and none while the server asked to keep away. (Asking
/// again during a back-off prolongs it, NOTES section 3.)
#[derive(Debug)]
pub struct Gate {
    permits: Semaphore,
    /// How many requests pass at a time.
    width: AtomicUsize,
    /// Permits to take out of use once they come back.
    owed: AtomicUsize,
    closed_until: Mutex<Option<Instant>>,
}

/// A request's time within the gate.
#[derive(Debug)]
pub struct Pass<'a> {
    gate: &'a Gate,
    permit: Option<SemaphorePermit<'a>>,
}

impl Gate {
    pub fn new(concurrency: usize) -> Self {
        Self {
            permits: Semaphore::new(concurrency.max(1)),
            width: AtomicUsize::new(concurrency.max(1)),
            owed: AtomicUsize::new(0),
            closed_until: Mutex::new(None),
        }
    }

    /// Waits for its turn. `Busy` at once, with the time to come back, where that takes beyond `deadline`.
    pub async fn pass(&self, deadline: Instant) -> Result<Pass<'_>> {
        let permit = self.permits.acquire().await.map_err(|error| {
            Error::new(ErrorKind::Stopped, "The connection was closed.").because(error)
        })?;
        let pass = Pass {
            gate: self,
            permit: Some(permit),
        };
        while let Some(until) = self.closed() {
            if until > deadline {
                return Err(busy(until.saturating_duration_since(Instant::now())));
            }
            sleep_until(until).await;
        }
        Ok(pass)
    }

    /// Keeps every request of the mailbox away for this long.
    pub fn close(&self, wait: Duration) {
        let until = Instant::now() + wait;
        let mut closed = self.closed_until.lock();
        if closed.is_none_or(|earlier| earlier < until) {
            *closed = Some(until);
        }
    }

    /// Lets half as many pass at a time from now on, since the server allows fewer than came. Those that are told so
    /// together count once: the first one's back-off closes the gate.
    pub fn narrow(&self) {
        if self.closed().is_some() {
            return;
        }
        let fewer = self.width.load(Ordering::Relaxed) / 2;
        self.width.fetch_sub(fewer, Ordering::Relaxed);
        let now = self.permits.forget_permits(fewer);
        self.owed.fetch_add(fewer - now, Ordering::Relaxed);
    }

    fn closed(&self) -> Option<Instant> {
        self.closed_until
            .lock()
            .filter(|until| *until > Instant::now())
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        let owed = self
            .gate
            .owed
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |owed| {
                owed.checked_sub(1)
            });
        if let Some(permit) = self.permit.take().filter(|_| owed.is_ok()) {
            permit.forget();
        }
    }
}

fn busy(wait: Duration) -> Error {
    Error::new(
        ErrorKind::Busy,
        format!(
            "Exchange is busy and asks to wait {} seconds. Synchronising goes on by itself after that.",
            wait.as_secs().max(1)
        ),
    )
    .retry_after(wait)
}

/// How long to wait before the `attempt`-th repetition (from 0): doubling, capped, and scattered so that many
/// accounts do not come back at the same moment.
pub fn pause(attempt: u32) -> Duration {
    const FIRST: Duration = Duration::from_millis(250);
    const LONGEST: Duration = Duration::from_secs(20);
    let wait = FIRST.saturating_mul(1 << attempt.min(10)).min(LONGEST);
    wait.mul_f64(0.5 + random_fraction() / 2.0)
}

fn random_fraction() -> f64 {
    let bits = u32::try_from(RandomState::new().hash_one(0) >> 32).unwrap_or_default();
    f64::from(bits) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::timeout;

    fn soon() -> Instant {
        Instant::now() + Duration::from_secs(30)
    }

    #[tokio::test]
    async fn everyone_waits_while_the_gate_is_closed() {
        let gate = Gate::new(2);
        let start = Instant::now();
        gate.close(Duration::from_millis(60));
        gate.close(Duration::from_millis(1));
        let (first, second) = tokio::join!(gate.pass(soon()), gate.pass(soon()));
        assert!(first.is_ok() && second.is_ok());
        assert!(start.elapsed() >= Duration::from_millis(60));
    }

    #[tokio::test]
    async fn a_back_off_beyond_the_deadline_fails_at_once() {
        let gate = Gate::new(1);
        gate.close(Duration::from_mins(10));
        let error = gate.pass(soon()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Busy);
        assert!(error.wait().unwrap() > Duration::from_secs(590));
    }

    #[tokio::test]
    async fn no_more_than_the_limit_pass() {
        let gate = Gate::new(1);
        let held = gate.pass(soon()).await.unwrap();
        assert!(
            timeout(Duration::from_millis(20), gate.pass(soon()))
                .await
                .is_err()
        );
        drop(held);
        assert!(gate.pass(soon()).await.is_ok());
    }

    #[tokio::test]
    async fn a_narrowed_gate_lets_half_pass_and_never_none() {
        let gate = Gate::new(4);
        let inside = [
            gate.pass(soon()).await,
            gate.pass(soon()).await,
            gate.pass(soon()).await,
        ];
        gate.narrow();
        assert_eq!(gate.permits.available_permits(), 0);
        drop(inside);
        for passing in [2, 1, 1] {
            assert_eq!(gate.permits.available_permits(), passing);
            gate.narrow();
        }
    }

    #[tokio::test]
    async fn a_closed_gate_is_not_narrowed_again() {
        let gate = Gate::new(4);
        gate.narrow();
        gate.close(Duration::from_mins(1));
        gate.narrow();
        assert_eq!(gate.permits.available_permits(), 2);
    }

    #[test]
    fn pauses_double_up_to_a_cap() {
        for (attempt, most) in [(0, 250), (1, 500), (3, 2000), (30, 20_000)] {
            let pause = pause(attempt).as_millis();
            assert!(pause <= most && pause >= most / 2, "{attempt}: {pause}");
        }
    }
}
