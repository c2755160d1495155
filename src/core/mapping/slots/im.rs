use super::keyed::Keyed;
use crate::dav::{Component, Line, escape, unescape};
use crate::error::Result;
use crate::mapping::row::Slot;
use crate::mapping::scope::Scope;
use crate::mapping::text;
use crate::model::Value;

/// One of the three addresses of instant messaging, by key: IMPP (RFC 4770), or one of the lines that came before it,
/// each of which stands for a scheme.
pub struct Im(pub &'static str);

const KEYS: &[&str] = &["ImAddress1", "ImAddress2", "ImAddress3"];

/// Lines of one service each, and the scheme of an address there.
const SERVICES: &[(&str, &str)] = &[
    ("X-AIM", "aim:"),
    ("X-EVOLUTION-AIM", "aim:"),
    ("X-GADUGADU", "gg:"),
    ("X-GOOGLE-TALK", "gtalk:"),
    ("X-GROUPWISE", "groupwise:"),
    ("X-GTALK", "gtalk:"),
    ("X-ICQ", "icq:"),
    ("X-JABBER", "xmpp:"),
    ("X-MATRIX", "matrix:"),
    ("X-MSN", "msnim:"),
    ("X-QQ", "qq:"),
    ("X-SIP", "sip:"),
    ("X-SKYPE", "skype:"),
    ("X-SKYPE-USERNAME", "skype:"),
    ("X-YAHOO", "ymsgr:"),
];

static ADDRESSES: Keyed = Keyed {
    names: &[
        "IMPP",
        "X-AIM",
        "X-EVOLUTION-AIM",
        "X-GADUGADU",
        "X-GOOGLE-TALK",
        "X-GROUPWISE",
        "X-GTALK",
        "X-ICQ",
        "X-JABBER",
        "X-MATRIX",
        "X-MSN",
        "X-QQ",
        "X-SIP",
        "X-SKYPE",
        "X-SKYPE-USERNAME",
        "X-YAHOO",
    ],
    keys: KEYS,
    natural: |_| KEYS,
    types: |_| &[],
    // Programs write both, for each other's sake.
    twin: Some(address),
};

fn scheme(line: &Line) -> Option<&'static str> {
    let service = SERVICES.iter().find(|(name, _)| line.is(name));
    service.map(|(_, scheme)| *scheme)
}

/// The address with its scheme.
fn address(line: &Line) -> String {
    let value = unescape(line.value());
    let value = text::line(&value).unwrap_or_default();
    match scheme(line) {
        Some(scheme) if !value.is_empty() && !value.starts_with(scheme) => {
            format!("{scheme}{value}")
        }
        _ => value,
    }
}

/// The line for another address: a line of one service only as long as the address is one there.
fn with_address(line: &Line, address: &str) -> Line<'static> {
    let Some(scheme) = scheme(line) else {
        return line.with_value(&escape(address));
    };
    match address.strip_prefix(scheme) {
        Some(rest) if !rest.trim().is_empty() && !rest.starts_with([' ', '\t']) => {
            line.with_value(&escape(rest))
        }
        _ => Line::new("IMPP", &[], &escape(address)),
    }
}

impl Slot for Im {
    fn names(&self) -> Vec<String> {
        let names = ADDRESSES.names.iter();
        names.map(|name| format!("{name}/{}", self.0)).collect()
    }

    fn spare(&self, component: &Component, scope: &mut Scope) -> Vec<usize> {
        ADDRESSES.spare(component, scope)
    }

    fn read(&self, component: &Component, scope: &mut Scope) -> Result<Option<Value>> {
        let line = ADDRESSES.find(component, self.0, scope);
        let address = line.map(address).filter(|address| !address.is_empty());
        Ok(address.map(Value::Text))
    }

    fn write(
        &self,
        component: &mut Component<'_>,
        value: Option<&Value>,
        scope: &mut Scope,
    ) -> Result<()> {
        ADDRESSES.put(component, self.0, scope, |old| {
            let Some(Value::Text(address)) = value else {
                return None;
            };
            Some(match old {
                Some(line) => with_address(line, address),
                None => ADDRESSES.line(self.0, &escape(address)),
            })
        });
        Ok(())
    }
}

/// Tells which addresses Exchange has no place for.
pub fn unplaced(component: &Component, scope: &mut Scope) {
    let more = ADDRESSES.spare(component, scope).len();
    if more > 0 {
        scope.lose(
            "im_3",
            format!("Exchange keeps three addresses of instant messaging; {more} more are not shown there."),
        );
    }
}
