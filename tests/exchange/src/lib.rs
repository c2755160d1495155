//! A stand-in Exchange server: an EWS endpoint with its own item store, for tests, benchmarks and the demo.
//! It shares no code with the product, so that two readings of the protocol check each other.

pub mod bag;
pub mod element;
pub mod keys;
pub mod recurrence;
pub mod schema;
pub mod zone;
