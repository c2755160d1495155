use super::remote::FieldChange;
use super::scope::Scope;
use crate::dav::Component;
use crate::error::Result;
use crate::ews::{Element, FieldPath as Path};
use crate::model::{Property, Record, Value};

/// Which way a property goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Both,
    /// Exchange maintains it: read there, never written.
    FromExchange,
    /// Written when an item is created in Exchange, and never again.
    OnCreate,
    /// Both ways, but Exchange takes it only together with a new item.
    OnceCreated,
}

/// A property: where it stands in local text, where in Exchange, and how it goes from one to the other.
#[allow(
    clippy::struct_excessive_bools,
    reason = "each says one thing of a row in a table"
)]
pub struct Row {
    pub property: Property,
    pub slot: &'static dyn Slot,
    pub place: &'static dyn Place,
    pub direction: Direction,
    /// Rows of one group are written together.
    pub group: Option<&'static str>,
    /// It is written as well when one of these is: it is made of them.
    pub with: &'static [Property],
    /// Whether it belongs to the series only and never to one occurrence.
    pub series_only: bool,
    /// Whether all who take part in a meeting have it in common, so that only its organizer changes it.
    pub shared: bool,
    /// Whether its value may find no place in a file that another row wrote: a time of day where there is no day.
    pub loose: bool,
    /// What Exchange cannot hold of it, for docs/properties.md.
    pub limit: &'static str,
    /// Whether groups of contacts have it too, of which Exchange keeps little.
    pub groups: bool,
    /// What [`Value`] it holds: documentation, and what the round-trip test makes values of.
    pub shape: Shape,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// One line of text.
    Line,
    /// Text of several lines.
    Text,
    /// Content lines and components, one below the other.
    Lines,
    /// The cleaned inside of a page's body.
    Html,
    /// One of these words.
    Word(&'static [&'static str]),
    Bool,
    Number(i64, i64),
    Day,
    /// `153000`, `153000Z` or `153000 W. Europe Standard Time`.
    TimeOfDay,
    Instant,
    Moment,
    List,
    Recurrence,
    /// As well as a regenerating one.
    TaskRecurrence,
    /// One person, who neither takes part nor answers.
    Person,
    People,
    /// `address answer` for each attendee who answered.
    Answers,
    Bytes,
    /// Files and links.
    Files,
}

impl Row {
    pub const fn new(
        property: Property,
        shape: Shape,
        slot: &'static dyn Slot,
        place: &'static dyn Place,
    ) -> Self {
        Self {
            property,
            slot,
            place,
            direction: Direction::Both,
            group: None,
            with: &[],
            groups: false,
            series_only: false,
            shared: false,
            loose: false,
            limit: "",
            shape,
        }
    }

    #[must_use]
    pub const fn direction(self, direction: Direction) -> Self {
        Self { direction, ..self }
    }

    #[must_use]
    pub const fn group(self, group: &'static str) -> Self {
        Self {
            group: Some(group),
            ..self
        }
    }

    #[must_use]
    pub const fn with(self, with: &'static [Property]) -> Self {
        Self { with, ..self }
    }

    #[must_use]
    pub const fn of_groups(self) -> Self {
        Self {
            groups: true,
            ..self
        }
    }

    #[must_use]
    pub const fn series_only(self) -> Self {
        Self {
            series_only: true,
            ..self
        }
    }

    #[must_use]
    pub const fn shared(self) -> Self {
        Self {
            shared: true,
            ..self
        }
    }

    #[must_use]
    pub const fn loose(self) -> Self {
        Self {
            loose: true,
            ..self
        }
    }

    #[must_use]
    pub const fn limit(self, limit: &'static str) -> Self {
        Self { limit, ..self }
    }

    /// Whether this row is to be written when the `other` of the same item changed.
    pub fn follows(&self, other: &Self) -> bool {
        self.property == other.property
            || (self.group.is_some() && self.group == other.group)
            || self.with.contains(&other.property)
    }
}

/// A place in local text. `None` is an absent property; a slot never holds two spellings of absence.
pub trait Slot: Sync {
    /// Every line and component it reads or writes, for example `DTSTART` or `N/0`. What no slot of a kind names is
    /// carried by [`Unmapped`](super::slots::Unmapped).
    fn names(&self) -> Vec<String>;
    /// The places among the component's entries of those it names but leaves alone: a second line where it reads the
    /// first only, a fourth e-mail address. They are carried like those that nobody names. Slots that share a line's name
    /// (`N/0`, `N/1`) answer for all of them.
    fn spare(&self, _: &Component, _: &mut Scope) -> Vec<usize> {
        Vec::new()
    }
    /// The place of the one line or alarm that it reads, where lines tied to it (labels of its group) go along.
    fn holds(&self, _: &Component, _: &mut Scope) -> Option<usize> {
        None
    }
    fn read(&self, component: &Component, scope: &mut Scope) -> Result<Option<Value>>;
    /// Changes as little as makes [`Slot::read`] return `value`.
    fn write(
        &self,
        component: &mut Component<'_>,
        value: Option<&Value>,
        scope: &mut Scope,
    ) -> Result<()>;
}

/// A place in an EWS item.
pub trait Place: Sync {
    /// What it owns and asks for.
    fn paths(&self) -> Vec<Path>;
    fn read(&self, item: &Element, scope: &mut Scope) -> Result<Option<Value>>;
    /// The changes that set the value. `item` is the whole item as it shall be, for places that need a neighbour.
    fn write(
        &self,
        value: Option<&Value>,
        item: &Record,
        scope: &mut Scope,
    ) -> Result<Vec<FieldChange>>;
}
