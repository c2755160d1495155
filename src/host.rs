//! PHP as the engine's host: each question becomes a request in a queue, and waits there for PHP's reply.

use crate::options::token_until;
use crate::request::Pending;
use crate::value::typed;
use async_trait::async_trait;
use exchange_core::client::{Found, Lease, Token, Tokens};
use exchange_core::engine::{
    Finding, Host, LocalChanges, LocalObject, Outcome, Pair, Report, Save, Select, Write,
};
use exchange_core::error::{Error, ErrorKind, Result};
use exchange_core::watch::{Listener, Notice};
use parking_lot::{Condvar, Mutex};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tokio::sync::oneshot;

/// What waits for PHP, and how many cycles may still ask.
#[derive(Default)]
pub struct Queue {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    pending: VecDeque<Pending>,
    running: usize,
}

impl Queue {
    pub fn started(&self) {
        self.state.lock().running += 1;
    }

    pub fn ended(&self) {
        self.state.lock().running -= 1;
        self.changed.notify_all();
    }

    /// The next request, waiting at most `wait` for one. `Err(())` when no cycle runs any more.
    pub fn take(&self, wait: Duration) -> std::result::Result<Option<Pending>, ()> {
        let mut state = self.state.lock();
        if state.pending.is_empty() && state.running > 0 {
            self.changed.wait_for(&mut state, wait);
        }
        match state.pending.pop_front() {
            None if state.running == 0 => Err(()),
            next => Ok(next),
        }
    }

    /// Drops what nobody will answer any more; the cycles that asked end.
    pub fn clear(&self) {
        self.state.lock().pending.clear();
    }

    /// Drops what was heard of a watch that has ended, or is replaced: PHP would take it for the new one's.
    pub fn forget_watch(&self, id: i64) {
        let heard = |one: &Pending| matches!(one.kind, "watch:changed" | "watch:state");
        let mut state = self.state.lock();
        state.pending.retain(|one| one.link != id || !heard(one));
    }

    /// Asks PHP something for a link, and waits for the reply.
    async fn ask<T: DeserializeOwned>(
        &self,
        link: i64,
        kind: &'static str,
        payload: Value,
    ) -> Result<T> {
        let (reply, answer) = oneshot::channel();
        self.put(Pending {
            link,
            kind,
            payload,
            reply: Some(reply),
        });
        let answer = answer
            .await
            .map_err(|_| Error::new(ErrorKind::Stopped, "The synchronisation was stopped."))??;
        typed(answer, &format!("The reply to “{kind}”"))
    }

    pub fn put(&self, pending: Pending) {
        self.state.lock().pending.push_back(pending);
        self.changed.notify_one();
    }
}

/// The host of one link.
#[derive(Clone)]
pub struct PhpHost {
    pub link: i64,
    pub queue: Arc<Queue>,
}

impl PhpHost {
    async fn ask<T: DeserializeOwned>(&self, kind: &'static str, payload: Value) -> Result<T> {
        self.queue.ask(self.link, kind, payload).await
    }
}

/// PHP as the one who gets access tokens: it has the secrets for that.
pub struct PhpTokens {
    /// A link, or of `watch:token` a watch.
    pub link: i64,
    pub kind: &'static str,
    pub queue: Arc<Queue>,
}

#[derive(Deserialize)]
struct FreshToken {
    token: String,
    expires: Option<u64>,
}

#[async_trait]
impl Tokens for PhpTokens {
    async fn fresh(&self, old: &Token) -> Result<Token> {
        let payload = json!({"old": old.fingerprint()});
        let fresh: FreshToken = self.queue.ask(self.link, self.kind, payload).await?;
        Ok(token_until(&fresh.token, fresh.expires, old.owner()))
    }
}

/// What became of the search for a mailbox's server.
pub fn found(id: i64, outcome: Result<Found>) -> Pending {
    let payload = match outcome {
        Ok(found) => json!({"url": found.url, "error": null, "message": null}),
        Err(error) => {
            json!({"url": null, "error": error.kind().name(), "message": error.message()})
        }
    };
    Pending {
        link: id,
        kind: "watch:found",
        payload,
        reply: None,
    }
}

/// PHP as the one who is told what happens in mailboxes.
pub struct PhpListener(pub Arc<Queue>);

impl Listener for PhpListener {
    fn tell(&self, id: i64, notice: Notice) {
        let (kind, payload) = match notice {
            Notice::Changed { folders } => ("watch:changed", json!({"folders": folders})),
            Notice::State {
                state,
                missed,
                reason,
            } => (
                "watch:state",
                json!({
                    "state": state.name(),
                    "missed": missed,
                    "error": reason.as_ref().map(|reason| reason.kind.name()),
                    "message": reason.as_ref().map(|reason| reason.message.as_str()),
                    "retry_after": reason.and_then(|reason| Some(reason.retry_after?.as_secs())),
                }),
            ),
        };
        self.0.put(Pending {
            link: id,
            kind,
            payload,
            reply: None,
        });
    }
}

/// The reply to “hold”.
#[derive(Deserialize)]
struct Held {
    /// Seconds since 1970.
    until: u64,
}

#[async_trait]
impl Lease for PhpHost {
    async fn hold(&self) -> Result<Option<SystemTime>> {
        let held: Option<Held> = self.ask("hold", json!({})).await?;
        Ok(held
            .and_then(|held| SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(held.until))))
    }
}

fn plain(value: impl Serialize) -> Result<Value> {
    serde_json::to_value(value).map_err(|error| {
        Error::new(ErrorKind::Bug, "A request could not be written down.").because(error)
    })
}

#[async_trait]
impl Host for PhpHost {
    async fn changes(&self, token: Option<&str>, full: bool) -> Result<LocalChanges> {
        self.ask("changes", json!({"token": token, "full": full}))
            .await
    }

    async fn read(&self, uris: &[String]) -> Result<Vec<LocalObject>> {
        self.ask("read", json!({"uris": uris})).await
    }

    async fn find(&self, uids: &[String]) -> Result<Vec<Finding>> {
        self.ask("find", json!({"uids": uids})).await
    }

    async fn load(&self, select: Select) -> Result<Vec<Pair>> {
        self.ask("load", plain(select)?).await
    }

    async fn write(&self, writes: Vec<Write>) -> Result<Vec<Outcome>> {
        let count = writes.len();
        let outcomes: Vec<Outcome> = self.ask("write", json!({"writes": plain(writes)?})).await?;
        if outcomes.len() == count {
            Ok(outcomes)
        } else {
            Err(Error::new(
                ErrorKind::Host,
                "The reply to “write” does not have one outcome for each write.",
            ))
        }
    }

    async fn save(&self, save: Save) -> Result<()> {
        self.ask("save", plain(save)?).await
    }

    async fn report(&self, report: Report) -> Result<()> {
        self.ask("report", plain(report)?).await
    }
}
