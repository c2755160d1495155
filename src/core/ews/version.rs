/// The schema level a request asks for.
/// <https://learn.microsoft.com/exchange/client-developer/web-service-reference/requestserverversion>
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Version {
    Exchange2010Sp1,
    Exchange2010Sp2,
    Exchange2013Sp1,
    Exchange2016,
}

impl Version {
    pub const NEWEST: Self = Self::Exchange2016;

    pub const fn name(self) -> &'static str {
        match self {
            Self::Exchange2010Sp1 => "Exchange2010_SP1",
            Self::Exchange2010Sp2 => "Exchange2010_SP2",
            Self::Exchange2013Sp1 => "Exchange2013_SP1",
            Self::Exchange2016 => "Exchange2016",
        }
    }

    /// What to ask for when the server does not know this one.
    pub const fn lower(self) -> Option<Self> {
        match self {
            Self::Exchange2016 => Some(Self::Exchange2013Sp1),
            Self::Exchange2013Sp1 => Some(Self::Exchange2010Sp2),
            Self::Exchange2010Sp2 => Some(Self::Exchange2010Sp1),
            Self::Exchange2010Sp1 => None,
        }
    }
}
