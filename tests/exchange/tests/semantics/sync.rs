//! SyncFolderItems and FindItem.

use exchange_standin::item::Class;
use exchange_standin::remote;

use crate::client::{Fixture, Key, codes, set, sync};

fn contact(fixture: &Fixture, name: &str) -> Key {
    fixture.create(&format!(
        "<t:Contact><t:Surname>{name}</t:Surname></t:Contact>"
    ))
}

#[test]
fn tells_creations_changes_and_deletions_once() {
    let fixture = Fixture::new();
    let (changes, state, last) = fixture.sync("contacts", "", 512);
    assert_eq!((changes, last), (vec![], true));
    let key = contact(&fixture, "A");
    let (changes, state, _) = fixture.sync("contacts", &state, 512);
    assert_eq!(changes, [("Create".to_owned(), key.id.clone())]);
    fixture
        .update(
            &key,
            &set("Contact", "contacts:Surname", "<t:Surname>B</t:Surname>"),
        )
        .unwrap();
    let (changes, state, _) = fixture.sync("contacts", &state, 512);
    assert_eq!(changes, [("Update".to_owned(), key.id.clone())]);
    assert_eq!(fixture.delete(&key.xml(), "HardDelete"), "NoError");
    let (changes, state, _) = fixture.sync("contacts", &state, 512);
    assert_eq!(changes, [("Delete".to_owned(), key.id)]);
    assert_eq!(fixture.sync("contacts", &state, 512).0, []);
}

#[test]
fn pages_hold_no_more_than_asked_and_together_everything() {
    let fixture = Fixture::new();
    let mut wanted: Vec<String> = (0..7)
        .map(|n| contact(&fixture, &n.to_string()).id)
        .collect();
    let (mut found, mut state) = (Vec::new(), String::new());
    loop {
        let (changes, next, last) = fixture.sync("contacts", &state, 3);
        assert!(changes.len() <= 3);
        found.extend(changes.into_iter().map(|(_, id)| id));
        state = next;
        if last {
            break;
        }
    }
    wanted.reverse();
    assert_eq!(found, wanted, "newest first");
}

#[test]
fn a_state_of_another_folder_or_none_is_refused_with_an_empty_state() {
    let fixture = Fixture::new();
    let (_, state, _) = fixture.sync("contacts", "", 512);
    for bad in [state.as_str(), "SGVsbG8=", "no base64"] {
        let response = fixture.call(&sync("tasks", bad, 512));
        assert_eq!(codes(&response), ["ErrorInvalidSyncStateData"]);
        assert_eq!(response.descendant("SyncState").unwrap().text, "");
    }
}

#[test]
fn refuses_bodies_and_mime() {
    let fixture = Fixture::new();
    let ask = |shape: &str| {
        sync("contacts", "", 10).replace(
            "<t:BaseShape>IdOnly</t:BaseShape>",
            &format!("<t:BaseShape>IdOnly</t:BaseShape>{shape}"),
        )
    };
    let body =
        "<t:AdditionalProperties><t:FieldURI FieldURI=\"item:Body\"/></t:AdditionalProperties>";
    assert_eq!(
        fixture.codes(&ask(body)),
        ["ErrorInvalidPropertyForOperation"]
    );
    let mime = "<t:IncludeMimeContent>true</t:IncludeMimeContent>";
    assert_eq!(
        fixture.codes(&ask(mime)),
        ["ErrorInvalidPropertyForOperation"]
    );
}

#[test]
fn a_deleted_item_goes_to_the_bin_under_a_new_id() {
    let fixture = Fixture::new();
    let key = contact(&fixture, "A");
    let (_, state, _) = fixture.sync("contacts", "", 512);
    assert_eq!(fixture.delete(&key.xml(), "MoveToDeletedItems"), "NoError");
    assert_eq!(
        fixture.sync("contacts", &state, 512).0,
        [("Delete".to_owned(), key.id.clone())]
    );
    let (bin, _, _) = fixture.sync("deleteditems", "", 512);
    assert_eq!(bin.len(), 1);
    assert_ne!(bin[0].1, key.id);
    assert_eq!(
        fixture.get_by(&key.xml(), "").unwrap_err(),
        "ErrorItemNotFound"
    );
}

#[test]
fn items_move_between_folders() {
    let fixture = Fixture::new();
    let key = contact(&fixture, "A");
    let response = fixture.call(&format!(
        "<m:MoveItem><m:ToFolderId><t:DistinguishedFolderId Id=\"quickcontacts\"/></m:ToFolderId>\
         <m:ItemIds>{}</m:ItemIds></m:MoveItem>",
        key.xml()
    ));
    let moved = Key::of(&response);
    assert_ne!(moved.id, key.id);
    assert_eq!(fixture.get(&moved, "").text_of("Surname"), Some("A"));
}

fn find(fixture: &Fixture, view: &str, restriction: &str) -> (Vec<String>, String) {
    let restriction = if restriction.is_empty() {
        String::new()
    } else {
        format!("<m:Restriction>{restriction}</m:Restriction>")
    };
    let response = fixture.call(&format!(
        "<m:FindItem Traversal=\"Shallow\"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties>\
         <t:FieldURI FieldURI=\"contacts:Surname\"/></t:AdditionalProperties></m:ItemShape>{view}{restriction}\
         <m:SortOrder><t:FieldOrder Order=\"Ascending\"><t:FieldURI FieldURI=\"contacts:Surname\"/></t:FieldOrder>\
         </m:SortOrder><m:ParentFolderIds><t:DistinguishedFolderId Id=\"contacts\"/></m:ParentFolderIds></m:FindItem>"
    ));
    let names = response.descendant("Items").unwrap().children.iter();
    let names = names
        .map(|item| item.text_of("Surname").unwrap_or_default().to_owned())
        .collect();
    (
        names,
        response
            .descendant("RootFolder")
            .unwrap()
            .attr("IncludesLastItemInRange")
            .unwrap()
            .to_owned(),
    )
}

#[test]
fn find_item_pages_sorts_and_restricts() {
    let fixture = Fixture::new();
    for name in ["Delta", "alpha", "Charlie", "bravo"] {
        contact(&fixture, name);
    }
    let page = |offset: usize| {
        format!(
            "<m:IndexedPageItemView MaxEntriesReturned=\"3\" Offset=\"{offset}\" BasePoint=\"Beginning\"/>"
        )
    };
    assert_eq!(
        find(&fixture, &page(0), ""),
        (
            vec!["alpha".into(), "bravo".into(), "Charlie".into()],
            "false".into()
        )
    );
    assert_eq!(
        find(&fixture, &page(3), ""),
        (vec!["Delta".into()], "true".into())
    );
    let field = "<t:FieldURI FieldURI=\"contacts:Surname\"/>";
    let equal = format!(
        "<t:IsEqualTo>{field}<t:FieldURIOrConstant><t:Constant Value=\"BRAVO\"/></t:FieldURIOrConstant></t:IsEqualTo>"
    );
    assert_eq!(find(&fixture, "", &equal).0, ["bravo"]);
    assert_eq!(
        find(&fixture, "", &format!("<t:Not>{equal}</t:Not>")).0,
        ["alpha", "Charlie", "Delta"]
    );
    let contains = format!(
        "<t:Contains ContainmentMode=\"Substring\" ContainmentComparison=\"IgnoreCase\">{field}<t:Constant Value=\"l\"/></t:Contains>"
    );
    assert_eq!(
        find(&fixture, "", &contains).0,
        ["alpha", "Charlie", "Delta"]
    );
    let both = format!(
        "<t:And>{contains}<t:IsGreaterThan>{field}<t:FieldURIOrConstant><t:Constant Value=\"b\"/></t:FieldURIOrConstant></t:IsGreaterThan></t:And>"
    );
    assert_eq!(find(&fixture, "", &both).0, ["Charlie", "Delta"]);
    assert_eq!(
        find(
            &fixture,
            "",
            "<t:Exists><t:FieldURI FieldURI=\"contacts:GivenName\"/></t:Exists>"
        )
        .0,
        Vec::<String>::new()
    );
}

#[test]
fn a_search_shows_250_at_most_and_a_listing_1000() {
    let fixture = Fixture::with(|builder| builder.check_answers(false));
    let surname = remote::properties_from_xml("<t:Surname>Same</t:Surname>").unwrap();
    fixture.standin.mailbox(|mailbox| {
        for _ in 0..1001 {
            remote::create(mailbox, "contacts", Class::Contact, &surname).unwrap();
        }
    });
    let (all, last) = find(&fixture, "", "");
    assert_eq!((all.len(), last.as_str()), (1000, "false"));
    let (found, last) = find(
        &fixture,
        "",
        "<t:Exists><t:FieldURI FieldURI=\"contacts:Surname\"/></t:Exists>",
    );
    assert_eq!((found.len(), last.as_str()), (250, "false"));
}

#[test]
fn the_uid_cannot_be_searched_for_but_its_blob_can() {
    let fixture = Fixture::new();
    let key = fixture.create(
        "<t:CalendarItem><t:UID>foobar123@abc.com</t:UID><t:Start>2026-03-02T09:00:00Z</t:Start>\
         <t:End>2026-03-02T10:00:00Z</t:End></t:CalendarItem>",
    );
    let look = |path: &str, value: &str| {
        fixture.call(&format!(
            "<m:FindItem Traversal=\"Shallow\"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape><m:Restriction>\
             <t:IsEqualTo>{path}<t:FieldURIOrConstant><t:Constant Value=\"{value}\"/></t:FieldURIOrConstant></t:IsEqualTo>\
             </m:Restriction><m:ParentFolderIds><t:DistinguishedFolderId Id=\"calendar\"/></m:ParentFolderIds></m:FindItem>"
        ))
    };
    let refused = look(
        "<t:FieldURI FieldURI=\"calendar:UID\"/>",
        "foobar123@abc.com",
    );
    assert_eq!(codes(&refused), ["ErrorUnsupportedPathForQuery"]);
    let blob = "BAAAAIIA4AB0xbcQGoLgCAAAAAAAAAAAAAAAAAAAAAAAAAAAHgAAAHZDYWwtVWlkAQAAAGZvb2JhcjEyM0BhYmMuY29tAA==";
    let path = crate::client::extended("Meeting", 35, "Binary");
    assert_eq!(Key::of(&look(&path, blob)).id, key.id);
}
