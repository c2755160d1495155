//! What tests ask and do about notifications.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Query, State};
use axum::routing::get;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::notify::{Figures, Settings};
use crate::server::Server;

use super::Controlled;

pub fn routes() -> Router<Arc<Server>> {
    Router::new()
        .route("/notifications", get(figures))
        .route("/notifications/mailboxes", get(by_mailbox))
        .route("/notifications/settings", get(settings).put(configure))
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
    let mailboxes = server.hub.mailboxes().into_iter();
    Json(
        mailboxes
            .map(|name| {
                let figures = server.hub.figures(Some(&name));
                (name, figures)
            })
            .collect(),
    )
}

async fn settings(State(server): Controlled) -> Json<Settings> {
    Json(server.hub.settings())
}

async fn configure(
    State(server): Controlled,
    Json(change): Json<Value>,
) -> Result<Json<Value>, (axum::http::StatusCode, String)> {
    let settings = Settings::of(server.release).with(change);
    let settings = settings.map_err(|why| (axum::http::StatusCode::BAD_REQUEST, why))?;
    server.hub.configure(settings);
    Ok(Json(json!({})))
}
