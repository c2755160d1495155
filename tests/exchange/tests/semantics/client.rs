//! A plain client: a request is text, an answer a tree.

use std::io::{self, Read, Write};
use std::net::TcpStream;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use exchange_standin::element::Element;
use exchange_standin::{Builder, Standin};

/// A stand-in with one mailbox and a client of it. When it goes, every answer must have been valid.
pub struct Fixture {
    pub standin: Standin,
    pub version: &'static str,
    /// A zone for TimeZoneContext, if any.
    pub zone: Option<&'static str>,
}

/// An HTTP answer.
pub struct Reply {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Reply {
    pub fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(':'));
        lines
            .into_iter()
            .find(|(found, _)| found.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim())
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// An item's id and change key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    pub id: String,
    pub change_key: String,
}

impl Key {
    /// The first ItemId below the element.
    pub fn of(element: &Element) -> Key {
        let id = element.descendant("ItemId").expect("an ItemId");
        let text = |name: &str| id.attr(name).unwrap_or_default().to_owned();
        Key {
            id: text("Id"),
            change_key: text("ChangeKey"),
        }
    }

    pub fn xml(&self) -> String {
        format!(
            "<t:ItemId Id=\"{}\" ChangeKey=\"{}\"/>",
            self.id, self.change_key
        )
    }
}

pub const USER: &str = "anna@example.org";
pub const PASSWORD: &str = "secret";

impl Fixture {
    pub fn new() -> Fixture {
        Fixture::with(|builder| builder)
    }

    pub fn with(change: impl FnOnce(Builder) -> Builder) -> Fixture {
        let builder = change(Standin::builder().mailbox(USER, PASSWORD));
        Fixture {
            standin: builder.start_now().expect("a free port"),
            version: "Exchange2016",
            zone: None,
        }
    }

    /// The operation's response element; the answer must be HTTP 200.
    pub fn call(&self, operation: &str) -> Element {
        let reply = self.send(operation).expect("an answer");
        assert_eq!(reply.status, 200, "{}", reply.text());
        body(&reply)
    }

    /// The code of the fault that comes as the answer.
    pub fn fault(&self, operation: &str) -> String {
        let reply = self.send(operation).expect("an answer");
        assert_eq!(reply.status, 500, "{}", reply.text());
        body(&reply)
            .descendant("ResponseCode")
            .expect("a code")
            .text
            .clone()
    }

    /// The codes of the response messages.
    pub fn codes(&self, operation: &str) -> Vec<String> {
        codes(&self.call(operation))
    }

    pub fn send(&self, operation: &str) -> io::Result<Reply> {
        self.post(&self.envelope(operation), &[])
    }

    pub fn envelope(&self, operation: &str) -> String {
        let context = self.zone.map_or_else(String::new, |zone| {
            format!("<t:TimeZoneContext><t:TimeZoneDefinition Id=\"{zone}\"/></t:TimeZoneContext>")
        });
        format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?><s:Envelope \
             xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" \
             xmlns:t=\"http://schemas.microsoft.com/exchange/services/2006/types\" \
             xmlns:m=\"http://schemas.microsoft.com/exchange/services/2006/messages\"><s:Header>\
             <t:RequestServerVersion Version=\"{}\"/>{context}</s:Header><s:Body>{operation}</s:Body></s:Envelope>",
            self.version
        )
    }

    /// Posts with the right credentials.
    pub fn post(&self, xml: &str, headers: &[(&str, &str)]) -> io::Result<Reply> {
        let basic = format!("Basic {}", STANDARD.encode(format!("{USER}:{PASSWORD}")));
        let all: Vec<(&str, &str)> = [("Authorization", basic.as_str())]
            .iter()
            .chain(headers)
            .copied()
            .collect();
        request(&self.standin.url(), "POST", xml, &all)
    }

    /// Creates an item from its element and gives its key.
    pub fn create(&self, item: &str) -> Key {
        let response = self.call(&create(item));
        assert_eq!(codes(&response), ["NoError"], "{response:?}");
        Key::of(&response)
    }

    /// The code with which creating the item fails.
    pub fn create_fails(&self, item: &str) -> String {
        self.codes(&create(item)).remove(0)
    }

    /// All typed properties, and these extended or other ones.
    pub fn get(&self, key: &Key, more: &str) -> Element {
        self.get_by(&key.xml(), more).expect("the item")
    }

    /// The item that an id element names, or the code why not.
    pub fn get_by(&self, id: &str, more: &str) -> Result<Element, String> {
        let more = match more {
            "" => String::new(),
            paths => format!("<t:AdditionalProperties>{paths}</t:AdditionalProperties>"),
        };
        let response = self.call(&format!(
            "<m:GetItem><m:ItemShape><t:BaseShape>AllProperties</t:BaseShape>{more}</m:ItemShape>\
             <m:ItemIds>{id}</m:ItemIds></m:GetItem>"
        ));
        match codes(&response).remove(0).as_str() {
            "NoError" => Ok(response.descendant("Items").expect("items").children[0].clone()),
            code => Err(code.to_owned()),
        }
    }

    /// Applies updates (`t:SetItemField`, …) and gives the new key, or the code why not.
    pub fn update(&self, key: &Key, updates: &str) -> Result<Key, String> {
        self.resolve(key, updates, "NeverOverwrite")
    }

    pub fn resolve(&self, key: &Key, updates: &str, resolution: &str) -> Result<Key, String> {
        let response = self.call(&format!(
            "<m:UpdateItem ConflictResolution=\"{resolution}\" MessageDisposition=\"SaveOnly\" \
             SendMeetingInvitationsOrCancellations=\"SendToNone\"><m:ItemChanges><t:ItemChange>{}<t:Updates>{updates}\
             </t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>",
            key.xml()
        ));
        match codes(&response).remove(0).as_str() {
            "NoError" => Ok(Key::of(&response)),
            code => Err(code.to_owned()),
        }
    }

    /// Deletes what an id element names and gives the code.
    pub fn delete(&self, id: &str, how: &str) -> String {
        let codes = self.codes(&format!(
            "<m:DeleteItem DeleteType=\"{how}\" SendMeetingCancellations=\"SendToNone\" \
             AffectedTaskOccurrences=\"AllOccurrences\"><m:ItemIds>{id}</m:ItemIds></m:DeleteItem>"
        ));
        codes.into_iter().next().expect("a message")
    }

    /// One page of changes of a distinguished folder: kinds and ids, the new state, and whether that is all.
    pub fn sync(
        &self,
        folder: &str,
        state: &str,
        most: usize,
    ) -> (Vec<(String, String)>, String, bool) {
        let response = self.call(&sync(folder, state, most));
        assert_eq!(codes(&response), ["NoError"]);
        let changes = response
            .descendant("Changes")
            .expect("changes")
            .children
            .iter();
        let changes = changes
            .map(|change| (change.name.clone(), Key::of(change).id))
            .collect();
        let text = |name: &str| response.descendant(name).expect(name).text.clone();
        (
            changes,
            text("SyncState"),
            text("IncludesLastItemInRange") == "true",
        )
    }
}

impl Drop for Fixture {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert_eq!(
                self.standin.violations(),
                Vec::<String>::new(),
                "answers against the schema"
            );
        }
    }
}

pub fn sync(folder: &str, state: &str, most: usize) -> String {
    let state = if state.is_empty() {
        String::new()
    } else {
        format!("<m:SyncState>{state}</m:SyncState>")
    };
    format!(
        "<m:SyncFolderItems><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape><m:SyncFolderId>\
         <t:DistinguishedFolderId Id=\"{folder}\"/></m:SyncFolderId>{state}<m:MaxChangesReturned>{most}\
         </m:MaxChangesReturned></m:SyncFolderItems>"
    )
}

fn create(item: &str) -> String {
    format!(
        "<m:CreateItem SendMeetingInvitations=\"SendToNone\"><m:Items>{item}</m:Items></m:CreateItem>"
    )
}

/// `t:SetItemField` for a property of that class: its path and its element.
pub fn set(class: &str, uri: &str, element: &str) -> String {
    format!(
        "<t:SetItemField><t:FieldURI FieldURI=\"{uri}\"/><t:{class}>{element}</t:{class}></t:SetItemField>"
    )
}

/// `t:DeleteItemField`
pub fn unset(uri: &str) -> String {
    format!("<t:DeleteItemField><t:FieldURI FieldURI=\"{uri}\"/></t:DeleteItemField>")
}

/// The path of an extended property.
pub fn extended(set: &str, id: u32, kind: &str) -> String {
    format!(
        "<t:ExtendedFieldURI DistinguishedPropertySetId=\"{set}\" PropertyId=\"{id}\" PropertyType=\"{kind}\"/>"
    )
}

/// The values of the item's extended properties, in the order of the answer.
pub fn extended_values(item: &Element) -> Vec<String> {
    let properties = item
        .children
        .iter()
        .filter(|child| child.name == "ExtendedProperty");
    properties
        .filter_map(|property| property.text_of("Value").map(str::to_owned))
        .collect()
}

/// The text of a property, `None` where the item lacks it.
pub fn text<'a>(item: &'a Element, name: &str) -> Option<&'a str> {
    item.get(name).map(|found| found.text.as_str())
}

/// The codes of all response messages.
pub fn codes(response: &Element) -> Vec<String> {
    let messages = &response.get("ResponseMessages").expect("messages").children;
    messages
        .iter()
        .map(|message| message.text_of("ResponseCode").expect("a code").to_owned())
        .collect()
}

/// The first element of the SOAP body.
pub fn body(reply: &Reply) -> Element {
    let envelope = Element::parse(&reply.body).expect("XML");
    assert!(
        envelope.find(&["Header", "ServerVersionInfo"]).is_some(),
        "no ServerVersionInfo"
    );
    envelope.get("Body").expect("a body").children[0].clone()
}

/// One HTTP/1.1 exchange on a connection of its own.
pub fn request(
    url: &str,
    method: &str,
    content: &str,
    headers: &[(&str, &str)],
) -> io::Result<Reply> {
    let rest = url.strip_prefix("http://").expect("an http address");
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let mut stream = TcpStream::connect(host)?;
    let mut head = format!(
        "{method} /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {}\r\n",
        content.len()
    );
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    stream.write_all(format!("{head}\r\n{content}").as_bytes())?;
    let mut bytes = Vec::new();
    // A connection that breaks leaves what came before.
    let outcome = Read::by_ref(&mut stream)
        .take(8 * 1024 * 1024)
        .read_to_end(&mut bytes);
    let at = bytes.windows(4).position(|window| window == b"\r\n\r\n");
    let Some(at) = at else {
        outcome?;
        return Err(io::ErrorKind::UnexpectedEof.into());
    };
    let head = String::from_utf8_lossy(&bytes[..at]).into_owned();
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok())
        .expect("a status line");
    let chunked = head.to_lowercase().contains("transfer-encoding: chunked");
    let body = bytes[at + 4..].to_vec();
    Ok(Reply {
        status,
        head,
        body: if chunked { unchunk(&body) } else { body },
    })
}

fn unchunk(mut bytes: &[u8]) -> Vec<u8> {
    let mut all = Vec::new();
    while let Some(at) = bytes.windows(2).position(|window| window == b"\r\n") {
        let size = usize::from_str_radix(&String::from_utf8_lossy(&bytes[..at]), 16).unwrap_or(0);
        let chunk = bytes
            .get(at + 2..(at + 2 + size).min(bytes.len()))
            .unwrap_or_default();
        all.extend_from_slice(chunk);
        if size == 0 || at + 4 + size > bytes.len() {
            break;
        }
        bytes = &bytes[at + 4 + size..];
    }
    all
}
