/// The schema level a request asks for.
/// <https://learn.microsoft.com/exchange/client-developer/web-service-reference/requestserverversion>
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Version {
    Exchange2007Sp1,
    Exchange2010Sp1,
    Exchange2010Sp2,
    Exchange2013Sp1,
    Exchange2016,
}

impl Version {
    pub const NEWEST: Self = Self::Exchange2016;

    /// The oldest first.
    pub const ALL: [Self; 5] = [
        Self::Exchange2007Sp1,
        Self::Exchange2010Sp1,
        Self::Exchange2010Sp2,
        Self::Exchange2013Sp1,
        Self::Exchange2016,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Exchange2007Sp1 => "Exchange2007_SP1",
            Self::Exchange2010Sp1 => "Exchange2010_SP1",
            Self::Exchange2010Sp2 => "Exchange2010_SP2",
            Self::Exchange2013Sp1 => "Exchange2013_SP1",
            Self::Exchange2016 => "Exchange2016",
        }
    }

    /// The level of that name; None for one that is never asked for.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|version| version.name() == name)
    }

    /// What to ask for when the server does not know this one.
    pub fn lower(self) -> Option<Self> {
        Self::ALL.into_iter().rev().find(|version| *version < self)
    }
}
