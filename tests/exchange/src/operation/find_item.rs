//! FindItem: pages, calendar views, restrictions and sort orders.

use std::cmp::Ordering;
use std::ops::Range;

use chrono::{DateTime, Days, Utc};

use crate::element::Element;
use crate::envelope::Call;
use crate::failure::Failure;
use crate::item::{Class, Item};
use crate::keys;
use crate::path::Path;
use crate::store::{Folder, Mailbox};
use crate::target;
use crate::version::Level;
use crate::view::{Occasion, Seen, Shape};

use super::restriction::{self, Searched};
use super::{message, respond};

/// Entries in one answer, and in one to a search from 2013 on.
const MOST: usize = 1000;
const MOST_OF_A_SEARCH: usize = 250;

pub fn run(call: &Call, mailbox: &Mailbox) -> Result<Element, Failure> {
    let shape = Shape::parse(call, call.body.get("ItemShape"), Occasion::Find)?;
    if call
        .body
        .get("QueryString")
        .is_some_and(|query| !query.text.trim().is_empty())
    {
        return Err(Failure::new(
            "ErrorInvalidRequest",
            "Query strings are not implemented here; use a Restriction.",
        ));
    }
    let parents = call
        .body
        .get("ParentFolderIds")
        .map_or(&[][..], |parents| &parents.children);
    let one = |parent: &Element| -> Result<Vec<Element>, Failure> {
        let number = target::folder(mailbox, parent)?;
        let folder = mailbox
            .folders
            .get(&number)
            .ok_or_else(Failure::folder_not_found)?;
        let (page, found) = find(call, mailbox, folder)?;
        let shown = found.iter().map(|seen| shape.show(seen, Occasion::Find));
        Ok(vec![
            page.root_folder().with(Element::t("Items").with_all(shown)),
        ])
    };
    Ok(respond(
        "FindItem",
        parents
            .iter()
            .map(|parent| message("FindItem", one(parent))),
    ))
}

fn find<'a>(
    call: &Call,
    mailbox: &'a Mailbox,
    folder: &Folder,
) -> Result<(Page, Vec<Seen<'a>>), Failure> {
    if let Some(view) = call.body.get("CalendarView") {
        return calendar_view(call, mailbox, folder, view);
    }
    let listed: Vec<&Item> = match call.body.attr("Traversal") {
        Some("Associated") => mailbox.associated_in(folder.number).collect(),
        // What was deleted softly is kept in a folder of its own.
        Some("SoftDeleted") => Vec::new(),
        _ => mailbox.items_in(folder.number).collect(),
    };
    let restriction = call
        .body
        .get("Restriction")
        .and_then(|restriction| restriction.children.first());
    let mut found = Vec::new();
    for item in listed {
        let seen = Seen::item(mailbox, item);
        if restriction.map_or(Ok(true), |restriction| {
            restriction::holds(call, restriction, &seen)
        })? {
            found.push(seen);
        }
    }
    sort(call, &mut found)?;
    let page = Page::of(call, found.len(), restriction.is_some())?;
    let shown = found.into_iter().skip(page.from).take(page.count).collect();
    Ok((page, shown))
}

/// Sorts by the request's field orders, the first one first.
fn sort(call: &Call, found: &mut [Seen]) -> Result<(), Failure> {
    let mut orders: Vec<(Path, bool)> = Vec::new();
    for order in call
        .body
        .get("SortOrder")
        .map_or(&[][..], |order| &order.children)
    {
        let path = order
            .children
            .first()
            .ok_or_else(|| Failure::new("ErrorInvalidRequest", "A FieldOrder has no path."))?;
        orders.push((
            Path::parse(path, call.level)?,
            order.attr("Order") == Some("Descending"),
        ));
    }
    found.sort_by(|one, other| {
        let compare = |(path, descending): &(Path, bool)| {
            let order = one
                .first(path)
                .partial_cmp(&other.first(path))
                .unwrap_or(Ordering::Equal);
            if *descending { order.reverse() } else { order }
        };
        orders
            .iter()
            .map(compare)
            .find(|order| order.is_ne())
            .unwrap_or(Ordering::Equal)
    });
    Ok(())
}

fn calendar_view<'a>(
    call: &Call,
    mailbox: &'a Mailbox,
    folder: &Folder,
    view: &Element,
) -> Result<(Page, Vec<Seen<'a>>), Failure> {
    if !folder.class.starts_with("IPF.Appointment") {
        let text = "A calendar view needs a calendar folder.";
        return Err(Failure::new(
            "ErrorCalendarFolderIsInvalidForCalendarView",
            text,
        ));
    }
    let from = call.time(view.attr("StartDate").unwrap_or_default(), None)?;
    let to = call.time(view.attr("EndDate").unwrap_or_default(), None)?;
    if to < from {
        return Err(Failure::new(
            "ErrorCalendarEndDateIsEarlierThanStartDate",
            "EndDate is earlier than StartDate.",
        ));
    }
    if from
        .checked_add_days(Days::new(2 * 366))
        .is_none_or(|latest| to > latest)
    {
        return Err(Failure::new(
            "ErrorCalendarViewRangeTooBig",
            "The view spans more than two years.",
        ));
    }
    let mut found: Vec<Seen> = mailbox
        .items_in(folder.number)
        .filter(|item| item.class == Class::Event)
        .flat_map(|item| expand(mailbox, item, from, to))
        .collect();
    found.sort_by_key(|seen| seen.bag.time(&keys::START));
    let total = found.len();
    let most = view
        .attr("MaxEntriesReturned")
        .and_then(|most| most.parse().ok())
        .unwrap_or(usize::MAX);
    found.truncate(most);
    Ok((
        Page {
            from: 0,
            count: found.len(),
            total,
            offset: None,
        },
        found,
    ))
}

/// The item, or its occurrences, that lie in the window.
fn expand<'a>(
    mailbox: &'a Mailbox,
    item: &'a Item,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Vec<Seen<'a>> {
    let within = |seen: &Seen| {
        let times = (seen.bag.time(&keys::START), seen.bag.time(&keys::END));
        matches!(times, (Some(start), Some(end)) if start < to && end >= from)
    };
    let mut seen = Vec::new();
    if item.is_series() {
        let zone = item.zone();
        let regular = item
            .pattern_starts()
            .take_while(|(_, local)| zone.to_utc(*local) < to)
            .filter(|(index, local)| {
                !item.exceptions.contains_key(index) && zone.to_utc(*local + item.length()) >= from
            })
            .map(|(index, _)| index);
        let indexes: Vec<u32> = regular.chain(item.exceptions.keys().copied()).collect();
        seen.extend(
            indexes
                .into_iter()
                .filter_map(|index| Seen::occurrence(mailbox, item, index).ok()),
        );
    } else {
        seen.push(Seen::item(mailbox, item));
    }
    seen.retain(within);
    seen
}

/// Which part of what was found is shown.
pub struct Page {
    from: usize,
    count: usize,
    total: usize,
    /// Where the next page begins; views of a calendar have none.
    offset: Option<usize>,
}

impl Page {
    /// The page that the request asks for, of `total` entries.
    pub fn of(call: &Call, total: usize, search: bool) -> Result<Page, Failure> {
        let cap = if search && call.level >= Level::of("Exchange2013") {
            MOST_OF_A_SEARCH
        } else {
            MOST
        };
        let named = |names: [&str; 2]| names.iter().find_map(|name| call.body.get(name));
        let number = |view: &Element, name: &str| {
            view.attr(name).and_then(|text| text.parse::<usize>().ok())
        };
        let mut page = Page {
            from: 0,
            count: cap,
            total,
            offset: None,
        };
        if let Some(view) = named(["IndexedPageItemView", "IndexedPageFolderView"]) {
            let negative = || {
                Failure::new(
                    "ErrorInvalidIndexedPagingParameters",
                    "Offset and size of a page are not negative.",
                )
            };
            let offset = number(view, "Offset").ok_or_else(negative)?.min(total);
            page.count = number(view, "MaxEntriesReturned").unwrap_or(cap).min(cap);
            page.from = offset;
            if view.attr("BasePoint") == Some("End") {
                let end = total - offset;
                page.from = end.saturating_sub(page.count);
                page.count = end - page.from;
            }
        } else if let Some(view) = named(["FractionalPageItemView", "FractionalPageFolderView"]) {
            let (part, whole) = (
                number(view, "Numerator").unwrap_or(0),
                number(view, "Denominator").unwrap_or(1),
            );
            if whole == 0 || part > whole {
                return Err(Failure::new(
                    "ErrorInvalidFractionalPagingParameters",
                    "The fraction is not valid.",
                ));
            }
            page.from = total * part / whole;
            page.count = number(view, "MaxEntriesReturned").unwrap_or(cap).min(cap);
        }
        page.count = page.count.min(total - page.from);
        page.offset = Some(page.from + page.count);
        Ok(page)
    }

    pub fn range(&self) -> Range<usize> {
        self.from..self.from + self.count
    }

    /// `m:RootFolder` with what it says of the page.
    pub fn root_folder(&self) -> Element {
        let element = Element::m("RootFolder");
        let element = match self.offset {
            Some(offset) => element.with_attr("IndexedPagingOffset", offset),
            None => element,
        };
        element.with_attr("TotalItemsInView", self.total).with_attr(
            "IncludesLastItemInRange",
            self.from + self.count >= self.total,
        )
    }
}
