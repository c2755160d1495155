//! Autodiscover: which places are asked in which order, and which of them ever see the password.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

mod fake_names;
mod tls;

use exchange_core::client::{Clients, Found, Options, Others, Reach};
use exchange_core::error::{Error, ErrorKind};
use fake_names::FakeNames;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tls::{Asked, Authority, Server, VALID, http};

const EWS: &str = "https://mail.example.org/EWS/Exchange.asmx";
const DOMAIN: &str = "example.org";
const AUTO: &str = "autodiscover.example.org";

/// A made-up internet: hosts with certificates of one authority that the client knows.
struct World {
    authority: Authority,
    file: PathBuf,
    names: FakeNames,
}

impl World {
    fn new(name: &str) -> Self {
        let authority = Authority::new("The world's authority");
        Self {
            file: authority.file(&format!("exchange-discover-{name}")),
            authority,
            names: FakeNames::default(),
        }
    }

    /// A host that speaks https.
    async fn host(
        &mut self,
        host: &str,
        answer: impl Fn(&Asked) -> String + Send + Sync + 'static,
    ) -> Server {
        let certificate = self.authority.sign(host, VALID);
        let server = Server::answering(Some(&certificate), answer).await;
        self.names.set(host, 443, &[server.address]);
        server
    }

    /// A host that speaks http.
    async fn plain(
        &mut self,
        host: &str,
        answer: impl Fn(&Asked) -> String + Send + Sync + 'static,
    ) -> Server {
        let server = Server::answering(None, answer).await;
        self.names.set(host, 80, &[server.address]);
        server
    }

    async fn discover(self) -> Result<Found, Error> {
        self.discover_with(Reach::default()).await
    }

    async fn discover_with(self, reach: Reach) -> Result<Found, Error> {
        let options = Options {
            ca_file: Some(self.file.clone()),
            timeout: Duration::from_secs(4),
            reach,
            ..Options::new("", "anna@example.org", "pässword")
        };
        let found = Clients::new(Arc::new(self.names)).discover(&options).await;
        let _ = std::fs::remove_file(&self.file);
        if let Err(error) = &found {
            assert!(!format!("{error} {error:?}").contains("pässword"));
        }
        found
    }
}

fn unauthorized() -> String {
    http(
        "401 Unauthorized",
        "www-authenticate: Basic realm=\"x\"\r\n",
        "",
    )
}

fn xml(body: &str) -> String {
    http("200 OK", "content-type: text/xml; charset=utf-8\r\n", body)
}

fn soap(code: &str, rest: &str) -> String {
    xml(&format!(
        "<s:Envelope xmlns:s='s'><s:Body><GetUserSettingsResponseMessage xmlns='a'><Response><ErrorCode>NoError</ErrorCode>\
         <UserResponses><UserResponse><ErrorCode>{code}</ErrorCode>{rest}</UserResponse></UserResponses></Response>\
         </GetUserSettingsResponseMessage></s:Body></s:Envelope>"
    ))
}

fn settings(url: &str) -> String {
    soap(
        "NoError",
        &format!(
            "<UserSettings><UserSetting><Name>ExternalEwsUrl</Name><Value>{url}</Value></UserSetting></UserSettings>"
        ),
    )
}

fn plain(account: &str) -> String {
    xml(&format!(
        "<Autodiscover><Response><Account>{account}</Account></Response></Autodiscover>"
    ))
}

/// Exchange as it should be: asks for a sign-in, then answers.
fn exchange(
    answer: impl Fn(&Asked) -> String + Send + Sync + 'static,
) -> impl Fn(&Asked) -> String {
    move |asked| {
        if asked.has_credentials() {
            answer(asked)
        } else {
            unauthorized()
        }
    }
}

fn nothing(_: &Asked) -> String {
    http("404 Not Found", "", "<html>no</html>")
}

#[tokio::test]
async fn the_domain_itself_comes_first_and_nobody_else_gets_the_password() {
    let mut world = World::new("first");
    let first = world.host(DOMAIN, exchange(|_| settings(EWS))).await;
    let second = world
        .host(AUTO, exchange(|_| settings("https://wrong.example.org/")))
        .await;
    let found = world.discover().await.unwrap();
    assert_eq!(
        (found.url.as_str(), found.address.as_str()),
        (EWS, "anna@example.org")
    );
    assert_eq!((first.sign_ins(), second.sign_ins()), (1, 0));
    let question = first.asked().pop().unwrap();
    assert_eq!(question.path(), "/autodiscover/autodiscover.svc");
    assert!(
        question.body.contains(">anna@example.org<"),
        "{}",
        question.body
    );
}

#[tokio::test]
async fn a_web_site_at_the_domain_never_sees_the_password() {
    let mut world = World::new("site");
    let site = world.host(DOMAIN, nothing).await;
    let auto = world
        .host(AUTO, exchange(|asked| {
            if asked.path().contains(".svc") {
                return http("404 Not Found", "", "");
            }
            assert!(asked.body.contains("<EMailAddress>anna@example.org</EMailAddress>"));
            plain(&format!("<Action>settings</Action><Protocol><Type>EXPR</Type><EwsUrl>{EWS}</EwsUrl></Protocol>"))
        }))
        .await;
    let found = world.discover().await.unwrap();
    assert_eq!(found.url, EWS);
    assert_eq!((site.sign_ins(), auto.sign_ins()), (0, 2));
    assert!(
        found
            .tried
            .iter()
            .any(|step| step.contains("nothing of Exchange")),
        "{:?}",
        found.tried
    );
}

#[tokio::test]
async fn an_unprotected_redirect_is_followed_into_the_domain_only() {
    for (to, good) in [
        (
            "https://mail.example.org/autodiscover/autodiscover.xml",
            true,
        ),
        (
            "https://mail.hoster.example/autodiscover/autodiscover.xml",
            false,
        ),
        (
            "http://mail.example.org/autodiscover/autodiscover.xml",
            false,
        ),
    ] {
        let mut world = World::new(&format!("redirect-{}", to.len()));
        let plain = world
            .plain(AUTO, move |_| {
                http("302 Found", &format!("location: {to}\r\n"), "")
            })
            .await;
        let ours = world
            .host("mail.example.org", exchange(|_| settings(EWS)))
            .await;
        let theirs = world
            .host("mail.hoster.example", exchange(|_| settings(EWS)))
            .await;
        let found = world.discover().await;
        assert_eq!(found.is_ok(), good, "{to}: {found:?}");
        assert_eq!((plain.requests(), plain.sign_ins()), (1, 0));
        assert_eq!(
            (ours.sign_ins(), theirs.requests()),
            (usize::from(good), 0),
            "{to}"
        );
        if let Err(error) = found {
            let says = if to.contains("hoster") {
                "exchange:server mail.hoster.example --allow"
            } else {
                "without https"
            };
            assert!(error.message().contains(says), "{error}");
        }
    }
}

#[tokio::test]
async fn a_host_that_an_administrator_allows_gets_the_password() {
    let mut world = World::new("hoster");
    world
        .plain(AUTO, |_| {
            http(
                "302 Found",
                "location: https://mail.hoster.example/x/autodiscover.xml\r\n",
                "",
            )
        })
        .await;
    let hoster = world
        .host("mail.hoster.example", exchange(|_| settings(EWS)))
        .await;
    let reach = Reach {
        allowed: ["mail.hoster.example", AUTO, "mail.example.org"]
            .map(str::to_owned)
            .to_vec(),
        others: Others::None,
    };
    assert_eq!(world.discover_with(reach).await.unwrap().url, EWS);
    assert_eq!(hoster.asked().pop().unwrap().path(), "/x/autodiscover.svc");
}

#[tokio::test]
async fn the_dns_names_the_place() {
    let mut world = World::new("srv");
    let server = world
        .host("mail.example.org", exchange(|_| settings(EWS)))
        .await;
    world.names = world
        .names
        .service("_autodiscover._tcp.example.org", "mail.example.org", 443);
    assert_eq!(world.discover().await.unwrap().url, EWS);
    assert_eq!(server.sign_ins(), 1);

    let mut world = World::new("srv-forged");
    let server = world
        .host("mail.evil.example", exchange(|_| settings(EWS)))
        .await;
    world.names = world
        .names
        .service("_autodiscover._tcp.example.org", "mail.evil.example", 443);
    let error = world.discover().await.unwrap_err();
    assert!(error.message().contains("mail.evil.example"), "{error}");
    assert_eq!(server.requests(), 0);
}

#[tokio::test]
async fn another_address_starts_anew() {
    let mut world = World::new("address");
    world
        .host(
            DOMAIN,
            exchange(|_| {
                soap(
                    "RedirectAddress",
                    "<RedirectTarget>anna@hosted.example</RedirectTarget>",
                )
            }),
        )
        .await;
    let hosted = world
        .host(
            "autodiscover.hosted.example",
            exchange(|asked| {
                assert!(asked.body.contains(">anna@hosted.example<"));
                settings("https://mail.hosted.example/EWS/Exchange.asmx")
            }),
        )
        .await;
    let found = world.discover().await.unwrap();
    assert_eq!(found.url, "https://mail.hosted.example/EWS/Exchange.asmx");
    assert_eq!(found.address, "anna@hosted.example");
    assert_eq!(hosted.sign_ins(), 1);
}

#[tokio::test]
async fn circles_end() {
    for (name, answer) in [
        (
            "addresses",
            soap(
                "RedirectAddress",
                "<RedirectTarget>anna@example.org</RedirectTarget>",
            ),
        ),
        (
            "urls",
            soap(
                "RedirectUrl",
                "<RedirectTarget>https://example.org/autodiscover/autodiscover.svc</RedirectTarget>",
            ),
        ),
        (
            "http",
            http(
                "302 Found",
                "location: /autodiscover/autodiscover.svc\r\n",
                "",
            ),
        ),
    ] {
        let mut world = World::new(&format!("circle-{name}"));
        let server = world.host(DOMAIN, exchange(move |_| answer.clone())).await;
        let error = world.discover().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration, "{name}: {error:?}");
        assert!(error.message().contains("circles"), "{name}: {error:?}");
        assert!(server.sign_ins() <= 14, "{name}: {}", server.sign_ins());
    }
}

/// Companies lock accounts after a few wrong passwords.
#[tokio::test]
async fn a_wrong_password_is_tried_at_two_places_at_most() {
    let mut world = World::new("wrong");
    let mut servers = vec![
        world.host(DOMAIN, |_| unauthorized()).await,
        world.host(AUTO, |_| unauthorized()).await,
        world.host("mail.example.org", |_| unauthorized()).await,
    ];
    servers.push(
        world
            .plain(AUTO, |_| {
                http(
                    "302 Found",
                    "location: https://mail.example.org/autodiscover/autodiscover.xml\r\n",
                    "",
                )
            })
            .await,
    );
    let error = world.discover().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Credentials, "{error:?}");
    let all: usize = servers.iter().map(Server::sign_ins).sum();
    assert_eq!(all, 2);
}

#[tokio::test]
async fn one_place_that_refuses_the_sign_in_is_not_the_last_word() {
    let mut world = World::new("one-401");
    world.host(DOMAIN, |_| unauthorized()).await;
    world.host(AUTO, exchange(|_| settings(EWS))).await;
    assert_eq!(world.discover().await.unwrap().url, EWS);
}

#[tokio::test]
async fn a_place_whose_certificate_is_not_trusted_gets_nothing() {
    let mut world = World::new("certificate");
    let stranger = Authority::new("A stranger").sign(DOMAIN, VALID);
    let server = Server::answering(Some(&stranger), exchange(|_| settings(EWS))).await;
    world.names.set(DOMAIN, 443, &[server.address]);
    let good = world.host(AUTO, exchange(|_| settings(EWS))).await;
    let found = world.discover().await.unwrap();
    assert_eq!((server.requests(), good.sign_ins()), (0, 1));
    assert!(found.tried[0].contains("certificate"), "{:?}", found.tried);
}

/// A slow place holds the others up for a moment only.
#[tokio::test]
async fn places_are_looked_at_side_by_side() {
    let mut world = World::new("slow");
    let silent = tokio::net::TcpListener::bind(("127.0.0.1", 0))
        .await
        .unwrap();
    world
        .names
        .set(DOMAIN, 443, &[silent.local_addr().unwrap()]);
    world.names.set(AUTO, 80, &[silent.local_addr().unwrap()]);
    world.host(AUTO, exchange(|_| settings(EWS))).await;
    let start = Instant::now();
    assert_eq!(world.discover().await.unwrap().url, EWS);
    assert!(
        start.elapsed() < Duration::from_millis(3900),
        "{:?}",
        start.elapsed()
    );
}

#[tokio::test]
async fn what_was_tried_is_told_where_nothing_is_found() {
    let world = World::new("nothing");
    let error = world.discover().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    for place in [
        DOMAIN,
        AUTO,
        "_autodiscover._tcp.example.org",
        "its address",
    ] {
        assert!(error.message().contains(place), "{place}: {error}");
    }
}

/// What a server names is checked like what a person types.
#[tokio::test]
async fn the_found_server_must_be_allowed_and_protected() {
    for (url, says) in [
        ("http://mail.example.org/EWS/Exchange.asmx", "unprotected"),
        ("https://10.0.0.1/EWS/Exchange.asmx", "10.0.0.1"),
        ("https://printer.local/EWS/Exchange.asmx", "printer.local"),
    ] {
        let mut world = World::new(&format!("usable-{}", url.len()));
        world.host(DOMAIN, exchange(move |_| settings(url))).await;
        let reach = Reach {
            allowed: vec![DOMAIN.to_owned()],
            others: Others::Public,
        };
        let error = world.discover_with(reach).await.unwrap_err();
        assert!(error.message().contains(says), "{error}");
    }
}
