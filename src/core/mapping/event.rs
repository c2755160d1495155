//! Events: VEVENT and CalendarItem.

use super::places as exchange;
use super::row::Direction::FromExchange;
use super::row::{Row, Shape};
use super::slots as local;
use crate::model::Kind;

/// Busy is the default on both sides, and no value.
const BUSY: &[(&str, &str)] = &[
    ("Free", "free"),
    ("Tentative", "tentative"),
    ("OOF", "away"),
    ("WorkingElsewhere", "elsewhere"),
];

#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    Row::new("summary", Shape::Line, &local::Text("SUMMARY"), &exchange::Text("item:Subject")),
    Row::new("html", Shape::Html, &local::Html, &exchange::HtmlBody).group("body"),
    Row::new("description", Shape::Text, &local::Description, &exchange::TextBody).group("body"),
    Row::new("location", Shape::Line, &local::Text("LOCATION"), &exchange::Text("calendar:Location")),
    Row::new("start", Shape::Moment, &local::Start, &exchange::Start).group("time"),
    Row::new("end", Shape::Moment, &local::End, &exchange::End).group("time"),
    Row::new("recurrence", Shape::Recurrence, &local::Rule, &exchange::Rule("calendar:Recurrence")).group("time").series_only(),
    Row::new("busy", Shape::Word(&["free", "tentative", "away", "elsewhere"]), &local::Busy, &exchange::Choice { path: "calendar:LegacyFreeBusyStatus", words: BUSY, neutral: "Busy" }),
    Row::new("class", Shape::Word(&["private", "confidential"]), &super::common::LOCAL_CLASS, &super::common::CLASS),
    Row::new("priority", Shape::Word(&["high", "low"]), &local::Priority, &super::common::IMPORTANCE),
    Row::new("categories", Shape::List, &local::Words("CATEGORIES"), &exchange::Words("item:Categories")),
    Row::new("reminder", Shape::Number(0, 40_000), &local::StartAlarm, &exchange::StartReminder),
    Row::new("cancelled", Shape::Bool, &local::Mark("STATUS", "CANCELLED"), &exchange::Flag("calendar:IsCancelled")).direction(FromExchange),
    Row::new("organizer", Shape::Person, &local::Organizer, &exchange::Organizer).direction(FromExchange).group("meeting"),
    Row::new("attendees", Shape::People, &local::Attendees, &exchange::Attendees).direction(FromExchange).group("meeting"),
    super::common::unmapped(&local::Unmapped(Kind::Event)),
];
