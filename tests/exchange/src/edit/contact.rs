//! Writing contacts: dictionaries by key, FileAs, dates.

use chrono::{NaiveTime, SubsecRound, TimeDelta};

use crate::bag::{Key, Value};
use crate::element::Element;
use crate::failure::Failure;
use crate::keys;
use crate::view::dictionary::{ADDRESS_PARTS, ADDRESSES, EMAILS, EmailSlot, IMS, PHONES};

use super::{Draft, read_only};

impl Draft<'_> {
    pub(super) fn set_of_contact(&mut self, element: &Element) -> Result<(), Failure> {
        match element.name.as_str() {
            "EmailAddresses" | "PhoneNumbers" | "ImAddresses" | "PhysicalAddresses" => element
                .children
                .iter()
                .try_for_each(|entry| self.set_entry(&element.name, entry)),
            "Birthday" => self.set_date(
                keys::BIRTHDAY,
                keys::BIRTHDAY_LOCAL,
                "BirthdayLocal",
                &element.text,
            ),
            "WeddingAnniversary" => self.set_date(
                keys::WEDDING,
                keys::WEDDING_LOCAL,
                "WeddingLocal",
                &element.text,
            ),
            name => Err(read_only(name)),
        }
    }

    pub(super) fn delete_of_contact(&mut self, name: &str) {
        let keys = match name {
            "Birthday" => [keys::BIRTHDAY, keys::BIRTHDAY_LOCAL],
            "WeddingAnniversary" => [keys::WEDDING, keys::WEDDING_LOCAL],
            _ => return,
        };
        for key in keys {
            self.bag.remove(&key);
        }
    }

    fn set_entry(&mut self, dictionary: &str, entry: &Element) -> Result<(), Failure> {
        let index = entry.attr("Key").unwrap_or_default();
        let unknown = || {
            Failure::new(
                "ErrorInvalidPropertySet",
                format!("There is no {index} in {dictionary}."),
            )
        };
        match dictionary {
            "EmailAddresses" => {
                let slot = EMAILS
                    .iter()
                    .find(|slot| slot.key == index)
                    .ok_or_else(unknown)?;
                self.set_email(slot, entry);
            }
            "PhysicalAddresses" => {
                let (_, parts) = ADDRESSES
                    .iter()
                    .find(|(kind, _)| *kind == index)
                    .ok_or_else(unknown)?;
                for part in &entry.children {
                    let at = ADDRESS_PARTS
                        .iter()
                        .position(|name| *name == part.name)
                        .ok_or_else(unknown)?;
                    self.bag.put_text(parts[at].clone(), Some(&part.text));
                }
            }
            _ => {
                let key = single(dictionary, index).ok_or_else(unknown)?;
                self.bag.put_text(key, Some(&entry.text));
            }
        }
        Ok(())
    }

    /// The address with what goes with it: an address alone is its own display name.
    fn set_email(&mut self, slot: &EmailSlot, entry: &Element) {
        let address = entry.text.trim();
        if address.is_empty() {
            return self.clear_email(slot);
        }
        self.bag.put_text(slot.address.clone(), Some(address));
        self.bag.put_text(
            slot.name.clone(),
            Some(entry.attr("Name").unwrap_or(address)),
        );
        self.bag.put_text(
            slot.kind.clone(),
            Some(entry.attr("RoutingType").unwrap_or("SMTP")),
        );
        self.bag.put_text(slot.original.clone(), Some(address));
    }

    fn clear_email(&mut self, slot: &EmailSlot) {
        for key in [&slot.address, &slot.name, &slot.kind, &slot.original] {
            self.bag.remove(key);
        }
    }

    pub(super) fn delete_indexed(&mut self, uri: &str, index: &str) -> Result<(), Failure> {
        let unknown = || {
            Failure::new(
                "ErrorInvalidPropertyDelete",
                format!("There is no {index} in {uri}."),
            )
        };
        match uri {
            "contacts:EmailAddress" => {
                let slot = EMAILS
                    .iter()
                    .find(|slot| slot.key == index)
                    .ok_or_else(unknown)?;
                self.clear_email(slot);
            }
            "contacts:PhoneNumber" => drop(
                self.bag
                    .remove(&single("PhoneNumbers", index).ok_or_else(unknown)?),
            ),
            "contacts:ImAddress" => drop(
                self.bag
                    .remove(&single("ImAddresses", index).ok_or_else(unknown)?),
            ),
            _ => {
                let part = uri
                    .strip_prefix("contacts:PhysicalAddress:")
                    .ok_or_else(unknown)?;
                let at = ADDRESS_PARTS
                    .iter()
                    .position(|name| *name == part)
                    .ok_or_else(unknown)?;
                let (_, parts) = ADDRESSES
                    .iter()
                    .find(|(kind, _)| *kind == index)
                    .ok_or_else(unknown)?;
                self.bag.remove(&parts[at]);
            }
        }
        Ok(())
    }

    /// A postal address is updated one part at a time.
    pub(super) fn indexed_part_agrees(&self, uri: &str, entry: &Element) -> bool {
        match uri.strip_prefix("contacts:PhysicalAddress:") {
            Some(part) => matches!(entry.children.as_slice(), [only] if only.name == part),
            None => true,
        }
    }

    /// A date kept as an instant, and beside it the date at midnight without conversion.
    fn set_date(
        &mut self,
        key: Key,
        local: Key,
        local_name: &str,
        text: &str,
    ) -> Result<(), Failure> {
        let time = self.call.time(text, None)?.trunc_subsecs(0);
        self.bag.set(key, Value::Time(time));
        if !self.wrote(local_name) {
            let date = (time + TimeDelta::hours(12)).date_naive();
            self.bag
                .set(local, Value::Time(date.and_time(NaiveTime::MIN).and_utc()));
        }
        Ok(())
    }

    /// With a mapping the server keeps FileAs in step with the name whenever a part of it is written.
    pub(super) fn finish_contact(&mut self) {
        let deciding = [
            "FileAsMapping",
            "GivenName",
            "MiddleName",
            "Surname",
            "Generation",
            "CompanyName",
            "DisplayName",
            "NamePart",
        ];
        if !deciding.iter().any(|name| self.wrote(name)) {
            return;
        }
        let text = |key: &Key| self.bag.text(key).unwrap_or_default();
        let joined = |parts: &[&str], by: &str| {
            parts
                .iter()
                .filter(|part| !part.is_empty())
                .copied()
                .collect::<Vec<_>>()
                .join(by)
        };
        let (given, middle, surname) = (
            text(&keys::GIVEN_NAME),
            text(&keys::MIDDLE_NAME),
            text(&keys::SURNAME),
        );
        let (company, generation) = (text(&keys::COMPANY), text(&keys::GENERATION));
        let first = joined(&[given, middle], " ");
        let last_comma_first = joined(&[surname, &first], ", ");
        let file_as = match self.bag.text(&keys::FILE_AS_MAPPING).unwrap_or("None") {
            "LastCommaFirst" => last_comma_first,
            "FirstSpaceLast" => joined(&[given, middle, surname, generation], " "),
            "LastSpaceFirst" => joined(&[surname, &first], " "),
            "LastFirst" => joined(&[surname, &first], ""),
            "Company" => company.to_owned(),
            "LastCommaFirstCompany" => joined(&[&last_comma_first, company], "\r\n"),
            "CompanyLastFirst" | "CompanyLastCommaFirst" => {
                joined(&[company, &last_comma_first], "\r\n")
            }
            "DisplayName" => text(&keys::DISPLAY_NAME).to_owned(),
            "FirstName" => given.to_owned(),
            _ => return,
        };
        self.bag.put_text(keys::FILE_AS, Some(&file_as));
    }
}

fn single(dictionary: &str, index: &str) -> Option<Key> {
    let table: &[(&str, Key)] = if dictionary == "PhoneNumbers" {
        &PHONES
    } else {
        &IMS
    };
    table
        .iter()
        .find(|(kind, _)| *kind == index)
        .map(|(_, key)| key.clone())
}
