//! The keys of the properties that the stand-in itself understands (MS-OXPROPS).

use std::borrow::Cow;

use crate::bag::{Guid, Key};

macro_rules! tags { ($($name:ident = $tag:literal;)*) => { $(pub const $name: Key = Key::Tag($tag);)* } }
macro_rules! ids { ($set:expr; $($name:ident = $id:literal;)*) => { $(pub const $name: Key = Key::Id($set, $id);)* } }

tags! {
    ITEM_CLASS = 0x001a;
    IMPORTANCE = 0x0017;          // 0 low, 1 normal, 2 high
    SENSITIVITY = 0x0036;         // 0 normal, 1 personal, 2 private, 3 confidential
    SUBJECT = 0x0037;
    RESPONSE_REQUESTED = 0x0063;
    IMAP_ID = 0x0e23;
    BODY_TEXT = 0x1000;           // either this or BODY_HTML is stored, never both
    BODY_HTML = 0x1013;
    URL_NAME = 0x10f3;
    DISPLAY_NAME = 0x3001;
    CREATED = 0x3007;
    MODIFIED = 0x3008;
    // Contact
    GENERATION = 0x3a05;
    GIVEN_NAME = 0x3a06;
    CALLBACK_PHONE = 0x3a02;
    BUSINESS_PHONE = 0x3a08;
    HOME_PHONE = 0x3a09;
    INITIALS = 0x3a0a;
    SURNAME = 0x3a11;
    COMPANY = 0x3a16;
    JOB_TITLE = 0x3a17;
    DEPARTMENT = 0x3a18;
    OFFICE = 0x3a19;
    PRIMARY_PHONE = 0x3a1a;
    BUSINESS_PHONE_2 = 0x3a1b;
    MOBILE_PHONE = 0x3a1c;
    RADIO_PHONE = 0x3a1d;
    CAR_PHONE = 0x3a1e;
    OTHER_PHONE = 0x3a1f;
    PAGER = 0x3a21;
    PRIMARY_FAX = 0x3a23;         // EWS OtherFax
    BUSINESS_FAX = 0x3a24;
    HOME_FAX = 0x3a25;
    TELEX = 0x3a2c;
    ISDN = 0x3a2d;
    ASSISTANT_PHONE = 0x3a2e;
    HOME_PHONE_2 = 0x3a2f;
    ASSISTANT = 0x3a30;
    WEDDING = 0x3a41;
    BIRTHDAY = 0x3a42;
    MIDDLE_NAME = 0x3a44;
    NAME_PREFIX = 0x3a45;
    PROFESSION = 0x3a46;
    SPOUSE = 0x3a48;
    TTY_PHONE = 0x3a4b;
    MANAGER = 0x3a4e;
    NICKNAME = 0x3a4f;
    BUSINESS_PAGE = 0x3a51;
    COMPANY_PHONE = 0x3a57;
    CHILDREN = 0x3a58;
    HOME_CITY = 0x3a59;
    HOME_COUNTRY = 0x3a5a;
    HOME_ZIP = 0x3a5b;
    HOME_STATE = 0x3a5c;
    HOME_STREET = 0x3a5d;
    OTHER_CITY = 0x3a5f;
    OTHER_COUNTRY = 0x3a60;
    OTHER_ZIP = 0x3a61;
    OTHER_STATE = 0x3a62;
    OTHER_STREET = 0x3a63;
    // Shortcut
    WLINK_TYPE = 0x6849;          // 0 to a folder, 4 the header of a group
    WLINK_FLAGS = 0x684a;
    WLINK_ORDINAL = 0x684b;       // Binary: the order in its group
    WLINK_ENTRY_ID = 0x684c;      // Binary: the folder; headers have none
    WLINK_GROUP_NAME = 0x6851;
    WLINK_SECTION = 0x6852;
    WLINK_COLOUR = 0x6853;        // -2 never set, -1 automatic, 0 to 14
}

ids! { Guid::MEETING;
    GLOBAL_ID = 0x03;             // Binary, with the date of an exception
    CLEAN_GLOBAL_ID = 0x23;       // Binary, without
}

ids! { Guid::APPOINTMENT;
    SEQUENCE = 0x8201;
    BUSY = 0x8205;                // 0 free, 1 tentative, 2 busy, 3 out of office, 4 elsewhere
    LOCATION = 0x8208;
    START = 0x820d;               // Time; of an all-day event: the instant of local midnight
    END = 0x820e;
    ALL_DAY = 0x8215;
    STATE = 0x8217;               // bits: 1 meeting, 2 received, 4 cancelled
    WORKSPACE = 0x8209;           // meeting workspace address
    RECURRING = 0x8223;           // computed
    REPLY_TIME = 0x8220;
    INTENDED = 0x8224;            // as BUSY: what the organizer wants
    INVITED = 0x8229;             // meeting requests were sent
    CONFERENCING = 0x8240;        // it is an online meeting
    CONFERENCE_TYPE = 0x8241;
    NET_SHOW = 0x8248;            // address of an online meeting
    NOT_PROPOSE = 0x825a;         // nobody may propose other times
    RESPONSE = 0x8218;            // 0 unknown, 1 organizer, 2 tentative, 3 accept, 4 decline, 5 no response
}

ids! { Guid::COMMON;
    REMINDER_MINUTES = 0x8501;
    REMINDER_TIME = 0x8502;       // events: the start; tasks: when it rings
    REMINDER_SET = 0x8503;
    REMINDER_SIGNAL = 0x8560;     // when it rings
    PRIVATE = 0x8506;
    COMMON_START = 0x8516;
    COMMON_END = 0x8517;
    MILEAGE = 0x8534;
    BILLING = 0x8535;
    COMPANIES = 0x8539;
}

ids! { Guid::TASK;
    TASK_STATUS = 0x8101;         // 0 not started, 1 in progress, 2 completed, 3 waiting, 4 deferred
    TASK_PERCENT = 0x8102;        // 0.0 to 1.0
    TASK_START = 0x8104;          // the local date at 00:00 marked UTC
    TASK_DUE = 0x8105;
    TASK_DONE_AT = 0x810f;
    TASK_ACTUAL = 0x8110;         // minutes
    TASK_TOTAL = 0x8111;
    TASK_COMPLETE = 0x811c;
    TASK_OWNER = 0x811f;
}

ids! { Guid::ADDRESS;
    FILE_AS = 0x8005;
    FILE_AS_MAPPING = 0x8006;     // Text: the EWS name (MAPI has a number)
    HAS_PICTURE = 0x8015;
    POSTAL_INDEX = 0x8022;        // 0 none, 1 home, 2 business, 3 other
    HTML_PAGE = 0x802b;
    YOMI_FIRST = 0x802c;
    YOMI_LAST = 0x802d;
    YOMI_COMPANY = 0x802e;
    WORK_STREET = 0x8045;
    WORK_CITY = 0x8046;
    WORK_STATE = 0x8047;
    WORK_ZIP = 0x8048;
    WORK_COUNTRY = 0x8049;
    IM_1 = 0x8062;
    EMAIL_1_NAME = 0x8080;
    EMAIL_1_TYPE = 0x8082;
    EMAIL_1 = 0x8083;
    EMAIL_1_ORIGINAL = 0x8084;
    EMAIL_2_NAME = 0x8090;
    EMAIL_2_TYPE = 0x8092;
    EMAIL_2 = 0x8093;
    EMAIL_2_ORIGINAL = 0x8094;
    EMAIL_3_NAME = 0x80a0;
    EMAIL_3_TYPE = 0x80a2;
    EMAIL_3 = 0x80a3;
    EMAIL_3_ORIGINAL = 0x80a4;
    BIRTHDAY_LOCAL = 0x80de;
    WEDDING_LOCAL = 0x80df;
}

/// Text: where to join an online meeting.
pub const JOIN_URL: Key = Key::Name(
    Guid::PUBLIC_STRINGS,
    Cow::Borrowed("OnlineMeetingExternalLink"),
);
/// Bool.
pub const DO_NOT_FORWARD: Key = Key::Name(Guid::PUBLIC_STRINGS, Cow::Borrowed("DoNotForward"));
/// Texts.
pub const CATEGORIES: Key = Key::Name(Guid::PUBLIC_STRINGS, Cow::Borrowed("Keywords"));

// What MAPI keeps in blobs, recipient tables and several properties at once.

/// Text: the Windows id of the zone. Events only.
pub const START_ZONE: Key = Key::internal("StartTimeZone");
/// Text: the Windows id of the zone. Events only.
pub const END_ZONE: Key = Key::internal("EndTimeZone");
/// People.
pub const REQUIRED: Key = Key::internal("RequiredAttendees");
/// People.
pub const OPTIONAL: Key = Key::internal("OptionalAttendees");
/// People.
pub const RESOURCES: Key = Key::internal("Resources");
/// Members of a distribution list.
pub const MEMBERS: Key = Key::internal("Members");
/// People, one of them.
pub const ORGANIZER: Key = Key::internal("Organizer");
/// Text: what an EnhancedLocation says beside its DisplayName, and the parts of its address by their element names.
pub const LOCATION_ANNOTATION: Key = Key::internal("LocationAnnotation");
pub const LOCATION_PARTS: [(&str, Key); 15] = [
    ("Street", Key::internal("LocationStreet")),
    ("City", Key::internal("LocationCity")),
    ("State", Key::internal("LocationState")),
    ("Country", Key::internal("LocationCountry")),
    ("PostalCode", Key::internal("LocationPostalCode")),
    ("PostOfficeBox", Key::internal("LocationPostOfficeBox")),
    ("Type", Key::internal("LocationType")),
    ("Latitude", Key::internal("LocationLatitude")),
    ("Longitude", Key::internal("LocationLongitude")),
    ("Accuracy", Key::internal("LocationAccuracy")),
    ("Altitude", Key::internal("LocationAltitude")),
    (
        "AltitudeAccuracy",
        Key::internal("LocationAltitudeAccuracy"),
    ),
    (
        "FormattedAddress",
        Key::internal("LocationFormattedAddress"),
    ),
    ("LocationUri", Key::internal("LocationUri")),
    ("LocationSource", Key::internal("LocationSource")),
];
/// Text: ImAddress2 and 3.
pub const IM_2: Key = Key::internal("ImAddress2");
pub const IM_3: Key = Key::internal("ImAddress3");

/// Stands for the recurrence where changes are noted by key; no bag has it.
pub const RECURRENCE: Key = Key::internal("Recurrence");
