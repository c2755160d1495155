use super::case::{Case, Local, Remote};
use super::cycle::{CHUNK, Cycle};
use super::deletes::SCAN;
use super::place::Place;
use super::{Link, Pair, PairState, Select};
use crate::error::Result;
use crate::mapping::{Span, midnight};
use crate::model::Kind;
use chrono::{Days, NaiveDate};

/// How far events are of interest, in days from today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    pub past: u32,
    pub future: u32,
}

/// A window on a certain day, in Unix seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bounds {
    pub from: i64,
    pub until: i64,
}

impl Bounds {
    /// What a link without a window has.
    const ALL: Self = Self {
        from: i64::MIN,
        until: i64::MAX,
    };

    /// What no window has: a cycle that ended before all was let go and taken in.
    const BETWEEN: Self = Self { from: 0, until: 0 };

    pub fn of(window: Window, today: NaiveDate) -> Self {
        let first = today.checked_sub_days(Days::new(window.past.into()));
        let last = today.checked_add_days(Days::new(u64::from(window.future) + 1));
        Self {
            from: first.map_or(i64::MIN, midnight),
            until: last.map_or(i64::MAX, midnight),
        }
    }

    pub fn contain(self, span: Span) -> bool {
        span.starts <= self.until && span.ends.is_none_or(|ends| ends >= self.from)
    }

    /// As a stored cursor has it.
    pub fn read(text: &str) -> Option<Self> {
        let (from, until) = text.split_once("..")?;
        Some(Self {
            from: from.parse().ok()?,
            until: until.parse().ok()?,
        })
    }

    pub fn write(self) -> String {
        format!("{}..{}", self.from, self.until)
    }
}

impl Link {
    /// Of events only: nothing else has its place in time.
    pub(super) fn bounds(&self) -> Option<Bounds> {
        let window = self.options.window.filter(|_| self.kind == Kind::Event)?;
        Some(Bounds::of(window, self.context.today))
    }
}

impl Cycle<'_> {
    /// Where the window is another than in the last cycle: takes in what it comes to, lets go what leaves it. Where the
    /// direction is another: looks again at what was left because of it. In any other cycle it costs nothing.
    pub(super) async fn roll(&mut self) -> Result<()> {
        let before = self.link.cursor.as_deref().map(Place::read);
        if let Some(before) = &before
            && before.direction != self.link.options.direction
        {
            self.turn().await?;
        }
        if !self.rolls() {
            return Ok(());
        }
        let Bounds { from, until } = self.link.bounds().unwrap_or(Bounds::ALL);
        let mut after = String::new();
        loop {
            let select = Select::Rolling {
                from,
                until,
                after,
                limit: SCAN,
            };
            let rows = self.host.load(select).await?;
            let Some(last) = rows.last() else {
                return Ok(());
            };
            after = last.key.clone();
            self.mark_rolling();
            self.look_again(rows).await?;
        }
    }

    /// Lets the next cycle look again should this one not come to its end: the window may be as it was before by then.
    fn mark_rolling(&mut self) {
        if let Some(stored) = self.link.cursor.as_deref().filter(|_| !self.dropped) {
            let place = Place {
                bounds: Some(Bounds::BETWEEN),
                ..Place::read(stored)
            };
            self.pending.cursor = Some(place.write());
        }
    }

    /// Whether the window is another than in the last cycle.
    pub(super) fn rolls(&self) -> bool {
        let before = self.link.cursor.as_deref().map(Place::read);
        let stays = before.is_some_and(|place| place.bounds == self.link.bounds());
        self.link.kind == Kind::Event && !stays
    }

    async fn turn(&mut self) -> Result<()> {
        let mut key = String::new();
        loop {
            let limit = SCAN;
            let mut rows = self.host.load(Select::After { key, limit }).await?;
            let Some(last) = rows.last() else {
                return Ok(());
            };
            key = last.key.clone();
            // No window takes in what has no span.
            rows.retain(|row| row.state == PairState::Outside && row.starts.is_none());
            self.look_again(rows).await?;
        }
    }

    async fn look_again(&mut self, rows: Vec<Pair>) -> Result<()> {
        let cases = rows.into_iter().filter_map(|row| self.rolling(row));
        let cases: Vec<Case> = cases.collect();
        for chunk in split(cases) {
            self.resolve(chunk).await?;
        }
        Ok(())
    }

    /// None: another step of this cycle sees to it.
    fn rolling(&mut self, row: Pair) -> Option<Case> {
        let gone = |id: &String| self.gone.contains(id) || self.met.contains(id);
        // A rehearsal did not change the rows of what it told of already.
        let told = |uri: &String| self.link.options.dry_run && self.handled.contains(uri);
        let deleted = |uri: &String| self.local_deleted.contains(uri) || told(uri);
        if row.remote_id.as_ref().is_some_and(gone) || row.uri.as_ref().is_some_and(deleted) {
            return None;
        }
        let local = match (&row.uri, row.state) {
            (None, _) => Local::Unknown,
            (Some(_), PairState::Linked) => Local::Same,
            (Some(uri), _) => Local::Unread(uri.clone()),
        };
        self.handled.extend(row.uri.clone());
        let remote = match (super::case::reference(&row), row.state) {
            (None, _) => Remote::Absent,
            (Some(_), PairState::Linked) => Remote::Same,
            (Some(item), _) => Remote::Unread(item),
        };
        Some(Case::new(Some(row), local, remote))
    }
}

/// As many as are planned together.
pub(super) fn split(mut cases: Vec<Case>) -> Vec<Vec<Case>> {
    let mut chunks = Vec::new();
    while !cases.is_empty() {
        let rest = cases.split_off(cases.len().min(CHUNK));
        chunks.push(std::mem::replace(&mut cases, rest));
    }
    chunks
}
