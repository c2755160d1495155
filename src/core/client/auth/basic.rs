use super::authorization;
use crate::client::options::{Password, wrong};
use crate::error::Result;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::HeaderValue;
use zeroize::Zeroizing;

/// Name and password in UTF-8 (RFC 7617).
pub fn header(username: &str, password: &Password) -> Result<HeaderValue> {
    if username.contains(':') {
        return Err(wrong(
            "The user name contains a colon, which Basic sign-in cannot carry. Use the e-mail address.",
        ));
    }
    let plain = Zeroizing::new(format!("{username}:{}", password.reveal()));
    authorization("Basic", &STANDARD.encode(plain.as_bytes()))
        .ok_or_else(|| wrong("The user name or password cannot be sent."))
}
