//! The dictionaries of a contact: which MAPI property each entry is a view on.

use crate::bag::Key;
use crate::keys;

/// Phone kinds in the order of the schema.
pub const PHONES: [(&str, Key); 19] = [
    ("AssistantPhone", keys::ASSISTANT_PHONE),
    ("BusinessFax", keys::BUSINESS_FAX),
    ("BusinessPhone", keys::BUSINESS_PHONE),
    ("BusinessPhone2", keys::BUSINESS_PHONE_2),
    ("Callback", keys::CALLBACK_PHONE),
    ("CarPhone", keys::CAR_PHONE),
    ("CompanyMainPhone", keys::COMPANY_PHONE),
    ("HomeFax", keys::HOME_FAX),
    ("HomePhone", keys::HOME_PHONE),
    ("HomePhone2", keys::HOME_PHONE_2),
    ("Isdn", keys::ISDN),
    ("MobilePhone", keys::MOBILE_PHONE),
    ("OtherFax", keys::PRIMARY_FAX),
    ("OtherTelephone", keys::OTHER_PHONE),
    ("Pager", keys::PAGER),
    ("PrimaryPhone", keys::PRIMARY_PHONE),
    ("RadioPhone", keys::RADIO_PHONE),
    ("Telex", keys::TELEX),
    ("TtyTddPhone", keys::TTY_PHONE),
];

/// Instant messaging addresses.
pub const IMS: [(&str, Key); 3] = [
    ("ImAddress1", keys::IM_1),
    ("ImAddress2", keys::IM_2),
    ("ImAddress3", keys::IM_3),
];

/// An e-mail slot: its key, and where address, display name, type and original display name are kept.
pub struct EmailSlot {
    pub key: &'static str,
    pub address: Key,
    pub name: Key,
    pub kind: Key,
    pub original: Key,
}

pub const EMAILS: [EmailSlot; 3] = [
    EmailSlot {
        key: "EmailAddress1",
        address: keys::EMAIL_1,
        name: keys::EMAIL_1_NAME,
        kind: keys::EMAIL_1_TYPE,
        original: keys::EMAIL_1_ORIGINAL,
    },
    EmailSlot {
        key: "EmailAddress2",
        address: keys::EMAIL_2,
        name: keys::EMAIL_2_NAME,
        kind: keys::EMAIL_2_TYPE,
        original: keys::EMAIL_2_ORIGINAL,
    },
    EmailSlot {
        key: "EmailAddress3",
        address: keys::EMAIL_3,
        name: keys::EMAIL_3_NAME,
        kind: keys::EMAIL_3_TYPE,
        original: keys::EMAIL_3_ORIGINAL,
    },
];

/// The parts of a postal address by their element names.
pub const ADDRESS_PARTS: [&str; 5] = ["Street", "City", "State", "CountryOrRegion", "PostalCode"];

/// Postal addresses: their key and where the parts are kept, in the order of [`ADDRESS_PARTS`].
pub const ADDRESSES: [(&str, [Key; 5]); 3] = [
    (
        "Business",
        [
            keys::WORK_STREET,
            keys::WORK_CITY,
            keys::WORK_STATE,
            keys::WORK_COUNTRY,
            keys::WORK_ZIP,
        ],
    ),
    (
        "Home",
        [
            keys::HOME_STREET,
            keys::HOME_CITY,
            keys::HOME_STATE,
            keys::HOME_COUNTRY,
            keys::HOME_ZIP,
        ],
    ),
    (
        "Other",
        [
            keys::OTHER_STREET,
            keys::OTHER_CITY,
            keys::OTHER_STATE,
            keys::OTHER_COUNTRY,
            keys::OTHER_ZIP,
        ],
    ),
];
