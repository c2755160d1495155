//! Writing to items: typed properties and extended ones end in the property bag, then the rules of the item's class
//! are applied to the whole.

mod contact;
mod event;
mod extended;
mod task;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::bag::{Bag, Key, Value};
use crate::element::Element;
use crate::envelope::Call;
use crate::failure::Failure;
use crate::item::{Attachment, Class, Content, Item};
use crate::keys;
use crate::path::Path;
use crate::recurrence::Recurrence;
use crate::store::{self, Mailbox};
use crate::version::Level;
use crate::view;
use crate::zone::Zone;

/// An item, or an occurrence, while a request changes it.
pub struct Draft<'a> {
    call: &'a Call,
    pub class: Class,
    /// The properties as they will be; of an occurrence all of them, not only its own.
    pub bag: Bag,
    pub recurrence: Option<Recurrence>,
    /// Attachments that came along.
    pub parts: Vec<Attachment>,
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
const READ_ONLY: [&str; 44] = [
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
const NOT_DELETABLE: [&str; 22] = [
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
            parts: Vec::new(),
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
        self.written.push(name.to_owned());
        match name {
            "ExtendedProperty" => self.set_extended(element),
            "Body" => {
                self.set_body(element.attr("BodyType").unwrap_or("Text"), &element.text);
                Ok(())
            }
            "Attachments" => self.set_attachments(element),
            "MimeContent" => self.set_mime(element),
            "ReminderDueBy" => {
                self.reminder_due = Some(element.text.clone());
                Ok(())
            }
            "ReminderMinutesBeforeStart" => self.set_reminder_minutes(element),
            _ => match view::form(self.class, name) {
                Some(form) => form.write(&mut self.bag, element),
                None => match self.class {
                    Class::Event => self.set_of_event(element),
                    Class::Contact => self.set_of_contact(element),
                    Class::Task => self.set_of_task(element),
                    Class::Message => Ok(()),
                },
            },
        }
    }

    /// `SetItemField`: the path and the property have to agree.
    pub fn set_field(&mut self, path: &Path, element: &Element) -> Result<(), Failure> {
        let mismatch = || {
            let text = "The property path and the value of an update do not agree.";
            Failure::new("ErrorUpdatePropertyMismatch", text)
        };
        let [property] = element.children.as_slice() else {
            return Err(Failure::new(
                "ErrorIncorrectUpdatePropertyCount",
                "An update sets exactly one property.",
            ));
        };
        if property.name != path.element() {
            return Err(mismatch());
        }
        match path {
            Path::Field(_) if is_dictionary(&property.name) => Err(read_only(&property.name)),
            Path::Field(_) => self.set(property),
            Path::Indexed(uri, index) => {
                let [entry] = property.children.as_slice() else {
                    return Err(mismatch());
                };
                if entry.attr("Key") != Some(index) || !self.indexed_part_agrees(uri, entry) {
                    return Err(mismatch());
                }
                self.set(property)
            }
            Path::Extended(wanted) => {
                let found = property
                    .get("ExtendedFieldURI")
                    .map(crate::path::Extended::parse)
                    .transpose()?;
                if found.map(|found| found.key) != Some(wanted.key.clone()) {
                    return Err(mismatch());
                }
                self.set(property)
            }
        }
    }

    /// `AppendToItemField`: the body and lists.
    pub fn append_field(&mut self, path: &Path, element: &Element) -> Result<(), Failure> {
        let refuse = || {
            Failure::new(
                "ErrorInvalidPropertyAppend",
                "The property does not support appending.",
            )
        };
        let property = element
            .children
            .first()
            .filter(|property| property.name == path.element())
            .ok_or_else(refuse)?;
        match (path.element(), view::form(self.class, path.element())) {
            ("Body", _) => {
                let kind = property.attr("BodyType").unwrap_or("Text");
                let before = if kind == "HTML" {
                    self.bag.text(&keys::BODY_HTML)
                } else {
                    self.bag.text(&keys::BODY_TEXT)
                };
                let all = format!("{}{}", before.unwrap_or_default(), property.text);
                self.set_body(kind, &all);
                Ok(())
            }
            (_, Some(view::Form::Texts(key))) => {
                let mut all = self.bag.texts(&key).to_vec();
                all.extend(property.children.iter().map(|text| text.text.clone()));
                self.bag.set(key, Value::Texts(all));
                Ok(())
            }
            ("RequiredAttendees" | "OptionalAttendees" | "Resources", _) => {
                self.append_people(property)
            }
            _ => Err(refuse()),
        }
    }

    /// `DeleteItemField`
    pub fn delete_field(&mut self, path: &Path) -> Result<(), Failure> {
        let name = path.element();
        match path {
            Path::Extended(property) => {
                self.bag.remove(&property.key);
                if property.key == keys::BODY_TEXT {
                    self.bag.remove(&keys::BODY_HTML);
                }
                return Ok(());
            }
            Path::Indexed(uri, index) => return self.delete_indexed(uri, index),
            Path::Field(_) => {}
        }
        if NOT_DELETABLE.contains(&name) || READ_ONLY.contains(&name) {
            let text = format!("Delete action is invalid for the property {name}.");
            return Err(Failure::new("ErrorInvalidPropertyDelete", text));
        }
        self.written.push(name.to_owned());
        if name == "Body" {
            self.bag.remove(&keys::BODY_TEXT);
            self.bag.remove(&keys::BODY_HTML);
        } else if let Some(form) = view::form(self.class, name) {
            self.bag.remove(form.key());
        } else {
            match self.class {
                Class::Event => self.delete_of_event(name),
                Class::Contact => self.delete_of_contact(name),
                Class::Task => self.delete_of_task(name),
                Class::Message => {}
            }
        }
        Ok(())
    }

    /// Applies the rules of the class once everything is written.
    pub fn finish(&mut self, mailbox: &Mailbox) -> Result<(), Failure> {
        match self.class {
            Class::Event => self.finish_event()?,
            Class::Contact => self.finish_contact(),
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
        item.bag = self.bag;
        item.recurrence = self.recurrence;
        item.attachments.extend(self.parts);
        item
    }

    /// Writes the changes to the stored item of that number, which is returned. A series whose times, zone or rule
    /// are no longer the same loses its exceptions and deleted occurrences.
    pub fn store(self, mailbox: &mut Mailbox, number: u64) -> u64 {
        let Draft {
            bag, recurrence, ..
        } = self;
        mailbox.change(number, |item| {
            let same = |key: &Key| item.bag.get(key) == bag.get(key);
            let kept = [keys::START, keys::END, keys::START_ZONE, keys::ALL_DAY]
                .iter()
                .all(same);
            if !kept || item.recurrence != recurrence {
                item.exceptions.clear();
                item.deleted.clear();
            }
            item.bag = bag;
            item.recurrence = recurrence;
        });
        number
    }

    /// What the changed occurrence has that its series does not. Its times are always its own.
    pub fn difference_from_series(&self, series: &Item, index: u32) -> Bag {
        let mut changes = Bag::default();
        let mut regular = series.clone();
        regular.exceptions.remove(&index);
        let regular = regular.occurrence(index).unwrap_or_default();
        let times = [keys::START, keys::END];
        for (key, value) in self.bag.iter() {
            if times.contains(key) || regular.get(key) != Some(value) {
                changes.set(key.clone(), value.clone());
            }
        }
        for (key, value) in regular
            .iter()
            .filter(|(key, _)| self.bag.get(key).is_none())
        {
            changes.set(key.clone(), value.emptied());
        }
        changes
    }

    /// Keeps one body; text has line ends as on Windows.
    fn set_body(&mut self, kind: &str, text: &str) {
        let crlf = text.replace("\r\n", "\n").replace('\n', "\r\n");
        let (kept, dropped) = match kind {
            "HTML" => (keys::BODY_HTML, keys::BODY_TEXT),
            _ => (keys::BODY_TEXT, keys::BODY_HTML),
        };
        self.bag.put_text(kept, Some(&crlf));
        self.bag.remove(&dropped);
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

    fn set_attachments(&mut self, element: &Element) -> Result<(), Failure> {
        if !self.is_new || self.call.level < Level::of("Exchange2013") {
            return Err(read_only("Attachments"));
        }
        for part in &element.children {
            self.parts.push(attachment(self.call, part)?);
        }
        Ok(())
    }

    fn set_mime(&mut self, element: &Element) -> Result<(), Failure> {
        let invalid = |why: &str| {
            Failure::new(
                "ErrorMimeContentInvalid",
                format!("The MIME content is invalid: {why}"),
            )
        };
        if self.class != Class::Event {
            return Err(Failure::new(
                "ErrorMimeContentConversionFailed",
                "Only calendar items are made from iCalendar.",
            ));
        }
        let bytes = STANDARD.decode(element.text.split_whitespace().collect::<String>());
        let text = String::from_utf8(bytes.map_err(|_| invalid("no base64."))?)
            .map_err(|_| invalid("no UTF-8."))?;
        let zone = self.call.zone.unwrap_or(Zone::UTC);
        let item = crate::mime::read(&text, zone).map_err(|why| invalid(&why))?;
        self.bag = self.bag.overlaid(&item.bag);
        self.recurrence = item.recurrence.clone();
        self.series = Some(item);
        Ok(())
    }
}

/// An attachment from its element in a request.
pub fn attachment(call: &Call, element: &Element) -> Result<Attachment, Failure> {
    let text = |name: &str| {
        element
            .text_of(name)
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
    };
    let flag = |name: &str| {
        element
            .text_of(name)
            .and_then(crate::envelope::boolean)
            .unwrap_or(false)
    };
    let content = match element.name.as_str() {
        "FileAttachment" => {
            let encoded: String = element
                .text_of("Content")
                .unwrap_or_default()
                .split_whitespace()
                .collect();
            let bytes = STANDARD.decode(encoded);
            Content::File(
                bytes.map_err(|_| Failure::new("ErrorItemSave", "The content is no base64."))?,
            )
        }
        "ItemAttachment" => Content::Item(Box::new(embedded(call, element)?)),
        _ => {
            return Err(Failure::new(
                "ErrorItemSave",
                "Reference attachments are not supported here.",
            ));
        }
    };
    let name = text("Name").unwrap_or_default();
    let photo = flag("IsContactPhoto") || name.eq_ignore_ascii_case("ContactPicture.jpg");
    Ok(Attachment {
        number: 0,
        content_type: text("ContentType").unwrap_or_default(),
        content_id: text("ContentId"),
        content_location: text("ContentLocation"),
        inline: flag("IsInline"),
        contact_photo: photo,
        modified: store::now(),
        name,
        content,
    })
}

fn embedded(call: &Call, element: &Element) -> Result<Item, Failure> {
    let found = element
        .children
        .iter()
        .find_map(|child| Some((child, Class::of_element(&child.name)?)));
    let (child, class) = found.ok_or_else(|| {
        Failure::new(
            "ErrorInvalidItemForOperationCreateItemAttachment",
            "This kind of item cannot be attached.",
        )
    })?;
    let mut draft = Draft::create(call, class);
    for property in &child.children {
        draft.set(property)?;
    }
    Ok(draft.into_item())
}

fn is_dictionary(name: &str) -> bool {
    matches!(
        name,
        "EmailAddresses" | "PhoneNumbers" | "PhysicalAddresses" | "ImAddresses"
    )
}

fn read_only(name: &str) -> Failure {
    Failure::new(
        "ErrorInvalidPropertySet",
        format!("Set action is invalid for the property {name}."),
    )
}
