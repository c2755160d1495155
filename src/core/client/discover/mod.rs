//! Finds the server of a mailbox by its e-mail address, in the documented order:
//!
//! 1. `https://example.org/autodiscover/`, 2. `https://autodiscover.example.org/autodiscover/`,
//! 3. where `http://autodiscover.example.org/autodiscover/autodiscover.xml` redirects to, 4. the DNS record
//!    `_autodiscover._tcp.example.org`.
//!
//! All four are looked for side by side, without credentials: a place counts once it asks for a sign-in over https with
//! a verified certificate. Credentials then go to one place after the other, in that order, and only where
//! [`Rules`] allow: the DNS and an unprotected redirect can be forged.

mod place;
mod race;
mod rules;

use super::clients::Clients;
use super::connection::Connection;
use super::http::{self, Build};
use super::names::Names;
use super::options::{Options, wrong};
use super::trouble::Trouble;
use crate::error::{Error, ErrorKind, Result};
use crate::ews::{Discovered, Form};
use place::{Place, Places};
use race::Race;
use reqwest::Url;
use rules::Rules;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// The longest that the whole search takes.
const DEADLINE: Duration = Duration::from_secs(45);
/// Redirects, of addresses and of places, until it is a circle.
const MOST_HOPS: u32 = 10;
/// After so many refusals no further place gets the credentials: companies lock accounts.
const MOST_REFUSALS: u32 = 2;

/// The server of a mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The address of Exchange Web Services.
    pub url: String,
    /// The mailbox's e-mail address, which may be another one than was asked for.
    pub address: String,
    /// What was tried on the way, as sentences.
    pub tried: Vec<String>,
}

impl Clients {
    /// Finds the server of the mailbox that the options are about; their `url` does not matter. The error says what
    /// was tried.
    pub async fn discover(&self, options: &Options) -> Result<Found> {
        let mut search = Search::new(options, self.names(), self.build(options))?;
        let outcome = timeout(DEADLINE, search.run()).await;
        let steps = &search.tried;
        for step in steps {
            tracing::debug!(step, "autodiscover");
        }
        match outcome {
            Ok(Ok(url)) => Ok(Found {
                url,
                address: search.address,
                tried: search.tried,
            }),
            Ok(Err(Some(refusal))) => Err(Error::new(refusal.kind(), refusal.message())),
            Ok(Err(None)) => Err(search.nothing("")),
            Err(_) => Err(search.nothing(" within the time for it")),
        }
    }
}

struct Search<'a> {
    options: &'a Options,
    names: Arc<dyn Names>,
    http: reqwest::Client,
    build: Build,
    plain: reqwest::Client,
    /// The address asked about now.
    address: String,
    rules: Rules<'a>,
    tried: Vec<String>,
    hops: u32,
    refusals: u32,
    refusal: Option<Error>,
}

/// Where the search goes after a place has answered.
enum Next {
    Found(String),
    OtherAddress(String),
    OtherPlace,
}

impl<'a> Search<'a> {
    fn new(options: &'a Options, names: Arc<dyn Names>, build: Build) -> Result<Self> {
        Ok(Self {
            http: build()?,
            build,
            plain: http::build_plain(options, &names)?,
            names,
            address: options.address.trim().to_owned(),
            rules: Rules::new(&options.reach),
            options,
            tried: Vec::new(),
            hops: 0,
            refusals: 0,
            refusal: None,
        })
    }

    /// The address of Exchange Web Services; or why there is none, where a server said so.
    async fn run(&mut self) -> Result<String, Option<Error>> {
        loop {
            let domain = domain_of(&self.address).map_err(Some)?;
            self.rules.trust(&domain);
            match self.at(&domain).await {
                Next::Found(url) => return Ok(url),
                Next::OtherAddress(address) => {
                    self.note(&format!("The mailbox is {address} there."));
                    self.address = address;
                    self.hop().map_err(Some)?;
                }
                Next::OtherPlace => return Err(self.refusal.take()),
            }
        }
    }

    async fn at(&mut self, domain: &str) -> Next {
        let names = Arc::clone(&self.names);
        let (http, plain) = (self.http.clone(), self.plain.clone());
        let rules = self.rules.clone();
        let places = Places {
            names: &names,
            http: &http,
            plain: &plain,
            rules: &rules,
            limit: self.options.timeout.min(Duration::from_secs(10)),
        };
        let mut race = Race::start(places, domain);
        while let Some(looked) = race.next().await {
            match looked {
                Err(step) => self.note(&step),
                Ok(place) => match self.ask(&place).await {
                    Next::OtherPlace => {}
                    next => return next,
                },
            }
            if self.refusals >= MOST_REFUSALS {
                break;
            }
        }
        Next::OtherPlace
    }

    /// Asks one place in both forms.
    async fn ask(&mut self, place: &Place) -> Next {
        for form in [Form::Soap, Form::Plain] {
            let mut url = place.url(form);
            let mut form = form;
            loop {
                let (step, answer) = self.question(form, &url).await;
                self.note(&format!("{}: {step}", shown(&url)));
                match answer {
                    Some(Discovered::Url(found)) => match self.usable(&found) {
                        Ok(url) => return Next::Found(url),
                        Err(error) => self.note(error.message()),
                    },
                    Some(Discovered::OtherAddress(address)) => return Next::OtherAddress(address),
                    Some(Discovered::OtherUrl(to)) => {
                        let Some(next) = self.follow(&url, &to) else {
                            break;
                        };
                        form = if next.path().to_lowercase().contains(".svc") {
                            Form::Soap
                        } else {
                            Form::Plain
                        };
                        url = next;
                        continue;
                    }
                    Some(Discovered::Busy | Discovered::Refused(_)) => {}
                    // The same credentials in another form would count as a second wrong attempt.
                    None => return Next::OtherPlace,
                }
                break;
            }
        }
        Next::OtherPlace
    }

    /// Where a place sends the question on to, unless the rules forbid it.
    fn follow(&mut self, from: &Url, to: &str) -> Option<Url> {
        let next = self
            .rules
            .redirect(from, to)
            .and_then(|next| self.hop().map(|()| next));
        match next {
            Ok(next) => Some(next),
            Err(error) => {
                self.note(error.message());
                None
            }
        }
    }

    fn hop(&mut self) -> Result<()> {
        self.hops += 1;
        if self.hops > MOST_HOPS {
            return Err(wrong(format!(
                "Autodiscover sends {} round in circles. Ask the administrator of the mail server, or give the \
                 server's address itself.",
                self.options.address
            )));
        }
        Ok(())
    }

    /// What one place says, in words and as an answer. None where it refuses the sign-in.
    async fn question(&mut self, form: Form, url: &Url) -> (String, Option<Discovered>) {
        let options = Options {
            url: url.to_string(),
            timeout: self.options.timeout.min(Duration::from_secs(10)),
            max_answer: 1 << 20,
            ..self.options.clone()
        };
        let body = form.request(&self.address, url.as_str());
        let answer = match Connection::new(self.http.clone(), Arc::clone(&self.build), &options) {
            Ok(connection) => connection.post(body, None).await,
            Err(error) => Err(Trouble::lasting(error)),
        };
        match answer.and_then(|bytes| form.read(&bytes).map_err(Trouble::lasting)) {
            Ok(answer) => (words(&answer), Some(answer)),
            Err(trouble) => self.failed(trouble),
        }
    }

    fn failed(&mut self, trouble: Trouble) -> (String, Option<Discovered>) {
        let words = trouble.error.message().to_owned();
        if let Some(to) = trouble.moved_to {
            return (
                format!("redirects to {to}."),
                Some(Discovered::OtherUrl(to)),
            );
        }
        if trouble.error.kind() == ErrorKind::Credentials {
            self.refusals += 1;
            self.refusal = Some(trouble.error);
            return (words, None);
        }
        (words.clone(), Some(Discovered::Refused(words)))
    }

    /// The address that was found, checked like one that a person typed.
    fn usable(&self, found: &str) -> Result<String> {
        let options = Options {
            url: found.to_owned(),
            ..self.options.clone()
        };
        options.endpoint().map(String::from)
    }

    fn note(&mut self, step: &str) {
        self.tried.push(step.to_owned());
    }

    fn nothing(&self, when: &str) -> Error {
        Error::new(
            ErrorKind::Configuration,
            format!(
                "No Exchange server was found for {}{when}. Give its address, or ask the administrator of the \
                 mail server. Tried: {}",
                self.options.address,
                self.tried.join(" ")
            ),
        )
    }
}

fn words(answer: &Discovered) -> String {
    match answer {
        Discovered::Url(url) => format!("the server is {url}."),
        Discovered::OtherAddress(address) => format!("the mailbox is {address}."),
        Discovered::OtherUrl(url) => format!("sends on to {url}."),
        Discovered::Busy => "is busy; try again later.".to_owned(),
        Discovered::Refused(words) => words.clone(),
    }
}

/// Without the path, which is the same everywhere.
fn shown(url: &Url) -> String {
    url.origin().ascii_serialization()
}

fn domain_of(address: &str) -> Result<String> {
    let domain = address.rsplit_once('@').map_or("", |(_, domain)| domain);
    Url::parse(&format!("https://{domain}/"))
        .ok()
        .filter(|url| !domain.is_empty() && url.path() == "/" && url.port().is_none())
        .and_then(|url| url.host_str().map(str::to_owned))
        .ok_or_else(|| wrong(format!("“{address}” is not an e-mail address.")))
}
