//! Attachments: files, links and items, on items and on exceptions; and the limit of their size.

use exchange_standin::element::Element;

use crate::client::{Fixture, Key, codes, set, text};

const FILE: &str = "<t:FileAttachment><t:Name>plan.txt</t:Name><t:ContentType>text/plain</t:ContentType>\
                    <t:ContentId>plan@example.org</t:ContentId><t:IsInline>false</t:IsInline><t:Content>AAEC</t:Content></t:FileAttachment>";
const INLINE: &str = "<t:FileAttachment><t:Name>dot.png</t:Name><t:ContentType>image/png</t:ContentType>\
                      <t:ContentId>dot</t:ContentId><t:IsInline>true</t:IsInline><t:Content>AAEC</t:Content></t:FileAttachment>";
const LINK: &str = "<t:ReferenceAttachment><t:Name>Plan</t:Name><t:AttachLongPathName>https://example.com/plan</t:AttachLongPathName>\
                    <t:ProviderType>OneDrivePro</t:ProviderType></t:ReferenceAttachment>";
const ITEM: &str = "<t:ItemAttachment><t:Name>Note</t:Name><t:Task><t:Subject>Inner</t:Subject></t:Task></t:ItemAttachment>";

fn attach(fixture: &Fixture, to: &Key, parts: &str) -> Element {
    fixture.call(&format!(
        "<m:CreateAttachment><m:ParentItemId Id=\"{}\" ChangeKey=\"{}\"/><m:Attachments>{parts}</m:Attachments></m:CreateAttachment>",
        to.id, to.change_key
    ))
}

fn names(item: &Element) -> Vec<String> {
    let parts = item
        .get("Attachments")
        .map_or(&[][..], |parts| &parts.children);
    parts
        .iter()
        .map(|part| part.text_of("Name").unwrap().to_owned())
        .collect()
}

fn content(fixture: &Fixture, id: &Element) -> Element {
    let response = fixture.call(&format!(
        "<m:GetAttachment><m:AttachmentIds><t:AttachmentId Id=\"{}\"/></m:AttachmentIds></m:GetAttachment>",
        id.attr("Id").unwrap()
    ));
    response.descendant("Attachments").unwrap().children[0].clone()
}

#[test]
fn an_item_lists_what_it_carries() {
    let fixture = Fixture::new();
    let key = fixture.create("<t:CalendarItem/>");
    let response = attach(&fixture, &key, &format!("{INLINE}{ITEM}"));
    assert_eq!(codes(&response), ["NoError", "NoError"]);
    let found = fixture.get(&key, "");
    assert_eq!(text(&found, "HasAttachments"), Some("true"));
    assert_eq!(names(&found), ["dot.png", "Note"]);
    let inline = &found.get("Attachments").unwrap().children[0];
    let told = ["ContentType", "ContentId", "IsInline", "IsContactPhoto"];
    assert_eq!(
        told.map(|name| inline.text_of(name).unwrap()),
        ["image/png", "dot", "true", "false"]
    );
    let size: usize = inline.text_of("Size").unwrap().parse().unwrap();
    assert!(size > 3, "the size is that of the whole record: {size}");
    let item = &found.get("Attachments").unwrap().children[1];
    let inner = content(&fixture, item.get("AttachmentId").unwrap());
    assert_eq!(inner.find(&["Task", "Subject"]).unwrap().text, "Inner");
}

#[test]
fn inline_pictures_alone_are_no_attachments_to_speak_of() {
    let fixture = Fixture::new();
    let key = fixture.create("<t:CalendarItem/>");
    attach(&fixture, &key, INLINE);
    assert_eq!(
        text(&fixture.get(&key, ""), "HasAttachments"),
        Some("false")
    );
}

#[test]
fn links_are_known_from_2016_on() {
    let mut fixture = Fixture::new();
    let key = fixture.create("<t:CalendarItem/>");
    assert_eq!(codes(&attach(&fixture, &key, LINK)), ["NoError"]);
    let found = fixture.get(&key, "");
    let link = &found.get("Attachments").unwrap().children[0];
    assert_eq!(link.name, "ReferenceAttachment");
    assert_eq!(
        link.text_of("AttachLongPathName"),
        Some("https://example.com/plan")
    );
    let id = link.get("AttachmentId").unwrap();
    let again = content(&fixture, id);
    assert_eq!(again.text_of("ProviderType"), Some("OneDrivePro"));
    fixture.version = "Exchange2013_SP1";
    assert_eq!(
        codes(&attach(&fixture, &key, LINK)),
        ["ErrorIncorrectSchemaVersion"]
    );
    assert_eq!(fixture.get(&key, "").get("Attachments"), None);
}

#[test]
fn a_limit_refuses_what_is_larger() {
    let fixture = Fixture::new();
    let key = fixture.create("<t:CalendarItem/>");
    fixture
        .standin
        .mailbox(|mailbox| mailbox.settings.attachment_limit = Some(2));
    assert_eq!(
        codes(&attach(&fixture, &key, FILE)),
        ["ErrorAttachmentSizeLimitExceeded"]
    );
    let with = format!("<t:CalendarItem><t:Attachments>{FILE}</t:Attachments></t:CalendarItem>");
    assert_eq!(
        fixture.create_fails(&with),
        "ErrorAttachmentSizeLimitExceeded"
    );
    fixture
        .standin
        .mailbox(|mailbox| mailbox.settings.attachment_limit = Some(3));
    assert_eq!(codes(&attach(&fixture, &key, FILE)), ["NoError"]);
}

#[test]
fn an_exception_has_attachments_of_its_own() {
    let fixture = Fixture::new();
    let master = fixture.create(
        "<t:CalendarItem><t:Start>2026-03-02T08:00:00Z</t:Start><t:End>2026-03-02T09:00:00Z</t:End><t:Recurrence>\
         <t:DailyRecurrence><t:Interval>1</t:Interval></t:DailyRecurrence><t:NoEndRecurrence><t:StartDate>2026-03-02</t:StartDate>\
         </t:NoEndRecurrence></t:Recurrence></t:CalendarItem>",
    );
    let nth = format!(
        "<t:OccurrenceItemId RecurringMasterId=\"{}\" InstanceIndex=\"2\"/>",
        master.id
    );
    let second = fixture.get_by(&nth, "").unwrap();
    assert_eq!(text(&second, "CalendarItemType"), Some("Occurrence"));
    let response = attach(&fixture, &Key::of(&second), FILE);
    assert_eq!(codes(&response), ["NoError"]);
    let second = fixture.get_by(&nth, "").unwrap();
    assert_eq!(text(&second, "CalendarItemType"), Some("Exception"));
    assert_eq!(names(&second), ["plan.txt"]);
    let found = fixture.get(&master, "");
    assert_eq!(names(&found), Vec::<String>::new());
    assert_eq!(found.get("ModifiedOccurrences").unwrap().children.len(), 1);
    let root = response.descendant("AttachmentId").unwrap();
    assert_eq!(
        root.attr("RootItemChangeKey"),
        Some(Key::of(&found).change_key.as_str())
    );
    assert_eq!(
        codes(&attach(&fixture, &Key::of(&found), INLINE)),
        ["NoError"]
    );
    let second = fixture.get_by(&nth, "").unwrap();
    assert_eq!(names(&second), ["plan.txt"]);
    let key = fixture
        .update(
            &Key::of(&second),
            &set("CalendarItem", "item:Subject", "<t:Subject>S</t:Subject>"),
        )
        .unwrap();
    assert_eq!(names(&fixture.get(&key, "")), ["plan.txt"]);
    let id = second.descendant("AttachmentId").unwrap();
    fixture.call(&format!(
        "<m:DeleteAttachment><m:AttachmentIds><t:AttachmentId Id=\"{}\"/></m:AttachmentIds></m:DeleteAttachment>",
        id.attr("Id").unwrap()
    ));
    let second = fixture.get_by(&nth, "").unwrap();
    assert_eq!(
        (names(&second).len(), text(&second, "CalendarItemType")),
        (0, Some("Exception"))
    );
}
