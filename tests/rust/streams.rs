//! A stream of events is read as servers send it: envelope by envelope, wherever the network cuts it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

use exchange_core::client::{Clients, Options, Part};
use exchange_core::error::ErrorKind;
use exchange_core::ews::{FolderEvent, GetStreamingEvents, Happened};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

fn envelope(prefix: &str, message: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?><{prefix}:Envelope xmlns:{prefix}=\"http://schemas.xmlsoap.org/soap/envelope/\"><{prefix}:Body>\
         <m:GetStreamingEventsResponse><m:ResponseMessages>{message}</m:ResponseMessages></m:GetStreamingEventsResponse>\
         </{prefix}:Body></{prefix}:Envelope>"
    )
}

fn success(content: &str) -> String {
    format!(
        "<m:GetStreamingEventsResponseMessage ResponseClass=\"Success\"><m:ResponseCode>NoError</m:ResponseCode>{content}\
         </m:GetStreamingEventsResponseMessage>"
    )
}

const CREATED: &str = "<m:Notifications><m:Notification><t:SubscriptionId>one</t:SubscriptionId><t:CreatedEvent>\
     <t:TimeStamp>2026-03-02T09:00:00Z</t:TimeStamp><t:ItemId Id=\"i\" ChangeKey=\"c\"/><t:ParentFolderId Id=\"f\"/>\
     </t:CreatedEvent><t:ModifiedEvent><t:FolderId Id=\"f\"/><t:ParentFolderId Id=\"root\"/></t:ModifiedEvent><t:StatusEvent/></m:Notification></m:Notifications>";
const MOVED: &str = "<m:Notifications><t:Notification><t:SubscriptionId>two</t:SubscriptionId><t:MovedEvent><t:ItemId Id=\"i\"/>\
     <t:ParentFolderId Id=\"f\"/><t:OldItemId Id=\"j\"/><t:OldParentFolderId Id=\"g\"/></t:MovedEvent></t:Notification></m:Notifications>";

fn event(subscription: &str, folders: &[&str]) -> FolderEvent {
    FolderEvent {
        subscription: subscription.to_owned(),
        folders: folders.iter().map(|&folder| folder.to_owned()).collect(),
    }
}

/// A server that sends these pieces with a moment between them, and then what `end` does.
async fn server(pieces: Vec<Vec<u8>>, end: End) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!(
        "http://{}/EWS/Exchange.asmx",
        listener.local_addr().unwrap()
    );
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        read_request(&mut socket).await;
        let head = "HTTP/1.1 200 OK\r\nContent-Type: text/xml; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n";
        socket.write_all(head.as_bytes()).await.unwrap();
        for piece in pieces {
            let chunk = [format!("{:x}\r\n", piece.len()).as_bytes(), &piece, b"\r\n"].concat();
            socket.write_all(&chunk).await.unwrap();
            socket.flush().await.unwrap();
        }
        match end {
            End::Polite => socket.write_all(b"0\r\n\r\n").await.unwrap(),
            End::Cut => {}
            End::Silence => std::future::pending().await,
        }
    });
    url
}

async fn read_request(socket: &mut TcpStream) {
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    while !request.windows(11).any(|part| part == b"</s:Envelop") {
        let count = socket.read(&mut buffer).await.unwrap();
        request.extend_from_slice(buffer.get(..count).unwrap());
    }
    let text = String::from_utf8_lossy(&request).to_lowercase();
    assert!(text.contains("accept-encoding: identity"), "{text}");
}

enum End {
    Polite,
    Cut,
    Silence,
}

/// Everything until the end of the stream, and why it ended.
async fn all(url: &str) -> (Vec<Part>, Option<ErrorKind>) {
    let client = Clients::default()
        .get(&Options::new(url, "anna@example.org", "secret"))
        .unwrap();
    let operation = GetStreamingEvents {
        subscriptions: vec!["one".to_owned(), "two".to_owned()],
        minutes: 1,
    };
    let silence = Duration::from_millis(300);
    let mut stream = client.stream(&operation, silence).await.unwrap();
    let mut parts = Vec::new();
    loop {
        match stream.next().await {
            Ok(Some(part)) => parts.push(part),
            Ok(None) => return (parts, None),
            Err(error) => return (parts, Some(error.kind())),
        }
    }
}

#[tokio::test]
async fn envelopes_are_found_wherever_the_network_cuts_them() {
    let text = [
        envelope("s", &success("<m:ConnectionStatus>OK</m:ConnectionStatus>")),
        envelope("soap11", &success(CREATED)),
        "\r\n".to_owned(),
        envelope("s", &success(MOVED)),
        envelope(
            "s",
            &success("<m:ConnectionStatus>Closed</m:ConnectionStatus>"),
        ),
    ]
    .concat();
    let expected = [
        Happened::default(),
        Happened {
            events: vec![event("one", &["f"]), event("one", &["f"])],
            closed: false,
        },
        Happened {
            events: vec![event("two", &["f", "g"])],
            closed: false,
        },
        Happened {
            events: Vec::new(),
            closed: true,
        },
    ];
    for size in [1, 7, 64, 100_000] {
        let pieces = text.as_bytes().chunks(size).map(<[u8]>::to_vec).collect();
        let (parts, end) = all(&server(pieces, End::Polite).await).await;
        assert_eq!(parts, expected.clone().map(Ok), "pieces of {size}");
        assert_eq!(end, None);
    }
}

#[tokio::test]
async fn a_failure_names_the_subscriptions_that_it_is_about() {
    let failed = "<m:GetStreamingEventsResponseMessage ResponseClass=\"Error\"><m:MessageText>gone</m:MessageText>\
         <m:ResponseCode>ErrorSubscriptionNotFound</m:ResponseCode><m:DescriptiveLinkKey>0</m:DescriptiveLinkKey>\
         <m:ErrorSubscriptionIds><m:SubscriptionId>two</m:SubscriptionId></m:ErrorSubscriptionIds>\
         </m:GetStreamingEventsResponseMessage>";
    let pieces = vec![envelope("s", failed).into_bytes()];
    let (parts, _) = all(&server(pieces, End::Polite).await).await;
    let failure = parts.into_iter().next().unwrap().unwrap_err();
    assert_eq!(failure.failure.code, "ErrorSubscriptionNotFound");
    assert_eq!(failure.subscriptions, ["two"]);
}

#[tokio::test]
async fn what_is_no_stream_says_what_it_is() {
    let page = vec![b"<html><body>Sign in</body></html>".to_vec()];
    let (parts, end) = all(&server(page, End::Polite).await).await;
    assert_eq!((parts.len(), end), (0, Some(ErrorKind::Protocol)));
    let half = vec![b"<s:Envelope><s:Body>".to_vec()];
    let (_, end) = all(&server(half, End::Polite).await).await;
    assert_eq!(end, Some(ErrorKind::Protocol));
}

#[tokio::test]
async fn a_broken_connection_and_a_silent_one_are_errors() {
    let ok = || envelope("s", &success("<m:ConnectionStatus>OK</m:ConnectionStatus>")).into_bytes();
    for (end, kind) in [
        (End::Cut, ErrorKind::Protocol),
        (End::Silence, ErrorKind::Unreachable),
    ] {
        let (parts, ended) = all(&server(vec![ok()], end).await).await;
        assert_eq!((parts.len(), ended), (1, Some(kind)));
    }
}
