use super::client::{Client, Shared};
use super::connection::Connection;
use super::http::{self, Build};
use super::level::Level;
use super::options::Options;
use crate::error::Result;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Weak};

/// The clients of a process. All links of one mailbox share its client, and so its back-off; mailboxes share the
/// connections and the version of their server.
#[derive(Default)]
pub struct Clients {
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    /// By certificate file and proxy. Reading the system's certificates takes longer than a request.
    http: HashMap<(Option<PathBuf>, Option<String>), reqwest::Client>,
    /// By address of the server.
    levels: HashMap<String, Arc<Level>>,
    mailboxes: HashMap<Options, Weak<Shared>>,
}

impl Clients {
    /// A client of a mailbox. `Configuration` where the options make none.
    pub fn get(&self, options: &Options) -> Result<Client> {
        let mut known = self.known.lock();
        if let Some(shared) = known.mailboxes.get(options).and_then(Weak::upgrade) {
            shared.offer(options);
            return Ok(Client::new(shared));
        }
        let url = options.endpoint()?;
        let trust = (options.ca_file.clone(), options.proxy.clone());
        let http = match known.http.get(&trust) {
            Some(http) => http.clone(),
            None => known
                .http
                .entry(trust)
                .insert_entry(http::build(options)?)
                .get()
                .clone(),
        };
        let level = Arc::clone(known.levels.entry(url.to_string()).or_default());
        let build: Build = {
            let options = options.clone();
            Arc::new(move || http::build(&options))
        };
        let connection = Connection::new(http, build, options)?;
        let shared = Arc::new(Shared::new(connection, level, options));
        known
            .mailboxes
            .retain(|_, shared| shared.strong_count() > 0);
        known
            .mailboxes
            .insert(options.clone(), Arc::downgrade(&shared));
        Ok(Client::new(shared))
    }
}
