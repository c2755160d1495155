//! Load, and what it costs.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::process;
use crate::remote::busy;
use crate::server::Server;

use super::{Answer, Controlled, within};

pub fn routes() -> Router<Arc<Server>> {
    Router::new()
        .route("/edits", post(edit))
        .route("/process", get(figures))
}

/// How many changes, and where.
#[derive(Deserialize)]
struct Wanted {
    mailbox: Option<String>,
    #[serde(default = "one")]
    count: usize,
}

fn one() -> usize {
    1
}

async fn edit(State(server): Controlled, Json(wanted): Json<Wanted>) -> Answer {
    let mut edits = Vec::new();
    for _ in 0..wanted.count {
        let mailbox = match &wanted.mailbox {
            Some(name) => name,
            None => server.somebody(),
        };
        let serial = server.next_serial();
        let at_ms = server.elapsed_ms();
        let Json(mut edit) = within(&server, mailbox, |mailbox| {
            Ok(json!(busy::edit(mailbox, serial)?))
        })?;
        edit["at_ms"] = json!(at_ms);
        edits.push(edit);
    }
    Ok(Json(json!({ "edits": edits })))
}

async fn figures() -> Answer {
    let failed = |failure: std::io::Error| (StatusCode::INTERNAL_SERVER_ERROR, failure.to_string());
    let figures: Value = process::figures()
        .map(|figures| json!(figures))
        .map_err(failed)?;
    Ok(Json(figures))
}
