//! `Exchange\Mailbox`: questions to a mailbox that need no link.

use crate::exception::throw;
use crate::options::MailboxOptions;
use crate::{runtime, value};
use exchange_core::engine::Folder;
use exchange_core::error::Result;
use ext_php_rs::prelude::*;
use ext_php_rs::types::Zval;
use serde_json::{Value, json};
use std::sync::Arc;

/// A mailbox on a server.
#[php_class]
#[php(name = "Exchange\\Mailbox", flags = ext_php_rs::flags::ClassFlags::Final)]
pub struct Mailbox {
    mailbox: Arc<exchange_core::mailbox::EwsMailbox>,
}

impl Mailbox {
    fn list(&self) -> Result<Vec<Folder>> {
        use exchange_core::engine::Mailbox as _;
        runtime::handle()?.block_on(self.mailbox.folders())
    }
}

#[php_impl]
impl Mailbox {
    /// @param array $mailbox url, address, username, password, ca_file?, proxy?, timeout?
    pub fn __construct(mailbox: &Zval) -> PhpResult<Self> {
        value::from_php(mailbox)
            .and_then(MailboxOptions::read)
            .and_then(|options| options.connect())
            .map(|mailbox| Self { mailbox })
            .map_err(|error| throw(&error))
    }

    /// Signs in. Returns {version}: what the server calls itself.
    pub fn check(&self) -> PhpResult<Zval> {
        let version = runtime::handle()
            .and_then(|runtime| runtime.block_on(self.mailbox.check()))
            .map_err(|error| throw(&error))?;
        Ok(value::to_php(&json!({ "version": version }))?)
    }

    /// The folders that can be linked, as list of {id, kind, name, path, default, writable, count}.
    pub fn folders(&self) -> PhpResult<Zval> {
        let folders = self.list().map_err(|error| throw(&error))?;
        Ok(value::to_php(&Value::Array(folders.iter().map(folder).collect()))?)
    }
}

fn folder(folder: &Folder) -> Value {
    json!({
        "id": folder.id, "kind": folder.kind.name(), "name": folder.name, "path": folder.path,
        "default": folder.default, "writable": folder.writable, "count": folder.count,
    })
}
