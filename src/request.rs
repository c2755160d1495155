//! `Exchange\Request`: what the engine asks of PHP next.

use crate::value;
use exchange_core::error::{Error, Result};
use ext_php_rs::boxed::ZBox;
use ext_php_rs::prelude::*;
use ext_php_rs::types::ZendHashTable;
use serde_json::Value;
use tokio::sync::oneshot;

/// A request on its way from a cycle to PHP.
pub struct Pending {
    pub link: i64,
    pub kind: &'static str,
    pub payload: Value,
    /// None where no answer is waited for.
    pub reply: Option<oneshot::Sender<Result<Value>>>,
}

/// Something the engine needs done locally: its kind says what, its payload with what (docs/architecture.md).
#[php_class]
#[php(name = "Exchange\\Request", flags = ext_php_rs::flags::ClassFlags::Final)]
pub struct Request {
    link: i64,
    kind: &'static str,
    payload: Value,
    reply: Option<oneshot::Sender<Result<Value>>>,
}

impl Request {
    pub fn new(pending: Pending) -> Self {
        Self {
            link: pending.link,
            kind: pending.kind,
            payload: pending.payload,
            reply: pending.reply,
        }
    }

    /// Nothing to do yet: PHP may look after its own affairs.
    pub fn idle() -> Self {
        Self {
            link: 0,
            kind: "idle",
            payload: Value::Array(Vec::new()),
            reply: None,
        }
    }

    /// Hands the answer to the cycle. A second answer, or one to a cycle that was stopped, goes nowhere.
    pub fn answer(&mut self, answer: Result<Value>) {
        if let Some(reply) = self.reply.take() {
            let _: std::result::Result<(), Result<Value, Error>> = reply.send(answer);
        }
    }
}

#[php_impl]
impl Request {
    /// The id of the link that asks, or of the watch where the kind is one of a watch; 0 for `idle`.
    #[php(getter)]
    pub fn get_link(&self) -> i64 {
        self.link
    }

    /// `changes`, `read`, `find`, `load`, `write`, `save`, `report`, `hold`, `token`, `idle`, or of a watch `watch:changed`, `watch:state`,
    /// `watch:token`, `watch:found`.
    #[php(getter)]
    pub fn get_kind(&self) -> String {
        self.kind.to_owned()
    }

    /// The arguments, as docs/architecture.md gives them for each kind.
    #[php(getter)]
    pub fn get_payload(&self) -> PhpResult<ZBox<ZendHashTable>> {
        Ok(value::to_php_array(&self.payload)?)
    }
}
