use super::keyed::Keyed;
use super::types::Types;
use crate::dav::{Component, Line, escape, unescape};
use crate::error::Result;
use crate::mapping::row::Slot;
use crate::mapping::scope::Scope;
use crate::mapping::text;
use crate::model::Value;

/// One of the three e-mail addresses, by key. A name that Exchange shows for it stands in the parameter
/// X-EXCHANGE-NAME: vCard has no place for one.
pub struct Email(pub &'static str);

/// One of the phone numbers, by key.
pub struct Phone(pub &'static str);

const EMAIL_KEYS: &[&str] = &["EmailAddress1", "EmailAddress2", "EmailAddress3"];
const NAME: &str = "X-EXCHANGE-NAME";

static EMAILS: Keyed = Keyed {
    names: &["EMAIL"],
    keys: EMAIL_KEYS,
    natural: |_| EMAIL_KEYS,
    types: |_| &["INTERNET"],
    twin: None,
};

static PHONES: Keyed = Keyed {
    names: &["TEL"],
    keys: &[
        "AssistantPhone",
        "BusinessFax",
        "BusinessPhone",
        "BusinessPhone2",
        "Callback",
        "CarPhone",
        "CompanyMainPhone",
        "HomeFax",
        "HomePhone",
        "HomePhone2",
        "Isdn",
        "MobilePhone",
        "OtherFax",
        "OtherTelephone",
        "Pager",
        "PrimaryPhone",
        "RadioPhone",
        "Telex",
        "TtyTddPhone",
    ],
    natural: phone_keys,
    types: phone_types,
    twin: None,
};

/// The first type that a line has decides.
const KINDS: &[(Types, &[&str])] = &[
    (Types::PAGER, &["Pager", "OtherTelephone"]),
    (Types::ASSISTANT, &["AssistantPhone", "OtherTelephone"]),
    (Types::CALLBACK, &["Callback", "OtherTelephone"]),
    (Types::RADIO, &["RadioPhone", "OtherTelephone"]),
    (Types::TELEX, &["Telex", "OtherTelephone"]),
    (Types::TEXTPHONE, &["TtyTddPhone", "OtherTelephone"]),
    (Types::COMPANY, &["CompanyMainPhone", "OtherTelephone"]),
    (Types::CAR, &["CarPhone", "OtherTelephone"]),
    (Types::CELL, &["MobilePhone", "OtherTelephone"]),
    (Types::ISDN, &["Isdn", "OtherTelephone"]),
];

fn phone_keys(types: Types) -> &'static [&'static str] {
    let is = |kind| types.has(kind);
    if is(Types::FAX) {
        return if is(Types::WORK) {
            &["BusinessFax", "OtherFax"]
        } else if is(Types::HOME) {
            &["HomeFax", "OtherFax"]
        } else {
            &["OtherFax"]
        };
    }
    if let Some((_, keys)) = KINDS.iter().find(|(kind, _)| is(*kind)) {
        keys
    } else if is(Types::WORK) && is(Types::MAIN) {
        &[
            "CompanyMainPhone",
            "BusinessPhone",
            "BusinessPhone2",
            "OtherTelephone",
        ]
    } else if is(Types::WORK) {
        &["BusinessPhone", "BusinessPhone2", "OtherTelephone"]
    } else if is(Types::HOME) {
        &["HomePhone", "HomePhone2", "OtherTelephone"]
    } else if is(Types::PREF) || is(Types::MAIN) {
        &["PrimaryPhone", "OtherTelephone"]
    } else {
        &["OtherTelephone", "PrimaryPhone"]
    }
}

fn phone_types(key: &str) -> &'static [&'static str] {
    match key {
        "AssistantPhone" => &["ASSISTANT"],
        "BusinessFax" => &["WORK", "FAX"],
        "BusinessPhone" | "BusinessPhone2" => &["WORK", "VOICE"],
        "Callback" => &["CALLBACK"],
        "CarPhone" => &["CAR"],
        "CompanyMainPhone" => &["WORK", "MAIN"],
        "HomeFax" => &["HOME", "FAX"],
        "HomePhone" | "HomePhone2" => &["HOME", "VOICE"],
        "Isdn" => &["ISDN"],
        "MobilePhone" => &["CELL"],
        "OtherFax" => &["FAX"],
        "Pager" => &["PAGER"],
        "PrimaryPhone" => &["PREF"],
        "RadioPhone" => &["RADIO"],
        "Telex" => &["TELEX"],
        "TtyTddPhone" => &["TEXTPHONE"],
        _ => &["VOICE"],
    }
}

/// The number in a URI of RFC 3966, where the value is one.
fn of_uri(value: &str) -> Option<&str> {
    let scheme = value.get(..4)?;
    scheme
        .eq_ignore_ascii_case("tel:")
        .then(|| value.get(4..))?
}

/// The same line with another number. A URI stays one where it can say the number.
fn with_number(line: &Line, number: &str) -> Line<'static> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "+-.()*#;=".contains(c);
    match of_uri(line.value()) {
        Some(_) if number.chars().all(plain) => line.with_value(&format!("tel:{number}")),
        Some(_) => line
            .with_param("VALUE", Some("text"))
            .with_value(&escape(number)),
        None => line.with_value(&escape(number)),
    }
}

impl Slot for Email {
    fn names(&self) -> Vec<String> {
        vec![format!("EMAIL/{}", self.0)]
    }

    fn spare(&self, component: &Component, scope: &mut Scope) -> Vec<usize> {
        EMAILS.spare(component, scope)
    }

    fn holds(&self, component: &Component, scope: &mut Scope) -> Option<usize> {
        EMAILS.place(component, self.0, scope)
    }

    fn read(&self, component: &Component, scope: &mut Scope) -> Result<Option<Value>> {
        let Some(line) = EMAILS.find(component, self.0, scope) else {
            return Ok(None);
        };
        let name = line.param(NAME).and_then(|name| text::line(&name));
        Ok(text::line(&unescape(line.value()))
            .map(|address| Value::Text(text::mailbox(name.as_deref(), &address))))
    }

    fn write(
        &self,
        component: &mut Component<'_>,
        value: Option<&Value>,
        scope: &mut Scope,
    ) -> Result<()> {
        EMAILS.put(component, self.0, scope, |old| {
            let Some(Value::Text(mailbox)) = value else {
                return None;
            };
            let (name, address) = text::name_and_address(mailbox);
            let address = escape(address);
            let line = old.map_or_else(
                || EMAILS.line(self.0, &address),
                |line| line.with_value(&address),
            );
            Some(if name.is_some() || line.has_param(NAME) {
                line.with_param(NAME, name)
            } else {
                line
            })
        });
        Ok(())
    }
}

impl Slot for Phone {
    fn names(&self) -> Vec<String> {
        vec![format!("TEL/{}", self.0)]
    }

    fn spare(&self, component: &Component, scope: &mut Scope) -> Vec<usize> {
        PHONES.spare(component, scope)
    }

    fn holds(&self, component: &Component, scope: &mut Scope) -> Option<usize> {
        PHONES.place(component, self.0, scope)
    }

    fn read(&self, component: &Component, scope: &mut Scope) -> Result<Option<Value>> {
        let line = PHONES.find(component, self.0, scope);
        Ok(line
            .and_then(|line| {
                let value = unescape(line.value());
                text::line(of_uri(&value).unwrap_or(&value))
            })
            .map(Value::Text))
    }

    fn write(
        &self,
        component: &mut Component<'_>,
        value: Option<&Value>,
        scope: &mut Scope,
    ) -> Result<()> {
        PHONES.put(component, self.0, scope, |old| match value {
            Some(Value::Text(number)) => Some(match old {
                Some(line) => with_number(line, number),
                None => PHONES.line(self.0, &escape(number)),
            }),
            _ => None,
        });
        Ok(())
    }
}

/// Tells which e-mail addresses and numbers Exchange has no place for.
pub fn unplaced(component: &Component, scope: &mut Scope) {
    let emails = EMAILS.spare(component, scope).len();
    if emails > 0 {
        scope.lose(
            "email_3",
            format!("Exchange keeps three e-mail addresses; {emails} more are not shown there."),
        );
    }
    let phones = PHONES.spare(component, scope).len();
    if phones > 0 {
        scope.lose(
            "phone_other",
            format!(
                "Exchange has no place left for {phones} of the phone numbers; it does not show them."
            ),
        );
    }
}
