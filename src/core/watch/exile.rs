use super::group::Order;
use tokio::sync::mpsc::UnboundedSender;

/// Mailboxes whose subscriptions do not live where those of their group do: each has a connection of its own. (A farm of servers
/// keeps a mailbox's subscriptions on the machine that has the mailbox.)
#[derive(Default)]
pub struct Exiles(Vec<(i64, UnboundedSender<Order>)>);

impl Exiles {
    pub fn add(&mut self, id: i64, inbox: UnboundedSender<Order>) {
        self.0.push((id, inbox));
    }

    pub fn remove(&mut self, id: i64) {
        self.0.retain(|(one, _)| *one != id);
    }
}
