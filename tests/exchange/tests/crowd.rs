//! A crowd of mailboxes, each with an open stream. STANDIN_CROWD says how many; what they cost is printed.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// A stand-in with a crowd, as a program of its own.
struct Crowd {
    child: Child,
    host: String,
    control: String,
}

impl Crowd {
    fn start(count: usize) -> Crowd {
        let mut child = Command::new(env!("CARGO_BIN_EXE_exchange-standin"))
            .args(["--no-validate", "--until-stdin-closes", "--mailboxes"])
            .arg(format!(
                "{count}:user{{n}}@example.org:env:STANDIN_TEST_PASSWORD"
            ))
            .env("STANDIN_TEST_PASSWORD", "secret")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        out.read_line(&mut line).unwrap();
        let said: Value = serde_json::from_str(&line).unwrap();
        let host = |name: &str| {
            said[name]
                .as_str()
                .unwrap()
                .split('/')
                .nth(2)
                .unwrap()
                .to_owned()
        };
        Crowd {
            child,
            host: host("url"),
            control: host("control"),
        }
    }

    fn ask(&self, method: &str, path: &str, content: &Value) -> Value {
        let content = if content.is_null() {
            String::new()
        } else {
            content.to_string()
        };
        let mut stream = TcpStream::connect(&self.control).unwrap();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {}",
            content.len()
        );
        stream
            .write_all(format!("{head}\r\n\r\n{content}").as_bytes())
            .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 200"), "{answer}");
        serde_json::from_str(body).unwrap()
    }

    /// Resident megabytes and seconds of the processor.
    fn cost(&self) -> (f64, f64) {
        let figures = self.ask("GET", "/process", &Value::Null);
        (
            figures["rss"].as_f64().unwrap() / 1e6,
            figures["cpu"].as_f64().unwrap(),
        )
    }
}

impl Drop for Crowd {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

/// A member's connection, over which a stream is open.
struct Member(BufReader<TcpStream>);

impl Member {
    fn subscribe(crowd: &Crowd, n: usize) -> Member {
        let stream = TcpStream::connect(&crowd.host).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(60)))
            .unwrap();
        let mut member = Member(BufReader::new(stream));
        member.post(
            n,
            "<m:Subscribe><m:StreamingSubscriptionRequest><t:FolderIds><t:DistinguishedFolderId Id=\"calendar\"/>\
             <t:DistinguishedFolderId Id=\"contacts\"/><t:DistinguishedFolderId Id=\"tasks\"/></t:FolderIds><t:EventTypes>\
             <t:EventType>CreatedEvent</t:EventType><t:EventType>ModifiedEvent</t:EventType></t:EventTypes>\
             </m:StreamingSubscriptionRequest></m:Subscribe>",
        );
        let answer = member.until("</s:Envelope>");
        let (_, rest) = answer.split_once("SubscriptionId>").expect("an id");
        let (id, _) = rest.split_once('<').unwrap();
        member.post(
            n,
            &format!(
                "<m:GetStreamingEvents><m:SubscriptionIds><t:SubscriptionId>{id}</t:SubscriptionId></m:SubscriptionIds>\
                 <m:ConnectionTimeout>30</m:ConnectionTimeout></m:GetStreamingEvents>"
            ),
        );
        assert!(member.until("</s:Envelope>").contains(">OK<"));
        member
    }

    fn post(&mut self, n: usize, operation: &str) {
        let xml = format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?><s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" \
             xmlns:t=\"http://schemas.microsoft.com/exchange/services/2006/types\" \
             xmlns:m=\"http://schemas.microsoft.com/exchange/services/2006/messages\"><s:Header><t:RequestServerVersion \
             Version=\"Exchange2016\"/></s:Header><s:Body>{operation}</s:Body></s:Envelope>"
        );
        let basic = STANDARD.encode(format!("user{n}@example.org:secret"));
        let head = format!(
            "POST /EWS/Exchange.asmx HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {basic}\r\nContent-Length: {}",
            xml.len()
        );
        let request = format!("{head}\r\n\r\n{xml}");
        self.0.get_mut().write_all(request.as_bytes()).unwrap();
    }

    /// Reads until those words have come.
    fn until(&mut self, words: &str) -> String {
        let mut read = Vec::new();
        while !read.ends_with(words.as_bytes()) {
            let last = words.as_bytes()[words.len() - 1];
            assert_ne!(
                self.0.read_until(last, &mut read).unwrap(),
                0,
                "the connection has ended"
            );
        }
        String::from_utf8(read).unwrap()
    }
}

#[test]
fn everybody_of_a_crowd_hears_of_their_own_changes() {
    let count: usize = std::env::var("STANDIN_CROWD").map_or(200, |count| count.parse().unwrap());
    exchange_standin::process::open_many_files().unwrap();
    let crowd = Crowd::start(count);
    let (start, _) = crowd.cost();
    let begun = Instant::now();
    let mut members: Vec<Member> = (1..=count).map(|n| Member::subscribe(&crowd, n)).collect();
    let subscribed = begun.elapsed();
    let figures = crowd.ask("GET", "/notifications", &Value::Null);
    assert_eq!(
        (&figures["subscriptions"], &figures["streams"]),
        (&json!(count), &json!(count))
    );
    let (open, before) = crowd.cost();
    let begun = Instant::now();
    for _ in 0..count.div_ceil(100) {
        let answer = crowd.ask("POST", "/edits", &json!({ "count": 100 }));
        for edit in answer["edits"].as_array().unwrap() {
            let mailbox = edit["mailbox"].as_str().unwrap();
            let n: usize = mailbox["user".len()..]
                .split('@')
                .next()
                .unwrap()
                .parse()
                .unwrap();
            // One event for the item, perhaps of several edits at once, and one for its folder.
            members[n - 1].until("<t:FolderId");
        }
    }
    let edited = begun.elapsed();
    let (_, after) = crowd.cost();
    println!(
        "{count} mailboxes: {start:.1} MB at the start, {open:.1} MB with as many streams, subscribed in {subscribed:.1?}; \
         {} edits told in {edited:.1?}, {:.2} s of the processor",
        count.div_ceil(100) * 100,
        after - before
    );
}
