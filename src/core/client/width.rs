use crate::error::{Error, ErrorKind, Result};
use parking_lot::Mutex;
use tokio::sync::{Semaphore, SemaphorePermit};

/// After so many answers that went well, one request more passes at a time.
const WELL: usize = 50;

/// How many requests pass at a time: half as many once that was too many, and one more after each so many that went well,
/// up to where it began.
#[derive(Debug)]
pub struct Width {
    permits: Semaphore,
    most: usize,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    now: usize,
    /// Permits to take out of use once they come back.
    owed: usize,
    well: usize,
    /// How often it was halved.
    narrowed: u32,
}

/// A request's time within.
#[derive(Debug)]
pub struct Pass<'a> {
    width: &'a Width,
    permit: Option<SemaphorePermit<'a>>,
    /// How often it had been halved when the request came in.
    narrowed: u32,
}

impl Width {
    pub fn new(most: usize) -> Self {
        let most = most.max(1);
        Self {
            permits: Semaphore::new(most),
            most,
            state: Mutex::new(State {
                now: most,
                owed: 0,
                well: 0,
                narrowed: 0,
            }),
        }
    }

    /// Waits for its turn, behind those that came before.
    pub async fn pass(&self) -> Result<Pass<'_>> {
        let permit = self.permits.acquire().await.map_err(|error| {
            Error::new(ErrorKind::Stopped, "The connection was closed.").because(error)
        })?;
        Ok(Pass {
            width: self,
            permit: Some(permit),
            narrowed: self.state.lock().narrowed,
        })
    }
}

impl Pass<'_> {
    /// The server says that these are too many at a time. Those that were under way together count once.
    pub fn too_many(&self) {
        let mut state = self.width.state.lock();
        if state.narrowed != self.narrowed {
            return;
        }
        let fewer = state.now / 2;
        state.now -= fewer;
        state.well = 0;
        state.narrowed += 1;
        state.owed += fewer - self.width.permits.forget_permits(fewer);
    }

    pub fn went_well(&self) {
        let mut state = self.width.state.lock();
        if state.now == self.width.most {
            return;
        }
        state.well += 1;
        if state.well < WELL {
            return;
        }
        state.well = 0;
        state.now += 1;
        if let Some(owed) = state.owed.checked_sub(1) {
            state.owed = owed;
        } else {
            self.width.permits.add_permits(1);
        }
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        let mut state = self.width.state.lock();
        if let (Some(owed), Some(permit)) = (state.owed.checked_sub(1), self.permit.take()) {
            state.owed = owed;
            permit.forget();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt as _;

    async fn inside(width: &Width, count: usize) -> Vec<Pass<'_>> {
        let mut all = Vec::new();
        for _ in 0..count {
            all.push(width.pass().await.unwrap());
        }
        all
    }

    #[tokio::test]
    async fn no_more_than_the_limit_pass() {
        let width = Width::new(2);
        let mut held = inside(&width, 2).await;
        assert!(width.pass().now_or_never().is_none());
        held.pop();
        assert!(width.pass().now_or_never().is_some());
    }

    #[tokio::test]
    async fn a_narrowed_one_lets_half_pass_and_never_none() {
        let width = Width::new(4);
        let held = inside(&width, 3).await;
        held[0].too_many();
        assert_eq!(width.permits.available_permits(), 0);
        drop(held);
        for passing in [2, 1, 1] {
            assert_eq!(width.permits.available_permits(), passing);
            width.pass().await.unwrap().too_many();
        }
    }

    #[tokio::test]
    async fn those_that_are_told_together_count_once() {
        let width = Width::new(8);
        let held = inside(&width, 8).await;
        held.iter().for_each(Pass::too_many);
        drop(held);
        assert_eq!(width.permits.available_permits(), 4);
    }

    #[tokio::test]
    async fn it_grows_again_up_to_where_it_began() {
        let width = Width::new(3);
        let held = inside(&width, 3).await;
        held[0].too_many();
        for (answers, at_a_time) in [(WELL - 1, 2), (1, 3), (10 * WELL, 3)] {
            (0..answers).for_each(|_| held[1].went_well());
            assert_eq!(width.state.lock().now, at_a_time);
        }
        drop(held);
        assert_eq!(width.permits.available_permits(), 3);
    }
}
