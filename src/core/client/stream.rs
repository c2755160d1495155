//! An answer that does not end: one SOAP envelope after another, as they come.

use super::auth::{Answered, unless_silent};
use super::trouble::{self, Trouble};
use crate::error::Result;
use crate::ews::{Happened, StreamFailure};
use std::time::Duration;
use tokio::time::Instant;

/// The end tag of an envelope, whatever its prefix.
const END: &[u8] = b"Envelope>";

/// More than a server has to say at once; beyond it something else is being sent.
const LONGEST: usize = 8 << 20;

/// An open stream of events. Dropping it closes the connection.
pub struct Stream {
    answered: Answered,
    host: String,
    silence: Duration,
    /// When it gave a sign of life last.
    alive: Instant,
    unread: Vec<u8>,
    /// Up to here there is no end.
    searched: usize,
}

/// What a stream brought.
pub type Part = std::result::Result<Happened, StreamFailure>;

impl Stream {
    /// `silence` is the longest time without a sign of life: a server sends one every 45 seconds or so.
    pub fn new(answered: Answered, host: String, silence: Duration) -> Self {
        Self {
            answered,
            host,
            silence,
            alive: Instant::now(),
            unread: Vec::new(),
            searched: 0,
        }
    }

    /// The next envelope; None where the server ends the answer. An error where the connection breaks, is silent for too long,
    /// or brings something else. Nothing is lost when this is dropped and called again.
    pub async fn next(&mut self) -> Result<Option<Part>> {
        loop {
            if let Some(envelope) = self.envelope() {
                return Happened::of(&envelope).map(Some);
            }
            if self.unread.len() > LONGEST {
                return Err(trouble::oversized(&self.host, LONGEST).error);
            }
            let left = self.silence.saturating_sub(self.alive.elapsed());
            let chunk = self.answered.response.chunk();
            match unless_silent(chunk, left, &self.host).await {
                Ok(Some(chunk)) => {
                    self.alive = Instant::now();
                    self.unread.extend_from_slice(&chunk);
                }
                Ok(None) if self.unread.iter().all(u8::is_ascii_whitespace) => return Ok(None),
                // A page, or half an envelope: reading it says what is wrong.
                Ok(None) => return Happened::of(&std::mem::take(&mut self.unread)).map(Some),
                Err(Trouble { error, .. }) => return Err(error),
            }
        }
    }

    /// Cuts off the first envelope, if all of it is there.
    fn envelope(&mut self) -> Option<Vec<u8>> {
        let mut from = self.searched;
        while let Some(at) = find(&self.unread, from) {
            let end = at + END.len();
            if is_end_tag(self.unread.get(..at).unwrap_or_default()) {
                let rest = self.unread.split_off(end);
                self.searched = 0;
                return Some(std::mem::replace(&mut self.unread, rest));
            }
            from = end;
        }
        // The end may lie half in what comes next.
        self.searched = self.unread.len().saturating_sub(END.len());
        None
    }
}

fn find(bytes: &[u8], from: usize) -> Option<usize> {
    let within = bytes.get(from..)?;
    let at = within.windows(END.len()).position(|part| part == END)?;
    Some(from + at)
}

/// Whether what stands before the name is `</` or `</prefix:`.
fn is_end_tag(before: &[u8]) -> bool {
    let start = before
        .iter()
        .rposition(|byte| matches!(byte, b'<' | b'>' | b' '));
    let tag = start.and_then(|start| before.get(start..));
    tag.is_some_and(|tag| tag == b"</" || tag.starts_with(b"</") && tag.ends_with(b":"))
}
