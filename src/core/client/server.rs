use super::level::ServerLevel;
use super::limit::Limit;
use super::width::Width;
use std::sync::Arc;

/// What all mailboxes of one server share.
#[derive(Debug)]
pub struct Server {
    pub level: Arc<ServerLevel>,
    /// Its requests at a time.
    pub width: Width,
    pub limits: Limits,
}

/// How many items requests to a server may hold.
#[derive(Debug)]
pub struct Limits {
    pub reads: Limit,
    pub writes: Limit,
    /// Changes in one page of a folder's listing.
    pub pages: Limit,
}

impl Server {
    pub fn new(width: usize) -> Self {
        Self {
            level: Arc::default(),
            width: Width::new(width),
            limits: Limits {
                reads: Limit::new(100),
                writes: Limit::new(100),
                // The most that the schema allows.
                pages: Limit::new(512),
            },
        }
    }
}
