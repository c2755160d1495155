//! Codecs of the local side: lines of iCalendar and vCard.

mod address;
mod alarm;
pub mod answer;
mod body;
mod busy;
mod created;
mod date;
mod day;
mod entry;
mod files;
mod floating;
mod gender;
mod group;
mod im;
mod image;
mod keyed;
mod page;
mod people;
mod plain;
mod priority;
mod related;
mod rule;
mod said;
mod status;
mod task;
mod task_rule;
mod tied;
mod time;
mod types;
mod unmapped;
mod uri;
mod vcard;

pub use address::{AddressPart, MAILING, MailingAddress};
pub use alarm::{DueAlarm, StartAlarm};
pub use answer::{Answers, Response, Rsvp};
pub use body::{Description, Html};
pub use busy::{Busy, INTENDED};
pub use created::Created;
pub use date::Date;
pub use day::{TaskDay, TimeOfDay, is_time_of_day};
pub use entry::{Email, Phone};
pub use files::Files;
pub use floating::Floating;
pub use gender::Gender;
pub use group::{Group, Members, is_address};
pub use im::Im;
pub use image::Photo;
pub use page::Page;
pub use people::{Attendees, Organizer, people};
pub use plain::{Choice, LongText, Mark, Text, Words};
pub use priority::{Priority, Rank};
pub use related::{ASSISTANT, CHILD, MANAGER, Related, Relatives, SPOUSE};
pub use rule::Rule;
pub use status::EventStatus;
pub use task::{Abandoned, Completed, Count, Percent, Status};
pub use task_rule::TaskRule;
pub use tied::owner as tied_to;
pub use time::{End, Start};
pub use unmapped::{UNMAPPED, Unmapped};
pub use uri::{Join, Uri};
pub use vcard::{AnyOf, FullName, Part, Rest};

/// Tells which lines of a card Exchange has no place for.
pub fn unplaced(card: &crate::dav::Component, scope: &mut super::scope::Scope) {
    entry::unplaced(card, scope);
    im::unplaced(card, scope);
    address::unplaced(card, scope);
    page::unplaced(card, scope);
}
