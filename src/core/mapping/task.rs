//! Tasks: VTODO and Task.

use super::common;
use super::places as exchange;
use super::row::{Row, Shape};
use super::slots as local;
use crate::ews::FieldPath::{Field, Id};
use crate::ews::{PropertySet, PropertyType};
use crate::model::Kind;

#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    Row::new("summary", Shape::Line, &local::Text("SUMMARY"), &exchange::Text("item:Subject")),
    Row::new("html", Shape::Html, &local::Html, &exchange::HtmlBody).group("body"),
    Row::new("description", Shape::Text, &local::Description, &exchange::TextBody).group("body"),
    Row::new("start", Shape::Day, &local::TaskDay("DTSTART"), &exchange::TaskDay { path: Field("task:StartDate"), name: "StartDate", local: Id(PropertySet::Task, 0x8104, PropertyType::SystemTime) }).group("time"),
    Row::new("due", Shape::Day, &local::TaskDay("DUE"), &exchange::TaskDay { path: Field("task:DueDate"), name: "DueDate", local: Id(PropertySet::Task, 0x8105, PropertyType::SystemTime) }).group("time"),
    Row::new("recurrence", Shape::TaskRecurrence, &local::TaskRule, &exchange::TaskRule).group("time"),
    Row::new("status", Shape::Word(&["in-progress", "completed", "waiting", "deferred"]), &local::Status, &exchange::Status).group("completion"),
    Row::new("percent", Shape::Number(1, 99), &local::Percent, &exchange::Percent).group("completion"),
    Row::new("completed", Shape::Day, &local::Completed, &exchange::Completed).group("completion"),
    Row::new("class", Shape::Word(&["private", "confidential"]), &common::LOCAL_CLASS, &common::CLASS),
    Row::new("priority", Shape::Word(&["high", "low"]), &local::Priority, &common::IMPORTANCE),
    Row::new("categories", Shape::List, &local::Words("CATEGORIES"), &exchange::Words("item:Categories")),
    Row::new("reminder", Shape::Instant, &local::DueAlarm, &exchange::DueReminder),
    common::unmapped(&local::Unmapped(Kind::Task)),
];
