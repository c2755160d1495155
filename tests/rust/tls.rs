//! Servers with certificates of every kind.
#![allow(dead_code, reason = "each test program uses its own part")]

use base64::Engine as _;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose,
};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

/// Somebody who signs certificates.
pub struct Authority(CertifiedIssuer<'static, KeyPair>);

/// A certificate with its key.
pub struct Certificate {
    der: CertificateDer<'static>,
    key: Vec<u8>,
}

impl Authority {
    pub fn new(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        params.distinguished_name.push(DnType::CommonName, name);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    /// A file with its certificate, as an administrator would give it.
    pub fn file(&self, name: &str) -> PathBuf {
        let path = std::env::temp_dir().join(format!("{name}-{}.pem", std::process::id()));
        std::fs::write(&path, self.0.pem()).unwrap();
        path
    }

    /// Valid from the first to the second year.
    pub fn sign(&self, host: &str, years: (i32, i32)) -> Certificate {
        let key = KeyPair::generate().unwrap();
        let certificate = params(host, years).signed_by(&key, &self.0).unwrap();
        Certificate {
            der: certificate.der().clone(),
            key: key.serialize_der(),
        }
    }
}

pub fn self_signed(host: &str) -> Certificate {
    let key = KeyPair::generate().unwrap();
    Certificate {
        der: params(host, VALID).self_signed(&key).unwrap().der().clone(),
        key: key.serialize_der(),
    }
}

pub const VALID: (i32, i32) = (2020, 2090);

fn params(host: &str, (from, to): (i32, i32)) -> CertificateParams {
    let mut params = CertificateParams::new([host.to_owned()]).unwrap();
    params.not_before = rcgen::date_time_ymd(from, 1, 1);
    params.not_after = rcgen::date_time_ymd(to, 1, 1);
    params
}

impl Certificate {
    /// The certificate and its key, as a server reads them from a file.
    pub fn pem(&self) -> String {
        let part = |name: &str, der: &[u8]| {
            let text = base64::engine::general_purpose::STANDARD.encode(der);
            format!("-----BEGIN {name}-----\n{text}\n-----END {name}-----\n")
        };
        part("CERTIFICATE", &self.der) + &part("PRIVATE KEY", &self.key)
    }

    pub fn fingerprint(&self) -> String {
        Sha256::digest(&self.der)
            .iter()
            .fold(String::new(), |mut text, byte| {
                write!(text, "{byte:02x}").unwrap();
                text
            })
    }
}

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Request line and headers.
    pub head: String,
    pub body: String,
}

impl Asked {
    pub fn has_credentials(&self) -> bool {
        self.head.to_ascii_lowercase().contains("\nauthorization: ")
    }

    pub fn path(&self) -> &str {
        self.head.split(' ').nth(1).unwrap_or_default()
    }
}

/// A server that answers as a test says, one request a connection.
pub struct Server {
    pub address: SocketAddr,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Server {
    /// The same answer for every request, over TLS.
    pub async fn start(certificate: &Certificate, answer: String) -> Self {
        Self::answering(Some(certificate), move |_| answer.clone()).await
    }

    /// Over TLS with a certificate, without TLS where there is none.
    pub async fn answering(
        certificate: Option<&Certificate>,
        answer: impl Fn(&Asked) -> String + Send + Sync + 'static,
    ) -> Self {
        let acceptor = certificate.map(acceptor);
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&asked);
        let answer = Arc::new(answer);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let acceptor = acceptor.clone();
                let (log, answer) = (Arc::clone(&log), Arc::clone(&answer));
                tokio::spawn(async move {
                    match acceptor {
                        Some(acceptor) => {
                            if let Ok(stream) = acceptor.accept(stream).await {
                                let _ = serve(stream, &log, &*answer).await;
                            }
                        }
                        None => drop(serve(stream, &log, &*answer).await),
                    }
                });
            }
        });
        Self { address, asked }
    }

    /// Requests that came through: whoever sends one may have shown the password.
    pub fn requests(&self) -> usize {
        self.asked.lock().unwrap().len()
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// How often credentials came.
    pub fn sign_ins(&self) -> usize {
        self.asked()
            .iter()
            .filter(|asked| asked.has_credentials())
            .count()
    }
}

fn acceptor(certificate: &Certificate) -> TlsAcceptor {
    let key = PrivateKeyDer::try_from(certificate.key.clone()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der.clone()], key)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

async fn serve(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    log: &Mutex<Vec<Asked>>,
    answer: &(impl Fn(&Asked) -> String + ?Sized),
) -> Option<()> {
    let mut bytes = Vec::new();
    let asked = loop {
        if let Some(asked) = whole(&bytes) {
            break asked;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    log.lock().unwrap().push(asked.clone());
    let answer = answer(&asked);
    stream.write_all(answer.as_bytes()).await.ok()?;
    stream.shutdown().await.ok()
}

fn whole(bytes: &[u8]) -> Option<Asked> {
    let text = String::from_utf8_lossy(bytes);
    let (head, body) = text.split_once("\r\n\r\n")?;
    let length = head.lines().find_map(|line| {
        let line = line.to_ascii_lowercase();
        line.strip_prefix("content-length: ")?.parse::<usize>().ok()
    });
    (body.len() >= length.unwrap_or(0)).then(|| Asked {
        head: head.to_owned(),
        body: body.to_owned(),
    })
}

/// An answer of HTTP after which the connection ends.
pub fn http(status: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n{body}"
    )
}
