use crate::client::Client;
use crate::error::{Error, ErrorKind, Result};
use crate::ews::{Action, Failure, FolderId, Subscribe, Version};

/// What a mailbox's folders are watched by.
#[derive(Debug, Default)]
pub struct Subscription {
    /// Usually one; where the server does not take the folders together, one for each.
    pub ids: Vec<String>,
    /// Why not all folders are watched.
    pub lacks: Option<Error>,
}

/// Why a mailbox is not watched.
#[derive(Debug)]
pub enum NotWatched {
    /// It cannot be, for now.
    Cannot(Error),
    Failed(Error),
}

/// The codes for folders that go apart from each other only: those of several mailboxes, public ones, and ones that a mailbox
/// shares with somebody who has no right to all of it. (The last is not told of at all.)
const APART: [&str; 2] = [
    "ErrorInvalidSubscriptionRequest",
    "ErrorSubscriptionDelegateAccessNotSupported",
];

/// Subscribes to folders: to all of them at once, or where that is refused to each.
pub async fn subscribe(
    client: &Client,
    folders: &[String],
) -> std::result::Result<Subscription, NotWatched> {
    let failure = match one(client, folders).await? {
        Ok(id) => {
            return Ok(Subscription {
                ids: vec![id],
                lacks: None,
            });
        }
        Err(failure) => failure,
    };
    let divisible = APART.contains(&failure.code.as_str()) || is_gone(&failure);
    if folders.len() < 2 || !divisible {
        return Err(cannot_or_failed(failure));
    }
    let mut subscription = Subscription::default();
    for folder in folders {
        match one(client, std::slice::from_ref(folder)).await? {
            Ok(id) => subscription.ids.push(id),
            // Its link says so itself.
            Err(failure) if is_gone(&failure) => {}
            Err(failure) => subscription.lacks = Some(failure.into()),
        }
    }
    match subscription.lacks.take() {
        Some(error) if subscription.ids.is_empty() => Err(NotWatched::Cannot(error)),
        lacks => Ok(Subscription {
            lacks,
            ..subscription
        }),
    }
}

async fn one(
    client: &Client,
    folders: &[String],
) -> std::result::Result<std::result::Result<String, Failure>, NotWatched> {
    too_old(client)?;
    let subscribe = Subscribe {
        folders: folders.iter().cloned().map(FolderId::Id).collect(),
    };
    let outcome: Result<_> = client.outcome(&subscribe).await;
    // Only its answer may have told how old it is.
    too_old(client)?;
    outcome.map_err(NotWatched::Failed)
}

/// Exchange 2007 has no streams.
fn too_old(client: &Client) -> std::result::Result<(), NotWatched> {
    if client.version() >= Version::Exchange2010Sp1 {
        return Ok(());
    }
    Err(NotWatched::Cannot(Error::new(
        ErrorKind::Configuration,
        "This Exchange server is too old to tell of changes. It is asked for them by the clock instead.",
    )))
}

fn is_gone(failure: &Failure) -> bool {
    matches!(failure.action(), Action::FolderGone | Action::ItemGone)
}

fn cannot_or_failed(failure: Failure) -> NotWatched {
    let cannot = APART.contains(&failure.code.as_str())
        || is_gone(&failure)
        || matches!(failure.action(), Action::Poll | Action::LowerVersion);
    let error = Error::from(failure);
    if cannot {
        NotWatched::Cannot(error)
    } else {
        NotWatched::Failed(error)
    }
}
