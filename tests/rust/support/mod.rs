//! A mailbox and a host in memory, written to the contracts of `exchange_core::engine` and sharing no code with it,
//! stories of what comes over both, and the promises that hold at their end.
#![allow(
    dead_code,
    unused_imports,
    reason = "each test program uses its own part"
)]

mod card;
pub mod chance;
mod chaos;
mod disasters;
mod event;
pub mod fields;
mod host;
pub mod life;
mod mailbox;
mod people;
mod promises;
pub mod rng;
mod run;
pub mod story;
pub mod world;

pub use chaos::Chaos;
pub use host::FakeHost;
pub use mailbox::FakeMailbox;
pub use run::{drive, drive_with, link};
pub use world::{Shared, World, world};
