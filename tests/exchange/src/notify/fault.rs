//! What goes wrong with subscriptions and streams when a test says so.

use crate::server::Server;

use super::Hub;
use super::pump::lost;
use super::stream;

impl Hub {
    /// Loses the subscriptions of all mailboxes, or of one; gives how many. Each is told with that code when its owner asks
    /// about it, or when it would have been told of something next; at once where a stream is open and `now` says so.
    pub fn lose(
        &self,
        server: &Server,
        mailbox: Option<&str>,
        code: &'static str,
        now: bool,
    ) -> usize {
        let mut state = self.state.lock();
        let numbers = state.subscriptions_of(mailbox);
        for number in &numbers {
            let Some(subscription) = state.subscriptions.get_mut(number) else {
                continue;
            };
            subscription.lost = Some(code);
            if now && let Some(over) = subscription.stream {
                state.remove(*number);
                state.end_with(server, Some(over), &lost(code), &[*number]);
            }
        }
        numbers.len()
    }

    /// Ends the streams of all mailboxes, or of one, as if their time was over; gives how many.
    pub fn close_streams(&self, server: &Server, mailbox: Option<&str>) -> usize {
        let mut state = self.state.lock();
        let numbers = state.streams_of(mailbox);
        for number in &numbers {
            let closed = stream::envelope(server, stream::status("Closed"));
            state.send(*number, closed);
            state.end(*number);
        }
        numbers.len()
    }

    /// Breaks the connections of the streams of all mailboxes, or of one; gives how many.
    pub fn cut_streams(&self, mailbox: Option<&str>) -> usize {
        let mut state = self.state.lock();
        let numbers = state.streams_of(mailbox);
        for number in &numbers {
            if let Some(stream) = state.end(*number) {
                stream.cut();
            }
        }
        numbers.len()
    }
}
