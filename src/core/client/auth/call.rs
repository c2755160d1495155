use crate::client::trace;
use crate::client::transport::of_transport;
use crate::client::trouble::{self, Trouble};
use bytes::Bytes;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use reqwest::{Client as Http, Response, Url};
use std::time::Duration;
use tokio::time::timeout;

/// One request to the mailbox's address, which signing in may have to send more than once.
pub struct Call<'a> {
    pub http: &'a Http,
    pub url: &'a Url,
    pub host: &'a str,
    pub headers: HeaderMap,
    pub body: Bytes,
    pub silence: Duration,
}

/// Of the body of an answer that nobody reads, so many bytes are read to keep its connection.
const DRAINED: usize = 256 << 10;

impl Call<'_> {
    pub async fn send(&self, authorization: Option<HeaderValue>) -> Result<Response, Trouble> {
        self.send_by(self.http, authorization).await
    }

    /// Over the connections of another client.
    pub async fn send_by(
        &self,
        http: &Http,
        authorization: Option<HeaderValue>,
    ) -> Result<Response, Trouble> {
        self.post(http, authorization, self.body.clone()).await
    }

    /// Without the body, which a step of signing in does not need.
    pub async fn knock(
        &self,
        http: &Http,
        authorization: Option<HeaderValue>,
    ) -> Result<Response, Trouble> {
        self.post(http, authorization, Bytes::new()).await
    }

    async fn post(
        &self,
        http: &Http,
        authorization: Option<HeaderValue>,
        body: Bytes,
    ) -> Result<Response, Trouble> {
        let mut headers = self.headers.clone();
        if let Some(authorization) = authorization {
            headers.insert(AUTHORIZATION, authorization);
        }
        trace::sent("POST", self.url, &headers, &body);
        let request = http.post(self.url.clone()).headers(headers).body(body);
        let answer = unless_silent(request.send(), self.silence, self.host).await;
        trace::came(&answer);
        answer
    }

    /// Reads what is left of an answer, so that its connection can be used again, unless that is too long.
    pub async fn drain(&self, mut response: Response) -> Result<(), Trouble> {
        let mut left = DRAINED;
        while let Some(chunk) = unless_silent(response.chunk(), self.silence, self.host).await? {
            match left.checked_sub(chunk.len()) {
                Some(rest) => left = rest,
                None => break,
            }
        }
        Ok(())
    }
}

/// A step of a conversation with the server, which may take so long.
pub async fn unless_silent<T>(
    step: impl Future<Output = reqwest::Result<T>>,
    silence: Duration,
    host: &str,
) -> Result<T, Trouble> {
    match timeout(silence, step).await {
        Ok(result) => result.map_err(|error| of_transport(error, host)),
        Err(_) => Err(trouble::silence(host, silence)),
    }
}
