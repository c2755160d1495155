use super::case::{Case, Local, Remote, reference};
use super::listing::Listing;
use super::place::Place;
use super::window::split;
use super::{Host, Link, LocalChanges, Mailbox, Pair, PairState, RemoteRef, Report, Save, Select};
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

/// The state of a cycle. Its steps are here, what it reads for a case in `gather`, what it does for it in
/// `batch`, and what is gone in `deletes`.
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

    /// While one chunk is written, the next one is read.
    async fn remote_changes(&mut self, listing: &Listing) -> Result<()> {
        let (link, mailbox, host) = (self.link, self.mailbox, self.host);
        let mut chunks = listing.changed.chunks(CHUNK);
        let mut current = chunks.next().unwrap_or_default();
        let mut fetched = fetch(link, mailbox, host, current).await?;
        while !current.is_empty() {
            let next = chunks.next().unwrap_or_default();
            let cases = fetched
                .into_iter()
                .filter_map(|(row, remote)| self.meet(row, remote))
                .collect();
            let reading = fetch(link, mailbox, host, next);
            let (resolved, read) = join(self.resolve(cases), reading).await;
            resolved?;
            self.advance(current.len()).await?;
            (current, fetched) = (next, read?);
        }
        Ok(())
    }

    /// The case of a remote item that changed.
    fn meet(&mut self, row: Option<Pair>, remote: Remote) -> Option<Case> {
        if matches!(remote, Remote::Lost) {
            // What moved before it was read may be what an intent stands for.
            self.uncertain |= row.is_none();
            return None;
        }
        if self.link.options.dry_run {
            self.met
                .extend(row.as_ref().and_then(|row| row.remote_id.clone()));
        }
        let Some(row) = row else {
            // Where nothing is gone and nothing local is open, it cannot be an item that the journal knows otherwise. An object
            // that was left out may have its UID: the attempt to create it tells, but in a rehearsal.
            let new = !self.link.options.dry_run
                && self.local_changed.is_empty()
                && self.local_deleted.is_empty()
                && self.intents.is_empty()
                && self.gone.is_empty();
            let local = if new { Local::Absent } else { Local::Unknown };
            return Some(Case::new(None, local, remote));
        };
        let local = match &row.uri {
            None => Local::Unknown,
            Some(uri) => {
                self.handled.insert(uri.clone());
                if self.local_deleted.contains(uri) {
                    Local::Gone
                } else {
                    Local::Unread(uri.clone())
                }
            }
        };
        Some(Case::new(Some(row), local, remote))
    }

    /// Intents whose key no remote item carries: what they stand for did not happen.
    async fn left_intents(&mut self) -> Result<()> {
        let intents: Vec<Pair> = std::mem::take(&mut self.intents).into_values().collect();
        if self.uncertain {
            self.report.postponed += intents.len() as u64;
            return Ok(());
        }
        for chunk in intents.chunks(CHUNK) {
            let cases = chunk.iter().cloned().map(|row| {
                let local = row.uri.clone().map_or(Local::Absent, Local::Unread);
                self.handled.extend(row.uri.clone());
                Case::new(Some(row), local, Remote::Absent)
            });
            let cases = cases.collect();
            self.resolve(cases).await?;
            self.advance(chunk.len()).await?;
        }
        Ok(())
    }

    /// Local objects that are new or changed, and whose remote items are not.
    async fn local_changes(&mut self) -> Result<()> {
        let uris: Vec<String> = self.local_changed.keys().cloned().collect();
        for chunk in uris.chunks(CHUNK) {
            let left: Vec<String> = self.unhandled(chunk);
            let mut rows = self.rows(left.clone()).await?;
            let cases = left
                .into_iter()
                .filter_map(|uri| {
                    let row = rows.remove(&uri);
                    let remote = self.counterpart(row.as_ref())?;
                    self.handled.insert(uri.clone());
                    Some(Case::new(row, Local::Unread(uri), remote))
                })
                .collect();
            self.resolve(cases).await?;
            self.advance(chunk.len()).await?;
        }
        Ok(())
    }

    pub(super) fn unhandled(&self, uris: &[String]) -> Vec<String> {
        let left = uris.iter().filter(|uri| !self.handled.contains(*uri));
        left.cloned().collect()
    }

    /// Rows by the uri of their local object.
    pub(super) async fn rows(&self, uris: Vec<String>) -> Result<HashMap<String, Pair>> {
        if uris.is_empty() {
            return Ok(HashMap::new());
        }
        let select = Select::Of {
            remote_ids: Vec::new(),
            uris,
            keys: Vec::new(),
        };
        let rows = self.host.load(select).await?;
        Ok(rows
            .into_iter()
            .filter_map(|row| Some((row.uri.clone()?, row)))
            .collect())
    }

    /// The remote side of an object that changed or went, as far as the journal tells. None: another step sees to it.
    pub(super) fn counterpart(&self, row: Option<&Pair>) -> Option<Remote> {
        let Some(row) = row else {
            return Some(Remote::Absent);
        };
        let gone = row
            .remote_id
            .as_ref()
            .is_some_and(|id| self.gone.contains(id));
        match (row.state, reference(row)) {
            (PairState::Creating, _) => None,
            _ if gone => None,
            (PairState::Linked, Some(_)) => Some(Remote::Same),
            (PairState::SetAside | PairState::Outside, Some(item)) => Some(Remote::Unread(item)),
            (_, None) => Some(Remote::Absent),
        }
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

/// Loads the rows of some remote items and reads those that the rows do not know in this version already.
async fn fetch(
    link: &Link,
    mailbox: &dyn Mailbox,
    host: &dyn Host,
    listed: &[RemoteRef],
) -> Result<Vec<(Option<Pair>, Remote)>> {
    if listed.is_empty() {
        return Ok(Vec::new());
    }
    let select = Select::Of {
        remote_ids: listed.iter().map(|item| item.id.clone()).collect(),
        uris: Vec::new(),
        keys: Vec::new(),
    };
    let mut rows: HashMap<String, Pair> = host
        .load(select)
        .await?
        .into_iter()
        .filter_map(|row| Some((row.remote_id.clone()?, row)))
        .collect();
    let (mut news, mut known) = (Vec::new(), Vec::new());
    for item in listed {
        let row = rows.remove(&item.id);
        // Our own writes come back as changes, in the version that they were answered with.
        if row.as_ref().and_then(|row| row.version.as_ref()) != Some(&item.version) {
            news.push(item.clone());
            known.push(row);
        }
    }
    if news.is_empty() {
        return Ok(Vec::new());
    }
    let items = answers(mailbox.read(link.kind, &news).await)?;
    Ok(known
        .into_iter()
        .zip(news)
        .zip(items)
        .map(|((row, reference), item)| (row, Remote::read(reference, item, link)))
        .collect())
}

/// The answers to a question about many items, unless one of them ends the cycle.
pub(super) fn answers<T>(answers: Vec<Result<T>>) -> Result<Vec<Result<T>>> {
    let mut checked = Vec::with_capacity(answers.len());
    for answer in answers {
        match answer {
            Err(error) if !error.kind().is_per_item() => return Err(error),
            answer => checked.push(answer),
        }
    }
    Ok(checked)
}
