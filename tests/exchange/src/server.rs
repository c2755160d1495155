//! The endpoint: from an HTTP request to an answer, with everything that may go wrong on the way.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, Response, StatusCode};
use parking_lot::Mutex;

use crate::affinity::{self, Farm};
use crate::autodiscover;
use crate::calls::{Calls, Entry};
use crate::element::Element;
use crate::envelope::{self, Call};
use crate::failure::{self, Failure};
use crate::fault::strike::{struck_down, touch};
use crate::fault::{Faults, Kind};
use crate::notify::{self, Answer, Hub, Visit};
use crate::operation;
use crate::reply;
use crate::schema::{self, Validator};
use crate::sharing;
use crate::sign_in::{Admission, Doors};
use crate::store::Mailbox;
use crate::version::Release;

/// The connection is to be closed without an answer.
#[derive(Debug)]
pub struct Closed;

impl std::fmt::Display for Closed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the connection is closed without an answer")
    }
}

impl std::error::Error for Closed {}

/// Who may log in, and to which mailbox.
pub struct Account {
    pub address: String,
    /// The address in lower case.
    pub key: String,
    password: String,
    pub mailbox: Mutex<Mailbox>,
    open_calls: AtomicUsize,
}

impl Account {
    pub fn has_password(&self, password: &str) -> bool {
        self.password == password
    }

    /// The account of a mailbox; from now on the hub hears of what happens in it.
    pub fn new(password: &str, mut mailbox: Mailbox, hub: &Hub) -> Account {
        let address = mailbox.address.clone();
        let key = address.to_lowercase();
        mailbox.journal.begin(hub.bell(&key));
        Account {
            address,
            key,
            password: password.to_owned(),
            mailbox: Mutex::new(mailbox),
            open_calls: AtomicUsize::new(0),
        }
    }
}

/// Request size on 2013 and later.
const LARGEST_REQUEST: usize = 64 * 1024 * 1024;

/// The server's state.
pub struct Server {
    pub release: Release,
    /// By address in lower case.
    pub accounts: BTreeMap<String, Account>,
    /// The address of the first account.
    pub first: String,
    /// The addresses among which [`Server::somebody`] chooses.
    pub crowd: Vec<String>,
    pub serial: AtomicU64,
    pub doors: Doors,
    /// `None` where there is no schema or nothing is to be checked.
    pub validator: Option<Validator>,

    pub check_requests: bool,
    pub check_answers: bool,
    pub faults: Faults,
    pub calls: Calls,
    pub hub: Hub,
    pub farm: Farm,
    pub started: Instant,
    /// What Autodiscover answers.
    pub discovery: Mutex<autodiscover::Rules>,
    /// What was wrong with answers.
    pub violations: Mutex<Vec<String>>,
}

/// What is known of a request before it is looked at closely.
struct Arrival {
    xml: Vec<u8>,
    operation: String,
    struck: Vec<Kind>,
}

impl Arrival {
    fn is_struck(&self, kind: &Kind) -> bool {
        self.struck.contains(kind)
    }
}

impl Server {
    /// Answers one HTTP request, or closes the connection.
    pub async fn answer(self: Arc<Self>, request: Request<Body>) -> Result<Response<Body>, Closed> {
        if let Some(form) = autodiscover::Form::of(request.uri().path()) {
            return Ok(self.discover(form, request).await);
        }
        if !request
            .uri()
            .path()
            .eq_ignore_ascii_case("/EWS/Exchange.asmx")
        {
            return Ok(reply::plain(
                StatusCode::NOT_FOUND,
                "There is nothing here but /EWS/Exchange.asmx.",
            ));
        }
        let at_ms = self.elapsed_ms();
        let (parts, body) = request.into_parts();
        let Ok(xml) = to_bytes(body, LARGEST_REQUEST).await else {
            return Ok(reply::plain(
                StatusCode::PAYLOAD_TOO_LARGE,
                "The request is too large.",
            ));
        };
        let call = Call::parse(&xml, self.release);
        let operation = match &call {
            Ok(call) => call.operation.clone(),
            Err(_) => operation_of(&xml),
        };
        let visit = match self
            .doors
            .admit(&self.accounts, &parts.headers, call.as_ref().ok())
        {
            Admission::Mailbox(account, caller) => Some(Visit {
                account,
                caller,
                server: self.farm.server(&parts.headers, self.hub.settings().farm),
            }),
            Admission::Unknown => None,
            Admission::Denied(failure) => {
                let compress = reply::accepts_gzip(&parts.headers);
                let document = envelope::answer(self.release, failure::fault(&failure));
                let status = StatusCode::INTERNAL_SERVER_ERROR;
                return Ok(reply::soap(status, document.to_document(), compress));
            }
        };
        let count = call.as_ref().map_or(0, |call| operation::parts(call).len());
        // Who is not known yet gets a 401 and nothing else.
        let account = visit.as_ref().map(|visit| visit.account);
        let struck = match account {
            Some(_) => self.faults.strike(&operation, count),
            None => Vec::new(),
        };
        let _under_way = account.map(|account| self.calls.begin(&account.address));
        let arrival = Arrival {
            xml: xml.to_vec(),
            operation,
            struck,
        };
        let outcome = self
            .respond(&arrival, visit.as_ref(), call, &parts.headers)
            .await;
        let header = |name: &str| {
            let value = parts.headers.get(name);
            value
                .and_then(|value| value.to_str().ok())
                .unwrap_or_default()
        };
        self.calls.record(Entry {
            operation: arrival.operation,
            parts: count,
            mailbox: account.map_or_else(String::new, |account| account.address.clone()),
            anchor: header("x-anchormailbox").to_owned(),
            affinity: affinity::is_asked_for(&parts.headers),
            status: outcome
                .as_ref()
                .map_or(0, |response| response.status().as_u16()),
            at_ms,
        });
        outcome
    }

    /// Answers a question of Autodiscover.
    async fn discover(&self, form: autodiscover::Form, request: Request<Body>) -> Response<Body> {
        let (parts, body) = request.into_parts();
        let admission = self.doors.admit(&self.accounts, &parts.headers, None);
        if !matches!(admission, Admission::Mailbox(..)) {
            return self.doors.unauthorized();
        }
        let xml = to_bytes(body, 1 << 16).await.unwrap_or_default();
        let address = autodiscover::asked(&xml);
        let rules = self.discovery.lock().clone();
        let known = self.accounts.contains_key(&address.to_lowercase());
        let answer = form.answer(&rules, known, &address);
        reply::soap(StatusCode::OK, answer, reply::accepts_gzip(&parts.headers))
    }

    async fn respond(
        self: &Arc<Self>,
        arrival: &Arrival,
        visit: Option<&Visit<'_>>,
        call: Result<Call, Failure>,
        headers: &HeaderMap,
    ) -> Result<Response<Body>, Closed> {
        let Some(visit) = visit else {
            return Ok(self.doors.unauthorized());
        };
        let open = Open::count(visit.account, self.release);
        for kind in &arrival.struck {
            match kind {
                Kind::Slow { ms } => tokio::time::sleep(Duration::from_millis(*ms)).await,
                Kind::ConnectionReset => return Err(Closed),
                Kind::Unavailable => {
                    return Ok(reply::plain(
                        StatusCode::SERVICE_UNAVAILABLE,
                        "The service is unavailable.",
                    ));
                }
                Kind::Unauthorized => return Ok(self.doors.unauthorized()),
                Kind::LoginPage => return Ok(reply::login_page()),
                _ => {}
            }
        }
        let compress = reply::accepts_gzip(headers);
        let outcome = match &open {
            Ok(_) => self.carry_out(arrival, visit, call),
            Err(failure) => Err(failure.clone()),
        };
        let (status, body) = match outcome {
            Ok(Answer::Whole(body)) => (StatusCode::OK, body),
            Ok(Answer::Stream(reader)) => {
                if arrival.is_struck(&Kind::ReplyLost) {
                    return Err(Closed);
                }
                let mut response = reply::streamed(StatusCode::OK, reader);
                affinity::keep(headers, visit.server, &mut response);
                return Ok(response);
            }
            Err(failure) => (StatusCode::INTERNAL_SERVER_ERROR, failure::fault(&failure)),
        };
        let document = envelope::answer(self.release, body).to_document();
        self.check(&arrival.operation, &document);
        if arrival.is_struck(&Kind::ReplyLost) {
            return Err(Closed);
        }
        if arrival.is_struck(&Kind::TruncatedBody) {
            return Ok(reply::truncated(status, &document));
        }
        if arrival.is_struck(&Kind::EndlessBody) {
            return Ok(reply::endless(status, &document));
        }
        let document = match arrival.is_struck(&Kind::ControlCharacters) {
            true => reply::with_control_characters(&document),
            false => document,
        };
        let mut response = reply::soap(status, document, compress);
        affinity::keep(headers, visit.server, &mut response);
        Ok(response)
    }

    /// Runs the operation unless something stands against it; the failure goes out as a fault.
    fn carry_out(
        self: &Arc<Self>,
        arrival: &Arrival,
        visit: &Visit,
        call: Result<Call, Failure>,
    ) -> Result<Answer, Failure> {
        if let (true, Some(validator)) = (self.check_requests, &self.validator)
            && let Err(violation) = validator.validate(&arrival.xml)
        {
            let text = "The request failed schema validation";
            let failure = Failure::new("ErrorSchemaValidation", format!("{text}: {violation}"));
            return Err(failure.with_value("Violation", violation));
        }
        let call = call?;
        if notify::handles(&call.operation) {
            let struck = struck_down(&arrival.struck, &call, &mut visit.account.mailbox.lock());
            return match struck {
                Some(struck) => struck.map(Answer::Whole),
                None => notify::run(self, &call, visit),
            };
        }
        let (account, share) = match sharing::owner(self, visit.account, &call) {
            Ok(owner) => owner,
            Err(failure) => return Ok(Answer::Whole(operation::all_failed(&call, &failure))),
        };
        let mut mailbox = account.mailbox.lock();
        mailbox.visitor = share;
        let answer = struck_down(&arrival.struck, &call, &mut mailbox)
            .unwrap_or_else(|| operation::run(&call, &mut mailbox));
        if let (true, Ok(answer)) = (arrival.is_struck(&Kind::TouchedAfter), &answer) {
            touch(answer, &mut mailbox);
        }
        mailbox.visitor = None;
        answer.map(Answer::Whole)
    }

    /// Milliseconds since the server started.
    pub fn elapsed_ms(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// One of the crowd.
    pub fn somebody(&self) -> &str {
        let chosen = rand::random_range(0..self.crowd.len().max(1));
        self.crowd.get(chosen).map_or("", String::as_str)
    }

    /// A number that nobody had before.
    pub fn next_serial(&self) -> u64 {
        self.serial.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Notes what is not valid in an answer.
    pub fn check(&self, operation: &str, document: &str) {
        let (true, Some(validator)) = (self.check_answers, &self.validator) else {
            return;
        };
        let outcome = match operation {
            "GetStreamingEvents" => {
                validator.validate(schema::as_the_schema_says(document).as_bytes())
            }
            _ => validator.validate(document.as_bytes()),
        };
        if let Err(violation) = outcome {
            self.violations
                .lock()
                .push(format!("{operation}: {violation}"));
        }
    }
}

pub fn exceeded(limit: usize) -> Failure {
    let text = "You have exceeded the available concurrent connections for your account. Try again once your other \
                requests have completed.";
    Failure::new("ErrorExceededConnectionCount", text)
        .with_value("Policy", "MaxConcurrency")
        .with_value("MaxConcurrencyLimit", limit)
        .with_value("ErrorMessage", "This operation exceeds the throttling budget for policy part 'MaxConcurrency'. Suggested backoff time 0 ms.")
}

/// Counts a call of an account while it is under way.
struct Open<'a>(&'a Account);

impl<'a> Open<'a> {
    fn count(account: &'a Account, release: Release) -> Result<Open<'a>, Failure> {
        let limit = if matches!(release, Release::Exchange2007 | Release::Exchange2010) {
            10
        } else {
            27
        };
        let open = Open(account);
        match account.open_calls.fetch_add(1, Ordering::SeqCst) < limit {
            true => Ok(open),
            false => Err(exceeded(limit)),
        }
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.0.open_calls.fetch_sub(1, Ordering::SeqCst);
    }
}

/// The operation of a request whose envelope is refused.
fn operation_of(xml: &[u8]) -> String {
    let envelope = Element::parse(xml).ok();
    let body = envelope
        .as_ref()
        .and_then(|envelope| envelope.get("Body"))
        .and_then(|body| body.children.first());
    body.map_or_else(
        || "unreadable".to_owned(),
        |operation| operation.name.clone(),
    )
}
