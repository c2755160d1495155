use super::Link;
use super::window::Bounds;
use chrono::Datelike;

/// A stored cursor: what the cycle that stored it went by (its year, the bounds of its window), and where the mailbox left off.
/// For example `2026;1764028800..1780272000 H4sIAAAA`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Place<'a> {
    pub year: Option<i32>,
    pub bounds: Option<Bounds>,
    pub cursor: &'a str,
}

impl<'a> Place<'a> {
    pub fn read(stored: &'a str) -> Self {
        Self::parts(stored).unwrap_or(Self {
            year: None,
            bounds: None,
            cursor: stored,
        })
    }

    fn parts(stored: &'a str) -> Option<Self> {
        let (when, cursor) = stored.split_once(' ')?;
        let (year, bounds) = when.split_once(';').unwrap_or((when, ""));
        Some(Self {
            year: Some(year.parse().ok()?),
            bounds: Bounds::read(bounds),
            cursor,
        })
    }
}

impl Link {
    pub(super) fn year(&self) -> i32 {
        self.context.today.year()
    }

    /// The cursor as it is stored by a cycle of today.
    pub(super) fn place(&self, cursor: &str) -> String {
        let year = self.year();
        self.bounds().map_or_else(
            || format!("{year} {cursor}"),
            |bounds| format!("{year};{} {cursor}", bounds.write()),
        )
    }
}
