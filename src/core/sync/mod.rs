//! Three-way synchronisation as pure functions: what changed ([`fingerprint`]), what to do about it ([`decide`]),
//! how two versions become one ([`merge`]), and when to stop and ask ([`check`](brake::check)).
//! It knows no protocol and no format; ids are opaque.

pub mod brake;
mod decide;
mod fingerprint;
mod merge;
mod terms;
mod weave;

pub use decide::{Action, Sight, decide};
pub use fingerprint::{Prints, fingerprint, is_expanded, print};
pub use merge::{Merge, Policy, Rules, Version, differs, merge};
pub use terms::{DeletePolicy, Direction, Terms};

/// Where an item is: in Nextcloud or in Exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    Local,
    Remote,
}
