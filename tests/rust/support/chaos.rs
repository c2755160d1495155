use super::rng::Rng;
use exchange_core::error::{Error, ErrorKind};

/// What happens to a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Fine,
    /// It fails, and nothing was done.
    FailBefore,
    /// It was done, and the answer is lost.
    FailAfter,
    /// The process dies before or after it was done.
    CrashBefore,
    CrashAfter,
}

/// Faults, by chance or at a chosen call.
#[derive(Clone, Debug)]
pub struct Chaos {
    pub rng: Rng,
    /// How many calls of a thousand fail, die, meet a per-item fault, or see a person editing meanwhile.
    pub fail: u64,
    pub crash: u64,
    pub item: u64,
    pub edit: u64,
    /// The call (counted from 0 in each cycle) that meets this fate.
    pub at: Option<(usize, Fate)>,
    pub calls: usize,
    pub crashed: bool,
}

impl Chaos {
    pub fn none(seed: u64) -> Self {
        Self {
            rng: Rng(seed),
            fail: 0,
            crash: 0,
            item: 0,
            edit: 0,
            at: None,
            calls: 0,
            crashed: false,
        }
    }

    pub fn calm(&mut self) {
        *self = Self::none(self.rng.next());
    }

    pub fn fate(&mut self) -> Fate {
        let call = self.calls;
        self.calls += 1;
        if let Some((at, fate)) = self.at
            && at == call
        {
            return fate;
        }
        if self.rng.chance(self.crash) {
            return if self.rng.chance(500) {
                Fate::CrashBefore
            } else {
                Fate::CrashAfter
            };
        }
        if self.rng.chance(self.fail) {
            return if self.rng.chance(500) {
                Fate::FailBefore
            } else {
                Fate::FailAfter
            };
        }
        Fate::Fine
    }

    /// An error that ends a cycle.
    pub fn remote_error(&mut self) -> Error {
        let kinds = [
            ErrorKind::Busy,
            ErrorKind::Unreachable,
            ErrorKind::Temporary,
            ErrorKind::Protocol,
        ];
        let kind = *self.rng.pick(&kinds).unwrap();
        Error::new(kind, "The server is asked too much.")
    }
}
