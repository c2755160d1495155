use super::auth::Tokens;
use super::connection::Connection;
use super::gate::{Gate, pause};
use super::lease::{self, Lease};
use super::level::Level;
use super::options::Options;
use super::server::{Limits, Server};
use super::sign_in::SignIn;
use super::stream::Stream;
use super::trouble::Trouble;
use super::width::Pass;
use crate::error::{Error, ErrorKind, Result};
use crate::ews::{
    self, Action, Answer, Failure, GetStreamingEvents, Impersonation, Operation, Outcome, Version,
};
use parking_lot::Mutex;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// How often a request is repeated after a passing fault, where repeating does no harm.
const REPETITIONS: u32 = 3;

/// More requests at a time than the server allows for this account.
const TOO_MANY: &str = "ErrorExceededConnectionCount";

/// What all links of one mailbox share.
pub struct Shared {
    connection: Connection,
    level: Level,
    server: Arc<Server>,
    gate: Gate,
    sign_in: SignIn,
    impersonation: Option<Impersonation>,
    patience: Duration,
    back_off: Duration,
    /// The server's version, once it has answered.
    release: Mutex<Option<String>>,
}

impl Shared {
    pub fn new(
        connection: Connection,
        level: Level,
        server: Arc<Server>,
        options: &Options,
    ) -> Self {
        Self {
            connection,
            level,
            server,
            gate: Gate::new(options.concurrency),
            sign_in: SignIn::default(),
            impersonation: options.impersonation.clone(),
            patience: options.patience,
            back_off: options.back_off,
            release: Mutex::new(None),
        }
    }

    /// Takes over a token that is newer than the one in use.
    pub fn offer(&self, options: &Options) {
        self.connection.offer(options);
    }
}

/// Speaks EWS with one mailbox: negotiates the version, waits out back-off, repeats what may be repeated. Each link
/// has a client of its own, which counts its calls; the rest is shared with the other links of the mailbox.
pub struct Client {
    shared: Arc<Shared>,
    calls: AtomicU64,
    tokens: Option<Arc<dyn Tokens>>,
    lease: Option<Arc<dyn Lease>>,
    /// In whose name this one asks, where that is not the mailbox's own owner.
    in_name_of: Option<Impersonation>,
}

impl Client {
    pub(super) const fn new(shared: Arc<Shared>) -> Self {
        Self {
            shared,
            calls: AtomicU64::new(0),
            tokens: None,
            lease: None,
            in_name_of: None,
        }
    }

    /// Over the same connection, but in the name of the owner of another client's mailbox: what belongs together has to reach
    /// the same machine of a farm.
    #[must_use]
    pub fn in_name_of(&self, other: &Self) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
            calls: AtomicU64::new(0),
            tokens: self.tokens.clone(),
            lease: None,
            in_name_of: other.impersonation().cloned(),
        }
    }

    fn impersonation(&self) -> Option<&Impersonation> {
        self.in_name_of
            .as_ref()
            .or(self.shared.impersonation.as_ref())
    }

    /// With somebody who gets fresh tokens.
    #[must_use]
    pub fn with_tokens(self, tokens: Arc<dyn Tokens>) -> Self {
        Self {
            tokens: Some(tokens),
            ..self
        }
    }

    /// With whoever gets fresh tokens for another client.
    #[must_use]
    pub fn with_tokens_of(self, other: &Self) -> Self {
        Self {
            tokens: other.tokens.clone(),
            ..self
        }
    }

    /// Sends requests that write only while this is held.
    #[must_use]
    pub fn under(self, lease: Arc<dyn Lease>) -> Self {
        Self {
            lease: Some(lease),
            ..self
        }
    }

    /// HTTP requests sent so far through this client.
    pub fn calls(&self) -> u64 {
        self.calls.load(Ordering::Relaxed)
    }

    /// The server's version, for example `15.2.2562.17`, once it has answered.
    pub fn server(&self) -> Option<String> {
        self.shared.release.lock().clone()
    }

    /// The whole address of the server.
    pub fn url(&self) -> String {
        self.shared.connection.url()
    }

    /// How many items its requests may hold.
    pub fn limits(&self) -> &Limits {
        &self.shared.server.limits
    }

    /// The schema level that the server is asked in, as far as it is known by now.
    pub fn version(&self) -> Version {
        self.shared.level.get()
    }

    /// An operation that has one response message.
    pub async fn ask<O: Operation>(&self, operation: &O) -> Result<O::Response> {
        self.outcome(operation).await?.map_err(Into::into)
    }

    /// What became of an operation that has one response message.
    pub async fn outcome<O: Operation>(&self, operation: &O) -> Result<Outcome<O::Response>> {
        match self.call(operation).await?.pop() {
            Some(Err(failure)) if failure.is_unreadable() => {
                Err(Error::new(ErrorKind::Protocol, failure.text))
            }
            Some(outcome) => Ok(outcome),
            None => Err(Error::new(
                ErrorKind::Protocol,
                format!(
                    "The server's answer to {} is empty. Synchronising tries again later.",
                    O::NAME
                ),
            )),
        }
    }

    /// The outcome of each item of the request, in order; a SOAP fault is the outcome of every item. Fewer than
    /// asked for when the server did not come to all of them.
    ///
    /// An error stands for the whole request. It is not known then whether a write was applied, and it was not
    /// repeated; a server that is busy (in whatever form) has applied nothing.
    pub async fn call<O: Operation>(&self, operation: &O) -> Result<Vec<Outcome<O::Response>>> {
        let deadline = Instant::now() + self.shared.patience;
        let mut attempt = 0;
        loop {
            let version = self.shared.level.get();
            match self.once(operation, version, deadline, attempt).await {
                Ok(outcomes) => {
                    let all = |test: &dyn Fn(Action) -> bool| {
                        outcomes.iter().all(|outcome| {
                            outcome
                                .as_ref()
                                .is_err_and(|failure| test(failure.action()))
                        })
                    };
                    if all(&|action| action == Action::LowerVersion)
                        && self.shared.level.lower(version, is_of_mailbox(&outcomes))
                    {
                        continue;
                    }
                    // Several items are the caller's to divide.
                    let passing = operation.count() == 1
                        && O::REPEATABLE
                        && attempt < REPETITIONS
                        && all(&|action| match action {
                            Action::Retry | Action::Resend => true,
                            Action::Halve => !O::DIVISIBLE,
                            _ => false,
                        });
                    if passing {
                        sleep(pause(attempt)).await;
                    } else if !all(&|action| action == Action::Wait) {
                        return Ok(outcomes);
                    }
                }
                Err(trouble) if trouble.error.kind() == ErrorKind::Busy && !trouble.given_up => {}
                Err(trouble) if trouble.passing && O::REPEATABLE && attempt < REPETITIONS => {
                    sleep(pause(attempt)).await;
                }
                Err(trouble) => return Err(trouble.error),
            }
            attempt += 1;
        }
    }

    /// Opens a stream of events. It counts neither among the mailbox's requests nor among the server's once it is open. A
    /// silence of the server longer than `silence` ends it.
    pub async fn stream(
        &self,
        operation: &GetStreamingEvents,
        silence: Duration,
    ) -> Result<Stream> {
        let deadline = Instant::now() + self.shared.patience;
        let _turn = self.shared.sign_in.enter().await.map_err(into)?;
        let _of_server = self.admit(deadline).await?;
        self.calls.fetch_add(1, Ordering::Relaxed);
        let request = ews::request(operation, self.shared.level.get(), self.impersonation());
        let opened = self
            .shared
            .connection
            .open(request, self.tokens.as_deref(), silence)
            .await;
        self.shared.sign_in.learn(&opened);
        if let Err(Trouble { error, .. }) = &opened
            && error.kind() == ErrorKind::Busy
        {
            let wait = error.wait().unwrap_or(self.shared.back_off);
            self.shared.gate.close(wait);
        }
        opened.map_err(into)
    }

    /// Waits for its turn, asks, and learns from the answer how busy the server is.
    async fn once<O: Operation>(
        &self,
        operation: &O,
        version: Version,
        deadline: Instant,
        attempt: u32,
    ) -> Result<Vec<Outcome<O::Response>>, Trouble> {
        let of_mailbox = self.shared.gate.pass().await.map_err(Trouble::lasting)?;
        let _turn = self.shared.sign_in.enter().await?;
        let of_server = self.admit(deadline).await.map_err(Trouble::given_up)?;
        if let Some(lease) = self.lease.as_ref().filter(|_| !O::REPEATABLE) {
            lease::held(lease.as_ref())
                .await
                .map_err(Trouble::lasting)?;
        }
        let answered = self
            .send(operation, version)
            .await
            .map(|answer| outcomes(operation, answer));
        match &answered {
            Ok(outcomes) => self.learn(outcomes, attempt, &of_mailbox, &of_server),
            Err(Trouble { error, .. }) if error.kind() == ErrorKind::Busy => {
                // This says nothing of the mailbox, so it is the server that has too much to do.
                of_server.too_many();
                let wait = error.wait().unwrap_or(self.shared.back_off);
                self.shared.gate.close(wait.max(pause(attempt)));
            }
            // A busy server may also just hang up.
            Err(trouble) if trouble.passing && trouble.error.kind() == ErrorKind::Unreachable => {
                self.shared.gate.close(pause(attempt));
            }
            Err(_) => {}
        }
        answered
    }

    fn learn<T>(
        &self,
        outcomes: &[Outcome<T>],
        attempt: u32,
        of_mailbox: &Pass<'_>,
        of_server: &Pass<'_>,
    ) {
        if outcomes.iter().any(is_too_many) {
            of_mailbox.too_many();
        }
        if let Some(wait) = self.told_to_wait(outcomes) {
            self.shared.gate.close(wait.max(pause(attempt)));
        } else {
            of_mailbox.went_well();
            of_server.went_well();
        }
    }

    /// A place at the server. It is not taken while the mailbox has to keep away, so that others can use it.
    async fn admit(&self, deadline: Instant) -> Result<Pass<'_>> {
        loop {
            self.shared.gate.open(deadline).await?;
            let place = self.shared.server.width.pass().await?;
            if !self.shared.gate.is_closed() {
                return Ok(place);
            }
        }
    }

    async fn send<O: Operation>(&self, operation: &O, version: Version) -> Result<Answer, Trouble> {
        let start = Instant::now();
        self.calls.fetch_add(1, Ordering::Relaxed);
        let body = self
            .shared
            .connection
            .post(
                ews::request(operation, version, self.impersonation()),
                self.tokens.as_deref(),
            )
            .await;
        self.shared.sign_in.learn(&body);
        tracing::debug!(
            operation = O::NAME,
            version = version.name(),
            milliseconds = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX),
            bytes = body.as_ref().map_or(0, Vec::len),
            trouble = body.as_ref().err().map(|trouble| trouble.error.to_string()),
            "call"
        );
        let answer = Answer::read(&body?).map_err(Trouble::passing)?;
        if answer.server.is_some() {
            self.shared.release.lock().clone_from(&answer.server);
        }
        Ok(answer)
    }

    /// The longest that one of these failures asks us to keep away from the server.
    fn told_to_wait<T>(&self, outcomes: &[Outcome<T>]) -> Option<Duration> {
        outcomes
            .iter()
            .filter_map(|outcome| outcome.as_ref().err())
            .filter(|failure| failure.action() == Action::Wait)
            .map(|failure| self.wait_for(failure))
            .max()
    }

    fn wait_for(&self, failure: &Failure) -> Duration {
        // Too many connections at once is over as soon as one of them ends; the server itself suggests 0 ms.
        let default = match failure.code.as_str() {
            TOO_MANY => Duration::from_secs(1).min(self.shared.back_off),
            _ => self.shared.back_off,
        };
        failure.back_off.unwrap_or(default)
    }
}

fn into(trouble: Trouble) -> Error {
    trouble.error
}

fn is_too_many<T>(outcome: &Outcome<T>) -> bool {
    outcome
        .as_ref()
        .is_err_and(|failure| failure.code == TOO_MANY)
}

/// Whether it is the mailbox that lies on an older server, not the server that is asked.
fn is_of_mailbox<T>(outcomes: &[Outcome<T>]) -> bool {
    outcomes.iter().any(|outcome| {
        outcome
            .as_ref()
            .is_err_and(|failure| failure.code == "ErrorInvalidSchemaVersionForMailboxVersion")
    })
}

fn outcomes<O: Operation>(operation: &O, answer: Answer) -> Vec<Outcome<O::Response>> {
    match answer.fault {
        Some(fault) => (0..operation.count()).map(|_| Err(fault.clone())).collect(),
        None => answer.messages.into_iter().map(O::outcome).collect(),
    }
}
