//! ConvertId, GetServerTimeZones, GetUserConfiguration, and requests of all kinds.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::client::{Fixture, USER, body};

fn convert(fixture: &Fixture, from: &str, to: &str, id: &str) -> Result<String, String> {
    let response = fixture.call(&format!(
        "<m:ConvertId DestinationFormat=\"{to}\"><m:SourceIds><t:AlternateId Format=\"{from}\" Id=\"{id}\" \
         Mailbox=\"{USER}\"/></m:SourceIds></m:ConvertId>"
    ));
    match response.descendant("AlternateId") {
        Some(answer) => {
            assert_eq!(
                (answer.attr("Format"), answer.attr("Mailbox")),
                (Some(to), Some(USER))
            );
            Ok(answer.attr("Id").unwrap().to_owned())
        }
        None => Err(response.descendant("ResponseCode").unwrap().text.clone()),
    }
}

#[test]
fn ids_go_to_other_forms_and_back() {
    let fixture = Fixture::new();
    let key = fixture.create("<t:Contact/>");
    for format in ["HexEntryId", "OwaId", "EntryId", "EwsLegacyId"] {
        let other = convert(&fixture, "EwsId", format, &key.id).unwrap();
        assert_eq!(
            convert(&fixture, format, "EwsId", &other),
            Ok(key.id.clone()),
            "{format}"
        );
    }
    assert_ne!(
        convert(&fixture, "EwsId", "HexEntryId", &key.id),
        Ok(key.id.clone())
    );
    assert_eq!(
        convert(&fixture, "EwsId", "HexEntryId", "AAMk"),
        Err("ErrorInvalidIdMalformed".into())
    );
}

#[test]
fn zones_are_listed_whole_or_in_short() {
    let fixture = Fixture::new();
    let ask = |full: bool, ids: &str| {
        let response = fixture.call(&format!(
            "<m:GetServerTimeZones ReturnFullTimeZoneData=\"{full}\">{ids}</m:GetServerTimeZones>"
        ));
        response
            .descendant("TimeZoneDefinitions")
            .unwrap()
            .children
            .clone()
    };
    assert!(ask(false, "").len() > 130);
    let one = ask(true, "<m:Ids><t:Id>Tokyo Standard Time</t:Id></m:Ids>");
    assert_eq!(one.len(), 1);
    assert_eq!(one[0].attr("Id"), Some("Tokyo Standard Time"));
    assert_eq!(
        one[0].find(&["Periods", "Period"]).unwrap().attr("Bias"),
        Some("-PT9H")
    );
    assert_eq!(
        ask(false, "<m:Ids><t:Id>Tokyo Standard Time</t:Id></m:Ids>")[0]
            .children
            .len(),
        0
    );
}

#[test]
fn the_web_clients_options_and_the_categories_are_configurations() {
    let fixture = Fixture::new();
    let ask = |name: &str, folder: &str| {
        fixture.call(&format!(
            "<m:GetUserConfiguration><m:UserConfigurationName Name=\"{name}\"><t:DistinguishedFolderId Id=\"{folder}\"/>\
             </m:UserConfigurationName><m:UserConfigurationProperties>All</m:UserConfigurationProperties>\
             </m:GetUserConfiguration>"
        ))
    };
    let options = ask("OWA.UserOptions", "root");
    let value = options.descendant("DictionaryValue").unwrap();
    assert_eq!(value.text_of("Value"), Some("W. Europe Standard Time"));
    let categories = ask("CategoryList", "calendar");
    let xml = STANDARD
        .decode(&categories.descendant("XmlData").unwrap().text)
        .unwrap();
    assert!(
        String::from_utf8(xml)
            .unwrap()
            .contains("xmlns=\"CategoryList.xsd\"")
    );
    let missing = ask("CategoryList", "tasks");
    assert_eq!(
        missing.descendant("ResponseCode").unwrap().text,
        "ErrorItemNotFound"
    );
}

#[test]
fn every_sample_request_gets_a_valid_answer() {
    let samples = exchange_standin::schema::directory().join("../samples");
    let Ok(files) = std::fs::read_dir(&samples) else {
        eprintln!(
            "skipped: there are no sample requests in {}",
            samples.display()
        );
        return;
    };
    let fixture = Fixture::new();
    let mut count = 0;
    for file in files.map(|file| file.unwrap().path()) {
        if !file.to_string_lossy().ends_with(".request.xml") {
            continue;
        }
        let reply = fixture
            .post(&std::fs::read_to_string(&file).unwrap(), &[])
            .unwrap();
        assert!([200, 500].contains(&reply.status), "{}", file.display());
        // What is not implemented is a fault, what is has messages.
        let body = body(&reply);
        assert_eq!(
            body.name == "Fault",
            reply.status == 500,
            "{}",
            file.display()
        );
        count += 1;
    }
    assert!(count > 20, "{count} samples");
}

#[test]
fn the_category_list_is_read_and_replaced_as_a_whole() {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    let fixture = Fixture::new();
    let name = "Name=\"CategoryList\"><t:DistinguishedFolderId Id=\"calendar\"/>";
    let get = || {
        let response = fixture.call(&format!(
            "<m:GetUserConfiguration><m:UserConfigurationName {name}</m:UserConfigurationName>\
             <m:UserConfigurationProperties>XmlData</m:UserConfigurationProperties></m:GetUserConfiguration>"
        ));
        let data = response.descendant("XmlData").unwrap();
        String::from_utf8(STANDARD.decode(&data.text).unwrap()).unwrap()
    };
    let put = |xml: &str| {
        fixture.codes(&format!(
            "<m:UpdateUserConfiguration><m:UserConfiguration><t:UserConfigurationName {name}</t:UserConfigurationName>\
             <t:XmlData>{}</t:XmlData></m:UserConfiguration></m:UpdateUserConfiguration>",
            STANDARD.encode(xml)
        ))
    };
    assert!(get().contains("CategoryList.xsd"));
    let list = "<?xml version=\"1.0\"?><categories default=\"\" lastSavedSession=\"2\" lastSavedTime=\"2026-02-01T00:00:00.000\" \
                xmlns=\"CategoryList.xsd\"><category name=\"Garden\" color=\"4\" keyboardShortcut=\"0\" \
                guid=\"{7B3C2A10-5E6F-4A1B-9C2D-0123456789AB}\"/></categories>";
    assert_eq!(put(list), ["NoError"]);
    assert_eq!(get(), list);
    assert_eq!(put("<other/>"), ["ErrorInvalidValueForProperty"]);
    assert_eq!(get(), list);
}
