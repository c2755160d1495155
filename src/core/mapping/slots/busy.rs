use super::plain::set_value;
use crate::dav::Component;
use crate::error::Result;
use crate::mapping::row::Slot;
use crate::mapping::scope::Scope;
use crate::model::Value;

/// Free or busy: TRANSP, and Outlook's X-MICROSOFT-CDO-BUSYSTATUS for what TRANSP cannot say. Busy is the default, and
/// a STATUS of TENTATIVE is shown so where nothing says otherwise.
pub struct Busy;

const BUSY: &str = "X-MICROSOFT-CDO-BUSYSTATUS";
const BUSY_WORDS: &[(&str, &str)] = &[
    ("TENTATIVE", "tentative"),
    ("OOF", "away"),
    ("WORKINGELSEWHERE", "elsewhere"),
];

impl Slot for Busy {
    fn names(&self) -> Vec<String> {
        vec!["TRANSP".to_owned(), BUSY.to_owned()]
    }

    fn read(&self, component: &Component, _: &mut Scope) -> Result<Option<Value>> {
        let is = |name: &str, word: &str| {
            component
                .line(name)
                .is_some_and(|line| line.value().trim().eq_ignore_ascii_case(word))
        };
        let finer = BUSY_WORDS.iter().find(|(word, _)| is(BUSY, word));
        Ok(if is("TRANSP", "TRANSPARENT") {
            // Somebody who works elsewhere may well be shown as free.
            match finer {
                Some((_, "elsewhere")) => Some(Value::text("elsewhere")),
                _ => Some(Value::text("free")),
            }
        } else if component.line("TRANSP").is_none() && is(BUSY, "FREE") {
            Some(Value::text("free"))
        } else if component.line(BUSY).is_none() && is("STATUS", "TENTATIVE") {
            Some(Value::text("tentative"))
        } else {
            finer.map(|(_, word)| Value::text(*word))
        })
    }

    fn write(
        &self,
        component: &mut Component<'_>,
        value: Option<&Value>,
        _: &mut Scope,
    ) -> Result<()> {
        let value = match value {
            Some(Value::Text(word)) => word.as_str(),
            _ => "",
        };
        if value == "free" {
            set_value(component, "TRANSP", "TRANSPARENT");
        } else if component.line("TRANSP").is_some() {
            set_value(component, "TRANSP", "OPAQUE");
        }
        match BUSY_WORDS.iter().find(|(_, word)| *word == value) {
            Some((word, _)) => set_value(component, BUSY, word),
            None => component.remove(BUSY),
        }
        let unsure = component
            .line("STATUS")
            .is_some_and(|line| line.value().trim().eq_ignore_ascii_case("TENTATIVE"));
        if value.is_empty() && unsure {
            set_value(component, BUSY, "BUSY");
        }
        Ok(())
    }
}

/// X-MICROSOFT-CDO-INTENDEDSTATUS, where the default has a word of its own.
pub static INTENDED: super::plain::Choice = super::plain::Choice {
    name: "X-MICROSOFT-CDO-INTENDEDSTATUS",
    words: &[
        ("FREE", "free"),
        ("TENTATIVE", "tentative"),
        ("BUSY", "busy"),
        ("OOF", "away"),
        ("WORKINGELSEWHERE", "elsewhere"),
    ],
    default: &[],
    other: None,
};
