//! Faults to inject: what goes wrong, in which operation, how often.

pub mod strike;

use parking_lot::Mutex;
use serde::{Deserialize, Serialize};

/// What goes wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Kind {
    /// Response messages with ErrorServerBusy and BackOffMilliseconds.
    BusyMessage { back_off_ms: u64 },
    /// A SOAP fault ErrorServerBusy with BackOffMilliseconds.
    BusyFault { back_off_ms: u64 },
    /// A SOAP fault ErrorExceededConnectionCount.
    ExceededConnectionCount,
    /// HTTP 200 with ErrorInternalServerError whose inner error is ErrorServerBusy.
    BusyInside,
    /// HTTP 503.
    Unavailable,
    /// The connection is closed without an answer; nothing was done.
    ConnectionReset,
    /// ErrorTimeoutExpired for requests with more parts than that; nothing was done.
    Timeout { over: usize },
    /// ErrorInvalidSyncStateData.
    InvalidSyncState,
    /// Somebody else changes the first item that is addressed, just before.
    StaleChangeKey,
    /// Somebody else deletes the first item that is addressed, just before.
    ItemGone,
    /// The server changes what a request wrote once more after it has answered, as its assistants do.
    TouchedAfter,
    /// The request is carried out, the connection is closed without an answer.
    ReplyLost,
    /// The answer breaks off in the middle.
    TruncatedBody,
    /// The answer never ends.
    EndlessBody,
    /// The answer takes that long.
    Slow { ms: u64 },
    /// HTTP 401 though the credentials are right.
    Unauthorized,
    /// Characters that XML forbids, as references and raw, in a text of the answer.
    ControlCharacters,
    /// A login page with HTTP 200.
    LoginPage,
    /// Response messages with that code.
    Message { code: String },
}

/// A fault to inject.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    #[serde(flatten)]
    pub kind: Kind,
    /// Only calls of that operation.
    #[serde(default)]
    pub operation: Option<String>,
    /// So many matching calls go well before the first one fails.
    #[serde(default)]
    pub skip: u32,
    /// So many calls fail; `None` until the faults are cleared.
    #[serde(default)]
    pub count: Option<u32>,
}

impl Fault {
    /// A fault that happens once, in the next call.
    pub fn once(kind: Kind) -> Fault {
        Fault {
            kind,
            operation: None,
            skip: 0,
            count: Some(1),
        }
    }

    /// A fault that happens in every call.
    pub fn always(kind: Kind) -> Fault {
        Fault {
            count: None,
            ..Fault::once(kind)
        }
    }

    pub fn on(mut self, operation: &str) -> Fault {
        self.operation = Some(operation.to_owned());
        self
    }

    pub fn skip(mut self, calls: u32) -> Fault {
        self.skip = calls;
        self
    }

    pub fn times(mut self, calls: u32) -> Fault {
        self.count = Some(calls);
        self
    }

    fn matches(&self, operation: &str, parts: usize) -> bool {
        let big_enough = !matches!(self.kind, Kind::Timeout { over } if parts <= over);
        big_enough
            && self
                .operation
                .as_deref()
                .is_none_or(|wanted| wanted == operation)
    }
}

/// The faults that wait to happen.
#[derive(Debug, Default)]
pub struct Faults(Mutex<Vec<Fault>>);

impl Faults {
    pub fn add(&self, fault: Fault) {
        self.0.lock().push(fault);
    }

    pub fn clear(&self) {
        self.0.lock().clear();
    }

    /// Those that still wait.
    pub fn pending(&self) -> Vec<Fault> {
        self.0.lock().clone()
    }

    /// What happens to a call with so many parts.
    pub fn strike(&self, operation: &str, parts: usize) -> Vec<Kind> {
        let mut faults = self.0.lock();
        let mut struck = Vec::new();
        for fault in faults
            .iter_mut()
            .filter(|fault| fault.matches(operation, parts))
        {
            if fault.skip > 0 {
                fault.skip -= 1;
            } else if fault.count != Some(0) {
                fault.count = fault.count.map(|count| count - 1);
                struck.push(fault.kind.clone());
            }
        }
        faults.retain(|fault| fault.count != Some(0));
        struck
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strikes_the_named_operation_after_some_and_so_many_times() {
        let faults = Faults::default();
        faults.add(
            Fault::once(Kind::Unavailable)
                .on("GetItem")
                .skip(1)
                .times(2),
        );
        let struck: Vec<usize> = ["GetItem", "GetFolder", "GetItem", "GetItem", "GetItem"]
            .iter()
            .map(|operation| faults.strike(operation, 1).len())
            .collect();
        assert_eq!(struck, [0, 0, 1, 1, 0]);
        assert_eq!(faults.pending(), []);
    }

    #[test]
    fn a_timeout_strikes_large_batches_only() {
        let faults = Faults::default();
        faults.add(Fault::always(Kind::Timeout { over: 10 }));
        assert!(faults.strike("GetItem", 10).is_empty());
        assert_eq!(faults.strike("GetItem", 11).len(), 1);
    }

    #[test]
    fn reads_what_the_control_endpoint_gets() {
        let fault: Fault =
            serde_json::from_str(r#"{"kind":"busy-fault","back_off_ms":50,"operation":"GetItem"}"#)
                .unwrap();
        assert_eq!(
            fault,
            Fault::always(Kind::BusyFault { back_off_ms: 50 }).on("GetItem")
        );
    }
}
