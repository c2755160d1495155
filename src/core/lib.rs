//! Synchronisation of calendars, contacts and tasks with Microsoft Exchange, without PHP.
//!
//! The layers, upward only (a test holds them to it):
//! `model`, `error` ← `dav`, `ews`, `sync` ← `mapping` ← `engine`, `client` ← `mailbox`; `client` ← `watch`.

#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing
    )
)]

pub mod client;
pub mod dav;
pub mod engine;
pub mod error;
pub mod ews;
pub mod mailbox;
pub mod mapping;
pub mod model;
pub mod sync;
pub mod watch;
