//! Contacts: VCARD and Contact.

use super::common;
use super::places as exchange;
use super::row::{Row, Shape};
use super::slots as local;
use crate::ews::FieldPath::{Field, Id, Tag};
use crate::ews::{FieldPath, PropertySet, PropertyType};
use crate::model::{Kind, Property};

/// A component of N.
const fn name(part: usize) -> local::Part {
    local::Part {
        name: "N",
        at: part,
        of: 5,
    }
}

const fn email(key: &'static str, typed: u16) -> exchange::Email {
    exchange::Email { key, typed }
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

/// A text in a MAPI property that EWS has no element for.
const fn tag(tag: u16) -> exchange::Property {
    exchange::Property(Tag(tag, PropertyType::String))
}

/// A text in a named property of contacts.
const fn named(id: u16) -> exchange::Property {
    exchange::Property(id_of(id, PropertyType::String))
}

const fn id_of(id: u16, kind: PropertyType) -> FieldPath {
    Id(PropertySet::Address, id, kind)
}

/// A text in a named property of ours, for what Exchange has no place for.
const fn ours(name: &'static str) -> exchange::Property {
    exchange::Property(FieldPath::Named(
        PropertySet::PublicStrings,
        name,
        PropertyType::String,
    ))
}

/// The units within a department.
const UNITS: exchange::Lines = exchange::Lines(ours("integration_exchange.units").0);

const fn im(key: &'static str) -> exchange::Entry {
    exchange::Entry {
        path: "contacts:ImAddress",
        dictionary: "ImAddresses",
        key,
    }
}

const OFFICE: &[&str] = &["X-OFFICE", "X-EVOLUTION-OFFICE", "X-KADDRESSBOOK-X-Office"];
const FILE_AS: &[&str] = &["X-FILE-AS", "X-EVOLUTION-FILE-AS"];

/// FileAsMappingType; `LastCommaFirst` is the default and no value, see settle.
const FILE_AS_RULES: &[&str] = &[
    "FirstSpaceLast",
    "Company",
    "LastCommaFirstCompany",
    "CompanyLastFirst",
    "LastFirst",
    "LastFirstCompany",
    "CompanyLastCommaFirst",
    "LastFirstSuffix",
    "LastSpaceFirstCompany",
    "CompanyLastSpaceFirst",
    "LastSpaceFirst",
    "DisplayName",
    "FirstName",
    "LastFirstMiddleSuffix",
    "LastName",
    "Empty",
];

/// What FileAs may be made of.
const NAME: &[&str] = &[
    "surname",
    "given_name",
    "middle_name",
    "name_suffix",
    "full_name",
    "company",
    "file_as",
    "file_as_rule",
];

/// Whether it is a group of contacts, a distribution list.
pub const GROUP: Property = "group";
/// Who is in a group: cards by their UID as a URN, others by address, see [`local::Members`].
pub const MEMBERS: Property = "members";

#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    Row::new("surname", Shape::Line, &name(0), &exchange::Text("contacts:Surname")),
    Row::new("given_name", Shape::Line, &name(1), &exchange::Text("contacts:GivenName")),
    Row::new("middle_name", Shape::Line, &name(2), &exchange::Text("contacts:MiddleName")),
    Row::new("name_prefix", Shape::Line, &name(3), &exchange::Property(Tag(0x3A45, PropertyType::String))),
    Row::new("name_suffix", Shape::Line, &name(4), &exchange::Text("contacts:Generation")),
    Row::new("full_name", Shape::Line, &local::FullName, &exchange::Text("contacts:DisplayName")).of_groups(),
    Row::new("file_as", Shape::Line, &local::AnyOf(FILE_AS), &exchange::FileAs).with(NAME),
    Row::new("file_as_rule", Shape::Word(FILE_AS_RULES), &local::AnyOf(&["X-EXCHANGE-FILE-AS"]), &exchange::FileAsMapping).with(NAME),
    Row::new("initials", Shape::Line, &local::AnyOf(&["X-INITIALS"]), &exchange::Text("contacts:Initials")),
    Row::new("phonetic_given_name", Shape::Line, &local::Text("X-PHONETIC-FIRST-NAME"), &named(0x802C)),
    Row::new("phonetic_surname", Shape::Line, &local::Text("X-PHONETIC-LAST-NAME"), &named(0x802D)),
    Row::new("phonetic_company", Shape::Line, &local::AnyOf(&["X-PHONETIC-ORG", "X-PHONETIC-ORGANIZATION"]), &named(0x802E)),
    Row::new("nickname", Shape::Line, &local::Text("NICKNAME"), &exchange::Text("contacts:Nickname")),
    Row::new("email_1", Shape::Line, &local::Email("EmailAddress1"), &email("EmailAddress1", 0x8084)).with(&["full_name"]),
    Row::new("email_2", Shape::Line, &local::Email("EmailAddress2"), &email("EmailAddress2", 0x8094)).with(&["full_name"]),
    Row::new("email_3", Shape::Line, &local::Email("EmailAddress3"), &email("EmailAddress3", 0x80A4)).with(&["full_name"]).limit("three addresses; others are carried along"),
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
    Row::new("phone_other", Shape::Line, &local::Phone("OtherTelephone"), &phone("OtherTelephone")).limit("19 numbers by kind; others are carried along"),
    Row::new("phone_pager", Shape::Line, &local::Phone("Pager"), &phone("Pager")),
    Row::new("phone_primary", Shape::Line, &local::Phone("PrimaryPhone"), &phone("PrimaryPhone")),
    Row::new("phone_radio", Shape::Line, &local::Phone("RadioPhone"), &phone("RadioPhone")),
    Row::new("phone_telex", Shape::Line, &local::Phone("Telex"), &phone("Telex")),
    Row::new("phone_tty", Shape::Line, &local::Phone("TtyTddPhone"), &phone("TtyTddPhone")),
    Row::new("im_1", Shape::Line, &local::Im("ImAddress1"), &im("ImAddress1")),
    Row::new("im_2", Shape::Line, &local::Im("ImAddress2"), &im("ImAddress2")),
    Row::new("im_3", Shape::Line, &local::Im("ImAddress3"), &im("ImAddress3")).limit("three addresses; others are carried along"),
    Row::new("home_post_box", Shape::Line, &part("Home", 0), &tag(0x3A5E)),
    Row::new("home_supplement", Shape::Line, &part("Home", 1), &ours("integration_exchange.home_supplement")),
    Row::new("home_street", Shape::Text, &part("Home", 2), &street("Home")),
    Row::new("home_city", Shape::Text, &part("Home", 3), &city("Home")),
    Row::new("home_region", Shape::Text, &part("Home", 4), &region("Home")),
    Row::new("home_postcode", Shape::Text, &part("Home", 5), &postcode("Home")),
    Row::new("home_country", Shape::Text, &part("Home", 6), &country("Home")),
    Row::new("work_post_box", Shape::Line, &part("Business", 0), &named(0x804A)),
    Row::new("work_supplement", Shape::Line, &part("Business", 1), &ours("integration_exchange.work_supplement")),
    Row::new("work_street", Shape::Text, &part("Business", 2), &street("Business")),
    Row::new("work_city", Shape::Text, &part("Business", 3), &city("Business")),
    Row::new("work_region", Shape::Text, &part("Business", 4), &region("Business")),
    Row::new("work_postcode", Shape::Text, &part("Business", 5), &postcode("Business")),
    Row::new("work_country", Shape::Text, &part("Business", 6), &country("Business")),
    Row::new("other_post_box", Shape::Line, &part("Other", 0), &tag(0x3A64)),
    Row::new("other_supplement", Shape::Line, &part("Other", 1), &ours("integration_exchange.other_supplement")),
    Row::new("other_street", Shape::Text, &part("Other", 2), &street("Other")).limit("three addresses, one each for home, work and other"),
    Row::new("other_city", Shape::Text, &part("Other", 3), &city("Other")),
    Row::new("other_region", Shape::Text, &part("Other", 4), &region("Other")),
    Row::new("other_postcode", Shape::Text, &part("Other", 5), &postcode("Other")),
    Row::new("other_country", Shape::Text, &part("Other", 6), &country("Other")),
    Row::new("mailing_address", Shape::Word(&["home", "work", "other"]), &local::MailingAddress, &exchange::Choice { path: "contacts:PostalAddressIndex", words: local::MAILING, neutral: "None" }),
    Row::new("company", Shape::Line, &local::Part { name: "ORG", at: 0, of: 1 }, &exchange::Text("contacts:CompanyName")),
    Row::new("department", Shape::Line, &local::Part { name: "ORG", at: 1, of: 2 }, &exchange::Text("contacts:Department")),
    Row::new("units", Shape::Text, &local::Rest { name: "ORG", from: 2 }, &UNITS).limit("carried along; Exchange shows company and department"),
    Row::new("title", Shape::Line, &local::Text("TITLE"), &exchange::Text("contacts:JobTitle")),
    Row::new("office", Shape::Line, &local::AnyOf(OFFICE), &exchange::Text("contacts:OfficeLocation")),
    Row::new("role", Shape::Line, &local::Text("ROLE"), &exchange::Text("contacts:Profession")),
    Row::new("birthday", Shape::Day, &local::Date { property: "birthday", names: &["BDAY"], label: None }, &exchange::Date { path: Field("contacts:Birthday"), name: "Birthday", local: Id(PropertySet::Address, 0x80DE, PropertyType::SystemTime) }),
    Row::new("anniversary", Shape::Day, &local::Date { property: "anniversary", names: &["ANNIVERSARY", "X-ANNIVERSARY", "X-EVOLUTION-ANNIVERSARY"], label: Some("Anniversary") }, &exchange::Date { path: Field("contacts:WeddingAnniversary"), name: "WeddingAnniversary", local: Id(PropertySet::Address, 0x80DF, PropertyType::SystemTime) }),
    Row::new("spouse", Shape::Line, &local::Related(&local::SPOUSE), &exchange::Text("contacts:SpouseName")),
    Row::new("children", Shape::List, &local::Relatives(&local::CHILD), &exchange::Words("contacts:Children")),
    Row::new("manager", Shape::Line, &local::Related(&local::MANAGER), &exchange::Text("contacts:Manager")),
    Row::new("assistant", Shape::Line, &local::Related(&local::ASSISTANT), &exchange::Text("contacts:AssistantName")),
    Row::new("gender", Shape::Word(&["female", "male"]), &local::Gender, &exchange::Numbered { path: Tag(0x3A4D, PropertyType::Short), words: &[("1", "female"), ("2", "male")] }),
    Row::new("hobby", Shape::Line, &local::Text("HOBBY"), &tag(0x3A43)),
    Row::new("notes", Shape::Text, &local::LongText("NOTE"), &exchange::Body).of_groups(),
    Row::new("categories", Shape::List, &local::Words("CATEGORIES"), &exchange::Words("item:Categories")).of_groups(),
    Row::new("class", Shape::Word(&["private", "confidential"]), &common::LOCAL_CLASS, &common::CLASS).of_groups().limit("Personal is private"),
    Row::new("web_page", Shape::Line, &local::Page("Work"), &tag(0x3A51)),
    Row::new("web_page_home", Shape::Line, &local::Page("Home"), &tag(0x3A50)),
    Row::new("web_page_other", Shape::Line, &local::Page("Other"), &exchange::OtherPage(id_of(0x802B, PropertyType::String))).with(&["web_page"]),
    Row::new("free_busy", Shape::Line, &local::Text("FBURL"), &named(0x80D8)),
    Row::new("companies", Shape::List, &local::Words("X-COMPANIES"), &exchange::Words("contacts:Companies")),
    Row::new("mileage", Shape::Line, &local::Text("X-MILEAGE"), &exchange::Text("contacts:Mileage")),
    Row::new("billing", Shape::Line, &local::Text("X-BILLING"), &exchange::Property(Id(PropertySet::Common, 0x8535, PropertyType::String))),
    Row::new("custom_1", Shape::Line, &local::Text("X-CUSTOM1"), &named(0x804F)),
    Row::new("custom_2", Shape::Line, &local::Text("X-CUSTOM2"), &named(0x8050)),
    Row::new("custom_3", Shape::Line, &local::Text("X-CUSTOM3"), &named(0x8051)),
    Row::new("custom_4", Shape::Line, &local::Text("X-CUSTOM4"), &named(0x8052)),
    Row::new("account", Shape::Line, &local::Text("X-ACCOUNT"), &tag(0x3A00)),
    Row::new("customer_id", Shape::Line, &local::Text("X-CUSTOMER-ID"), &tag(0x3A4A)),
    Row::new("government_id", Shape::Line, &local::Text("X-GOVERNMENT-ID"), &tag(0x3A07)),
    Row::new("organizational_id", Shape::Line, &local::Text("X-ORGANIZATIONAL-ID"), &tag(0x3A10)),
    Row::new("computer_network", Shape::Line, &local::Text("X-COMPUTER-NETWORK"), &tag(0x3A49)),
    Row::new("ftp_site", Shape::Line, &local::Text("X-FTP-SITE"), &tag(0x3A4C)),
    Row::new("language", Shape::Line, &local::Text("X-LANGUAGE"), &tag(0x3A0C)),
    Row::new("location", Shape::Line, &local::Text("X-LOCATION"), &tag(0x3A0D)),
    Row::new("referred_by", Shape::Line, &local::Text("X-REFERRED-BY"), &tag(0x3A47)),
    Row::new("photo", Shape::Bytes, &local::Photo, &exchange::Photo).limit("a picture that the card holds, at most 648 pixels on the other side; a link to one stays a link"),
    Row::new(GROUP, Shape::Bool, &local::Group, &exchange::Group).of_groups().limit("never changes"),
    Row::new(MEMBERS, Shape::List, &local::Members, &exchange::Members).of_groups().limit("shown in Exchange: contacts of the same folder that have an address, and addresses"),
    common::unmapped(&exchange::Unmapped(local::Unmapped(Kind::Contact))).of_groups(),
];
