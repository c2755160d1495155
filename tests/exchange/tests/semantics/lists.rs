//! Distribution lists: members by address or as contacts.

use exchange_standin::element::Element;

use crate::client::{Fixture, Key, codes, set, text};

fn one_off(name: &str, email: &str) -> String {
    format!(
        "<t:Member><t:Mailbox><t:Name>{name}</t:Name><t:EmailAddress>{email}</t:EmailAddress></t:Mailbox></t:Member>"
    )
}

fn contact_member(contact: &Key) -> String {
    format!(
        "<t:Member><t:Mailbox><t:MailboxType>Contact</t:MailboxType><t:ItemId Id=\"{}\"/></t:Mailbox></t:Member>",
        contact.id
    )
}

fn list(members: &str) -> String {
    format!(
        "<t:DistributionList><t:DisplayName>Team</t:DisplayName><t:Members>{members}</t:Members></t:DistributionList>"
    )
}

/// Name, address, type and status of each.
fn members(item: &Element) -> Vec<[String; 4]> {
    let all = item
        .get("Members")
        .map_or(&[][..], |members| &members.children);
    all.iter()
        .map(|member| {
            let text = |path: &[&str]| {
                member
                    .find(path)
                    .map_or_else(|| "-".to_owned(), |found| found.text.clone())
            };
            [
                text(&["Mailbox", "Name"]),
                text(&["Mailbox", "EmailAddress"]),
                text(&["Mailbox", "MailboxType"]),
                text(&["Status"]),
            ]
        })
        .collect()
}

#[test]
fn a_list_has_members_by_address_and_contacts() {
    let fixture = Fixture::new();
    let contact = fixture.create(
        "<t:Contact><t:DisplayName>Zoë Adler</t:DisplayName><t:EmailAddresses><t:Entry Key=\"EmailAddress2\">zoe@example.com</t:Entry>\
         </t:EmailAddresses></t:Contact>",
    );
    let all = one_off("Ben", "ben@example.com") + &contact_member(&contact);
    let key = fixture.create(&list(&all));
    let found = fixture.get(&key, "");
    assert_eq!(found.name, "DistributionList");
    assert_eq!(text(&found, "ItemClass"), Some("IPM.DistList"));
    assert_eq!(
        (text(&found, "FileAs"), text(&found, "Subject")),
        (Some("Team"), Some("Team"))
    );
    assert_eq!(
        members(&found),
        [
            ["Ben", "ben@example.com", "OneOff", "Normal"],
            ["Zoë Adler", "zoe@example.com", "Contact", "Normal"]
        ]
    );
    let id = found.get("Members").unwrap().children[1]
        .descendant("ItemId")
        .unwrap();
    assert_eq!(id.attr("Id"), Some(contact.id.as_str()));
    fixture.delete(&contact.xml(), "HardDelete");
    assert_eq!(
        members(&fixture.get(&key, ""))[1],
        ["Zoë Adler", "zoe@example.com", "OneOff", "Demoted"]
    );
}

#[test]
fn members_are_replaced_added_and_taken_out() {
    let fixture = Fixture::new();
    let key = fixture.create(&list(&one_off("Ben", "ben@example.com")));
    let update = |verb: &str, members: &str| {
        format!(
            "<t:{verb}><t:FieldURI FieldURI=\"distributionlist:Members\"/><t:DistributionList><t:Members>{members}</t:Members>\
             </t:DistributionList></t:{verb}>"
        )
    };
    let eve = one_off("Eve", "eve@example.com");
    let key = fixture
        .update(&key, &update("AppendToItemField", &eve))
        .unwrap();
    let names = |key: &Key| {
        members(&fixture.get(key, ""))
            .into_iter()
            .map(|[name, ..]| name)
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&key), ["Ben", "Eve"]);
    let found = fixture.get(&key, "");
    let ben = found.get("Members").unwrap().children[0]
        .attr("Key")
        .unwrap()
        .to_owned();
    let out = format!(
        "<t:DeleteItemField><t:IndexedFieldURI FieldURI=\"distributionlist:Members:Member\" FieldIndex=\"{ben}\"/></t:DeleteItemField>"
    );
    let key = fixture.update(&key, &out).unwrap();
    assert_eq!(names(&key), ["Eve"]);
    assert_eq!(
        fixture.update(&key, &out).unwrap_err(),
        "ErrorDistributionListMemberNotExist"
    );
    let kim = one_off("Kim", "kim@example.com");
    let key = fixture.update(&key, &update("SetItemField", &kim)).unwrap();
    assert_eq!(names(&key), ["Kim"]);
    let renamed = set(
        "DistributionList",
        "contacts:DisplayName",
        "<t:DisplayName>Crew</t:DisplayName>",
    );
    let key = fixture.update(&key, &renamed).unwrap();
    assert_eq!(text(&fixture.get(&key, ""), "FileAs"), Some("Crew"));
    let all = "<t:DeleteItemField><t:FieldURI FieldURI=\"distributionlist:Members\"/></t:DeleteItemField>";
    let key = fixture.update(&key, all).unwrap();
    assert_eq!(names(&key), Vec::<String>::new());
}

#[test]
fn members_need_an_address_or_a_contact_that_has_one() {
    let fixture = Fixture::new();
    let nobody = fixture.create("<t:Contact><t:Surname>A</t:Surname></t:Contact>");
    let nameless = "<t:Member><t:Mailbox><t:Name>Ben</t:Name></t:Mailbox></t:Member>".to_owned();
    for member in [nameless, contact_member(&nobody)] {
        assert_eq!(fixture.create_fails(&list(&member)), "ErrorInvalidMailbox");
    }
}

#[test]
fn lists_live_among_contacts() {
    let fixture = Fixture::new();
    fixture.create("<t:Contact><t:Surname>A</t:Surname></t:Contact>");
    fixture.create(&list(&one_off("Ben", "ben@example.com")));
    let response = fixture.call(&crate::client::sync("contacts", "", 512));
    let mut kinds: Vec<_> = response
        .descendant("Changes")
        .unwrap()
        .children
        .iter()
        .map(|change| change.children[0].name.clone())
        .collect();
    kinds.sort();
    assert_eq!(kinds, ["Contact", "DistributionList"]);
    let found = fixture.call(
        "<m:FindItem Traversal=\"Shallow\"><m:ItemShape><t:BaseShape>AllProperties</t:BaseShape></m:ItemShape><m:Restriction>\
         <t:IsEqualTo><t:FieldURI FieldURI=\"item:ItemClass\"/><t:FieldURIOrConstant><t:Constant Value=\"IPM.DistList\"/>\
         </t:FieldURIOrConstant></t:IsEqualTo></m:Restriction><m:ParentFolderIds><t:DistinguishedFolderId Id=\"contacts\"/>\
         </m:ParentFolderIds></m:FindItem>",
    );
    assert_eq!(codes(&found), ["NoError"]);
    let items = &found.descendant("Items").unwrap().children;
    assert_eq!(items.len(), 1);
    assert_eq!(text(&items[0], "DisplayName"), Some("Team"));
    assert!(items[0].get("Members").is_none());
}
