use super::{Call, authorization, binding, is_refused};
use crate::client::trouble::Trouble;
use crate::error::{Error, ErrorKind, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use parking_lot::Mutex;
use reqwest::Response;
use reqwest::header::HeaderValue;
use std::hash::{Hash, Hasher};
use std::path::PathBuf;

/// Where the tickets come from. The system's Kerberos library makes them, which only the embedding program can call.
#[derive(Clone, Debug)]
pub struct Kerberos {
    /// `name@REALM`; without one, whom the cache or the keytab is for.
    pub principal: Option<String>,
    /// A file with the account's key, from which tickets are got.
    pub keytab: Option<PathBuf>,
    /// A credential cache with tickets. Without it and without a keytab, the default one of this machine.
    pub cache: Option<PathBuf>,
    pub make: MakeTicket,
}

/// What a ticket is for.
#[derive(Debug)]
pub struct Ticket<'a> {
    pub kerberos: &'a Kerberos,
    /// The server's name, as the client calls it.
    pub host: &'a str,
    /// The channel binding of the TLS connection.
    pub binding: Option<&'a [u8]>,
}

/// Makes the token of a Negotiate sign-in (RFC 4178). It may ask a key distribution centre, and takes as long as that.
pub type MakeTicket = fn(&Ticket<'_>) -> Result<Vec<u8>>;

impl Kerberos {
    fn sources(&self) -> (&Option<String>, &Option<PathBuf>, &Option<PathBuf>) {
        (&self.principal, &self.keytab, &self.cache)
    }
}

impl PartialEq for Kerberos {
    fn eq(&self, other: &Self) -> bool {
        self.sources() == other.sources()
    }
}

impl Eq for Kerberos {}

impl Hash for Kerberos {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.sources().hash(state);
    }
}

/// Kerberos inside Negotiate (RFC 4559): a token with every request, so that any connection will do.
pub struct Negotiate {
    kerberos: Kerberos,
    binding: Mutex<Known>,
}

/// The channel binding of the server's certificate.
#[derive(Clone)]
enum Known {
    /// No connection has shown it yet.
    NotYet,
    /// None without TLS.
    Binding(Option<Vec<u8>>),
}

impl Negotiate {
    pub const fn new(kerberos: Kerberos) -> Self {
        Self {
            kerberos,
            binding: Mutex::new(Known::NotYet),
        }
    }

    pub fn principal(&self) -> Option<&str> {
        self.kerberos.principal.as_deref()
    }

    pub async fn send(&self, call: &Call<'_>) -> Result<Response, Trouble> {
        let known = self.binding.lock().clone();
        let binding = match known {
            Known::Binding(binding) => binding,
            Known::NotYet => self.learn(call).await?,
        };
        let token = self.token(call.host, binding.clone()).await?;
        let response = call.send(Some(token)).await?;
        let other = binding::of(&response);
        if !is_refused(&response) || other == binding {
            return Ok(response);
        }
        // A server behind the same name with another certificate.
        *self.binding.lock() = Known::Binding(other.clone());
        call.drain(response).await?;
        let token = self.token(call.host, other).await?;
        call.send(Some(token)).await
    }

    /// A request without body shows the certificate.
    async fn learn(&self, call: &Call<'_>) -> Result<Option<Vec<u8>>, Trouble> {
        if call.url.scheme() != "https" {
            *self.binding.lock() = Known::Binding(None);
            return Ok(None);
        }
        let response = call.knock(call.http, None).await?;
        let binding = binding::of(&response);
        call.drain(response).await?;
        *self.binding.lock() = Known::Binding(binding.clone());
        Ok(binding)
    }

    async fn token(&self, host: &str, binding: Option<Vec<u8>>) -> Result<HeaderValue, Trouble> {
        let kerberos = self.kerberos.clone();
        let host = host.to_owned();
        let made = tokio::task::spawn_blocking(move || {
            (kerberos.make)(&Ticket {
                kerberos: &kerberos,
                host: &host,
                binding: binding.as_deref(),
            })
        });
        let token = made
            .await
            .unwrap_or_else(|_| Err(unmade()))
            .map_err(Trouble::lasting)?;
        authorization("Negotiate", &STANDARD.encode(token))
            .ok_or_else(|| Trouble::lasting(unmade()))
    }
}

fn unmade() -> Error {
    Error::new(
        ErrorKind::Bug,
        "The Kerberos ticket could not be made. Try again; if it keeps happening, report it to us.",
    )
}
