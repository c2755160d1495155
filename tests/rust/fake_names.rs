//! A DNS that a test writes.
#![allow(dead_code, reason = "each test program uses its own part")]

use async_trait::async_trait;
use exchange_core::client::Names;
use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::sync::Mutex;

#[derive(Default)]
pub struct FakeNames {
    hosts: Mutex<HashMap<(String, u16), Vec<SocketAddr>>>,
    services: Mutex<HashMap<String, Vec<(String, u16)>>>,
    asked: Mutex<Vec<String>>,
}

impl FakeNames {
    /// `host` at `port` is served by `address`.
    pub fn host(self, host: &str, port: u16, address: SocketAddr) -> Self {
        self.set(host, port, &[address]);
        self
    }

    pub fn set(&self, host: &str, port: u16, addresses: &[SocketAddr]) {
        let key = (host.to_owned(), port);
        self.hosts.lock().unwrap().insert(key, addresses.to_vec());
    }

    pub fn service(self, name: &str, host: &str, port: u16) -> Self {
        let record = vec![(host.to_owned(), port)];
        self.services
            .lock()
            .unwrap()
            .insert(name.to_owned(), record);
        self
    }

    /// The hosts that were looked up, in order.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

#[async_trait]
impl Names for FakeNames {
    async fn addresses(&self, host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
        self.asked.lock().unwrap().push(host.to_owned());
        let hosts = self.hosts.lock().unwrap();
        let found = hosts.get(&(host.to_owned(), port));
        found
            .cloned()
            .ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "no such host"))
    }

    async fn services(&self, name: &str) -> io::Result<Vec<(String, u16)>> {
        Ok(self
            .services
            .lock()
            .unwrap()
            .get(name)
            .cloned()
            .unwrap_or_default())
    }
}
