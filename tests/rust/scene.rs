//! A mailbox of the stand-in and a collection beside it, through whole cycles.
#![allow(dead_code, reason = "each test uses a part of it")]

use super::collection::Collection;
use chrono::NaiveDate;
use chrono_tz::Europe::Vienna;
use exchange_core::client::{Clients, Options};
use exchange_core::engine::{Mailbox as _, Report, cycle};
use exchange_core::mailbox::EwsMailbox;
use exchange_core::mapping::Context;
use exchange_core::model::Kind;
use exchange_standin::Standin;

/// A mailbox, and a Nextcloud collection beside it.
pub struct Scene {
    pub standin: Standin,
    pub folder: String,
    pub kind: Kind,
    pub here: Collection,
    pub year: i32,
}

impl Scene {
    pub async fn new(kind: Kind) -> Self {
        let builder = Standin::builder().mailbox("anna@example.org", "secret");
        let standin = builder.start().await.unwrap();
        let folders = mailbox(&standin, 2026).folders().await.unwrap();
        let own = folders.into_iter().find(|f| f.default && f.kind == kind);
        Self {
            standin,
            folder: own.unwrap().id,
            kind,
            here: Collection::default(),
            year: 2026,
        }
    }

    /// A scene with one event, after a cycle.
    pub async fn with(lines: &str) -> Self {
        let scene = Self::new(Kind::Event).await;
        scene.put(&event(lines));
        let report = scene.sync().await;
        assert_eq!(report.remote_created, 1, "{report:?}");
        scene
    }

    pub fn put(&self, text: &str) {
        self.here.0.lock().unwrap().put("a.ics", text);
    }

    /// The only file, without what tells of itself only.
    pub fn file(&self) -> String {
        text_of(&self.here)
    }

    pub fn edit(&self, from: &str, to: &str) {
        let old = self.file();
        assert!(old.contains(from), "{from} in {old}");
        let uri = {
            let state = self.here.0.lock().unwrap();
            state.objects.keys().next().unwrap().clone()
        };
        let mut state = self.here.0.lock().unwrap();
        state.put(&uri, &old.replacen(from, to, 1));
    }

    pub async fn sync(&self) -> Report {
        self.sync_of(&self.here).await
    }

    pub async fn sync_of(&self, collection: &Collection) -> Report {
        let report = self.cycle_of(collection).await;
        assert!(report.done && report.error.is_none(), "{report:?}");
        let state = collection.0.lock().unwrap();
        let reasons: Vec<_> = state
            .rows
            .values()
            .filter_map(|row| row.reason.as_ref())
            .collect();
        assert!(reasons.is_empty(), "{reasons:?}");
        report
    }

    /// A cycle that may fail.
    pub async fn cycle_of(&self, collection: &Collection) -> Report {
        let link = collection.link(self.kind, &self.folder, context(self.year));
        cycle(&link, &mailbox(&self.standin, self.year), collection).await
    }

    /// Two more cycles move nothing.
    pub async fn rests(&self) {
        for _ in 0..2 {
            let report = self.sync().await;
            let moved = [
                report.local_created,
                report.local_updated,
                report.local_deleted,
                report.remote_created,
                report.remote_updated,
                report.remote_deleted,
                report.conflicts,
            ];
            assert_eq!(moved, [0; 7], "{report:?}\n{}", self.file());
        }
        assert_eq!(self.standin.violations(), Vec::<String>::new());
    }

    /// What another Nextcloud account makes of the mailbox.
    pub async fn elsewhere(&self) -> String {
        let there = Collection::default();
        self.sync_of(&there).await;
        text_of(&there)
    }

    /// The starts of all occurrences from one day on, as a calendar program of Exchange shows them.
    pub async fn shown(&self, from: &str, until: &str) -> Vec<String> {
        let body = format!(
            r#"<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties><t:FieldURI FieldURI="calendar:Start"/></t:AdditionalProperties></m:ItemShape><m:CalendarView StartDate="{from}T00:00:00Z" EndDate="{until}T00:00:00Z"/><m:ParentFolderIds><t:DistinguishedFolderId Id="calendar"/></m:ParentFolderIds></m:FindItem>"#
        );
        let answer = self.ask(&body).await;
        let mut starts: Vec<String> = between(&answer, "<t:Start>", "</t:Start>")
            .into_iter()
            .map(|start| start.trim_end_matches(":00Z").to_owned())
            .collect();
        starts.sort();
        starts
    }

    /// The id of the only item, with its version.
    pub async fn id(&self) -> String {
        let folder = if self.kind == Kind::Task {
            "tasks"
        } else {
            "calendar"
        };
        let body = format!(
            r#"<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape><m:ParentFolderIds><t:DistinguishedFolderId Id="{folder}"/></m:ParentFolderIds></m:FindItem>"#
        );
        let answer = self.ask(&body).await;
        between(&answer, "<t:ItemId ", "/>").remove(0)
    }

    /// Somebody changes the item in Exchange: fields in order, each with the element that holds its value.
    pub async fn change(&self, fields: &[(&str, &str)]) {
        let target = format!("<t:ItemId {}/>", self.id().await);
        self.change_at(&target, fields).await;
    }

    pub async fn change_occurrence(&self, index: u32, fields: &[(&str, &str)]) {
        let target = self.occurrence(index).await;
        self.change_at(&target, fields).await;
    }

    pub async fn occurrence(&self, index: u32) -> String {
        let id = self.id().await.replacen("Id=", "RecurringMasterId=", 1);
        format!(r#"<t:OccurrenceItemId {id} InstanceIndex="{index}"/>"#)
    }

    pub async fn change_at(&self, target: &str, fields: &[(&str, &str)]) {
        let class = if self.kind == Kind::Task {
            "Task"
        } else {
            "CalendarItem"
        };
        let fields: String = fields
            .iter()
            .map(|(path, value)| match *value {
                "" => format!(r#"<t:DeleteItemField><t:FieldURI FieldURI="{path}"/></t:DeleteItemField>"#),
                value => format!(
                    r#"<t:SetItemField><t:FieldURI FieldURI="{path}"/><t:{class}>{value}</t:{class}></t:SetItemField>"#
                ),
            })
            .collect();
        self.ask(&format!(
            r#"<m:UpdateItem ConflictResolution="AlwaysOverwrite" SendMeetingInvitationsOrCancellations="SendToNone"><m:ItemChanges><t:ItemChange>{target}<t:Updates>{fields}</t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>"#
        ))
        .await;
    }

    pub async fn delete_occurrence(&self, index: u32) {
        let target = self.occurrence(index).await;
        self.ask(&format!(
            r#"<m:DeleteItem DeleteType="MoveToDeletedItems" SendMeetingCancellations="SendToNone"><m:ItemIds>{target}</m:ItemIds></m:DeleteItem>"#
        ))
        .await;
    }

    pub async fn ask(&self, body: &str) -> String {
        let envelope = format!(
            r#"<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types" xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages"><s:Header><t:RequestServerVersion Version="Exchange2016"/></s:Header><s:Body>{body}</s:Body></s:Envelope>"#
        );
        let request = reqwest::Client::new()
            .post(self.standin.url())
            .basic_auth("anna@example.org", Some("secret"))
            .header("Content-Type", "text/xml; charset=utf-8")
            .body(envelope);
        let answer = request.send().await.unwrap().text().await.unwrap();
        assert!(answer.contains("ResponseClass=\"Success\""), "{answer}");
        answer
    }
}

pub fn mailbox(standin: &Standin, year: i32) -> EwsMailbox {
    let options = Options::new(standin.url(), "anna@example.org", "secret");
    EwsMailbox::new(Clients::default().get(&options).unwrap(), context(year))
}

pub fn context(year: i32) -> Context {
    Context::new(Vienna, NaiveDate::from_ymd_opt(year, 1, 1).unwrap())
}

pub fn between(text: &str, from: &str, to: &str) -> Vec<String> {
    text.split(from)
        .skip(1)
        .map(|rest| rest.split(to).next().unwrap().to_owned())
        .collect()
}

pub fn text_of(collection: &Collection) -> String {
    let state = collection.0.lock().unwrap();
    assert_eq!(state.objects.len(), 1);
    state.objects.values().next().unwrap().0.clone()
}

pub const TIMES: &str =
    "DTSTART;TZID=Europe/Vienna:20260105T090000\r\nDTEND;TZID=Europe/Vienna:20260105T100000\r\n";

pub fn event(lines: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//EN\r\nBEGIN:VEVENT\r\nUID:e@example.org\r\nDTSTAMP:20260101T000000Z\r\n{TIMES}SUMMARY:S\r\n{lines}END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
}

/// The lines of a file whose names are among these.
pub fn lines<'t>(text: &'t str, names: &[&str]) -> Vec<&'t str> {
    let part = text.split("BEGIN:VEVENT").nth(1).unwrap();
    part.lines()
        .filter(|line| names.iter().any(|name| line.starts_with(name)))
        .collect()
}
