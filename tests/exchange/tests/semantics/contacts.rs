//! Contacts: dictionaries, FileAs, dates and the photo.

use crate::client::{Fixture, Key, codes, extended, extended_values, set, text};

fn entries(item: &exchange_standin::element::Element, dictionary: &str) -> Vec<(String, String)> {
    let entries = item
        .get(dictionary)
        .map_or(&[][..], |found| &found.children);
    entries
        .iter()
        .map(|entry| (entry.attr("Key").unwrap().to_owned(), entry.text.clone()))
        .collect()
}

#[test]
fn dictionaries_are_views_on_single_properties() {
    let fixture = Fixture::new();
    let key = fixture.create(
        "<t:Contact><t:EmailAddresses><t:Entry Key=\"EmailAddress1\">a@example.com</t:Entry></t:EmailAddresses>\
         <t:PhysicalAddresses><t:Entry Key=\"Business\"><t:City>Bern</t:City></t:Entry></t:PhysicalAddresses>\
         <t:PhoneNumbers><t:Entry Key=\"MobilePhone\">1</t:Entry><t:Entry Key=\"HomePhone\">2</t:Entry></t:PhoneNumbers>\
         </t:Contact>",
    );
    let paths = extended("Address", 0x8083, "String")
        + &extended("Address", 0x8046, "String")
        + "<t:ExtendedFieldURI PropertyTag=\"0x3A1C\" PropertyType=\"String\"/>";
    let found = fixture.get(&key, &paths);
    assert_eq!(extended_values(&found), ["a@example.com", "Bern", "1"]);
    assert_eq!(
        entries(&found, "PhoneNumbers"),
        [
            ("HomePhone".into(), "2".into()),
            ("MobilePhone".into(), "1".into())
        ]
    );
}

#[test]
fn entries_are_written_one_by_one() {
    let fixture = Fixture::new();
    let key = fixture.create("<t:Contact><t:PhoneNumbers><t:Entry Key=\"HomePhone\">2</t:Entry></t:PhoneNumbers></t:Contact>");
    let path = |index: &str| {
        format!("<t:IndexedFieldURI FieldURI=\"contacts:PhoneNumber\" FieldIndex=\"{index}\"/>")
    };
    let entry = |index: &str| {
        format!(
            "<t:Contact><t:PhoneNumbers><t:Entry Key=\"{index}\">9</t:Entry></t:PhoneNumbers></t:Contact>"
        )
    };
    let put =
        |path: String, value: String| format!("<t:SetItemField>{path}{value}</t:SetItemField>");
    let key = fixture
        .update(&key, &put(path("MobilePhone"), entry("MobilePhone")))
        .unwrap();
    let mismatch = fixture.update(&key, &put(path("MobilePhone"), entry("HomePhone")));
    assert_eq!(mismatch.unwrap_err(), "ErrorUpdatePropertyMismatch");
    let whole = "<t:PhoneNumbers><t:Entry Key=\"HomePhone\">3</t:Entry></t:PhoneNumbers>";
    let whole = fixture.update(&key, &set("Contact", "contacts:PhoneNumbers", whole));
    assert_eq!(whole.unwrap_err(), "ErrorInvalidPropertySet");
    let key = fixture
        .update(
            &key,
            &format!(
                "<t:DeleteItemField>{}</t:DeleteItemField>",
                path("HomePhone")
            ),
        )
        .unwrap();
    assert_eq!(
        entries(&fixture.get(&key, ""), "PhoneNumbers"),
        [("MobilePhone".into(), "9".into())]
    );
    let city = "<t:SetItemField><t:IndexedFieldURI FieldURI=\"contacts:PhysicalAddress:City\" FieldIndex=\"Home\"/><t:Contact>\
                <t:PhysicalAddresses><t:Entry Key=\"Home\"><t:City>Rome</t:City></t:Entry></t:PhysicalAddresses></t:Contact></t:SetItemField>";
    let key = fixture.update(&key, city).unwrap();
    let found = fixture.get(&key, "");
    assert_eq!(
        found
            .find(&["PhysicalAddresses", "Entry", "City"])
            .unwrap()
            .text,
        "Rome"
    );
    let two = city.replace(
        "<t:City>Rome</t:City>",
        "<t:City>Rome</t:City><t:State>X</t:State>",
    );
    assert_eq!(
        fixture.update(&key, &two).unwrap_err(),
        "ErrorUpdatePropertyMismatch"
    );
}

#[test]
fn file_as_follows_the_name_by_its_mapping() {
    let fixture = Fixture::new();
    let key = fixture.create(
        "<t:Contact><t:FileAsMapping>LastCommaFirst</t:FileAsMapping><t:GivenName>Zoë</t:GivenName>\
         <t:Surname>Adler</t:Surname></t:Contact>",
    );
    assert_eq!(text(&fixture.get(&key, ""), "FileAs"), Some("Adler, Zoë"));
    let key = fixture
        .update(
            &key,
            &set("Contact", "contacts:Surname", "<t:Surname>Berg</t:Surname>"),
        )
        .unwrap();
    assert_eq!(text(&fixture.get(&key, ""), "FileAs"), Some("Berg, Zoë"));
}

#[test]
fn a_birthday_is_kept_as_an_instant_and_as_a_date() {
    let fixture = Fixture::new();
    for written in [
        "1980-02-29T00:00:00Z",
        "1980-02-28T23:00:00Z",
        "1980-02-29T11:59:00Z",
    ] {
        let key = fixture.create(&format!(
            "<t:Contact><t:Birthday>{written}</t:Birthday></t:Contact>"
        ));
        let found = fixture.get(&key, &extended("Address", 0x80de, "SystemTime"));
        assert_eq!(text(&found, "Birthday"), Some(written));
        assert_eq!(extended_values(&found), ["1980-02-29T00:00:00Z"]);
    }
}

#[test]
fn a_photo_is_an_attachment_that_flips_has_picture_and_the_change_key() {
    let fixture = Fixture::new();
    let key = fixture.create("<t:Contact><t:Surname>A</t:Surname></t:Contact>");
    let response = fixture.call(&format!(
        "<m:CreateAttachment><m:ParentItemId Id=\"{}\" ChangeKey=\"{}\"/><m:Attachments><t:FileAttachment>\
         <t:Name>ContactPicture.jpg</t:Name><t:ContentType>image/jpeg</t:ContentType><t:IsContactPhoto>true</t:IsContactPhoto>\
         <t:Content>AAEC</t:Content></t:FileAttachment></m:Attachments></m:CreateAttachment>",
        key.id, key.change_key
    ));
    assert_eq!(codes(&response), ["NoError"]);
    let attachment = response.descendant("AttachmentId").unwrap().clone();
    let found = fixture.get(&key, "");
    assert_eq!(text(&found, "HasPicture"), Some("true"));
    assert_eq!(
        attachment.attr("RootItemChangeKey"),
        Some(Key::of(&found).change_key.as_str())
    );
    assert_ne!(Key::of(&found).change_key, key.change_key);
    assert!(
        found.descendant("Content").is_none(),
        "GetItem lists attachments without content"
    );
    let id = format!(
        "<m:AttachmentIds><t:AttachmentId Id=\"{}\"/></m:AttachmentIds>",
        attachment.attr("Id").unwrap()
    );
    let got = fixture.call(&format!("<m:GetAttachment>{id}</m:GetAttachment>"));
    assert_eq!(got.descendant("Content").unwrap().text, "AAEC");
    let gone = fixture.call(&format!("<m:DeleteAttachment>{id}</m:DeleteAttachment>"));
    let after = fixture.get(&key, "");
    let root = gone.descendant("RootItemId").unwrap();
    assert_eq!(
        root.attr("RootItemChangeKey"),
        Some(Key::of(&after).change_key.as_str())
    );
    assert_eq!(text(&after, "HasPicture"), Some("false"));
    assert_eq!(
        fixture.codes(&format!("<m:GetAttachment>{id}</m:GetAttachment>")),
        ["ErrorItemNotFound"]
    );
}

#[test]
fn attachments_may_come_with_the_item_from_2013_on() {
    let mut fixture = Fixture::new();
    let item = "<t:Contact><t:Attachments><t:FileAttachment><t:Name>a.txt</t:Name><t:Content>AAEC</t:Content>\
                </t:FileAttachment></t:Attachments><t:Surname>A</t:Surname></t:Contact>";
    let found = fixture.get(&fixture.create(item), "");
    assert_eq!(text(&found, "HasAttachments"), Some("true"));
    fixture.version = "Exchange2010_SP2";
    assert_eq!(fixture.create_fails(item), "ErrorInvalidPropertySet");
}

/// The values of single MAPI properties that have no typed name, and of those that have.
#[test]
fn everything_a_person_notes_of_another_comes_back() {
    let fixture = Fixture::new();
    let tag = |tag: &str, kind: &str| {
        format!("<t:ExtendedFieldURI PropertyTag=\"{tag}\" PropertyType=\"{kind}\"/>")
    };
    let untyped = [
        (tag("0x3a45", "String"), "Dr."),
        (tag("0x3a50", "String"), "https://example.org/home"),
        (tag("0x3a4d", "Short"), "1"),
        (tag("0x3a5e", "String"), "PO 2"),
        (tag("0x3a64", "String"), "PO 3"),
        (extended("Address", 0x804a, "String"), "PO 1"),
        (extended("Address", 0x802c, "String"), "ゾエ"),
        (extended("Address", 0x802d, "String"), "アドラー"),
        (extended("Address", 0x802e, "String"), "カイシャ"),
        (extended("Address", 0x804f, "String"), "one"),
        (extended("Address", 0x8052, "String"), "four"),
        (
            extended("Address", 0x80d8, "String"),
            "https://example.org/fb",
        ),
        (
            extended("Address", 0x802b, "String"),
            "https://example.org/",
        ),
    ];
    let properties: String = untyped
        .iter()
        .map(|(uri, value)| {
            format!("<t:ExtendedProperty>{uri}<t:Value>{value}</t:Value></t:ExtendedProperty>")
        })
        .collect();
    let typed = "<t:EmailAddresses><t:Entry Key=\"EmailAddress1\" Name=\"Zoë (work)\" RoutingType=\"SMTP\">zoe@example.com</t:Entry>\
                 <t:Entry Key=\"EmailAddress3\">z@example.org</t:Entry></t:EmailAddresses><t:AssistantName>Kim</t:AssistantName>\
                 <t:Children><t:String>Ada</t:String><t:String>Max</t:String></t:Children><t:Companies><t:String>Example</t:String></t:Companies>\
                 <t:ImAddresses><t:Entry Key=\"ImAddress1\">xmpp:zoe@example.org</t:Entry><t:Entry Key=\"ImAddress3\">sip:z@example.org</t:Entry>\
                 </t:ImAddresses><t:Manager>Eve</t:Manager><t:Mileage>12 km</t:Mileage><t:OfficeLocation>4.12</t:OfficeLocation>\
                 <t:PostalAddressIndex>Home</t:PostalAddressIndex><t:SpouseName>Ben</t:SpouseName>";
    let key = fixture.create(&format!("<t:Contact>{properties}{typed}</t:Contact>"));
    let paths: String = untyped.iter().map(|(uri, _)| uri.as_str()).collect();
    let found = fixture.get(&key, &paths);
    let values: Vec<&str> = untyped.iter().map(|(_, value)| *value).collect();
    assert_eq!(extended_values(&found), values);
    let names = [
        "AssistantName",
        "Manager",
        "Mileage",
        "OfficeLocation",
        "PostalAddressIndex",
        "SpouseName",
        "PhoneticFirstName",
    ];
    assert_eq!(
        names.map(|name| text(&found, name).unwrap()),
        ["Kim", "Eve", "12 km", "4.12", "Home", "Ben", "ゾエ"]
    );
    assert_eq!(
        entries(&found, "ImAddresses"),
        [
            ("ImAddress1".into(), "xmpp:zoe@example.org".into()),
            ("ImAddress3".into(), "sip:z@example.org".into())
        ]
    );
    let emails = &found.get("EmailAddresses").unwrap().children;
    let told = |at: usize, name: &str| emails[at].attr(name).unwrap();
    assert_eq!(
        (told(0, "Name"), told(0, "RoutingType"), told(1, "Name")),
        ("Zoë (work)", "SMTP", "z@example.org")
    );
    let children = found.get("Children").unwrap().children.iter();
    let children: Vec<_> = children.map(|child| child.text.as_str()).collect();
    assert_eq!(children, ["Ada", "Max"]);
}
