//! What a link's owner wants: each is a chapter of the plan table.

use super::cell::Row;
use super::support::story::{Setting, Wish};
use super::support::{Shared, link};
use exchange_core::engine::{Link, Window};
use exchange_core::model::Kind;
use exchange_core::sync::{DeletePolicy, Direction, Policy};

pub struct Terms {
    pub told: &'static str,
    pub direction: Direction,
    pub deletes: DeletePolicy,
    /// Whether what is gone is brought back.
    pub bring: bool,
    pub window: Option<Window>,
    /// What the last cycle went by, as its cursor says.
    pub before: &'static str,
}

pub const DEFAULT: Terms = Terms {
    told: "As a link is by default",
    direction: Direction::Both,
    deletes: DeletePolicy::EditWins,
    bring: false,
    window: None,
    before: "2026",
};
const TO_NEXTCLOUD: Terms = Terms {
    told: "To Nextcloud only",
    direction: Direction::ToNextcloud,
    before: "2026;to_nextcloud",
    ..DEFAULT
};
const TO_EXCHANGE: Terms = Terms {
    told: "To Exchange only",
    direction: Direction::ToExchange,
    before: "2026;to_exchange",
    ..DEFAULT
};
const OUTSIDE: Window = Window { past: 1, future: 1 };
const INSIDE: Window = Window {
    past: 30,
    future: 30,
};

/// All but the default.
pub const CHAPTERS: [Terms; 14] = [
    TO_NEXTCLOUD,
    TO_EXCHANGE,
    Terms {
        told: "Both ways again, after to Nextcloud only",
        before: TO_NEXTCLOUD.before,
        ..DEFAULT
    },
    Terms {
        told: "Both ways again, after to Exchange only",
        before: TO_EXCHANGE.before,
        ..DEFAULT
    },
    Terms {
        told: "The window has come to the event",
        window: Some(INSIDE),
        before: "2026;0..1",
        ..DEFAULT
    },
    Terms {
        told: "The window has left the event",
        window: Some(OUTSIDE),
        before: "2026;0..99999999999",
        ..DEFAULT
    },
    Terms {
        told: "The window has left the event, to Nextcloud only",
        window: Some(OUTSIDE),
        before: "2026;0..99999999999;to_nextcloud",
        ..TO_NEXTCLOUD
    },
    Terms {
        told: "The window has left the event, to Exchange only",
        window: Some(OUTSIDE),
        before: "2026;0..99999999999;to_exchange",
        ..TO_EXCHANGE
    },
    Terms {
        told: "The policy decides about deletes too",
        deletes: DeletePolicy::AsConflict,
        ..DEFAULT
    },
    Terms {
        told: "The policy decides about deletes too, to Nextcloud only",
        deletes: DeletePolicy::AsConflict,
        ..TO_NEXTCLOUD
    },
    Terms {
        told: "The policy decides about deletes too, to Exchange only",
        deletes: DeletePolicy::AsConflict,
        ..TO_EXCHANGE
    },
    Terms {
        told: "What is gone is brought back",
        bring: true,
        ..DEFAULT
    },
    Terms {
        told: "What is gone is brought back, to Nextcloud only",
        bring: true,
        ..TO_NEXTCLOUD
    },
    Terms {
        told: "What is gone is brought back, to Exchange only",
        bring: true,
        ..TO_EXCHANGE
    },
];

impl Terms {
    pub fn setting(&self) -> Setting {
        Setting {
            kind: Kind::Event,
            wish: Wish {
                direction: self.direction,
                deletes: self.deletes,
                window: self.window,
            },
            ..Setting::PLAIN
        }
    }

    pub fn link(&self, shared: &Shared, policy: Policy) -> Link {
        let mut link = link(shared, policy);
        link.options.direction = self.direction;
        link.options.deletes = self.deletes;
        link.options.window = self.window;
        link
    }

    /// Whether a journal can say that under these terms: only a window or a direction leaves anything.
    pub fn have(&self, row: Row) -> bool {
        let leave = self.window.is_some() || self.before.contains("to_");
        leave || !matches!(row, Row::LeftHere | Row::LeftThere)
    }
}
