use super::client::Client;
use super::connection::Connection;
use super::http;
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
    shared: Mutex<Shared>,
}

#[derive(Default)]
struct Shared {
    /// By certificate file and proxy. Reading the system's certificates takes longer than a request.
    http: HashMap<(Option<PathBuf>, Option<String>), reqwest::Client>,
    /// By address of the server.
    levels: HashMap<String, Arc<Level>>,
    clients: HashMap<Options, Weak<Client>>,
}

impl Clients {
    /// The client of a mailbox. `Configuration` where the options make none.
    pub fn get(&self, options: &Options) -> Result<Arc<Client>> {
        let mut shared = self.shared.lock();
        if let Some(client) = shared.clients.get(options).and_then(Weak::upgrade) {
            return Ok(client);
        }
        let url = options.endpoint()?;
        let trust = (options.ca_file.clone(), options.proxy.clone());
        let http = match shared.http.get(&trust) {
            Some(http) => http.clone(),
            None => shared
                .http
                .entry(trust)
                .insert_entry(http::build(options)?)
                .get()
                .clone(),
        };
        let level = Arc::clone(shared.levels.entry(url.to_string()).or_default());
        let connection = Connection::new(http, options)?;
        let client = Arc::new(Client::new(connection, level, options));
        shared.clients.retain(|_, client| client.strong_count() > 0);
        shared
            .clients
            .insert(options.clone(), Arc::downgrade(&client));
        Ok(client)
    }
}
