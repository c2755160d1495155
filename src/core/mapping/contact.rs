//! Contacts: VCARD and Contact.

use super::common;
use super::places as exchange;
use super::row::Direction::OnCreate;
use super::row::{Nowhere, Row, Shape};
use super::slots as local;
use crate::ews::FieldPath::{Field, Id, Tag};
use crate::ews::{PropertySet, PropertyType};
use crate::model::Kind;

/// A component of N.
const fn name(part: usize) -> local::Part {
    local::Part {
        name: "N",
        at: part,
        of: 5,
    }
}

const fn email(key: &'static str) -> exchange::Entry {
    exchange::Entry {
        path: "contacts:EmailAddress",
        dictionary: "EmailAddresses",
        key,
    }
}

const fn phone(key: &'static str) -> exchange::Entry {
    exchange::Entry {
        path: "contacts:PhoneNumber",
        dictionary: "PhoneNumbers",
        key,
    }
}

const fn street(key: &'static str) -> exchange::Address {
    exchange::Address {
        path: "contacts:PhysicalAddress:Street",
        part: "Street",
        key,
    }
}

const fn city(key: &'static str) -> exchange::Address {
    exchange::Address {
        path: "contacts:PhysicalAddress:City",
        part: "City",
        key,
    }
}

const fn region(key: &'static str) -> exchange::Address {
    exchange::Address {
        path: "contacts:PhysicalAddress:State",
        part: "State",
        key,
    }
}

const fn postcode(key: &'static str) -> exchange::Address {
    exchange::Address {
        path: "contacts:PhysicalAddress:PostalCode",
        part: "PostalCode",
        key,
    }
}

const fn country(key: &'static str) -> exchange::Address {
    exchange::Address {
        path: "contacts:PhysicalAddress:CountryOrRegion",
        part: "CountryOrRegion",
        key,
    }
}

/// A component of the address with this key.
const fn part(key: &'static str, part: usize) -> local::AddressPart {
    local::AddressPart { key, part }
}

#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    Row::new("surname", Shape::Line, &name(0), &exchange::Text("contacts:Surname")),
    Row::new("given_name", Shape::Line, &name(1), &exchange::Text("contacts:GivenName")),
    Row::new("middle_name", Shape::Line, &name(2), &exchange::Text("contacts:MiddleName")),
    Row::new("name_prefix", Shape::Line, &name(3), &exchange::Property(Tag(0x3A45, PropertyType::String))),
    Row::new("name_suffix", Shape::Line, &name(4), &exchange::Text("contacts:Generation")),
    Row::new("full_name", Shape::Line, &local::FullName, &exchange::Text("contacts:DisplayName")),
    Row::new("file_as", Shape::Line, &Nowhere, &exchange::FileAs).direction(OnCreate),
    Row::new("nickname", Shape::Line, &local::Text("NICKNAME"), &exchange::Text("contacts:Nickname")),
    Row::new("email_1", Shape::Line, &local::Email("EmailAddress1"), &email("EmailAddress1")),
    Row::new("email_2", Shape::Line, &local::Email("EmailAddress2"), &email("EmailAddress2")),
    Row::new("email_3", Shape::Line, &local::Email("EmailAddress3"), &email("EmailAddress3")),
    Row::new("phone_assistant", Shape::Line, &local::Phone("AssistantPhone"), &phone("AssistantPhone")),
    Row::new("phone_work_fax", Shape::Line, &local::Phone("BusinessFax"), &phone("BusinessFax")),
    Row::new("phone_work", Shape::Line, &local::Phone("BusinessPhone"), &phone("BusinessPhone")),
    Row::new("phone_work_2", Shape::Line, &local::Phone("BusinessPhone2"), &phone("BusinessPhone2")),
    Row::new("phone_callback", Shape::Line, &local::Phone("Callback"), &phone("Callback")),
    Row::new("phone_car", Shape::Line, &local::Phone("CarPhone"), &phone("CarPhone")),
    Row::new("phone_company", Shape::Line, &local::Phone("CompanyMainPhone"), &phone("CompanyMainPhone")),
    Row::new("phone_home_fax", Shape::Line, &local::Phone("HomeFax"), &phone("HomeFax")),
    Row::new("phone_home", Shape::Line, &local::Phone("HomePhone"), &phone("HomePhone")),
    Row::new("phone_home_2", Shape::Line, &local::Phone("HomePhone2"), &phone("HomePhone2")),
    Row::new("phone_isdn", Shape::Line, &local::Phone("Isdn"), &phone("Isdn")),
    Row::new("phone_mobile", Shape::Line, &local::Phone("MobilePhone"), &phone("MobilePhone")),
    Row::new("phone_other_fax", Shape::Line, &local::Phone("OtherFax"), &phone("OtherFax")),
    Row::new("phone_other", Shape::Line, &local::Phone("OtherTelephone"), &phone("OtherTelephone")),
    Row::new("phone_pager", Shape::Line, &local::Phone("Pager"), &phone("Pager")),
    Row::new("phone_primary", Shape::Line, &local::Phone("PrimaryPhone"), &phone("PrimaryPhone")),
    Row::new("phone_radio", Shape::Line, &local::Phone("RadioPhone"), &phone("RadioPhone")),
    Row::new("phone_telex", Shape::Line, &local::Phone("Telex"), &phone("Telex")),
    Row::new("phone_tty", Shape::Line, &local::Phone("TtyTddPhone"), &phone("TtyTddPhone")),
    Row::new("home_street", Shape::Text, &part("Home", 2), &street("Home")),
    Row::new("home_city", Shape::Text, &part("Home", 3), &city("Home")),
    Row::new("home_region", Shape::Text, &part("Home", 4), &region("Home")),
    Row::new("home_postcode", Shape::Text, &part("Home", 5), &postcode("Home")),
    Row::new("home_country", Shape::Text, &part("Home", 6), &country("Home")),
    Row::new("work_street", Shape::Text, &part("Business", 2), &street("Business")),
    Row::new("work_city", Shape::Text, &part("Business", 3), &city("Business")),
    Row::new("work_region", Shape::Text, &part("Business", 4), &region("Business")),
    Row::new("work_postcode", Shape::Text, &part("Business", 5), &postcode("Business")),
    Row::new("work_country", Shape::Text, &part("Business", 6), &country("Business")),
    Row::new("other_street", Shape::Text, &part("Other", 2), &street("Other")),
    Row::new("other_city", Shape::Text, &part("Other", 3), &city("Other")),
    Row::new("other_region", Shape::Text, &part("Other", 4), &region("Other")),
    Row::new("other_postcode", Shape::Text, &part("Other", 5), &postcode("Other")),
    Row::new("other_country", Shape::Text, &part("Other", 6), &country("Other")),
    Row::new("company", Shape::Line, &local::Part { name: "ORG", at: 0, of: 1 }, &exchange::Text("contacts:CompanyName")),
    Row::new("department", Shape::Line, &local::Part { name: "ORG", at: 1, of: 2 }, &exchange::Text("contacts:Department")),
    Row::new("title", Shape::Line, &local::Text("TITLE"), &exchange::Text("contacts:JobTitle")),
    Row::new("role", Shape::Line, &local::Text("ROLE"), &exchange::Text("contacts:Profession")),
    Row::new("birthday", Shape::Day, &local::Date { property: "birthday", names: &["BDAY"] }, &exchange::Date { path: Field("contacts:Birthday"), name: "Birthday", local: Id(PropertySet::Address, 0x80DE, PropertyType::SystemTime) }),
    Row::new("anniversary", Shape::Day, &local::Date { property: "anniversary", names: &["ANNIVERSARY", "X-ANNIVERSARY", "X-EVOLUTION-ANNIVERSARY"] }, &exchange::Date { path: Field("contacts:WeddingAnniversary"), name: "WeddingAnniversary", local: Id(PropertySet::Address, 0x80DF, PropertyType::SystemTime) }),
    Row::new("notes", Shape::Text, &local::LongText("NOTE"), &exchange::Body),
    Row::new("categories", Shape::List, &local::Words("CATEGORIES"), &exchange::Words("item:Categories")),
    Row::new("class", Shape::Word(&["private", "confidential"]), &common::LOCAL_CLASS, &common::CLASS),
    Row::new("web_page", Shape::Line, &local::Text("URL"), &exchange::Text("contacts:BusinessHomePage")),
    Row::new("photo", Shape::Bytes, &local::Photo, &exchange::Photo),
    common::unmapped(&local::Unmapped(Kind::Contact)),
];
