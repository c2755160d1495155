use std::sync::Arc;

/// Something attached to an item. Sorted lists of these are compared.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct File {
    pub name: String,
    /// Lower-case media type; empty where a link does not tell.
    pub content_type: String,
    /// The id that the HTML body shows it by (`cid:…`).
    pub content_id: Option<String>,
    pub content: Content,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Content {
    Bytes(Arc<[u8]>),
    Link(String),
}
