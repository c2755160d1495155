//! The order of properties that the schema demands, and the named shapes.

use crate::item::Class;

const ITEM: &[&str] = &[
    "MimeContent",
    "ItemId",
    "ParentFolderId",
    "ItemClass",
    "Subject",
    "Sensitivity",
    "Body",
    "Attachments",
    "DateTimeReceived",
    "Size",
    "Categories",
    "Importance",
    "IsSubmitted",
    "IsDraft",
    "IsFromMe",
    "IsResend",
    "IsUnmodified",
    "DateTimeSent",
    "DateTimeCreated",
    "ResponseObjects",
    "ReminderDueBy",
    "ReminderIsSet",
    "ReminderNextTime",
    "ReminderMinutesBeforeStart",
    "DisplayCc",
    "DisplayTo",
    "HasAttachments",
    "ExtendedProperty",
    "Culture",
    "EffectiveRights",
    "LastModifiedName",
    "LastModifiedTime",
    "IsAssociated",
    "InstanceKey",
    "TextBody",
];

const EVENT: &[&str] = &[
    "UID",
    "RecurrenceId",
    "DateTimeStamp",
    "Start",
    "End",
    "OriginalStart",
    "IsAllDayEvent",
    "LegacyFreeBusyStatus",
    "Location",
    "IsMeeting",
    "IsCancelled",
    "IsRecurring",
    "MeetingRequestWasSent",
    "IsResponseRequested",
    "CalendarItemType",
    "MyResponseType",
    "Organizer",
    "RequiredAttendees",
    "OptionalAttendees",
    "Resources",
    "ConflictingMeetingCount",
    "AdjacentMeetingCount",
    "Duration",
    "TimeZone",
    "AppointmentReplyTime",
    "AppointmentSequenceNumber",
    "AppointmentState",
    "Recurrence",
    "FirstOccurrence",
    "LastOccurrence",
    "ModifiedOccurrences",
    "DeletedOccurrences",
    "StartTimeZone",
    "EndTimeZone",
    "ConferenceType",
    "AllowNewTimeProposal",
    "IsOnlineMeeting",
    "MeetingWorkspaceUrl",
    "NetShowUrl",
    "EnhancedLocation",
    "StartWallClock",
    "EndWallClock",
    "StartTimeZoneId",
    "EndTimeZoneId",
    "IntendedFreeBusyStatus",
    "JoinOnlineMeetingUrl",
    "IsOrganizer",
    "DoNotForwardMeeting",
];

const CONTACT: &[&str] = &[
    "FileAs",
    "FileAsMapping",
    "DisplayName",
    "GivenName",
    "Initials",
    "MiddleName",
    "Nickname",
    "CompleteName",
    "CompanyName",
    "EmailAddresses",
    "PhysicalAddresses",
    "PhoneNumbers",
    "AssistantName",
    "Birthday",
    "BusinessHomePage",
    "Children",
    "Companies",
    "ContactSource",
    "Department",
    "Generation",
    "ImAddresses",
    "JobTitle",
    "Manager",
    "Mileage",
    "OfficeLocation",
    "PostalAddressIndex",
    "Profession",
    "SpouseName",
    "Surname",
    "WeddingAnniversary",
    "HasPicture",
    "PhoneticFullName",
    "PhoneticFirstName",
    "PhoneticLastName",
];

const TASK: &[&str] = &[
    "ActualWork",
    "BillingInformation",
    "ChangeCount",
    "Companies",
    "CompleteDate",
    "Contacts",
    "DelegationState",
    "DueDate",
    "IsComplete",
    "IsRecurring",
    "IsTeamTask",
    "Mileage",
    "Owner",
    "PercentComplete",
    "Recurrence",
    "StartDate",
    "Status",
    "StatusDescription",
    "TotalWork",
];

const LIST: &[&str] = &["DisplayName", "FileAs", "ContactSource", "Members"];

/// All properties of a class in schema order; `ExtendedProperty` marks where those go.
pub fn of(class: Class) -> &'static [&'static str] {
    use std::sync::LazyLock;
    static ORDERS: LazyLock<[Vec<&'static str>; 4]> =
        LazyLock::new(|| [EVENT, CONTACT, TASK, LIST].map(|own| [ITEM, own].concat()));
    match class {
        Class::Event => &ORDERS[0],
        Class::Contact => &ORDERS[1],
        Class::Task => &ORDERS[2],
        Class::List => &ORDERS[3],
        Class::Message => ITEM,
    }
}

/// What BaseShape `Default` shows beside the ItemId.
pub fn default_shape(class: Class) -> &'static [&'static str] {
    match class {
        Class::Event => &[
            "Subject",
            "Start",
            "End",
            "LegacyFreeBusyStatus",
            "Location",
            "Organizer",
            "HasAttachments",
        ],
        Class::Contact => &[
            "FileAs",
            "EmailAddresses",
            "PhoneNumbers",
            "PhysicalAddresses",
            "CompanyName",
            "HasAttachments",
        ],
        Class::List => &["DisplayName", "FileAs", "HasAttachments"],
        Class::Task => &[
            "Subject",
            "DueDate",
            "PercentComplete",
            "Status",
            "HasAttachments",
        ],
        Class::Message => &["Subject", "Body", "HasAttachments", "DateTimeCreated"],
    }
}

/// Whether BaseShape `AllProperties` shows it.
pub fn in_all_properties(name: &str) -> bool {
    !matches!(
        name,
        "MimeContent"
            | "TextBody"
            | "InstanceKey"
            | "EnhancedLocation"
            | "StartWallClock"
            | "EndWallClock"
            | "StartTimeZoneId"
            | "EndTimeZoneId"
            | "IntendedFreeBusyStatus"
            | "JoinOnlineMeetingUrl"
            | "IsOrganizer"
            | "DoNotForwardMeeting"
            | "ExtendedProperty"
    )
}
