use parking_lot::Mutex;

/// After so many full requests in a row that went well, the next ones may hold a quarter more; twice as many after each
/// time that this was too much.
const WELL: u32 = 8;
const WELL_AT_MOST: u32 = 64 * WELL;

/// How many items a request may hold, by what the server bears: half as many when it runs out of time, and step by step more
/// again, back to what it bore before where that is too much. Never below one.
#[derive(Debug)]
pub struct Limit {
    most: usize,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    now: usize,
    /// The largest request that went well since the last one that did not.
    borne: usize,
    well: u32,
    needed: u32,
}

impl Limit {
    pub const fn new(most: usize) -> Self {
        Self {
            most,
            state: Mutex::new(State {
                now: most,
                borne: 0,
                well: 0,
                needed: WELL,
            }),
        }
    }

    pub fn get(&self) -> usize {
        self.state.lock().now.max(1)
    }

    /// A request with so many items was too much.
    pub fn exceeded(&self, items: usize) {
        let mut state = self.state.lock();
        let stepped_up = (1..items).contains(&state.borne);
        let fewer = if stepped_up {
            state.borne
        } else {
            state.borne = 0;
            (items / 2).max(1)
        };
        if fewer < state.now {
            state.now = fewer;
            state.well = 0;
            if stepped_up {
                state.needed = (state.needed * 2).min(WELL_AT_MOST);
            }
        }
    }

    /// A request with so many items went well.
    pub fn borne(&self, items: usize) {
        let mut state = self.state.lock();
        // A smaller one than was allowed says nothing.
        if items < state.now {
            return;
        }
        state.borne = state.borne.max(items);
        state.well += 1;
        if state.well < state.needed {
            return;
        }
        state.well = 0;
        if state.now < self.most {
            state.now = (state.now + state.now.div_ceil(4)).min(self.most);
        } else {
            state.needed = WELL;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sends so many full requests to a server that bears requests up to a size; how many were too much.
    fn send(limit: &Limit, requests: u32, bears: usize) -> usize {
        let one = |_: &u32| {
            let items = limit.get();
            if items > bears {
                limit.exceeded(items);
            } else {
                limit.borne(items);
            }
            items > bears
        };
        (0..requests).filter(one).count()
    }

    #[test]
    fn it_halves_down_to_one() {
        let limit = Limit::new(100);
        assert_eq!(send(&limit, 20, 0), 20);
        assert_eq!(limit.get(), 1);
    }

    #[test]
    fn it_grows_back_once_the_server_bears_more() {
        let limit = Limit::new(100);
        assert_eq!(send(&limit, 10, 10), 4);
        assert_eq!(limit.get(), 6);
        assert_eq!(send(&limit, 2000, 100), 0);
        assert_eq!(limit.get(), 100);
    }

    #[test]
    fn a_server_that_bears_no_more_is_asked_for_more_ever_more_rarely() {
        let limit = Limit::new(100);
        send(&limit, 100, 30);
        let (first, then) = (send(&limit, 5_000, 30), send(&limit, 5_000, 30));
        assert!(then <= first && then <= 10, "{first} {then}");
        assert!(limit.get() >= 25, "and not with fewer: {}", limit.get());
    }

    #[test]
    fn those_that_are_under_way_together_count_once() {
        let limit = Limit::new(100);
        limit.exceeded(100);
        limit.exceeded(100);
        assert_eq!(limit.get(), 50);
    }
}
