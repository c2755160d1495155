//! Exchange Web Services: bytes to and from typed operations. Pure: no sockets.

mod element;
mod path;

pub use element::Element;
pub use path::{FieldPath, PropertySet, PropertyType};
