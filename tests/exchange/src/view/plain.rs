//! Properties that are one value of the bag under another name: read and written by table.

use crate::bag::{Bag, Key, Value};
use crate::element::Element;
use crate::envelope::{boolean, utc};
use crate::failure::Failure;
use crate::item::Class;
use crate::keys;

/// How a plain property is kept.
#[derive(Clone, Debug)]
pub enum Form {
    Text(Key),
    Bool(Key),
    Int(Key),
    /// One of these names; the number is what the bag holds.
    Choice(Key, &'static [(&'static str, i32)]),
    /// `t:String` children.
    Texts(Key),
}

const SENSITIVITY: &[(&str, i32)] = &[
    ("Normal", 0),
    ("Personal", 1),
    ("Private", 2),
    ("Confidential", 3),
];
const IMPORTANCE: &[(&str, i32)] = &[("Low", 0), ("Normal", 1), ("High", 2)];
const BUSY: &[(&str, i32)] = &[
    ("Free", 0),
    ("Tentative", 1),
    ("Busy", 2),
    ("OOF", 3),
    ("WorkingElsewhere", 4),
    ("NoData", 2),
];
const POSTAL: &[(&str, i32)] = &[("None", 0), ("Home", 1), ("Business", 2), ("Other", 3)];
const STATUS: &[(&str, i32)] = &[
    ("NotStarted", 0),
    ("InProgress", 1),
    ("Completed", 2),
    ("WaitingOnOthers", 3),
    ("Deferred", 4),
];

/// How that property of that class is kept, `None` where it is not a plain one.
pub fn form(class: Class, name: &str) -> Option<Form> {
    use Form::{Bool, Choice, Text, Texts};
    let common = match name {
        "ItemClass" => Text(keys::ITEM_CLASS),
        "Subject" => Text(keys::SUBJECT),
        "Sensitivity" => Choice(keys::SENSITIVITY, SENSITIVITY),
        "Importance" => Choice(keys::IMPORTANCE, IMPORTANCE),
        "Categories" => Texts(keys::CATEGORIES),
        "ReminderIsSet" => Bool(keys::REMINDER_SET),
        "Culture" => Text(Key::internal("Culture")),
        _ => return of_class(class, name),
    };
    Some(common)
}

fn of_class(class: Class, name: &str) -> Option<Form> {
    use Form::{Bool, Choice, Int, Text, Texts};
    Some(match (class, name) {
        (Class::Event, "IsAllDayEvent") => Bool(keys::ALL_DAY),
        (Class::Event, "LegacyFreeBusyStatus") => Choice(keys::BUSY, BUSY),
        (Class::Event, "Location") => Text(keys::LOCATION),
        (Class::Event, "IsResponseRequested") => Bool(keys::RESPONSE_REQUESTED),
        (Class::Event, "ConferenceType") => Int(keys::CONFERENCE_TYPE),
        (Class::Event, "MeetingWorkspaceUrl") => Text(keys::WORKSPACE),
        (Class::Event, "NetShowUrl") => Text(keys::NET_SHOW),
        (Class::Event, "JoinOnlineMeetingUrl") => Text(keys::JOIN_URL),
        (Class::Event, "IntendedFreeBusyStatus") => Choice(keys::INTENDED, BUSY),
        (Class::Event, "DoNotForwardMeeting") => Bool(keys::DO_NOT_FORWARD),
        (Class::Contact, "FileAs") => Text(keys::FILE_AS),
        (Class::List, "DisplayName") => Text(keys::DISPLAY_NAME),
        (Class::Contact, "FileAsMapping") => Text(keys::FILE_AS_MAPPING),
        (Class::Contact, "DisplayName") => Text(keys::DISPLAY_NAME),
        (Class::Contact, "GivenName") => Text(keys::GIVEN_NAME),
        (Class::Contact, "Initials") => Text(keys::INITIALS),
        (Class::Contact, "MiddleName") => Text(keys::MIDDLE_NAME),
        (Class::Contact, "Nickname") => Text(keys::NICKNAME),
        (Class::Contact, "CompanyName") => Text(keys::COMPANY),
        (Class::Contact, "AssistantName") => Text(keys::ASSISTANT),
        (Class::Contact, "BusinessHomePage") => Text(keys::BUSINESS_PAGE),
        (Class::Contact, "Children") => Texts(keys::CHILDREN),
        (Class::Contact | Class::Task, "Companies") => Texts(keys::COMPANIES),
        (Class::Contact, "Department") => Text(keys::DEPARTMENT),
        (Class::Contact, "Generation") => Text(keys::GENERATION),
        (Class::Contact, "JobTitle") => Text(keys::JOB_TITLE),
        (Class::Contact, "Manager") => Text(keys::MANAGER),
        (Class::Contact | Class::Task, "Mileage") => Text(keys::MILEAGE),
        (Class::Contact, "OfficeLocation") => Text(keys::OFFICE),
        (Class::Contact, "PostalAddressIndex") => Choice(keys::POSTAL_INDEX, POSTAL),
        (Class::Contact, "Profession") => Text(keys::PROFESSION),
        (Class::Contact, "SpouseName") => Text(keys::SPOUSE),
        (Class::Contact, "Surname") => Text(keys::SURNAME),
        (Class::Task, "ActualWork") => Int(keys::TASK_ACTUAL),
        (Class::Task, "TotalWork") => Int(keys::TASK_TOTAL),
        (Class::Task, "BillingInformation") => Text(keys::BILLING),
        (Class::Task, "Contacts") => Texts(Key::internal("Contacts")),
        (Class::Task, "Owner") => Text(keys::TASK_OWNER),
        (Class::Task, "Status") => Choice(keys::TASK_STATUS, STATUS),
        _ => return None,
    })
}

impl Form {
    pub fn key(&self) -> &Key {
        match self {
            Form::Text(key)
            | Form::Bool(key)
            | Form::Int(key)
            | Form::Choice(key, _)
            | Form::Texts(key) => key,
        }
    }

    /// The element, `None` where the bag does not have the property.
    pub fn read(&self, bag: &Bag, name: &str) -> Option<Element> {
        Some(match self {
            Form::Text(key) => Element::leaf(name, bag.text(key)?),
            Form::Bool(key) => Element::leaf(name, bag.bool(key)?),
            Form::Int(key) => Element::leaf(name, bag.int(key)?),
            Form::Choice(key, choices) => {
                let number = bag.int(key)?;
                Element::leaf(name, choices.iter().find(|(_, value)| *value == number)?.0)
            }
            Form::Texts(key) => {
                let texts = bag.texts(key);
                if texts.is_empty() {
                    return None;
                }
                Element::t(name).with_all(texts.iter().map(|text| Element::leaf("String", text)))
            }
        })
    }

    /// Puts the element's value into the bag.
    pub fn write(&self, bag: &mut Bag, element: &Element) -> Result<(), Failure> {
        let refuse = || {
            let text = format!("{:?} is no value of {}.", element.text, element.name);
            Failure::new("ErrorInvalidPropertySet", text)
        };
        match self {
            Form::Text(key) => bag.put_text(key.clone(), Some(&element.text)),
            Form::Bool(key) => bag.set(
                key.clone(),
                Value::Bool(boolean(&element.text).ok_or_else(refuse)?),
            ),
            Form::Int(key) => {
                bag.set(
                    key.clone(),
                    Value::Int(element.text.trim().parse().map_err(|_| refuse())?),
                );
            }
            Form::Choice(key, choices) => {
                let choice = choices
                    .iter()
                    .find(|(name, _)| *name == element.text.trim())
                    .ok_or_else(refuse)?;
                bag.set(key.clone(), Value::Int(choice.1));
            }
            Form::Texts(key) => {
                let texts: Vec<String> = element
                    .children
                    .iter()
                    .map(|child| child.text.clone())
                    .collect();
                match texts.is_empty() {
                    true => drop(bag.remove(key)),
                    false => bag.set(key.clone(), Value::Texts(texts)),
                }
            }
        }
        Ok(())
    }
}

/// A time of the bag.
pub fn time(bag: &Bag, key: &Key, name: &str) -> Option<Element> {
    Some(Element::leaf(name, utc(bag.time(key)?)))
}
