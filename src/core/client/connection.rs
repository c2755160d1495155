use super::auth::{Answered, Call, Proof, Tokens, unless_silent};
use super::cookies::Cookies;
use super::http::Build;
use super::options::{Options, wrong};
use super::stream::Stream;
use super::trace;
use super::trouble::{self, Trouble};
use crate::error::Result;
use bytes::Bytes;
use reqwest::header::{ACCEPT_ENCODING, CONTENT_TYPE, COOKIE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client as Http, Response, StatusCode, Url};
use std::hash::{BuildHasher, RandomState};
use std::time::Duration;
use tokio::time::timeout;

const ANCHOR: HeaderName = HeaderName::from_static("x-anchormailbox");
/// Asks a farm of servers to stay with one of them, which a cookie then names.
const AFFINITY: HeaderName = HeaderName::from_static("x-preferserveraffinity");
const REQUEST_ID: HeaderName = HeaderName::from_static("client-request-id");
const RETURN_REQUEST_ID: HeaderName = HeaderName::from_static("return-client-request-id");

/// Posts requests to one mailbox's address: headers, cookies, limits. No retries.
pub struct Connection {
    http: Http,
    proof: Proof,
    url: Url,
    host: String,
    headers: HeaderMap,
    cookies: Cookies,
    silence: Duration,
    max_answer: usize,
}

impl Connection {
    /// `build` makes further HTTP clients like this one.
    pub fn new(http: Http, build: Build, options: &Options) -> Result<Self> {
        let url = options.endpoint()?;
        Ok(Self {
            http,
            proof: Proof::new(options, build)?,
            host: url.host_str().unwrap_or_default().to_owned(),
            url,
            headers: headers(options)?,
            cookies: Cookies::default(),
            silence: options.timeout,
            max_answer: options.max_answer,
        })
    }

    pub fn url(&self) -> String {
        self.url.to_string()
    }

    /// The body of an answer that only reading it can judge (status 200 or 500).
    pub async fn post(
        &self,
        body: Vec<u8>,
        tokens: Option<&dyn Tokens>,
    ) -> Result<Vec<u8>, Trouble> {
        let whole = self.silence.saturating_mul(3);
        timeout(whole, self.exchange(body.into(), tokens))
            .await
            .unwrap_or_else(|_| Err(trouble::silence(&self.host, whole)))
    }

    async fn exchange(&self, body: Bytes, tokens: Option<&dyn Tokens>) -> Result<Vec<u8>, Trouble> {
        let Answered { response, turn } = self.send(body, tokens, HeaderMap::new()).await?;
        let outcome = self.read(response).await;
        trace::read(&outcome);
        drop(turn);
        outcome
    }

    /// An answer that is read as it comes. A silence longer than `silence` ends it.
    pub async fn open(
        &self,
        body: Vec<u8>,
        tokens: Option<&dyn Tokens>,
        silence: Duration,
    ) -> Result<Stream, Trouble> {
        // Packing would hold back what shall arrive at once.
        let identity =
            HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static("identity"))]);
        let answered = self.send(body.into(), tokens, identity).await?;
        Ok(Stream::new(answered, self.host.clone(), silence))
    }

    /// Sends a request, signing in as needed. What comes back has a body to read (status 200 or 500).
    async fn send(
        &self,
        body: Bytes,
        tokens: Option<&dyn Tokens>,
        more: HeaderMap,
    ) -> Result<Answered, Trouble> {
        let mut headers = self.headers.clone();
        headers.extend(more);
        headers.insert(REQUEST_ID, request_id());
        if let Some(cookies) = self.cookies.header() {
            headers.insert(COOKIE, cookies);
        }
        let call = Call {
            http: &self.http,
            url: &self.url,
            host: &self.host,
            headers,
            body,
            silence: self.silence,
        };
        let answered = self.proof.send(&call, tokens).await?;
        let response = &answered.response;
        self.cookies.keep(response.headers());
        if response.status() == StatusCode::UNAUTHORIZED {
            let refusal = self.proof.refusal(response.headers(), &self.host);
            // Unread, the connection is of no use to anybody.
            call.drain(answered.response).await?;
            return Err(Trouble::lasting(refusal));
        }
        match trouble::of_status(response.status(), response.headers(), &self.host) {
            Some(error) => Err(error),
            None => Ok(answered),
        }
    }

    /// Takes over a token that is newer than the one in use.
    pub fn offer(&self, options: &Options) {
        self.proof.offer(&options.credentials);
    }

    async fn read(&self, mut response: Response) -> Result<Vec<u8>, Trouble> {
        let mut body = Vec::new();
        while let Some(chunk) = unless_silent(response.chunk(), self.silence, &self.host).await? {
            if body.len() + chunk.len() > self.max_answer {
                return Err(trouble::oversized(&self.host, self.max_answer));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }
}

fn headers(options: &Options) -> Result<HeaderMap> {
    let anchor = HeaderValue::from_str(&options.address).map_err(|_| {
        wrong("The e-mail address contains characters that an address cannot hold.")
    })?;
    Ok(HeaderMap::from_iter([
        (
            CONTENT_TYPE,
            HeaderValue::from_static("text/xml; charset=utf-8"),
        ),
        (ANCHOR, anchor),
        (AFFINITY, HeaderValue::from_static("true")),
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
