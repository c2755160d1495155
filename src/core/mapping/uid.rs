//! UIDs as Exchange gives them (MS-OXOCAL 2.2.1.27 PidLidGlobalObjectId, MS-OXCICAL UID).

/// The first 16 bytes of every global object id, in hex.
const PREFIX: &str = "040000008200E00074C5B7101A82E008";
/// Hex digits before the data: 16 bytes prefix, 4 date, 8 time, 8 zero, 4 size.
const HEAD: usize = 80;
const DATE: std::ops::Range<usize> = 32..40;
const FOREIGN: &[u8] = b"vCal-Uid\x01\x00\x00\x00";

/// One form for all that Exchange may answer for the same event: the foreign UID as it was, or the upper-case hex of the
/// global object id without the date of an occurrence.
pub fn normal(uid: &str) -> String {
    let hex = uid.trim().to_ascii_uppercase();
    let native = hex.len() > HEAD
        && hex.len().is_multiple_of(2)
        && hex.starts_with(PREFIX)
        && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !native {
        return uid.trim().to_owned();
    }
    if let Some(foreign) = foreign(&hex) {
        return foreign;
    }
    let mut clean = hex;
    clean.replace_range(DATE, "00000000");
    clean
}

/// The UID within, where another program gave it.
fn foreign(hex: &str) -> Option<String> {
    let digits = hex.get(HEAD..)?.as_bytes();
    let data: Vec<u8> = digits
        .chunks_exact(2)
        .map(|pair| {
            let pair = std::str::from_utf8(pair).unwrap_or("0");
            u8::from_str_radix(pair, 16).unwrap_or(0)
        })
        .collect();
    let uid = data.strip_prefix(FOREIGN)?;
    let uid = uid.strip_suffix(&[0]).unwrap_or(uid);
    String::from_utf8(uid.to_vec())
        .ok()
        .filter(|uid| !uid.is_empty())
}
