//! Time zones by their Windows ids: names, conversion, rules and `t:TimeZoneDefinition`.
//!
//! The names come from Unicode CLDR (`data/zones.txt`), the offsets from the IANA database in chrono-tz.

mod rules;
#[cfg(test)]
mod tests;
mod xml;

pub use rules::{Change, Era, On};

use chrono::{DateTime, NaiveDateTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use std::collections::HashMap;
use std::sync::LazyLock;

/// A Windows time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Zone {
    /// The Windows id, such as `W. Europe Standard Time`.
    pub id: &'static str,
    /// The IANA zone whose offsets it has.
    pub tz: Tz,
}

struct Table {
    zones: Vec<Zone>,
    by_id: HashMap<&'static str, Zone>,
    /// Every IANA name; the zone keeps the offsets of that very name.
    by_iana: HashMap<&'static str, Zone>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table {
        zones: Vec::new(),
        by_id: HashMap::new(),
        by_iana: HashMap::new(),
    };
    let rows = include_str!("../data/zones.txt")
        .lines()
        .filter(|line| !line.starts_with('#'));
    for row in rows {
        let mut fields = row.splitn(3, '|');
        let mut field = || fields.next().unwrap_or_default();
        let (id, iana, names) = (field(), field(), field());
        let Ok(tz) = iana.parse() else { continue };
        table.zones.push(Zone { id, tz });
        table.by_id.insert(id, Zone { id, tz });
        for name in names.split(' ') {
            if let Ok(tz) = name.parse() {
                table.by_iana.insert(name, Zone { id, tz });
            }
        }
    }
    table
});

impl Zone {
    pub const UTC: Zone = Zone {
        id: "UTC",
        tz: Tz::UTC,
    };

    /// The zone of a Windows id. `tzone://Microsoft/Utc` is one that real mailboxes contain.
    pub fn windows(id: &str) -> Option<Zone> {
        match id {
            "tzone://Microsoft/Utc" => Some(Self::UTC),
            id => TABLE.by_id.get(id).copied(),
        }
    }

    /// The Windows zone of an IANA name, present or past.
    pub fn iana(name: &str) -> Option<Zone> {
        TABLE.by_iana.get(name).copied()
    }

    /// The zone of a Windows id or an IANA name, as a TZID may be either.
    pub fn find(name: &str) -> Option<Zone> {
        Self::windows(name).or_else(|| Self::iana(name))
    }

    /// All Windows zones, ordered by id.
    pub fn all() -> &'static [Zone] {
        &TABLE.zones
    }

    /// Wall-clock time to an instant. Of two instants the one in standard time is meant, as .NET's `TimeZoneInfo` has
    /// it; a time that the clock skips is read with the offset before the gap.
    pub fn to_utc(&self, local: NaiveDateTime) -> DateTime<Utc> {
        let found = self.tz.from_local_datetime(&local);
        let before_gap = || {
            let day = TimeDelta::days(1);
            let offset = self.to_local((local - day).and_utc()) - (local - day);
            (local - offset).and_utc()
        };
        found
            .latest()
            .map_or_else(before_gap, |at| at.with_timezone(&Utc))
    }

    /// An instant to wall-clock time.
    pub fn to_local(&self, instant: DateTime<Utc>) -> NaiveDateTime {
        instant.with_timezone(&self.tz).naive_local()
    }

    /// The instant of midnight that begins the day of `instant` in this zone.
    pub fn midnight(&self, instant: DateTime<Utc>) -> DateTime<Utc> {
        self.to_utc(
            self.to_local(instant)
                .date()
                .and_time(chrono::NaiveTime::MIN),
        )
    }
}
