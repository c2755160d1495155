//! A certificate for the loopback, signed by an authority made for the occasion.

use std::io;
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose,
};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// The server's certificate and key, and its authority.
#[derive(Clone)]
pub struct Certificate {
    /// PEM of the authority's certificate, for clients to trust.
    pub authority: String,
    chain: Vec<CertificateDer<'static>>,
    key: Vec<u8>,
}

impl Certificate {
    /// A fresh authority and a certificate for `localhost`, 127.0.0.1 and ::1.
    pub fn generate() -> io::Result<Certificate> {
        make().map_err(io::Error::other)
    }

    /// What a TLS server needs.
    pub fn config(&self) -> io::Result<Arc<ServerConfig>> {
        let key = PrivateKeyDer::try_from(self.key.clone()).map_err(io::Error::other)?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?
            .with_no_client_auth()
            .with_single_cert(self.chain.clone(), key)
            .map_err(io::Error::other)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }
}

fn make() -> Result<Certificate, rcgen::Error> {
    let mut authority = CertificateParams::default();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    authority
        .distinguished_name
        .push(DnType::CommonName, "Exchange stand-in authority");
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate()?)?;
    let names = ["localhost", "127.0.0.1", "::1"].map(str::to_owned);
    let key = KeyPair::generate()?;
    let leaf = CertificateParams::new(names)?.signed_by(&key, &authority)?;
    Ok(Certificate {
        authority: authority.pem(),
        chain: vec![leaf.der().clone()],
        key: key.serialize_der(),
    })
}
