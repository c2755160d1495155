//! `MimeContent` of events: iCalendar as Exchange writes and reads it (MS-OXCICAL), with Windows ids as TZID.
//!
//! [`write`] gives a series with its exceptions and deleted occurrences, or one occurrence; [`read`] takes what clients
//! send. An own small reader of iCalendar, so that the product's own is judged by another one.

mod line;
#[cfg(test)]
mod tests;
mod time;
mod timezone;

mod read;
mod write;

pub use line::{Component, Line};
pub use read::read;
pub use write::{calendar, write};

/// `LegacyFreeBusyStatus` by its MAPI number, as X-MICROSOFT-CDO-BUSYSTATUS spells it.
const BUSY: [&str; 5] = ["FREE", "TENTATIVE", "BUSY", "OOF", "WORKINGELSEWHERE"];

/// CLASS by the MAPI number of the sensitivity.
const CLASS: [&str; 4] = ["PUBLIC", "PERSONAL", "PRIVATE", "CONFIDENTIAL"];

/// PARTSTAT and the EWS ResponseType.
const PARTICIPATION: [(&str, &str); 4] = [
    ("ACCEPTED", "Accept"),
    ("DECLINED", "Decline"),
    ("TENTATIVE", "Tentative"),
    ("NEEDS-ACTION", "Unknown"),
];
