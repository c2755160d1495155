//! What every response code of Exchange comes to: asked through a mailbox, told in tests/data/codes.txt.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may fail"
)]

mod script;

use chrono_tz::Europe::Berlin;
use exchange_core::client::{Clients, Options};
use exchange_core::engine::{Mailbox as _, RemoteRef};
use exchange_core::error::{Error, ErrorKind, Result};
use exchange_core::mailbox::EwsMailbox;
use exchange_core::mapping::Context;
use exchange_core::model::Kind;
use futures_util::StreamExt as _;
use futures_util::stream;
use script::{Reply, Script, Seen, fault, messages};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data/codes.txt");

const HEAD: &str = "Written by tests/rust/codes.rs: what each response code of Exchange comes to. The server answers with it once or always:
to the listing of a folder (list), about the second of three items that are read (read) or deleted (delete), or as the SOAP
fault of the whole request to delete them (fault). “done” is a success, otherwise it is the kind of the error; “/” separates
the three items where they differ. The number of requests that it took stands behind.

What a cycle does: busy, temporary, unreachable: ends, and a later one tries again. cursor: lists the folder as a whole and compares.
gone, brake: the link stops until a person acts. credentials: the account stops and its owner is notified. moved: the server is
looked for again. denied, configuration: ends with the sentence, tried again ever more rarely. conflict: the item is read and
merged anew. item_gone: the next listing tells. item: the item is set aside with the sentence; its neighbours go on.
";

/// What NOTES section 4 says of codes, and the kinds of errors that its class can come to. An independent reading.
const NOTES: &[(&str, &[ErrorKind], &str)] = &[
    (
        "R: retry after back-off",
        &[ErrorKind::Busy, ErrorKind::Temporary],
        "ErrorServerBusy ErrorExceededConnectionCount ErrorTooManyObjectsOpened ErrorInsufficientResources ErrorTimeoutExpired \
         ErrorInternalServerTransientError ErrorInternalServerError ErrorConnectionFailed ErrorADUnavailable ErrorADOperation \
         ErrorClientDisconnected ErrorNoRespondingCASInDestinationSite ErrorBatchProcessingStopped ErrorMailboxStoreUnavailable \
         ErrorMailboxFailover ErrorExceededSubscriptionCount",
    ),
    (
        "R: long back-off, then autodiscover",
        &[ErrorKind::Moved],
        "ErrorMailboxMoveInProgress ErrorProxyRequestNotAllowed",
    ),
    (
        "R: a lower version, then none",
        &[ErrorKind::Configuration],
        "ErrorInvalidServerVersion ErrorIncorrectSchemaVersion ErrorInvalidSchemaVersionForMailboxVersion",
    ),
    (
        "S: resync the scope",
        &[ErrorKind::Cursor, ErrorKind::Gone, ErrorKind::Temporary],
        "ErrorInvalidSyncStateData ErrorSyncFolderNotFound ErrorFolderNotFound ErrorInvalidSubscription \
         ErrorSubscriptionNotFound ErrorExpiredSubscription ErrorSubscriptionUnsubscribed ErrorInvalidWatermark \
         ErrorReadEventsFailed ErrorMissedNotificationEvents",
    ),
    (
        "I: per item",
        &[ErrorKind::Item, ErrorKind::ItemGone, ErrorKind::Conflict],
        "ErrorItemNotFound ErrorIrresolvableConflict ErrorStaleObject ErrorChangeKeyRequiredForWriteOperations \
         ErrorCalendarOccurrenceIsDeletedFromRecurrence ErrorCalendarOccurrenceIndexIsOutOfRecurrenceRange \
         ErrorOccurrenceCrossingBoundary ErrorOccurrenceTimeSpanTooBig ErrorCalendarCannotUseIdForOccurrenceId \
         ErrorCalendarCannotUseIdForRecurringMasterId ErrorCalendarInvalidRecurrence ErrorRecurrenceHasNoOccurrence \
         ErrorRecurrenceEndDateTooBig ErrorCalendarOutOfRange ErrorCalendarInvalidDayForWeeklyRecurrence \
         ErrorCalendarInvalidDayForTimeChangePattern ErrorCalendarEndDateIsEarlierThanStartDate ErrorCalendarDurationIsTooLong \
         ErrorCalendarInvalidPropertyState ErrorCorruptData ErrorItemCorrupt ErrorItemPropertyRequestFailed \
         ErrorCalendarIsOrganizerForAccept ErrorCalendarIsOrganizerForDecline ErrorCalendarIsOrganizerForRemove \
         ErrorCalendarIsOrganizerForTentative ErrorCalendarIsCancelledForAccept ErrorCalendarIsCancelledForDecline \
         ErrorCalendarIsCancelledForRemove ErrorCalendarIsCancelledForTentative ErrorCalendarIsDelegatedForAccept \
         ErrorCalendarIsDelegatedForDecline ErrorCalendarIsDelegatedForRemove ErrorCalendarIsDelegatedForTentative \
         ErrorCalendarMeetingRequestIsOutOfDate ErrorCalendarIsNotOrganizer ErrorCalendarCannotUpdateDeletedItem \
         ErrorCalendarCannotMoveOrCopyOccurrence ErrorCannotCreateCalendarItemInNonCalendarFolder \
         ErrorCannotCreateContactInNonContactFolder ErrorCannotCreateTaskInNonTaskFolder ErrorItemSave \
         ErrorItemSavePropertyError ErrorMimeContentInvalid ErrorMimeContentConversionFailed ErrorQuotaExceeded \
         ErrorMessageSizeExceeded ErrorAttachmentSizeLimitExceeded ErrorNameResolutionNoResults \
         ErrorNameResolutionMultipleResults ErrorNameResolutionNoMailbox",
    ),
    (
        "A: stop and tell",
        &[
            ErrorKind::Denied,
            ErrorKind::Credentials,
            ErrorKind::Configuration,
        ],
        "ErrorMailboxConfiguration ErrorNonExistentMailbox ErrorAccessDenied ErrorImpersonateUserDenied \
         ErrorImpersonationDenied ErrorImpersonationFailed ErrorSubscriptionAccessDenied ErrorPasswordExpired \
         ErrorPasswordChangeRequired ErrorInvalidAuthorizationContext",
    ),
    (
        "B: our bug",
        &[ErrorKind::Item],
        "ErrorSchemaValidation ErrorInvalidRequest ErrorInvalidPropertySet ErrorInvalidPropertyForOperation \
         ErrorUpdatePropertyMismatch ErrorInvalidExtendedProperty ErrorInvalidExtendedPropertyValue ErrorInvalidIdMalformed \
         ErrorInvalidIdEmpty ErrorCannotUseFolderIdForItemId ErrorInvalidIdMalformedEwsLegacyIdFormat \
         ErrorSendMeetingInvitationsRequired ErrorSendMeetingCancellationsRequired \
         ErrorSendMeetingInvitationsOrCancellationsRequired ErrorAffectedTaskOccurrencesRequired ErrorMessageDispositionRequired",
    ),
];

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    List,
    Read,
    Delete,
    Fault,
}

const WAYS: [(Way, &str); 4] = [
    (Way::List, "list"),
    (Way::Read, "read"),
    (Way::Delete, "delete"),
    (Way::Fault, "fault"),
];

/// What came of one question.
struct Came {
    results: Vec<Result<()>>,
    calls: usize,
}

impl Came {
    fn told(&self) -> String {
        let kind = |result: &Result<()>| {
            result
                .as_ref()
                .map_or_else(|e| e.kind().name(), |()| "done")
        };
        let mut all: Vec<&str> = self.results.iter().map(kind).collect();
        all.dedup();
        let all = if all.len() == 1 {
            all[0].to_owned()
        } else {
            self.results.iter().map(kind).collect::<Vec<_>>().join("/")
        };
        format!("{all} {}", self.calls)
    }

    fn error(&self) -> Option<&Error> {
        self.results.iter().find_map(|result| result.as_ref().err())
    }
}

/// A server that answers with the code that stands in the mailbox's address, once or always.
async fn server() -> Script {
    let asked: Mutex<HashMap<String, usize>> = Mutex::default();
    Script::start(move |seen| {
        let anchor = seen.header("x-anchormailbox").unwrap();
        let name = anchor.strip_suffix("@example.org").unwrap();
        let [often, way, code]: [&str; 3] = name.split('-').collect::<Vec<_>>().try_into().unwrap();
        let times = {
            let mut asked = asked.lock().unwrap();
            let times = asked.entry(anchor.to_owned()).or_default();
            *times += 1;
            *times
        };
        let code = if often == "always" || times == 1 {
            code
        } else {
            "NoError"
        };
        answer(seen, way, code)
    })
    .await
}

fn answer(seen: &Seen, way: &str, code: &str) -> Reply {
    const PAGE: &str =
        "<m:SyncState>s</m:SyncState><m:IncludesLastItemInRange>true</m:IncludesLastItemInRange>";
    if way == "fault" && code != "NoError" {
        return fault(code, "");
    }
    if way == "list" {
        return messages(&seen.operation, &[(code, PAGE)]);
    }
    let ids = seen.ids();
    let found = |id: &String| {
        format!(
            "<m:Items><t:Task><t:ItemId Id='{id}' ChangeKey='1'/><t:Subject>x</t:Subject></t:Task></m:Items>"
        )
    };
    let contents: Vec<String> = ids.iter().map(found).collect();
    let all: Vec<(&str, &str)> = ids
        .iter()
        .zip(&contents)
        .map(|(id, content)| match (id == "i1", way) {
            (true, "read" | "delete") => (code, content.as_str()),
            _ => ("NoError", content.as_str()),
        })
        .collect();
    messages(&seen.operation, &all)
}

static QUESTIONS: AtomicUsize = AtomicUsize::new(0);

async fn ask(clients: &Clients, script: &Script, often: &str, way: Way, code: &str) -> Came {
    let name = WAYS[way as usize].1;
    let options = Options {
        back_off: Duration::from_millis(20),
        patience: if often == "always" {
            Duration::ZERO
        } else {
            Duration::from_mins(1)
        },
        // With a limit of its own it counts as another server, so that what one question teaches does not change the next.
        server_concurrency: 1000 + QUESTIONS.fetch_add(1, Ordering::Relaxed),
        ..Options::new(
            script.url(),
            format!("{often}-{name}-{code}@example.org"),
            "secret",
        )
    };
    let today = chrono::NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
    let mailbox = EwsMailbox::new(clients.get(&options).unwrap(), Context::new(Berlin, today));
    let items: Vec<RemoteRef> = (0..3)
        .map(|number| RemoteRef {
            id: format!("i{number}"),
            version: "v".to_owned(),
        })
        .collect();
    let results = match way {
        Way::List => vec![mailbox.changes("folder", Some("s0")).await.map(drop)],
        Way::Read => {
            let all = mailbox.read(Kind::Task, &items).await;
            all.into_iter().map(|one| one.map(drop)).collect()
        }
        Way::Delete | Way::Fault => mailbox.delete(Kind::Task, &items).await,
    };
    Came {
        results,
        calls: usize::try_from(mailbox.calls()).unwrap(),
    }
}

/// One code's part of the table, its sentences with a mark in place of the code, and the kinds that it comes to for good.
struct Verdict {
    told: String,
    of_list: Option<ErrorKind>,
    of_item: Option<ErrorKind>,
}

async fn verdict(clients: &Clients, script: &Script, code: &str) -> Verdict {
    let mut told = String::new();
    let mut sentences = BTreeSet::new();
    let (mut of_list, mut of_item) = (None, None);
    for (way, name) in WAYS {
        let once = ask(clients, script, "once", way, code).await;
        let always = ask(clients, script, "always", way, code).await;
        writeln!(
            told,
            "  {name:<7} once: {:<22} always: {}",
            once.told(),
            always.told()
        )
        .unwrap();
        if let Some(error) = always.error() {
            check_sentence(error);
            sentences.insert(error.message().replace(code, "CODE"));
            match way {
                Way::List => of_list = Some(error.kind()),
                Way::Delete => of_item = Some(error.kind()),
                Way::Read | Way::Fault => {}
            }
        }
    }
    let sentences: Vec<String> = sentences
        .into_iter()
        .map(|one| format!("{one}\n"))
        .collect();
    Verdict {
        told: sentences.concat() + &told,
        of_list,
        of_item,
    }
}

/// What happened, and what to do or what happens by itself.
fn check_sentence(error: &Error) {
    let sentence = error.message();
    assert!(sentence.starts_with(char::is_uppercase), "{sentence}");
    assert!(sentence.matches(['.', ';', ',']).count() >= 2, "{sentence}");
}

/// All codes of the schema, where that is at hand.
fn schema() -> Option<Vec<String>> {
    let default = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/ews/se-15.2.2562.17"
    );
    let folder =
        std::env::var_os("EWS_SCHEMA_DIR").map_or_else(|| PathBuf::from(default), PathBuf::from);
    let text = std::fs::read_to_string(folder.join("messages.xsd")).ok()?;
    let start = text.find("<xs:simpleType name=\"ResponseCodeType\"")?;
    let part = &text[start..start + text[start..].find("</xs:simpleType>")?];
    let codes = part.split("<xs:enumeration value=\"").skip(1);
    Some(
        codes
            .map(|rest| rest.split('"').next().unwrap().to_owned())
            .filter(|code| code != "NoError")
            .collect(),
    )
}

/// The codes that the table has.
fn known(table: &str) -> Vec<String> {
    table
        .lines()
        .filter(|line| line.starts_with("    "))
        .flat_map(str::split_whitespace)
        .map(str::to_owned)
        .collect()
}

#[tokio::test]
async fn every_code_comes_to_what_the_table_says() {
    let update = std::env::var_os("UPDATE_CODES").is_some();
    let old = std::fs::read_to_string(FILE).unwrap_or_default();
    let mut codes: BTreeSet<String> = known(&old).into_iter().collect();
    match schema() {
        Some(all) => {
            assert!(all.len() > 500);
            let missing: Vec<&String> = all.iter().filter(|code| !codes.contains(*code)).collect();
            assert!(
                update || missing.is_empty(),
                "not in the table: {missing:?}"
            );
            codes.extend(all);
        }
        None => eprintln!(
            "skipped: whether all codes of the schema are in the table, for want of the schema (EWS_SCHEMA_DIR)"
        ),
    }
    for (_, _, of_notes) in NOTES {
        codes.extend(of_notes.split_whitespace().map(str::to_owned));
    }
    codes.insert("ErrorOfTomorrow".to_owned());

    let (script, clients) = (server().await, Clients::default());
    let verdicts: BTreeMap<String, Verdict> = stream::iter(&codes)
        .map(async |code| (code.clone(), verdict(&clients, &script, code).await))
        .buffer_unordered(200)
        .collect()
        .await;
    for (class, kinds, of_notes) in NOTES {
        for code in of_notes.split_whitespace() {
            let Verdict {
                of_list, of_item, ..
            } = verdicts[code];
            let kind = if class.starts_with(['I', 'B']) {
                of_item
            } else {
                of_list
            };
            // What is gone already is deleted, so that there is no error.
            let fits = kind.is_none_or(|kind| kinds.contains(&kind));
            assert!(fits, "{code}: {kind:?}, but NOTES section 4 says {class}");
        }
    }
    let table = HEAD.to_owned() + &grouped(&verdicts);
    if update {
        std::fs::write(FILE, &table).unwrap();
        return;
    }
    for (number, (now, known)) in table.lines().zip(old.lines()).enumerate() {
        assert_eq!(
            now,
            known,
            "line {} (UPDATE_CODES=1 writes it anew)",
            number + 1
        );
    }
    assert_eq!(table.len(), old.len());
}

/// Codes that come to the same stand together.
fn grouped(verdicts: &BTreeMap<String, Verdict>) -> String {
    let mut groups: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (code, verdict) in verdicts {
        groups.entry(&verdict.told).or_default().push(code);
    }
    let mut text = String::new();
    for (told, codes) in groups {
        write!(text, "\n{told}").unwrap();
        let mut line = "   ".to_owned();
        for code in codes {
            if line.len() + code.len() > 140 {
                writeln!(text, "{line}").unwrap();
                "   ".clone_into(&mut line);
            }
            write!(line, " {code}").unwrap();
        }
        writeln!(text, "{line}").unwrap();
    }
    text
}
