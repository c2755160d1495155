//! The stand-in as a program: what it says, and when it ends.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

const PROGRAM: &str = env!("CARGO_BIN_EXE_exchange-standin");

fn start(arguments: &[&str]) -> (Child, Value) {
    let mut child = Command::new(PROGRAM)
        .args(["--mailbox", "anna@example.org:env:STANDIN_TEST_PASSWORD"])
        .args(arguments)
        .env("STANDIN_TEST_PASSWORD", "secret")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    (child, serde_json::from_str(&line).unwrap())
}

/// Waits for the end and says whether it was a success.
fn ended(mut child: Child) -> Option<bool> {
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(20) {
        if let Some(status) = child.try_wait().unwrap() {
            return Some(status.success());
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    child.kill().unwrap();
    None
}

fn listens(url: &Value) -> bool {
    let host = url
        .as_str()
        .unwrap()
        .split('/')
        .nth(2)
        .unwrap()
        .replace("localhost", "127.0.0.1");
    TcpStream::connect(host).is_ok_and(|mut stream| stream.write_all(b"\r\n").is_ok())
}

#[test]
fn says_where_it_listens_and_ends_with_its_input() {
    let (mut child, ready) = start(&[
        "--until-stdin-closes",
        "--seed",
        "1",
        "--contacts",
        "3",
        "--events",
        "3",
    ]);
    assert!(
        listens(&ready["url"]) && listens(&ready["control"]),
        "{ready}"
    );
    drop(child.stdin.take());
    assert_eq!(ended(child), Some(true));
    assert!(!listens(&ready["url"]));
}

#[test]
fn ends_on_sigterm_and_not_with_its_input_unless_asked() {
    let authority =
        std::env::temp_dir().join(format!("standin-authority-{}.pem", std::process::id()));
    let (mut child, ready) = start(&["--tls", "--authority", authority.to_str().unwrap()]);
    drop(child.stdin.take());
    assert!(
        ready["url"]
            .as_str()
            .unwrap()
            .starts_with("https://localhost:")
    );
    assert!(
        std::fs::read_to_string(&authority)
            .unwrap()
            .starts_with("-----BEGIN CERTIFICATE-----")
    );
    std::fs::remove_file(&authority).unwrap();
    assert!(listens(&ready["url"]));
    let killed = Command::new("sh")
        .args(["-c", &format!("kill -TERM {}", child.id())])
        .status()
        .unwrap();
    assert!(killed.success());
    assert_eq!(ended(child), Some(true));
}

#[test]
fn a_password_is_never_an_argument() {
    let refused = Command::new(PROGRAM)
        .args(["--mailbox", "anna@example.org:secret"])
        .output()
        .unwrap();
    assert!(!refused.status.success());
    let sentence = String::from_utf8_lossy(&refused.stderr);
    assert!(
        sentence.contains("ADDRESS:env:VARIABLE or ADDRESS:file:PATH"),
        "{sentence}"
    );
}
