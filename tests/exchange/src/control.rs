//! The control endpoint: what tests in other processes and languages ask of the stand-in, as JSON.
//!
//! | request | what it does |
//! | --- | --- |
//! | `GET /calls`, `DELETE /calls` | counts by operation and in total, the calls that are `open` now, and the `most_at_once`, in all and `by_mailbox`; from zero again |
//! | `GET /log` | every call: operation, parts, mailbox, status, time in ms |
//! | `GET /faults`, `POST /faults`, `DELETE /faults` | waiting faults; one more ([`Fault`]); none |
//! | `GET /status` | meeting mails that would have been sent, invalid answers, mailboxes |
//! | `POST /tokens/revoke` | access tokens that were taken until now are not taken any more |
//! | `GET /mailbox`, `GET /mailbox/{address}` | everything in the first, or that, mailbox ([`crate::dump`]) |
//! | `POST /mailbox/{address}/items` | `{"folder": "calendar", "class": "CalendarItem", "set": {…}, "xml": "…"}` → `{"number": 7}` |
//! | `PATCH /mailbox/{address}/items/{number}` | `{"set": {…}, "xml": "…", "delete": ["calendar:Location"], "occurrence": 2}` |
//! | `DELETE /mailbox/{address}/items/{number}` | deletes it; with `?occurrence=2` only that one |
//! | `POST /mailbox/{address}/items/{number}/attachments` | `{"xml": "<t:FileAttachment>…", "occurrence": 2}`, as in CreateAttachment |
//! | `DELETE /mailbox/{address}/items/{number}/attachments/{name}` | takes those of that name away; `?occurrence=2` as above |
//! | `GET /mailbox/{address}/settings`, `PUT …` | [`crate::store::Settings`]: `{"attachment_limit": 1000, "keeps_accepted": true}` |
//! | `POST /mailbox/{address}/backup`, `POST …/restore` | keeps the mailbox as it is; goes back to that, and takes no sync state from before |
//! | `GET /discovery`, `PUT /discovery` | what Autodiscover answers ([`crate::autodiscover::Rules`]) |
//! | `GET /notifications` | how many `subscriptions` and open `streams` there are, and what was `sent` ([`crate::notify::Figures`]); with `?mailbox=ADDRESS` of that one |
//! | `GET /notifications/mailboxes` | the same for each mailbox that has subscriptions, by address |
//! | `GET /notifications/settings`, `PATCH …` | heartbeats, lengths of time, limits, whether there is a farm of servers, whether streams fall silent ([`crate::notify::Settings`]); what is left out stays |
//! | `POST /notifications/lose` | subscriptions are lost: `{"mailbox": ADDRESS or null for all, "code": "ErrorMissedNotificationEvents", "now": false}`; without `now` each is told when there would be events next, or when it is asked about → `{"lost": 2}` |
//! | `POST /notifications/close`, `POST …/cut` | streams end politely; break off: `{"mailbox": ADDRESS or null}` → `{"closed": 2}`, `{"cut": 2}` |
//! | `POST /edits` | somebody makes an event, or changes one, in a calendar that stays small: `{"mailbox": ADDRESS or null for any of the crowd, "count": 1}` → `{"edits": [{"mailbox", "number", "created", "subject", "at_ms"}]}`, the time as in `/log` |
//! | `GET /process` | what the stand-in costs: `rss` in bytes, `cpu` in seconds so far, `open_files` |
//! | `GET /mails`, `DELETE /mails` | meeting mails that would have been sent: `from`, `kind` ([`crate::mail::Kind`]), `subject`, `to`; none |
//! | `POST /mailbox/{address}/invitations` | a meeting request arrives: `{"organizer": {"name", "email"}, "set": {…}, "xml": "…"}` → `{"number": 7}`; with `"occurrence": "2026-03-25T08:00:00Z"` (original start) it is one occurrence of a series alone; for a meeting that is there it is an update |
//! | `POST /mailbox/{address}/items/{number}/cancellation` | its organizer calls it off: `{}`, or `{"occurrence": 2}` |
//! | `POST /mailbox/{address}/items/{number}/answers` | an attendee's answer arrives: `{"email": "…", "response": "Accept"}` |
//! | `POST /mailbox/{address}/folders` | `{"name": "Team", "class": "IPF.Appointment"}` → `{"number": 9}` |
//! | `DELETE /mailbox/{address}/folders/{name}` | deletes the folder of that name |
//! | `PUT /mailbox/{address}/folders/{name}/colour` | the calendar of that name, or distinguished id, gets a colour: `{"colour": 3}` (-2 never set, -1 automatic, 0 to 14), in all shortcuts to it that the navigation pane has, or in a new one; with `null` they go |
//!
//! `set` has properties by EWS name ([`remote::properties_from_json`]), `xml` as elements.

mod load;
mod meetings;
mod notifications;

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::routing::{delete, get, patch, post, put};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::dump;
use crate::element::Element;
use crate::failure::Failure;
use crate::fault::Fault;
use crate::item::Class;
use crate::remote;
use crate::server::Server;
use crate::store::{Mailbox, Settings};

/// The routes.
pub fn routes(server: Arc<Server>) -> Router {
    Router::new()
        .route("/calls", get(calls).delete(reset_calls))
        .route("/log", get(log))
        .route("/faults", get(faults).post(add_fault).delete(clear_faults))
        .route("/discovery", get(discovery).put(change_discovery))
        .route("/status", get(status))
        .route("/tokens/revoke", post(revoke_tokens))
        .route("/mailbox", get(first_mailbox))
        .route("/mailbox/{address}", get(one_mailbox))
        .route("/mailbox/{address}/items", post(create_item))
        .route(
            "/mailbox/{address}/items/{number}",
            patch(update_item).delete(delete_item),
        )
        .route(
            "/mailbox/{address}/items/{number}/attachments",
            post(attach),
        )
        .route(
            "/mailbox/{address}/items/{number}/attachments/{name}",
            delete(detach),
        )
        .route(
            "/mailbox/{address}/settings",
            get(settings).put(change_settings),
        )
        .route("/mailbox/{address}/backup", post(back_up))
        .route("/mailbox/{address}/restore", post(restore))
        .route("/mailbox/{address}/folders", post(create_folder))
        .route("/mailbox/{address}/folders/{name}", delete(delete_folder))
        .route("/mailbox/{address}/folders/{name}/colour", put(colour))
        .merge(load::routes())
        .merge(meetings::routes())
        .merge(notifications::routes())
        .with_state(server)
}

type Controlled = State<Arc<Server>>;
type Answer = Result<Json<Value>, (StatusCode, String)>;

async fn calls(State(server): Controlled) -> Json<Value> {
    Json(json!({
        "total": server.calls.total(),
        "operations": server.calls.counts(),
        "open": server.calls.open(),
        "most_at_once": {
            "all": server.calls.most_at_once(),
            "by_mailbox": server.calls.most_at_once_by_mailbox(),
        },
    }))
}

async fn reset_calls(State(server): Controlled) -> Json<Value> {
    server.calls.reset();
    Json(json!({}))
}

async fn log(State(server): Controlled) -> Json<Value> {
    Json(json!(server.calls.log()))
}

async fn faults(State(server): Controlled) -> Json<Value> {
    Json(json!(server.faults.pending()))
}

async fn add_fault(State(server): Controlled, Json(fault): Json<Fault>) -> Json<Value> {
    server.faults.add(fault);
    Json(json!({}))
}

async fn clear_faults(State(server): Controlled) -> Json<Value> {
    server.faults.clear();
    Json(json!({}))
}

async fn revoke_tokens(State(server): Controlled) -> Json<Value> {
    if let Some(issuer) = &server.doors.issuer {
        issuer.revoke();
    }
    Json(json!({}))
}

async fn discovery(State(server): Controlled) -> Json<Value> {
    Json(json!(*server.discovery.lock()))
}

async fn change_discovery(
    State(server): Controlled,
    Json(rules): Json<crate::autodiscover::Rules>,
) -> Json<Value> {
    *server.discovery.lock() = rules;
    Json(json!({}))
}

async fn status(State(server): Controlled) -> Json<Value> {
    let mails: u64 = server
        .accounts
        .values()
        .map(|account| account.mailbox.lock().mails_sent())
        .sum();
    Json(json!({
        "mails_sent": mails,
        "violations": *server.violations.lock(),
        "checks_requests": server.check_requests && server.validator.is_some(),
        "mailboxes": server.accounts.keys().collect::<Vec<_>>(),
    }))
}

async fn first_mailbox(State(server): Controlled) -> Answer {
    within(&server, &server.first, |mailbox| Ok(dump::mailbox(mailbox)))
}

async fn one_mailbox(State(server): Controlled, Path(address): Path<String>) -> Answer {
    within(&server, &address, |mailbox| Ok(dump::mailbox(mailbox)))
}

/// What an item is to have.
#[derive(Deserialize)]
pub struct Edit {
    #[serde(default)]
    folder: String,
    #[serde(default)]
    class: String,
    #[serde(default)]
    set: Value,
    #[serde(default)]
    xml: String,
    #[serde(default)]
    delete: Vec<String>,
    occurrence: Option<u32>,
}

impl Edit {
    pub fn properties(&self) -> Result<Vec<Element>, (StatusCode, String)> {
        let mut all = remote::properties_from_json(&self.set);
        all.extend(
            remote::properties_from_xml(&self.xml).map_err(|why| (StatusCode::BAD_REQUEST, why))?,
        );
        Ok(all)
    }
}

async fn create_item(
    State(server): Controlled,
    Path(address): Path<String>,
    Json(edit): Json<Edit>,
) -> Answer {
    let properties = edit.properties()?;
    let unknown = || {
        (
            StatusCode::BAD_REQUEST,
            format!("There is no class {:?}.", edit.class),
        )
    };
    let class = Class::of_element(&edit.class).ok_or_else(unknown)?;
    within(&server, &address, |mailbox| {
        remote::create(mailbox, &edit.folder, class, &properties)
            .map(|number| json!({ "number": number }))
    })
}

async fn update_item(
    State(server): Controlled,
    Path((address, number)): Path<(String, u64)>,
    Json(edit): Json<Edit>,
) -> Answer {
    let properties = edit.properties()?;
    let gone: Vec<&str> = edit.delete.iter().map(String::as_str).collect();
    within(&server, &address, |mailbox| {
        remote::update(mailbox, number, edit.occurrence, &properties, &gone).map(|()| json!({}))
    })
}

/// One occurrence, where only that is meant.
#[derive(Deserialize)]
struct Part {
    occurrence: Option<u32>,
}

async fn delete_item(
    State(server): Controlled,
    Path((address, number)): Path<(String, u64)>,
    Query(part): Query<Part>,
) -> Answer {
    within(&server, &address, |mailbox| {
        remote::delete(mailbox, number, part.occurrence).map(|()| json!({}))
    })
}

async fn attach(
    State(server): Controlled,
    Path((address, number)): Path<(String, u64)>,
    Json(edit): Json<Edit>,
) -> Answer {
    let parts = edit.properties()?;
    within(&server, &address, |mailbox| {
        parts
            .iter()
            .try_for_each(|part| remote::attach(mailbox, number, edit.occurrence, part))
            .map(|()| json!({}))
    })
}

async fn detach(
    State(server): Controlled,
    Path((address, number, name)): Path<(String, u64, String)>,
    Query(part): Query<Part>,
) -> Answer {
    within(&server, &address, |mailbox| {
        remote::detach(mailbox, number, part.occurrence, &name).map(|()| json!({}))
    })
}

async fn settings(State(server): Controlled, Path(address): Path<String>) -> Answer {
    within(&server, &address, |mailbox| Ok(json!(mailbox.settings)))
}

async fn change_settings(
    State(server): Controlled,
    Path(address): Path<String>,
    Json(settings): Json<Settings>,
) -> Answer {
    within(&server, &address, |mailbox| {
        mailbox.settings = settings;
        Ok(json!({}))
    })
}

async fn back_up(State(server): Controlled, Path(address): Path<String>) -> Answer {
    within(&server, &address, |mailbox| {
        mailbox.back_up();
        Ok(json!({}))
    })
}

async fn restore(State(server): Controlled, Path(address): Path<String>) -> Answer {
    within(&server, &address, |mailbox| {
        Ok(json!({ "restored": mailbox.restore() }))
    })
}

/// A folder to be.
#[derive(Deserialize)]
struct NewFolder {
    name: String,
    class: String,
}

async fn create_folder(
    State(server): Controlled,
    Path(address): Path<String>,
    Json(folder): Json<NewFolder>,
) -> Answer {
    within(&server, &address, |mailbox| {
        let parent = mailbox.distinguished("msgfolderroot");
        Ok(json!({ "number": mailbox.add_folder(parent, &folder.name, &folder.class) }))
    })
}

async fn delete_folder(
    State(server): Controlled,
    Path((address, name)): Path<(String, String)>,
) -> Answer {
    within(&server, &address, |mailbox| {
        let number = remote::folder_named(mailbox, &name)?;
        mailbox.remove_folder(number);
        Ok(json!({}))
    })
}

/// How a calendar looks.
#[derive(Deserialize)]
struct Look {
    colour: Option<i32>,
}

async fn colour(
    State(server): Controlled,
    Path((address, name)): Path<(String, String)>,
    Json(look): Json<Look>,
) -> Answer {
    within(&server, &address, |mailbox| {
        remote::colour(mailbox, &name, look.colour).map(|()| json!({}))
    })
}

fn within(
    server: &Server,
    address: &str,
    act: impl FnOnce(&mut Mailbox) -> Result<Value, Failure>,
) -> Answer {
    let account = server.accounts.get(&address.to_lowercase());
    let account = account.ok_or_else(|| {
        (
            StatusCode::NOT_FOUND,
            format!("There is no mailbox {address}."),
        )
    })?;
    let outcome = act(&mut account.mailbox.lock());
    outcome.map(Json).map_err(|failure| {
        (
            StatusCode::BAD_REQUEST,
            format!("{}: {}", failure.code, failure.message),
        )
    })
}
