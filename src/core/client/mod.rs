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
mod gate;
mod http;
mod lease;
mod level;
mod options;
mod sign_in;
mod trouble;

pub use auth::{Credentials, Kerberos, MakeTicket, Ticket, Token, Tokens, fingerprint};
pub use client::Client;
pub use clients::Clients;
pub use lease::Lease;
pub use options::{Options, Password};
