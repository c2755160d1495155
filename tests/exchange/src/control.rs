//! The control endpoint: what tests in other processes and languages ask of the stand-in, as JSON.

use std::sync::Arc;

use axum::extract::State;
use axum::routing::{delete, get};
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::fault::Fault;
use crate::server::Server;

/// The routes; docs/ tells what each takes and gives.
pub fn routes(server: Arc<Server>) -> Router {
    Router::new()
        .route("/calls", get(calls).delete(reset_calls))
        .route("/log", get(log))
        .route("/faults", get(faults).post(add_fault).delete(clear_faults))
        .route("/status", get(status))
        .route("/violations", delete(clear_violations))
        .with_state(server)
}

async fn calls(State(server): State<Arc<Server>>) -> Json<Value> {
    Json(json!({ "total": server.calls.total(), "operations": server.calls.counts() }))
}

async fn reset_calls(State(server): State<Arc<Server>>) -> Json<Value> {
    server.calls.reset();
    Json(json!({}))
}

async fn log(State(server): State<Arc<Server>>) -> Json<Value> {
    Json(json!(server.calls.log()))
}

async fn faults(State(server): State<Arc<Server>>) -> Json<Value> {
    Json(json!(server.faults.pending()))
}

async fn add_fault(State(server): State<Arc<Server>>, Json(fault): Json<Fault>) -> Json<Value> {
    server.faults.add(fault);
    Json(json!({}))
}

async fn clear_faults(State(server): State<Arc<Server>>) -> Json<Value> {
    server.faults.clear();
    Json(json!({}))
}

async fn status(State(server): State<Arc<Server>>) -> Json<Value> {
    let mails: u64 = server
        .accounts
        .values()
        .map(|account| account.mailbox.lock().mails_sent)
        .sum();
    Json(json!({
        "mails_sent": mails,
        "violations": *server.violations.lock(),
        "checks_requests": server.check_requests && server.validator.is_some(),
        "mailboxes": server.accounts.keys().collect::<Vec<_>>(),
    }))
}

async fn clear_violations(State(server): State<Arc<Server>>) -> Json<Value> {
    server.violations.lock().clear();
    Json(json!({}))
}
