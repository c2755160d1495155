//! Why there is no connection to a server, or why it broke off, each as one sentence with cause and remedy.

use super::reach::NotAllowed;
use super::trouble::Trouble;
use super::trust::NotPinned;
use crate::error::{Error, ErrorKind};
use rustls::CertificateError;
use std::error::Error as StdError;
use std::io;

/// Before or while a request was sent, or while its answer was read.
pub fn of_transport(error: reqwest::Error, host: &str) -> Trouble {
    // The address stands in the sentence already, and an error must not carry what a URL may hold.
    let error = error.without_url();
    let (kind, sentence) = refused(&error)
        .or_else(|| of_tls(&error, host))
        .or_else(|| of_openssl(&error, host))
        .or_else(|| of_proxy(&error))
        .or_else(|| of_names(&error, host))
        .or_else(|| of_connecting(&error, host))
        .unwrap_or_else(|| of_reading(&error, host));
    // A server that is not there stays away for longer than a few seconds.
    let passing = !error.is_connect();
    let error = Error::new(kind, sentence).because(error);
    if passing {
        Trouble::passing(error)
    } else {
        Trouble::lasting(error)
    }
}

type Told = Option<(ErrorKind, String)>;

fn refused(error: &reqwest::Error) -> Told {
    find::<NotAllowed>(error).map(|refused| (ErrorKind::Configuration, refused.to_string()))
}

fn of_tls(error: &reqwest::Error, host: &str) -> Told {
    let tls = find::<rustls::Error>(error)?;
    let sentence = match tls {
        rustls::Error::InvalidCertificate(why) => {
            return Some((ErrorKind::Certificate, of_certificate(why, host)));
        }
        rustls::Error::InvalidMessage(_) | rustls::Error::InappropriateMessage { .. } => format!(
            "The server {host} does not speak TLS at this port, so the password was not sent. Check the port in the \
             server address; Exchange usually answers at 443."
        ),
        rustls::Error::PeerIncompatible(_) | rustls::Error::AlertReceived(_) => format!(
            "The server {host} and this one find no version of TLS or cipher that both speak. Exchange must offer TLS \
             1.2 or 1.3; ask its administrator to enable that (docs/connecting.md, “Old servers”)."
        ),
        _ => return None,
    };
    Some((ErrorKind::Certificate, sentence))
}

/// The same in the words of OpenSSL, which servers with old TLS are spoken to by.
fn of_openssl(error: &reqwest::Error, host: &str) -> Told {
    let known = [
        ("certificate has expired", CertificateError::Expired),
        (
            "certificate is not yet valid",
            CertificateError::NotValidYet,
        ),
        ("hostname mismatch", CertificateError::NotValidForName),
        ("IP address mismatch", CertificateError::NotValidForName),
        ("certificate verify failed", CertificateError::UnknownIssuer),
    ];
    if let Some((_, why)) = known
        .iter()
        .find(|(words, _)| find_text(error, words).is_some())
    {
        return Some((ErrorKind::Certificate, of_certificate(why, host)));
    }
    find_text(error, "SSL routines").map(|_| {
        (
            ErrorKind::Certificate,
            format!(
                "The server {host} and this one find no version of TLS or cipher that both speak, although TLS 1.0 and 1.1 are \
                 allowed. OpenSSL must allow them too (docs/connecting.md, “Old servers”)."
            ),
        )
    })
}

/// What is wrong with a certificate, and what to do about it.
fn of_certificate(why: &CertificateError, host: &str) -> String {
    let (cause, remedy) = match why {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => (
            "has expired".to_owned(),
            "Ask the administrator of the mail server to renew it, and check this server's clock.",
        ),
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => (
            "is not valid yet".to_owned(),
            "Check the clocks of both servers.",
        ),
        CertificateError::NotValidForName => (
            "is for another host name".to_owned(),
            "Enter the server by the name in its certificate.",
        ),
        CertificateError::NotValidForNameContext { presented, .. } => (
            format!("is for {}", names(presented)),
            "Enter the server by the name in its certificate.",
        ),
        CertificateError::UnknownIssuer => (
            "is signed by an authority that this server does not know, or by itself".to_owned(),
            "Ask the administrator to install a certificate of a known authority, or to name its authority or its \
             fingerprint with “occ exchange:server” (--ca-file, --pin).",
        ),
        CertificateError::Revoked => (
            "was revoked".to_owned(),
            "Ask the administrator of the mail server to replace it.",
        ),
        CertificateError::Other(other) => match other.0.downcast_ref::<NotPinned>() {
            Some(NotPinned { shown }) => (
                format!("is not the pinned one; its SHA-256 is {shown}"),
                "If it was renewed, an administrator pins the new one with “occ exchange:server --pin”. If not, \
                 somebody may be listening.",
            ),
            None => signed_by_itself(),
        },
        _ => signed_by_itself(),
    };
    format!("The certificate of {host} {cause}, so the password was not sent. {remedy}")
}

/// Programs that sign their own certificate often make one that no rule book allows.
fn signed_by_itself() -> (String, &'static str) {
    (
        "is not one that a server may have (often one that a program signed for itself)".to_owned(),
        "Ask the administrator to install a certificate of a known authority, or to pin this one with “occ \
         exchange:server --pin”.",
    )
}

fn names(presented: &[String]) -> String {
    // As rustls prints them: `DnsName("mail.example.org")`.
    let name = |text: &String| text.split('"').nth(1).unwrap_or(text).to_owned();
    let names: Vec<String> = presented.iter().take(3).map(name).collect();
    if names.is_empty() {
        "no host name at all".to_owned()
    } else {
        names.join(", ")
    }
}

fn of_proxy(error: &reqwest::Error) -> Told {
    let said = find_text(error, "tunnel error")?;
    let sentence = if said.contains("authorization") {
        "The proxy asks for a sign-in. Check “proxyuserpwd” in Nextcloud's config.php."
    } else if said.contains("failed to create") {
        "The proxy cannot be reached. Check “proxy” in Nextcloud's config.php."
    } else {
        "The proxy does not let the connection through. Ask its administrator to allow the mail server, or name the \
         mail server in “proxyexclude” in Nextcloud's config.php."
    };
    Some((ErrorKind::Configuration, sentence.to_owned()))
}

fn of_names(error: &reqwest::Error, host: &str) -> Told {
    find_text(error, "dns error").map(|_| {
        (
            ErrorKind::Unreachable,
            format!(
                "The server {host} is not found. Check the server address for typing errors; if it is right, check \
                 this server's DNS."
            ),
        )
    })
}

fn of_connecting(error: &reqwest::Error, host: &str) -> Told {
    if !error.is_connect() {
        return None;
    }
    let io = find::<io::Error>(error).map(io::Error::kind);
    let sentence = if error.is_timeout() {
        format!(
            "The server {host} cannot be reached: nothing answers. Usually a firewall stands between; ask whether this \
             server may connect to it, or check the proxy setting."
        )
    } else if io == Some(io::ErrorKind::ConnectionRefused) {
        format!(
            "The server {host} cannot be reached: it refuses the connection. Check the port in the server address, \
             and whether Exchange is running there."
        )
    } else if matches!(
        io,
        Some(io::ErrorKind::NetworkUnreachable | io::ErrorKind::HostUnreachable)
    ) {
        format!(
            "The server {host} cannot be reached: there is no way to its network. Check this server's network and the \
             proxy setting."
        )
    } else {
        format!(
            "The server {host} cannot be reached. Check the server address, the firewall and the proxy setting."
        )
    };
    Some((ErrorKind::Unreachable, sentence))
}

fn of_reading(error: &reqwest::Error, host: &str) -> (ErrorKind, String) {
    if error.is_decode() || error.is_body() {
        (
            ErrorKind::Protocol,
            format!(
                "The answer of {host} was cut off. Try again; if it keeps happening, check the proxy or firewall."
            ),
        )
    } else if find_text(error, "invalid HTTP").is_some()
        || find_text(error, "message head").is_some()
    {
        (
            ErrorKind::Protocol,
            format!(
                "What {host} answers is not HTTP. Check the port in the server address; Exchange usually answers at 443."
            ),
        )
    } else {
        (
            ErrorKind::Unreachable,
            format!("The connection to {host} broke off. Synchronising tries again later."),
        )
    }
}

/// The first cause of this type, also inside what an `io::Error` wraps.
fn find<'a, T: StdError + 'static>(error: &'a (dyn StdError + 'static)) -> Option<&'a T> {
    causes(error).find_map(|cause| cause.downcast_ref::<T>())
}

/// The text of the first cause that says these words.
fn find_text(error: &(dyn StdError + 'static), words: &str) -> Option<String> {
    causes(error)
        .map(ToString::to_string)
        .find(|text| text.contains(words))
}

fn causes<'a>(
    error: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |cause| next(*cause))
}

fn next<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a (dyn StdError + 'static)> {
    let wrapped = error
        .downcast_ref::<io::Error>()
        .and_then(io::Error::get_ref);
    wrapped.map_or_else(
        || error.source(),
        |inner| Some(inner as &(dyn StdError + 'static)),
    )
}
