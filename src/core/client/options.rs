use super::auth::Credentials;
use super::reach::Reach;
use super::trust::Trust;
use crate::error::{Error, ErrorKind, Result};
use crate::ews::{Impersonation, Version};
use reqwest::Url;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Where a mailbox is and how to sign in to it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Options {
    /// The server's address; without a path, that of Exchange is added, and without a scheme, `https://`.
    pub url: String,
    /// The mailbox's e-mail address.
    pub address: String,
    pub credentials: Credentials,
    /// In whose name requests are made, where those credentials are an application's or a service account's.
    pub impersonation: Option<Impersonation>,
    /// A PEM file of further certificate authorities to trust.
    pub ca_file: Option<PathBuf>,
    /// Which certificate of the server is believed.
    pub trust: Trust,
    /// Speak TLS 1.0 and 1.1 too, where the build can.
    pub old_tls: bool,
    /// Which machines may be connected to.
    pub reach: Reach,
    /// The schema level that the server was found to speak with this mailbox, from earlier.
    pub level: Option<Version>,
    /// An HTTP proxy's address. The environment's proxy settings are not used.
    pub proxy: Option<String>,
    /// The longest silence of the server that is waited out. A whole answer may take three times as long.
    pub timeout: Duration,
    /// The longest back-off that is waited out; beyond it a call fails as `Busy` and says when to come back.
    pub patience: Duration,
    /// How long to keep away when a busy server does not say.
    pub back_off: Duration,
    /// The largest answer that is read, in bytes, unpacked.
    pub max_answer: usize,
    /// Requests of the mailbox at the same time; fewer for a while once the server says that these are too many. (Exchange
    /// 2010 allows 10, newer ones 27, but of listings only 5, and the person has other programs: NOTES section 3.)
    pub concurrency: usize,
    /// Requests of all its mailboxes that the server gets at the same time.
    pub server_concurrency: usize,
    /// Send the password over plain HTTP to another machine.
    pub allow_http: bool,
}

impl Options {
    pub fn new(
        url: impl Into<String>,
        address: impl Into<String>,
        password: impl Into<String>,
    ) -> Self {
        let address = address.into();
        Self {
            url: url.into(),
            credentials: Credentials::Basic {
                username: address.clone(),
                password: Password::new(password),
            },
            address,
            impersonation: None,
            ca_file: None,
            trust: Trust::default(),
            old_tls: false,
            reach: Reach::default(),
            level: None,
            proxy: None,
            // Exchange itself ends a request after about a minute (NOTES section 3).
            timeout: Duration::from_secs(100),
            patience: Duration::from_secs(30),
            back_off: Duration::from_mins(1),
            max_answer: 64 << 20,
            concurrency: 3,
            server_concurrency: 32,
            allow_http: false,
        }
    }

    /// The address to send requests to.
    pub(super) fn endpoint(&self) -> Result<Url> {
        let mut url = Url::parse(&whole(&self.url)).map_err(|error| {
            wrong("The server address is not a valid web address. Enter one like https://mail.example.org.")
                .because(error)
        })?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(wrong(
                "The server address contains a user name or password. Enter those in their own fields.",
            ));
        }
        if url.path() == "/" {
            url.set_path("/EWS/Exchange.asmx");
        }
        self.reach.check(&url)?;
        match url.scheme() {
            "https" => Ok(url),
            "http" if self.allow_http || is_loopback(&url) => Ok(url),
            "http" => Err(wrong(
                "The server address starts with http://, which would send the password unprotected. Use https://.",
            )),
            _ => Err(wrong("The server address must start with https://.")),
        }
    }
}

/// A server as people write it: a full address, or a host with or without a port. A bare IPv6 address needs brackets.
fn whole(server: &str) -> String {
    let server = server.trim();
    if server.contains("://") {
        return server.to_owned();
    }
    let (host, path) = server.split_at(server.find('/').unwrap_or(server.len()));
    if host.parse::<std::net::Ipv6Addr>().is_ok() {
        return format!("https://[{host}]{path}");
    }
    format!("https://{server}")
}

/// Without the password, and without the addresses, into which people write passwords too.
impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_matches(['[', ']']).parse::<std::net::IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

pub(super) fn wrong(sentence: impl Into<String>) -> Error {
    Error::new(ErrorKind::Configuration, sentence)
}

/// A password, or a token, which never shows itself and is wiped from memory when it is dropped.
#[derive(Clone, PartialEq, Eq, Hash, Zeroize, ZeroizeOnDrop)]
pub struct Password(String);

impl Password {
    pub fn new(password: impl Into<String>) -> Self {
        Self(password.into())
    }

    pub(super) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint(url: &str) -> Result<String> {
        Options::new(url, "anna@example.org", "secret")
            .endpoint()
            .map(String::from)
    }

    #[test]
    fn an_address_is_completed() {
        for url in [
            "mail.example.org",
            "https://mail.example.org",
            " https://mail.example.org/ ",
        ] {
            assert_eq!(
                endpoint(url).unwrap(),
                "https://mail.example.org/EWS/Exchange.asmx"
            );
        }
        assert_eq!(
            endpoint("https://h.example/x/e.asmx").unwrap(),
            "https://h.example/x/e.asmx"
        );
        for (url, whole) in [
            (
                "mail.example.org:8443",
                "https://mail.example.org:8443/EWS/Exchange.asmx",
            ),
            ("192.0.2.7:444", "https://192.0.2.7:444/EWS/Exchange.asmx"),
            ("2001:db8::7", "https://[2001:db8::7]/EWS/Exchange.asmx"),
            (
                "[2001:db8::7]:444",
                "https://[2001:db8::7]:444/EWS/Exchange.asmx",
            ),
            (
                "post.bücher.example",
                "https://post.xn--bcher-kva.example/EWS/Exchange.asmx",
            ),
            ("mail.example.org/ews/", "https://mail.example.org/ews/"),
        ] {
            assert_eq!(endpoint(url).unwrap(), whole);
        }
        for url in [
            "http://127.0.0.1:8080/e",
            "http://localhost/e",
            "http://[::1]:1/e",
        ] {
            assert_eq!(endpoint(url).unwrap(), url);
        }
    }

    #[test]
    fn an_unsafe_or_broken_address_is_refused() {
        for url in [
            "http://mail.example.org",
            "http://localhost.example.org",
            "ftp://mail.example.org",
            "https://",
            "https://anna:secret@mail.example.org",
        ] {
            let error = endpoint(url).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Configuration, "{url}");
            assert!(!format!("{error} {error:?}").contains("secret"));
        }
    }

    #[test]
    fn a_password_never_shows() {
        let options = Options {
            proxy: Some("http://anna:hunter2@proxy.example.org".to_owned()),
            ..Options::new(
                "https://anna:hunter2@mail.example.org",
                "anna@example.org",
                "hunter2",
            )
        };
        assert!(!format!("{:?}", options.credentials).contains("hunter2"));
        assert!(!format!("{options:?}").contains("hunter2"));
    }
}
