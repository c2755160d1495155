use super::group::{self, Group, Order, Unfinished};
use super::notice::Listener;
use super::pace::Pace;
use crate::client::{Client, Options};
use crate::ews::MOST_SUBSCRIPTIONS;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::Arc;
use tokio::runtime::Handle;
use tokio::sync::mpsc::{Receiver, UnboundedSender, channel};

/// The mailboxes that are watched. All watches end when this is dropped, what servers keep for them in the background.
pub struct Watches {
    runtime: Handle,
    listener: Arc<dyn Listener>,
    pace: Pace,
    state: Mutex<State>,
    unfinished: Unfinished,
    finished: Receiver<Infallible>,
}

#[derive(Default)]
struct State {
    /// Of each watch, the group that it is in.
    places: HashMap<i64, Place>,
    /// The groups of mailboxes that may share a connection, by what they have in common.
    shared: HashMap<Options, Vec<Room>>,
}

struct Place {
    inbox: UnboundedSender<Order>,
    common: Option<Options>,
}

/// A group with room for more.
struct Room {
    inbox: UnboundedSender<Order>,
    members: usize,
}

impl Watches {
    pub fn new(runtime: Handle, listener: Arc<dyn Listener>, pace: Pace) -> Self {
        let (unfinished, finished) = channel(1);
        Self {
            runtime,
            listener,
            pace,
            state: Mutex::default(),
            unfinished,
            finished,
        }
    }

    /// Ends all watches, and waits until servers keep nothing for them any more: a server that does not answer is waited for,
    /// too, so somebody has to limit it.
    pub async fn end(self) {
        let Self {
            state,
            unfinished,
            mut finished,
            ..
        } = self;
        drop((state, unfinished));
        // Nothing ever comes.
        let _: Option<Infallible> = finished.recv().await;
    }

    /// Watches folders of a mailbox, in place of what was watched under that id before.
    pub fn watch(&self, id: i64, options: &Options, client: Client, folders: Vec<String>) {
        self.unwatch(id);
        let mut state = self.state.lock();
        let common = common(options);
        let inbox = match &common {
            Some(common) => self.room(state.shared.entry(common.clone()).or_default()),
            None => self.start(),
        };
        // A group that has ended would be one of ours that was dropped.
        let _ = inbox.send(Order::Add {
            id,
            client: Box::new(client),
            folders,
        });
        state.places.insert(id, Place { inbox, common });
    }

    pub fn unwatch(&self, id: i64) {
        let mut state = self.state.lock();
        let Some(place) = state.places.remove(&id) else {
            return;
        };
        let _ = place.inbox.send(Order::Remove { id });
        let Some(common) = place.common else {
            return;
        };
        if let Some(rooms) = state.shared.get_mut(&common) {
            for room in rooms.iter_mut() {
                room.members -= usize::from(room.inbox.same_channel(&place.inbox));
            }
            rooms.retain(|room| room.members > 0);
            if rooms.is_empty() {
                state.shared.remove(&common);
            }
        }
    }

    /// A place in the first group that has one.
    fn room(&self, rooms: &mut Vec<Room>) -> UnboundedSender<Order> {
        if let Some(room) = rooms
            .iter_mut()
            .find(|room| room.members < MOST_SUBSCRIPTIONS)
        {
            room.members += 1;
            return room.inbox.clone();
        }
        let inbox = self.start();
        rooms.push(Room {
            inbox: inbox.clone(),
            members: 1,
        });
        inbox
    }

    fn start(&self) -> UnboundedSender<Order> {
        let (inbox, group) = Group::new(
            Arc::clone(&self.listener),
            self.pace,
            self.unfinished.clone(),
        );
        self.runtime.spawn(group::run(group));
        inbox
    }
}

/// What mailboxes that may share a connection have in common: everything but whose they are. None where they have to sign in
/// each for itself.
fn common(options: &Options) -> Option<Options> {
    options.impersonation.as_ref()?;
    Some(Options {
        address: String::new(),
        impersonation: None,
        level: None,
        ..options.clone()
    })
}
