//! Codecs of the Exchange side: EWS elements.

mod answer;
mod body;
mod contact;
mod element;
mod email;
mod file_as;
mod files;
mod people;
mod plain;
mod recurrence;
mod reminder;
mod rule;
mod task;
mod time;
mod unmapped;

pub use answer::{Answers, Cancelled, RESPONSE as RESPONSE_STATUS, Response, Rsvp, busy_after};
pub use body::{Body, HtmlBody, TextBody};
pub use contact::{Date, Numbered, OtherPage, Photo};
pub use element::{extended, leaf, set_extended};
pub use email::Email;
pub use file_as::{AS_SHOWN, FileAs, FileAsMapping, by_default};
pub use files::{Files, add_contents, contents, outline, size};
pub use people::{Attendees, Organizer};
pub use plain::{Address, Choice, Entry, Property, Text, Words};
pub use recurrence::TaskRule;
pub use reminder::{DueReminder, StartReminder};
pub use rule::Rule;
pub use task::{Abandoned, Assigned, Completed, Count, Percent, Status, TaskDay};
pub use time::{End, Start, clock, instant};
pub use unmapped::Unmapped;
