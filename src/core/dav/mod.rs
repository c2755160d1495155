//! A lossless tree of content lines under iCalendar (RFC 5545) and vCard (RFC 2426, RFC 6350). Pure: text in, text
//! out. What nobody touches is written back byte for byte, however oddly it was folded.

mod component;
mod document;
mod line;
mod text;

pub use component::{Component, Entry};
pub use document::Document;
pub use line::Line;
pub use text::{escape, escape_component, join, split, unescape};
