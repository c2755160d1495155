//! Who a request comes from, and whose mailbox it may see.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, Response, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::envelope::Call;
use crate::failure::Failure;
use crate::reply;
use crate::server::Account;
use crate::tokens::{Bearer, Issuer};

/// Ways in, and what people may do once they are in.
#[derive(Default)]
pub struct Doors {
    /// Basic sign-in is closed.
    pub no_basic: bool,
    /// A front end on this machine has signed the user in and names them in this header.
    pub front: Option<HeaderName>,
    /// Sign-in names in lower case (`example\anna`, `anna@EXAMPLE.ORG`) and the addresses they stand for.
    pub names: BTreeMap<String, String>,
    /// Whose tokens are taken.
    pub issuer: Option<Issuer>,
    /// Addresses that have the right ApplicationImpersonation.
    pub impersonators: Vec<String>,
}

/// Who asks.
#[derive(Debug, PartialEq, Eq)]
pub enum Caller {
    /// A person, by the address of their mailbox.
    Person(String),
    /// An application with the right full_access_as_app.
    Application,
}

impl Caller {
    /// A name that no other caller has.
    fn name(self) -> String {
        match self {
            Caller::Person(address) => address,
            Caller::Application => "an application".to_owned(),
        }
    }
}

/// What became of a request at the door.
pub enum Admission<'a> {
    Unknown,
    Denied(Failure),
    /// The mailbox, and the name of the one who signed in.
    Mailbox(&'a Account, String),
}

impl Doors {
    /// The 401 that names the ways in.
    pub fn unauthorized(&self) -> Response<Body> {
        let bearer =
            "Bearer client_id=\"00000002-0000-0ff1-ce00-000000000000\", error=\"invalid_token\"";
        let ways = [
            (!self.no_basic && self.front.is_none()).then_some("Basic realm=\"exchange\""),
            self.issuer.is_some().then_some(bearer),
        ];
        reply::unauthorized(&ways.into_iter().flatten().collect::<Vec<_>>())
    }

    fn caller(&self, accounts: &BTreeMap<String, Account>, headers: &HeaderMap) -> Option<Caller> {
        if let Some(front) = &self.front {
            let name = headers.get(front)?.to_str().ok()?;
            return self.person(accounts, name);
        }
        let text = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
        let (scheme, proof) = text.split_once(' ')?;
        if scheme.eq_ignore_ascii_case("bearer") {
            return match self.issuer.as_ref()?.take(proof.trim())? {
                Bearer::Application => Some(Caller::Application),
                Bearer::Person(name) => self.person(accounts, &name),
            };
        }
        if self.no_basic || !scheme.eq_ignore_ascii_case("basic") {
            return None;
        }
        let credentials = String::from_utf8(STANDARD.decode(proof.trim()).ok()?).ok()?;
        let (name, password) = credentials.split_once(':')?;
        let caller = self.person(accounts, name)?;
        let Caller::Person(address) = &caller else {
            return None;
        };
        accounts
            .get(address)?
            .has_password(password)
            .then_some(caller)
    }

    fn person(&self, accounts: &BTreeMap<String, Account>, name: &str) -> Option<Caller> {
        let name = name.to_lowercase();
        let address = self.names.get(&name).unwrap_or(&name);
        accounts
            .contains_key(address)
            .then(|| Caller::Person(address.clone()))
    }

    pub fn admit<'a>(
        &self,
        accounts: &'a BTreeMap<String, Account>,
        headers: &HeaderMap,
        call: Option<&Call>,
    ) -> Admission<'a> {
        let Some(caller) = self.caller(accounts, headers) else {
            return Admission::Unknown;
        };
        let target = match (call.and_then(|call| call.connecting.as_ref()), &caller) {
            (None, Caller::Person(address)) => Ok(address.clone()),
            (None, Caller::Application) => Err(Failure::new(
                "ErrorImpersonationRequired",
                "ExchangeImpersonation SOAP header must be present for this type of OAuth token.",
            )),
            (Some(connecting), caller) => self.impersonate(accounts, caller, connecting),
        };
        match target.map(|address| accounts.get(&address)) {
            Ok(Some(account)) => Admission::Mailbox(account, caller.name()),
            Ok(None) => Admission::Denied(Failure::new(
                "ErrorNonExistentMailbox",
                "No mailbox with such guid.",
            )),
            Err(failure) => Admission::Denied(failure),
        }
    }

    /// The address of the mailbox in whose name the request is.
    fn impersonate(
        &self,
        accounts: &BTreeMap<String, Account>,
        caller: &Caller,
        (kind, value): &(String, String),
    ) -> Result<String, Failure> {
        if let Caller::Person(address) = caller
            && !self.impersonators.contains(address)
        {
            return Err(Failure::new(
                "ErrorImpersonateUserDenied",
                "The account does not have permission to impersonate the requested user.",
            ));
        }
        let wanted = value.to_lowercase();
        let found = match kind.as_str() {
            "PrimarySmtpAddress" | "SmtpAddress" => Some(wanted),
            "PrincipalName" => Some(self.names.get(&wanted).cloned().unwrap_or(wanted)),
            "SID" => accounts
                .keys()
                .enumerate()
                .find(|(place, _)| sid(*place).eq_ignore_ascii_case(&wanted))
                .map(|(_, address)| address.clone()),
            _ => {
                return Err(Failure::new(
                    "ErrorInvalidExchangeImpersonationHeaderData",
                    "ExchangeImpersonation SOAP header could not be read.",
                ));
            }
        };
        found
            .filter(|address| accounts.contains_key(address))
            .ok_or_else(|| {
                Failure::new(
                    "ErrorNonExistentMailbox",
                    "The SMTP address has no mailbox associated with it.",
                )
            })
    }
}

/// The security identifier of the mailbox at that place in the order of addresses.
pub fn sid(place: usize) -> String {
    format!("S-1-5-21-1004336348-1177238915-682003330-{}", 1000 + place)
}
