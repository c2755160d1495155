use super::width::{Pass, Width};
use crate::error::{Error, ErrorKind, Result};
use parking_lot::Mutex;
use std::hash::{BuildHasher, RandomState};
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// The longest that a server keeps us away, whatever it says.
const LONGEST: Duration = Duration::from_hours(1);

/// The gate before a mailbox: so many requests at a time, and none while the server asked to keep away. (Asking
/// again during a back-off prolongs it, NOTES section 3.)
#[derive(Debug)]
pub struct Gate {
    width: Width,
    closed_until: Mutex<Option<Instant>>,
}

impl Gate {
    pub fn new(concurrency: usize) -> Self {
        Self {
            width: Width::new(concurrency),
            closed_until: Mutex::new(None),
        }
    }

    /// Waits for its turn among the mailbox's requests.
    pub async fn pass(&self) -> Result<Pass<'_>> {
        self.width.pass().await
    }

    /// Waits until it is open. `Busy` at once, with the time to come back, where that takes beyond `deadline`.
    pub async fn open(&self, deadline: Instant) -> Result<()> {
        while let Some(until) = self.closed() {
            if until > deadline {
                return Err(busy(until.saturating_duration_since(Instant::now())));
            }
            sleep_until(until).await;
        }
        Ok(())
    }

    pub fn is_closed(&self) -> bool {
        self.closed().is_some()
    }

    /// Keeps every request of the mailbox away for this long, and a little longer, so that mailboxes that were told the same
    /// do not come back at the same moment.
    pub fn close(&self, wait: Duration) {
        let until = Instant::now() + scattered(wait.min(LONGEST));
        let mut closed = self.closed_until.lock();
        if closed.is_none_or(|earlier| earlier < until) {
            *closed = Some(until);
        }
    }

    fn closed(&self) -> Option<Instant> {
        self.closed_until
            .lock()
            .filter(|until| *until > Instant::now())
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
    pause_of_at_most(attempt, Duration::from_secs(20))
}

/// The same with a cap of one's own.
pub fn pause_of_at_most(attempt: u32, longest: Duration) -> Duration {
    const FIRST: Duration = Duration::from_millis(250);
    let wait = FIRST.saturating_mul(1 << attempt.min(20)).min(longest);
    wait.mul_f64(0.5 + random_fraction() / 2.0)
}

fn scattered(wait: Duration) -> Duration {
    wait.mul_f64(1.0 + random_fraction() / 8.0)
}

fn random_fraction() -> f64 {
    let bits = u32::try_from(RandomState::new().hash_one(0) >> 32).unwrap_or_default();
    f64::from(bits) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    fn soon() -> Instant {
        Instant::now() + Duration::from_secs(30)
    }

    #[tokio::test]
    async fn everyone_waits_while_the_gate_is_closed() {
        let gate = Gate::new(2);
        let start = Instant::now();
        gate.close(Duration::from_millis(60));
        gate.close(Duration::from_millis(1));
        let (first, second) = tokio::join!(gate.open(soon()), gate.open(soon()));
        assert!(first.is_ok() && second.is_ok());
        assert!(start.elapsed() >= Duration::from_millis(60));
    }

    #[tokio::test]
    async fn a_back_off_beyond_the_deadline_fails_at_once() {
        let gate = Gate::new(1);
        gate.close(Duration::from_mins(10));
        let error = gate.open(soon()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Busy);
        assert!(error.wait().unwrap() > Duration::from_secs(590));
    }

    #[tokio::test]
    async fn a_server_that_asks_for_eternity_is_not_believed() {
        let gate = Gate::new(1);
        gate.close(Duration::MAX);
        let wait = gate.open(soon()).await.unwrap_err().wait().unwrap();
        assert!(wait > LONGEST / 2 && wait <= LONGEST * 9 / 8);
    }

    #[test]
    fn mailboxes_that_were_told_the_same_come_back_apart() {
        let wait = Duration::from_mins(1);
        let all: HashSet<Duration> = (0..20).map(|_| scattered(wait)).collect();
        assert!(all.len() > 15 && all.iter().all(|one| *one >= wait && *one <= wait * 9 / 8));
    }

    #[test]
    fn pauses_double_up_to_a_cap() {
        for (attempt, most) in [(0, 250), (1, 500), (3, 2000), (30, 20_000)] {
            let pause = pause(attempt).as_millis();
            assert!(pause <= most && pause >= most / 2, "{attempt}: {pause}");
        }
    }
}
