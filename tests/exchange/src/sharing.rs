//! Whose mailbox a call is about, and what the one who calls may do in it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::element::Element;
use crate::envelope::Call;
use crate::failure::Failure;
use crate::id::Id;
use crate::server::{Account, Server};
use crate::store::Mailbox;

/// The key of the public folders among the accounts; nobody signs in by it.
pub const PUBLIC: &str = "public folders";

/// What somebody else may do in a mailbox.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Share {
    /// The folders, with what is below them, by their distinguished ids; `msgfolderroot` stands for all.
    pub folders: Vec<String>,
    pub writable: bool,
}

impl Share {
    /// Whether it is as good as being the owner.
    pub fn is_full(&self) -> bool {
        self.writable && self.folders.iter().any(|folder| folder == "msgfolderroot")
    }
}

/// The account that a call is about, and the caller's share of it; `None` for the caller's own mailbox.
pub fn owner<'a>(
    server: &'a Server,
    caller: &'a Account,
    call: &Call,
) -> Result<(&'a Account, Option<Share>), Failure> {
    let own = &caller.key;
    let Some(other) = addressed(server, &caller.address, &call.body) else {
        return Ok((caller, None));
    };
    let no_mailbox = || {
        let text = "The SMTP address has no mailbox associated with it.";
        Failure::new("ErrorNonExistentMailbox", text)
    };
    let account = server.accounts.get(&other).ok_or_else(no_mailbox)?;
    let shares = account.mailbox.lock().settings.shares.clone();
    let share = shares.get(own).or_else(|| shares.get("*"));
    Ok((account, Some(share.cloned().unwrap_or_default())))
}

/// The key of the account, where it is another than `own`, that an element, or one below it, names.
pub fn addressed(server: &Server, own: &str, element: &Element) -> Option<String> {
    if element.name == "DistinguishedFolderId" {
        if element.attr("Id") == Some("publicfoldersroot") {
            return Some(PUBLIC.to_owned());
        }
        let owner = element
            .get("Mailbox")
            .and_then(|mailbox| mailbox.text_of("EmailAddress"));
        return owner
            .filter(|owner| !owner.eq_ignore_ascii_case(own))
            .map(str::to_lowercase);
    }
    let named = |accounts: &BTreeMap<String, Account>, id: &str| {
        if Id::decode(own, id).is_some() {
            return None;
        }
        accounts
            .iter()
            .find(|(_, account)| Id::decode(&account.address, id).is_some())
            .map(|(key, _)| key.clone())
    };
    let ids = ["Id", "RecurringMasterId", "OccurrenceId"];
    ids.into_iter()
        .filter_map(|attribute| element.attr(attribute))
        .find_map(|id| named(&server.accounts, id))
        .or_else(|| {
            element
                .children
                .iter()
                .find_map(|child| addressed(server, own, child))
        })
}

/// Whether the one who calls may see a folder.
pub fn check_folder(mailbox: &Mailbox, folder: u64) -> Result<(), Failure> {
    let Some(share) = &mailbox.visitor else {
        return Ok(());
    };
    let mut at = Some(folder);
    while let Some(folder) = at.and_then(|number| mailbox.folders.get(&number)) {
        let shared = folder
            .distinguished
            .is_some_and(|id| share.folders.iter().any(|shared| shared == id));
        if shared {
            return Ok(());
        }
        at = folder.parent;
    }
    Err(denied())
}

/// Whether the one who calls may run the operation at all.
pub fn check_operation(mailbox: &Mailbox, operation: &str) -> Result<(), Failure> {
    const READING: [&str; 7] = [
        "GetFolder",
        "FindFolder",
        "SyncFolderHierarchy",
        "SyncFolderItems",
        "FindItem",
        "GetItem",
        "GetAttachment",
    ];
    match &mailbox.visitor {
        Some(share) if !share.writable && !READING.contains(&operation) => Err(denied()),
        _ => Ok(()),
    }
}

fn denied() -> Failure {
    Failure::new(
        "ErrorAccessDenied",
        "Access is denied. Check credentials and try again.",
    )
}
