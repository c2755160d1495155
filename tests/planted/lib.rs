//! The synchronisation as in `src/core`, with a switch for each planted bug (see `build.rs` and docs/adr).
#![allow(
    warnings,
    clippy::all,
    clippy::pedantic,
    clippy::restriction,
    reason = "the source is checked where it is written"
)]

include!(concat!(env!("OUT_DIR"), "/core/lib.rs"));
