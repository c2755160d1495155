//! A mailbox and a host in memory, written to the contracts of `exchange_core::engine` and sharing no code with it,
//! and the chaos that comes over both.
#![allow(
    dead_code,
    unused_imports,
    reason = "each test program uses its own part"
)]

pub mod card;
mod chaos;
mod host;
mod mailbox;
mod people;
pub mod rng;
mod run;
pub mod world;

pub use chaos::{Chaos, Fate};
pub use host::FakeHost;
pub use mailbox::FakeMailbox;
pub use run::{drive, link};
pub use world::{Shared, World, world};
