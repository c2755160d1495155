use super::Link;
use super::window::Bounds;
use crate::sync::Direction;
use chrono::Datelike;

/// A stored cursor: what the cycle that stored it went by (its year, the bounds of its window, its direction where it is not
/// both), and where the mailbox left off. For example `2026;1764028800..1780272000;to_nextcloud H4sIAAAA`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Place<'a> {
    pub year: Option<i32>,
    pub bounds: Option<Bounds>,
    pub direction: Direction,
    pub cursor: &'a str,
}

impl<'a> Place<'a> {
    pub fn read(stored: &'a str) -> Self {
        Self::parts(stored).unwrap_or(Self {
            year: None,
            bounds: None,
            direction: Direction::Both,
            cursor: stored,
        })
    }

    pub fn write(&self) -> String {
        let mut terms: Vec<String> = self.year.iter().map(ToString::to_string).collect();
        terms.extend(self.bounds.map(Bounds::write));
        if self.direction != Direction::Both {
            terms.push(self.direction.name().to_owned());
        }
        format!("{} {}", terms.join(";"), self.cursor)
    }

    fn parts(stored: &'a str) -> Option<Self> {
        let (when, cursor) = stored.split_once(' ')?;
        let mut terms = when.split(';');
        let mut place = Self {
            year: Some(terms.next()?.parse().ok()?),
            bounds: None,
            direction: Direction::Both,
            cursor,
        };
        for term in terms {
            match term.parse() {
                Ok(direction) => place.direction = direction,
                Err(_) => place.bounds = Bounds::read(term),
            }
        }
        Some(place)
    }
}

impl Link {
    pub(super) fn year(&self) -> i32 {
        self.context.today.year()
    }

    /// The cursor as it is stored by a cycle of today.
    pub(super) fn place(&self, cursor: &str) -> String {
        let place = Place {
            year: Some(self.year()),
            bounds: self.bounds(),
            direction: self.options.direction,
            cursor,
        };
        place.write()
    }
}
