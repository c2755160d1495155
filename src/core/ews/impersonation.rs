use super::Writer;

/// In whose name a request is made. Who signs in needs the right ApplicationImpersonation for that mailbox.
/// <https://learn.microsoft.com/exchange/client-developer/web-service-reference/connectingsid>
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Impersonation {
    /// The mailbox's main address.
    PrimarySmtpAddress(String),
    /// The person's sign-in name, `name@domain`.
    PrincipalName(String),
    /// The person's security identifier, `S-1-5-21-…`.
    Sid(String),
}

impl Impersonation {
    pub(super) fn write(&self, w: &mut Writer) {
        let (element, text) = match self {
            Self::PrimarySmtpAddress(text) => ("t:PrimarySmtpAddress", text),
            Self::PrincipalName(text) => ("t:PrincipalName", text),
            Self::Sid(text) => ("t:SID", text),
        };
        w.element("t:ExchangeImpersonation", &[], |w| {
            w.element("t:ConnectingSID", &[], |w| w.text(element, text));
        });
    }
}
