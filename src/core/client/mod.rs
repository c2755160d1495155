//! The only network I/O: HTTP, sign-in, back-off, version negotiation.

mod auth;
#[expect(
    clippy::module_inception,
    reason = "the type of that name is what the module is about"
)]
mod client;
mod clients;
mod connection;
mod cookies;
mod discover;
mod gate;
mod http;
mod lease;
mod level;
mod limit;
mod names;
mod options;
mod reach;
mod server;
mod sign_in;
mod srv;
mod stream;
mod trace;
mod transport;
mod trouble;
mod trust;
mod width;

pub use auth::{Credentials, Kerberos, MakeTicket, Ticket, Token, Tokens, fingerprint};
pub use client::Client;
pub use clients::Clients;
pub use discover::Found;
pub use gate::pause_of_at_most;
pub use lease::Lease;
pub use limit::Limit;
pub use names::{Names, System};
pub use options::{Options, Password};
pub use reach::{Others, Reach};
pub use server::Limits;
pub use stream::{Part, Stream};
pub use trust::{Fingerprint, Trust};
