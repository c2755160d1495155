use super::{Expanded, File, Moment, Person, Recurrence};
use chrono::{DateTime, NaiveDate, Utc};
use std::sync::Arc;

/// What a property holds, in the canonical form both sides are compared in.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Value {
    Text(String),
    Bool(bool),
    Number(i64),
    Day(NaiveDate),
    Instant(DateTime<Utc>),
    Moment(Moment),
    /// A set of words: sorted, without repetition.
    List(Vec<String>),
    Recurrence(Recurrence),
    /// In the place of a [`Value::Recurrence`], where Exchange has no such rule.
    Expanded(Arc<Expanded>),
    People(Vec<Person>),
    Bytes(Arc<[u8]>),
    /// A set of files and links: sorted, without repetition.
    Files(Vec<File>),
    /// In a changed occurrence: the series has this property, the occurrence does not.
    Cleared,
}

impl Value {
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// Files as a set; nothing for none.
    pub fn files(files: impl IntoIterator<Item = File>) -> Option<Self> {
        let mut files: Vec<File> = files.into_iter().collect();
        files.sort();
        files.dedup();
        (!files.is_empty()).then_some(Self::Files(files))
    }

    /// A list as a set: sorted, without repetition, without empty words.
    pub fn list(words: impl IntoIterator<Item = String>) -> Self {
        let mut words: Vec<String> = words.into_iter().filter(|word| !word.is_empty()).collect();
        words.sort();
        words.dedup();
        Self::List(words)
    }
}
