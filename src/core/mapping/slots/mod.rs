//! Codecs of the local side: lines of iCalendar and vCard.

mod address;
mod alarm;
pub mod answer;
mod body;
mod day;
mod entry;
mod image;
mod keyed;
mod people;
mod plain;
mod rule;
mod task;
mod task_rule;
mod time;
mod unmapped;
mod vcard;

pub use address::{AddressPart, unplaced as unplaced_addresses};
pub use alarm::{DueAlarm, StartAlarm};
pub use answer::{Answers, Response, Rsvp};
pub use body::{Description, Html};
pub use day::{TaskDay, TimeOfDay};
pub use entry::{Email, Phone, unplaced as unplaced_entries};
pub use image::Photo;
pub use people::{Attendees, Organizer, people};
pub use plain::{Busy, Choice, LongText, Mark, Priority, Text, Words};
pub use rule::Rule;
pub use task::{Abandoned, Completed, Count, Percent, Status};
pub use task_rule::TaskRule;
pub use time::{End, Start};
pub use unmapped::{UNMAPPED, Unmapped, canonical};
pub use vcard::{Date, FullName, Part};
