//! The opaque ids on the wire: ItemId, FolderId, AttachmentId, ChangeKey, SyncState.
//!
//! An id is base64 of a fixed layout that ends in a check sum, so that a changed letter (or its case) makes it
//! malformed, as on a real server. Nothing but this module knows the layout.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::changes::Position;

/// What an id names. Numbers are unique in a mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Id {
    Folder(u64),
    Item(u64),
    /// The occurrence of a series: the master's number and the index.
    Occurrence(u64, u32),
    /// An attachment of an item: the item's number, the occurrence's index or 0, the attachment's number.
    Attachment(u64, u32, u64),
}

const LENGTH: usize = 114;
const HEAD: [u8; 3] = [0x00, 0x03, 0x24];

impl Id {
    /// At least 144 characters; different in every mailbox (`owner`).
    pub fn encode(self, owner: &str) -> String {
        let (kind, number, index, part) = match self {
            Id::Folder(number) => (1u8, number, 0, 0),
            Id::Item(number) => (2, number, 0, 0),
            Id::Occurrence(number, index) => (3, number, index, 0),
            Id::Attachment(number, index, part) => (4, number, index, part),
        };
        let mut bytes = HEAD.to_vec();
        bytes.push(kind);
        bytes.extend(number.to_be_bytes());
        bytes.extend(index.to_be_bytes());
        bytes.extend(part.to_be_bytes());
        let mut state = checksum(owner.as_bytes(), &bytes);
        while bytes.len() < LENGTH - 8 {
            state = mix(state);
            bytes.extend(state.to_be_bytes());
        }
        bytes.truncate(LENGTH - 8);
        let check = checksum(owner.as_bytes(), &bytes);
        bytes.extend(check.to_be_bytes());
        STANDARD.encode(bytes)
    }

    /// `None` where the text is no id of this mailbox.
    pub fn decode(owner: &str, text: &str) -> Option<Id> {
        let bytes = STANDARD.decode(text).ok()?;
        let (body, check) = bytes.split_at_checked(LENGTH - 8)?;
        if bytes.len() != LENGTH
            || checksum(owner.as_bytes(), body).to_be_bytes() != check
            || body[..3] != HEAD
        {
            return None;
        }
        let number = u64::from_be_bytes(body[4..12].try_into().ok()?);
        let index = u32::from_be_bytes(body[12..16].try_into().ok()?);
        let part = u64::from_be_bytes(body[16..24].try_into().ok()?);
        match body[3] {
            1 => Some(Id::Folder(number)),
            2 => Some(Id::Item(number)),
            3 => Some(Id::Occurrence(number, index)),
            4 => Some(Id::Attachment(number, index, part)),
            _ => None,
        }
    }
}

/// The EntryID of a folder in the mailbox of `owner` (MS-OXCDATA 2.2.4.1): flags, the provider (the mailbox, or the one for
/// all public folders), the type of the folder, the database, the folder's number there, and two bytes of nothing.
pub fn entry_id(owner: &str, public: bool, folder: u64) -> Vec<u8> {
    const PUBLIC: u128 = 0x1a44_7390_aa66_11cd_9bc8_00aa_002f_c45a;
    let guid = |what: &[u8]| {
        let half = checksum(owner.as_bytes(), what);
        (u128::from(half) << 64) | u128::from(mix(half))
    };
    let (provider, kind): (u128, u16) = match public {
        true => (PUBLIC, 3),
        false => (guid(b"mailbox"), 1),
    };
    let mut bytes = vec![0; 4];
    bytes.extend(provider.to_be_bytes());
    bytes.extend(kind.to_le_bytes());
    bytes.extend(guid(b"database").to_be_bytes());
    bytes.extend(&folder.to_be_bytes()[2..]);
    bytes.extend([0; 2]);
    bytes
}

/// A ChangeKey of an item or folder version.
pub fn change_key(version: u64) -> String {
    let mut bytes = vec![0x0f, 0, 0, 0, 0x16, 0, 0, 0];
    bytes.extend(mix(version).to_be_bytes());
    bytes.extend(version.to_be_bytes());
    STANDARD.encode(bytes)
}

/// The version in a ChangeKey.
pub fn version_of(change_key: &str) -> Option<u64> {
    let bytes = STANDARD.decode(change_key).ok()?;
    let version = u64::from_be_bytes(bytes.get(16..24)?.try_into().ok()?);
    (self::change_key(version) == change_key).then_some(version)
}

/// A SyncState: where a client is in the log of `scope` (a folder's number, 0 for the hierarchy) of a mailbox.
pub fn sync_state(owner: &str, scope: u64, at: Position) -> String {
    let mut bytes = b"H4sI".to_vec();
    for number in [scope, at.done, at.high, at.next] {
        bytes.extend(number.to_be_bytes());
    }
    let check = checksum(owner.as_bytes(), &bytes);
    bytes.extend(check.to_be_bytes());
    STANDARD.encode(bytes)
}

/// Reads a SyncState of that scope, `None` where it is anything else.
pub fn position_of(owner: &str, scope: u64, state: &str) -> Option<Position> {
    let bytes = STANDARD.decode(state.trim()).ok()?;
    let number = |at: usize| Some(u64::from_be_bytes(bytes.get(at..at + 8)?.try_into().ok()?));
    let at = Position {
        done: number(12)?,
        high: number(20)?,
        next: number(28)?,
    };
    (sync_state(owner, scope, at) == state.trim()).then_some(at)
}

/// A Watermark: the entry of a mailbox' journal after which events are to come.
pub fn watermark(owner: &str, sequence: u64) -> String {
    sealed(b"AQAA", owner, sequence)
}

/// The entry in a Watermark of that mailbox.
pub fn sequence_of(owner: &str, watermark: &str) -> Option<u64> {
    opened(b"AQAA", owner, watermark)
}

/// A SubscriptionId.
pub fn subscription(number: u64) -> String {
    sealed(b"JgBi", "", number)
}

/// The number in a SubscriptionId.
pub fn subscription_of(id: &str) -> Option<u64> {
    opened(b"JgBi", "", id)
}

fn sealed(head: &[u8; 4], owner: &str, number: u64) -> String {
    let mut bytes = [head.as_slice(), &number.to_be_bytes()].concat();
    let check = checksum(owner.as_bytes(), &bytes);
    bytes.extend(check.to_be_bytes());
    STANDARD.encode(bytes)
}

fn opened(head: &[u8; 4], owner: &str, text: &str) -> Option<u64> {
    let bytes = STANDARD.decode(text.trim()).ok()?;
    let number = u64::from_be_bytes(bytes.get(4..12)?.try_into().ok()?);
    (sealed(head, owner, number) == text.trim()).then_some(number)
}

/// FNV-1a over both.
fn checksum(owner: &[u8], bytes: &[u8]) -> u64 {
    let hash = owner
        .iter()
        .chain(bytes)
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
    mix(hash)
}

/// SplitMix64: spreads neighbours.
fn mix(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_long_and_read_back_in_their_own_mailbox_only() {
        for id in [
            Id::Folder(1),
            Id::Item(7),
            Id::Occurrence(7, 3),
            Id::Attachment(7, 0, 9),
        ] {
            let text = id.encode("anna");
            assert!(text.len() >= 144, "{}", text.len());
            assert_eq!(Id::decode("anna", &text), Some(id));
            assert_eq!(Id::decode("ben", &text), None);
        }
    }

    #[test]
    fn ids_are_case_sensitive() {
        let text = Id::Item(7).encode("anna");
        assert_eq!(Id::decode("anna", &text.to_lowercase()), None);
        assert_eq!(Id::decode("anna", &text[4..]), None);
    }

    #[test]
    fn entry_ids_have_their_form_and_tell_folders_and_mailboxes_apart() {
        let one = entry_id("anna", false, 7);
        assert_eq!(
            (one.len(), &one[..4], &one[20..22]),
            (46, &[0; 4][..], &[1, 0][..])
        );
        assert_eq!(&one[38..], [0, 0, 0, 0, 0, 7, 0, 0]);
        assert_eq!(one, entry_id("anna", false, 7));
        assert_ne!(one, entry_id("anna", false, 8));
        assert_ne!(one[..38], entry_id("ben", false, 7)[..38]);
        assert_eq!(entry_id("public", true, 7)[20..22], [3, 0]);
    }

    #[test]
    fn change_keys_and_sync_states_read_back() {
        assert_eq!(version_of(&change_key(77)), Some(77));
        assert_ne!(change_key(77), change_key(78));
        assert_eq!(version_of("DwAAABYAAAA="), None);
        let at = Position {
            done: 5,
            high: 9,
            next: 7,
        };
        let state = sync_state("anna", 3, at);
        assert_eq!(position_of("anna", 3, &state), Some(at));
        assert_eq!(position_of("anna", 4, &state), None);
        assert_eq!(position_of("ben", 3, &state), None);
    }
}
