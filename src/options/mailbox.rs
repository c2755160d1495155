use super::wrong;
use crate::gssapi;
use crate::value::typed;
use exchange_core::client::{
    Clients, Credentials, Kerberos, Options, Others, Password, Reach, Token, Tokens, Trust,
    fingerprint,
};
use exchange_core::error::Result;
use exchange_core::ews::{Impersonation, Version};
use exchange_core::mailbox::EwsMailbox;
use exchange_core::mapping::Context;
use serde::Deserialize;
use serde_json::Value;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

const fn yes() -> bool {
    true
}

/// How to reach a mailbox.
#[derive(Clone, Deserialize, PartialEq, Eq, Hash)]
#[serde(deny_unknown_fields)]
pub struct MailboxOptions {
    /// The address of `Exchange.asmx`; not needed to discover it.
    #[serde(default)]
    pub url: String,
    /// The mailbox's e-mail address.
    pub address: String,
    /// How to sign in.
    #[serde(default)]
    pub auth: Auth,
    /// Basic and NTLM; for Kerberos the principal, which may be left out.
    #[serde(default)]
    pub username: Option<String>,
    /// Basic and NTLM.
    #[serde(default)]
    pub password: Option<String>,
    /// Kerberos: the file with the account's key.
    #[serde(default)]
    pub keytab: Option<String>,
    /// Kerberos: the credential cache.
    #[serde(default)]
    pub ticket_cache: Option<String>,
    /// Bearer: an access token.
    #[serde(default)]
    pub token: Option<String>,
    /// Bearer: the host's name for whose token it is; without one, no other token is taken for it.
    #[serde(default)]
    pub token_owner: Option<String>,
    /// Bearer: when it runs out, in seconds since 1970.
    #[serde(default)]
    pub token_expires: Option<u64>,
    /// In whose name requests are made.
    #[serde(default)]
    pub impersonate: Option<Impersonate>,
    /// An administrator allows plain HTTP to another machine.
    #[serde(default)]
    pub allow_http: bool,
    /// A PEM file of further certificate authorities to trust.
    #[serde(default)]
    pub ca_file: Option<String>,
    /// The SHA-256 of the one certificate to trust.
    #[serde(default)]
    pub pin: Option<String>,
    /// Whether the server's certificate counts; only an administrator says no.
    #[serde(default = "yes")]
    pub verify: bool,
    /// Speak TLS 1.0 and 1.1 too.
    #[serde(default)]
    pub old_tls: bool,
    /// Hosts that may be connected to wherever they are.
    #[serde(default)]
    pub allowed_hosts: Vec<String>,
    /// Which others may be: `all` (the default), `public`, `none`.
    #[serde(default)]
    pub other_hosts: OtherHosts,
    /// The schema level that was found earlier, for example `Exchange2013_SP1`.
    #[serde(default)]
    pub level: Option<String>,
    /// The proxy's address; without it none is used.
    #[serde(default)]
    pub proxy: Option<String>,
    /// Seconds to wait for an answer.
    #[serde(default)]
    pub timeout: Option<u64>,
    /// Seconds a busy server may keep us waiting before the cycle ends.
    #[serde(default)]
    pub patience: Option<u64>,
    /// Requests of this mailbox at a time.
    #[serde(default)]
    pub requests: Option<usize>,
    /// Requests of all mailboxes of its server at a time.
    #[serde(default)]
    pub server_requests: Option<usize>,
}

impl fmt::Debug for MailboxOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MailboxOptions")
            .field("url", &self.url)
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

/// Which hosts may be connected to besides those that are named.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq, Hash)]
#[serde(rename_all = "lowercase")]
pub enum OtherHosts {
    #[default]
    All,
    Public,
    None,
}

/// Ways to sign in.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq, Hash)]
#[serde(rename_all = "lowercase")]
pub enum Auth {
    #[default]
    Basic,
    Ntlm,
    Kerberos,
    Bearer,
}

/// The three names that a mailbox's owner can be impersonated by.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Hash)]
#[serde(rename_all = "snake_case")]
pub enum Impersonate {
    PrimarySmtpAddress(String),
    PrincipalName(String),
    Sid(String),
}

impl From<Impersonate> for Impersonation {
    fn from(impersonate: Impersonate) -> Self {
        match impersonate {
            Impersonate::PrimarySmtpAddress(name) => Self::PrimarySmtpAddress(name),
            Impersonate::PrincipalName(name) => Self::PrincipalName(name),
            Impersonate::Sid(name) => Self::Sid(name),
        }
    }
}

impl MailboxOptions {
    pub fn read(value: Value) -> Result<Self> {
        typed(value, "The description of the mailbox")
    }

    fn credentials(&self) -> Result<Credentials> {
        let missing =
            |what: &str| wrong(format!("The description of the mailbox lacks its {what}."));
        let username = || self.username.clone().ok_or_else(|| missing("username"));
        let password = || -> Result<Password> {
            let password = self.password.as_ref().ok_or_else(|| missing("password"))?;
            Ok(Password::new(password.as_str()))
        };
        Ok(match self.auth {
            Auth::Basic => Credentials::Basic {
                username: username()?,
                password: password()?,
            },
            Auth::Ntlm => Credentials::Ntlm {
                username: username()?,
                password: password()?,
            },
            Auth::Kerberos => Credentials::Kerberos(Kerberos {
                principal: self.username.clone(),
                keytab: self.keytab.as_ref().map(Into::into),
                cache: self.ticket_cache.as_ref().map(Into::into),
                make: gssapi::token,
            }),
            Auth::Bearer => {
                let token = self.token.as_ref().ok_or_else(|| missing("token"))?;
                let nobody = || fingerprint(token);
                let owner = self.token_owner.clone().unwrap_or_else(nobody);
                Credentials::Bearer(token_until(token, self.token_expires, &owner))
            }
        })
    }

    /// The mailbox, on a client that all links to it share; `tokens` gets fresh ones. No connection is made yet.
    pub fn open(
        &self,
        clients: &Clients,
        context: Context,
        tokens: Option<Arc<dyn Tokens>>,
    ) -> Result<EwsMailbox> {
        let client = clients.get(&self.options()?)?;
        let client = match tokens {
            Some(tokens) => client.with_tokens(tokens),
            None => client,
        };
        Ok(EwsMailbox::new(client, context))
    }

    pub fn options(&self) -> Result<Options> {
        let mut options = Options::new(self.url.as_str(), self.address.as_str(), "");
        options.credentials = self.credentials()?;
        options.impersonation = self.impersonate.clone().map(Into::into);
        options.allow_http = self.allow_http;
        options.ca_file = self.ca_file.as_ref().map(Into::into);
        options.trust = self.trust()?;
        options.old_tls = self.old_tls;
        options.level = self.level.as_deref().and_then(Version::named);
        options.reach = self.reach();
        options.proxy.clone_from(&self.proxy);
        options.timeout = self.timeout.map_or(options.timeout, Duration::from_secs);
        options.patience = self.patience.map_or(options.patience, Duration::from_secs);
        options.concurrency = self.requests.unwrap_or(options.concurrency);
        options.server_concurrency = self.server_requests.unwrap_or(options.server_concurrency);
        Ok(options)
    }

    fn trust(&self) -> Result<Trust> {
        Ok(match (&self.pin, self.verify) {
            (_, false) => Trust::Anything,
            (Some(pin), true) => Trust::Pinned(pin.parse()?),
            (None, true) => Trust::Authorities,
        })
    }

    fn reach(&self) -> Reach {
        Reach {
            allowed: self.allowed_hosts.clone(),
            others: match self.other_hosts {
                OtherHosts::All => Others::All,
                OtherHosts::Public => Others::Public,
                OtherHosts::None => Others::None,
            },
        }
    }
}

/// A token that runs out at that second.
pub fn token_until(token: &str, expires: Option<u64>, owner: &str) -> Token {
    Token::new(
        token,
        expires.map(|seconds| UNIX_EPOCH + Duration::from_secs(seconds)),
        owner,
    )
}
