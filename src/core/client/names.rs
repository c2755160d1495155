//! Host names to addresses, in one place, so that what was checked is what is connected to.

use super::reach::{NotAllowed, Reach};
use async_trait::async_trait;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

/// The DNS, as far as this program asks it.
#[async_trait]
pub trait Names: Send + Sync {
    /// The addresses of a host, with the port in them.
    async fn addresses(&self, host: &str, port: u16) -> io::Result<Vec<SocketAddr>>;

    /// Hosts and ports of an SRV record, the best first. None where there is no such record.
    async fn services(&self, name: &str) -> io::Result<Vec<(String, u16)>>;
}

/// The names that this machine knows.
#[derive(Debug, Default)]
pub struct System;

#[async_trait]
impl Names for System {
    async fn addresses(&self, host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
        Ok(tokio::net::lookup_host((host, port)).await?.collect())
    }

    async fn services(&self, name: &str) -> io::Result<Vec<(String, u16)>> {
        super::srv::lookup(name).await
    }
}

/// Looks names up for the HTTP client and gives it only addresses that may be connected to. There is no second lookup
/// between the check and the connection, in which a name could come to mean something else.
pub struct Checked {
    pub names: Arc<dyn Names>,
    pub reach: Reach,
    /// The proxy's host: the administrator's own choice.
    pub proxy: Option<String>,
    /// The port of the scheme that the client speaks.
    pub port: u16,
}

impl Resolve for Checked {
    fn resolve(&self, name: Name) -> Resolving {
        let names = Arc::clone(&self.names);
        let reach = self.reach.clone();
        let host = name.as_str().to_owned();
        let free = self.proxy.as_deref() == Some(&host);
        let port = self.port;
        Box::pin(async move {
            let mut addresses = names.addresses(&host, port).await?;
            if addresses.is_empty() {
                return Err(io::Error::from(io::ErrorKind::NotFound).into());
            }
            addresses.retain(|address| free || reach.allows(&host, address.ip()));
            if addresses.is_empty() {
                return Err(NotAllowed { host }.into());
            }
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}
