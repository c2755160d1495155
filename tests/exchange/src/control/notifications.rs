//! What tests ask and do about notifications.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::notify::{Figures, Settings};
use crate::server::Server;

use super::{Answer, Controlled};

pub fn routes() -> Router<Arc<Server>> {
    Router::new()
        .route("/notifications", get(figures))
        .route("/notifications/mailboxes", get(by_mailbox))
        .route("/notifications/settings", get(settings).patch(configure))
        .route("/notifications/lose", post(lose))
        .route("/notifications/close", post(close))
        .route("/notifications/cut", post(cut))
}

/// One mailbox, where only that is meant.
#[derive(Deserialize)]
struct Meant {
    mailbox: Option<String>,
}

async fn figures(State(server): Controlled, Query(meant): Query<Meant>) -> Json<Figures> {
    Json(server.hub.figures(meant.mailbox.as_deref()))
}

async fn by_mailbox(State(server): Controlled) -> Json<BTreeMap<String, Figures>> {
    let figures = |name: String| {
        let figures = server.hub.figures(Some(&name));
        (name, figures)
    };
    Json(server.hub.mailboxes().into_iter().map(figures).collect())
}

async fn settings(State(server): Controlled) -> Json<Settings> {
    Json(server.hub.settings())
}

async fn configure(State(server): Controlled, Json(change): Json<Value>) -> Answer {
    let settings = server.hub.settings().with(change);
    let settings = settings.map_err(|why| (StatusCode::BAD_REQUEST, why))?;
    server.hub.configure(settings);
    Ok(Json(json!({})))
}

/// How subscriptions are lost.
#[derive(Deserialize)]
struct Loss {
    mailbox: Option<String>,
    code: Option<String>,
    #[serde(default)]
    now: bool,
}

async fn lose(State(server): Controlled, Json(loss): Json<Loss>) -> Json<Value> {
    let code = match loss.code {
        Some(code) => code.leak(),
        None => "ErrorSubscriptionNotFound",
    };
    let mailbox = loss.mailbox.as_deref();
    Json(json!({ "lost": server.hub.lose(&server, mailbox, code, loss.now) }))
}

async fn close(State(server): Controlled, Json(meant): Json<Meant>) -> Json<Value> {
    let mailbox = meant.mailbox.as_deref();
    Json(json!({ "closed": server.hub.close_streams(&server, mailbox) }))
}

async fn cut(State(server): Controlled, Json(meant): Json<Meant>) -> Json<Value> {
    Json(json!({ "cut": server.hub.cut_streams(meant.mailbox.as_deref()) }))
}
