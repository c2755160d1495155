//! Bodies: one is stored, HTML is rewritten when it comes in, the other form is made when asked for.

use crate::client::{Fixture, Key, codes, set, text};

const TEXT_BODY: &str = "<t:FieldURI FieldURI=\"item:TextBody\"/>";

/// The kind and content of the body asked for.
fn body(fixture: &Fixture, key: &Key, kind: &str) -> (String, String) {
    let response = fixture.call(&format!(
        "<m:GetItem><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:BodyType>{kind}</t:BodyType><t:AdditionalProperties>\
         <t:FieldURI FieldURI=\"item:Body\"/></t:AdditionalProperties></m:ItemShape><m:ItemIds>{}</m:ItemIds></m:GetItem>",
        key.xml()
    ));
    assert_eq!(codes(&response), ["NoError"]);
    let body = response.descendant("Body").unwrap();
    (body.attr("BodyType").unwrap().to_owned(), body.text.clone())
}

fn html(content: &str) -> String {
    let escaped = content.replace('<', "&lt;").replace('>', "&gt;");
    format!("<t:Body BodyType=\"HTML\">{escaped}</t:Body>")
}

#[test]
fn html_comes_back_rewritten_and_stays_so() {
    let fixture = Fixture::new();
    let key = fixture.create(&format!(
        "<t:CalendarItem>{}</t:CalendarItem>",
        html("<p>Hello <b>you</b></p><p>Zoë</p>")
    ));
    let (kind, stored) = body(&fixture, &key, "Best");
    assert_eq!(kind, "HTML");
    assert!(
        stored.starts_with("<html>\r\n<head>\r\n<meta http-equiv=\"Content-Type\" content=\"text/html; charset=utf-8\">"),
        "{stored}"
    );
    assert!(
        stored.contains("<p>Hello <b>you</b></p><p>Zoë</p>"),
        "{stored}"
    );
    assert_eq!(
        body(&fixture, &key, "Text"),
        ("Text".into(), "Hello you\r\nZoë\r\n".into())
    );
    let found = fixture.get(&key, TEXT_BODY);
    assert_eq!(text(&found, "TextBody"), Some("Hello you\r\nZoë\r\n"));
    let again = set("CalendarItem", "item:Body", &html(&stored));
    let key = fixture.update(&key, &again).unwrap();
    assert_eq!(body(&fixture, &key, "Best").1, stored);
}

#[test]
fn text_is_wrapped_where_html_is_asked_for() {
    let fixture = Fixture::new();
    let key = fixture
        .create("<t:Task><t:Body BodyType=\"Text\">1 &lt; 2\nand &amp; on</t:Body></t:Task>");
    assert_eq!(
        body(&fixture, &key, "Best"),
        ("Text".into(), "1 < 2\r\nand & on".into())
    );
    let (kind, page) = body(&fixture, &key, "HTML");
    assert_eq!(kind, "HTML");
    assert!(page.contains("1 &lt; 2<br>\r\nand &amp; on"), "{page}");
    assert!(page.contains("<meta http-equiv=\"Content-Type\""), "{page}");
}

#[test]
fn appending_to_a_page_stays_on_the_page() {
    let fixture = Fixture::new();
    let key = fixture.create(&format!(
        "<t:CalendarItem>{}</t:CalendarItem>",
        html("<p>One</p>")
    ));
    let append = |body: &str| {
        format!(
            "<t:AppendToItemField><t:FieldURI FieldURI=\"item:Body\"/><t:CalendarItem>{body}</t:CalendarItem></t:AppendToItemField>"
        )
    };
    let key = fixture.update(&key, &append(&html("<p>Two</p>"))).unwrap();
    let key = fixture
        .update(
            &key,
            &append("<t:Body BodyType=\"Text\">Three &lt;</t:Body>"),
        )
        .unwrap();
    assert_eq!(body(&fixture, &key, "Best").0, "HTML");
    assert_eq!(body(&fixture, &key, "Text").1, "One\r\nTwo\r\nThree <\r\n");
}

#[test]
fn an_empty_page_is_no_body() {
    let fixture = Fixture::new();
    let key = fixture.create(&format!("<t:Task>{}</t:Task>", html("")));
    assert_eq!(body(&fixture, &key, "Best"), ("Text".into(), String::new()));
}

#[test]
fn an_exception_has_a_body_of_the_other_kind() {
    let fixture = Fixture::new();
    let page = html("<p>Page</p>");
    let plain = "<t:Body BodyType=\"Text\">Plain</t:Body>".to_owned();
    for (series, own, wanted) in [
        (&page, &plain, ("Text", "Plain")),
        (&plain, &page, ("HTML", "Page\r\n")),
    ] {
        let master = fixture.create(&format!(
            "<t:CalendarItem>{series}<t:Start>2026-03-02T08:00:00Z</t:Start><t:End>2026-03-02T09:00:00Z</t:End><t:Recurrence>\
             <t:DailyRecurrence><t:Interval>1</t:Interval></t:DailyRecurrence><t:NoEndRecurrence><t:StartDate>2026-03-02\
             </t:StartDate></t:NoEndRecurrence></t:Recurrence></t:CalendarItem>"
        ));
        let second = format!(
            "<t:OccurrenceItemId RecurringMasterId=\"{}\" InstanceIndex=\"2\"/>",
            master.id
        );
        let key = Key::of(&fixture.get_by(&second, "").unwrap());
        let key = fixture
            .update(&key, &set("CalendarItem", "item:Body", own))
            .unwrap();
        assert_eq!(body(&fixture, &key, "Best").0, wanted.0);
        assert_eq!(body(&fixture, &key, "Text").1, wanted.1);
    }
}
