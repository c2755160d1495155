//! Access tokens: JWTs (RFC 9068) of one issuer for this server, signed with RS256.

use std::collections::BTreeSet;
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use parking_lot::Mutex;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use serde_json::Value;

/// Whose tokens are taken.
pub struct Issuer {
    /// The `iss` of its tokens.
    pub name: String,
    /// The `aud` that means this server.
    pub audience: String,
    /// Its public keys, a JSON Web Key Set.
    pub keys: Value,
    /// Tokens that were taken so far, and those that are not any more.
    tokens: Mutex<Tokens>,
}

#[derive(Default)]
struct Tokens {
    taken: BTreeSet<String>,
    revoked: BTreeSet<String>,
}

/// What a token says of its bearer.
pub enum Bearer {
    /// A person (`upn`) whose consent covers EWS.AccessAsUser.All.
    Person(String),
    /// An application with the role full_access_as_app.
    Application,
}

impl Issuer {
    pub fn new(name: &str, audience: &str, keys: Value) -> Issuer {
        Issuer {
            name: name.to_owned(),
            audience: audience.to_owned(),
            keys,
            tokens: Mutex::default(),
        }
    }

    /// Takes no token any more that was taken before.
    pub fn revoke(&self) {
        let mut tokens = self.tokens.lock();
        let taken = std::mem::take(&mut tokens.taken);
        tokens.revoked.extend(taken);
    }

    pub fn take(&self, token: &str) -> Option<Bearer> {
        let bearer = self.check(token)?;
        let mut tokens = self.tokens.lock();
        if tokens.revoked.contains(token) {
            return None;
        }
        tokens.taken.insert(token.to_owned());
        Some(bearer)
    }

    /// None for a token that is not to be taken, whatever the reason.
    fn check(&self, token: &str) -> Option<Bearer> {
        let mut parts = token.split('.');
        let (head, claims, signature) = (parts.next()?, parts.next()?, parts.next()?);
        let signed = &token[..head.len() + 1 + claims.len()];
        let header = json(head)?;
        if header["alg"] != "RS256" || parts.next().is_some() {
            return None;
        }
        let key = self.keys["keys"]
            .as_array()?
            .iter()
            .find(|key| key["kty"] == "RSA" && key["kid"] == header["kid"])?;
        RsaPublicKeyComponents {
            n: bytes(key["n"].as_str()?)?,
            e: bytes(key["e"].as_str()?)?,
        }
        .verify(
            &RSA_PKCS1_2048_8192_SHA256,
            signed.as_bytes(),
            &bytes(signature)?,
        )
        .ok()?;
        self.bearer(&json(claims)?)
    }

    fn bearer(&self, claims: &Value) -> Option<Bearer> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).ok()?.as_secs();
        let for_us = match &claims["aud"] {
            Value::Array(all) => all.iter().any(|one| *one == self.audience.as_str()),
            one => *one == self.audience.as_str(),
        };
        let valid = claims["iss"] == self.name.as_str() && for_us && claims["exp"].as_u64()? > now;
        if !valid {
            return None;
        }
        if let Some(roles) = claims["roles"].as_array() {
            let may = roles.iter().any(|role| role == "full_access_as_app");
            return may.then_some(Bearer::Application);
        }
        let scopes = claims["scope"].as_str().or(claims["scp"].as_str())?;
        let may = scopes
            .split(' ')
            .any(|scope| scope.rsplit('/').next() == Some("EWS.AccessAsUser.All"));
        may.then(|| Some(Bearer::Person(claims["upn"].as_str()?.to_owned())))?
    }
}

fn bytes(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

fn json(text: &str) -> Option<Value> {
    serde_json::from_slice(&bytes(text)?).ok()
}
