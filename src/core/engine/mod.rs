//! One link's cycle, and the two seams it stands between: the [`Mailbox`] on the remote side, in words that
//! no protocol owns, and the [`Host`] on the local side, which PHP plays.

mod agreement;
mod alike;
mod base;
mod batch;
mod case;
mod changed;
mod creation;
mod cycle;
mod deletes;
mod gather;
mod host;
mod keep;
mod leave;
mod link;
mod listing;
mod mailbox;
mod moved;
mod named;
mod place;
mod plan;
mod rehearsal;
mod window;
mod work;
mod years;

pub use cycle::cycle;

pub use crate::sync::Side;
pub use host::{
    Cause, Finding, Host, Kept, LocalChange, LocalChanges, LocalObject, LossRow, Operation,
    Outcome, Pair, PairState, Report, Save, Select, Step, StepAction, Write,
};
pub(crate) use link::derived_uid;
pub use link::{Keys, Link, Options, fresh_keys};
pub use mailbox::{Changes, Create, Folder, Mailbox, Named, RemoteItem, RemoteRef, Update};
pub use window::Window;
