//! `Exchange\Engine`: many links at once, one PHP thread that does their local work.

use crate::exception::throw;
use crate::host::{PhpHost, PhpListener, PhpTokens, Queue, found};
use crate::options::{EngineOptions, Invitations, LinkOptions, SearchOptions, WatchOptions};
use crate::request::Request;
use crate::{log, runtime, value};
use exchange_core::client::Clients;
use exchange_core::error::{Error, ErrorKind, Result};
use exchange_core::watch::{Pace, Watches};
use ext_php_rs::boxed::ZBox;
use ext_php_rs::prelude::*;
use ext_php_rs::types::{ZendHashTable, Zval};
use ext_php_rs::zend::ExecutorGlobals;
use std::collections::HashMap;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;
use tokio::task::AbortHandle;
use tokio::time::timeout;

/// PHP's signal handlers wait for PHP code to run, so no wait here is longer.
const SLICE: Duration = Duration::from_millis(100);

/// Cycles that run at the same time unless the options say otherwise; the others queue.
const CONCURRENCY: usize = 128;

/// Servers that are looked for at the same time: each search has an HTTP client of its own.
const SEARCHES: usize = 4;

/// How long servers have to take back what they keep for watches. The rest they drop by themselves after half an hour.
const PARTING: Duration = Duration::from_secs(3);

/// Synchronises links. `sync` starts a cycle, `next` says what PHP has to do for one of them.
#[php_class]
#[php(name = "Exchange\\Engine", flags = ext_php_rs::flags::ClassFlags::Final)]
pub struct Engine {
    queue: Arc<Queue>,
    turns: Arc<Semaphore>,
    clients: Clients,
    searches: Arc<Semaphore>,
    /// Cycles and searches.
    tasks: Vec<AbortHandle>,
    pace: Pace,
    /// From the first watch on.
    watches: Option<Watches>,
    watched: HashMap<i64, Running>,
}

impl Engine {
    fn start_watch(&mut self, options: WatchOptions) -> Result<()> {
        let tokens = Arc::new(PhpTokens {
            link: options.id,
            kind: "watch:token",
            queue: self.queue.clone(),
        });
        let mailbox = options.mailbox.options()?;
        let client = self.clients.get(&mailbox)?.with_tokens(tokens);
        let watches = if let Some(watches) = self.watches.take() {
            watches
        } else {
            runtime::allow_many_files();
            let listener = Arc::new(PhpListener(self.queue.clone()));
            Watches::new(runtime::handle()?, listener, self.pace)
        };
        watches.unwatch(options.id);
        self.queue.forget_watch(options.id);
        watches.watch(options.id, &mailbox, client, options.folders);
        self.watches = Some(watches);
        self.watched
            .entry(options.id)
            .or_insert_with(|| Running::new(self.queue.clone()));
        Ok(())
    }

    fn start(&mut self, options: &LinkOptions) -> Result<()> {
        let link = options.link()?;
        let tokens = Arc::new(PhpTokens {
            link: options.id,
            kind: "token",
            queue: self.queue.clone(),
        });
        let mailbox = options
            .mailbox
            .open(&self.clients, link.context.clone(), Some(tokens))?
            .inviting(options.invitations == Invitations::Exchange);
        let runtime = runtime::handle()?;
        let host = PhpHost {
            link: options.id,
            queue: self.queue.clone(),
        };
        let mailbox = mailbox.under(Arc::new(host.clone()));
        let turns = self.turns.clone();
        let running = Running::new(self.queue.clone());
        let task = runtime.spawn(async move {
            let _running = running;
            let _turn = turns.acquire_owned().await;
            exchange_core::engine::cycle(&link, &mailbox, &host).await;
        });
        self.keep(task.abort_handle());
        Ok(())
    }

    fn search(&mut self, search: &SearchOptions) -> Result<()> {
        let (id, options) = (search.id, search.mailbox.options()?);
        let (queue, turns) = (self.queue.clone(), self.searches.clone());
        let running = Running::new(self.queue.clone());
        let task = runtime::handle()?.spawn(async move {
            let _running = running;
            let _turn = turns.acquire_owned().await;
            queue.put(found(id, Clients::default().discover(&options).await));
        });
        self.keep(task.abort_handle());
        Ok(())
    }

    fn keep(&mut self, task: AbortHandle) {
        self.tasks.retain(|task| !task.is_finished());
        self.tasks.push(task);
    }

    fn abort(&mut self) {
        for task in self.tasks.drain(..) {
            task.abort();
        }
        self.watches = None;
        self.watched.clear();
        self.queue.clear();
    }

    /// Ends watches in order.
    fn part(&self, watches: Watches) -> Result<()> {
        let runtime = runtime::handle()?;
        let until = Instant::now() + PARTING;
        let mut end = pin!(watches.end());
        while Instant::now() < until {
            if runtime
                .block_on(async { timeout(SLICE, &mut end).await })
                .is_ok()
            {
                break;
            }
            // Who asks for a token now gets no answer any more.
            self.queue.clear();
        }
        Ok(())
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.abort();
    }
}

/// Counts a cycle as running for as long as it lives, also when it is aborted or panics.
struct Running(Arc<Queue>);

impl Running {
    fn new(queue: Arc<Queue>) -> Self {
        queue.started();
        Self(queue)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.ended();
    }
}

#[php_impl]
#[allow(clippy::unused_self, reason = "PHP replies to the engine that asked")]
impl Engine {
    /// @param array{concurrency?: int, silence?: int} $options
    pub fn __construct(options: Option<&ZendHashTable>) -> PhpResult<Self> {
        log::install();
        let options = options
            .map_or(Ok(EngineOptions::default()), |options| {
                value::from_php_array(options).and_then(EngineOptions::read)
            })
            .map_err(|error| throw(&error))?;
        Ok(Self {
            queue: Arc::default(),
            turns: Arc::new(Semaphore::new(
                options.concurrency.unwrap_or(CONCURRENCY).max(1),
            )),
            clients: Clients::default(),
            searches: Arc::new(Semaphore::new(SEARCHES)),
            tasks: Vec::new(),
            pace: options.pace(),
            watches: None,
            watched: HashMap::new(),
        })
    }

    /// Watches folders of a mailbox until `unwatch`, in place of what was watched under that id. The array is described in
    /// docs/architecture.md.
    pub fn watch(&mut self, watch: &ZendHashTable) -> PhpResult<()> {
        value::from_php_array(watch)
            .and_then(WatchOptions::read)
            .and_then(|options| self.start_watch(options))
            .map_err(|error| throw(&error))
    }

    /// Watches no more under that id; one that is not watched is no failure.
    pub fn unwatch(&mut self, id: i64) {
        if let Some(watches) = &self.watches {
            watches.unwatch(id);
        }
        self.queue.forget_watch(id);
        self.watched.remove(&id);
    }

    /// Looks for the server of a mailbox, in the background; a request of kind `watch:found` says what came of it. The array has
    /// `id` and `mailbox`, whose `url` does not matter.
    pub fn discover(&mut self, search: &ZendHashTable) -> PhpResult<()> {
        value::from_php_array(search)
            .and_then(SearchOptions::read)
            .and_then(|options| self.search(&options))
            .map_err(|error| throw(&error))
    }

    /// Starts a cycle of a link. The array is described in docs/architecture.md.
    pub fn sync(&mut self, link: &ZendHashTable) -> PhpResult<()> {
        value::from_php_array(link)
            .and_then(LinkOptions::read)
            .and_then(|options| self.start(&options))
            .map_err(|error| throw(&error))
    }

    /// The next request; one of kind `idle` when none came in time or a signal waits for PHP; null when every cycle ended and
    /// nothing is watched.
    pub fn next(&mut self, timeout_ms: i64) -> Option<Request> {
        let deadline =
            Instant::now() + Duration::from_millis(u64::try_from(timeout_ms).unwrap_or(0));
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.queue.take(left.min(SLICE)) {
                Err(()) => return None,
                Ok(Some(pending)) => return Some(Request::new(pending)),
                Ok(None) if left.is_zero() || php_is_interrupted() => return Some(Request::idle()),
                Ok(None) => {}
            }
        }
    }

    /// Answers a request.
    pub fn reply(&mut self, request: &mut Request, answer: &Zval) {
        request.answer(value::from_php(answer));
    }

    /// Says that a request cannot be answered: its cycle ends with this message and can go on another time.
    pub fn fail(&mut self, request: &mut Request, message: String) {
        request.answer(Err(Error::new(ErrorKind::Host, message)));
    }

    /// Ends all cycles at once, between two steps, and all watches. What was done is in the journals. Servers are asked to take
    /// subscriptions back, for three seconds at most.
    pub fn stop(&mut self) {
        let watches = self.watches.take();
        self.abort();
        if let Some(watches) = watches {
            // Without a runtime there is nothing to end.
            let _ = self.part(watches);
        }
    }

    /// Whether the log also has, as level `trace`, the conversation with servers: headers and elements without what is in them.
    pub fn trace(on: bool) {
        log::trace(on);
    }

    /// Log entries since the last call, as list of {level, message}.
    pub fn drain_log() -> PhpResult<ZBox<ZendHashTable>> {
        Ok(value::to_php_array(&log::drain())?)
    }
}

/// Whether a signal handler or a time limit of PHP's waits for PHP code to run.
fn php_is_interrupted() -> bool {
    let globals = ExecutorGlobals::get();
    // SAFETY: `vm_interrupt` is a one-byte atomic flag (zend_atomic_bool) that signal handlers set at any time; a volatile
    // read of its byte sees either value. The globals live as long as the process.
    #[allow(unsafe_code)]
    let set = unsafe {
        (&raw const globals.vm_interrupt)
            .cast::<u8>()
            .read_volatile()
    };
    set != 0
}
