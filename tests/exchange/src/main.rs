//! The stand-in as a program: prints one line of JSON with its addresses when it is ready.

use std::io::{self, Read};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use axum::http::HeaderName;
use clap::Parser;
use exchange_standin::process::open_many_files;
use exchange_standin::seed::Seed;
use exchange_standin::version::Release;
use exchange_standin::{Builder, Standin};
use tokio::signal::unix::{Signal, SignalKind, signal};

/// A stand-in Exchange server on the loopback.
#[derive(Parser)]
struct Options {
    /// Where to listen.
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Have public folders.
    #[arg(long)]
    public_folders: bool,
    /// Serve HTTPS with a certificate signed by a fresh authority.
    #[arg(long)]
    tls: bool,
    /// Where to write the authority's certificate (PEM).
    #[arg(long, requires = "tls")]
    authority: Option<PathBuf>,
    /// A mailbox: ADDRESS:env:VARIABLE or ADDRESS:file:PATH, naming where its password stands. Can be repeated.
    #[arg(long = "mailbox", required_unless_present = "crowds")]
    mailboxes: Vec<String>,
    /// Many small mailboxes with one password: COUNT:PATTERN:env:VARIABLE or COUNT:PATTERN:file:PATH, where {n} in PATTERN
    /// is the number of the mailbox, such as 10000:user{n}@example.org:env:SECRET. Can be repeated.
    #[arg(long = "mailboxes")]
    crowds: Vec<String>,
    /// Fill the mailboxes with a person's items, the same for the same number.
    #[arg(long)]
    seed: Option<u64>,
    /// How many contacts of the seed.
    #[arg(long, default_value_t = Seed::default().contacts)]
    contacts: usize,
    /// How many events of the seed.
    #[arg(long, default_value_t = Seed::default().events)]
    events: usize,
    /// How many tasks of the seed.
    #[arg(long, default_value_t = Seed::default().tasks)]
    tasks: usize,
    /// How many calendars of the seed beside the default one.
    #[arg(long, default_value_t = Seed::default().calendars)]
    calendars: usize,
    /// The release to play.
    #[arg(long, value_enum, default_value = "SE")]
    server_version: Release,
    /// Another name to sign in with: NAME=ADDRESS, such as EXAMPLE\anna=anna@example.org. Can be repeated.
    #[arg(long = "name")]
    names: Vec<String>,
    /// The owner of this mailbox may act in the name of everybody. Can be repeated.
    #[arg(long = "impersonator")]
    impersonators: Vec<String>,
    /// Close Basic sign-in.
    #[arg(long)]
    no_basic: bool,
    /// Believe a front end that names the signed-in user in this header; close every other way in.
    #[arg(long)]
    front: Option<HeaderName>,
    /// Take access tokens of this issuer.
    #[arg(long, requires_all = ["token_audience", "token_keys"])]
    token_issuer: Option<String>,
    /// The audience that its tokens must have.
    #[arg(long)]
    token_audience: Option<String>,
    /// A file with its public keys, a JSON Web Key Set.
    #[arg(long)]
    token_keys: Option<PathBuf>,
    /// Do not check requests and answers against the schema.
    #[arg(long)]
    no_validate: bool,
    /// Stop when standard input ends.
    #[arg(long)]
    until_stdin_closes: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    // With fewer files there are fewer connections; most runs need few.
    if let Err(failure) = open_many_files() {
        eprintln!("exchange-standin: cannot raise the limit of open files: {failure}");
    }
    match run(Options::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("exchange-standin: {failure}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: Options) -> Result<(), String> {
    let mut builder = Standin::builder()
        .listen(options.listen)
        .tls(options.tls)
        .release(options.server_version)
        .check_requests(!options.no_validate)
        .check_answers(!options.no_validate);
    if options.public_folders {
        builder = builder.public_folders();
    }
    for mailbox in &options.mailboxes {
        let (address, password) = credentials(mailbox)?;
        builder = builder.mailbox(&address, &password);
    }
    for crowd in &options.crowds {
        let (count, mailbox) = crowd.split_once(':').unwrap_or_default();
        let count = count
            .parse()
            .map_err(|_| format!("{crowd:?} does not begin with a number of mailboxes"))?;
        let (pattern, password) = credentials(mailbox)?;
        builder = builder.crowd(count, &pattern, &password);
    }
    builder = doors(builder, &options)?;
    if let Some(seed) = options.seed {
        let Options {
            contacts,
            events,
            tasks,
            calendars,
            ..
        } = options;
        builder = builder.fill(Seed {
            contacts,
            events,
            tasks,
            calendars,
            seed,
        });
    }
    let standin = builder
        .start()
        .await
        .map_err(|failure| format!("cannot listen: {failure}"))?;
    if let (Some(path), Some(authority)) = (&options.authority, standin.authority()) {
        std::fs::write(path, authority)
            .map_err(|failure| format!("cannot write {}: {failure}", path.display()))?;
    }
    // Whoever reads the addresses may send the signal at once.
    let terminated = signal(SignalKind::terminate()).map_err(|failure| failure.to_string())?;
    println!(
        "{}",
        serde_json::json!({ "url": standin.url(), "control": standin.control() })
    );
    wait(terminated, options.until_stdin_closes)
        .await
        .map_err(|failure| failure.to_string())?;
    standin.stop();
    Ok(())
}

/// The ways in.
fn doors(mut builder: Builder, options: &Options) -> Result<Builder, String> {
    for name in &options.names {
        let pair = name.split_once('=');
        let (name, address) =
            pair.ok_or_else(|| format!("{name:?} is not of the form NAME=ADDRESS"))?;
        builder = builder.name(name, address);
    }
    for address in &options.impersonators {
        builder = builder.impersonator(address);
    }
    if options.no_basic {
        builder = builder.no_basic();
    }
    if let Some(front) = &options.front {
        builder = builder.front(front.clone());
    }
    if let (Some(issuer), Some(audience), Some(keys)) = (
        &options.token_issuer,
        &options.token_audience,
        &options.token_keys,
    ) {
        let text = std::fs::read(keys)
            .map_err(|failure| format!("cannot read {}: {failure}", keys.display()))?;
        let keys = serde_json::from_slice(&text)
            .map_err(|failure| format!("{} is no JSON: {failure}", keys.display()))?;
        builder = builder.issuer(issuer, audience, keys);
    }
    Ok(builder)
}

/// The address and the password, which is never an argument.
fn credentials(mailbox: &str) -> Result<(String, String), String> {
    let mut parts = mailbox.splitn(3, ':');
    let (Some(address), Some(kind), Some(place)) = (parts.next(), parts.next(), parts.next())
    else {
        return Err(format!(
            "{mailbox:?} is not of the form ADDRESS:env:VARIABLE or ADDRESS:file:PATH"
        ));
    };
    let password = match kind {
        "env" => {
            std::env::var(place).map_err(|_| format!("the environment has no variable {place}"))?
        }
        "file" => std::fs::read_to_string(place)
            .map_err(|failure| format!("cannot read {place}: {failure}"))?,
        _ => return Err(format!("{kind:?} is neither env nor file")),
    };
    Ok((
        address.to_owned(),
        password.trim_end_matches(['\r', '\n']).to_owned(),
    ))
}

/// Until SIGTERM, SIGINT or, if asked for, the end of standard input.
async fn wait(mut terminated: Signal, until_stdin_closes: bool) -> io::Result<()> {
    tokio::select! {
        _ = terminated.recv() => Ok(()),
        outcome = tokio::signal::ctrl_c() => outcome,
        () = end_of_input(), if until_stdin_closes => Ok(()),
    }
}

/// Waits on a thread of its own, which the end of the process does not wait for.
async fn end_of_input() {
    let (closed, end) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        // Whatever is typed, or goes wrong with it, is of no interest; the end is.
        let _ = io::stdin().read_to_end(&mut Vec::new());
        let _ = closed.send(());
    });
    let _ = end.await;
}
