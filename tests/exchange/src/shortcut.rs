//! Shortcuts of navigation panes (MS-OXOCFG 2.2.9): associated items in the folder Common Views. The colour of a calendar
//! is nowhere but in the shortcuts to it.

use crate::bag::Value;
use crate::id;
use crate::item::{Class, Item};
use crate::keys;
use crate::store::{COMMON_VIEWS, Mailbox};

/// Their message class.
pub const CLASS: &str = "IPM.Microsoft.WunderBar.Link";

/// The part of the pane (PidTagWlinkSection).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    MailFavourites = 1,
    Calendar = 3,
}

/// A shortcut, or the header of a group of them, to the folder of that entry id.
pub fn shortcut(section: Section, name: &str, entry_id: Option<Vec<u8>>) -> Item {
    const NORMAL_FOLDER: i32 = 0;
    const HEADER: i32 = 4;
    let mut item = Item::new(Class::Message);
    item.associated = true;
    let bag = &mut item.bag;
    bag.set(keys::ITEM_CLASS, Value::Text(CLASS.to_owned()));
    bag.set(keys::SUBJECT, Value::Text(name.to_owned()));
    bag.set(keys::WLINK_SECTION, Value::Int(section as i32));
    bag.set(keys::WLINK_FLAGS, Value::Int(0));
    bag.set(keys::WLINK_ORDINAL, Value::Binary(vec![0x80]));
    let kind = match entry_id {
        Some(entry_id) => {
            bag.set(keys::WLINK_ENTRY_ID, Value::Binary(entry_id));
            NORMAL_FOLDER
        }
        None => HEADER,
    };
    bag.set(keys::WLINK_TYPE, Value::Int(kind));
    if kind == NORMAL_FOLDER && section == Section::Calendar {
        bag.set(keys::WLINK_GROUP_NAME, Value::Text("My Calendars".into()));
    }
    item
}

impl Mailbox {
    /// The number of the folder that shortcuts are kept in; a mailbox with few folders has none.
    pub fn common_views(&self) -> Option<u64> {
        let mut beside = self.children(self.distinguished("root")?);
        beside
            .find(|folder| folder.name == COMMON_VIEWS)
            .map(|folder| folder.number)
    }

    /// The entry id of a folder.
    pub fn entry_id(&self, folder: u64) -> Vec<u8> {
        id::entry_id(&self.address, self.is_public(), folder)
    }

    /// Gives the shortcuts to a calendar this colour: -2 never set, -1 automatic, 0 to 14 one of fifteen; `None` takes the
    /// shortcuts away. False where the mailbox has no place for them.
    pub fn set_colour(&mut self, calendar: u64, colour: Option<i32>) -> bool {
        let Some(views) = self.common_views() else {
            return false;
        };
        let entry_id = self.entry_id(calendar);
        let leads_there = |item: &&Item| {
            item.bag.binary(&keys::WLINK_ENTRY_ID) == Some(&entry_id)
                && item.bag.int(&keys::WLINK_SECTION) == Some(Section::Calendar as i32)
        };
        let shortcuts = self.associated_in(views).filter(leads_there);
        let shortcuts: Vec<u64> = shortcuts.map(|item| item.number).collect();
        let Some(colour) = colour else {
            for number in shortcuts {
                self.remove(number);
            }
            return true;
        };
        let colour = Value::Int(colour);
        if shortcuts.is_empty() {
            let name = self.folders.get(&calendar).map(|folder| &folder.name);
            let name = name.cloned().unwrap_or_default();
            let mut item = shortcut(Section::Calendar, &name, Some(entry_id));
            item.bag.set(keys::WLINK_COLOUR, colour);
            self.add(views, item);
        } else {
            for number in shortcuts {
                self.change(number, |item| {
                    item.bag.set(keys::WLINK_COLOUR, colour.clone());
                });
            }
        }
        true
    }
}
