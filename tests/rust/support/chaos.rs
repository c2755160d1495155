use super::rng::Rng;
use super::story::{Call, Edit, Fault};
use exchange_core::error::{Error, ErrorKind};

/// Something that is to happen at a call of the next cycle.
#[derive(Clone, Copy, Debug)]
pub enum Event {
    Fault(Fault),
    Edit(Edit),
}

/// What comes over a cycle.
#[derive(Clone, Debug)]
pub struct Chaos {
    /// The order of answers, and how overlapping calls overlap.
    pub order: Rng,
    pub events: Vec<(Call, u8, Event)>,
    /// The call (counted from 0 in each cycle, of any sort) that meets this fault.
    pub at: Option<(usize, Fault)>,
    pub calls: usize,
    /// Calls of each sort in this cycle.
    counts: [u8; Call::ALL.len()],
    pub crashed: bool,
}

impl Chaos {
    pub fn none(order: u64) -> Self {
        Self {
            order: Rng(order),
            events: Vec::new(),
            at: None,
            calls: 0,
            counts: [0; Call::ALL.len()],
            crashed: false,
        }
    }

    pub fn begin_cycle(&mut self) {
        self.calls = 0;
        self.counts = [0; Call::ALL.len()];
        self.crashed = false;
    }

    /// Counts a call, and answers what happens at it.
    pub fn meet(&mut self, call: Call) -> Vec<Event> {
        let count = &mut self.counts[call as usize];
        let number = *count;
        *count = count.saturating_add(1);
        if self.events.is_empty() {
            return Vec::new();
        }
        let here = |event: &&(Call, u8, Event)| event.0 == call && event.1 == number;
        let events = self
            .events
            .iter()
            .filter(here)
            .map(|event| event.2)
            .collect();
        self.events.retain(|event| !here(&event));
        events
    }

    /// The fault of a whole call.
    pub fn fault(&mut self) -> Option<Fault> {
        let call = self.calls;
        self.calls += 1;
        self.at
            .filter(|(at, _)| *at == call)
            .map(|(_, fault)| fault)
    }

    pub fn shuffle<T>(&mut self, answers: &mut [T]) {
        for last in (1..answers.len()).rev() {
            let other = self.order.below(last + 1);
            answers.swap(last, other);
        }
    }

    /// An error that ends a cycle.
    pub fn remote_error(&mut self) -> Error {
        let kinds = [
            ErrorKind::Busy,
            ErrorKind::Unreachable,
            ErrorKind::Temporary,
            ErrorKind::Protocol,
            ErrorKind::Credentials,
            ErrorKind::Gone,
            ErrorKind::Denied,
        ];
        let kind = *self.order.pick(&kinds).unwrap();
        Error::new(kind, "The server is asked too much.")
    }
}
