//! `Exchange\Mailbox`: questions to a mailbox that need no link.

use crate::exception::throw;
use crate::options::{MailboxOptions, context};
use crate::{runtime, value};
use exchange_core::client::Clients;
use exchange_core::engine::Folder;
use exchange_core::error::Result;
use exchange_core::mailbox::{EwsMailbox, Place};
use exchange_core::model::Kind;
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
    fn list(&self, of: Option<String>) -> Result<Vec<Folder>> {
        let place = match of {
            None => Place::Own,
            Some(of) if of == "public" => Place::Public,
            Some(address) => Place::Shared(address),
        };
        runtime::handle()?.block_on(self.mailbox.folders_of(&place))
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

    /// Finds the server of the mailbox, whose `url` is not needed. Returns {url, address, tried}: the address of Exchange
    /// Web Services, the mailbox's address there, and sentences on what was tried.
    ///
    /// @param array $mailbox as for the constructor
    pub fn discover(mailbox: &ZendHashTable) -> PhpResult<ZBox<ZendHashTable>> {
        let found = value::from_php_array(mailbox)
            .and_then(MailboxOptions::read)
            .and_then(|options| options.options())
            .and_then(|options| runtime::handle()?.block_on(Clients::default().discover(&options)))
            .map_err(|error| throw(&error))?;
        Ok(value::to_php_array(
            &json!({ "url": found.url, "address": found.address, "tried": found.tried }),
        )?)
    }

    /// Signs in. Returns {version, level, url}: what the server calls itself, the schema level that it speaks with this
    /// mailbox, and its whole address.
    pub fn check(&self) -> PhpResult<ZBox<ZendHashTable>> {
        let check = runtime::handle()
            .and_then(|runtime| runtime.block_on(self.mailbox.check()))
            .map_err(|error| throw(&error))?;
        Ok(value::to_php_array(
            &json!({ "version": check.server, "level": check.level, "url": check.url }),
        )?)
    }

    /// Makes a folder for items of a kind (`event`, `task`, `contact`) and returns its id.
    pub fn create_folder(&self, kind: &str, name: &str) -> PhpResult<String> {
        kind.parse::<Kind>()
            .and_then(|kind| runtime::handle()?.block_on(self.mailbox.create_folder(kind, name)))
            .map_err(|error| throw(&error))
    }

    /// Deletes a folder with all that is in it, for good; one that is gone already is no failure.
    pub fn delete_folder(&self, id: &str) -> PhpResult<()> {
        runtime::handle()
            .and_then(|runtime| runtime.block_on(self.mailbox.delete_folder(id)))
            .map_err(|error| throw(&error))
    }

    /// The folders that can be linked, as list of {id, kind, name, path, default, writable, count, colour}: the
    /// mailbox's own; those that the mailbox of another e-mail address shares; or, of “public”, the public folders.
    pub fn folders(&self, of: Option<String>) -> PhpResult<ZBox<ZendHashTable>> {
        let folders = self.list(of).map_err(|error| throw(&error))?;
        Ok(value::to_php_array(&Value::Array(
            folders.iter().map(folder).collect(),
        ))?)
    }
}

fn folder(folder: &Folder) -> Value {
    json!({
        "id": folder.id, "kind": folder.kind.name(), "name": folder.name, "path": folder.path,
        "default": folder.default, "writable": folder.writable, "count": folder.count,
        "colour": folder.colour,
    })
}
