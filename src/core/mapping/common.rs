//! Codecs that several kinds share.

use super::row::{Row, Shape};
use super::{places, slots};
use crate::ews::{FieldPath, PropertySet, PropertyType};
use crate::model::Property;

/// CLASS; a word that is not known is private (RFC 5545 section 3.8.1.3).
pub static LOCAL_CLASS: slots::Choice = slots::Choice {
    name: "CLASS",
    words: &[("PRIVATE", "private"), ("CONFIDENTIAL", "confidential")],
    default: &["PUBLIC"],
    other: Some("private"),
};

pub static CLASS: places::Choice = places::Choice {
    path: "item:Sensitivity",
    words: &[
        ("Private", "private"),
        ("Personal", "private"),
        ("Confidential", "confidential"),
    ],
    neutral: "Normal",
};

pub static IMPORTANCE: places::Choice = places::Choice {
    path: "item:Importance",
    words: &[("High", "high"), ("Low", "low")],
    neutral: "Normal",
};

/// The number behind the step that Exchange knows; it counts while it is one of that step, see settle.
pub const RANK: Property = "rank";

/// Written with the step, so that a number of another step does not wait there for its own.
pub const fn rank() -> Row {
    Row::new(RANK, Shape::Number(2, 8), &slots::Rank, &NUMBER)
        .with(&["priority"])
        .limit("Exchange shows the step; a change there wins")
}

static NUMBER: places::Number = places::Number(FieldPath::Named(
    PropertySet::PublicStrings,
    "integration_exchange.priority",
    PropertyType::String,
));

/// The row that carries what no other row of the kind does. It stands last: it is written when the others are. A line that
/// was nobody's may be somebody's in another file.
pub const fn unmapped(place: &'static places::Unmapped) -> Row {
    Row::new(slots::UNMAPPED, Shape::Lines, &place.0, place).loose()
}
