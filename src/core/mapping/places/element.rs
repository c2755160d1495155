pub use crate::ews::extended;
use crate::ews::{Element, FieldPath};
use crate::mapping::remote::{Field, FieldChange};

pub fn leaf(name: &str, text: impl Into<String>) -> Element {
    Element {
        name: name.to_owned(),
        text: text.into(),
        ..Element::default()
    }
}

pub fn node(name: &str, children: Vec<Element>) -> Element {
    Element {
        name: name.to_owned(),
        children,
        ..Element::default()
    }
}

pub fn with(mut element: Element, attribute: &str, value: &str) -> Element {
    element
        .attributes
        .push((attribute.to_owned(), value.to_owned()));
    element
}

/// The element that a plain path stands for: what follows the colon.
pub fn name_of(path: FieldPath) -> &'static str {
    match path {
        FieldPath::Field(uri) | FieldPath::Indexed(uri, _) => {
            uri.split_once(':').map_or(uri, |(_, name)| name)
        }
        _ => "ExtendedProperty",
    }
}

pub fn set(path: FieldPath, content: Element) -> FieldChange {
    FieldChange::Set(Field { path, content })
}

/// A plain path set to a text.
pub fn set_text(path: FieldPath, text: impl Into<String>) -> FieldChange {
    set(path, leaf(name_of(path), text))
}

/// An extended property set to a value.
pub fn set_extended(path: FieldPath, text: impl Into<String>) -> FieldChange {
    set(
        path,
        node(
            "ExtendedProperty",
            vec![path.element(), leaf("Value", text)],
        ),
    )
}
