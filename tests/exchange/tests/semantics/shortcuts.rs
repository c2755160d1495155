//! Associated items, and what tells the colour of a calendar: the folder Common Views, entry ids, and shortcuts.

use std::collections::BTreeSet;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use exchange_standin::element::Element;
use exchange_standin::remote;
use exchange_standin::shortcut::{self, Section};
use serde_json::{Value, json};

use crate::client::{Fixture, Key, USER, codes, extended_values, sync, text, unset};
use crate::control::ask;

const ENTRY_ID: &str = "<t:ExtendedFieldURI PropertyTag=\"0x0FFF\" PropertyType=\"Binary\"/>";
const TARGET: &str = "<t:ExtendedFieldURI PropertyTag=\"0x684C\" PropertyType=\"Binary\"/>";
const COLOUR: &str = "<t:ExtendedFieldURI PropertyTag=\"0x6853\" PropertyType=\"Integer\"/>";
const SECTION: &str = "<t:ExtendedFieldURI PropertyTag=\"0x6852\" PropertyType=\"Integer\"/>";
const ROOT: &str = "<t:DistinguishedFolderId Id=\"root\"/>";

fn equal(path: &str, value: &str) -> String {
    compare("IsEqualTo", path, value)
}

fn compare(comparison: &str, path: &str, value: &str) -> String {
    format!(
        "<m:Restriction><t:{comparison}>{path}<t:FieldURIOrConstant><t:Constant Value=\"{value}\"/>\
         </t:FieldURIOrConstant></t:{comparison}></m:Restriction>"
    )
}

fn field(uri: &str) -> String {
    format!("<t:FieldURI FieldURI=\"{uri}\"/>")
}

fn find_folder(traversal: &str, below: &str, restriction: &str) -> String {
    format!(
        "<m:FindFolder Traversal=\"{traversal}\"><m:FolderShape><t:BaseShape>Default</t:BaseShape><t:AdditionalProperties>\
         {ENTRY_ID}</t:AdditionalProperties></m:FolderShape>{restriction}<m:ParentFolderIds>{below}</m:ParentFolderIds>\
         </m:FindFolder>"
    )
}

/// The folders of an answer.
fn folders(fixture: &Fixture, operation: &str) -> Vec<Element> {
    let response = fixture.call(operation);
    assert_eq!(codes(&response), ["NoError"], "{response:?}");
    response.descendant("Folders").unwrap().children.clone()
}

fn names(folders: &[Element]) -> Vec<&str> {
    let name = |folder| text(folder, "DisplayName").unwrap();
    folders.iter().map(name).collect()
}

/// The id of Common Views as an element.
fn common_views(fixture: &Fixture) -> String {
    let named = equal(&field("folder:DisplayName"), "Common Views");
    let found = folders(fixture, &find_folder("Shallow", ROOT, &named));
    assert_eq!(names(&found), ["Common Views"]);
    let id = found[0].get("FolderId").unwrap();
    format!("<t:FolderId Id=\"{}\"/>", id.attr("Id").unwrap())
}

fn find_item(traversal: &str, folder: &str, restriction: &str) -> String {
    format!(
        "<m:FindItem Traversal=\"{traversal}\"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties>\
         {}{TARGET}{COLOUR}</t:AdditionalProperties></m:ItemShape>{restriction}<m:ParentFolderIds>{folder}\
         </m:ParentFolderIds></m:FindItem>",
        field("item:Subject")
    )
}

fn items(fixture: &Fixture, operation: &str) -> Vec<Element> {
    let response = fixture.call(operation);
    assert_eq!(codes(&response), ["NoError"], "{response:?}");
    response.descendant("Items").unwrap().children.clone()
}

fn subjects(items: &[Element]) -> Vec<&str> {
    let subject = |item| text(item, "Subject").unwrap();
    items.iter().map(subject).collect()
}

/// The request that puts a message into a folder.
fn create_message(folder: &str, properties: &str) -> String {
    format!(
        "<m:CreateItem MessageDisposition=\"SaveOnly\"><m:SavedItemFolderId>{folder}</m:SavedItemFolderId><m:Items>\
         <t:Message>{properties}</t:Message></m:Items></m:CreateItem>"
    )
}

fn value(path: &str, value: &str) -> String {
    format!("<t:ExtendedProperty>{path}<t:Value>{value}</t:Value></t:ExtendedProperty>")
}

/// A shortcut as a client writes it.
fn shortcut(name: &str, colour: i32) -> String {
    format!(
        "<t:ItemClass>IPM.Microsoft.WunderBar.Link</t:ItemClass><t:Subject>{name}</t:Subject>{}{}{}\
         <t:IsAssociated>true</t:IsAssociated>",
        value(SECTION, "3"),
        value(TARGET, "AAAA"),
        value(COLOUR, &colour.to_string()),
    )
}

#[test]
fn the_folder_for_shortcuts_lies_beside_all_that_people_see() {
    let fixture = Fixture::new();
    let beside = folders(&fixture, &find_folder("Shallow", ROOT, ""));
    let beside = names(&beside);
    assert!(beside.contains(&"Common Views") && beside.contains(&"Top of Information Store"));
    let top = "<t:DistinguishedFolderId Id=\"msgfolderroot\"/>";
    let below = folders(&fixture, &find_folder("Deep", top, ""));
    assert!(!names(&below).contains(&"Common Views"));
    let delete = format!(
        "<m:DeleteFolder DeleteType=\"HardDelete\"><m:FolderIds>{}</m:FolderIds></m:DeleteFolder>",
        common_views(&fixture)
    );
    assert_eq!(fixture.codes(&delete), ["ErrorDeleteDistinguishedFolder"]);
}

#[test]
fn folders_are_searched_for_what_they_have_and_nothing_else() {
    let fixture = Fixture::new();
    let found = |restriction: &str| folders(&fixture, &find_folder("Shallow", ROOT, restriction));
    let name = field("folder:DisplayName");
    assert_eq!(
        names(&found(&equal(&name, "common views"))),
        ["Common Views"]
    );
    assert_eq!(names(&found(&equal(&name, "Common"))), Vec::<&str>::new());
    assert!(found(&compare("IsNotEqualTo", &name, "Common Views")).len() > 2);
    let refused = |restriction: &str| fixture.fault(&find_folder("Shallow", ROOT, restriction));
    let of_items = equal(&field("item:Subject"), "Common Views");
    assert_eq!(refused(&of_items), "ErrorUnsupportedPathForQuery");
    let no_number = equal(SECTION, "three");
    assert_eq!(
        fixture.codes(&find_folder("Shallow", ROOT, &no_number)),
        ["ErrorInvalidValueForProperty"]
    );
}

#[test]
fn entry_ids_of_folders_are_told_everywhere_alike() {
    let fixture = Fixture::with(|builder| builder.mailbox("ben@example.org", "secret"));
    let entry_id = |folder: &Element| {
        let values = extended_values(folder);
        assert_eq!(values.len(), 1, "{folder:?}");
        values[0].clone()
    };
    let all = folders(&fixture, &find_folder("Deep", ROOT, ""));
    let ids: BTreeSet<String> = all.iter().map(entry_id).collect();
    assert_eq!(ids.len(), all.len(), "all differ");
    for id in &ids {
        let bytes = STANDARD.decode(id).unwrap();
        assert_eq!((bytes.len(), &bytes[..4]), (46, &[0; 4][..]));
    }
    let shape = format!(
        "<m:FolderShape><t:BaseShape>Default</t:BaseShape><t:AdditionalProperties>{ENTRY_ID}</t:AdditionalProperties>\
         </m:FolderShape>"
    );
    let calendar = folders(
        &fixture,
        &format!(
            "<m:GetFolder>{shape}<m:FolderIds><t:DistinguishedFolderId Id=\"calendar\"/></m:FolderIds></m:GetFolder>"
        ),
    );
    let id = entry_id(&calendar[0]);
    assert!(ids.contains(&id));
    let hierarchy = fixture.call(&format!(
        "<m:SyncFolderHierarchy>{shape}</m:SyncFolderHierarchy>"
    ));
    let changes = &hierarchy.descendant("Changes").unwrap().children;
    let named = |change: &&Element| text(&change.children[0], "DisplayName") == Some("Calendar");
    let change = changes.iter().find(named).unwrap();
    assert_eq!(entry_id(&change.children[0]), id);
    let of_ben = |ben: &mut exchange_standin::store::Mailbox| {
        ben.entry_id(ben.distinguished("calendar").unwrap())
    };
    let of_ben = fixture.standin.mailbox_of("ben@example.org", of_ben);
    assert_ne!(STANDARD.encode(of_ben.unwrap()), id);
}

#[test]
fn associated_items_are_no_content_of_their_folder() {
    let fixture = Fixture::new();
    let calendar = "<t:DistinguishedFolderId Id=\"calendar\"/>";
    fixture.create("<t:CalendarItem><t:Subject>Lunch</t:Subject></t:CalendarItem>");
    let (_, state, _) = fixture.sync("calendar", "", 10);
    let created = fixture.call(&create_message(calendar, &shortcut("Hidden", 4)));
    assert_eq!(codes(&created), ["NoError"]);
    let key = Key::of(&created);

    let hidden = items(&fixture, &find_item("Associated", calendar, ""));
    assert_eq!(subjects(&hidden), ["Hidden"]);
    assert_eq!(extended_values(&hidden[0]), ["AAAA", "4"]);
    let shown = items(&fixture, &find_item("Shallow", calendar, ""));
    assert_eq!(subjects(&shown), ["Lunch"]);
    assert_eq!(
        text(&fixture.get(&Key::of(&shown[0]), ""), "IsAssociated"),
        Some("false")
    );
    assert_eq!(text(&fixture.get(&key, ""), "IsAssociated"), Some("true"));
    assert_eq!(items(&fixture, &find_item("SoftDeleted", calendar, "")), []);

    let top = "<t:DistinguishedFolderId Id=\"msgfolderroot\"/>";
    let all = folders(&fixture, &find_folder("Shallow", top, ""));
    let calendar = all.iter().find(|folder| folder.name == "CalendarFolder");
    assert_eq!(text(calendar.unwrap(), "TotalCount"), Some("1"));

    assert_eq!(fixture.sync("calendar", &state, 10).0, []);
    let in_all = |state: &str| {
        let scope = "<m:SyncScope>NormalAndAssociatedItems</m:SyncScope></m:SyncFolderItems>";
        let request = sync("calendar", state, 10).replace("</m:SyncFolderItems>", scope);
        let response = fixture.call(&request);
        assert_eq!(codes(&response), ["NoError"]);
        let changes = &response.descendant("Changes").unwrap().children;
        let told = |change: &Element| (change.name.clone(), Key::of(change).id);
        let state = response.descendant("SyncState").unwrap().text.clone();
        (changes.iter().map(told).collect::<Vec<_>>(), state)
    };
    let (changes, later) = in_all(&state);
    assert_eq!(changes, [("Create".to_owned(), key.id.clone())]);
    assert_eq!(fixture.delete(&key.xml(), "HardDelete"), "NoError");
    assert_eq!(fixture.sync("calendar", &later, 10).0, []);
    assert_eq!(in_all(&later).0, [("Delete".to_owned(), key.id)]);
}

#[test]
fn associated_items_are_changed_moved_and_deleted_as_others_are() {
    let fixture = Fixture::new();
    let views = common_views(&fixture);
    let key = Key::of(&fixture.call(&create_message(&views, &shortcut("Team", -1))));
    let colour = format!(
        "<t:SetItemField>{COLOUR}<t:Message>{}</t:Message></t:SetItemField>",
        value(COLOUR, "12")
    );
    let key = fixture.update(&key, &colour).unwrap();
    assert_eq!(extended_values(&fixture.get(&key, COLOUR)), ["12"]);
    let to_content = "<t:SetItemField><t:FieldURI FieldURI=\"item:IsAssociated\"/><t:Message><t:IsAssociated>false\
                      </t:IsAssociated></t:Message></t:SetItemField>";
    assert_eq!(
        fixture.update(&key, to_content),
        Err("ErrorInvalidPropertySet".into())
    );
    assert_eq!(
        fixture.update(&key, &unset("item:IsAssociated")),
        Err("ErrorInvalidPropertyDelete".into())
    );
    assert_eq!(fixture.delete(&key.xml(), "MoveToDeletedItems"), "NoError");
    assert_eq!(items(&fixture, &find_item("Associated", &views, "")), []);
    let bin = "<t:DistinguishedFolderId Id=\"deleteditems\"/>";
    assert_eq!(items(&fixture, &find_item("Shallow", bin, "")), []);
    let moved = items(&fixture, &find_item("Associated", bin, ""));
    assert_eq!(subjects(&moved), ["Team"]);
    assert_eq!(
        fixture.delete(&Key::of(&moved[0]).xml(), "HardDelete"),
        "NoError"
    );
    assert_eq!(items(&fixture, &find_item("Associated", bin, "")), []);
}

#[test]
fn shortcuts_are_found_by_the_numbers_in_them() {
    let fixture = Fixture::new();
    let views = common_views(&fixture);
    assert_eq!(items(&fixture, &find_item("Associated", &views, "")), []);
    fixture.standin.mailbox(|mailbox| {
        let folder = mailbox.common_views().unwrap();
        let inbox = mailbox.entry_id(mailbox.distinguished("inbox").unwrap());
        let favourite = shortcut::shortcut(Section::MailFavourites, "Inbox", Some(inbox));
        mailbox.add(folder, favourite);
        let header = shortcut::shortcut(Section::Calendar, "My Calendars", None);
        mailbox.add(folder, header);
        remote::colour(mailbox, "calendar", Some(-1)).unwrap();
    });
    let found = |restriction: &str| {
        let found = items(&fixture, &find_item("Associated", &views, restriction));
        subjects(&found)
            .into_iter()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(found(&equal(SECTION, "3")), ["My Calendars", "Calendar"]);
    assert_eq!(found(&equal(SECTION, "1")), ["Inbox"]);
    assert_eq!(found(&equal(COLOUR, "-1")), ["Calendar"]);
    assert_eq!(found(&compare("IsLessThan", SECTION, "3")), ["Inbox"]);
    assert_eq!(found(&compare("IsGreaterThan", COLOUR, "-2")), ["Calendar"]);
    let named = format!(
        "<m:Restriction><t:And><t:Exists>{TARGET}</t:Exists><t:Not><t:Exists>{COLOUR}</t:Exists></t:Not></t:And></m:Restriction>"
    );
    assert_eq!(found(&named), ["Inbox"]);
}

#[test]
fn a_test_gives_a_calendar_a_colour_and_takes_it_away() {
    let fixture = Fixture::new();
    let views = common_views(&fixture);
    let paint = |name: &str, colour: Value| {
        let path = format!("/mailbox/{USER}/folders/{name}/colour");
        ask(&fixture, "PUT", &path, &json!({ "colour": colour }));
    };
    let folder = json!({ "name": "Team", "class": "IPF.Appointment" });
    ask(
        &fixture,
        "POST",
        &format!("/mailbox/{USER}/folders"),
        &folder,
    );
    let top = "<t:DistinguishedFolderId Id=\"msgfolderroot\"/>";
    let all = folders(&fixture, &find_folder("Shallow", top, ""));
    let entry_id = |name: &str| {
        let folder = all
            .iter()
            .find(|folder| text(folder, "DisplayName") == Some(name));
        extended_values(folder.unwrap())[0].clone()
    };
    // What each shortcut leads to, and the colour.
    let colours = || {
        let request = find_item("Associated", &views, &equal(SECTION, "3"));
        let found = items(&fixture, &request);
        found.iter().map(extended_values).collect::<Vec<_>>()
    };
    paint("calendar", json!(3));
    paint("Team", json!(-1));
    let (own, team) = (entry_id("Calendar"), entry_id("Team"));
    assert_eq!(
        colours(),
        [
            [own.clone(), "3".to_owned()],
            [team.clone(), "-1".to_owned()]
        ]
    );
    paint("calendar", json!(14));
    paint("Team", Value::Null);
    assert_eq!(colours(), [[own, "14".to_owned()]]);
    let dump = ask(&fixture, "GET", "/mailbox", &Value::Null);
    assert_eq!(dump["items"], json!([]));
    assert_eq!(dump["associated"][0]["properties"]["0x6853"], 14);
    assert_eq!(dump["associated"][0]["folder"], "Common Views");
}
