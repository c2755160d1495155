//! A contact's file: one VCARD.

use super::local::{own_properties, patch, read_component};
use super::scope::{Scope, refuse};
use super::{Context, LocalItem, calendar, places, slots};
use crate::dav::{Component, Line, escape, unescape};
use crate::error::Result;
use crate::model::{Key, Kind, Record};
use chrono::{DateTime, Utc};

const REV: &str = "REV";

/// Says when it was changed in Exchange, where the card keeps that at all.
pub fn date(card: &mut Component<'_>, modified: DateTime<Utc>) {
    if card.line(REV).is_some() {
        card.set(Line::new(REV, &[], &calendar::stamp_text(modified)));
    }
}

pub fn read(card: &Component, context: &Context) -> Result<LocalItem> {
    if !card.is("VCARD") {
        return Err(refuse(format!(
            "This is a {}, not a contact (VCARD).",
            card.name()
        )));
    }
    let mut scope = Scope::new(context);
    let record = read_component(Kind::Contact, card, &mut scope)?;
    if slots::Group::is(card) {
        lose_rest_of_group(card, &record, &mut scope)?;
    } else {
        slots::unplaced(card, &mut scope);
    }
    Ok(LocalItem {
        uid: uid(card),
        modified: card.line(REV).and_then(|line| {
            places::instant(line.value()).or_else(|| calendar::stamp(line.value()))
        }),
        record,
        losses: scope.losses,
    })
}

/// Tells what Exchange has no place for in a group.
fn lose_rest_of_group(card: &Component, record: &Record, scope: &mut Scope) -> Result<()> {
    for row in super::rows(Kind::Contact).iter().filter(|row| !row.groups) {
        let value = row.slot.read(card, scope)?;
        // Apple's programs repeat the name of the group where the surname stands.
        if value.is_some() && value.as_ref() != record.own("full_name") {
            scope.lose(
                row.property,
                "Of a group Exchange keeps the name, the members, notes and categories; this stays here.",
            );
        }
    }
    Ok(())
}

fn uid(card: &Component) -> Option<String> {
    let uid = unescape(card.line("UID")?.value()).trim().to_owned();
    (!uid.is_empty()).then_some(uid)
}

/// A card that says nothing yet, in vCard 3.0, which Nextcloud writes itself.
pub fn empty(uid: &str) -> Component<'static> {
    let mut card = Component::new("VCARD");
    card.insert(Line::new("VERSION", &[], "3.0"));
    card.insert(Line::new("PRODID", &[], super::PRODUCT));
    card.insert(Line::new("UID", &[], &escape(uid)));
    card.insert(Line::new("FN", &[], ""));
    card.insert(Line::new("N", &[], ";;;;"));
    card
}

pub fn write(
    card: &mut Component<'_>,
    target: &Record,
    changed: &[Key],
    context: &Context,
) -> Result<()> {
    let mut scope = Scope::new(context);
    let mut settled = target.clone();
    super::settle(Kind::Contact, &mut settled, &mut scope);
    let own = own_properties(changed);
    let follows = settled != *target;
    let touched = |property| {
        own.contains(property) || (follows && settled.own(property) != target.own(property))
    };
    patch(
        Kind::Contact,
        card,
        &settled,
        |row| touched(row.property),
        &mut scope,
    )
}
