//! The vocabulary that every layer shares: kinds, values, records. No dependencies on other layers.

mod expanded;
mod file;
mod kind;
mod moment;
mod occurrence;
mod person;
mod record;
mod recurrence;
mod value;

pub use expanded::{Expanded, Part, Shown};
pub use file::{Content, File};
pub use kind::Kind;
pub use moment::{Moment, Zone};
pub use occurrence::Occurrence;
pub use person::{Person, Role};
pub use record::{Key, Record};
pub use recurrence::{Days, Frequency, MonthDay, Nth, Pattern, Range, Recurrence};
pub use value::Value;

/// A property's name in the mapping tables, for example `summary`.
pub type Property = &'static str;

/// Something one side holds and the other cannot represent: kept where it is, told, never dropped in silence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    pub property: String,
    /// A plain sentence for the person.
    pub reason: String,
}
