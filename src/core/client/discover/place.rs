use super::super::names::Names;
use super::super::trace;
use super::super::transport::of_transport;
use super::rules::Rules;
use crate::ews::Form;
use reqwest::header::{CONTENT_TYPE, HeaderMap, LOCATION};
use reqwest::{Client as Http, Response, Url};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// Where Autodiscover answers and may get credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place(Url);

impl Place {
    /// Its address for one of the forms.
    pub fn url(&self, form: Form) -> Url {
        let path = self.0.path();
        let folder = path
            .rfind('/')
            .map_or("/", |end| path.get(..=end).unwrap_or("/"));
        let mut url = self.0.clone();
        url.set_path(&format!("{folder}{}", form.file()));
        url.set_query(None);
        url
    }
}

/// A place, or what was found in its stead as a sentence.
pub type Looked = Result<Place, String>;

/// Looks at places without credentials.
#[derive(Clone, Copy)]
pub struct Places<'a> {
    pub names: &'a Arc<dyn Names>,
    pub http: &'a Http,
    pub plain: &'a Http,
    pub rules: &'a Rules<'a>,
    /// For one place.
    pub limit: Duration,
}

impl Places<'_> {
    /// A host that is known by its name.
    pub async fn at(self, host: String) -> Looked {
        let url = address("https", &host)?;
        self.within(&host, self.knock(url)).await
    }

    /// Where an unprotected address redirects to.
    pub async fn redirected(self, host: String) -> Looked {
        let url = address("http", &host)?;
        let found = async {
            let from = format!("http://{host}");
            let response = get(self.plain, &url, &from).await?;
            let to = location(&response).ok_or_else(|| format!("{from}: does not redirect."))?;
            let to = self
                .rules
                .redirect(&url, &to)
                .map_err(|error| error.message().to_owned())?;
            self.knock(to).await
        };
        self.within(&format!("http://{host}"), found).await
    }

    /// What the DNS names as the domain's service.
    pub async fn service(self, domain: String) -> Looked {
        let name = format!("_autodiscover._tcp.{domain}");
        let found = async {
            let services = self
                .names
                .services(&name)
                .await
                .map_err(|error| format!("{name}: the DNS does not answer ({error})."))?;
            let Some((host, port)) = services.into_iter().next() else {
                return Err(format!("{name}: the DNS has no such record."));
            };
            let host = match port {
                443 => host,
                port => format!("{host}:{port}"),
            };
            let url = address("https", &host)?;
            self.rules
                .check(&url, false)
                .map_err(|error| error.message().to_owned())?;
            self.knock(url).await
        };
        self.within(&name, found).await
    }

    /// Whether somebody asks for a sign-in there, following redirects that the rules allow.
    async fn knock(self, url: Url) -> Looked {
        const MOST_REDIRECTS: u32 = 5;
        let mut url = url;
        for _ in 0..MOST_REDIRECTS {
            let host = url.host_str().unwrap_or_default().to_owned();
            let response = get(self.http, &url, &host).await?;
            let status = response.status();
            if status.is_redirection() {
                let to = location(&response).unwrap_or_default();
                url = self
                    .rules
                    .redirect(&url, &to)
                    .map_err(|error| error.message().to_owned())?;
            } else if status == 401 || status.is_success() && is_xml(&response) {
                return Ok(Place(url));
            } else {
                return Err(format!(
                    "https://{host}: nothing of Exchange is there ({}).",
                    status.as_u16()
                ));
            }
        }
        Err(format!(
            "{}: redirects without an end.",
            url.host_str().unwrap_or_default()
        ))
    }

    async fn within(self, what: &str, look: impl Future<Output = Looked>) -> Looked {
        timeout(self.limit, look).await.unwrap_or_else(|_| {
            Err(format!(
                "{what}: no answer within {} seconds.",
                self.limit.as_secs().max(1)
            ))
        })
    }
}

async fn get(http: &Http, url: &Url, host: &str) -> Result<Response, String> {
    trace::sent("GET", url, &HeaderMap::new(), &[]);
    let answer = http.get(url.clone()).send().await;
    let answer = answer.map_err(|error| of_transport(error, host));
    trace::came(&answer);
    answer.map_err(|trouble| trouble.error.message().to_owned())
}

fn address(scheme: &str, host: &str) -> Result<Url, String> {
    Url::parse(&format!("{scheme}://{host}/autodiscover/autodiscover.xml"))
        .map_err(|_| format!("{host}: is not the name of a host."))
}

fn location(response: &Response) -> Option<String> {
    let to = response
        .headers()
        .get(LOCATION)
        .filter(|_| response.status().is_redirection())?;
    to.to_str().ok().map(str::to_owned)
}

fn is_xml(response: &Response) -> bool {
    response
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .is_some_and(|kind| kind.contains("xml") && !kind.contains("html"))
}
