use super::host::FakeHost;
use super::mailbox::FakeMailbox;
use super::world::Shared;
use exchange_core::engine::{Link, Mailbox, Report, cycle};
use exchange_core::mapping::Context;
use exchange_core::sync::Policy;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context as Poller, Poll, Waker};

/// The link as the journal has it now.
pub fn link(shared: &Shared, policy: Policy) -> Link {
    let keys = Arc::clone(shared);
    let mut world = shared.lock();
    world.begun = world.clock;
    let today = chrono::DateTime::from_timestamp(world.clock, 0).unwrap();
    Link {
        id: 1,
        kind: world.kind,
        folder: "folder".to_owned(),
        cursor: world.cursor.clone(),
        token: world.stored_token.clone(),
        full: false,
        policy,
        context: Context::new(chrono_tz::Europe::Berlin, today.date_naive()),
        max_deletes: None,
        options: exchange_core::engine::Options::default(),
        keys: Arc::new(move || keys.lock().fresh("key")),
    }
}

/// Runs one cycle; None: it died on the way.
pub fn drive(shared: &Shared, link: &Link) -> Option<Report> {
    drive_with(shared, link, &FakeMailbox(Arc::clone(shared)))
}

/// The same with another mailbox in front of the world's.
pub fn drive_with(shared: &Shared, link: &Link, mailbox: &dyn Mailbox) -> Option<Report> {
    {
        let mut world = shared.lock();
        world.chaos.begin_cycle();
        world.note(|| "--- cycle".to_owned());
    }
    let host = FakeHost(Arc::clone(shared));
    let mut future = pin!(cycle(link, mailbox, &host));
    let mut poller = Poller::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(report) = future.as_mut().poll(&mut poller) {
            shared.lock().note(|| format!("{report:?}"));
            return Some(report);
        }
        if shared.lock().chaos.crashed {
            return None;
        }
    }
}
