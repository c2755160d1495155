//! Events: VEVENT and CalendarItem.

use super::places as exchange;
use super::row::Direction::{FromExchange, OnceCreated};
use super::row::{Row, Shape};
use super::slots as local;
use crate::ews::{FieldPath, PropertySet, PropertyType};
use crate::model::Kind;

/// A word that Exchange has no property for.
const WORD: exchange::Property = exchange::Property(ours("integration_exchange.status"));
const URL: exchange::Property = exchange::Property(ours("integration_exchange.url"));

const fn ours(name: &'static str) -> FieldPath {
    FieldPath::Named(PropertySet::PublicStrings, name, PropertyType::String)
}

/// That a time belongs to no zone; Exchange holds it in the person's own.
const FLOATING: exchange::Flag = exchange::Flag(FieldPath::Named(
    PropertySet::PublicStrings,
    "integration_exchange.floating",
    PropertyType::Boolean,
));

/// MS-OXCMAIL's DoNotForward, and PidLidAppointmentNotAllowPropose of MS-OXOCAL.
const DO_NOT_FORWARD: exchange::Flag = exchange::Flag(FieldPath::Named(
    PropertySet::PublicStrings,
    "DoNotForward",
    PropertyType::Boolean,
));
const NO_COUNTER: exchange::Flag = exchange::Flag(FieldPath::Id(
    PropertySet::Appointment,
    0x825A,
    PropertyType::Boolean,
));

#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    Row::new("summary", Shape::Line, &local::Text("SUMMARY"), &exchange::Text("item:Subject")).shared().limit("one line"),
    Row::new("html", Shape::Html, &local::Html, &exchange::HtmlBody).group("body").shared().limit("cleaned; fonts and sizes stay in Exchange"),
    Row::new("description", Shape::Text, &local::Description, &exchange::TextBody).group("body").shared(),
    Row::new("files", Shape::Files, &local::Files, &exchange::Files).shared().limit("10 MB each, 25 MB together; attached items stay in Exchange"),
    Row::new("location", Shape::Line, &local::Text("LOCATION"), &exchange::Location).shared().limit("one line; Exchange shows 255 characters, more are carried along"),
    Row::new("start", Shape::Moment, &local::Start, &exchange::Start).group("time").shared(),
    Row::new("end", Shape::Moment, &local::End, &exchange::End).group("time").shared(),
    Row::new("floating", Shape::Bool, &local::Floating, &FLOATING).series_only(),
    Row::new("recurrence", Shape::Recurrence, &local::Rule, &exchange::Rule).group("time").series_only().shared().limit("a rule that Exchange lacks is the series that has all its days, the others deleted; several times a day are a series each, 24 at most"),
    Row::new("busy", Shape::Word(&["free", "tentative", "away", "elsewhere"]), &local::Busy, &exchange::Busy).with(&["status"]),
    Row::new("intended", Shape::Word(&["free", "tentative", "busy", "away", "elsewhere"]), &local::INTENDED, &exchange::Intended),
    Row::new("status", Shape::Word(&["tentative", "confirmed"]), &local::EventStatus, &WORD),
    Row::new("class", Shape::Word(&["private", "confidential"]), &super::common::LOCAL_CLASS, &super::common::CLASS).limit("Personal is private"),
    Row::new("priority", Shape::Word(&["high", "low"]), &local::Priority, &super::common::IMPORTANCE).limit("three steps; the number is carried along"),
    super::common::rank(),
    Row::new("categories", Shape::List, &local::Words("CATEGORIES"), &exchange::Words("item:Categories")).limit("names; their colours stay on each side"),
    Row::new("reminder", Shape::Number(0, 40_000), &local::StartAlarm, &exchange::StartReminder).limit("one, before the start; others stay here"),
    Row::new("cancelled", Shape::Bool, &local::Mark("STATUS", "CANCELLED"), &exchange::Cancelled),
    Row::new("organizer", Shape::Person, &local::Organizer, &exchange::Organizer).direction(OnceCreated).group("meeting").shared().limit("set when the item is created"),
    Row::new("attendees", Shape::People, &local::Attendees, &exchange::Attendees).group("meeting").shared(),
    Row::new("answers", Shape::Answers, &local::Answers, &exchange::Answers).group("meeting"),
    Row::new("rsvp", Shape::Bool, &local::Rsvp, &exchange::Rsvp).group("meeting").shared(),
    Row::new("response", Shape::Word(&["pending", "accepted", "tentative", "declined"]), &local::Response, &exchange::Response),
    Row::new("do_not_forward", Shape::Bool, &local::Mark("X-MICROSOFT-DONOTFORWARDMEETING", "TRUE"), &DO_NOT_FORWARD).shared(),
    Row::new("no_counter", Shape::Bool, &local::Mark("X-MICROSOFT-DISALLOW-COUNTER", "TRUE"), &NO_COUNTER).shared(),
    Row::new("url", Shape::Line, &local::Uri("URL"), &URL),
    Row::new("join_url", Shape::Line, &local::Join, &exchange::Text("calendar:JoinOnlineMeetingUrl")).direction(FromExchange),
    Row::new("broadcast_url", Shape::Line, &local::Uri("X-EXCHANGE-NETSHOW-URL"), &exchange::Text("calendar:NetShowUrl")).shared(),
    Row::new("workspace_url", Shape::Line, &local::Uri("X-EXCHANGE-WORKSPACE-URL"), &exchange::Text("calendar:MeetingWorkspaceUrl")).shared(),
    Row::new("created", Shape::Instant, &local::Created, &exchange::Created).direction(OnceCreated).series_only().limit("set when the item is created"),
    super::common::unmapped(&exchange::Unmapped(local::Unmapped(Kind::Event))),
];
