//! Building the HTTP client: trust, proxy, and nothing taken from the environment.

use super::names::{Checked, Names};
use super::options::{Options, wrong};
use super::trust::{self, Trust};
use crate::error::{Error, ErrorKind, Result};
use reqwest::{Certificate, Client, ClientBuilder, Proxy, Url, redirect};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);

/// Makes another HTTP client of the same kind, which has connections of its own.
pub type Build = Arc<dyn Fn() -> Result<Client> + Send + Sync>;

/// A client for `https://` addresses, and for `http://` ones where the options allow those.
pub fn build(options: &Options, names: &Arc<dyn Names>) -> Result<Client> {
    // Only the first installation in a process counts; a later one is refused, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = || old_tls(builder(options, names, 443)?, options);
    match options.trust {
        Trust::Authorities => {}
        Trust::Pinned(fingerprint) => {
            let tls = trust::pinned(fingerprint)?;
            return done(builder()?.tls_backend_preconfigured(tls).build());
        }
        Trust::Anything => {
            tracing::warn!(
                "certificates are not verified, because an administrator turned that off"
            );
            return done(builder()?.tls_danger_accept_invalid_certs(true).build());
        }
    }
    let extra = match &options.ca_file {
        Some(file) => authorities(file)?,
        None => Vec::new(),
    };
    let with_system = builder()?.tls_certs_merge(extra.clone()).build();
    // A slim container may have no certificates at all. Then only those of the file count, and without one no
    // certificate verifies.
    with_system.or_else(|_| done(builder()?.tls_certs_only(extra).build()))
}

/// A client for `http://` addresses, over which nothing secret goes.
pub fn build_plain(options: &Options, names: &Arc<dyn Names>) -> Result<Client> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    done(builder(options, names, 80)?.tls_certs_only([]).build())
}

fn done(built: reqwest::Result<Client>) -> Result<Client> {
    built.map_err(|error| {
        Error::new(
            ErrorKind::Configuration,
            "The HTTP client cannot be set up. Check the certificates and the proxy.",
        )
        .because(error)
    })
}

/// Servers that speak nothing newer than TLS 1.0 or 1.1 need the system's OpenSSL, which a build has by choice.
fn old_tls(builder: ClientBuilder, options: &Options) -> Result<ClientBuilder> {
    if !options.old_tls {
        return Ok(builder);
    }
    if matches!(options.trust, Trust::Pinned(_)) {
        return Err(wrong(
            "A pinned certificate and TLS older than 1.2 do not go together. Give the certificate as --ca-file.",
        ));
    }
    #[cfg(feature = "old-tls")]
    {
        Ok(builder
            .tls_backend_native()
            .tls_version_min(reqwest::tls::Version::TLS_1_0))
    }
    #[cfg(not(feature = "old-tls"))]
    {
        drop(builder);
        Err(wrong(
            "This build of the extension speaks TLS 1.2 and 1.3 only. Build it with “--features old-tls”, or let the \
             mail server speak TLS 1.2.",
        ))
    }
}

fn builder(options: &Options, names: &Arc<dyn Names>, port: u16) -> Result<ClientBuilder> {
    let proxy = options.proxy.as_deref().and_then(host_of);
    let builder = Client::builder()
        // A build with OpenSSL too would take that for everything.
        .tls_backend_rustls()
        .dns_resolver(Checked {
            names: Arc::clone(names),
            reach: options.reach.clone(),
            proxy,
            port,
        })
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

fn host_of(proxy: &str) -> Option<String> {
    let with_scheme = if proxy.contains("://") {
        proxy.to_owned()
    } else {
        format!("http://{proxy}")
    };
    Url::parse(&with_scheme).ok()?.host_str().map(str::to_owned)
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
