use super::keyed::Keyed;
use super::types::Types;
use crate::dav::{Component, escape, unescape};
use crate::error::Result;
use crate::mapping::row::Slot;
use crate::mapping::scope::Scope;
use crate::mapping::text;
use crate::model::Value;

/// One of the web pages: `Work`, `Home` or `Other`. A URL that does not say whose it is counts as the first.
pub struct Page(pub &'static str);

static PAGES: Keyed = Keyed {
    names: &["URL"],
    keys: &["Work", "Home", "Other"],
    natural: |types| {
        if types.has(Types::HOME) {
            &["Home", "Other"]
        } else {
            &["Work", "Other"]
        }
    },
    types: |key| match key {
        "Work" => &["WORK"],
        "Home" => &["HOME"],
        _ => &["OTHER"],
    },
    twin: None,
};

impl Slot for Page {
    fn names(&self) -> Vec<String> {
        vec![format!("URL/{}", self.0)]
    }

    fn spare(&self, component: &Component, scope: &mut Scope) -> Vec<usize> {
        PAGES.spare(component, scope)
    }

    fn holds(&self, component: &Component, scope: &mut Scope) -> Option<usize> {
        PAGES.place(component, self.0, scope)
    }

    fn read(&self, component: &Component, scope: &mut Scope) -> Result<Option<Value>> {
        let line = PAGES.find(component, self.0, scope);
        Ok(line
            .and_then(|line| text::line(&unescape(line.value())))
            .map(Value::Text))
    }

    fn write(
        &self,
        component: &mut Component<'_>,
        value: Option<&Value>,
        scope: &mut Scope,
    ) -> Result<()> {
        PAGES.put(component, self.0, scope, |old| match value {
            Some(Value::Text(page)) => Some(match old {
                Some(line) => line.with_value(&escape(page)),
                None => PAGES.line(self.0, &escape(page)),
            }),
            _ => None,
        });
        Ok(())
    }
}

/// Tells which pages Exchange has no place for.
pub fn unplaced(component: &Component, scope: &mut Scope) {
    let more = PAGES.spare(component, scope).len();
    if more > 0 {
        scope.lose(
            "web_page_other",
            format!("Exchange keeps three web pages; {more} more are not shown there."),
        );
    }
}
