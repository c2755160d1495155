//! HTTP responses, good and bad.

use std::io::{self, Write};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Response, StatusCode, header};
use flate2::Compression;
use flate2::write::GzEncoder;
use futures_util::stream::{self, StreamExt};

const XML: &str = "text/xml; charset=utf-8";

/// A SOAP answer.
pub fn soap(status: StatusCode, document: String, compress: bool) -> Response<Body> {
    let zipped = if compress {
        gzip(document.as_bytes()).ok()
    } else {
        None
    };
    let mut response = Response::new(match zipped {
        Some(ref zipped) => Body::from(zipped.clone()),
        None => Body::from(document),
    });
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static(XML));
    if zipped.is_some() {
        headers.insert(
            header::CONTENT_ENCODING,
            header::HeaderValue::from_static("gzip"),
        );
    }
    response
}

fn gzip(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes)?;
    encoder.finish()
}

pub fn accepts_gzip(headers: &HeaderMap) -> bool {
    let accepted = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|accepted| accepted.to_str().ok());
    accepted.is_some_and(|accepted| accepted.contains("gzip"))
}

/// A short text.
pub fn plain(status: StatusCode, text: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        header::HeaderValue::from_static("text/plain"),
    );
    response
}

/// 401 that asks for these ways to sign in.
pub fn unauthorized(ways: &[&'static str]) -> Response<Body> {
    let mut response = plain(StatusCode::UNAUTHORIZED, "");
    for way in ways {
        let challenge = header::HeaderValue::from_static(way);
        response
            .headers_mut()
            .append(header::WWW_AUTHENTICATE, challenge);
    }
    response
}

/// What a reverse proxy that has lost the session shows.
pub fn login_page() -> Response<Body> {
    const PAGE: &str = "<!DOCTYPE html><html><head><title>Outlook</title></head><body><form action=\"/owa/auth.owa\" \
                        method=\"POST\"><input name=\"username\"><input name=\"password\" type=\"password\"><br>\
                        <input type=\"submit\" value=\"sign in\"></form></body></html>";
    let mut response = Response::new(Body::from(PAGE));
    let html = header::HeaderValue::from_static("text/html; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, html);
    response
}

/// The first half of an answer whose length is announced in full.
pub fn truncated(status: StatusCode, document: &str) -> Response<Body> {
    let half = Bytes::copy_from_slice(&document.as_bytes()[..document.len() / 2]);
    // What is not sent yet when a body fails is never sent: the first half needs a moment.
    let broken = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        Err(io::Error::from(io::ErrorKind::ConnectionReset))
    };
    let mut response = streamed(status, stream::iter([Ok(half)]).chain(stream::once(broken)));
    if let Ok(length) = header::HeaderValue::from_str(&document.len().to_string()) {
        response
            .headers_mut()
            .insert(header::CONTENT_LENGTH, length);
    }
    response
}

/// An answer followed by blanks without end.
pub fn endless(status: StatusCode, document: &str) -> Response<Body> {
    let head = document
        .rsplit_once("</")
        .map_or(document, |(head, _)| head);
    let blanks = Bytes::from(vec![b' '; 64 * 1024]);
    let head = Bytes::copy_from_slice(head.as_bytes());
    streamed(
        status,
        stream::iter([Ok::<_, io::Error>(head)])
            .chain(stream::repeat_with(move || Ok(blanks.clone()))),
    )
}

/// An answer whose length nobody knows yet.
pub fn streamed(
    status: StatusCode,
    chunks: impl futures_util::Stream<Item = io::Result<Bytes>> + Send + 'static,
) -> Response<Body> {
    let mut response = Response::new(Body::from_stream(chunks));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, header::HeaderValue::from_static(XML));
    response
}

/// Puts characters that XML forbids into the first text of the answer that a person wrote.
pub fn with_control_characters(document: &str) -> String {
    let begins = [
        "<t:Subject>",
        "<t:DisplayName>",
        "<t:FileAs>",
        "<t:Surname>",
        "<t:Location>",
    ];
    let found = begins
        .iter()
        .filter_map(|begin| Some(document.find(begin)? + begin.len()))
        .min();
    match found {
        Some(at) => format!("{}&#x0;\u{b}&#x1F;{}", &document[..at], &document[at..]),
        None => document.to_owned(),
    }
}
