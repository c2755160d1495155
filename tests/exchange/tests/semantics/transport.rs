//! HTTP, authentication, versions and the schema.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

use exchange_standin::Standin;
use exchange_standin::fault::{Fault, Kind};
use exchange_standin::version::Release;

use parking_lot::Mutex;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, Stream};

use crate::client::{Fixture, USER, body, request};

const GET_ROOT: &str = "<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:FolderIds>\
                        <t:DistinguishedFolderId Id=\"root\"/></m:FolderIds></m:GetFolder>";

#[test]
fn asks_for_basic_credentials_and_refuses_wrong_ones() {
    let fixture = Fixture::new();
    let xml = fixture.envelope(GET_ROOT);
    let none = request(&fixture.standin.url(), "POST", &xml, &[]).unwrap();
    assert_eq!(none.status, 401);
    assert!(
        none.header("WWW-Authenticate")
            .unwrap()
            .starts_with("Basic realm=")
    );
    let wrong = request(
        &fixture.standin.url(),
        "POST",
        &xml,
        &[("Authorization", "Basic YW5uYUBleGFtcGxlLm9yZzp4")],
    );
    assert_eq!(wrong.unwrap().status, 401);
    assert_eq!(fixture.send(GET_ROOT).unwrap().status, 200);
}

#[test]
fn the_path_is_not_case_sensitive_and_other_paths_are_not_found() {
    let fixture = Fixture::new();
    let lower = fixture
        .standin
        .url()
        .replace("/EWS/Exchange.asmx", "/ews/exchange.asmx");
    assert_eq!(request(&lower, "POST", "", &[]).unwrap().status, 401);
    let other = fixture.standin.url().replace("/EWS/", "/owa/");
    assert_eq!(request(&other, "POST", "", &[]).unwrap().status, 404);
}

#[test]
fn the_content_type_is_exact_and_gzip_comes_when_accepted() {
    let fixture = Fixture::new();
    let plain = fixture.send(GET_ROOT).unwrap();
    assert_eq!(
        plain.header("Content-Type"),
        Some("text/xml; charset=utf-8")
    );
    assert_eq!(plain.header("Content-Encoding"), None);
    let zipped = fixture
        .post(
            &fixture.envelope(GET_ROOT),
            &[("Accept-Encoding", "gzip, deflate")],
        )
        .unwrap();
    assert_eq!(zipped.header("Content-Encoding"), Some("gzip"));
    let mut text = Vec::new();
    flate2::read::GzDecoder::new(zipped.body.as_slice())
        .read_to_end(&mut text)
        .unwrap();
    assert_eq!(text, plain.body);
}

#[test]
fn a_version_that_is_too_new_is_refused_and_the_header_says_what_the_server_is() {
    for (release, newest, too_new, minor) in [
        (
            Release::Exchange2010,
            "Exchange2010_SP2",
            "Exchange2013",
            "3",
        ),
        (
            Release::Exchange2013,
            "Exchange2013_SP1",
            "Exchange2016",
            "0",
        ),
        (Release::Exchange2016, "Exchange2016", "V2017_07_11", "1"),
    ] {
        let mut fixture = Fixture::with(|builder| builder.release(release));
        fixture.version = too_new;
        let reply = fixture.send(GET_ROOT).unwrap();
        assert_eq!(reply.status, 500);
        assert_eq!(
            body(&reply).descendant("ResponseCode").unwrap().text,
            "ErrorInvalidServerVersion"
        );
        assert!(
            reply.text().contains(&format!("MinorVersion=\"{minor}\"")),
            "{}",
            reply.text()
        );
        fixture.version = newest;
        assert_eq!(fixture.codes(GET_ROOT), ["NoError"]);
    }
}

#[test]
fn a_property_newer_than_the_asked_level_is_refused() {
    let mut fixture = Fixture::new();
    fixture.version = "Exchange2010_SP2";
    let find = "<m:FindItem Traversal=\"Shallow\"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape>\
                <t:AdditionalProperties><t:FieldURI FieldURI=\"calendar:StartTimeZoneId\"/></t:AdditionalProperties>\
                </m:ItemShape><m:ParentFolderIds><t:DistinguishedFolderId Id=\"calendar\"/></m:ParentFolderIds></m:FindItem>";
    assert_eq!(fixture.fault(find), "ErrorIncorrectSchemaVersion");
    fixture.version = "Exchange2013";
    assert_eq!(fixture.codes(find), ["NoError"]);
}

#[test]
fn a_request_against_the_schema_is_refused() {
    let fixture = Fixture::new();
    let status = request(
        &format!("{}/status", fixture.standin.control()),
        "GET",
        "",
        &[],
    )
    .unwrap()
    .text();
    if status.contains("\"checks_requests\":false") {
        eprintln!("skipped: there is no schema to check requests against (set EWS_SCHEMA_DIR)");
        return;
    }
    let unordered = "<m:GetFolder><m:FolderIds><t:DistinguishedFolderId Id=\"root\"/></m:FolderIds></m:GetFolder>";
    assert_eq!(fixture.fault(unordered), "ErrorSchemaValidation");
    let most = crate::client::sync("calendar", "", 513);
    assert_eq!(fixture.fault(&most), "ErrorSchemaValidation");
}

#[test]
fn what_is_no_request_is_a_fault() {
    let fixture = Fixture::with(|builder| builder.check_requests(false));
    assert_eq!(fixture.post("<html", &[]).unwrap().status, 500);
    assert_eq!(fixture.fault("<m:MakeCoffee/>"), "ErrorInvalidRequest");
}

#[test]
fn each_mailbox_is_its_own() {
    let standin = Standin::builder()
        .mailbox(USER, "secret")
        .mailbox("ben@example.org", "other")
        .start_now()
        .unwrap();
    let ids: Vec<String> = [USER, "ben@example.org"]
        .iter()
        .map(|address| {
            let look = |mailbox: &mut exchange_standin::store::Mailbox| {
                let number = mailbox.distinguished("calendar").unwrap();
                exchange_standin::id::Id::Folder(number).encode(&mailbox.address)
            };
            standin.mailbox_of(address, look).unwrap()
        })
        .collect();
    assert_ne!(ids[0], ids[1]);
    assert!(standin.mailbox_of("nobody@example.org", |_| ()).is_none());
}

#[test]
fn tls_presents_a_certificate_of_the_announced_authority() {
    let standin = Standin::builder()
        .mailbox(USER, "secret")
        .tls(true)
        .start_now()
        .unwrap();
    let port = standin
        .url()
        .rsplit(':')
        .next()
        .unwrap()
        .split('/')
        .next()
        .unwrap()
        .to_owned();
    let trusted = CertificateDer::from_pem_slice(standin.authority().unwrap().as_bytes()).unwrap();
    let status = |authorities: RootCertStore| {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(authorities)
            .with_no_client_auth();
        let name = ServerName::try_from("localhost").unwrap();
        let mut tls = ClientConnection::new(Arc::new(config), name).unwrap();
        let mut tcp = TcpStream::connect(format!("127.0.0.1:{port}")).unwrap();
        let mut stream = Stream::new(&mut tls, &mut tcp);
        stream.write_all(
            b"POST /EWS/Exchange.asmx HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n",
        )?;
        let mut line = [0; 12];
        stream.read_exact(&mut line)?;
        Ok::<_, std::io::Error>(String::from_utf8_lossy(&line).into_owned())
    };
    assert!(
        status(RootCertStore::empty()).is_err(),
        "a stranger's certificate is not trusted"
    );
    let mut authorities = RootCertStore::empty();
    authorities.add(trusted).unwrap();
    assert_eq!(status(authorities).unwrap(), "HTTP/1.1 401");
}

#[test]
fn more_calls_at_once_than_the_policy_allows_are_refused() {
    let fixture = Fixture::new();
    fixture
        .standin
        .faults()
        .add(Fault::always(Kind::Slow { ms: 1000 }));
    let statuses = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..30 {
            scope.spawn(|| {
                let status = fixture.send(GET_ROOT).unwrap().status;
                statuses.lock().push(status);
            });
        }
    });
    let refused = statuses
        .lock()
        .iter()
        .filter(|status| **status == 500)
        .count();
    // On a busy machine a few of the 30 come when others have gone already.
    assert!(
        (1..=3).contains(&refused),
        "{refused} of 30 refused, where 27 may be under way"
    );
    fixture.standin.faults().clear();
    assert_eq!(fixture.codes(GET_ROOT), ["NoError"]);
}
