use super::html::Page;
use super::{Context, zones};
use crate::dav::Component;
use crate::error::{Error, ErrorKind};
use crate::model::{Loss, Property, Zone};
use chrono_tz::Tz;
use std::rc::Rc;

/// What reading or writing one item needs besides the item, and what it finds out on the way.
pub struct Scope<'a> {
    pub context: &'a Context,
    pub losses: Vec<Loss>,
    /// Names of zones that the file defines or uses, as resolved.
    names: Vec<(String, Zone, Tz)>,
    /// The page that was cleaned last, by its source: a body and its text are read from the same one.
    page: Option<(String, Rc<Page>)>,
    /// Zones that were written and need their VTIMEZONE.
    pub used: Vec<Tz>,
    /// Which entry of Exchange each line of a name is.
    divided: Vec<(&'static str, Divided)>,
}

/// The keys of the lines of a name, in their order.
pub type Divided = Rc<[Option<&'static str>]>;

impl<'a> Scope<'a> {
    pub fn new(context: &'a Context) -> Self {
        Self {
            context,
            losses: Vec::new(),
            names: Vec::new(),
            page: None,
            used: Vec::new(),
            divided: Vec::new(),
        }
    }

    /// Another component is read from here on, or lines of any name came or went: what was found out about them is void.
    pub fn begin(&mut self) {
        self.divided.clear();
    }

    /// How the entries of Exchange are divided among the lines of a name; found out once until these change.
    pub fn divided(&mut self, name: &'static str, find: impl FnOnce() -> Divided) -> Divided {
        if let Some((_, known)) = self.divided.iter().find(|(other, _)| *other == name) {
            return Rc::clone(known);
        }
        let found = find();
        self.divided.push((name, Rc::clone(&found)));
        found
    }

    /// The lines of a name changed, and are divided so from here on.
    pub fn divide(&mut self, name: &'static str, now: Divided) {
        self.divided.retain(|(other, _)| *other != name);
        self.divided.push((name, now));
    }

    /// A scope that knows the zones a VCALENDAR defines.
    pub fn of(context: &'a Context, calendar: &Component) -> Self {
        let mut scope = Self::new(context);
        for definition in calendar.components().filter(|part| part.is("VTIMEZONE")) {
            let Some(name) = definition.line("TZID").map(|line| line.value().to_owned()) else {
                continue;
            };
            let found = zones::lookup(&name)
                .or_else(|| zones::lookup(definition.line("X-LIC-LOCATION")?.value()))
                .or_else(|| zones::alike(definition, context));
            if let Some((zone, tz)) = found {
                scope.names.push((name, zone, tz));
            }
        }
        scope
    }

    /// A page from its source.
    pub fn page(&mut self, source: &str) -> Rc<Page> {
        if let Some((_, page)) = self.page.as_ref().filter(|(known, _)| known == source) {
            return page.clone();
        }
        let page = Rc::new(Page::of(source));
        self.page = Some((source.to_owned(), page.clone()));
        page
    }

    /// The zone behind a TZID; the person's own zone, and a loss, where it says nothing.
    pub fn zone(&mut self, name: &str) -> (Zone, Tz) {
        if let Some((_, zone, tz)) = self.names.iter().find(|(known, ..)| known == name) {
            return (zone.clone(), *tz);
        }
        let (zone, tz) = zones::lookup(name).unwrap_or_else(|| {
            self.lose(
                "start",
                format!(
                    "The time zone “{name}” is not known; its times were read as {}.",
                    self.context.zone.name()
                ),
            );
            zones::own(self.context)
        });
        self.names.push((name.to_owned(), zone.clone(), tz));
        (zone, tz)
    }

    /// The name to write for a zone: one that the file has already, else the IANA name.
    pub fn name_of(&mut self, zone: &Zone) -> (String, Tz) {
        if let Some((name, _, tz)) = self.names.iter().find(|(_, known, _)| known == zone) {
            let found = (name.clone(), *tz);
            self.uses(found.1);
            return found;
        }
        let tz = zones::tz_of(zone, self.context);
        self.uses(tz);
        (tz.name().to_owned(), tz)
    }

    /// Whether an address is the mailbox owner's.
    pub fn is_own(&self, address: &str) -> bool {
        self.context.addresses.iter().any(|own| own == address)
    }

    fn uses(&mut self, tz: Tz) {
        if !self.used.contains(&tz) {
            self.used.push(tz);
        }
    }

    pub fn lose(&mut self, property: Property, reason: impl Into<String>) {
        let loss = Loss {
            property: property.to_owned(),
            reason: reason.into(),
        };
        if !self.losses.contains(&loss) {
            self.losses.push(loss);
        }
    }
}

/// An item that cannot cross, with the sentence why.
pub fn refuse(reason: impl Into<String>) -> Error {
    Error::new(ErrorKind::Item, reason)
}
