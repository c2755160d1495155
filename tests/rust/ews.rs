//! Requests are valid against Microsoft's schema, and answers are read as servers really send them.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may fail"
)]

use exchange_core::error::ErrorKind;
use exchange_core::ews::{
    Action, Answer, Attachment, CreateAttachment, CreateFolder, CreateItem, DeleteAttachment,
    DeleteFolder, DeleteItem, Edit, Element, FieldPath, FileAttachment, FindFolder, FindItem,
    FolderId, GetAttachment, GetFolder, GetItem, GetStreamingEvents, ItemChange, ItemId, ListItems,
    MeetingAnswer, NewItem, Notify, Operation, PropertySet, PropertyType, ReferenceAttachment,
    Respond, Subscribe, SyncFolderItems, Target, Unsubscribe, UpdateItem, Version, request,
};
use exchange_core::mapping::Acquaintance;
use exchange_core::model::Kind;
use proptest::prelude::*;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

const CALENDAR: FolderId = FolderId::Distinguished("calendar");
const NAMED: FieldPath =
    FieldPath::Named(PropertySet::PublicStrings, "a.key", PropertyType::String);

fn leaf(name: &str, text: &str) -> Element {
    Element {
        name: name.to_owned(),
        text: text.to_owned(),
        ..Element::default()
    }
}

fn tree(name: &str, children: Vec<Element>) -> Element {
    Element {
        name: name.to_owned(),
        children,
        ..Element::default()
    }
}

fn extended(path: FieldPath, value: &str) -> Element {
    Element {
        name: "ExtendedProperty".to_owned(),
        children: vec![path.element(), leaf("Value", value)],
        ..Element::default()
    }
}

fn id(id: &str) -> ItemId {
    ItemId {
        id: id.to_owned(),
        change_key: Some("DwAAABYAAAA=".to_owned()),
    }
}

fn link() -> Attachment {
    Attachment::Reference(ReferenceAttachment {
        name: "Plan".to_owned(),
        content_type: "text/html".to_owned(),
        target: "https://example.org/plan".to_owned(),
    })
}

fn inline() -> Attachment {
    Attachment::File(FileAttachment {
        name: "logo.png".to_owned(),
        content_type: "image/png".to_owned(),
        content_id: Some("logo@example.org".to_owned()),
        is_contact_photo: false,
        content: vec![0x89],
    })
}

fn photo() -> Attachment {
    Attachment::File(FileAttachment {
        name: "ContactPicture.jpg".to_owned(),
        content_type: "image/jpeg".to_owned(),
        content_id: None,
        is_contact_photo: true,
        content: vec![0xff, 0xd8, 0xff],
    })
}

fn of<O: Operation>(operation: &O) -> (&'static str, Vec<u8>) {
    (O::NAME, request(operation, Version::NEWEST, None))
}

/// Requests about what happens in folders.
fn requests_of_watching() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        of(&Subscribe {
            folders: vec![CALENDAR, FolderId::Id("AQMkADk=".to_owned())],
        }),
        of(&GetStreamingEvents {
            subscriptions: vec!["JgBibjE=".to_owned(), "JgBibjI=".to_owned()],
            minutes: 30,
        }),
        of(&Unsubscribe {
            subscription: "JgBibjE=".to_owned(),
        }),
    ]
}

/// Requests about groups of contacts, and about another mailbox.
fn requests_of_groups() -> Vec<(&'static str, Vec<u8>)> {
    let folder = FolderId::Id("AQMkADk=".to_owned());
    let path = FieldPath::Field("distributionlist:Members");
    let mailbox = tree("Mailbox", vec![leaf("EmailAddress", "ada@example.org")]);
    let members = tree("Members", vec![tree("Member", vec![mailbox])]);
    let group = NewItem {
        content: vec![leaf("DisplayName", "Choir"), members.clone()],
        group: true,
        ..NewItem::default()
    };
    let change = ItemChange {
        target: Target::Item(id("AAMkAGU=")),
        edits: vec![
            Edit::Set(path, members),
            Edit::Delete(path),
            Edit::Set(NAMED, extended(NAMED, "k2")),
        ],
        group: true,
    };
    vec![
        of(&FindFolder {
            root: FolderId::Of("contacts", "shared@example.org".to_owned()),
            offset: 0,
            deep: false,
        }),
        of(&CreateFolder {
            parent: CALENDAR,
            kind: Kind::Contact,
            name: "Team".to_owned(),
        }),
        of(&DeleteFolder {
            folder: FolderId::Id("AAMkAGU=".to_owned()),
        }),
        of(&CreateItem {
            folder: &folder,
            kind: Kind::Contact,
            items: vec![&group],
            notify: false,
        }),
        of(&UpdateItem {
            kind: Kind::Contact,
            items: vec![&change],
            notify: Notify::Nobody,
        }),
        of(&ListItems {
            having: Some(NAMED),
            folder: &folder,
            fields: &Acquaintance::FIELDS,
            offset: 1000,
            associated: false,
        }),
        of(&ListItems {
            having: None,
            folder: &folder,
            fields: &[NAMED],
            offset: 0,
            associated: true,
        }),
    ]
}

fn listing(folder: &FolderId, state: Option<&str>) -> SyncFolderItems {
    SyncFolderItems {
        most: 512,
        folder: folder.clone(),
        state: state.map(str::to_owned),
        mark: state.map(|_| NAMED),
    }
}

/// One request of every other operation, with every shape it can take.
fn requests() -> Vec<(&'static str, Vec<u8>)> {
    let item = Target::Item(id("AAMkAGM="));
    let bare = Target::Item(ItemId {
        id: "AAMkAGN=".to_owned(),
        change_key: None,
    });
    let occurrence = Target::Occurrence {
        master: id("AAMkAGO="),
        index: 3,
    };
    let fields = [
        FieldPath::Field("item:Subject"),
        FieldPath::Indexed("contacts:PhoneNumber", "HomePhone"),
        FieldPath::Tag(0x3a45, PropertyType::String),
        FieldPath::Id(PropertySet::Task, 0x8104, PropertyType::SystemTime),
        NAMED,
    ];
    let contact = NewItem {
        content: vec![
            leaf("Subject", "Bo & \u{1}Co"),
            extended(NAMED, "k1"),
            leaf("GivenName", "Bo"),
        ],
        attachments: vec![photo(), inline(), link()],
        group: false,
    };
    let change = ItemChange {
        target: item.clone(),
        edits: vec![
            Edit::Set(FieldPath::Field("item:Subject"), leaf("Subject", "a < b")),
            Edit::Set(NAMED, extended(NAMED, "k2")),
            Edit::Delete(FieldPath::Field("calendar:Location")),
        ],
        group: false,
    };
    let later = ItemChange {
        target: occurrence.clone(),
        ..change.clone()
    };
    let folder = FolderId::Id("AQMkADk=".to_owned());
    let accept = (id("AAMkAGQ="), MeetingAnswer::Accept);
    let decline = (id("AAMkAGU="), MeetingAnswer::Decline);
    vec![
        of(&GetFolder {
            folders: vec![CALENDAR, folder.clone()],
        }),
        of(&FindFolder {
            root: FolderId::Distinguished("msgfolderroot"),
            offset: 500,
            deep: true,
        }),
        of(&listing(&folder, None)),
        of(&listing(&folder, Some("H4sIAAB="))),
        of(&GetItem {
            items: vec![&item, &bare, &occurrence],
            fields: &fields,
        }),
        of(&GetItem {
            items: vec![&item],
            fields: &[],
        }),
        of(&FindItem {
            folder: &folder,
            path: NAMED,
            values: &["k1"],
        }),
        of(&FindItem {
            folder: &folder,
            path: NAMED,
            values: &["k1", "k\"2"],
        }),
        of(&CreateItem {
            folder: &folder,
            kind: Kind::Contact,
            items: vec![&contact],
            notify: false,
        }),
        of(&UpdateItem {
            kind: Kind::Event,
            items: vec![&change, &later],
            notify: Notify::Changed,
        }),
        of(&DeleteItem {
            items: vec![&item, &occurrence],
            notify: true,
        }),
        of(&Respond {
            items: vec![&accept, &decline],
            notify: true,
        }),
    ]
}

/// The requests about attachments.
fn attachment_requests() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        of(&GetAttachment {
            ids: vec!["a", "b"],
            sizes: vec![1, 2],
        }),
        of(&CreateAttachment {
            parent: id("AAMkAGM="),
            files: vec![&photo(), &inline(), &link()],
        }),
        of(&DeleteAttachment { ids: vec!["a"] }),
    ]
}

/// The schema to check against, or None after saying why not.
fn schema() -> Option<PathBuf> {
    let default = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/ews/se-15.2.2562.17"
    );
    let dir =
        std::env::var_os("EWS_SCHEMA_DIR").map_or_else(|| PathBuf::from(default), PathBuf::from);
    let file = dir.join("ews-soap.xsd");
    let missing = if !file.exists() {
        "the schema is not there (set EWS_SCHEMA_DIR)"
    } else if Command::new("xmllint").arg("--version").output().is_err() {
        "xmllint is not installed (Debian package libxml2-utils)"
    } else {
        return Some(file);
    };
    eprintln!("SKIPPED: requests are not checked against the schema, since {missing}.");
    None
}

#[test]
fn every_request_is_valid_against_the_schema() {
    let Some(schema) = schema() else { return };
    let all = [
        requests(),
        attachment_requests(),
        requests_of_groups(),
        requests_of_watching(),
    ];
    for (name, request) in all.concat() {
        let mut child = Command::new("xmllint")
            .args(["--noout", "--nonet", "--schema"])
            .arg(&schema)
            .arg("-")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(&request).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(
            output.status.success(),
            "{name}: {}\n{}",
            String::from_utf8_lossy(&output.stderr),
            String::from_utf8_lossy(&request)
        );
    }
}

#[test]
fn attachments_stand_where_the_schema_wants_them() {
    let item = NewItem {
        content: ["ItemClass", "Subject", "Body", "Categories", "DisplayName"]
            .map(|name| leaf(name, ""))
            .to_vec(),
        attachments: vec![photo()],
        group: false,
    };
    let bytes = request(
        &CreateItem {
            folder: &CALENDAR,
            kind: Kind::Contact,
            items: vec![&item],
            notify: false,
        },
        Version::NEWEST,
        None,
    );
    let tree = Element::parse(&bytes).unwrap();
    let contact = tree
        .at(&["Body", "CreateItem", "Items", "Contact"])
        .unwrap();
    let names: Vec<&str> = contact
        .children
        .iter()
        .map(|child| child.name.as_str())
        .collect();
    assert_eq!(
        names,
        [
            "ItemClass",
            "Subject",
            "Body",
            "Attachments",
            "Categories",
            "DisplayName"
        ]
    );
}

/// An answer around response messages, with unusual prefixes, as some servers send.
fn answer(body: &str) -> Vec<u8> {
    format!(
        r#"<?xml version="1.0"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Header>
        <h:ServerVersionInfo xmlns:h="t" MajorVersion="15" MinorVersion="2" MajorBuildNumber="2562" MinorBuildNumber="17"/>
        </soap:Header><soap:Body>{body}</soap:Body></soap:Envelope>"#
    )
    .into_bytes()
}

fn messages(operation: &str, messages: &str) -> Vec<u8> {
    answer(&format!(
        r#"<x:{operation}Response xmlns:x="m" xmlns="t"><x:ResponseMessages>{messages}</x:ResponseMessages></x:{operation}Response>"#
    ))
}

#[test]
fn a_page_of_changes_is_read() {
    let bytes = messages(
        "SyncFolderItems",
        r#"<x:SyncFolderItemsResponseMessage ResponseClass="Success"><x:ResponseCode>NoError</x:ResponseCode>
        <x:SyncState>H4sI</x:SyncState><x:IncludesLastItemInRange>false</x:IncludesLastItemInRange><x:Changes>
        <Create><CalendarItem><ItemId Id="a" ChangeKey="1"/></CalendarItem></Create>
        <Update><MeetingRequest><ItemId Id="b" ChangeKey="2"/></MeetingRequest></Update>
        <Delete><ItemId Id="c"/></Delete>
        <ReadFlagChange><ItemId Id="d"/><IsRead>true</IsRead></ReadFlagChange>
        </x:Changes></x:SyncFolderItemsResponseMessage>"#,
    );
    let mut answer = Answer::read(&bytes).unwrap();
    assert_eq!(answer.server.as_deref(), Some("15.2.2562.17"));
    let page = SyncFolderItems::outcome(answer.messages.pop().unwrap()).unwrap();
    let ids: Vec<&str> = page.changed.iter().map(|item| item.id.as_str()).collect();
    assert_eq!(
        (ids, page.deleted, page.state.as_str(), page.last),
        (vec!["a", "b"], vec!["c".to_owned()], "H4sI", false)
    );
}

#[test]
fn a_success_without_a_sync_state_is_not_believed() {
    let bytes = messages(
        "SyncFolderItems",
        r#"<x:SyncFolderItemsResponseMessage ResponseClass="Success"><x:ResponseCode>NoError</x:ResponseCode><x:SyncState/>
        </x:SyncFolderItemsResponseMessage>"#,
    );
    let message = Answer::read(&bytes).unwrap().messages.pop().unwrap();
    assert!(SyncFolderItems::outcome(message).is_err());
}

#[test]
fn one_item_that_cannot_be_read_fails_alone() {
    let good = |id: &str, subject: &str| {
        format!(
            r#"<x:GetItemResponseMessage ResponseClass="Success"><x:ResponseCode>NoError</x:ResponseCode><x:Items><Contact>
            <ItemId Id="{id}" ChangeKey="1"/><Subject>{subject}</Subject></Contact></x:Items></x:GetItemResponseMessage>"#
        )
    };
    let deep = format!("{}{}", "<b>".repeat(500), "</b>".repeat(500));
    let bytes = messages(
        "GetItem",
        &[
            good("a", "control &#x1;&#x0; \u{2}"),
            good("b", "mismatch <i>"),
            good("c", &deep),
            good("d", "fine"),
            r#"<x:GetItemResponseMessage ResponseClass="Error"><x:MessageText>Gone.</x:MessageText>
            <x:ResponseCode>ErrorItemNotFound</x:ResponseCode><x:Items/></x:GetItemResponseMessage>"#
                .to_owned(),
        ]
        .concat(),
    );
    let outcomes: Vec<_> = Answer::read(&bytes)
        .unwrap()
        .messages
        .into_iter()
        .map(GetItem::outcome)
        .collect();
    assert_eq!(outcomes.len(), 5);
    assert_eq!(
        outcomes[0].as_ref().unwrap().child_text("Subject"),
        Some("control \u{FFFD}\u{FFFD} \u{FFFD}")
    );
    assert_eq!(outcomes[1].as_ref().unwrap_err().action(), Action::Item);
    assert_eq!(outcomes[2].as_ref().unwrap_err().action(), Action::Item);
    assert_eq!(
        outcomes[3].as_ref().unwrap().child_text("Subject"),
        Some("fine")
    );
    assert_eq!(outcomes[4].as_ref().unwrap_err().action(), Action::ItemGone);
}

#[test]
fn what_is_not_exchange_is_told_apart() {
    let cut = messages(
        "GetItem",
        "<x:GetItemResponseMessage ResponseClass=\"Success\"><x:Items>",
    );
    for bytes in [
        &b"<!DOCTYPE html><html><head><title>Sign in</title></head><body><form></form></body></html>"[..],
        b"<html><body>Sign in<br></body></html>",
        b"",
        b"\0\x01\xff",
        b"{\"error\": 1}",
        b"<s:Envelope xmlns:s='x'><s:Body/></s:Envelope>",
        &cut[..cut.len() - 120],
    ] {
        let error = Answer::read(bytes).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Protocol, "{}", String::from_utf8_lossy(bytes));
        assert!(error.message().ends_with('.'), "{error}");
    }
}

/// The two forms of a busy server in XML that carry its wish, and those that do not (NOTES section 3).
#[test]
fn a_busy_server_is_understood_in_every_form() {
    let message = |code: &str, values: &str| {
        let bytes = messages(
            "GetItem",
            &format!(
                r#"<x:GetItemResponseMessage ResponseClass="Error"><x:MessageText>busy</x:MessageText>
                <x:ResponseCode>{code}</x:ResponseCode><x:DescriptiveLinkKey>0</x:DescriptiveLinkKey>
                <x:MessageXml>{values}</x:MessageXml><x:Items/></x:GetItemResponseMessage>"#
            ),
        );
        GetItem::outcome(Answer::read(&bytes).unwrap().messages.pop().unwrap()).unwrap_err()
    };
    let fault = |code: &str, values: &str| {
        let bytes = answer(&format!(
            r#"<soap:Fault><faultcode xmlns:a="t">a:{code}</faultcode><faultstring xml:lang="en">busy</faultstring><detail>
            <e:ResponseCode xmlns:e="e">{code}</e:ResponseCode><e:Message xmlns:e="e">busy</e:Message>
            <t:MessageXml xmlns:t="t">{values}</t:MessageXml></detail></soap:Fault>"#
        ));
        Answer::read(&bytes).unwrap().fault.unwrap()
    };
    let value = r#"<t:Value xmlns:t="t" Name="BackOffMilliseconds">5000</t:Value>"#;
    let inner = r#"<t:Value xmlns:t="t" Name="InnerErrorMessageText">busy</t:Value>
        <t:Value xmlns:t="t" Name="InnerErrorResponseCode">ErrorServerBusy</t:Value>"#;
    let policy = r#"<t:Value xmlns:t="t" Name="Policy">MaxConcurrency</t:Value>"#;
    for (failure, wait, whole) in [
        (
            message("ErrorServerBusy", value),
            Some(Duration::from_secs(5)),
            false,
        ),
        (
            fault("ErrorServerBusy", value),
            Some(Duration::from_secs(5)),
            true,
        ),
        (fault("ErrorExceededConnectionCount", policy), None, true),
        (message("ErrorInternalServerError", inner), None, false),
        (fault("ErrorServerBusy", ""), None, true),
    ] {
        assert_eq!(
            (failure.action(), failure.back_off, failure.whole),
            (Action::Wait, wait, whole),
            "{failure:?}"
        );
    }
}

#[test]
fn a_fault_without_details_is_understood() {
    let bytes = answer(
        "<soap:Fault><faultcode>soap:ErrorInvalidServerVersion</faultcode><faultstring>old</faultstring></soap:Fault>",
    );
    assert_eq!(
        Answer::read(&bytes).unwrap().fault.unwrap().action(),
        Action::LowerVersion
    );
}

/// Every code of NOTES section 4 (the ones a synchroniser must know), with the class it has there.
#[test]
fn every_known_code_has_its_action() {
    let expected: &[(Action, &str)] = &[
        (Action::Relist, "ErrorInvalidSyncStateData"),
        (
            Action::FolderGone,
            "ErrorSyncFolderNotFound ErrorFolderNotFound",
        ),
        (
            Action::ItemGone,
            "ErrorItemNotFound ErrorCalendarOccurrenceIsDeletedFromRecurrence \
            ErrorCalendarOccurrenceIndexIsOutOfRecurrenceRange",
        ),
        (
            Action::Conflict,
            "ErrorIrresolvableConflict ErrorStaleObject ErrorChangeKeyRequiredForWriteOperations",
        ),
        (
            Action::Wait,
            "ErrorServerBusy ErrorExceededConnectionCount ErrorTooManyObjectsOpened ErrorInsufficientResources",
        ),
        (Action::Halve, "ErrorTimeoutExpired"),
        (Action::Resend, "ErrorBatchProcessingStopped"),
        (
            Action::Retry,
            "ErrorInternalServerTransientError ErrorInternalServerError ErrorConnectionFailed \
            ErrorADUnavailable ErrorADOperation ErrorClientDisconnected ErrorNoRespondingCASInDestinationSite",
        ),
        (
            Action::Later,
            "ErrorMailboxStoreUnavailable ErrorMailboxFailover",
        ),
        (
            Action::LowerVersion,
            "ErrorInvalidServerVersion ErrorIncorrectSchemaVersion ErrorInvalidSchemaVersionForMailboxVersion",
        ),
        (
            Action::NoMailbox,
            "ErrorMailboxConfiguration ErrorNonExistentMailbox",
        ),
        (
            Action::Denied,
            "ErrorAccessDenied ErrorSubscriptionAccessDenied",
        ),
        (
            Action::Resubscribe,
            "ErrorInvalidSubscription ErrorSubscriptionNotFound ErrorExpiredSubscription \
            ErrorSubscriptionUnsubscribed ErrorInvalidWatermark ErrorReadEventsFailed ErrorMissedNotificationEvents",
        ),
        (
            Action::Rediscover,
            "ErrorProxyRequestNotAllowed ErrorMailboxMoveInProgress",
        ),
        (
            Action::NotInTheirName,
            "ErrorImpersonateUserDenied ErrorImpersonationDenied ErrorImpersonationFailed",
        ),
        (
            Action::Bug,
            "ErrorSchemaValidation ErrorInvalidRequest ErrorInvalidPropertySet ErrorInvalidPropertyForOperation \
            ErrorUpdatePropertyMismatch ErrorInvalidExtendedProperty ErrorInvalidExtendedPropertyValue \
            ErrorInvalidIdMalformed ErrorInvalidIdEmpty ErrorCannotUseFolderIdForItemId \
            ErrorSendMeetingInvitationsRequired ErrorAffectedTaskOccurrencesRequired ErrorMessageDispositionRequired",
        ),
        (
            Action::Item,
            "ErrorOccurrenceCrossingBoundary ErrorOccurrenceTimeSpanTooBig ErrorCalendarInvalidRecurrence \
            ErrorRecurrenceHasNoOccurrence ErrorRecurrenceEndDateTooBig ErrorCalendarOutOfRange \
            ErrorCalendarInvalidDayForWeeklyRecurrence ErrorCalendarEndDateIsEarlierThanStartDate \
            ErrorCalendarDurationIsTooLong ErrorCalendarInvalidPropertyState ErrorCorruptData ErrorItemCorrupt \
            ErrorItemPropertyRequestFailed ErrorCalendarMeetingRequestIsOutOfDate ErrorCalendarIsNotOrganizer \
            ErrorCannotCreateCalendarItemInNonCalendarFolder ErrorItemSave ErrorItemSavePropertyError \
            ErrorMimeContentInvalid ErrorNameResolutionNoResults",
        ),
        (
            Action::Full,
            "ErrorQuotaExceeded ErrorMessageSizeExceeded ErrorAttachmentSizeLimitExceeded",
        ),
        (
            Action::SignIn,
            "ErrorPasswordExpired ErrorPasswordChangeRequired ErrorInvalidAuthorizationContext",
        ),
    ];
    for (action, codes) in expected {
        for code in codes.split_whitespace() {
            assert_eq!(Action::of(code), *action, "{code}");
        }
    }
}

proptest! {
    /// Whatever is cut out of an answer, or changed in it, reading it ends in an answer or an error.
    #[test]
    fn a_broken_answer_never_panics(from in 0usize..700, length in 0usize..40, put in "[<>/&;a-z\"= ]{0,6}") {
        let mut bytes = messages(
            "GetItem",
            r#"<x:GetItemResponseMessage ResponseClass="Success"><x:ResponseCode>NoError</x:ResponseCode><x:Items><Contact>
            <ItemId Id="a" ChangeKey="1"/><Subject>&#x41; &lt;</Subject></Contact></x:Items></x:GetItemResponseMessage>
            <x:GetItemResponseMessage ResponseClass="Error"><x:ResponseCode>ErrorItemNotFound</x:ResponseCode><x:Items/>
            </x:GetItemResponseMessage>"#,
        );
        let from = from.min(bytes.len());
        let to = (from + length).min(bytes.len());
        bytes.splice(from..to, put.into_bytes());
        if let Ok(answer) = Answer::read(&bytes) {
            let elements = String::from_utf8_lossy(&bytes).matches('<').count();
            prop_assert!(answer.messages.into_iter().map(GetItem::outcome).count() <= elements);
        }
    }
}
