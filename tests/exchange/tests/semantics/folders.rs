//! Folders: ids, classes, hierarchy.

use crate::client::{Fixture, codes};

fn get(fixture: &Fixture, id: &str) -> exchange_standin::element::Element {
    fixture.call(&format!(
        "<m:GetFolder><m:FolderShape><t:BaseShape>AllProperties</t:BaseShape></m:FolderShape>\
         <m:FolderIds>{id}</m:FolderIds></m:GetFolder>"
    ))
}

fn create(fixture: &Fixture, name: &str) -> Result<String, String> {
    let response = fixture.call(&format!(
        "<m:CreateFolder><m:ParentFolderId><t:DistinguishedFolderId Id=\"calendar\"/></m:ParentFolderId><m:Folders>\
         <t:CalendarFolder><t:DisplayName>{name}</t:DisplayName></t:CalendarFolder></m:Folders></m:CreateFolder>"
    ));
    match codes(&response).remove(0).as_str() {
        "NoError" => Ok(response
            .descendant("FolderId")
            .unwrap()
            .attr("Id")
            .unwrap()
            .to_owned()),
        code => Err(code.to_owned()),
    }
}

fn hierarchy(fixture: &Fixture, state: &str) -> (Vec<(String, Option<String>)>, String) {
    let state = if state.is_empty() {
        String::new()
    } else {
        format!("<m:SyncState>{state}</m:SyncState>")
    };
    let response = fixture.call(&format!(
        "<m:SyncFolderHierarchy><m:FolderShape><t:BaseShape>Default</t:BaseShape></m:FolderShape>{state}\
         </m:SyncFolderHierarchy>"
    ));
    let changes = response.descendant("Changes").unwrap().children.iter();
    let name = |change: &exchange_standin::element::Element| {
        (
            change.name.clone(),
            change.children[0].text_of("DisplayName").map(str::to_owned),
        )
    };
    (
        changes.map(name).collect(),
        response.descendant("SyncState").unwrap().text.clone(),
    )
}

#[test]
fn distinguished_folders_have_their_element_and_class() {
    let fixture = Fixture::new();
    for (id, element, class) in [
        ("calendar", "CalendarFolder", "IPF.Appointment"),
        ("contacts", "ContactsFolder", "IPF.Contact"),
        ("tasks", "TasksFolder", "IPF.Task"),
        ("inbox", "Folder", "IPF.Note"),
    ] {
        let response = get(&fixture, &format!("<t:DistinguishedFolderId Id=\"{id}\"/>"));
        let folder = &response.descendant("Folders").unwrap().children[0];
        assert_eq!(
            (folder.name.as_str(), folder.text_of("FolderClass")),
            (element, Some(class))
        );
    }
    let gone = get(&fixture, "<t:DistinguishedFolderId Id=\"voicemail\"/>");
    assert_eq!(codes(&gone), ["ErrorFolderNotFound"]);
}

#[test]
fn folders_are_created_found_and_deleted() {
    let fixture = Fixture::new();
    let (all, state) = hierarchy(&fixture, "");
    assert!(all.iter().all(|(kind, _)| kind == "Create"));
    assert!(all.contains(&("Create".into(), Some("Calendar".into()))));
    assert_eq!(hierarchy(&fixture, &state).0, []);
    let id = create(&fixture, "Team").unwrap();
    assert_eq!(create(&fixture, "team"), Err("ErrorFolderExists".into()));
    let (changes, state) = hierarchy(&fixture, &state);
    assert_eq!(changes, [("Create".into(), Some("Team".into()))]);
    let delete = |id: &str| {
        format!(
            "<m:DeleteFolder DeleteType=\"HardDelete\"><m:FolderIds>{id}</m:FolderIds></m:DeleteFolder>"
        )
    };
    assert_eq!(
        fixture.codes(&delete(&format!("<t:FolderId Id=\"{id}\"/>"))),
        ["NoError"]
    );
    assert_eq!(hierarchy(&fixture, &state).0, [("Delete".into(), None)]);
    assert_eq!(
        codes(&get(&fixture, &format!("<t:FolderId Id=\"{id}\"/>"))),
        ["ErrorFolderNotFound"]
    );
    let calendar = "<t:DistinguishedFolderId Id=\"calendar\"/>";
    assert_eq!(
        fixture.codes(&delete(calendar)),
        ["ErrorDeleteDistinguishedFolder"]
    );
}

#[test]
fn find_folder_looks_shallow_or_deep() {
    let fixture = Fixture::new();
    create(&fixture, "Team").unwrap();
    let find = |traversal: &str| {
        let response = fixture.call(&format!(
            "<m:FindFolder Traversal=\"{traversal}\"><m:FolderShape><t:BaseShape>Default</t:BaseShape></m:FolderShape>\
             <m:ParentFolderIds><t:DistinguishedFolderId Id=\"msgfolderroot\"/></m:ParentFolderIds></m:FindFolder>"
        ));
        let folders = &response.descendant("Folders").unwrap().children;
        folders
            .iter()
            .map(|folder| folder.text_of("DisplayName").unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert!(!find("Shallow").contains(&"Team".to_owned()));
    assert!(find("Deep").contains(&"Team".to_owned()));
}

#[test]
fn ids_of_other_kinds_and_broken_ones_are_told_apart() {
    let fixture = Fixture::new();
    let item = fixture.create("<t:Contact><t:Surname>A</t:Surname></t:Contact>");
    let as_folder = get(&fixture, &format!("<t:FolderId Id=\"{}\"/>", item.id));
    assert_eq!(codes(&as_folder), ["ErrorCannotUseItemIdForFolderId"]);
    let folder = create(&fixture, "Team").unwrap();
    let as_item = fixture.get_by(&format!("<t:ItemId Id=\"{folder}\"/>"), "");
    assert_eq!(as_item.unwrap_err(), "ErrorCannotUseFolderIdForItemId");
    let lower = item.id.to_lowercase();
    assert_eq!(
        fixture
            .get_by(&format!("<t:ItemId Id=\"{lower}\"/>"), "")
            .unwrap_err(),
        "ErrorInvalidIdMalformed"
    );
}
