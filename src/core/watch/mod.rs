//! Watching mailboxes: who has changes is told when they happen, so that nobody has to be asked by the clock.
//!
//! [`Watches`] places each mailbox in a group. A group has one connection to the server, by which it hears of all its members:
//! mailboxes of one service account share theirs, every other one has a group of its own. What is heard goes to the
//! [`Listener`]. Events only say that it is time for a cycle: nothing is taken from them, and whenever one may have been
//! missed, the listener is told so.

mod group;
mod line;
mod member;
mod notice;
mod pace;
mod quiet;
mod subscription;
mod watches;

pub use notice::{Listener, Notice, Reason, State};
pub use pace::Pace;
pub use watches::Watches;
