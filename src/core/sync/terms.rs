use super::Policy;
use crate::error::{Error, ErrorKind};
use std::str::FromStr;

/// Which way changes of items go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Direction {
    #[default]
    Both,
    ToNextcloud,
    ToExchange,
}

impl Direction {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Both => "both",
            Self::ToNextcloud => "to_nextcloud",
            Self::ToExchange => "to_exchange",
        }
    }
}

impl FromStr for Direction {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        match name {
            "both" => Ok(Self::Both),
            "to_nextcloud" => Ok(Self::ToNextcloud),
            "to_exchange" => Ok(Self::ToExchange),
            _ => Err(Error::new(
                ErrorKind::Configuration,
                format!("“{name}” is not a direction; use both, to_nextcloud or to_exchange."),
            )),
        }
    }
}

/// What stands where one side deleted an item that the other one edited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum DeletePolicy {
    /// The edit.
    #[default]
    EditWins,
    /// What the conflict policy prefers. Nobody knows when something was deleted: for the newest the edit stands.
    AsConflict,
}

impl FromStr for DeletePolicy {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        match name {
            "edit" => Ok(Self::EditWins),
            "policy" => Ok(Self::AsConflict),
            _ => Err(Error::new(
                ErrorKind::Configuration,
                format!(
                    "“{name}” does not say what becomes of an edit of something deleted; use edit or policy."
                ),
            )),
        }
    }
}

/// What a link's owner wants of it, as far as decisions depend on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Terms {
    pub policy: Policy,
    pub direction: Direction,
    pub deletes: DeletePolicy,
    /// Whether what is gone on one side is brought back there, instead of deleted on the other.
    pub restore: bool,
}

impl Terms {
    pub const fn new(policy: Policy) -> Self {
        Self {
            policy,
            direction: Direction::Both,
            deletes: DeletePolicy::EditWins,
            restore: false,
        }
    }
}
