//! Channel binding: ties a sign-in to the TLS connection it travels in, so that nobody in between can pass it on.
//! Microsoft calls the check Extended Protection.

use reqwest::Response;
use reqwest::tls::TlsInfo;
use sha2::{Digest as _, Sha256, Sha384, Sha512};
use x509_parser::prelude::{FromDer as _, X509Certificate};
use x509_parser::signature_algorithm::SignatureAlgorithm;

/// `tls-server-end-point` with its prefix; None without TLS.
/// <https://datatracker.ietf.org/doc/html/rfc5929#section-4.1>
pub fn of(response: &Response) -> Option<Vec<u8>> {
    let info = response.extensions().get::<TlsInfo>()?;
    Some(
        [
            b"tls-server-end-point:".as_slice(),
            &hash(info.peer_certificate()?),
        ]
        .concat(),
    )
}

/// The certificate's hash by the function of its own signature, or SHA-256 in place of a weaker or unknown one.
fn hash(certificate: &[u8]) -> Vec<u8> {
    match strength(certificate) {
        Some(384) => Sha384::digest(certificate).to_vec(),
        Some(512) => Sha512::digest(certificate).to_vec(),
        _ => Sha256::digest(certificate).to_vec(),
    }
}

fn strength(certificate: &[u8]) -> Option<u16> {
    let (_, certificate) = X509Certificate::from_der(certificate).ok()?;
    let algorithm = &certificate.signature_algorithm;
    let id = match SignatureAlgorithm::try_from(algorithm) {
        Ok(SignatureAlgorithm::RSASSA_PSS(parameters)) => {
            parameters.hash_algorithm_oid().to_id_string()
        }
        _ => algorithm.algorithm.to_id_string(),
    };
    match id.as_str() {
        // sha384WithRSAEncryption, ecdsa-with-SHA384, SHA-384 of RSASSA-PSS; then the same with SHA-512.
        "1.2.840.113549.1.1.12" | "1.2.840.10045.4.3.3" | "2.16.840.1.101.3.4.2.2" => Some(384),
        "1.2.840.113549.1.1.13" | "1.2.840.10045.4.3.4" | "2.16.840.1.101.3.4.2.3" => Some(512),
        _ => None,
    }
}
