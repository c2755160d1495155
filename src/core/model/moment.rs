use chrono::{DateTime, NaiveDate, Utc};
use std::sync::Arc;

/// A time zone in the form both sides can agree on: the Windows id that Exchange stores.
/// `Europe/Berlin` and `Europe/Vienna` are the same [`Zone`], so that neither side rewrites the other's choice.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Zone(pub Arc<str>);

/// A start or an end.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Moment {
    /// A whole day, the same day in every zone (`VALUE=DATE`, `IsAllDayEvent`). Ends are exclusive.
    Day(NaiveDate),
    /// An instant, and the zone whose clock it follows.
    At { instant: DateTime<Utc>, zone: Zone },
}
