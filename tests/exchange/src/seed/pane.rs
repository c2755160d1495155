//! The navigation pane: more calendars, and shortcuts to all of them but one, with what else stands among those.

use super::dice::Dice;
use super::{stamp, text};
use crate::bag::Value;
use crate::id;
use crate::item::{Class, Item};
use crate::keys;
use crate::shortcut::{Section, shortcut};
use crate::store::Mailbox;

const NAMES: [&str; 6] = [
    "Team",
    "Family",
    "Bücherei",
    "Réunions",
    "Club & choir",
    "当番",
];

/// How a shortcut may show a calendar.
const AUTOMATIC: i32 = -1;
const NEVER_SET: i32 = -2;

/// Adds so many calendars with nothing in them, and the shortcuts.
pub fn arrange(mailbox: &mut Mailbox, calendars: usize, dice: &mut Dice) {
    let top = mailbox.distinguished("msgfolderroot");
    let more: Vec<u64> = (0..calendars)
        .map(|number| mailbox.add_folder(top, &name(number), Class::Event.folder_class()))
        .collect();
    let Some(views) = mailbox.common_views() else {
        return;
    };
    let own = mailbox.distinguished("calendar").unwrap_or_default();
    let mut all = vec![
        view(),
        favourite(mailbox),
        shortcut(Section::Calendar, "My Calendars", None),
        coloured("Calendar", mailbox.entry_id(own), 1),
    ];
    for (number, calendar) in more.into_iter().enumerate() {
        let colours = colours(number, dice);
        let entry_id = mailbox.entry_id(calendar);
        let shown = |colour| coloured(&name(number), entry_id.clone(), colour);
        all.extend(colours.into_iter().map(shown));
    }
    let gone = mailbox.tick();
    all.push(coloured("Gone", mailbox.entry_id(gone), colour(dice)));
    let of_ben = id::entry_id("ben@example.com", false, own);
    all.push(coloured("Ben", of_ben, colour(dice)));
    for mut item in all {
        stamp(&mut item, dice);
        mailbox.add(views, item);
    }
}

/// The name of a calendar, all different.
fn name(number: usize) -> String {
    let name = NAMES[number % NAMES.len()];
    match number / NAMES.len() {
        0 => name.to_owned(),
        round => format!("{name} {}", round + 1),
    }
}

fn colour(dice: &mut Dice) -> i32 {
    i32::try_from(dice.below(15)).unwrap_or_default()
}

/// What the shortcuts to the calendar of a number say: most have one with a colour, the third has none.
fn colours(number: usize, dice: &mut Dice) -> Vec<i32> {
    match number {
        1 => vec![AUTOMATIC],
        2 => vec![],
        3 => vec![NEVER_SET],
        4 => vec![colour(dice), colour(dice)],
        _ => vec![colour(dice)],
    }
}

fn coloured(name: &str, entry_id: Vec<u8>, colour: i32) -> Item {
    let mut item = shortcut(Section::Calendar, name, Some(entry_id));
    item.bag.set(keys::WLINK_COLOUR, Value::Int(colour));
    item
}

fn favourite(mailbox: &Mailbox) -> Item {
    let inbox = mailbox.distinguished("inbox").unwrap_or_default();
    shortcut(
        Section::MailFavourites,
        "Inbox",
        Some(mailbox.entry_id(inbox)),
    )
}

/// A view, for which the folder was made in the first place.
fn view() -> Item {
    let mut item = Item::new(Class::Message);
    item.associated = true;
    let class = "IPM.Microsoft.FolderDesign.NamedView";
    text(&mut item.bag, keys::ITEM_CLASS, class);
    text(&mut item.bag, keys::SUBJECT, "Messages");
    item
}
