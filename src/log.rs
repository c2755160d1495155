//! What the engine has to say, queued in Rust and drained by PHP into its own logger.

use parking_lot::Mutex;
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::fmt::{Debug, Write};
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber, callsite, subscriber};

/// Entries kept when PHP does not drain; the oldest go first.
const KEEP: usize = 1_000;

static ENTRIES: Mutex<VecDeque<Value>> = Mutex::new(VecDeque::new());
static INSTALLED: Once = Once::new();
/// Whether the conversation with servers is wanted.
static TRACED: AtomicBool = AtomicBool::new(false);

/// Collects events from now on. Another subscriber, if one is set already, stays.
pub fn install() {
    INSTALLED.call_once(|| {
        let _ = subscriber::set_global_default(Collector);
    });
}

/// From now on the conversation with servers is told, or not any more.
pub fn trace(on: bool) {
    install();
    TRACED.store(on, Ordering::Relaxed);
    // Each place that tells something has remembered whether anybody listens.
    callsite::rebuild_interest_cache();
}

/// The entries since the last call, as `{level, message}`.
pub fn drain() -> Value {
    Value::Array(ENTRIES.lock().drain(..).collect())
}

struct Collector;

impl Subscriber for Collector {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("exchange")
            && (*metadata.level() <= Level::DEBUG || TRACED.load(Ordering::Relaxed))
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut line = Line::default();
        event.record(&mut line);
        let level = match *event.metadata().level() {
            Level::ERROR => "error",
            Level::WARN => "warning",
            Level::INFO => "info",
            Level::DEBUG => "debug",
            Level::TRACE => "trace",
        };
        let mut entries = ENTRIES.lock();
        if entries.len() == KEEP {
            entries.pop_front();
        }
        entries.push_back(
            json!({"level": level, "message": format!("{}{}", line.message, line.fields)}),
        );
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[derive(Default)]
struct Line {
    message: String,
    fields: String,
}

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        // Writing to a string cannot fail.
        let _ = if field.name() == "message" {
            write!(self.message, "{value:?}")
        } else {
            write!(self.fields, " {}={value:?}", field.name())
        };
    }
}
