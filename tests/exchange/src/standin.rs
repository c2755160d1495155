//! The handle of a running stand-in, for tests in the same process.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, LazyLock};
use std::thread;
use std::time::Instant;

use axum::http::HeaderName;
use axum_server::Handle;
use parking_lot::Mutex;

use crate::affinity::Farm;
use crate::autodiscover;
use crate::calls::Calls;
use crate::certificate::Certificate;
use crate::endpoint::{listen, serve};
use crate::fault::Faults;
use crate::notify::Hub;
use crate::schema::{self, Validator};
use crate::seed::{self, Seed};
use crate::server::{Account, Server};
use crate::sharing;
use crate::sign_in::{self, Doors};
use crate::store::Mailbox;
use crate::tokens::Issuer;
use crate::version::Release;

/// How a stand-in is to be.
pub struct Builder {
    accounts: Vec<(String, String)>,
    crowd: Vec<(String, String)>,
    doors: Doors,
    seed: Option<Seed>,
    release: Release,
    tls: bool,
    public_folders: bool,
    check_requests: bool,
    check_answers: bool,
    listen: SocketAddr,
}

/// A running stand-in. It stops when this is dropped.
pub struct Standin {
    server: Arc<Server>,
    address: SocketAddr,
    control: SocketAddr,
    certificate: Option<Certificate>,
    handles: [Handle<SocketAddr>; 2],
    worker: Option<thread::JoinHandle<()>>,
}

/// The schema is parsed once in a process.
static VALIDATOR: LazyLock<Option<Validator>> = LazyLock::new(|| {
    let directory = schema::directory();
    let validator = Validator::load(&directory);
    if validator.is_none() {
        eprintln!(
            "exchange-standin: no schema in {}, requests are not checked against it",
            directory.display()
        );
    }
    validator
});

impl Builder {
    /// Another mailbox; the address is the user name. The first one is what [`Standin::mailbox`] means.
    pub fn mailbox(mut self, address: &str, password: &str) -> Builder {
        self.accounts
            .push((address.to_owned(), password.to_owned()));
        self
    }

    /// So many mailboxes more with few folders and nothing in them; `{n}` in the address is their number, from 1 on.
    pub fn crowd(mut self, count: usize, address: &str, password: &str) -> Builder {
        let members = (1..=count).map(|n| {
            let address = address.replace("{n}", &n.to_string());
            (address, password.to_owned())
        });
        self.crowd.extend(members);
        self
    }

    /// Fills every mailbox, but those of a crowd, with a person's items, the same for the same seed.
    pub fn seed(self, seed: u64) -> Builder {
        self.fill(Seed {
            seed,
            ..Seed::default()
        })
    }

    /// [`Builder::seed`] with so many items of each kind.
    pub fn fill(mut self, seed: Seed) -> Builder {
        self.seed = Some(seed);
        self
    }

    /// Another name to sign in with, such as `EXAMPLE\anna`, for the mailbox of that address.
    pub fn name(mut self, name: &str, address: &str) -> Builder {
        self.doors
            .names
            .insert(name.to_lowercase(), address.to_lowercase());
        self
    }

    /// Lets that mailbox's owner act in the name of everybody.
    pub fn impersonator(mut self, address: &str) -> Builder {
        self.doors.impersonators.push(address.to_lowercase());
        self
    }

    /// Closes Basic sign-in.
    pub fn no_basic(mut self) -> Builder {
        self.doors.no_basic = true;
        self
    }

    /// Believes a front end on this machine that names the signed-in user in a header; there is no other way in then.
    pub fn front(mut self, header: HeaderName) -> Builder {
        self.doors.front = Some(header);
        self
    }

    /// Takes the access tokens of an issuer for an audience; `keys` is its JSON Web Key Set.
    pub fn issuer(mut self, name: &str, audience: &str, keys: serde_json::Value) -> Builder {
        self.doors.issuer = Some(Issuer::new(name, audience, keys));
        self
    }

    /// Public folders, none but the root to begin with.
    pub fn public_folders(mut self) -> Builder {
        self.public_folders = true;
        self
    }

    pub fn release(mut self, release: Release) -> Builder {
        self.release = release;
        self
    }

    /// HTTPS with a certificate of [`Standin::authority`].
    pub fn tls(mut self, tls: bool) -> Builder {
        self.tls = tls;
        self
    }

    /// Whether requests are checked against the schema (they are, unless told otherwise).
    pub fn check_requests(mut self, check: bool) -> Builder {
        self.check_requests = check;
        self
    }

    /// Whether answers are checked against the schema (they are, unless told otherwise).
    pub fn check_answers(mut self, check: bool) -> Builder {
        self.check_answers = check;
        self
    }

    /// The address to listen on; by default a free port of the loopback.
    pub fn listen(mut self, address: SocketAddr) -> Builder {
        self.listen = address;
        self
    }

    /// Starts the server on a thread of its own.
    pub async fn start(self) -> io::Result<Standin> {
        self.start_now()
    }

    /// [`Builder::start`] for callers that are not asynchronous. The server listens when this returns.
    pub fn start_now(self) -> io::Result<Standin> {
        let validator = if self.check_requests || self.check_answers {
            VALIDATOR.clone()
        } else {
            None
        };
        let hub = Hub::new(self.release);
        let account = |(address, password): &(String, String)| {
            let mut mailbox = Mailbox::new(address);
            if let Some(seed) = &self.seed {
                seed::seed(&mut mailbox, seed);
            }
            (
                address.to_lowercase(),
                Account::new(password, mailbox, &hub),
            )
        };
        let member = |(address, password): &(String, String)| {
            let account = Account::new(password, Mailbox::lean(address), &hub);
            (address.to_lowercase(), account)
        };
        let public = self.public_folders.then(|| {
            // Nobody knows this password, and the name is no address.
            let password = format!("{:?}", Instant::now());
            let account = Account::new(&password, Mailbox::public(sharing::PUBLIC), &hub);
            (sharing::PUBLIC.to_owned(), account)
        });
        let crowd = match self.crowd.is_empty() {
            true => &self.accounts,
            false => &self.crowd,
        };
        let server = Arc::new(Server {
            release: self.release,
            first: self
                .accounts
                .iter()
                .chain(&self.crowd)
                .next()
                .map_or_else(String::new, |(address, _)| address.to_lowercase()),
            crowd: crowd.iter().map(|(address, _)| address.clone()).collect(),
            serial: AtomicU64::new(0),
            accounts: self
                .accounts
                .iter()
                .map(account)
                .chain(self.crowd.iter().map(member))
                .chain(public)
                .collect::<BTreeMap<_, _>>(),
            doors: self.doors,
            validator,
            check_requests: self.check_requests,
            check_answers: self.check_answers,
            faults: Faults::default(),
            calls: Calls::default(),
            hub,
            farm: Farm::default(),
            started: Instant::now(),
            discovery: Mutex::default(),
            violations: Mutex::default(),
        });
        let certificate = if self.tls {
            Some(Certificate::generate()?)
        } else {
            None
        };
        let (listener, address) = listen(self.listen)?;
        let (control_listener, control) = listen(SocketAddr::from(([127, 0, 0, 1], 0)))?;
        let handles = [Handle::new(), Handle::new()];
        let run = serve(
            server.clone(),
            [listener, control_listener],
            handles.clone(),
            certificate.clone(),
        );
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("exchange-standin")
            .enable_all()
            .build()?;
        let work = move || {
            if let Err(failure) = runtime.block_on(run) {
                eprintln!("exchange-standin: {failure}");
            }
        };
        let worker = thread::Builder::new()
            .name("exchange-standin".to_owned())
            .spawn(work)?;
        let standin = Standin {
            server,
            address,
            control,
            certificate,
            handles,
            worker: Some(worker),
        };
        let url = standin.url();
        standin.discovery(|rules| rules.url = url);
        Ok(standin)
    }
}

impl Standin {
    pub fn builder() -> Builder {
        Builder {
            accounts: Vec::new(),
            crowd: Vec::new(),
            doors: Doors::default(),
            seed: None,
            release: Release::default(),
            tls: false,
            public_folders: false,
            check_requests: true,
            check_answers: true,
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        }
    }

    /// The endpoint's address: by a name that its certificate has, where it listens for this machine alone.
    pub fn url(&self) -> String {
        let scheme = if self.certificate.is_some() {
            "https"
        } else {
            "http"
        };
        let host = if self.certificate.is_some() && self.address.ip().is_loopback() {
            "localhost".to_owned()
        } else {
            self.address.ip().to_string()
        };
        format!(
            "{scheme}://{host}:{}/EWS/Exchange.asmx",
            self.address.port()
        )
    }

    /// The control endpoint's address.
    pub fn control(&self) -> String {
        format!("http://{}", self.control)
    }

    pub fn calls(&self) -> &Calls {
        &self.server.calls
    }

    pub fn faults(&self) -> &Faults {
        &self.server.faults
    }

    /// Subscriptions and streams.
    pub fn notifications(&self) -> &Hub {
        &self.server.hub
    }

    /// Changes what Autodiscover answers; it names the stand-in itself to begin with.
    pub fn discovery(&self, change: impl FnOnce(&mut autodiscover::Rules)) {
        change(&mut self.server.discovery.lock());
    }

    /// Looks at, or changes, the public folders; `None` where there are none.
    pub fn public<T>(&self, look: impl FnOnce(&mut Mailbox) -> T) -> Option<T> {
        self.mailbox_of(sharing::PUBLIC, look)
    }

    /// Looks at, or changes, the first mailbox.
    pub fn mailbox<T>(&self, look: impl FnOnce(&mut Mailbox) -> T) -> T {
        self.mailbox_of(&self.server.first, look)
            .expect("the stand-in was started with a mailbox")
    }

    /// Looks at, or changes, the mailbox of that address; `None` where there is none.
    pub fn mailbox_of<T>(&self, address: &str, look: impl FnOnce(&mut Mailbox) -> T) -> Option<T> {
        let account = self.server.accounts.get(&address.to_lowercase())?;
        Some(look(&mut account.mailbox.lock()))
    }

    /// The security identifier by which that mailbox can be impersonated.
    pub fn sid(&self, address: &str) -> Option<String> {
        let address = address.to_lowercase();
        let place = self
            .server
            .accounts
            .keys()
            .position(|one| *one == address)?;
        Some(sign_in::sid(place))
    }

    /// How many meeting mails would have been sent.
    pub fn mails_sent(&self) -> u64 {
        self.server
            .accounts
            .values()
            .map(|account| account.mailbox.lock().mails_sent())
            .sum()
    }

    /// What was not valid in answers.
    pub fn violations(&self) -> Vec<String> {
        self.server.violations.lock().clone()
    }

    /// The certificate (PEM) of the authority that signed the server's; `None` without TLS.
    pub fn authority(&self) -> Option<&str> {
        self.certificate
            .as_ref()
            .map(|certificate| certificate.authority.as_str())
    }

    /// Stops the server and waits until it has.
    pub fn stop(mut self) {
        self.halt();
    }

    fn halt(&mut self) {
        self.handles.iter().for_each(Handle::shutdown);
        if let Some(worker) = self.worker.take() {
            // A worker that panicked has said so already.
            let _ = worker.join();
        }
    }
}

impl Drop for Standin {
    fn drop(&mut self) {
        self.halt();
    }
}
