//! NTLM signs in a connection, not a request: each of its connections has an HTTP client of its own, so that it is known
//! which connection a request takes.

use super::{Answered, Call, authorization, binding, is_refused};
use crate::client::http::Build;
use crate::client::options::{Password, wrong};
use crate::client::trouble::Trouble;
use crate::error::{Error, ErrorKind, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper_util::client::legacy::connect::HttpInfo;
use parking_lot::Mutex;
use reqwest::header::WWW_AUTHENTICATE;
use reqwest::{Client as Http, Response};
use sspi::ntlm::NtlmConfig;
use sspi::{
    AuthIdentity, AuthIdentityBuffers, BufferType, ClientRequestFlags, CredentialUse,
    DataRepresentation, Ntlm as Context, SecurityBuffer, Sspi as _, SspiImpl as _, Username,
};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::sleep;

/// How often the handshake starts anew because its second half went by another connection.
const ATTEMPTS: u32 = 5;

/// A connection is free again a moment after its answer was read; a request before that would open another one. Doubles with
/// each attempt.
const SETTLE: Duration = Duration::from_millis(2);

/// The schemes under which a server may take NTLM, in the order in which they are tried.
const SCHEMES: [&str; 2] = ["NTLM", "Negotiate"];

pub struct Ntlm {
    identity: AuthIdentity,
    build: Build,
    /// Connections that nobody uses at the moment.
    idle: Arc<Mutex<Vec<Seat>>>,
}

struct Seat {
    http: Http,
    signed_in: bool,
}

/// A connection in use. It goes back when this is dropped.
pub struct Turn {
    seat: Option<Seat>,
    idle: Arc<Mutex<Vec<Seat>>>,
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.idle.lock().extend(self.seat.take());
    }
}

impl Ntlm {
    pub fn new(username: &str, password: &Password, build: Build) -> Result<Self> {
        let username = Username::parse(username).map_err(|_| {
            wrong(
                "The user name cannot be used for NTLM. Write it as DOMAIN\\name or as an e-mail address.",
            )
        })?;
        Ok(Self {
            identity: AuthIdentity {
                username,
                password: password.reveal().to_owned().into(),
            },
            build,
            idle: Arc::default(),
        })
    }

    pub async fn send(&self, call: &Call<'_>) -> Result<Answered, Trouble> {
        let mut seat = match self.idle.lock().pop() {
            Some(seat) => seat,
            None => Seat {
                http: (self.build)().map_err(Trouble::lasting)?,
                signed_in: false,
            },
        };
        let response = self.on(&mut seat, call).await?;
        Ok(Answered {
            response,
            turn: Some(Turn {
                seat: Some(seat),
                idle: Arc::clone(&self.idle),
            }),
        })
    }

    /// A connection that is signed in needs no proof, until the server or a firewall closes it.
    async fn on(&self, seat: &mut Seat, call: &Call<'_>) -> Result<Response, Trouble> {
        if seat.signed_in {
            let response = call.send_by(&seat.http, None).await?;
            if !is_refused(&response) {
                return Ok(response);
            }
            call.drain(response).await?;
            seat.signed_in = false;
        }
        let response = self.sign_in(seat, call).await?;
        seat.signed_in = !is_refused(&response);
        Ok(response)
    }

    async fn sign_in(&self, seat: &mut Seat, call: &Call<'_>) -> Result<Response, Trouble> {
        for scheme in SCHEMES {
            for attempt in 0..ATTEMPTS {
                match self
                    .handshake(seat, call, scheme, SETTLE * (1 << attempt))
                    .await?
                {
                    Outcome::Answer(response) => return Ok(response),
                    Outcome::NotOffered => break,
                    // With its old connections out of the way it is one only again.
                    Outcome::Moved => seat.http = (self.build)().map_err(Trouble::lasting)?,
                }
                if attempt + 1 == ATTEMPTS {
                    return Err(moved(call.host));
                }
            }
        }
        // None of the schemes: the server's own list says what it takes.
        call.knock(&seat.http, None).await
    }

    async fn handshake(
        &self,
        seat: &Seat,
        call: &Call<'_>,
        scheme: &str,
        settle: Duration,
    ) -> Result<Outcome, Trouble> {
        let mut handshake = Handshake::start(&self.identity).map_err(Trouble::lasting)?;
        let hello = authorization(scheme, &handshake.negotiate);
        let response = call.knock(&seat.http, hello).await?;
        if !is_refused(&response) {
            // It asks for nothing, as a server does that knows the connection already.
            call.drain(response).await?;
            return Ok(Outcome::Answer(call.send_by(&seat.http, None).await?));
        }
        let Some(challenge) = challenge(&response, scheme) else {
            call.drain(response).await?;
            return Ok(Outcome::NotOffered);
        };
        let proof = handshake
            .answer(challenge, binding::of(&response))
            .map_err(Trouble::lasting)?;
        let before = place(&response);
        call.drain(response).await?;
        sleep(settle).await;
        let response = call
            .send_by(&seat.http, authorization(scheme, &proof))
            .await?;
        // A refusal on another connection says nothing of the password.
        if is_refused(&response) && place(&response) != before {
            call.drain(response).await?;
            return Ok(Outcome::Moved);
        }
        Ok(Outcome::Answer(response))
    }
}

/// How a handshake ended.
enum Outcome {
    Answer(Response),
    /// The server does not take NTLM under this scheme.
    NotOffered,
    /// The second half went by another connection than the first.
    Moved,
}

fn moved(host: &str) -> Trouble {
    Trouble::passing(Error::new(
        ErrorKind::Temporary,
        format!(
            "The connection to {host} did not last as long as an NTLM sign-in takes. Synchronising tries again later; if it keeps \
             happening, check whether a proxy closes connections."
        ),
    ))
}

/// Which connection an answer came by: our own end of it.
fn place(response: &Response) -> Option<SocketAddr> {
    let info = response.extensions().get::<HttpInfo>()?;
    Some(info.local_addr())
}

/// What the server sent back under that scheme.
fn challenge(response: &Response, scheme: &str) -> Option<Vec<u8>> {
    response
        .headers()
        .get_all(WWW_AUTHENTICATE)
        .iter()
        .filter_map(|value| value.to_str().ok()?.trim().split_once(' '))
        .find(|(name, _)| name.eq_ignore_ascii_case(scheme))
        .and_then(|(_, text)| STANDARD.decode(text.trim()).ok())
        .filter(|challenge| challenge.starts_with(b"NTLMSSP\0"))
}

/// The two messages of a sign-in.
/// <https://learn.microsoft.com/openspecs/windows_protocols/ms-nlmp>
struct Handshake {
    context: Context,
    credentials: Option<AuthIdentityBuffers>,
    negotiate: String,
}

impl Handshake {
    fn start(identity: &AuthIdentity) -> Result<Self> {
        // The name of this machine is nobody's business.
        let mut context = Context::with_config(NtlmConfig::default());
        let credentials = context
            .acquire_credentials_handle()
            .with_credential_use(CredentialUse::Outbound)
            .with_auth_data(identity)
            .execute(&mut context)
            .map_err(failed)?
            .credentials_handle;
        let mut handshake = Self {
            context,
            credentials,
            negotiate: String::new(),
        };
        handshake.negotiate = handshake.step(&mut [])?;
        Ok(handshake)
    }

    fn answer(&mut self, challenge: Vec<u8>, binding: Option<Vec<u8>>) -> Result<String> {
        if let Some(binding) = binding {
            self.context.set_channel_bindings(&binding);
        }
        self.step(&mut [SecurityBuffer::new(challenge, BufferType::Token)])
    }

    fn step(&mut self, input: &mut [SecurityBuffer]) -> Result<String> {
        let mut output = [SecurityBuffer::new(Vec::new(), BufferType::Token)];
        let mut builder = self
            .context
            .initialize_security_context()
            .with_credentials_handle(&mut self.credentials)
            .with_context_requirements(ClientRequestFlags::empty())
            .with_target_data_representation(DataRepresentation::Native)
            .with_input(input)
            .with_output(&mut output);
        self.context
            .initialize_security_context_impl(&mut builder)
            .and_then(|mut generator| generator.resolve_to_result())
            .map_err(failed)?;
        let [output] = output;
        Ok(STANDARD.encode(output.buffer))
    }
}

fn failed(error: sspi::Error) -> Error {
    Error::new(
        ErrorKind::Protocol,
        "The NTLM sign-in could not be made from what the server sent. Check the server address, or choose another way to sign in.",
    )
    .because(error)
}
