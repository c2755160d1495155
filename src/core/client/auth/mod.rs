//! Signing in: how a request proves who sends it. One file a way.

mod basic;
mod bearer;
mod binding;
mod call;
mod kerberos;
mod ntlm;
mod refusal;

pub use bearer::{Token, Tokens, fingerprint};
pub use call::Call;
pub(super) use call::unless_silent;
pub use kerberos::{Kerberos, MakeTicket, Ticket};

use super::http::Build;
use super::options::{Options, Password};
use super::trouble::Trouble;
use crate::error::{Error, Result};
use bearer::Bearer;
use kerberos::Negotiate;
use ntlm::{Ntlm, Turn};
use reqwest::header::{HeaderMap, HeaderValue};
use reqwest::{Response, StatusCode};

/// Whose mailbox access it is, and what proves it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Credentials {
    /// The password itself travels, inside TLS.
    Basic {
        username: String,
        password: Password,
    },
    /// NTLM version 2: the password does not travel. The name is `DOMAIN\name` or `name@domain`.
    Ntlm {
        username: String,
        password: Password,
    },
    /// Tickets from a keytab or a credential cache on this machine.
    Kerberos(Kerberos),
    /// OAuth: a token that the host got, and gets anew when it runs out.
    Bearer(Token),
}

/// Puts the proof of one mailbox's credentials into requests.
pub enum Proof {
    Basic(HeaderValue),
    Ntlm(Ntlm),
    Negotiate(Negotiate),
    Bearer(Bearer),
}

/// An answer, and the connection that stays taken until its body is read, where the proof is the connection's.
pub struct Answered {
    pub response: Response,
    pub turn: Option<Turn>,
}

impl From<Response> for Answered {
    fn from(response: Response) -> Self {
        Self {
            response,
            turn: None,
        }
    }
}

impl Proof {
    /// `build` makes HTTP clients like the one that requests are sent by.
    pub fn new(options: &Options, build: Build) -> Result<Self> {
        Ok(match &options.credentials {
            Credentials::Basic { username, password } => {
                Self::Basic(basic::header(username, password)?)
            }
            Credentials::Ntlm { username, password } => {
                Self::Ntlm(Ntlm::new(username, password, build)?)
            }
            Credentials::Kerberos(kerberos) => Self::Negotiate(Negotiate::new(kerberos.clone())),
            Credentials::Bearer(token) => Self::Bearer(Bearer::new(token.clone())),
        })
    }

    /// The server's answer to the request with its proof: a 401 is its last word. `tokens` gives fresh ones.
    pub async fn send(
        &self,
        call: &Call<'_>,
        tokens: Option<&dyn Tokens>,
    ) -> Result<Answered, Trouble> {
        match self {
            Self::Basic(header) => Ok(call.send(Some(header.clone())).await?.into()),
            Self::Ntlm(ntlm) => ntlm.send(call).await,
            Self::Negotiate(negotiate) => Ok(negotiate.send(call).await?.into()),
            Self::Bearer(bearer) => Ok(bearer.send(call, tokens).await?.into()),
        }
    }

    /// What a 401 means.
    pub fn refusal(&self, headers: &HeaderMap, host: &str) -> Error {
        match self {
            Self::Basic(_) => refusal::of_password("Basic", headers, host),
            Self::Ntlm(_) => refusal::of_password("NTLM", headers, host),
            Self::Negotiate(negotiate) => refusal::of_ticket(negotiate.principal(), headers, host),
            Self::Bearer(_) => refusal::of_token(headers, host),
        }
    }

    /// Takes over a token that is newer than the one in use.
    pub fn offer(&self, credentials: &Credentials) {
        if let (Self::Bearer(bearer), Credentials::Bearer(token)) = (self, credentials) {
            bearer.offer(token);
        }
    }
}

fn is_refused(response: &Response) -> bool {
    response.status() == StatusCode::UNAUTHORIZED
}

/// An `Authorization` header that no log shows. The text is base64 and a scheme, so it is always valid.
fn authorization(scheme: &str, text: &str) -> Option<HeaderValue> {
    let mut header = HeaderValue::from_str(&format!("{scheme} {text}")).ok()?;
    header.set_sensitive(true);
    Some(header)
}
