//! The conversation with servers in a form that may be shown to others: which requests, which answers, of which elements they
//! are made and what the server says about failures; nothing of what a mailbox holds, no password, no token. As events of the
//! level TRACE, for whoever wants them.

use super::trouble::Trouble;
use crate::ews::Element;
use reqwest::header::{HeaderMap, LOCATION, WWW_AUTHENTICATE};
use reqwest::{Response, Url};
use std::fmt::Write as _;
use tracing::{Level, enabled, trace};

/// A longer body is not looked into.
const LONGEST: usize = 1 << 20;
const MOST_LINES: usize = 80;

/// Headers whose values are shown; of others only the name is.
const HEADERS: &[&str] = &[
    "client-request-id",
    "content-encoding",
    "content-length",
    "content-type",
    "date",
    "request-id",
    "retry-after",
    "server",
    "user-agent",
    "via",
    "x-anchormailbox",
    "x-beserver",
    "x-calculatedbetarget",
    "x-diaginfo",
    "x-feserver",
    "x-ms-diagnostics",
    "x-preferserveraffinity",
];

/// Elements whose text is shown: what is asked for, and why it is not given.
const TEXTS: &[&str] = &[
    "Action",
    "BaseShape",
    "ErrorCode",
    "EwsUrl",
    "IncludesLastItemInRange",
    "LineNumber",
    "MaxChangesReturned",
    "Message",
    "MessageText",
    "ResponseCode",
    "faultcode",
    "faultstring",
];

/// Attributes whose value is shown.
const ATTRIBUTES: &[&str] = &[
    "AffectedTaskOccurrences",
    "ConflictResolution",
    "DeleteType",
    "DistinguishedPropertySetId",
    "FieldIndex",
    "FieldURI",
    "IncludesLastItemInRange",
    "Key",
    "MajorBuildNumber",
    "MajorVersion",
    "MaxEntriesReturned",
    "MessageDisposition",
    "MinorBuildNumber",
    "MinorVersion",
    "Offset",
    "PropertyId",
    "PropertyName",
    "PropertySetId",
    "PropertyTag",
    "PropertyType",
    "ResponseClass",
    "SendMeetingCancellations",
    "SendMeetingInvitations",
    "SendMeetingInvitationsOrCancellations",
    "TotalItemsInView",
    "Traversal",
    "Version",
];

pub fn sent(method: &str, url: &Url, headers: &HeaderMap, body: &[u8]) {
    if enabled!(Level::TRACE) {
        let (url, headers, body) = (place(url), lines(headers), shape(body));
        trace!("> {method} {url}\n{headers}{body}");
    }
}

/// The head of an answer, or why there is none.
pub fn came(answer: &Result<Response, Trouble>) {
    if enabled!(Level::TRACE) {
        match answer {
            Ok(response) => {
                let (status, url) = (response.status(), place(response.url()));
                trace!("< {status} from {url}\n{}", lines(response.headers()));
            }
            Err(trouble) => trace!("< nothing: {}", trouble.error),
        }
    }
}

/// The body of an answer.
pub fn read(body: &Result<Vec<u8>, Trouble>) {
    if enabled!(Level::TRACE) {
        match body {
            Ok(body) => trace!("< body\n{}", shape(body)),
            Err(trouble) => trace!("< no body: {}", trouble.error),
        }
    }
}

/// Without what people and programs hide in addresses.
fn place(url: &Url) -> String {
    let mut url = url.clone();
    let hidden = url.query().is_some() || url.fragment().is_some();
    url.set_query(None);
    url.set_fragment(None);
    // An address that cannot have them has none.
    let _ = url.set_username("").and(url.set_password(None));
    format!("{url}{}", if hidden { "?…" } else { "" })
}

fn lines(headers: &HeaderMap) -> String {
    let mut text = String::new();
    for (name, value) in headers {
        let said = value.to_str().unwrap_or("…");
        let value = if HEADERS.contains(&name.as_str()) {
            said.to_owned()
        } else if name == WWW_AUTHENTICATE {
            // The way; what follows can be a challenge.
            said.split(' ').next().unwrap_or_default().to_owned()
        } else if name == LOCATION {
            Url::parse(said).map_or_else(|_| "…".to_owned(), |url| place(&url))
        } else {
            "…".to_owned()
        };
        // Writing to a string cannot fail.
        let _ = writeln!(text, "    {name}: {value}");
    }
    text
}

/// The elements of a body.
fn shape(body: &[u8]) -> String {
    if body.is_empty() {
        return String::new();
    }
    let mut text = String::new();
    match Element::parse(body) {
        Ok(root) if body.len() <= LONGEST => outline(&root, "", 1, &mut text),
        _ => {
            let _ = writeln!(text, "    {} bytes{}", body.len(), title(body));
        }
    }
    let mut shown: Vec<&str> = text.lines().take(MOST_LINES).collect();
    if text.lines().nth(MOST_LINES).is_some() {
        shown.push("    …");
    }
    shown.join("\n")
}

/// What a web page calls itself.
fn title(page: &[u8]) -> String {
    let page = String::from_utf8_lossy(page.get(..4096).unwrap_or(page));
    let title = page
        .split_once("<title>")
        .and_then(|(_, rest)| rest.split_once("</title>"));
    title.map_or_else(String::new, |(title, _)| {
        format!(" of a page with the title “{}”", title.trim())
    })
}

fn outline(element: &Element, parent: &str, depth: usize, text: &mut String) {
    const SIBLINGS: usize = 2;
    let name = element.name.as_str();
    let _ = write!(text, "{:1$}<{name}", "", depth * 4);
    for (key, value) in &element.attributes {
        let shown = ATTRIBUTES.contains(&key.as_str())
            || (name, key.as_str()) == ("DistinguishedFolderId", "Id")
            || (name, key.as_str()) == ("Value", "Name");
        if shown {
            let _ = write!(text, " {key}={value:?}");
        } else {
            let _ = write!(text, " {key}=…");
        }
    }
    let said = element.text.trim();
    if said.is_empty() {
        text.push_str(">\n");
    } else if TEXTS.contains(&name) || (parent, name) == ("MessageXml", "Value") {
        let _ = writeln!(text, "> {said}");
    } else {
        let _ = writeln!(text, "> … {} characters", said.chars().count());
    }
    for alike in element.children.chunk_by(|a, b| a.name == b.name) {
        for child in alike.iter().take(SIBLINGS) {
            outline(child, name, depth + 1, text);
        }
        if let Some(more) = alike.len().checked_sub(SIBLINGS).filter(|more| *more > 0) {
            let first = alike.first().map_or("", |child| child.name.as_str());
            let _ = writeln!(text, "{:1$}… {more} more <{first}>", "", (depth + 1) * 4);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::header::HeaderValue;

    #[test]
    fn headers_that_may_hold_a_secret_are_named_only() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("authorization", "Basic c2VjcmV0"),
            ("cookie", "exchangecookie=secret"),
            ("www-authenticate", "NTLM c2VjcmV0"),
            (
                "location",
                "https://anna:secret@login.example.org/x?token=secret#secret",
            ),
            ("x-new-token", "secret"),
            ("content-type", "text/xml"),
        ] {
            headers.append(name, HeaderValue::from_static(value));
        }
        let shown = lines(&headers);
        assert!(
            !shown.contains("secret") && !shown.contains("c2VjcmV0"),
            "{shown}"
        );
        assert!(shown.contains("content-type: text/xml") && shown.contains("NTLM\n"));
        assert!(
            shown.contains("location: https://login.example.org/x?…"),
            "{shown}"
        );
    }

    #[test]
    fn a_body_is_shown_without_what_is_in_it() {
        let items = "<t:ItemId Id='secret' ChangeKey='secret'/>".repeat(5);
        let body = format!(
            "<s:Envelope xmlns:s='s' xmlns:t='t' xmlns:m='m'><m:M ResponseClass='Error'><m:ResponseCode>ErrorX</m:ResponseCode>
            <m:MessageXml><t:Value Name='BackOffMilliseconds'>300</t:Value></m:MessageXml>
            <t:Subject>secret</t:Subject><t:ExtendedProperty><t:Value>secret</t:Value></t:ExtendedProperty>
            <t:Entry Key='EmailAddress1' Name='secret'>secret</t:Entry>{items}</m:M></s:Envelope>"
        );
        let shown = shape(body.as_bytes());
        assert!(!shown.contains("secret"), "{shown}");
        for part in [
            "<M ResponseClass=\"Error\">",
            "<ResponseCode> ErrorX",
            "<Value Name=\"BackOffMilliseconds\"> 300",
            "<Subject> … 6 characters",
            "<ItemId Id=… ChangeKey=…>",
            "… 3 more <ItemId>",
        ] {
            assert!(shown.contains(part), "{part} in {shown}");
        }
    }

    #[test]
    fn a_page_is_told_by_its_title() {
        let page = b"<!DOCTYPE html><html><title>Sign in</title><input value=secret></html>";
        let shown = shape(page);
        assert!(
            shown.contains("“Sign in”") && !shown.contains("secret"),
            "{shown}"
        );
    }
}
