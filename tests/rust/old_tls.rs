//! Servers of old, which speak nothing newer than TLS 1.0: `cargo test -p exchange-core --features old-tls --test old_tls`.
#![cfg(feature = "old-tls")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

mod fake_names;
mod script;
mod tls;

use exchange_core::client::{Clients, Options};
use exchange_core::error::{ErrorKind, Result};
use exchange_core::ews::{FolderId, GetFolder};
use fake_names::FakeNames;
use script::envelope;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;
use tls::{Authority, VALID};

const HOST: &str = "mail.example.org";

/// What docs/connecting.md asks an administrator to allow OpenSSL, and what Debian allows.
const ALLOWS: &str = "MinProtocol = TLSv1\nCipherString = DEFAULT@SECLEVEL=0\n";
const FORBIDS: &str = "MinProtocol = TLSv1.2\nCipherString = DEFAULT@SECLEVEL=2\n";

/// `openssl s_server` with TLS 1.0 alone, which answers one request.
struct OldServer {
    process: Child,
    address: SocketAddr,
}

impl OldServer {
    fn start(certificate: &tls::Certificate, name: &str) -> Self {
        let folder = std::env::temp_dir();
        let file = folder.join(format!(
            "exchange-old-tls-{name}-{}.pem",
            std::process::id()
        ));
        std::fs::write(&file, certificate.pem()).unwrap();
        let port = TcpListener::bind(("127.0.0.1", 0))
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        let mut process = Command::new("openssl")
            .args([
                "s_server",
                "-quiet",
                "-tls1",
                "-cipher",
                "DEFAULT@SECLEVEL=0",
                "-accept",
            ])
            .arg(address.to_string())
            .arg("-cert")
            .arg(&file)
            .arg("-key")
            .arg(&file)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            // It is to speak what the machine's configuration may forbid.
            .env("OPENSSL_CONF", "/dev/null")
            .spawn()
            .unwrap();
        let (mut input, mut output) = (
            process.stdout.take().unwrap(),
            process.stdin.take().unwrap(),
        );
        std::thread::spawn(move || {
            let mut request = Vec::new();
            let mut some = [0; 4096];
            while !String::from_utf8_lossy(&request).contains("</s:Envelope>") {
                let count = input.read(&mut some).unwrap_or(0);
                if count == 0 {
                    return;
                }
                request.extend_from_slice(&some[..count]);
            }
            let _ = output.write_all(answer().as_bytes()).and(output.flush());
            // The server ends with its input, and the connection with it: the input stays open until the server is stopped.
            let _ = input.read_to_end(&mut request);
        });
        while std::net::TcpStream::connect(address).is_err() {
            assert!(
                process.try_wait().unwrap().is_none(),
                "openssl did not start"
            );
            std::thread::sleep(Duration::from_millis(20));
        }
        std::fs::remove_file(file).unwrap();
        Self { process, address }
    }
}

impl Drop for OldServer {
    fn drop(&mut self) {
        let _ = self.process.kill().and(self.process.wait().map(drop));
    }
}

fn answer() -> String {
    tls::http(
        "200 OK",
        "",
        &envelope(
            "<m:GetFolderResponse><m:ResponseMessages><m:GetFolderResponseMessage ResponseClass='Success'>\
             <m:ResponseCode>NoError</m:ResponseCode><m:Folders><t:Folder><t:FolderId Id='f'/></t:Folder></m:Folders>\
             </m:GetFolderResponseMessage></m:ResponseMessages></m:GetFolderResponse>",
        ),
    )
}

async fn ask(address: SocketAddr, change: impl FnOnce(&mut Options)) -> Result<()> {
    let names = FakeNames::default().host(HOST, 443, address);
    let mut options = Options::new(format!("https://{HOST}"), "anna@example.org", "secret");
    options.timeout = Duration::from_secs(10);
    change(&mut options);
    let root = GetFolder {
        folders: vec![FolderId::Distinguished("msgfolderroot")],
    };
    let clients = Clients::new(Arc::new(names));
    clients.get(&options)?.ask(&root).await.map(drop)
}

/// OpenSSL reads its configuration once in a process, so each test is run in one of its own.
fn run(test: &str, settings: &str) {
    let config = std::env::temp_dir().join(format!("exchange-{test}-{}.cnf", std::process::id()));
    let head = "openssl_conf = a\n[a]\nssl_conf = b\n[b]\nsystem_default = c\n[c]\n";
    std::fs::write(&config, format!("{head}{settings}")).unwrap();
    let ended = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", test])
        .env("OPENSSL_CONF", &config)
        .output()
        .unwrap();
    std::fs::remove_file(&config).unwrap();
    let said = String::from_utf8_lossy(&ended.stdout);
    assert!(
        ended.status.success() && said.contains("1 passed"),
        "{said}"
    );
}

#[test]
fn a_build_for_old_servers_speaks_tls_1_0_and_still_verifies() {
    run("with_openssl_that_allows_it", ALLOWS);
}

#[test]
fn what_openssl_forbids_is_told() {
    run("with_openssl_that_forbids_it", FORBIDS);
}

#[tokio::test]
#[ignore = "run by a test above, in a process with another configuration of OpenSSL"]
async fn with_openssl_that_forbids_it() {
    let authority = Authority::new("An authority of one's own");
    let file = authority.file("exchange-old-authority-forbidden");
    let server = OldServer::start(&authority.sign(HOST, VALID), "forbidden");
    let error = ask(server.address, |options| {
        options.old_tls = true;
        options.ca_file = Some(file.clone());
    })
    .await
    .unwrap_err();
    std::fs::remove_file(file).unwrap();
    assert_eq!(error.kind(), ErrorKind::Certificate, "{error:?}");
    assert!(error.message().contains("OpenSSL must allow"), "{error:?}");
}

#[tokio::test]
#[ignore = "run by a test above, in a process with another configuration of OpenSSL"]
async fn with_openssl_that_allows_it() {
    let authority = Authority::new("An authority of one's own");
    let file = authority.file("exchange-old-authority");
    let old = |options: &mut Options| {
        options.old_tls = true;
        options.ca_file = Some(file.clone());
    };
    let good = OldServer::start(&authority.sign(HOST, VALID), "good");
    ask(good.address, old).await.unwrap();

    // Without the option it is told that there is no version in common.
    let good = OldServer::start(&authority.sign(HOST, VALID), "again");
    let error = ask(good.address, |options| options.ca_file = Some(file.clone()))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Certificate, "{error:?}");
    assert!(error.message().contains("Old servers"), "{error:?}");

    for (name, certificate) in [
        ("stranger", Authority::new("A stranger").sign(HOST, VALID)),
        ("host", authority.sign("other.example.org", VALID)),
        ("expired", authority.sign(HOST, (2020, 2021))),
    ] {
        let server = OldServer::start(&certificate, name);
        let error = ask(server.address, old).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Certificate, "{name}: {error:?}");
        assert!(error.message().contains("not sent"), "{name}: {error:?}");
    }
    std::fs::remove_file(file).unwrap();
}
