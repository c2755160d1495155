//! Signing in: names and passwords, tokens, and acting in another's name.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may fail"
)]

mod script;

use async_trait::async_trait;
use exchange_core::client::{Client, Clients, Credentials, Options, Password, Token, Tokens};
use exchange_core::error::{Error, ErrorKind, Result};
use exchange_core::ews::{FolderId, Impersonation, SyncFolderItems};
use exchange_standin::Standin;
use script::{Reply, Script, Seen, messages};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

const PASSWORD: &str = "Grüße:🔑 9";

fn sync() -> SyncFolderItems {
    SyncFolderItems {
        most: 512,
        mark: None,
        folder: FolderId::Distinguished("calendar"),
        state: None,
    }
}

async fn standin() -> Standin {
    Standin::builder()
        .mailbox("anna@example.org", PASSWORD)
        .mailbox("ben@example.org", "another")
        .mailbox("service@example.org", PASSWORD)
        .name("EXAMPLE\\jürgen", "anna@example.org")
        .name("anna@intern.example.org", "anna@example.org")
        .impersonator("service@example.org")
        .start()
        .await
        .unwrap()
}

fn basic(standin: &Standin, address: &str, username: &str) -> Options {
    Options {
        credentials: Credentials::Basic {
            username: username.to_owned(),
            password: Password::new(PASSWORD),
        },
        ..Options::new(standin.url(), address, "")
    }
}

async fn ask(options: &Options) -> Result<()> {
    let client = Clients::default().get(options).unwrap();
    client.ask(&sync()).await.map(drop)
}

#[tokio::test]
async fn names_of_every_form_and_passwords_of_any_script_sign_in() {
    let standin = standin().await;
    for name in [
        "anna@example.org",
        "EXAMPLE\\jürgen",
        "anna@intern.example.org",
    ] {
        ask(&basic(&standin, "anna@example.org", name))
            .await
            .unwrap();
    }
    let error = ask(&basic(&standin, "ben@example.org", "ben@example.org"))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Credentials);
}

#[tokio::test]
async fn a_service_account_acts_for_the_owner_by_each_of_their_names() {
    let standin = standin().await;
    let sid = standin.sid("anna@example.org").unwrap();
    for name in [
        Impersonation::PrimarySmtpAddress("anna@example.org".to_owned()),
        Impersonation::PrincipalName("anna@intern.example.org".to_owned()),
        Impersonation::Sid(sid),
    ] {
        let options = Options {
            impersonation: Some(name),
            ..basic(&standin, "anna@example.org", "service@example.org")
        };
        ask(&options).await.unwrap();
    }
    for call in standin.calls().log() {
        assert_eq!(
            (call.mailbox.as_str(), call.anchor.as_str()),
            ("anna@example.org", "anna@example.org")
        );
    }
    assert_eq!(standin.calls().total(), 3);
    assert!(standin.violations().is_empty());
}

#[tokio::test]
async fn without_the_right_nobody_acts_for_another() {
    let standin = standin().await;
    let options = Options {
        impersonation: Some(Impersonation::PrimarySmtpAddress("ben@example.org".into())),
        ..basic(&standin, "ben@example.org", "anna@example.org")
    };
    let error = ask(&options).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Denied);
    assert!(error.message().len() > 30, "{error}");
    assert_eq!(standin.calls().total(), 0);
}

#[tokio::test]
async fn requests_stay_with_the_server_that_the_farm_chose() {
    let standin = standin().await;
    let options = basic(&standin, "anna@example.org", "anna@example.org");
    let client = Clients::default().get(&options).unwrap();
    client.ask(&sync()).await.unwrap();
    client.ask(&sync()).await.unwrap();
    let stayed: Vec<bool> = standin
        .calls()
        .log()
        .iter()
        .map(|call| call.affinity)
        .collect();
    assert_eq!(stayed, [false, true]);
}

#[test]
fn nothing_secret_goes_over_plain_http_unless_that_is_allowed() {
    let token = Token::new("a token", None, "anna");
    let ways = [
        Credentials::Basic {
            username: "anna".into(),
            password: Password::new(PASSWORD),
        },
        Credentials::Ntlm {
            username: "EXAMPLE\\anna".into(),
            password: Password::new(PASSWORD),
        },
        Credentials::Bearer(token),
    ];
    for credentials in ways {
        let options = Options {
            credentials,
            ..Options::new("http://mail.example.org", "anna@example.org", "")
        };
        let error = Clients::default().get(&options).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        let allowed = Options {
            allow_http: true,
            ..options
        };
        assert!(Clients::default().get(&allowed).is_ok());
    }
}

/// A host that numbers its tokens.
struct Numbered {
    asked: AtomicUsize,
    refuses: bool,
}

impl Numbered {
    fn new(refuses: bool) -> Arc<Self> {
        Arc::new(Self {
            asked: AtomicUsize::new(0),
            refuses,
        })
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl Tokens for Numbered {
    async fn fresh(&self, old: &Token) -> Result<Token> {
        assert_eq!(old.fingerprint().len(), 64);
        let number = self.asked.fetch_add(1, Ordering::SeqCst) + 1;
        if self.refuses {
            let sentence = "The consent was withdrawn. Sign in again.";
            return Err(Error::new(ErrorKind::Credentials, sentence));
        }
        Ok(Token::new(
            format!("secret-{number}"),
            soon(3600),
            old.owner(),
        ))
    }
}

#[expect(clippy::unnecessary_wraps, reason = "it is what a token takes")]
fn soon(seconds: u64) -> Option<SystemTime> {
    Some(SystemTime::now() + Duration::from_secs(seconds))
}

fn with_token(script: &Script, token: Token, tokens: &Arc<Numbered>) -> Client {
    let options = Options {
        credentials: Credentials::Bearer(token),
        ..Options::new(script.url(), "anna@example.org", "")
    };
    let client = Clients::default().get(&options).unwrap();
    client.with_tokens(tokens.clone())
}

/// A server that takes no token but this one.
async fn takes(good: &'static str) -> Script {
    Script::start(move |seen: &Seen| {
        if seen.header("authorization") == Some(format!("Bearer {good}").as_str()) {
            let page = "<m:SyncState>s</m:SyncState><m:IncludesLastItemInRange>true</m:IncludesLastItemInRange>";
            return messages(&seen.operation, &[("NoError", page)]);
        }
        Reply::Http(
            "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Bearer error=\"invalid_token\"\r\n",
            Vec::new(),
        )
    })
    .await
}

#[tokio::test]
async fn a_token_that_is_refused_is_replaced_once_for_all_that_wait() {
    let script = takes("secret-1").await;
    let tokens = Numbered::new(false);
    let client = with_token(&script, Token::new("secret-0", soon(3600), "anna"), &tokens);
    let operation = sync();
    let (a, b, c) = tokio::join!(
        client.ask(&operation),
        client.ask(&operation),
        client.ask(&operation)
    );
    a.and(b).and(c).unwrap();
    assert_eq!(tokens.asked(), 1);
}

#[tokio::test]
async fn a_token_that_runs_out_is_replaced_before_it_is_used() {
    let script = takes("secret-1").await;
    let tokens = Numbered::new(false);
    let client = with_token(&script, Token::new("secret-0", soon(30), "anna"), &tokens);
    client.ask(&sync()).await.unwrap();
    assert_eq!((tokens.asked(), script.count()), (1, 1));
}

#[tokio::test]
async fn a_fresh_token_that_is_refused_too_ends_it() {
    let script = takes("none").await;
    let tokens = Numbered::new(false);
    let client = with_token(&script, Token::new("secret-0", None, "anna"), &tokens);
    let error = client.ask(&sync()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Credentials);
    assert!(!format!("{error} {error:?}").contains("secret-"), "{error}");
    assert_eq!((tokens.asked(), script.count()), (1, 2));
    client.ask(&sync()).await.unwrap_err();
    assert_eq!(script.count(), 2, "nothing is tried again for a while");
}

#[tokio::test]
async fn what_the_host_says_of_tokens_is_what_a_person_reads() {
    let script = takes("none").await;
    let client = with_token(
        &script,
        Token::new("secret-0", soon(1), "anna"),
        &Numbered::new(true),
    );
    let error = client.ask(&sync()).await.unwrap_err();
    assert_eq!(error.message(), "The consent was withdrawn. Sign in again.");
    assert_eq!(script.count(), 0);
}

#[tokio::test]
async fn two_people_who_name_one_mailbox_do_not_share_tokens() {
    let script = takes("of-anna").await;
    let clients = Clients::default();
    let with = |secret: &str, owner: &str| {
        let options = Options {
            credentials: Credentials::Bearer(Token::new(secret, None, owner)),
            ..Options::new(script.url(), "anna@example.org", "")
        };
        clients.get(&options).unwrap()
    };
    let anna = with("of-anna", "1");
    anna.ask(&sync()).await.unwrap();
    let eve = with("of-eve", "2");
    assert_eq!(
        eve.ask(&sync()).await.unwrap_err().kind(),
        ErrorKind::Credentials
    );
    let anna_again = with("of-anna", "1");
    anna_again.ask(&sync()).await.unwrap();
}
