//! ConvertId, GetServerTimeZones and GetUserConfiguration: what clients look up at the start.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};

use crate::element::Element;
use crate::envelope::{Call, boolean};
use crate::failure::Failure;
use crate::id::Id;
use crate::store::Mailbox;
use crate::target;
use crate::zone::Zone;

use super::{message, parts, respond};

/// ConvertId.
pub fn convert_id(call: &Call, mailbox: &Mailbox) -> Result<Element, Failure> {
    let destination = call.body.attr("DestinationFormat").unwrap_or("EwsId");
    let one = |source: &Element| -> Result<Vec<Element>, Failure> {
        let id = source.attr("Id").unwrap_or_default();
        let bytes = match source.attr("Format").unwrap_or_default() {
            "HexEntryId" => from_hex(id),
            "OwaId" => URL_SAFE.decode(id).ok(),
            _ => STANDARD.decode(id).ok(),
        };
        let bytes =
            bytes.filter(|bytes| Id::decode(&mailbox.address, &STANDARD.encode(bytes)).is_some());
        let bytes = bytes.ok_or_else(Failure::malformed_id)?;
        let converted = match destination {
            "HexEntryId" => bytes.iter().map(|byte| format!("{byte:02X}")).collect(),
            "OwaId" => URL_SAFE.encode(bytes),
            _ => STANDARD.encode(bytes),
        };
        let answer = Element::m("AlternateId")
            .with_attr("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance")
            .with_attr("xsi:type", "t:AlternateIdType")
            .with_attr("Format", destination)
            .with_attr("Id", converted)
            .with_attr("Mailbox", &mailbox.address);
        Ok(vec![answer])
    };
    Ok(respond(
        "ConvertId",
        parts(call)
            .iter()
            .map(|source| message("ConvertId", one(source))),
    ))
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let pair = |at: usize| u8::from_str_radix(text.get(at..at + 2)?, 16).ok();
    (0..text.len()).step_by(2).map(pair).collect()
}

/// GetServerTimeZones.
pub fn get_server_time_zones(call: &Call) -> Result<Element, Failure> {
    let full = call
        .body
        .attr("ReturnFullTimeZoneData")
        .and_then(boolean)
        .unwrap_or(true);
    let wanted = call.body.get("Ids").map(|ids| {
        ids.children
            .iter()
            .map(|id| id.text.trim())
            .collect::<Vec<_>>()
    });
    let zones = Zone::all().iter().filter(|zone| {
        wanted
            .as_ref()
            .is_none_or(|wanted| wanted.contains(&zone.id))
    });
    let definitions = zones.map(|zone| match full {
        true => zone.definition("TimeZoneDefinition"),
        false => zone.short_definition("TimeZoneDefinition"),
    });
    let all = Element::m("TimeZoneDefinitions").with_all(definitions);
    Ok(respond(
        "GetServerTimeZones",
        [message("GetServerTimeZones", Ok(vec![all]))],
    ))
}

/// GetUserConfiguration: the options of the web client and the master category list.
pub fn get_user_configuration(call: &Call, mailbox: &Mailbox) -> Result<Element, Failure> {
    let outcome = configuration(call, mailbox).map(|found| vec![found]);
    Ok(respond(
        "GetUserConfiguration",
        [message("GetUserConfiguration", outcome)],
    ))
}

fn configuration(call: &Call, mailbox: &Mailbox) -> Result<Element, Failure> {
    let named = call
        .body
        .get("UserConfigurationName")
        .ok_or_else(Failure::item_not_found)?;
    let folder = target::folder_in(mailbox, Some(named))?;
    let wanted = call
        .body
        .text_of("UserConfigurationProperties")
        .unwrap_or("All");
    let wants = |part: &str| {
        wanted
            .split_whitespace()
            .any(|name| name == part || name == "All")
    };
    let mut name = named.clone();
    name.ns = crate::element::Ns::Types;
    let mut answer = Element::m("UserConfiguration").with(name);
    match (named.attr("Name").unwrap_or_default(), folder.distinguished) {
        ("OWA.UserOptions", Some("root")) => {
            if wants("Dictionary") {
                answer =
                    answer.with(Element::t("Dictionary").with(entry("timezone", &mailbox.zone)));
            }
        }
        ("CategoryList", Some("calendar")) => {
            if wants("XmlData") {
                answer = answer.with(Element::leaf(
                    "XmlData",
                    STANDARD.encode(&mailbox.category_list),
                ));
            }
        }
        _ => return Err(Failure::item_not_found()),
    }
    Ok(answer)
}

/// UpdateUserConfiguration: of the master category list, whose XML is replaced.
pub fn update_user_configuration(call: &Call, mailbox: &mut Mailbox) -> Result<Element, Failure> {
    let outcome = update_configuration(call, mailbox).map(|()| vec![]);
    Ok(respond(
        "UpdateUserConfiguration",
        [message("UpdateUserConfiguration", outcome)],
    ))
}

fn update_configuration(call: &Call, mailbox: &mut Mailbox) -> Result<(), Failure> {
    let named = call
        .body
        .find(&["UserConfiguration", "UserConfigurationName"])
        .ok_or_else(Failure::item_not_found)?;
    let folder = target::folder_in(mailbox, Some(named))?;
    let name = (named.attr("Name").unwrap_or_default(), folder.distinguished);
    if name != ("CategoryList", Some("calendar")) {
        return Err(Failure::item_not_found());
    }
    let invalid = |why: &str| {
        let text = format!("The XML data is not valid: {why}");
        Failure::new("ErrorInvalidValueForProperty", text)
    };
    let data = call.body.find(&["UserConfiguration", "XmlData"]);
    let data: String = data
        .map_or("", |data| data.text.as_str())
        .split_whitespace()
        .collect();
    let bytes = STANDARD.decode(data).map_err(|_| invalid("no base64."))?;
    let list = Element::parse(&bytes).map_err(|why| invalid(&why))?;
    if list.name != "categories" {
        return Err(invalid("it has no categories."));
    }
    mailbox.category_list = String::from_utf8_lossy(&bytes).into_owned();
    Ok(())
}

fn entry(key: &str, value: &str) -> Element {
    let object = |name: &str, text: &str| {
        Element::t(name)
            .with(Element::leaf("Type", "String"))
            .with(Element::leaf("Value", text))
    };
    Element::t("DictionaryEntry")
        .with(object("DictionaryKey", key))
        .with(object("DictionaryValue", value))
}
