//! GlobalObjectId blobs and the UID texts they stand for (MS-OXOCAL 2.2.1.27, MS-OXCICAL UID).

use chrono::{DateTime, Datelike, NaiveDate, Utc};

const PREFIX: [u8; 16] = [
    0x04, 0, 0, 0, 0x82, 0, 0xe0, 0, 0x74, 0xc5, 0xb7, 0x10, 0x1a, 0x82, 0xe0, 0x08,
];
const MARKER: &[u8] = b"vCal-Uid\x01\0\0\0";
const DATE: std::ops::Range<usize> = 16..20;
const HEAD: usize = 40;

/// The clean blob of a UID: native ones are the blob in hex, all others are wrapped.
pub fn from_uid(uid: &str) -> Vec<u8> {
    if let Some(mut native) = native(uid) {
        native[DATE].fill(0);
        return native;
    }
    let mut data = MARKER.to_vec();
    data.extend(uid.as_bytes());
    data.push(0);
    blob(0, &data)
}

/// A fresh native blob.
pub fn fresh(created: DateTime<Utc>, random: u128) -> Vec<u8> {
    let filetime = u64::try_from((created.timestamp() + 11_644_473_600) * 10_000_000).unwrap_or(0);
    blob(filetime, &random.to_be_bytes())
}

/// The blob of one occurrence: the clean one with the date of the original start.
pub fn with_date(clean: &[u8], date: NaiveDate) -> Vec<u8> {
    let mut dated = clean.to_vec();
    if let (Some(field), Ok(year)) = (dated.get_mut(DATE), u16::try_from(date.year())) {
        field[..2].copy_from_slice(&year.to_be_bytes());
        field[2] = u8::try_from(date.month()).unwrap_or(0);
        field[3] = u8::try_from(date.day()).unwrap_or(0);
    }
    dated
}

/// The blob without a date.
pub fn clean(blob: &[u8]) -> Vec<u8> {
    let mut clean = blob.to_vec();
    if let Some(field) = clean.get_mut(DATE) {
        field.fill(0);
    }
    clean
}

/// The UID that a blob stands for.
pub fn to_uid(blob: &[u8]) -> String {
    let wrapped = blob.get(HEAD..).and_then(|data| data.strip_prefix(MARKER));
    match wrapped
        .map(|uid| uid.strip_suffix(b"\0").unwrap_or(uid))
        .map(std::str::from_utf8)
    {
        Some(Ok(uid)) => uid.to_owned(),
        _ => clean(blob)
            .iter()
            .map(|byte| format!("{byte:02X}"))
            .collect(),
    }
}

fn blob(filetime: u64, data: &[u8]) -> Vec<u8> {
    let mut blob = PREFIX.to_vec();
    blob.extend([0; 4]);
    blob.extend(filetime.to_le_bytes());
    blob.extend([0; 8]);
    blob.extend(u32::try_from(data.len()).unwrap_or(0).to_le_bytes());
    blob.extend(data);
    blob
}

fn native(uid: &str) -> Option<Vec<u8>> {
    if uid.len() < 82 || !uid.len().is_multiple_of(2) || !uid.bytes().all(|b| b.is_ascii_hexdigit())
    {
        return None;
    }
    let bytes: Option<Vec<u8>> = (0..uid.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&uid[at..at + 2], 16).ok())
        .collect();
    bytes.filter(|bytes| bytes.starts_with(&PREFIX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wraps_a_foreign_uid_as_outlook_does() {
        let expected = "040000008200E00074C5B7101A82E008\
            00000000000000000000000000000000000000001E0000007643616C2D55696401000000666F6F626172313233406162632E636F6D00";
        let blob = from_uid("foobar123@abc.com");
        let hex: String = blob.iter().map(|byte| format!("{byte:02X}")).collect();
        assert_eq!(hex, expected);
        assert_eq!(to_uid(&blob), "foobar123@abc.com");
    }

    #[test]
    fn a_native_uid_loses_its_date() {
        let clean = fresh(Utc::now(), 5);
        let uid = to_uid(&clean);
        let dated = with_date(&clean, NaiveDate::from_ymd_opt(2006, 10, 3).unwrap());
        assert_eq!(&dated[16..20], [0x07, 0xd6, 0x0a, 0x03]);
        assert_eq!(to_uid(&dated), uid);
        assert_eq!(from_uid(&uid.to_lowercase()), clean);
    }
}
