use super::case::Case;
use super::listing::Listing;
use super::place::Place;
use super::window::split;
use super::{Host, Link, LocalChanges, Mailbox, Pair, Report, Save};
use crate::error::Result;
use futures_util::future::join;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// How many items are read, planned and written together.
pub(super) const CHUNK: usize = 100;

/// Synchronises one link once. The future may be dropped at any moment: the next cycle goes on from what was stored.
/// The report is the host's last one, too.
pub async fn cycle(link: &Link, mailbox: &dyn Mailbox, host: &dyn Host) -> Report {
    let calls = mailbox.calls();
    let mut cycle = Cycle::new(link, mailbox, host);
    let outcome = cycle.run().await;
    let mut report = cycle.report;
    report.done = true;
    report.calls = mailbox.calls().saturating_sub(calls);
    if let Err(error) = outcome {
        report.error = Some(error.kind().name().to_owned());
        report.message = Some(error.message().to_owned());
        report.retry_after = error.wait().map(|wait| wait.as_secs().max(1));
    }
    // A host that cannot take the report gets it from the caller all the same.
    let _ = host.report(report.clone()).await;
    report
}

/// The state of a cycle. Its steps are here, what becomes a case in `changed`, what it reads for one in `gather`, what it does
/// for it in `batch`, and what is gone in `deletes`.
pub(super) struct Cycle<'a> {
    pub link: &'a Link,
    pub mailbox: &'a dyn Mailbox,
    pub host: &'a dyn Host,
    /// Intents that no remote item was found for yet, by key.
    pub intents: BTreeMap<String, Pair>,
    /// Ids of remote items that are gone.
    pub gone: BTreeSet<String>,
    /// Local objects that have been looked at with their remote items.
    pub handled: HashSet<String>,
    /// Ids of items that this cycle created and no listing has named yet.
    pub created: BTreeSet<String>,
    /// Ids of items that were met. A rehearsal does not change their rows, and must not meet them again.
    pub met: HashSet<String>,
    /// Ids of items that may be left in Exchange, by the key that their row gets then.
    pub left: HashMap<String, String>,
    /// Whether this cycle dropped the stored cursor.
    pub dropped: bool,
    /// Whether the brake let deletes pass.
    pub braked: bool,
    /// Deletes that this cycle made here and there: the brake counts them with those that follow.
    pub struck: (u64, u64),
    /// Whether a new item was gone before it could be read.
    pub uncertain: bool,
    /// Cases that came out as deletes before that.
    pub deferred: Vec<Case>,
    /// Groups of contacts wait here until the contacts that they name are there; none once these are.
    pub groups: Option<Vec<Case>>,
    /// What the journal shall store next.
    pub pending: Save,
    pub report: Report,
    /// Local objects that no row pairs, by what they are alike in (see `alike`).
    pub alike: HashMap<String, Vec<String>>,
    pub local_changed: BTreeMap<String, String>,
    pub local_deleted: BTreeSet<String>,
    pub pairs: u64,
    /// Rows that this cycle made.
    pub made: u64,
    told: u64,
}

impl<'a> Cycle<'a> {
    fn new(link: &'a Link, mailbox: &'a dyn Mailbox, host: &'a dyn Host) -> Self {
        Self {
            link,
            mailbox,
            host,
            intents: BTreeMap::new(),
            gone: BTreeSet::new(),
            handled: HashSet::new(),
            created: BTreeSet::new(),
            met: HashSet::new(),
            left: HashMap::new(),
            dropped: false,
            braked: false,
            struck: (0, 0),
            uncertain: false,
            deferred: Vec::new(),
            groups: Some(Vec::new()),
            pending: Save::default(),
            report: Report::default(),
            alike: HashMap::new(),
            local_changed: BTreeMap::new(),
            local_deleted: BTreeSet::new(),
            pairs: 0,
            made: 0,
            told: 0,
        }
    }

    async fn run(&mut self) -> Result<()> {
        let cursor = self.link.cursor.as_deref();
        let cursor = cursor.map(|stored| Place::read(stored).cursor);
        // Without a cursor the journal may be gone as well: a token says nothing then.
        let token = cursor.and(self.link.token.as_deref());
        let (local, listing) = join(
            self.host.changes(token, self.link.full),
            Listing::fetch(self.mailbox, &self.link.folder, cursor),
        )
        .await;
        let (local, mut listing) = (local?, listing?);
        let token = local.token.clone();
        self.begin(local, &mut listing).await?;
        if listing.complete && !listing.changed.is_empty() {
            self.learn_likenesses().await?;
        }
        self.remote_changes(&listing).await?;
        self.left_intents().await?;
        self.local_changes().await?;
        let groups = self.groups.take().unwrap_or_default();
        for chunk in split(groups) {
            self.resolve(chunk).await?;
        }
        self.roll().await?;
        self.deletes().await?;
        let cursor = self.catch_up(listing.cursor).await?;
        self.finish(token, cursor).await
    }

    /// Takes the cursor past what this cycle created: what comes and goes between two cursors is not named by the
    /// server, so the local object of an item that was deleted before the next cycle would stay for ever.
    async fn catch_up(&mut self, cursor: String) -> Result<String> {
        if self.created.is_empty() || self.report.postponed > 0 {
            return Ok(cursor);
        }
        let mut listing = Listing::fetch(self.mailbox, &self.link.folder, Some(&cursor)).await?;
        if listing.complete {
            return Ok(cursor);
        }
        for item in &listing.changed {
            self.created.remove(&item.id);
        }
        if !self.created.is_empty() {
            // Deleted or moved already; only a complete listing tells which of the others it may be now.
            self.report.postponed += self.created.len() as u64;
            return Ok(cursor);
        }
        self.report.total += (listing.changed.len() + listing.deleted.len()) as u64;
        self.gone = std::mem::take(&mut listing.deleted);
        self.local_changed.clear();
        self.local_deleted.clear();
        self.handled.clear();
        self.braked = false;
        self.remote_changes(&listing).await?;
        self.deletes().await?;
        // What was created only now is behind this cursor, too.
        self.report.postponed += self.created.len() as u64;
        Ok(listing.cursor)
    }

    /// Drops the stored cursor before the first item is paired that it may not know: only a cycle that comes to its end
    /// stores one again, and after any other the whole folder is listed.
    pub(super) fn drop_cursor(&mut self) {
        if self.link.cursor.is_some() && !self.dropped {
            self.dropped = true;
            self.pending.cursor = Some(String::new());
        }
    }

    async fn begin(&mut self, local: LocalChanges, listing: &mut Listing) -> Result<()> {
        self.pairs = local.pairs;
        self.local_deleted = local.deleted.into_iter().collect();
        self.local_changed = local
            .changed
            .into_iter()
            .map(|object| (object.uri, object.etag))
            .collect();
        self.intents = local
            .intents
            .into_iter()
            .map(|row| (row.key.clone(), row))
            .collect();
        self.gone = std::mem::take(&mut listing.deleted);
        if listing.complete {
            self.missing(&listing.changed).await?;
        }
        self.roll_on().await?;
        self.report.total = (listing.changed.len()
            + self.gone.len()
            + self.local_changed.len()
            + self.local_deleted.len()
            + self.intents.len()) as u64;
        Ok(())
    }

    /// Cursors last, and only when nothing is left behind them.
    async fn finish(&mut self, token: String, cursor: String) -> Result<()> {
        if self.report.postponed == 0 {
            let cursor = self.link.place(&cursor);
            self.pending.cursor =
                Some(cursor).filter(|new| self.dropped || self.link.cursor.as_ref() != Some(new));
            self.pending.token = Some(token).filter(|new| self.link.token.as_ref() != Some(new));
        }
        self.flush().await
    }

    /// Tells the host now and then how far it got.
    pub(super) async fn advance(&mut self, items: usize) -> Result<()> {
        self.report.seen += items as u64;
        if self.report.seen < self.told + CHUNK as u64 {
            return Ok(());
        }
        self.told = self.report.seen;
        self.host.report(self.report.clone()).await?;
        self.report.plan.clear();
        Ok(())
    }
}
