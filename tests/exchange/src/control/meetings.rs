//! What tests ask of meetings and their mails.

use axum::extract::{Path, State};
use axum::{Json, Router, routing};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

use super::{Answer, Controlled, Edit, within};
use crate::bag::Attendee;
use crate::remote::meeting::{self, Invitation};
use crate::server::Server;

/// The routes of this module.
pub fn routes() -> Router<Arc<Server>> {
    Router::new()
        .route("/mails", routing::get(mails).delete(forget_mails))
        .route("/mailbox/{address}/invitations", routing::post(invite))
        .route(
            "/mailbox/{address}/items/{number}/cancellation",
            routing::post(cancel),
        )
        .route(
            "/mailbox/{address}/items/{number}/answers",
            routing::post(answer),
        )
}

async fn mails(State(server): Controlled) -> Json<Value> {
    let of_account = |(address, account): (&String, &crate::server::Account)| {
        let mails = account.mailbox.lock().mails.clone();
        let from = address.clone();
        mails.into_iter().map(move |mail| {
            json!({ "from": from, "kind": mail.kind, "subject": mail.subject, "to": mail.to })
        })
    };
    Json(server.accounts.iter().flat_map(of_account).collect())
}

async fn forget_mails(State(server): Controlled) -> Json<Value> {
    for account in server.accounts.values() {
        account.mailbox.lock().mails.clear();
    }
    Json(json!({}))
}

/// Who invites to what.
#[derive(Deserialize)]
struct Arrival {
    organizer: Person,
    occurrence: Option<DateTime<Utc>>,
    #[serde(flatten)]
    event: Edit,
}

#[derive(Deserialize)]
struct Person {
    #[serde(default)]
    name: String,
    email: String,
}

async fn invite(
    State(server): Controlled,
    Path(address): Path<String>,
    Json(arrival): Json<Arrival>,
) -> Answer {
    let invitation = Invitation {
        organizer: Attendee {
            name: arrival.organizer.name,
            email: arrival.organizer.email,
            ..Attendee::default()
        },
        properties: arrival.event.properties()?,
        occurrence: arrival.occurrence,
    };
    within(&server, &address, |mailbox| {
        meeting::invite(mailbox, &invitation).map(|number| json!({ "number": number }))
    })
}

async fn cancel(
    State(server): Controlled,
    Path((address, number)): Path<(String, u64)>,
    Json(edit): Json<Edit>,
) -> Answer {
    within(&server, &address, |mailbox| {
        meeting::cancel(mailbox, number, edit.occurrence).map(|()| json!({}))
    })
}

/// What an attendee answers.
#[derive(Deserialize)]
struct Response {
    email: String,
    response: String,
}

async fn answer(
    State(server): Controlled,
    Path((address, number)): Path<(String, u64)>,
    Json(said): Json<Response>,
) -> Answer {
    within(&server, &address, |mailbox| {
        meeting::answer(mailbox, number, &said.email, &said.response).map(|()| json!({}))
    })
}
