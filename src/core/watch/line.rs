use super::pace::Pace;
use crate::client::{Client, Part, Stream};
use crate::error::Result;
use crate::ews::GetStreamingEvents;
use futures_util::future::BoxFuture;
use std::future::pending;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// A new stream takes the subscriptions over from the one before, which may bring what happened until then. Not for longer.
const OVERLAP: Duration = Duration::from_secs(10);

/// A stream that lasted for so long was a good one.
const LASTING: Duration = Duration::from_secs(30);

/// The connection by which a group hears of its members.
pub struct Line {
    now: Now,
    old: Option<(Stream, Instant)>,
}

enum Now {
    /// To be opened at that time.
    Down(Instant),
    Opening(BoxFuture<'static, Result<Stream>>),
    Up(Box<Stream>, Instant),
}

/// What comes over the line.
pub enum Heard {
    Opened(Result<()>),
    /// None where the server ended the stream without a word.
    Part(Result<Option<Part>>),
    /// From the stream before.
    Late(Part),
}

impl Line {
    pub fn new() -> Self {
        Self {
            now: Now::Down(Instant::now()),
            old: None,
        }
    }

    /// When it is to be opened; None where it is open, or about to be.
    pub const fn down_until(&self) -> Option<Instant> {
        match self.now {
            Now::Down(until) => Some(until),
            _ => None,
        }
    }

    pub const fn is_up(&self) -> bool {
        matches!(self.now, Now::Up(..))
    }

    /// Whether it has been up for so long that what went wrong before is over.
    pub fn has_lasted(&self) -> bool {
        matches!(&self.now, Now::Up(_, since) if since.elapsed() >= LASTING)
    }

    /// Opens it, also anew where it is up.
    pub fn open(&mut self, client: &Client, subscriptions: Vec<String>, pace: &Pace) {
        let operation = GetStreamingEvents {
            subscriptions,
            minutes: pace.minutes,
        };
        let (client, silence) = (client.in_name_of(client), pace.silence);
        let opening = Box::pin(async move { client.stream(&operation, silence).await });
        if let Now::Up(stream, _) = std::mem::replace(&mut self.now, Now::Opening(opening)) {
            self.old = Some((*stream, Instant::now() + OVERLAP));
        }
    }

    pub fn close(&mut self, until: Instant) {
        self.now = Now::Down(until);
    }

    /// The next that comes. Never, while it is down. Nothing is lost when this is dropped and called again.
    pub async fn hear(&mut self) -> Heard {
        loop {
            let Self { now, old } = self;
            tokio::select! {
                biased;
                late = late(old) => match late {
                    Some(part) => return Heard::Late(part),
                    None => self.old = None,
                },
                heard = listen(now) => return heard,
            }
        }
    }
}

async fn late(old: &mut Option<(Stream, Instant)>) -> Option<Part> {
    match old {
        Some((stream, until)) => timeout_at(*until, stream.next()).await.ok()?.ok().flatten(),
        None => pending().await,
    }
}

async fn listen(now: &mut Now) -> Heard {
    match now {
        Now::Down(_) => pending().await,
        Now::Opening(opening) => match opening.await {
            Ok(stream) => {
                *now = Now::Up(Box::new(stream), Instant::now());
                Heard::Opened(Ok(()))
            }
            Err(error) => {
                *now = Now::Down(Instant::now());
                Heard::Opened(Err(error))
            }
        },
        Now::Up(stream, _) => Heard::Part(stream.next().await),
    }
}
