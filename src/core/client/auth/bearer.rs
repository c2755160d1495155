use super::{Call, authorization, is_refused};
use crate::client::options::{Password, wrong};
use crate::client::trouble::Trouble;
use crate::error::Result;
use async_trait::async_trait;
use parking_lot::Mutex;
use reqwest::Response;
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::hash::{Hash, Hasher};
use std::time::{Duration, SystemTime};

/// An access token and when it runs out. Tokens of one owner are equal: a fresh one does not make another mailbox, while that of
/// somebody else does, whatever mailbox they name.
#[derive(Clone, Debug)]
pub struct Token {
    secret: Password,
    expires: Option<SystemTime>,
    owner: String,
}

impl Token {
    /// `owner` is the host's own name for whose tokens these are.
    pub fn new(
        secret: impl Into<String>,
        expires: Option<SystemTime>,
        owner: impl Into<String>,
    ) -> Self {
        Self {
            secret: Password::new(secret),
            expires,
            owner: owner.into(),
        }
    }

    pub fn owner(&self) -> &str {
        &self.owner
    }

    /// By which its host knows it again.
    pub fn fingerprint(&self) -> String {
        fingerprint(self.secret.reveal())
    }

    /// A token that ends during the request would be refused.
    fn is_running_out(&self) -> bool {
        self.expires
            .is_some_and(|end| end < SystemTime::now() + SPARE)
    }

    fn is_same(&self, other: &Self) -> bool {
        self.secret == other.secret
    }
}

/// The SHA-256 of a token in hexadecimal.
pub fn fingerprint(token: &str) -> String {
    Sha256::digest(token)
        .iter()
        .fold(String::new(), |mut text, byte| {
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}

impl PartialEq for Token {
    fn eq(&self, other: &Self) -> bool {
        self.owner == other.owner
    }
}

impl Eq for Token {}

impl Hash for Token {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.owner.hash(state);
    }
}

/// How long a token must last from the moment it is used.
const SPARE: Duration = Duration::from_mins(2);

/// Who gets tokens: the host, which has the secrets for that.
#[async_trait]
pub trait Tokens: Send + Sync {
    /// A token other than this one, which runs out or was refused.
    async fn fresh(&self, old: &Token) -> Result<Token>;
}

pub struct Bearer {
    current: Mutex<Token>,
    /// Held by the request that asks for a fresh one.
    renewing: tokio::sync::Mutex<()>,
}

impl Bearer {
    pub fn new(token: Token) -> Self {
        Self {
            current: Mutex::new(token),
            renewing: tokio::sync::Mutex::default(),
        }
    }

    /// A token that the host got meanwhile.
    pub fn offer(&self, token: &Token) {
        let mut current = self.current.lock();
        if current.expires <= token.expires {
            *current = token.clone();
        }
    }

    /// A token that is refused is replaced once: it may have been revoked, or the clocks differ.
    pub async fn send(
        &self,
        call: &Call<'_>,
        tokens: Option<&dyn Tokens>,
    ) -> Result<Response, Trouble> {
        let mut token = self.current.lock().clone();
        if let (true, Some(tokens)) = (token.is_running_out(), tokens) {
            token = self.renew(&token, tokens).await?;
        }
        let response = send(call, &token).await?;
        let Some(tokens) = tokens.filter(|_| is_refused(&response)) else {
            return Ok(response);
        };
        call.drain(response).await?;
        let token = self.renew(&token, tokens).await?;
        send(call, &token).await
    }

    /// One request at a time asks the host; those that waited take what it got.
    async fn renew(&self, old: &Token, tokens: &dyn Tokens) -> Result<Token, Trouble> {
        let _turn = self.renewing.lock().await;
        let current = self.current.lock().clone();
        if !current.is_same(old) {
            return Ok(current);
        }
        let fresh = tokens.fresh(old).await.map_err(Trouble::lasting)?;
        self.current.lock().clone_from(&fresh);
        Ok(fresh)
    }
}

async fn send(call: &Call<'_>, token: &Token) -> Result<Response, Trouble> {
    let header = authorization("Bearer", token.secret.reveal()).ok_or_else(|| {
        Trouble::lasting(wrong(
            "The access token contains characters that cannot be sent. Sign in again.",
        ))
    })?;
    call.send(Some(header)).await
}
