//! What is shown until the end of a year only is looked at again in a new one (docs/adr/0007).

use super::cycle::Cycle;
use super::deletes::SCAN;
use super::place::Place;
use super::{Pair, PairState, Select};
use crate::error::Result;
use crate::sync::is_expanded;

impl Cycle<'_> {
    /// In the first cycle of a year, takes the pairs whose rule is shown for some years only as changed here, so that they
    /// are read anew. In any other it costs nothing.
    pub(super) async fn roll_on(&mut self) -> Result<()> {
        let place = self.link.cursor.as_deref().map(Place::read);
        if place.is_none_or(|place| place.year == Some(self.link.year())) {
            return Ok(());
        }
        let mut key = String::new();
        loop {
            let limit = SCAN;
            let rows = self.host.load(Select::After { key, limit }).await?;
            let Some(last) = rows.last() else {
                return Ok(());
            };
            key = last.key.clone();
            for row in rows.into_iter().filter(is_shown_in_part) {
                if let (Some(uri), Some(etag)) = (&row.uri, &row.etag)
                    && !self.local_deleted.contains(uri)
                {
                    let changed = self.local_changed.entry(uri.clone());
                    changed.or_insert_with(|| etag.clone());
                    // Without an etag it is looked at.
                    let etag = Some(String::new());
                    self.pending.pairs.push(Pair { etag, ..row });
                }
            }
            self.flush().await?;
        }
    }
}

fn is_shown_in_part(row: &Pair) -> bool {
    let expanded = row.base.get("recurrence").is_some_and(|it| is_expanded(it));
    let told = row.losses.iter().any(|loss| loss.property == "recurrence");
    row.state == PairState::Linked && (expanded || told)
}
