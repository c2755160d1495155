use super::{Answer, Element, Failure, Operation, Writer};
use crate::error::{Error, ErrorKind, Result};

/// Asks for what happens, for as long as the connection stays open: the answer is a sequence of envelopes.
/// <https://learn.microsoft.com/exchange/client-developer/web-service-reference/getstreamingevents-operation>
#[derive(Clone, Debug)]
pub struct GetStreamingEvents {
    /// At most 200.
    pub subscriptions: Vec<String>,
    /// After which the server closes the stream, from 1 to 30.
    pub minutes: u8,
}

/// One envelope of a stream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Happened {
    pub events: Vec<FolderEvent>,
    /// The server ends the stream because its time is over; the subscriptions live on.
    pub closed: bool,
}

/// Something changed in a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FolderEvent {
    pub subscription: String,
    /// Where it is and, of something that moved, where it was.
    pub folders: Vec<String>,
}

/// Why there is no (further) stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamFailure {
    pub failure: Failure,
    /// The subscriptions that it is about; none: all of them.
    pub subscriptions: Vec<String>,
}

/// The number of ids that one request may have.
/// <https://learn.microsoft.com/exchange/client-developer/exchange-web-services/how-to-maintain-affinity-between-group-of-subscriptions-and-mailbox-server>
pub const MOST_SUBSCRIPTIONS: usize = 200;

impl Operation for GetStreamingEvents {
    const NAME: &'static str = "GetStreamingEvents";
    const REPEATABLE: bool = true;
    type Response = Happened;

    fn write(&self, w: &mut Writer) {
        w.element("m:GetStreamingEvents", &[], |w| {
            w.element("m:SubscriptionIds", &[], |w| {
                for id in &self.subscriptions {
                    w.text("t:SubscriptionId", id);
                }
            });
            w.text("m:ConnectionTimeout", &self.minutes.to_string());
        });
    }

    fn read(message: Element) -> Result<Happened> {
        let mut happened = Happened {
            closed: message.child_text("ConnectionStatus").map(str::trim) == Some("Closed"),
            ..Happened::default()
        };
        let notifications = message
            .child("Notifications")
            .map_or(&[][..], |all| &all.children);
        for notification in notifications {
            let subscription = notification
                .child_text("SubscriptionId")
                .unwrap_or_default();
            let events = notification
                .children
                .iter()
                .filter(|event| event.name.ends_with("Event") && event.name != "StatusEvent");
            happened.events.extend(events.map(|event| FolderEvent {
                subscription: subscription.trim().to_owned(),
                folders: folders(event),
            }));
        }
        Ok(happened)
    }
}

impl Happened {
    /// Reads an envelope of a stream. Several messages in one are taken together; the first failure counts.
    pub fn of(envelope: &[u8]) -> Result<std::result::Result<Self, StreamFailure>> {
        let answer = Answer::read(envelope)?;
        if let Some(failure) = answer.fault {
            return Ok(Err(StreamFailure {
                failure,
                subscriptions: Vec::new(),
            }));
        }
        let mut happened = Self::default();
        for message in answer.messages {
            let message = message?;
            let subscriptions = ids(&message);
            match GetStreamingEvents::outcome(Ok(message)) {
                Ok(part) => {
                    happened.events.extend(part.events);
                    happened.closed |= part.closed;
                }
                Err(failure) if failure.is_unreadable() => {
                    return Err(Error::new(ErrorKind::Protocol, failure.text));
                }
                Err(failure) => {
                    return Ok(Err(StreamFailure {
                        failure,
                        subscriptions,
                    }));
                }
            }
        }
        Ok(Ok(happened))
    }
}

/// Of something that happened to a folder, the folder itself.
fn folders(event: &Element) -> Vec<String> {
    let names = if event.child("FolderId").is_some() {
        ["FolderId", "OldFolderId"]
    } else {
        ["ParentFolderId", "OldParentFolderId"]
    };
    names
        .iter()
        .filter_map(|name| event.child(name)?.attribute("Id"))
        .map(str::to_owned)
        .collect()
}

/// Those that an error is about. (Servers write `m:` before their ids where the schema has `t:`.)
fn ids(message: &Element) -> Vec<String> {
    message
        .child("ErrorSubscriptionIds")
        .map_or(&[][..], |all| &all.children)
        .iter()
        .map(|id| id.text.trim().to_owned())
        .collect()
}
