use super::cookies::Cookies;
use super::options::{Options, wrong};
use super::trouble::{self, Trouble};
use crate::error::Result;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client as Http, Response, Url};
use std::hash::{BuildHasher, RandomState};
use std::time::Duration;
use tokio::time::timeout;

const ANCHOR: HeaderName = HeaderName::from_static("x-anchormailbox");
const REQUEST_ID: HeaderName = HeaderName::from_static("client-request-id");
const RETURN_REQUEST_ID: HeaderName = HeaderName::from_static("return-client-request-id");

/// Posts requests to one mailbox's address: headers, cookies, limits. No retries.
pub struct Connection {
    http: Http,
    url: Url,
    host: String,
    headers: HeaderMap,
    cookies: Cookies,
    silence: Duration,
    max_answer: usize,
}

impl Connection {
    pub fn new(http: Http, options: &Options) -> Result<Self> {
        let url = options.endpoint()?;
        Ok(Self {
            http,
            host: url.host_str().unwrap_or_default().to_owned(),
            url,
            headers: headers(options)?,
            cookies: Cookies::default(),
            silence: options.timeout,
            max_answer: options.max_answer,
        })
    }

    /// The body of an answer that only reading it can judge (status 200 or 500).
    pub async fn post(&self, body: Vec<u8>) -> Result<Vec<u8>, Trouble> {
        let whole = self.silence.saturating_mul(3);
        timeout(whole, self.exchange(body))
            .await
            .unwrap_or_else(|_| Err(trouble::silence(&self.host, whole)))
    }

    async fn exchange(&self, body: Vec<u8>) -> Result<Vec<u8>, Trouble> {
        let mut headers = self.headers.clone();
        headers.insert(REQUEST_ID, request_id());
        if let Some(cookies) = self.cookies.header() {
            headers.insert(COOKIE, cookies);
        }
        let request = self
            .http
            .post(self.url.clone())
            .headers(headers)
            .body(body)
            .send();
        let response = self.unless_silent(request).await?;
        self.cookies.keep(response.headers());
        match trouble::of_status(response.status(), response.headers(), &self.host) {
            Some(error) => Err(error),
            None => self.read(response).await,
        }
    }

    async fn read(&self, mut response: Response) -> Result<Vec<u8>, Trouble> {
        let mut body = Vec::new();
        while let Some(chunk) = self.unless_silent(response.chunk()).await? {
            if body.len() + chunk.len() > self.max_answer {
                return Err(trouble::oversized(&self.host, self.max_answer));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }

    async fn unless_silent<T>(
        &self,
        step: impl Future<Output = reqwest::Result<T>>,
    ) -> Result<T, Trouble> {
        match timeout(self.silence, step).await {
            Ok(result) => result.map_err(|error| trouble::of_transport(error, &self.host)),
            Err(_) => Err(trouble::silence(&self.host, self.silence)),
        }
    }
}

fn headers(options: &Options) -> Result<HeaderMap> {
    if options.username.contains(':') {
        return Err(wrong(
            "The user name contains a colon, which Basic sign-in cannot carry. Use the e-mail address.",
        ));
    }
    let secret = STANDARD.encode(format!(
        "{}:{}",
        options.username,
        options.password.reveal()
    ));
    let mut authorization = HeaderValue::from_str(&format!("Basic {secret}"))
        .map_err(|_| wrong("The user name or password cannot be sent."))?;
    authorization.set_sensitive(true);
    let anchor = HeaderValue::from_str(&options.address).map_err(|_| {
        wrong("The e-mail address contains characters that an address cannot hold.")
    })?;
    Ok(HeaderMap::from_iter([
        (AUTHORIZATION, authorization),
        (
            CONTENT_TYPE,
            HeaderValue::from_static("text/xml; charset=utf-8"),
        ),
        (ANCHOR, anchor),
        (RETURN_REQUEST_ID, HeaderValue::from_static("true")),
    ]))
}

/// A random GUID, by which the server's administrator finds the request in the server's log.
fn request_id() -> HeaderValue {
    let [high, low] = [(); 2].map(|()| RandomState::new().hash_one(0));
    let id = format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        high >> 32,
        high >> 16 & 0xffff,
        high & 0xffff,
        low >> 48,
        low & 0xffff_ffff_ffff
    );
    HeaderValue::from_str(&id).unwrap_or_else(|_| HeaderValue::from_static("0"))
}
