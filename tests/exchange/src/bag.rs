//! The property bag of an item: MAPI-like keys to typed values. Everything else is a view on it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};

/// A property set, named by a GUID.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Guid(pub u128);

impl Guid {
    pub const APPOINTMENT: Guid = Guid(0x0006_2002_0000_0000_c000_0000_0000_0046);
    pub const TASK: Guid = Guid(0x0006_2003_0000_0000_c000_0000_0000_0046);
    pub const ADDRESS: Guid = Guid(0x0006_2004_0000_0000_c000_0000_0000_0046);
    pub const COMMON: Guid = Guid(0x0006_2008_0000_0000_c000_0000_0000_0046);
    pub const SHARING: Guid = Guid(0x0006_2040_0000_0000_c000_0000_0000_0046);
    pub const MEETING: Guid = Guid(0x6ed8_da90_450b_101b_98da_00aa_003f_1305);
    pub const PUBLIC_STRINGS: Guid = Guid(0x0002_0329_0000_0000_c000_0000_0000_0046);
    pub const INTERNET_HEADERS: Guid = Guid(0x0002_0386_0000_0000_c000_0000_0000_0046);
    pub const CALENDAR_ASSISTANT: Guid = Guid(0x1100_0e07_b51b_40d6_af21_caa8_5eda_b1d0);
    pub const UNIFIED_MESSAGING: Guid = Guid(0x4442_858e_a9e3_4e80_b900_317a_210c_c15b);
    /// What the stand-in keeps for itself and no client can name.
    pub const INTERNAL: Guid = Guid(0x5354_414e_4449_4e00_0000_0000_0000_0001);

    /// The set behind a DistinguishedPropertySetId.
    pub fn distinguished(name: &str) -> Option<Guid> {
        Some(match name {
            "Appointment" => Self::APPOINTMENT,
            "Task" => Self::TASK,
            "Address" => Self::ADDRESS,
            "Common" => Self::COMMON,
            "Sharing" => Self::SHARING,
            "Meeting" => Self::MEETING,
            "PublicStrings" => Self::PUBLIC_STRINGS,
            "InternetHeaders" => Self::INTERNET_HEADERS,
            "CalendarAssistant" => Self::CALENDAR_ASSISTANT,
            "UnifiedMessaging" => Self::UNIFIED_MESSAGING,
            _ => return None,
        })
    }

    /// Reads the usual form with hyphens, in any case.
    pub fn parse(text: &str) -> Option<Guid> {
        let hex: String = text.trim().chars().filter(|c| *c != '-').collect();
        if hex.len() != 32 {
            return None;
        }
        u128::from_str_radix(&hex, 16).ok().map(Guid)
    }
}

impl std::fmt::Display for Guid {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let h = format!("{:032x}", self.0);
        write!(
            f,
            "{}-{}-{}-{}-{}",
            &h[..8],
            &h[8..12],
            &h[12..16],
            &h[16..20],
            &h[20..]
        )
    }
}

impl std::fmt::Debug for Guid {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self}")
    }
}

/// The name of a property.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// A tag below 0x8000, without its type.
    Tag(u16),
    /// A numbered property of a set.
    Id(Guid, u32),
    /// A named property of a set.
    Name(Guid, Cow<'static, str>),
}

impl Key {
    /// A key that no client can name, for what the stand-in keeps beside MAPI properties.
    pub const fn internal(name: &'static str) -> Key {
        Key::Name(Guid::INTERNAL, Cow::Borrowed(name))
    }
}

impl std::fmt::Display for Key {
    /// `0x0037`, `Appointment/0x8208`, `<guid>/name`: the names used in dumps.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Key::Tag(tag) => write!(f, "0x{tag:04x}"),
            Key::Id(set, id) => write!(f, "{}/0x{id:04x}", set_name(*set)),
            Key::Name(set, name) => write!(f, "{}/{name}", set_name(*set)),
        }
    }
}

fn set_name(set: Guid) -> String {
    const NAMED: [&str; 10] = [
        "Appointment",
        "Task",
        "Address",
        "Common",
        "Sharing",
        "Meeting",
        "PublicStrings",
        "InternetHeaders",
        "CalendarAssistant",
        "UnifiedMessaging",
    ];
    if set == Guid::INTERNAL {
        return "internal".to_owned();
    }
    let known = NAMED
        .iter()
        .find(|name| Guid::distinguished(name) == Some(set));
    known.map_or_else(|| set.to_string(), |name| (*name).to_owned())
}

/// Somebody invited.
#[derive(Clone, Debug, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct Attendee {
    pub name: String,
    pub email: String,
    /// An EWS ResponseType: `Unknown`, `Organizer`, `Tentative`, `Accept`, `Decline`, `NoResponseReceived`.
    pub response: String,
    /// When that answer came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered: Option<DateTime<Utc>>,
}

/// A member of a distribution list.
#[derive(Clone, Debug, PartialEq, Eq, Default, serde::Serialize)]
pub struct Member {
    pub name: String,
    /// May be empty where there is an item.
    pub email: String,
    /// An EWS MailboxType: `OneOff`, `Contact` or `PrivateDL`.
    pub kind: String,
    /// The ItemId of the contact or list that is meant.
    pub item: Option<String>,
    /// Whether the store has looked at it.
    #[serde(skip)]
    pub settled: bool,
}

impl Member {
    /// The opaque key that names it within its list.
    pub fn key(&self) -> String {
        let mut entry = vec![0, 0, 0, 0, 0x81, 0x2b, 0x1f, 0xa4];
        entry.extend(self.email.to_lowercase().bytes());
        entry.push(0);
        entry.extend(self.item.iter().flat_map(|id| id.bytes()));
        STANDARD.encode(entry)
    }
}

/// A typed value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Bool(bool),
    /// Short and Integer.
    Int(i32),
    Long(i64),
    /// Double, Float, Currency.
    Double(f64),
    Text(String),
    /// SystemTime, whole seconds.
    Time(DateTime<Utc>),
    Binary(Vec<u8>),
    /// StringArray.
    Texts(Vec<String>),
    /// Only under internal keys.
    People(Vec<Attendee>),
    /// Only under internal keys.
    Members(Vec<Member>),
}

impl Value {
    /// The empty value of the same type: how an exception says that it lacks what its series has.
    pub fn emptied(&self) -> Value {
        match self {
            Value::Bool(_) => Value::Bool(false),
            Value::Int(_) => Value::Int(0),
            Value::Long(_) => Value::Long(0),
            Value::Double(_) => Value::Double(0.0),
            Value::Text(_) => Value::Text(String::new()),
            Value::Time(time) => Value::Time(*time),
            Value::Binary(_) => Value::Binary(Vec::new()),
            Value::Texts(_) => Value::Texts(Vec::new()),
            Value::People(_) => Value::People(Vec::new()),
            Value::Members(_) => Value::Members(Vec::new()),
        }
    }
}

/// The properties of one item.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bag(BTreeMap<Key, Value>);

impl Bag {
    pub fn get(&self, key: &Key) -> Option<&Value> {
        self.0.get(key)
    }

    pub fn set(&mut self, key: Key, value: Value) {
        self.0.insert(key, value);
    }

    pub fn remove(&mut self, key: &Key) -> Option<Value> {
        self.0.remove(key)
    }

    /// Sets or, with None or an empty text, removes.
    pub fn put_text(&mut self, key: Key, text: Option<&str>) {
        match text {
            Some(text) if !text.is_empty() => self.set(key, Value::Text(text.to_owned())),
            _ => {
                self.remove(&key);
            }
        }
    }

    pub fn text(&self, key: &Key) -> Option<&str> {
        match self.get(key) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    pub fn int(&self, key: &Key) -> Option<i32> {
        match self.get(key) {
            Some(Value::Int(number)) => Some(*number),
            Some(Value::Long(number)) => i32::try_from(*number).ok(),
            _ => None,
        }
    }

    pub fn double(&self, key: &Key) -> Option<f64> {
        match self.get(key) {
            Some(Value::Double(number)) => Some(*number),
            Some(Value::Int(number)) => Some(f64::from(*number)),
            _ => None,
        }
    }

    pub fn bool(&self, key: &Key) -> Option<bool> {
        match self.get(key) {
            Some(Value::Bool(flag)) => Some(*flag),
            Some(Value::Int(number)) => Some(*number != 0),
            _ => None,
        }
    }

    pub fn time(&self, key: &Key) -> Option<DateTime<Utc>> {
        match self.get(key) {
            Some(Value::Time(time)) => Some(*time),
            _ => None,
        }
    }

    pub fn binary(&self, key: &Key) -> Option<&[u8]> {
        match self.get(key) {
            Some(Value::Binary(bytes)) => Some(bytes),
            _ => None,
        }
    }

    pub fn texts(&self, key: &Key) -> &[String] {
        match self.get(key) {
            Some(Value::Texts(texts)) => texts,
            _ => &[],
        }
    }

    pub fn people(&self, key: &Key) -> &[Attendee] {
        match self.get(key) {
            Some(Value::People(people)) => people,
            _ => &[],
        }
    }

    pub fn members(&self, key: &Key) -> &[Member] {
        match self.get(key) {
            Some(Value::Members(members)) => members,
            _ => &[],
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = (&Key, &Value)> {
        self.0.iter()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The keys whose values are not the same in both.
    pub fn changed_keys(&self, other: &Bag) -> Vec<Key> {
        let gone = self.0.keys().filter(|key| !other.0.contains_key(*key));
        let changed = other
            .0
            .iter()
            .filter(|(key, value)| self.0.get(*key) != Some(*value))
            .map(|(key, _)| key);
        gone.chain(changed).cloned().collect()
    }

    /// This bag with the other's properties laid over it.
    pub fn overlaid(&self, over: &Bag) -> Bag {
        let mut all = self.clone();
        for (key, value) in &over.0 {
            all.0.insert(key.clone(), value.clone());
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guids_read_and_write_the_usual_form() {
        let text = "6ed8da90-450b-101b-98da-00aa003f1305";
        assert_eq!(Guid::parse(text), Some(Guid::MEETING));
        assert_eq!(Guid::parse(&text.to_uppercase()), Some(Guid::MEETING));
        assert_eq!(Guid::MEETING.to_string(), text);
        assert_eq!(Guid::parse("6ed8da90"), None);
    }

    #[test]
    fn an_overlay_replaces_only_what_it_has() {
        let (mut base, mut over) = (Bag::default(), Bag::default());
        base.set(Key::Tag(0x37), Value::Text("a".into()));
        base.set(Key::Tag(0x1000), Value::Text("b".into()));
        over.set(Key::Tag(0x37), Value::Text("c".into()));
        let all = base.overlaid(&over);
        assert_eq!(all.text(&Key::Tag(0x37)), Some("c"));
        assert_eq!(all.text(&Key::Tag(0x1000)), Some("b"));
    }
}
