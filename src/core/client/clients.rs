use super::client::{Client, Shared};
use super::connection::Connection;
use super::http::{self, Build};
use super::level::Level;
use super::names::{Names, System};
use super::options::Options;
use super::reach::Reach;
use super::server::Server;
use super::trust::Trust;
use crate::error::Result;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Weak};

/// The clients of a process. All links of one mailbox share its client, and so its back-off; mailboxes share the
/// connections of their server, its version, and what it bears.
pub struct Clients {
    known: Mutex<Known>,
    names: Arc<dyn Names>,
}

impl Default for Clients {
    fn default() -> Self {
        Self::new(Arc::new(System))
    }
}

#[derive(Default)]
struct Known {
    /// Reading the system's certificates takes longer than a request.
    http: HashMap<Way, reqwest::Client>,
    /// By scheme, host and port, and by how many requests at a time an administrator lets them have.
    servers: HashMap<(String, usize), Arc<Server>>,
    mailboxes: HashMap<Options, Weak<Shared>>,
    /// At this number of them, those that nobody uses any more are looked for.
    crowded: usize,
}

/// What a connection depends on: mailboxes that have it in common share their connections.
#[derive(PartialEq, Eq, Hash)]
struct Way {
    ca_file: Option<PathBuf>,
    trust: Trust,
    old_tls: bool,
    reach: Reach,
    proxy: Option<String>,
}

impl Clients {
    /// With a DNS of one's own.
    pub fn new(names: Arc<dyn Names>) -> Self {
        Self {
            known: Mutex::default(),
            names,
        }
    }

    /// How to make HTTP clients for these options.
    pub(super) fn build(&self, options: &Options) -> Build {
        let (options, names) = (options.clone(), self.names());
        Arc::new(move || http::build(&options, &names))
    }

    pub(super) fn names(&self) -> Arc<dyn Names> {
        Arc::clone(&self.names)
    }

    /// A client of a mailbox. `Configuration` where the options make none.
    pub fn get(&self, options: &Options) -> Result<Client> {
        let mut known = self.known.lock();
        if let Some(shared) = known.mailboxes.get(options).and_then(Weak::upgrade) {
            shared.offer(options);
            return Ok(Client::new(shared));
        }
        let url = options.endpoint()?;
        let way = Way {
            ca_file: options.ca_file.clone(),
            trust: options.trust.clone(),
            old_tls: options.old_tls,
            reach: options.reach.clone(),
            proxy: options.proxy.clone(),
        };
        let http = match known.http.get(&way) {
            Some(http) => http.clone(),
            None => known
                .http
                .entry(way)
                .insert_entry(http::build(options, &self.names)?)
                .get()
                .clone(),
        };
        let server = known
            .servers
            .entry((
                url.origin().ascii_serialization(),
                options.server_concurrency,
            ))
            .or_insert_with(|| Arc::new(Server::new(options.server_concurrency)))
            .clone();
        let level = Level::new(Arc::clone(&server.level), options.level);
        let connection = Connection::new(http, self.build(options), options)?;
        let shared = Arc::new(Shared::new(connection, level, server, options));
        if known.mailboxes.len() >= known.crowded {
            known
                .mailboxes
                .retain(|_, shared| shared.strong_count() > 0);
            known.crowded = 2 * known.mailboxes.len() + 16;
        }
        known
            .mailboxes
            .insert(options.clone(), Arc::downgrade(&shared));
        Ok(Client::new(shared))
    }
}
