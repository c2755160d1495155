//! A small XML tree: what requests are parsed into and answers are built from.
//!
//! Names are local; the namespace is one of the few that EWS knows.

use quick_xml::NsReader;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::ResolveResult;

/// The namespaces of EWS. Each has a fixed prefix when written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ns {
    /// No namespace, or one that EWS does not use.
    None,
    /// SOAP 1.1 envelope, prefix `s`.
    Soap,
    /// `…/services/2006/types`, prefix `t`.
    Types,
    /// `…/services/2006/messages`, prefix `m`.
    Messages,
    /// `…/services/2006/errors`, prefix `e`.
    Errors,
}

impl Ns {
    const ALL: [Ns; 4] = [Ns::Soap, Ns::Types, Ns::Messages, Ns::Errors];

    /// The namespace's name.
    pub fn uri(self) -> &'static str {
        match self {
            Ns::None => "",
            Ns::Soap => "http://schemas.xmlsoap.org/soap/envelope/",
            Ns::Types => "http://schemas.microsoft.com/exchange/services/2006/types",
            Ns::Messages => "http://schemas.microsoft.com/exchange/services/2006/messages",
            Ns::Errors => "http://schemas.microsoft.com/exchange/services/2006/errors",
        }
    }

    fn prefix(self) -> &'static str {
        match self {
            Ns::None => "",
            Ns::Soap => "s:",
            Ns::Types => "t:",
            Ns::Messages => "m:",
            Ns::Errors => "e:",
        }
    }

    fn of(resolved: &ResolveResult) -> Ns {
        let ResolveResult::Bound(found) = resolved else {
            return Ns::None;
        };
        let found: &str = found.as_ref();
        Ns::ALL
            .into_iter()
            .find(|ns| ns.uri() == found)
            .unwrap_or(Ns::None)
    }
}

/// One element with its attributes, children and text. Text beside children is not kept in order:
/// EWS has no mixed content.
#[derive(Clone, Debug, PartialEq)]
pub struct Element {
    pub ns: Ns,
    /// Local name.
    pub name: String,
    /// Name as written (a prefix is kept, `xml:lang`) and value. Declarations of namespaces are left out.
    pub attributes: Vec<(String, String)>,
    pub children: Vec<Element>,
    pub text: String,
}

impl Element {
    pub fn new(ns: Ns, name: impl Into<String>) -> Self {
        Self {
            ns,
            name: name.into(),
            attributes: Vec::new(),
            children: Vec::new(),
            text: String::new(),
        }
    }

    /// An element of the types namespace.
    pub fn t(name: impl Into<String>) -> Self {
        Self::new(Ns::Types, name)
    }

    /// An element of the messages namespace.
    pub fn m(name: impl Into<String>) -> Self {
        Self::new(Ns::Messages, name)
    }

    /// `<t:name>text</t:name>`
    pub fn leaf(name: impl Into<String>, text: impl ToString) -> Self {
        Self::t(name).with_text(text)
    }

    pub fn with_text(mut self, text: impl ToString) -> Self {
        self.text = text.to_string();
        self
    }

    pub fn with_attr(mut self, name: impl Into<String>, value: impl ToString) -> Self {
        self.attributes.push((name.into(), value.to_string()));
        self
    }

    pub fn with(mut self, child: Element) -> Self {
        self.children.push(child);
        self
    }

    pub fn with_all(mut self, children: impl IntoIterator<Item = Element>) -> Self {
        self.children.extend(children);
        self
    }

    /// The first child of that local name.
    pub fn get(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    /// Follows local names downwards, the first of each.
    pub fn find(&self, path: &[&str]) -> Option<&Element> {
        path.iter()
            .try_fold(self, |element, name| element.get(name))
    }

    /// The first descendant (or self) of that local name.
    pub fn descendant(&self, name: &str) -> Option<&Element> {
        if self.name == name {
            return Some(self);
        }
        self.children
            .iter()
            .find_map(|child| child.descendant(name))
    }

    /// An attribute by its name as written.
    pub fn attr(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, v)| v.as_str())
    }

    /// The text of the first child of that name, trimmed.
    pub fn text_of(&self, name: &str) -> Option<&str> {
        self.get(name).map(|child| child.text.trim())
    }

    /// Parses a document and returns its root. The error is a sentence about what is not well-formed.
    pub fn parse(xml: &[u8]) -> Result<Element, String> {
        let text = std::str::from_utf8(xml).map_err(|e| format!("not UTF-8: {e}"))?;
        let mut reader = NsReader::from_str(text);
        let mut open: Vec<Element> = Vec::new();
        loop {
            let (resolved, event) = reader.read_resolved_event().map_err(|e| e.to_string())?;
            let closed = match event {
                Event::Start(start) => {
                    open.push(from_start(Ns::of(&resolved), &start)?);
                    None
                }
                Event::Empty(start) => Some(from_start(Ns::of(&resolved), &start)?),
                Event::End(_) => open.pop(),
                Event::Eof => return Err("the document ends before its root element".to_owned()),
                other => {
                    if let (Some(parent), Some(text)) = (open.last_mut(), text_of_event(&other)?) {
                        parent.text.push_str(&text);
                    }
                    None
                }
            };
            if let Some(element) = closed {
                match open.last_mut() {
                    Some(parent) => parent.children.push(element),
                    None => return Ok(element),
                }
            }
        }
    }

    /// The document with XML declaration; all prefixes are declared on the root.
    pub fn to_document(&self) -> String {
        let mut out = String::with_capacity(4096);
        out.push_str("<?xml version=\"1.0\" encoding=\"utf-8\"?>");
        self.write(&mut out, true);
        out
    }

    fn write(&self, out: &mut String, root: bool) {
        out.push('<');
        out.push_str(self.ns.prefix());
        out.push_str(&self.name);
        if root {
            for ns in Ns::ALL {
                out.push_str(&format!(
                    " xmlns:{}=\"{}\"",
                    ns.prefix().trim_end_matches(':'),
                    ns.uri()
                ));
            }
        }
        for (name, value) in &self.attributes {
            out.push(' ');
            out.push_str(name);
            out.push_str("=\"");
            escape_into(out, value, true);
            out.push('"');
        }
        if self.children.is_empty() && self.text.is_empty() {
            out.push_str("/>");
            return;
        }
        out.push('>');
        if self.children.is_empty() {
            escape_into(out, &self.text, false);
        }
        for child in &self.children {
            child.write(out, false);
        }
        out.push_str("</");
        out.push_str(self.ns.prefix());
        out.push_str(&self.name);
        out.push('>');
    }
}

fn from_start(ns: Ns, start: &BytesStart) -> Result<Element, String> {
    let mut element = Element::new(ns, start.local_name().as_ref());
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|e| e.to_string())?;
        let name: &str = attribute.key.as_ref();
        if name == "xmlns" || name.starts_with("xmlns:") {
            continue;
        }
        let value = attribute
            .normalized_value(XmlVersion::Implicit1_0)
            .map_err(|e| e.to_string())?;
        element
            .attributes
            .push((name.to_owned(), value.into_owned()));
    }
    Ok(element)
}

fn text_of_event(event: &Event) -> Result<Option<String>, String> {
    Ok(match event {
        Event::Text(text) => Some(text.xml10_content().into_owned()),
        Event::CData(text) => Some(text.xml10_content().into_owned()),
        Event::GeneralRef(reference) => {
            match reference.resolve_char_ref().map_err(|e| e.to_string())? {
                Some(character) => Some(character.to_string()),
                None => {
                    let name = reference.xml10_content();
                    let text = quick_xml::escape::resolve_predefined_entity(&name)
                        .ok_or_else(|| format!("unknown entity {name}"))?;
                    Some(text.to_owned())
                }
            }
        }
        _ => None,
    })
}

/// Control characters are written as references, as Exchange does, though XML 1.0 forbids most of them.
fn escape_into(out: &mut String, text: &str, attribute: bool) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' if attribute => out.push_str("&quot;"),
            '\n' | '\t' if !attribute => out.push(character),
            control if (control as u32) < 0x20 => {
                out.push_str(&format!("&#x{:X};", control as u32))
            }
            other => out.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_names_namespaces_entities_and_keeps_white_space() {
        let xml = br#"<?xml version="1.0"?>
            <a:Root xmlns:a="http://schemas.microsoft.com/exchange/services/2006/messages"
                xmlns="http://schemas.microsoft.com/exchange/services/2006/types">
              <Body BodyType="T&amp;x"> a &lt; b&#xD;
<![CDATA[<c>]]></Body><a:Empty/></a:Root>"#;
        let root = Element::parse(xml).unwrap();
        assert_eq!((root.ns, root.name.as_str()), (Ns::Messages, "Root"));
        let body = root.get("Body").unwrap();
        assert_eq!(body.ns, Ns::Types);
        assert_eq!(body.attr("BodyType"), Some("T&x"));
        assert_eq!(body.text, " a < b\r\n<c>");
        assert_eq!(root.get("Empty").unwrap().ns, Ns::Messages);
    }

    #[test]
    fn what_is_written_reads_back_the_same() {
        let tree = Element::m("Root")
            .with(Element::leaf("Body", "a<b>&\"\r\n\tz").with_attr("BodyType", "x\"y\nz"))
            .with(Element::t("Empty"));
        assert_eq!(Element::parse(tree.to_document().as_bytes()).unwrap(), tree);
    }

    #[test]
    fn refuses_what_is_not_well_formed() {
        assert!(Element::parse(b"<a><b></a>").is_err());
        assert!(Element::parse(b"<a>").is_err());
        assert!(Element::parse(b"").is_err());
        assert!(Element::parse(b"<a>&nbsp;</a>").is_err());
    }
}
