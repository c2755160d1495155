//! A stand-in Exchange server: an EWS endpoint with its own item store, for tests, benchmarks and the demo.
//! It shares no code with the product, so that two readings of the protocol check each other.

mod affinity;
pub mod autodiscover;
pub mod bag;
pub mod calls;
mod certificate;
pub mod changes;
mod control;
pub mod dump;
pub mod edit;
pub mod element;
mod endpoint;
pub mod envelope;
mod extended;
pub mod failure;
pub mod fault;
pub mod global_id;
pub mod id;
pub mod item;
pub mod keys;
pub mod mail;
pub mod mime;
pub mod notify;
pub mod operation;
pub mod page;
pub mod path;
pub mod process;
pub mod recurrence;
pub mod remote;
mod reply;
pub mod schema;
pub mod seed;
mod server;
pub mod sharing;
pub mod shortcut;
mod sign_in;
mod standin;
pub mod store;
pub mod target;
mod tokens;
pub mod version;
pub mod view;
pub mod zone;

pub use standin::{Builder, Standin};
