//! A stream: an answer that goes on for minutes, one envelope after the other.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use axum::body::Bytes;
use futures_util::Stream as Chunks;
use tokio::sync::mpsc::{Receiver, Sender, channel};

use crate::element::Element;
use crate::envelope;
use crate::failure::{self, Failure};
use crate::id;
use crate::operation;
use crate::server::Server;

/// So many envelopes may wait for a client that does not read; then it is cut off.
const WAITING: usize = 64;

/// The server's end.
pub struct Stream {
    /// The subscriptions that it tells of.
    pub subscriptions: Vec<u64>,
    /// Whose limit of open streams it counts against.
    pub budget: String,
    /// When it ends.
    pub until: Instant,
    /// When something was last sent.
    pub sent: Instant,
    out: Sender<io::Result<Bytes>>,
}

/// The client's end, a body. When it goes, the stream is gone.
pub struct Reader {
    number: u64,
    server: Arc<Server>,
    chunks: Receiver<io::Result<Bytes>>,
    /// What is left of the envelope that is being sent, and how large the pieces are; 0 is all at once.
    rest: Bytes,
    chunk: usize,
}

impl Stream {
    /// A stream and the channel out of it.
    pub fn open(
        subscriptions: Vec<u64>,
        budget: &str,
        until: Instant,
    ) -> (Stream, Receiver<io::Result<Bytes>>) {
        let (out, chunks) = channel(WAITING);
        let stream = Stream {
            subscriptions,
            budget: budget.to_owned(),
            until,
            sent: Instant::now(),
            out,
        };
        (stream, chunks)
    }

    /// Sends an envelope; false where nobody takes it any more.
    pub fn send(&mut self, envelope: Bytes) -> bool {
        self.sent = Instant::now();
        self.out.try_send(Ok(envelope)).is_ok()
    }
}

impl Stream {
    /// Breaks the connection without a word.
    pub fn cut(self) {
        // A client that does not read is cut off by what is missing.
        let _ = self
            .out
            .try_send(Err(io::ErrorKind::ConnectionReset.into()));
    }
}

impl Reader {
    pub fn new(
        server: Arc<Server>,
        number: u64,
        chunk: usize,
        chunks: Receiver<io::Result<Bytes>>,
    ) -> Reader {
        Reader {
            number,
            server,
            chunks,
            rest: Bytes::new(),
            chunk,
        }
    }
}

impl Chunks for Reader {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.rest.is_empty() {
            match ready!(self.chunks.poll_recv(context)) {
                Some(Ok(envelope)) => self.rest = envelope,
                end => return Poll::Ready(end),
            }
        }
        let size = match self.chunk {
            0 => self.rest.len(),
            size => size.min(self.rest.len()),
        };
        Poll::Ready(Some(Ok(self.rest.split_to(size))))
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.server.hub.close(self.number);
    }
}

/// An envelope of a stream, checked as every answer is.
pub fn envelope(server: &Server, message: Element) -> Bytes {
    let body = operation::respond("GetStreamingEvents", [message]);
    let document = envelope::answer(server.release, body).to_document();
    server.check("GetStreamingEvents", &document);
    document.into()
}

/// The message that tells how the connection is: `OK` or `Closed`.
pub fn status(status: &str) -> Element {
    let status = Element::m("ConnectionStatus").with_text(status);
    failure::success("GetStreamingEvents", [status])
}

/// The message that carries notifications.
pub fn notifications(all: Vec<Element>) -> Element {
    let all = Element::m("Notifications").with_all(all);
    failure::success("GetStreamingEvents", [all])
}

/// The message that tells what is wrong with these subscriptions.
pub fn refusal(failure: &Failure, ids: &[String]) -> Element {
    let ids = ids
        .iter()
        .map(|id| Element::m("SubscriptionId").with_text(id));
    let ids = Element::m("ErrorSubscriptionIds").with_all(ids);
    failure::error("GetStreamingEvents", failure, [ids])
}

/// [`refusal`] by the numbers of subscriptions.
pub fn refusal_of(failure: &Failure, numbers: &[u64]) -> Element {
    let ids: Vec<String> = numbers
        .iter()
        .map(|number| id::subscription(*number))
        .collect();
    refusal(failure, &ids)
}
