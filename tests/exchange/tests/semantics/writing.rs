//! What all writing has in common: change keys, conflicts, required switches, refused properties.

use crate::client::{Fixture, Key, set, text, unset};

fn event(fixture: &Fixture) -> Key {
    fixture.create(
        "<t:CalendarItem><t:Subject>A</t:Subject><t:Location>L</t:Location></t:CalendarItem>",
    )
}

fn subject(subject: &str) -> String {
    set(
        "CalendarItem",
        "item:Subject",
        &format!("<t:Subject>{subject}</t:Subject>"),
    )
}

const LOCATION: &str = "<t:Location>M</t:Location>";

#[test]
fn a_stale_change_key_is_honoured_as_the_resolution_says() {
    let fixture = Fixture::new();
    let old = event(&fixture);
    let new = fixture.update(&old, &subject("B")).unwrap();
    assert_ne!(new.change_key, old.change_key);
    let location = set("CalendarItem", "calendar:Location", LOCATION);
    assert_eq!(
        fixture
            .resolve(&old, &location, "NeverOverwrite")
            .unwrap_err(),
        "ErrorIrresolvableConflict"
    );
    assert_eq!(
        fixture
            .resolve(&old, &subject("C"), "AutoResolve")
            .unwrap_err(),
        "ErrorIrresolvableConflict"
    );
    let merged = fixture.resolve(&old, &location, "AutoResolve").unwrap();
    let found = fixture.get(&merged, "");
    assert_eq!(
        (text(&found, "Subject"), text(&found, "Location")),
        (Some("B"), Some("M"))
    );
    let forced = fixture
        .resolve(&old, &subject("D"), "AlwaysOverwrite")
        .unwrap();
    assert_eq!(text(&fixture.get(&forced, ""), "Subject"), Some("D"));
}

#[test]
fn writing_needs_a_change_key() {
    let fixture = Fixture::new();
    let key = Key {
        change_key: String::new(),
        ..event(&fixture)
    };
    for resolution in ["NeverOverwrite", "AutoResolve", "AlwaysOverwrite"] {
        let code = fixture
            .resolve(&key, &subject("B"), resolution)
            .unwrap_err();
        assert_eq!(code, "ErrorChangeKeyRequiredForWriteOperations");
    }
    let broken = Key {
        change_key: "DwAAABYAAAA=".into(),
        ..key
    };
    assert_eq!(
        fixture.update(&broken, &subject("B")).unwrap_err(),
        "ErrorInvalidChangeKey"
    );
}

#[test]
fn switches_that_decide_about_mail_are_required() {
    let fixture = Fixture::new();
    let key = event(&fixture);
    let create = "<m:CreateItem><m:Items><t:CalendarItem/></m:Items></m:CreateItem>";
    assert_eq!(
        fixture.codes(create),
        ["ErrorSendMeetingInvitationsRequired"]
    );
    let update = format!(
        "<m:UpdateItem ConflictResolution=\"NeverOverwrite\"><m:ItemChanges><t:ItemChange>{}<t:Updates>{}</t:Updates>\
         </t:ItemChange></m:ItemChanges></m:UpdateItem>",
        key.xml(),
        subject("B")
    );
    assert_eq!(
        fixture.codes(&update),
        ["ErrorSendMeetingInvitationsOrCancellationsRequired"]
    );
    let delete = |key: &Key| {
        format!(
            "<m:DeleteItem DeleteType=\"HardDelete\"><m:ItemIds>{}</m:ItemIds></m:DeleteItem>",
            key.xml()
        )
    };
    assert_eq!(
        fixture.codes(&delete(&key)),
        ["ErrorSendMeetingCancellationsRequired"]
    );
    let task = fixture.create("<t:Task/>");
    assert_eq!(
        fixture.codes(&delete(&task)),
        ["ErrorAffectedTaskOccurrencesRequired"]
    );
    let contact = fixture.create("<t:Contact/>");
    assert_eq!(fixture.codes(&delete(&contact)), ["NoError"]);
}

#[test]
fn an_update_names_and_carries_one_and_the_same_property() {
    let fixture = Fixture::new();
    let key = event(&fixture);
    let other = set("CalendarItem", "item:Subject", LOCATION);
    assert_eq!(
        fixture.update(&key, &other).unwrap_err(),
        "ErrorUpdatePropertyMismatch"
    );
    let two = set(
        "CalendarItem",
        "item:Subject",
        &format!("<t:Subject>B</t:Subject>{LOCATION}"),
    );
    assert_eq!(
        fixture.update(&key, &two).unwrap_err(),
        "ErrorIncorrectUpdatePropertyCount"
    );
    let wrong_class = set("Contact", "item:Subject", "<t:Subject>B</t:Subject>");
    assert_eq!(
        fixture.update(&key, &wrong_class).unwrap_err(),
        "ErrorUpdatePropertyMismatch"
    );
    let plain_item = set("Item", "item:Subject", "<t:Subject>B</t:Subject>");
    assert!(fixture.update(&key, &plain_item).is_ok());
    let unchanged = fixture.get(&key, "");
    assert_eq!(text(&unchanged, "Subject"), Some("B"));
}

#[test]
fn a_failed_update_changes_nothing() {
    let fixture = Fixture::new();
    let key = event(&fixture);
    let half = subject("B") + &set("CalendarItem", "item:Subject", LOCATION);
    assert!(fixture.update(&key, &half).is_err());
    let found = fixture.get(&key, "");
    assert_eq!((text(&found, "Subject"), Key::of(&found)), (Some("A"), key));
}

#[test]
fn read_only_properties_are_not_written_and_necessary_ones_not_deleted() {
    let fixture = Fixture::new();
    let key = event(&fixture);
    let cancelled = set(
        "CalendarItem",
        "calendar:IsCancelled",
        "<t:IsCancelled>true</t:IsCancelled>",
    );
    assert_eq!(
        fixture.update(&key, &cancelled).unwrap_err(),
        "ErrorInvalidPropertySet"
    );
    for uri in [
        "calendar:Start",
        "calendar:UID",
        "item:Sensitivity",
        "item:ReminderIsSet",
    ] {
        assert_eq!(
            fixture.update(&key, &unset(uri)).unwrap_err(),
            "ErrorInvalidPropertyDelete",
            "{uri}"
        );
    }
    let key = fixture.update(&key, &unset("calendar:Location")).unwrap();
    assert_eq!(text(&fixture.get(&key, ""), "Location"), None);
}

#[test]
fn appending_adds_to_the_body() {
    let fixture = Fixture::new();
    let key =
        fixture.create("<t:CalendarItem><t:Body BodyType=\"Text\">One</t:Body></t:CalendarItem>");
    let append = |uri: &str, element: &str| {
        format!(
            "<t:AppendToItemField><t:FieldURI FieldURI=\"{uri}\"/><t:CalendarItem>{element}</t:CalendarItem></t:AppendToItemField>"
        )
    };
    let key = fixture
        .update(
            &key,
            &append("item:Body", "<t:Body BodyType=\"Text\"> and two</t:Body>"),
        )
        .unwrap();
    assert_eq!(text(&fixture.get(&key, ""), "Body"), Some("One and two"));
    let refused = fixture.update(&key, &append("item:Subject", "<t:Subject>B</t:Subject>"));
    assert_eq!(refused.unwrap_err(), "ErrorInvalidPropertyAppend");
}

#[test]
fn items_live_in_folders_of_their_class() {
    let fixture = Fixture::new();
    let create = |folder: &str, item: &str| {
        fixture.codes(&format!(
            "<m:CreateItem SendMeetingInvitations=\"SendToNone\"><m:SavedItemFolderId><t:DistinguishedFolderId Id=\"{folder}\"/>\
             </m:SavedItemFolderId><m:Items>{item}</m:Items></m:CreateItem>"
        ))
    };
    assert_eq!(
        create("tasks", "<t:CalendarItem/>"),
        ["ErrorCannotCreateCalendarItemInNonCalendarFolder"]
    );
    assert_eq!(
        create("calendar", "<t:Contact/>"),
        ["ErrorCannotCreateContactInNonContactFolder"]
    );
    assert_eq!(
        create("contacts", "<t:Task/>"),
        ["ErrorCannotCreateTaskInNonTaskFolder"]
    );
    assert_eq!(
        create("contacts", "<t:Contact/><t:Contact/>"),
        ["NoError", "NoError"]
    );
}

#[test]
fn one_bad_item_of_a_batch_does_not_stop_the_others() {
    let fixture = Fixture::new();
    let key = event(&fixture);
    let batch = format!(
        "<m:GetItem><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape><m:ItemIds>{}<t:ItemId Id=\"AAMk\"/>{}\
         </m:ItemIds></m:GetItem>",
        key.xml(),
        key.xml()
    );
    assert_eq!(
        fixture.codes(&batch),
        ["NoError", "ErrorInvalidIdMalformed", "NoError"]
    );
}

#[test]
fn an_update_changes_nothing_but_what_it_names() {
    let fixture = Fixture::with(|builder| builder.seed(3));
    for folder in ["calendar", "contacts", "tasks"] {
        let (changes, _, _) = fixture.sync(folder, "", 512);
        for (_, id) in changes {
            let id = format!("<t:ItemId Id=\"{id}\"/>");
            let strip = |mut item: exchange_standin::element::Element| {
                let shared = [
                    "ItemId",
                    "LastModifiedTime",
                    "DateTimeStamp",
                    "Size",
                    "Importance",
                ];
                item.children
                    .retain(|property| !shared.contains(&property.name.as_str()));
                // The ids of occurrences carry the change key of their master.
                for occurrences in &mut item.children {
                    occurrences
                        .children
                        .iter_mut()
                        .for_each(|one| one.children.retain(|each| each.name != "ItemId"));
                }
                for name in ["FirstOccurrence", "LastOccurrence"] {
                    if let Some(one) = item.children.iter_mut().find(|child| child.name == name) {
                        one.children.retain(|each| each.name != "ItemId");
                    }
                }
                item
            };
            let before = fixture.get_by(&id, "").unwrap();
            let important = set(
                &before.name,
                "item:Importance",
                "<t:Importance>High</t:Importance>",
            );
            let key = fixture.update(&Key::of(&before), &important).unwrap();
            let after = fixture.get(&key, "");
            assert_eq!(text(&after, "Importance"), Some("High"));
            let (before, after) = (strip(before), strip(after));
            let changed: Vec<_> = before
                .children
                .iter()
                .filter(|each| !after.children.contains(each))
                .collect();
            let added: Vec<_> = after
                .children
                .iter()
                .filter(|each| !before.children.contains(each))
                .collect();
            assert!(
                changed.is_empty() && added.is_empty(),
                "{changed:?} became {added:?}"
            );
        }
    }
}
