//! `Exchange\Mailbox`: questions to a mailbox that need no link.

use crate::exception::throw;
use crate::options::{MailboxOptions, context};
use crate::{runtime, value};
use exchange_core::client::Clients;
use exchange_core::engine::{Folder, Mailbox as _};
use exchange_core::error::Result;
use exchange_core::mailbox::EwsMailbox;
use ext_php_rs::boxed::ZBox;
use ext_php_rs::prelude::*;
use ext_php_rs::types::ZendHashTable;
use serde_json::{Value, json};

/// A mailbox on a server.
#[php_class]
#[php(name = "Exchange\\Mailbox", flags = ext_php_rs::flags::ClassFlags::Final)]
pub struct Mailbox {
    mailbox: EwsMailbox,
}

impl Mailbox {
    fn list(&self) -> Result<Vec<Folder>> {
        runtime::handle()?.block_on(self.mailbox.folders())
    }
}

#[php_impl]
impl Mailbox {
    /// @param array $mailbox as docs/architecture.md describes it
    pub fn __construct(mailbox: &ZendHashTable) -> PhpResult<Self> {
        value::from_php_array(mailbox)
            .and_then(MailboxOptions::read)
            .and_then(|options| options.open(&Clients::default(), context("UTC")?, None))
            .map(|mailbox| Self { mailbox })
            .map_err(|error| throw(&error))
    }

    /// Signs in. Returns {version}: what the server calls itself.
    pub fn check(&self) -> PhpResult<ZBox<ZendHashTable>> {
        let check = runtime::handle()
            .and_then(|runtime| runtime.block_on(self.mailbox.check()))
            .map_err(|error| throw(&error))?;
        Ok(value::to_php_array(&json!({ "version": check.server }))?)
    }

    /// The folders that can be linked, as list of {id, kind, name, path, default, writable, count}.
    pub fn folders(&self) -> PhpResult<ZBox<ZendHashTable>> {
        let folders = self.list().map_err(|error| throw(&error))?;
        Ok(value::to_php_array(&Value::Array(
            folders.iter().map(folder).collect(),
        ))?)
    }
}

fn folder(folder: &Folder) -> Value {
    json!({
        "id": folder.id, "kind": folder.kind.name(), "name": folder.name, "path": folder.path,
        "default": folder.default, "writable": folder.writable, "count": folder.count,
    })
}
