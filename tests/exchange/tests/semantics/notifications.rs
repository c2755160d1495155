//! Subscriptions and what is told over them.

mod farm;
mod limits;
mod lost;
mod pulled;
mod streamed;
mod wire;

use exchange_standin::Builder;
use exchange_standin::element::Element;
use exchange_standin::notify::Settings;

use crate::client::{Fixture, PASSWORD};

use wire::Stream;

/// A service account that may act in the name of everybody.
const SERVICE: &str = "service@example.org";
const BEN: &str = "ben@example.org";

const ALL: &str = "CreatedEvent ModifiedEvent DeletedEvent MovedEvent CopiedEvent";

fn several(builder: Builder) -> Builder {
    builder
        .mailbox(BEN, PASSWORD)
        .mailbox(SERVICE, PASSWORD)
        .impersonator(SERVICE)
}

/// Changes settings from what the release has.
fn configure(fixture: &Fixture, change: impl FnOnce(&mut Settings)) {
    let mut settings = fixture.standin.notifications().settings();
    change(&mut settings);
    fixture.standin.notifications().configure(settings);
}

fn folder(id: &str) -> String {
    format!("<t:DistinguishedFolderId Id=\"{id}\"/>")
}

/// A request for a streaming subscription to folders, or to all of them where there are none.
fn subscribe(folders: &str, events: &str) -> String {
    request("Streaming", folders, events, "")
}

/// A request for a pull subscription.
fn subscribe_to_pull(folders: &str, events: &str, more: &str) -> String {
    request(
        "Pull",
        folders,
        events,
        &format!("{more}<t:Timeout>10</t:Timeout>"),
    )
}

fn request(form: &str, folders: &str, events: &str, more: &str) -> String {
    let events: String = events
        .split(' ')
        .map(|event| format!("<t:EventType>{event}</t:EventType>"))
        .collect();
    let (all, folders) = match folders {
        "" => (" SubscribeToAllFolders=\"true\"", String::new()),
        ids => ("", format!("<t:FolderIds>{ids}</t:FolderIds>")),
    };
    format!(
        "<m:Subscribe><m:{form}SubscriptionRequest{all}>{folders}<t:EventTypes>{events}</t:EventTypes>{more}\
         </m:{form}SubscriptionRequest></m:Subscribe>"
    )
}

fn get_streaming_events(ids: &[&str]) -> String {
    let ids: String = ids
        .iter()
        .map(|id| format!("<t:SubscriptionId>{id}</t:SubscriptionId>"))
        .collect();
    format!(
        "<m:GetStreamingEvents><m:SubscriptionIds>{ids}</m:SubscriptionIds><m:ConnectionTimeout>1\
         </m:ConnectionTimeout></m:GetStreamingEvents>"
    )
}

fn unsubscribe(id: &str) -> String {
    format!("<m:Unsubscribe><m:SubscriptionId>{id}</m:SubscriptionId></m:Unsubscribe>")
}

/// The SubscriptionId of a response.
fn id(response: &Element) -> String {
    let found = response.descendant("SubscriptionId");
    found
        .unwrap_or_else(|| panic!("no id in {response:?}"))
        .text
        .clone()
}

/// A subscription of the first mailbox to all folders, and a stream of it that has said OK.
fn streaming(fixture: &Fixture) -> (String, Stream) {
    let id = id(&fixture.call(&subscribe("", ALL)));
    let mut stream = Stream::open(fixture, &get_streaming_events(&[&id]));
    assert_eq!(stream.status(), "OK");
    (id, stream)
}
