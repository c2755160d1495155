//! Which server of a farm a request comes to.
//!
//! A client that sends `X-PreferServerAffinity` and `X-AnchorMailbox` gets a cookie that names the server; one that sends
//! `X-PreferServerAffinity` and the cookie comes to that server again (the anchor does not matter then). Everybody else
//! comes to whichever is next, which here is always one where nobody has been before.

use std::sync::atomic::{AtomicU64, Ordering};

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Response, header};

/// The cookie up to the server's number.
const COOKIE: &str = "X-BackEndOverrideCookie=standin~";
/// The number of the first server.
const FIRST: u64 = 1_942_062_522;

/// Servers in turn.
#[derive(Debug, Default)]
pub struct Farm(AtomicU64);

impl Farm {
    /// The server that a request comes to, where there is more than one.
    pub fn server(&self, headers: &HeaderMap, several: bool) -> u64 {
        if !several {
            return 0;
        }
        named(headers).unwrap_or_else(|| self.0.fetch_add(1, Ordering::Relaxed) + 1)
    }
}

/// Whether the client asks to stay with the server that its cookie names.
pub fn is_asked_for(headers: &HeaderMap) -> bool {
    named(headers).is_some()
}

/// Tells the client how to come back to this server, where it wants to and does not know yet.
pub fn keep(headers: &HeaderMap, server: u64, response: &mut Response<Body>) {
    if is_asked_for(headers)
        || !prefers(headers)
        || (server > 0 && !headers.contains_key("x-anchormailbox"))
    {
        return;
    }
    let cookie = format!("{COOKIE}{}; path=/; secure; HttpOnly", FIRST + server);
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

fn prefers(headers: &HeaderMap) -> bool {
    let preference = headers.get("x-preferserveraffinity");
    preference.is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"true"))
}

/// The server that the cookie names, if the client wants to stay there.
fn named(headers: &HeaderMap) -> Option<u64> {
    let cookies = headers.get_all(header::COOKIE).iter();
    let found = cookies
        .filter_map(|cookies| cookies.to_str().ok())
        .flat_map(|cookies| cookies.split(';'))
        .find_map(|cookie| cookie.trim().strip_prefix(COOKIE))?;
    let number: u64 = found.parse().ok()?;
    prefers(headers).then(|| number.checked_sub(FIRST))?
}
