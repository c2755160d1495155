//! Items as their elements on the wire: typed properties are views on the property bag.

mod attachment;
mod body;
mod contact;
pub mod dictionary;
mod event;
pub mod folder;
mod item;
mod list;
mod order;
mod plain;
mod task;

pub use attachment::{attachment_id, element as attachment_element};
pub use plain::{Form, form};

use std::borrow::Cow;
use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::bag::{Bag, Key, Value};
use crate::element::Element;
use crate::envelope::{Call, boolean};
use crate::extended;
use crate::failure::Failure;
use crate::global_id;
use crate::id::{self, Id};
use crate::item::{Attachment, Class, Item};
use crate::keys;
use crate::path::{Extended, Path};
use crate::store::Mailbox;
use crate::version::Level;

/// An item, or one occurrence of a series, as somebody looks at it.
pub struct Seen<'a> {
    pub mailbox: &'a Mailbox,
    pub item: &'a Item,
    /// The occurrence's index; `None` for the item itself.
    pub index: Option<u32>,
    pub bag: Cow<'a, Bag>,
}

impl<'a> Seen<'a> {
    pub fn item(mailbox: &'a Mailbox, item: &'a Item) -> Seen<'a> {
        Seen {
            mailbox,
            item,
            index: None,
            bag: Cow::Borrowed(&item.bag),
        }
    }

    /// The occurrence of that index with the failures that addressing it may give.
    pub fn occurrence(
        mailbox: &'a Mailbox,
        item: &'a Item,
        index: u32,
    ) -> Result<Seen<'a>, Failure> {
        if !item.is_series() {
            return Err(Failure::new(
                "ErrorCalendarCannotUseIdForOccurrenceId",
                "The id is not that of a recurring master item.",
            ));
        }
        let bag = item.occurrence(index).ok_or_else(|| {
            Failure::new(
                "ErrorCalendarOccurrenceIndexIsOutOfRecurrenceRange",
                "Occurrence index is out of recurrence range.",
            )
        })?;
        if item.deleted.contains(&index) {
            return Err(Failure::new(
                "ErrorCalendarOccurrenceIsDeletedFromRecurrence",
                "Occurrence with this index was previously deleted from the recurrence.",
            ));
        }
        Ok(Seen {
            mailbox,
            item,
            index: Some(index),
            bag: Cow::Owned(bag),
        })
    }

    pub fn id(&self) -> Id {
        match self.index {
            Some(index) => Id::Occurrence(self.item.number, index),
            None => Id::Item(self.item.number),
        }
    }

    /// `t:ItemId`
    pub fn item_id(&self) -> Element {
        item_id(self.mailbox, self.id(), self.item.version)
    }

    /// The attachments: an exception has its own.
    pub fn attachments(&self) -> &'a [Attachment] {
        match self.index {
            None => &self.item.attachments,
            Some(index) => self
                .item
                .exceptions
                .get(&index)
                .map_or(&[], |exception| &exception.attachments),
        }
    }

    /// The value of a MAPI property, also of those that are computed.
    pub fn value(&self, key: &Key) -> Option<Cow<'_, Value>> {
        let text = |text: String| Some(Cow::Owned(Value::Text(text)));
        match key {
            Key::Tag(0x0e08) => Some(Cow::Owned(Value::Int(
                i32::try_from(self.item.size()).unwrap_or(i32::MAX),
            ))),
            Key::Tag(0x1000) => body::text(&self.bag).and_then(text),
            Key::Tag(0x1013) => body::html(&self.bag).and_then(text),
            Key::Tag(0x0e1b) => Some(Cow::Owned(Value::Bool(!self.attachments().is_empty()))),
            key if *key == keys::GLOBAL_ID => {
                self.global_id().map(|blob| Cow::Owned(Value::Binary(blob)))
            }
            key if *key == keys::RECURRING && self.item.class == Class::Event => {
                Some(Cow::Owned(Value::Bool(self.item.is_series())))
            }
            key if *key == keys::HAS_PICTURE => Some(Cow::Owned(Value::Bool(
                self.attachments().iter().any(|a| a.contact_photo),
            ))),
            _ => self.bag.get(key).map(Cow::Borrowed),
        }
    }

    fn global_id(&self) -> Option<Vec<u8>> {
        let clean = self.bag.binary(&keys::CLEAN_GLOBAL_ID)?;
        Some(match self.index {
            Some(index) => global_id::with_date(clean, self.original_date(index)?),
            None => self.bag.binary(&keys::GLOBAL_ID).unwrap_or(clean).to_vec(),
        })
    }

    fn original_date(&self, index: u32) -> Option<NaiveDate> {
        let start = self.item.original_start(index)?;
        Some(self.item.zone().to_local(start).date())
    }
}

/// `t:ItemId` with the ChangeKey of that version.
pub fn item_id(mailbox: &Mailbox, id: Id, version: u64) -> Element {
    Element::t("ItemId")
        .with_attr("Id", id.encode(&mailbox.address))
        .with_attr("ChangeKey", id::change_key(version))
}

/// Which operation shows the item: listings cannot show everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occasion {
    Get,
    Find,
    Sync,
}

/// What a request wants to see of items (`m:ItemShape`).
#[derive(Clone, Debug)]
pub struct Shape {
    base: String,
    pub mime: bool,
    pub body: String,
    /// The level of the request: what is newer is not shown.
    pub level: Level,
    paths: Vec<Path>,
    extended: Vec<Extended>,
}

/// What listings never show.
const NOT_IN_LISTINGS: [&str; 13] = [
    "MimeContent",
    "Body",
    "TextBody",
    "UniqueBody",
    "NormalizedBody",
    "Attachments",
    "RequiredAttendees",
    "OptionalAttendees",
    "Resources",
    "ModifiedOccurrences",
    "DeletedOccurrences",
    "ResponseObjects",
    "Members",
];

impl Shape {
    pub fn parse(
        call: &Call,
        element: Option<&Element>,
        occasion: Occasion,
    ) -> Result<Shape, Failure> {
        let empty = Element::m("ItemShape");
        let element = element.unwrap_or(&empty);
        let mut shape = Shape {
            base: element.text_of("BaseShape").unwrap_or("IdOnly").to_owned(),
            mime: element
                .text_of("IncludeMimeContent")
                .and_then(boolean)
                .unwrap_or(false),
            body: element.text_of("BodyType").unwrap_or("Best").to_owned(),
            level: call.level,
            paths: Vec::new(),
            extended: Vec::new(),
        };
        for path in element
            .get("AdditionalProperties")
            .map_or(&[][..], |all| &all.children)
        {
            match Path::parse(path, call.level)? {
                Path::Extended(property) => shape.extended.push(property),
                other => shape.paths.push(other),
            }
        }
        shape.mime |= shape
            .paths
            .iter()
            .any(|path| path.element() == "MimeContent");
        if occasion == Occasion::Sync || occasion == Occasion::Find {
            shape.refuse_what_listings_lack(occasion)?;
        }
        Ok(shape)
    }

    /// Shows all properties, as embedded items are shown.
    pub fn show_all(&mut self) {
        self.base = "AllProperties".to_owned();
    }

    fn refuse_what_listings_lack(&self, occasion: Occasion) -> Result<(), Failure> {
        let unable = |name: &str| {
            Failure::new(
                "ErrorInvalidPropertyForOperation",
                format!("The property {name} cannot be returned by this operation."),
            )
        };
        if self.mime {
            return Err(unable("MimeContent"));
        }
        // FindItem leaves out silently what SyncFolderItems refuses.
        if occasion == Occasion::Sync {
            let asked = self.paths.iter().map(Path::element);
            if let Some(name) = asked
                .into_iter()
                .find(|name| NOT_IN_LISTINGS[..6].contains(name))
            {
                return Err(unable(name));
            }
        }
        Ok(())
    }

    /// The item's element with what the shape asks for, in schema order.
    pub fn show(&self, seen: &Seen, occasion: Occasion) -> Element {
        let class = seen.item.class;
        let wanted = self.wanted(class, occasion);
        let mut element = Element::t(class.element());
        for name in order::of(class) {
            if *name == "ExtendedProperty" {
                element.children.extend(self.extended_properties(seen));
            } else if wanted.contains(name) {
                element.children.extend(self.read(seen, name));
            }
        }
        element
    }

    fn wanted(&self, class: Class, occasion: Occasion) -> BTreeSet<&str> {
        let mut wanted: BTreeSet<&str> = BTreeSet::from(["ItemId"]);
        match self.base.as_str() {
            "Default" => wanted.extend(order::default_shape(class)),
            "AllProperties" => wanted.extend(
                order::of(class)
                    .iter()
                    .filter(|name| order::in_all_properties(name)),
            ),
            _ => {}
        }
        wanted.extend(self.paths.iter().map(Path::element));
        if self.mime {
            wanted.insert("MimeContent");
        }
        if occasion != Occasion::Get {
            wanted.retain(|name| !NOT_IN_LISTINGS.contains(name));
        }
        wanted
    }

    fn read(&self, seen: &Seen, name: &str) -> Option<Element> {
        let mut found = item::read(seen, name, self).or_else(|| match seen.item.class {
            Class::Event => event::read(seen, name),
            Class::Contact => contact::read(seen, name),
            Class::List => list::read(seen, name),
            Class::Task => task::read(seen, name),
            Class::Message => None,
        })?;
        // Who works elsewhere is free to those who do not know of it.
        if self.level < Level::of("Exchange2013") && found.text == "WorkingElsewhere" {
            found.text = "Free".to_owned();
        }
        let indexes: Vec<&str> = self.indexes(name).collect();
        let whole = self.base != "IdOnly"
            || self
                .paths
                .iter()
                .any(|path| matches!(path, Path::Field(_)) && path.element() == name);
        if !indexes.is_empty() && !whole {
            found
                .children
                .retain(|entry| indexes.iter().any(|index| entry.attr("Key") == Some(index)));
            if found.children.is_empty() {
                return None;
            }
        }
        Some(found)
    }

    /// The keys asked for of a dictionary.
    fn indexes<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.paths.iter().filter_map(move |path| match path {
            Path::Indexed(_, index) if path.element() == name => Some(index.as_str()),
            _ => None,
        })
    }

    fn extended_properties(&self, seen: &Seen) -> Vec<Element> {
        let show =
            |property: &Extended| extended::write(property, seen.value(&property.key)?.as_ref());
        self.extended.iter().filter_map(show).collect()
    }
}

/// One typed property of an item, as GetItem would show it.
pub fn property(seen: &Seen, path: &Path) -> Option<Element> {
    let shape = Shape {
        base: "IdOnly".to_owned(),
        mime: false,
        body: "Text".to_owned(),
        level: Level::of("Exchange2016"),
        paths: vec![path.clone()],
        extended: vec![],
    };
    let found = shape.read(seen, path.element())?;
    match path {
        // The one entry, or the one part of it, that the index names.
        Path::Indexed(uri, _) => {
            let entry = found.children.into_iter().next()?;
            match uri.strip_prefix("contacts:PhysicalAddress:") {
                Some(part) => entry.get(part).cloned(),
                None => Some(entry),
            }
        }
        _ => Some(found),
    }
}
