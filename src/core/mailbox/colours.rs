//! The colours in which Outlook shows calendars.
//!
//! A folder has none. Outlook and Outlook on the web keep it on the shortcuts of their navigation pane: hidden items in a
//! folder beside those that people see ([MS-OXOCFG] 2.2.9), each with the entry id of the folder that it leads to.

use super::{EwsMailbox, folders};
use crate::error::Result;
use crate::ews::{Element, FieldPath, FolderId, ListItems, PropertyType, extended};
use std::collections::HashMap;

/// Where the shortcuts are. This name is not translated, unlike those of the folders that people see.
const SHORTCUTS: &str = "Common Views";

/// PidTagWlinkEntryId and PidTagWlinkCalendarColor.
const LEADS_TO: FieldPath = FieldPath::Tag(0x684C, PropertyType::Binary);
const COLOUR: FieldPath = FieldPath::Tag(0x6853, PropertyType::Integer);

/// The values 0 to 14 of PidTagWlinkCalendarColor ([MS-OXOCFG] 2.2.9.15, whose line 4 repeats line 3 by mistake; here it
/// is what Outlook has there). Less than 0 means that nobody has chosen one.
const TABLE: [&str; 15] = [
    "#8daed9", "#9cbf8b", "#d195aa", "#b0b6be", "#8cbfc0", "#8c8cd7", "#8dc19d", "#d39696",
    "#baba89", "#ae99d8", "#c3b08d", "#8bbfae", "#90b6c8", "#ffdf86", "#96a9d1",
];

/// Colours as `#rrggbb`, by the entry ids of the folders.
pub type Colours = HashMap<String, &'static str>;

/// The colours that the owner of the mailbox has chosen. Two requests.
pub async fn find(mailbox: &EwsMailbox) -> Result<Colours> {
    let beside = folders::below(mailbox, FolderId::Distinguished("root"), false).await?;
    let Some(shortcuts) = beside.into_iter().find(|info| info.name == SHORTCUTS) else {
        return Ok(Colours::new());
    };
    let question = ListItems {
        folder: &FolderId::Id(shortcuts.id),
        fields: &[LEADS_TO, COLOUR],
        // One page: nobody has a thousand calendars in the navigation pane.
        offset: 0,
        having: Some(COLOUR),
        associated: true,
    };
    let page = mailbox.client.ask(&question).await?;
    let mut colours = Colours::new();
    for (folder, colour) in page.items.iter().filter_map(read) {
        // A calendar may stand in several groups of the navigation pane, the first of which is the person's own.
        colours.entry(folder).or_insert(colour);
    }
    Ok(colours)
}

fn read(shortcut: &Element) -> Option<(String, &'static str)> {
    let colour: usize = extended(shortcut, COLOUR)?.trim().parse().ok()?;
    let folder = extended(shortcut, LEADS_TO)?.trim();
    Some((folder.to_owned(), TABLE.get(colour)?))
}
