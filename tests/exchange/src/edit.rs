//! Writing to items: typed properties and extended ones end in the property bag, then the rules of the item's class
//! are applied to the whole.

mod attachment;
mod contact;
mod event;
mod extended;
mod field;
mod list;
mod task;

pub use attachment::attachment;

use crate::bag::{Bag, Key, Value};
use crate::element::Element;
use crate::envelope::{Call, boolean};
use crate::failure::Failure;
use crate::item::{Attachment, Class, Item};
use crate::keys;
use crate::page;
use crate::recurrence::Recurrence;
use crate::store::Mailbox;
use crate::version::{self, Level};
use crate::view;

/// An item, or an occurrence, while a request changes it.
pub struct Draft<'a> {
    call: &'a Call,
    pub class: Class,
    /// The properties as they will be; of an occurrence all of them, not only its own.
    pub bag: Bag,
    pub recurrence: Option<Recurrence>,
    /// Whether the rule was taken off on the way: one set after that is another one, even where it says the same.
    anew: bool,
    /// Attachments that came along.
    pub parts: Vec<Attachment>,
    associated: bool,
    is_new: bool,
    index: Option<u32>,
    /// The names of the typed properties that were written, in their order.
    written: Vec<String>,
    /// Times that can be read only when the zone is known.
    start: Option<String>,
    end: Option<String>,
    reminder_due: Option<String>,
    /// What an iCalendar text brought along.
    series: Option<Item>,
}

/// What no client may write.
const READ_ONLY: [&str; 47] = [
    "ItemId",
    "ParentFolderId",
    "Size",
    "DateTimeReceived",
    "DateTimeSent",
    "DateTimeCreated",
    "HasAttachments",
    "LastModifiedName",
    "LastModifiedTime",
    "EffectiveRights",
    "TextBody",
    "DisplayTo",
    "DisplayCc",
    "RecurrenceId",
    "DateTimeStamp",
    "OriginalStart",
    "When",
    "IsMeeting",
    "IsCancelled",
    "IsRecurring",
    "MeetingRequestWasSent",
    "CalendarItemType",
    "MyResponseType",
    "Organizer",
    "Duration",
    "TimeZone",
    "AppointmentReplyTime",
    "ResponseObjects",
    "IntendedFreeBusyStatus",
    "JoinOnlineMeetingUrl",
    "AppointmentSequenceNumber",
    "AppointmentState",
    "FirstOccurrence",
    "LastOccurrence",
    "ModifiedOccurrences",
    "DeletedOccurrences",
    "StartWallClock",
    "EndWallClock",
    "IsOrganizer",
    "CompleteName",
    "HasPicture",
    "Notes",
    "Photo",
    "IsComplete",
    "ChangeCount",
    "IsTeamTask",
    "StatusDescription",
];

/// What can be set but not deleted.
const NOT_DELETABLE: [&str; 24] = [
    "IsAssociated",
    "Start",
    "End",
    "StartTimeZone",
    "EndTimeZone",
    "IsAllDayEvent",
    "LegacyFreeBusyStatus",
    "UID",
    "Sensitivity",
    "Importance",
    "ReminderIsSet",
    "ReminderMinutesBeforeStart",
    "IsResponseRequested",
    "AllowNewTimeProposal",
    "ItemClass",
    "Status",
    "PercentComplete",
    "EmailAddresses",
    "PhoneNumbers",
    "PhysicalAddresses",
    "ImAddresses",
    "PostalAddressIndex",
    "Attachments",
    "MimeContent",
];

impl<'a> Draft<'a> {
    pub fn create(call: &'a Call, class: Class) -> Draft<'a> {
        Draft::of(call, class, Item::new(class).bag)
    }

    /// Changes to an item, or to one occurrence with its properties as they are.
    pub fn change(call: &'a Call, item: &Item, index: Option<u32>, bag: Bag) -> Draft<'a> {
        let mut draft = Draft::of(call, item.class, bag);
        draft.is_new = false;
        draft.index = index;
        draft.recurrence = if index.is_none() {
            item.recurrence.clone()
        } else {
            None
        };
        draft
    }

    fn of(call: &'a Call, class: Class, bag: Bag) -> Draft<'a> {
        Draft {
            call,
            class,
            bag,
            recurrence: None,
            anew: false,
            parts: Vec::new(),
            associated: false,
            is_new: true,
            index: None,
            written: Vec::new(),
            start: None,
            end: None,
            reminder_due: None,
            series: None,
        }
    }

    fn wrote(&self, name: &str) -> bool {
        self.written.iter().any(|written| written == name)
    }

    /// Writes one property; `element` is its element.
    pub fn set(&mut self, element: &Element) -> Result<(), Failure> {
        let name = element.name.as_str();
        if READ_ONLY.contains(&name) || name.starts_with("Phonetic") {
            return Err(read_only(name));
        }
        if matches!(name, "Owner" | "IsAssociated") && !self.is_new {
            return Err(read_only(name));
        }
        if self.call.level < version::introduced_element(name) {
            let text = format!("The property {name} is not known at the requested server version.");
            return Err(Failure::new("ErrorIncorrectSchemaVersion", text));
        }
        let elsewhere = name == "LegacyFreeBusyStatus" && element.text == "WorkingElsewhere";
        if elsewhere && self.call.level < Level::of("Exchange2013") {
            let text = "WorkingElsewhere is not known at the requested server version.";
            return Err(Failure::new("ErrorSchemaValidation", text));
        }
        self.written.push(name.to_owned());
        match name {
            "ExtendedProperty" => self.set_extended(element),
            "Body" => {
                self.set_body(element.attr("BodyType").unwrap_or("Text"), &element.text);
                Ok(())
            }
            "Attachments" => self.set_attachments(element),
            "MimeContent" => self.set_mime(element),
            "IsAssociated" => {
                self.associated = boolean(&element.text).unwrap_or(false);
                Ok(())
            }
            "ReminderDueBy" => {
                self.reminder_due = Some(element.text.clone());
                Ok(())
            }
            "ReminderMinutesBeforeStart" => self.set_reminder_minutes(element),
            "Location" => self.set_of_event(element),
            _ => match view::form(self.class, name) {
                Some(form) => form.write(&mut self.bag, element),
                None => match self.class {
                    Class::Event => self.set_of_event(element),
                    Class::Contact => self.set_of_contact(element),
                    Class::List => self.set_of_list(element),
                    Class::Task => self.set_of_task(element),
                    Class::Message => Ok(()),
                },
            },
        }
    }

    /// Applies the rules of the class once everything is written.
    pub fn finish(&mut self, mailbox: &Mailbox) -> Result<(), Failure> {
        self.parts
            .iter()
            .try_for_each(|part| mailbox.check_size(part))?;
        match self.class {
            Class::Event => self.finish_event()?,
            Class::Contact => self.finish_contact(),
            Class::List => self.finish_list(mailbox)?,
            Class::Task => self.finish_task(mailbox)?,
            Class::Message => {}
        }
        if self.wrote("Sensitivity") {
            let private = self.bag.int(&keys::SENSITIVITY).unwrap_or(0) >= 2;
            self.bag.set(keys::PRIVATE, Value::Bool(private));
        }
        Ok(())
    }

    /// The new item.
    pub fn into_item(self) -> Item {
        let mut item = self.series.unwrap_or_else(|| Item::new(self.class));
        item.class = self.class;
        item.associated = self.associated;
        item.bag = self.bag;
        item.recurrence = self.recurrence;
        item.attachments.extend(self.parts);
        item
    }

    /// Writes the changes to the stored item of that number, which is returned. A series whose times, zone or rule
    /// are no longer the same loses its exceptions and deleted occurrences.
    pub fn store(self, mailbox: &mut Mailbox, number: u64) -> u64 {
        let Draft {
            bag,
            recurrence,
            anew,
            ..
        } = self;
        mailbox.change(number, |item| {
            let same = |key: &Key| item.bag.get(key) == bag.get(key);
            let kept = [keys::START, keys::END, keys::START_ZONE, keys::ALL_DAY]
                .iter()
                .all(same);
            if !kept || anew || item.recurrence != recurrence {
                item.exceptions.clear();
                item.deleted.clear();
            }
            item.bag = bag;
            item.recurrence = recurrence;
        });
        number
    }

    /// Keeps one body: a page rewritten, text with line ends as on Windows.
    fn set_body(&mut self, kind: &str, text: &str) {
        let html = kind == "HTML" && !text.trim().is_empty();
        let (kept, dropped, content) = match html {
            true => (keys::BODY_HTML, keys::BODY_TEXT, page::rewritten(text)),
            false => (keys::BODY_TEXT, keys::BODY_HTML, with_crlf(text)),
        };
        self.bag.put_text(kept, Some(&content));
        self.bag.remove(&dropped);
    }

    /// Adds to the body, in whichever form that is stored.
    fn append_body(&mut self, kind: &str, more: &str) {
        match (
            self.bag
                .text(&keys::BODY_HTML)
                .filter(|html| !html.is_empty()),
            self.bag.text(&keys::BODY_TEXT),
            kind,
        ) {
            (Some(html), _, "HTML") => self.set_body("HTML", &page::appended(html, more)),
            (Some(html), _, _) => {
                let more = page::from_text(more);
                let shown = more
                    .split("<body>")
                    .nth(1)
                    .and_then(|rest| rest.split("</body>").next());
                self.set_body("HTML", &page::appended(html, shown.unwrap_or_default()));
            }
            (None, Some(text), "HTML") => {
                self.set_body("HTML", &page::appended(&page::from_text(text), more));
            }
            (None, text, _) => self.set_body(kind, &format!("{}{more}", text.unwrap_or_default())),
        }
    }

    fn set_reminder_minutes(&mut self, element: &Element) -> Result<(), Failure> {
        let minutes: Option<i32> = element.text.trim().parse().ok();
        let minutes = minutes
            .filter(|minutes| (0..=2_629_800).contains(minutes))
            .ok_or_else(|| {
                Failure::new(
                    "ErrorInvalidPropertySet",
                    "ReminderMinutesBeforeStart is out of range.",
                )
            })?;
        self.bag.set(keys::REMINDER_MINUTES, Value::Int(minutes));
        Ok(())
    }
}

fn with_crlf(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\n', "\r\n")
}

fn read_only(name: &str) -> Failure {
    Failure::new(
        "ErrorInvalidPropertySet",
        format!("Set action is invalid for the property {name}."),
    )
}
