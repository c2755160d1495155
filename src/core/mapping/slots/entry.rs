use super::keyed::{Keyed, Types};
use crate::dav::{Component, Line, escape, unescape};
use crate::error::Result;
use crate::mapping::row::Slot;
use crate::mapping::scope::Scope;
use crate::mapping::text;
use crate::model::Value;

/// One of the three e-mail addresses, by key.
pub struct Email(pub &'static str);

/// One of the phone numbers, by key.
pub struct Phone(pub &'static str);

const EMAIL_KEYS: &[&str] = &["EmailAddress1", "EmailAddress2", "EmailAddress3"];

static EMAILS: Keyed = Keyed {
    name: "EMAIL",
    keys: EMAIL_KEYS,
    natural: |_| EMAIL_KEYS,
    types: |_| &["INTERNET"],
};

static PHONES: Keyed = Keyed {
    name: "TEL",
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
};

fn phone_keys(line: &Line) -> &'static [&'static str] {
    let types = Types::of(line);
    let is = |kind| types.has(kind);
    if is("FAX") {
        if is("WORK") {
            &["BusinessFax", "OtherFax"]
        } else if is("HOME") {
            &["HomeFax", "OtherFax"]
        } else {
            &["OtherFax"]
        }
    } else if is("PAGER") {
        &["Pager", "OtherTelephone"]
    } else if is("CELL") || is("IPHONE") {
        &["MobilePhone", "OtherTelephone"]
    } else if is("CAR") {
        &["CarPhone", "OtherTelephone"]
    } else if is("ISDN") {
        &["Isdn", "OtherTelephone"]
    } else if is("TEXTPHONE") {
        &["TtyTddPhone", "OtherTelephone"]
    } else if is("WORK") {
        &["BusinessPhone", "BusinessPhone2", "OtherTelephone"]
    } else if is("HOME") {
        &["HomePhone", "HomePhone2", "OtherTelephone"]
    } else if is("PREF") {
        &["PrimaryPhone", "OtherTelephone"]
    } else {
        &["OtherTelephone", "PrimaryPhone"]
    }
}

fn phone_types(key: &str) -> &'static [&'static str] {
    match key {
        "BusinessFax" => &["WORK", "FAX"],
        "BusinessPhone" | "BusinessPhone2" => &["WORK", "VOICE"],
        "CarPhone" => &["CAR"],
        "HomeFax" => &["HOME", "FAX"],
        "HomePhone" | "HomePhone2" => &["HOME", "VOICE"],
        "Isdn" => &["ISDN"],
        "MobilePhone" => &["CELL"],
        "OtherFax" => &["FAX"],
        "Pager" => &["PAGER"],
        "PrimaryPhone" => &["PREF"],
        "TtyTddPhone" => &["TEXTPHONE"],
        _ => &["VOICE"],
    }
}

fn put_text(
    table: &Keyed,
    component: &mut Component<'_>,
    key: &'static str,
    value: Option<&Value>,
) {
    table.put(component, key, |old| match value {
        Some(Value::Text(text)) => {
            let scheme = old.and_then(|line| line.value().get(..4));
            let uri = scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case("tel:"));
            Some(if uri {
                format!("tel:{text}")
            } else {
                escape(text)
            })
        }
        _ => None,
    });
}

impl Slot for Email {
    fn names(&self) -> Vec<String> {
        vec![format!("EMAIL/{}", self.0)]
    }

    fn spare(&self, component: &Component, _: &mut Scope) -> Vec<usize> {
        EMAILS.spare(component)
    }

    fn read(&self, component: &Component, _: &mut Scope) -> Result<Option<Value>> {
        let line = EMAILS.find(component, self.0);
        Ok(line
            .and_then(|line| text::line(&unescape(line.value())))
            .map(Value::Text))
    }

    fn write(
        &self,
        component: &mut Component<'_>,
        value: Option<&Value>,
        _: &mut Scope,
    ) -> Result<()> {
        put_text(&EMAILS, component, self.0, value);
        Ok(())
    }
}

impl Slot for Phone {
    fn names(&self) -> Vec<String> {
        vec![format!("TEL/{}", self.0)]
    }

    fn spare(&self, component: &Component, _: &mut Scope) -> Vec<usize> {
        PHONES.spare(component)
    }

    fn read(&self, component: &Component, _: &mut Scope) -> Result<Option<Value>> {
        let line = PHONES.find(component, self.0);
        Ok(line
            .and_then(|line| {
                let value = unescape(line.value());
                text::line(value.strip_prefix("tel:").unwrap_or(&value))
            })
            .map(Value::Text))
    }

    fn write(
        &self,
        component: &mut Component<'_>,
        value: Option<&Value>,
        _: &mut Scope,
    ) -> Result<()> {
        put_text(&PHONES, component, self.0, value);
        Ok(())
    }
}

/// Tells which e-mail addresses and numbers Exchange has no place for.
pub fn unplaced(component: &Component, scope: &mut Scope) {
    let emails = EMAILS.unplaced(component);
    if emails > 0 {
        scope.lose(
            "email_3",
            format!("Exchange keeps three e-mail addresses; {emails} more stay here."),
        );
    }
    let phones = PHONES.unplaced(component);
    if phones > 0 {
        scope.lose(
            "phone_other",
            format!(
                "Exchange has no place left for {phones} of the phone numbers; they stay here."
            ),
        );
    }
}
