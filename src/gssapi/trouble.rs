//! What can go wrong before a ticket is there, each as one sentence.

use exchange_core::client::Ticket;
use exchange_core::error::{Error, ErrorKind};

/// What the library says: its status, and its words for it.
pub struct Said {
    pub major: u32,
    pub text: String,
}

/// GSS_S_CREDENTIALS_EXPIRED.
const EXPIRED: u32 = 11 << 16;

/// The library's words are English and the same in all releases; its numbers differ by how mechanisms are stacked.
pub fn sentence(said: &Said, ticket: &Ticket<'_>) -> Error {
    let whose = ticket
        .kerberos
        .principal
        .as_deref()
        .unwrap_or("the account");
    let host = ticket.host;
    let says = |words: &[&str]| words.iter().any(|words| said.text.contains(words));
    let (kind, sentence) = if said.major & 0x00ff_0000 == EXPIRED || says(&["xpired"]) {
        (
            ErrorKind::Credentials,
            format!(
                "The Kerberos ticket of {whose} has expired. Renew it (kinit), or use a keytab, which renews it by itself."
            ),
        )
    } else if says(&["lock skew"]) {
        (
            ErrorKind::Configuration,
            "The clock of this machine and that of the Kerberos server differ too much. Set both by a time server."
                .to_owned(),
        )
    } else if says(&["Cannot contact any KDC", "Cannot find KDC"]) {
        (
            ErrorKind::Unreachable,
            format!(
                "No Kerberos server answers for {whose}. Check /etc/krb5.conf, the network and the firewall (port 88)."
            ),
        )
    } else if says(&[
        "Server not found in Kerberos database",
        "not found in Kerberos database",
    ]) && !says(&["Client"])
    {
        (
            ErrorKind::Configuration,
            format!(
                "Kerberos does not know the service HTTP/{host}. Enter the server by the name that has this service principal (setspn), or let its administrator add it."
            ),
        )
    } else if says(&["Client"]) && says(&["not found in Kerberos database"]) {
        (
            ErrorKind::Credentials,
            format!("Kerberos does not know {whose}. Check the name and its realm (name@REALM)."),
        )
    } else if says(&[
        "Preauthentication failed",
        "Password incorrect",
        "Decrypt integrity check failed",
    ]) {
        (
            ErrorKind::Credentials,
            format!("The key in the keytab is not (any more) that of {whose}. Make a new keytab."),
        )
    } else if says(&["revoked", "locked out"]) {
        (
            ErrorKind::Credentials,
            format!("The Kerberos account {whose} is locked. Ask its administrator to unlock it."),
        )
    } else if let Some(keytab) = &ticket.kerberos.keytab {
        (
            ErrorKind::Configuration,
            format!(
                "The keytab {} gives no ticket for {whose} ({}). Check that PHP's user may read the file and that it holds this name (klist -k).",
                keytab.display(),
                said.text
            ),
        )
    } else {
        (
            ErrorKind::Configuration,
            format!(
                "There is no Kerberos ticket for {whose} ({}). Name a keytab, or a credential cache that PHP's user may read (klist).",
                said.text
            ),
        )
    };
    Error::new(kind, sentence).because(said.text.clone())
}
