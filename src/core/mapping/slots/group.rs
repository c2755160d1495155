use super::vcard::is_four;
use crate::dav::{Component, Line};
use crate::error::Result;
use crate::mapping::row::Slot;
use crate::mapping::scope::Scope;
use crate::mapping::text;
use crate::model::Value;

/// That a card is a group: `KIND:group` (RFC 6350 section 6.1.4), and what Apple made of it for vCard 3.0.
pub struct Group;

/// Who is in a group, each as a URI: a card by its UID (`urn:uuid:…`), somebody else by address. In the record an
/// address stands as mail writes it, with the name that Exchange shows.
pub struct Members;

const KIND: &str = "KIND";
const APPLE_KIND: &str = "X-ADDRESSBOOKSERVER-KIND";
const MEMBER: &str = "MEMBER";
const APPLE_MEMBER: &str = "X-ADDRESSBOOKSERVER-MEMBER";
const NAME: &str = "X-EXCHANGE-NAME";
const MAILTO: &str = "mailto:";

impl Group {
    pub fn is(card: &Component) -> bool {
        let kinds = [KIND, APPLE_KIND];
        let mut lines = kinds.iter().filter_map(|name| card.line(name));
        lines.any(|line| line.value().trim().eq_ignore_ascii_case("group"))
    }
}

impl Slot for Group {
    fn names(&self) -> Vec<String> {
        vec![KIND.to_owned(), APPLE_KIND.to_owned()]
    }

    fn read(&self, component: &Component, _: &mut Scope) -> Result<Option<Value>> {
        Ok(Self::is(component).then_some(Value::Bool(true)))
    }

    fn write(
        &self,
        component: &mut Component<'_>,
        value: Option<&Value>,
        _: &mut Scope,
    ) -> Result<()> {
        component.remove(KIND);
        component.remove(APPLE_KIND);
        if value == Some(&Value::Bool(true)) {
            let name = if is_four(component) { KIND } else { APPLE_KIND };
            component.insert(Line::new(name, &[], "group"));
        }
        Ok(())
    }
}

fn is_member(line: &Line) -> bool {
    line.is(MEMBER) || line.is(APPLE_MEMBER)
}

fn member(line: &Line) -> Option<String> {
    let uri = text::line(line.value())?;
    let address = uri
        .get(..MAILTO.len())
        .filter(|scheme| scheme.eq_ignore_ascii_case(MAILTO));
    if address.is_none() {
        return Some(uri);
    }
    let address = uri.get(MAILTO.len()..)?.split('?').next()?;
    let name = line.param(NAME).and_then(|name| text::line(&name));
    Some(text::mailbox(name.as_deref(), address))
}

/// Whether a member is somebody by address, and not a card by its UID.
pub fn is_address(member: &str) -> bool {
    member.contains('@') && !member.starts_with("urn:") && !member.contains("://")
}

impl Slot for Members {
    fn names(&self) -> Vec<String> {
        vec![MEMBER.to_owned(), APPLE_MEMBER.to_owned()]
    }

    fn read(&self, component: &Component, _: &mut Scope) -> Result<Option<Value>> {
        let members = component.lines().filter(|line| is_member(line));
        Ok(match Value::list(members.filter_map(member)) {
            Value::List(members) if members.is_empty() => None,
            members => Some(members),
        })
    }

    fn write(
        &self,
        component: &mut Component<'_>,
        value: Option<&Value>,
        _: &mut Scope,
    ) -> Result<()> {
        let wanted = match value {
            Some(Value::List(members)) => members.as_slice(),
            _ => &[],
        };
        let old = component.lines().find(|line| is_member(line));
        let name = match old {
            Some(line) => line.name().to_owned(),
            None if is_four(component) => MEMBER.to_owned(),
            None => APPLE_MEMBER.to_owned(),
        };
        let mut there: Vec<String> = Vec::new();
        component.retain_lines(|line| {
            if !is_member(line) {
                return true;
            }
            let kept = member(line).filter(|member| wanted.contains(member));
            there.extend(kept.clone());
            kept.is_some()
        });
        for member in wanted.iter().filter(|member| !there.contains(member)) {
            component.insert(if is_address(member) {
                let (shown, address) = text::name_and_address(member);
                let line = Line::new(&name, &[], &format!("{MAILTO}{address}"));
                line.with_param(NAME, shown)
            } else {
                Line::new(&name, &[], member)
            });
        }
        Ok(())
    }
}
