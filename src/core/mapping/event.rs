//! Events: VEVENT and CalendarItem.

use super::places as exchange;
use super::row::Direction::OnceCreated;
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
    Row::new("summary", Shape::Line, &local::Text("SUMMARY"), &exchange::Text("item:Subject")).shared().limit("one line"),
    Row::new("html", Shape::Html, &local::Html, &exchange::HtmlBody).group("body").shared(),
    Row::new("description", Shape::Text, &local::Description, &exchange::TextBody).group("body").shared(),
    Row::new("files", Shape::Files, &local::Files, &exchange::Files).shared(),
    Row::new("location", Shape::Line, &local::Text("LOCATION"), &exchange::Text("calendar:Location")).shared().limit("one line"),
    Row::new("start", Shape::Moment, &local::Start, &exchange::Start).group("time").shared(),
    Row::new("end", Shape::Moment, &local::End, &exchange::End).group("time").shared(),
    Row::new("recurrence", Shape::Recurrence, &local::Rule, &exchange::Rule).group("time").series_only().shared().limit("a rule that Exchange lacks is the series that has all its days, the others deleted"),
    Row::new("busy", Shape::Word(&["free", "tentative", "away", "elsewhere"]), &local::Busy, &exchange::Choice { path: "calendar:LegacyFreeBusyStatus", words: BUSY, neutral: "Busy" }),
    Row::new("class", Shape::Word(&["private", "confidential"]), &super::common::LOCAL_CLASS, &super::common::CLASS).limit("Personal is private"),
    Row::new("priority", Shape::Word(&["high", "low"]), &local::Priority, &super::common::IMPORTANCE).limit("three steps; the number stays here"),
    Row::new("categories", Shape::List, &local::Words("CATEGORIES"), &exchange::Words("item:Categories")).limit("names; their colours stay on each side"),
    Row::new("reminder", Shape::Number(0, 40_000), &local::StartAlarm, &exchange::StartReminder).limit("one, before the start; others stay here"),
    Row::new("cancelled", Shape::Bool, &local::Mark("STATUS", "CANCELLED"), &exchange::Cancelled),
    Row::new("organizer", Shape::Person, &local::Organizer, &exchange::Organizer).direction(OnceCreated).group("meeting").shared().limit("set when the item is created"),
    Row::new("attendees", Shape::People, &local::Attendees, &exchange::Attendees).group("meeting").shared(),
    Row::new("answers", Shape::Answers, &local::Answers, &exchange::Answers).group("meeting"),
    Row::new("rsvp", Shape::Bool, &local::Rsvp, &exchange::Rsvp).group("meeting").shared(),
    Row::new("response", Shape::Word(&["pending", "accepted", "tentative", "declined"]), &local::Response, &exchange::Response),
    super::common::unmapped(&local::Unmapped(Kind::Event)),
];
