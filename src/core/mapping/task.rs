//! Tasks: VTODO and Task.

use super::common;
use super::places as exchange;
use super::row::Direction::{FromExchange, OnceCreated};
use super::row::{Row, Shape};
use super::slots as local;
use crate::ews::FieldPath::{Field, Id, Named};
use crate::ews::{PropertySet, PropertyType};
use crate::model::Kind;

/// A day in its element, as the date alone, and as the instant at which it begins (MS-OXOTASK 2.2.2.2.4 and 2.2.2.2.5, MS-OXOCAL
/// 2.2.1.38).
const START: exchange::TaskDay = exchange::TaskDay {
    path: Field("task:StartDate"),
    name: "StartDate",
    date: Id(PropertySet::Task, 0x8104, PropertyType::SystemTime),
    midnight: Id(PropertySet::Common, 0x8516, PropertyType::SystemTime),
};

const DUE: exchange::TaskDay = exchange::TaskDay {
    path: Field("task:DueDate"),
    name: "DueDate",
    date: Id(PropertySet::Task, 0x8105, PropertyType::SystemTime),
    midnight: Id(PropertySet::Common, 0x8517, PropertyType::SystemTime),
};

/// What only we have a use for.
const fn ours(name: &'static str) -> exchange::Property {
    exchange::Property(Named(
        PropertySet::PublicStrings,
        name,
        PropertyType::String,
    ))
}

#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    Row::new("summary", Shape::Line, &local::Text("SUMMARY"), &exchange::Text("item:Subject")).limit("one line"),
    Row::new("html", Shape::Html, &local::Html, &exchange::HtmlBody).group("body").limit("cleaned; fonts and sizes stay in Exchange"),
    Row::new("description", Shape::Text, &local::Description, &exchange::TextBody).group("body"),
    Row::new("files", Shape::Files, &local::Files, &exchange::Files).limit("10 MB each, 25 MB together; attached items stay in Exchange"),
    Row::new("start", Shape::Day, &local::TaskDay("DTSTART"), &START).group("time"),
    Row::new("due", Shape::Day, &local::TaskDay("DUE"), &DUE).group("time"),
    Row::new("start_time", Shape::TimeOfDay, &local::TimeOfDay("DTSTART"), &ours("integration_exchange.start_time")).loose(),
    Row::new("due_time", Shape::TimeOfDay, &local::TimeOfDay("DUE"), &ours("integration_exchange.due_time")).loose(),
    Row::new("recurrence", Shape::TaskRecurrence, &local::TaskRule, &exchange::TaskRule).group("time"),
    Row::new("status", Shape::Word(&["in-progress", "completed", "waiting", "deferred"]), &local::Status, &exchange::Status).group("completion"),
    Row::new("percent", Shape::Number(1, 99), &local::Percent, &exchange::Percent).group("completion"),
    Row::new("completed", Shape::Day, &local::Completed, &exchange::Completed).group("completion"),
    Row::new("completed_time", Shape::TimeOfDay, &local::TimeOfDay("COMPLETED"), &ours("integration_exchange.completed_time")).loose(),
    Row::new("cancelled", Shape::Bool, &local::Abandoned, &exchange::Abandoned).loose(),
    Row::new("class", Shape::Word(&["private", "confidential"]), &common::LOCAL_CLASS, &common::CLASS).limit("Personal is private"),
    Row::new("priority", Shape::Word(&["high", "low"]), &local::Priority, &common::IMPORTANCE).limit("three steps; the number is carried along"),
    common::rank(),
    Row::new("categories", Shape::List, &local::Words("CATEGORIES"), &exchange::Words("item:Categories")),
    Row::new("reminder", Shape::Instant, &local::DueAlarm, &exchange::DueReminder).limit("one; others stay here"),
    Row::new("actual_work", Shape::Number(1, 100_000), &local::Count("X-EXCHANGE-ACTUAL-WORK"), &exchange::Count("task:ActualWork")),
    Row::new("total_work", Shape::Number(1, 100_000), &local::Count("X-EXCHANGE-TOTAL-WORK"), &exchange::Count("task:TotalWork")),
    Row::new("billing", Shape::Line, &local::Text("X-EXCHANGE-BILLING"), &exchange::Text("task:BillingInformation")),
    Row::new("mileage", Shape::Line, &local::Text("X-EXCHANGE-MILEAGE"), &exchange::Text("task:Mileage")),
    Row::new("companies", Shape::List, &local::Words("X-EXCHANGE-COMPANIES"), &exchange::Words("task:Companies")),
    Row::new("contacts", Shape::List, &local::Words("X-EXCHANGE-CONTACTS"), &exchange::Words("task:Contacts")),
    Row::new("owner", Shape::Line, &local::Text("X-EXCHANGE-OWNER"), &exchange::Assigned("task:Owner")).direction(FromExchange),
    Row::new("delegator", Shape::Line, &local::Text("X-EXCHANGE-DELEGATOR"), &exchange::Text("task:Delegator")).direction(FromExchange),
    Row::new("url", Shape::Line, &local::Uri("URL"), &ours("integration_exchange.url")),
    Row::new("created", Shape::Instant, &local::Created, &exchange::Created).direction(OnceCreated),
    common::unmapped(&exchange::Unmapped(local::Unmapped(Kind::Task))),
];
