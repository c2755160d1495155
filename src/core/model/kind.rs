use std::fmt;
use std::str::FromStr;

/// What a collection and its folder hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    Event,
    Task,
    Contact,
}

impl Kind {
    pub const ALL: [Self; 3] = [Self::Event, Self::Task, Self::Contact];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Event => "event",
            Self::Task => "task",
            Self::Contact => "contact",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Kind {
    type Err = crate::error::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.name() == text)
            .ok_or_else(|| {
                crate::error::Error::new(
                    crate::error::ErrorKind::Configuration,
                    format!("“{text}” is not a kind of item; use event, task or contact."),
                )
            })
    }
}
