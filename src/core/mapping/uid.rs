//! UIDs as Exchange keeps them: a global object id (MS-OXOCAL 2.2.1.27 PidLidGlobalObjectId, MS-OXCICAL UID).
//!
//! 16 bytes prefix, 4 bytes date of an occurrence, 8 bytes time of creation, 8 zero bytes, 4 bytes size, data. Exchange's own UIDs
//! are its hex. That of another program is wrapped: the data is a marker, the UID and a zero byte, which some servers leave
//! out.

use super::places::extended;
use crate::ews::{Element, FieldPath, PropertySet, PropertyType};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fmt::Write as _;

/// PidLidCleanGlobalObjectId: the same for a series and all its occurrences.
pub const CLEAN_ID: FieldPath = FieldPath::Id(PropertySet::Meeting, 0x0023, PropertyType::Binary);

/// The first 16 bytes of every global object id, in hex.
const PREFIX: &str = "040000008200E00074C5B7101A82E008";
/// Bytes before the data.
const HEAD: usize = 40;
const DATE: std::ops::Range<usize> = 16..20;
const FOREIGN: &[u8] = b"vCal-Uid\x01\x00\x00\x00";

/// The UID of an event as the server answers it, in one form for all that it may answer for the same event: the text of
/// another program as it was, or the upper-case hex of the id without the date of an occurrence. A server may show a wrapped
/// UID as the hex of its id, or none at all; the id itself tells then.
pub fn of_event(item: &Element) -> Option<String> {
    let shown = item
        .child_text("UID")
        .filter(|uid| !uid.trim().is_empty())
        .map(normal);
    let id = extended(item, CLEAN_ID).and_then(|id| STANDARD.decode(id.trim()).ok());
    let told = id.and_then(|id| decoded(&id));
    match (shown, told) {
        (Some(shown), Some(told)) if is_native(&shown) && !is_native(&told) => Some(told),
        (shown, told) => shown.or(told),
    }
}

/// One form for all texts of the same UID.
pub fn normal(uid: &str) -> String {
    let uid = uid.trim();
    native(uid)
        .and_then(|id| decoded(&id))
        .unwrap_or_else(|| uid.to_owned())
}

/// The ids that an event of this UID may have, in base64: with and without the zero byte.
pub fn ids(uid: &str) -> Vec<String> {
    if let Some(mut id) = native(uid.trim()) {
        if let Some(date) = id.get_mut(DATE) {
            date.fill(0);
        }
        return vec![STANDARD.encode(id)];
    }
    [&[0][..], &[]]
        .into_iter()
        .map(|end| {
            let data = [FOREIGN, uid.trim().as_bytes(), end].concat();
            let size = u32::try_from(data.len()).unwrap_or(u32::MAX);
            let mut id = bytes(PREFIX);
            id.resize(HEAD - 4, 0);
            id.extend(size.to_le_bytes());
            id.extend(data);
            STANDARD.encode(id)
        })
        .collect()
}

/// Other UIDs under which a program may have stored this item locally: the one that it tagged the item with, and the UUID
/// that ends an id of Exchange or stands in braces, which integration_ews takes for the whole. In both cases of letters,
/// because it changes those too.
pub fn aliases(uid: Option<&str>, tag: Option<&str>) -> Vec<String> {
    let mut aliases = Vec::new();
    for alias in [tag.map(str::to_owned), uid.and_then(uuid)]
        .into_iter()
        .flatten()
    {
        for form in [alias.to_lowercase(), alias.to_uppercase(), alias] {
            if uid != Some(form.as_str()) && !aliases.contains(&form) {
                aliases.push(form);
            }
        }
    }
    aliases
}

/// The UUID within a UID that is more than that.
fn uuid(uid: &str) -> Option<String> {
    let braced = uid.strip_prefix('{').and_then(|uid| uid.strip_suffix('}'));
    if let Some(braced) = braced {
        return Some(braced.to_owned());
    }
    let id = native(uid)?;
    let data: &[u8; 16] = id.get(HEAD..)?.try_into().ok()?;
    let hex = data.iter().fold(String::new(), |mut hex, byte| {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    });
    let parts = [(0, 8), (8, 12), (12, 16), (16, 20), (20, 32)];
    let parts: Option<Vec<&str>> = parts.iter().map(|(from, to)| hex.get(*from..*to)).collect();
    Some(parts?.join("-"))
}

fn is_native(uid: &str) -> bool {
    native(uid).is_some()
}

/// The bytes of an id that is written in hex.
fn native(uid: &str) -> Option<Vec<u8>> {
    let hex = uid.len() > 2 * HEAD
        && uid.len().is_multiple_of(2)
        && uid.bytes().all(|byte| byte.is_ascii_hexdigit())
        && uid
            .get(..PREFIX.len())
            .is_some_and(|prefix| prefix.eq_ignore_ascii_case(PREFIX));
    hex.then(|| bytes(uid))
}

fn bytes(hex: &str) -> Vec<u8> {
    hex.as_bytes()
        .chunks_exact(2)
        .filter_map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect()
}

/// The UID that an id stands for.
fn decoded(id: &[u8]) -> Option<String> {
    let data = id.get(HEAD..)?;
    if let Some(wrapped) = data.strip_prefix(FOREIGN) {
        let uid = wrapped.strip_suffix(&[0]).unwrap_or(wrapped);
        let uid = String::from_utf8(uid.to_vec()).ok()?;
        return Some(uid.trim().to_owned()).filter(|uid| !uid.is_empty());
    }
    let mut clean = id.to_vec();
    clean.get_mut(DATE)?.fill(0);
    let hex = clean.iter().fold(String::new(), |mut hex, byte| {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02X}");
        hex
    });
    is_native(&hex).then_some(hex)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Seen in data of a real server, apart from the date that an occurrence has there.
    const WRAPPED: &str = "040000008200E00074C5B7101A82E00800000000000000000000000000000000000000001E0000007643616C2D5569\
                           6401000000666F6F626172313233406162632E636F6D00";

    #[test]
    fn a_foreign_uid_is_wrapped_as_outlook_does() {
        let [with, without] = <[String; 2]>::try_from(ids("foobar123@abc.com")).unwrap();
        assert_eq!(STANDARD.decode(with).unwrap(), bytes(WRAPPED));
        let without = STANDARD.decode(without).unwrap();
        assert_eq!(without.len(), bytes(WRAPPED).len() - 1);
        assert_eq!(decoded(&without).as_deref(), Some("foobar123@abc.com"));
    }

    #[test]
    fn ids_are_the_same_for_every_form_of_a_uid() {
        for uid in ["Case-KEPT_0123", "ünïcode@example.org", WRAPPED] {
            for id in ids(uid) {
                let decoded = decoded(&STANDARD.decode(id).unwrap()).unwrap();
                assert_eq!(decoded, normal(uid));
                assert_eq!(normal(&decoded), decoded);
            }
        }
        let native = "040000008200e00074c5b7101a82e00807ea0105908d4a7a6b7edb01000000000000000010000000aabbccddeeff0011223344\
                      5566778899";
        assert_eq!(ids(native), ids(&normal(native)));
    }

    #[test]
    fn another_program_may_have_stored_the_item_under_another_uid() {
        let uuid = "13b1c4c0-d80a-467a-84b2-0811be1e911a";
        let upper = uuid.to_uppercase();
        let native = format!(
            "{PREFIX}{}1000000013B1C4C0D80A467A84B20811BE1E911A",
            "0".repeat(40)
        );
        let both = vec![uuid.to_owned(), upper.clone()];
        assert_eq!(aliases(Some(&native), None), both);
        assert_eq!(aliases(Some(&native), Some(uuid)), both);
        assert_eq!(aliases(Some(&format!("{{{upper}}}")), None), both);
        assert_eq!(aliases(Some(uuid), Some(uuid)), [upper]);
        assert_eq!(
            aliases(None, Some("Any Text")),
            ["any text", "ANY TEXT", "Any Text"]
        );
        assert!(aliases(Some("plain"), None).is_empty());
        assert!(aliases(Some(WRAPPED), None).is_empty());
        assert!(aliases(None, None).is_empty());
    }

    #[test]
    fn the_id_tells_where_the_uid_does_not() {
        let item = |uid: Option<&str>, id: &str| Element {
            name: "CalendarItem".to_owned(),
            children: uid
                .map(|uid| Element {
                    name: "UID".to_owned(),
                    text: uid.to_owned(),
                    ..Element::default()
                })
                .into_iter()
                .chain([Element {
                    name: "ExtendedProperty".to_owned(),
                    children: vec![
                        CLEAN_ID.element(),
                        Element {
                            name: "Value".to_owned(),
                            text: id.to_owned(),
                            ..Element::default()
                        },
                    ],
                    ..Element::default()
                }])
                .collect(),
            ..Element::default()
        };
        let id = ids("theirs@example.com").remove(0);
        let native = format!(
            "{PREFIX}00000000908D4A7A6B7EDB01000000000000000010000000AABBCCDDEEFF00112233445566778899"
        );
        for uid in [
            None,
            Some("theirs@example.com"),
            Some(native.as_str()),
            Some(" "),
        ] {
            assert_eq!(
                of_event(&item(uid, &id)).as_deref(),
                Some("theirs@example.com")
            );
        }
        assert_eq!(
            of_event(&item(Some("other"), &ids(&native)[0])).as_deref(),
            Some("other")
        );
        assert_eq!(of_event(&item(None, "no base64")), None);
    }
}
