//! Building the HTTP client: trust, proxy, and nothing taken from the environment.

use super::options::{Options, wrong};
use crate::error::{Error, ErrorKind, Result};
use reqwest::{Certificate, Client, ClientBuilder, Proxy, redirect};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);

/// Makes another HTTP client of the same kind, which has connections of its own.
pub type Build = Arc<dyn Fn() -> Result<Client> + Send + Sync>;

pub fn build(options: &Options) -> Result<Client> {
    // Only the first installation in a process counts; a later one is refused, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let extra = match &options.ca_file {
        Some(file) => authorities(file)?,
        None => Vec::new(),
    };
    let with_system = builder(options)?.tls_certs_merge(extra.clone()).build();
    // A slim container may have no certificates at all. Then only those of the file count, and without one no
    // certificate verifies.
    with_system.or_else(|_| {
        builder(options)?
            .tls_certs_only(extra)
            .build()
            .map_err(|error| {
                Error::new(
                    ErrorKind::Configuration,
                    "The HTTP client cannot be set up. Check the certificates and the proxy.",
                )
                .because(error)
            })
    })
}

fn builder(options: &Options) -> Result<ClientBuilder> {
    let builder = Client::builder()
        .user_agent(concat!("integration_exchange/", env!("CARGO_PKG_VERSION")))
        // A redirect would take the password to another place.
        .redirect(redirect::Policy::none())
        .no_proxy()
        .gzip(true)
        // Exchange signs in per request over HTTP/1.1; its HTTP/2 asks to step down anyway.
        .http1_only()
        // The server's certificate, to which a sign-in is tied.
        .tls_info(true)
        // Sooner than any server or firewall closes an idle connection, which would lose the next request.
        .pool_idle_timeout(Duration::from_secs(30))
        .connect_timeout(CONNECT_TIMEOUT.min(options.timeout));
    let Some(proxy) = &options.proxy else {
        return Ok(builder);
    };
    let proxy = Proxy::all(proxy).map_err(|error| {
        wrong("The proxy address is not valid. Enter one like http://proxy.example.org:3128.")
            .because(error)
    })?;
    Ok(builder.proxy(proxy))
}

fn authorities(file: &Path) -> Result<Vec<Certificate>> {
    let name = file.display();
    let pem = std::fs::read(file).map_err(|error| {
        wrong(format!(
            "The certificate file {name} cannot be read. Check its path and rights."
        ))
        .because(error)
    })?;
    match Certificate::from_pem_bundle(&pem) {
        Ok(found) if !found.is_empty() => Ok(found),
        _ => Err(wrong(format!(
            "The certificate file {name} holds no certificate in PEM form (“-----BEGIN CERTIFICATE-----”)."
        ))),
    }
}
