//! A story: everything that happens to a link from outside, as data. Items are named by a number that their name holds
//! on either side, so that a story means the same whatever the engine does. Printed, a story is Rust again.

use super::fields::Slot;
use exchange_core::engine::Window;
use exchange_core::model::Kind;
use exchange_core::sync::{DeletePolicy, Direction, Policy};
use std::fmt::Write as _;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    Here,
    There,
}
pub use Side::{Here, There};

impl Side {
    pub const fn other(self) -> Self {
        match self {
            Here => There,
            There => Here,
        }
    }
}

/// What people, administrators and servers do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edit {
    /// A new item, under the UID of that number, or without one.
    Create(Side, u32, Option<u32>),
    /// A new object under the name that the object of another item would get.
    Squat(u32, u32),
    /// A new value (a further word of a list).
    Set(Side, u32, Slot),
    /// No value any more (one word less of a list).
    Drop(Side, u32, Slot),
    /// A single event moves to this month.
    Shift(Side, u32, u8),
    /// Saved without a change of what crosses.
    Touch(Side, u32),
    /// An occurrence is deleted, or as its series has it.
    Cancel(Side, u32, u8),
    Reset(Side, u32, u8),
    Delete(Side, u32),
    /// Everything on that side is deleted.
    Empty(Side),
    /// A copy has everything of its item, the key and the UID too, and a name of its own.
    Copy(u32, u32),
    /// To another folder and back: another id.
    Move(u32),
    /// To another folder, and back later.
    Leave(u32),
    Return(u32),
    /// Makes an object a text that is none, and writes it anew.
    Spoil(u32),
    Heal(u32, u32),
    /// The server cannot read the item, or can again.
    Bad(u32),
    Good(u32),
    /// The server knows no cursor any more.
    Expire,
    /// The clock jumps by so many days.
    Clock(i16),
    /// The state of everything now, for the next of these:
    Backup,
    RestoreJournal,
    RestoreHere,
    RestoreThere,
    /// The whole of Nextcloud: objects and journal.
    RestoreNextcloud,
    LoseJournal,
}

/// The calls that a cycle makes, and the single items of those to the mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Call {
    Changes,
    Read,
    Find,
    Load,
    Write,
    Save,
    List,
    Fetch,
    Creates,
    Updates,
    Deletes,
    OneFetch,
    OneCreate,
    OneUpdate,
    OneDelete,
}

impl Call {
    pub const ALL: [Self; 15] = [
        Self::Changes,
        Self::Read,
        Self::Find,
        Self::Load,
        Self::Write,
        Self::Save,
        Self::List,
        Self::Fetch,
        Self::Creates,
        Self::Updates,
        Self::Deletes,
        Self::OneFetch,
        Self::OneCreate,
        Self::OneUpdate,
        Self::OneDelete,
    ];
}

/// What becomes of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The process dies before or after it was done.
    CrashBefore,
    CrashAfter,
    /// It fails, and nothing was done; or it was done, and the answer is lost.
    FailBefore,
    FailAfter,
    /// A batch fails after its first item.
    FailHalf,
    /// This item, or this local write, is refused, or is another meanwhile.
    Refuse,
    Race,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Do(Edit),
    /// In the next cycle, at the call of that sort with this number.
    At(Call, u8, Fault),
    /// The same, for what someone does at that moment.
    During(Call, u8, Edit),
    /// The limit of deletes for the next cycle.
    Limit(u64),
    /// The link has another window from now on.
    Window(Option<Window>),
    /// The next cycle compares the whole collection.
    Full,
    /// The next cycle brings back what is gone.
    Bring,
    /// The next cycle is told before it is done.
    Rehearse,
    Cycle,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    pub kind: Kind,
    pub policy: Policy,
    /// How many changes a page of the folder names.
    pub page: u8,
    /// What the order of answers and of overlapping calls comes from.
    pub order: u8,
    pub wish: Wish,
}

/// What the owner of the link wants of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wish {
    pub direction: Direction,
    pub deletes: DeletePolicy,
    pub window: Option<Window>,
}

impl Wish {
    pub const NONE: Self = Self {
        direction: Direction::Both,
        deletes: DeletePolicy::EditWins,
        window: None,
    };

    /// The side that changes come from, where the link goes one way.
    pub const fn source(self) -> Option<Side> {
        match self.direction {
            Direction::Both => None,
            Direction::ToNextcloud => Some(There),
            Direction::ToExchange => Some(Here),
        }
    }

    /// Whether what happens on that side happens on the other one as well.
    pub fn crosses(self, from: Side) -> bool {
        self.source().is_none_or(|source| source == from)
    }
}

impl Setting {
    pub const PLAIN: Self = Self {
        kind: Kind::Contact,
        policy: Policy::Exchange,
        page: 100,
        order: 0,
        wish: Wish::NONE,
    };
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Story {
    pub setting: Setting,
    pub steps: Vec<Step>,
}

impl Story {
    /// The steps that a story with this failure needs, all others left out.
    pub fn shortened(mut self, fails: impl Fn(&Self) -> bool) -> Self {
        let mut width = self.steps.len() / 2;
        while width > 0 {
            let mut at = 0;
            while at < self.steps.len() {
                let mut shorter = self.clone();
                shorter.steps.drain(at..(at + width).min(self.steps.len()));
                if fails(&shorter) {
                    self = shorter;
                } else {
                    at += width;
                }
            }
            width /= 2;
        }
        self
    }

    /// As the arguments of a named test.
    pub fn told(&self) -> String {
        let Setting {
            kind,
            policy,
            page,
            order,
            wish,
        } = self.setting;
        let mut told = format!("({kind:?}, {policy:?}, {page}, {order}");
        if wish != Wish::NONE {
            write!(told, ", {wish:?}").unwrap();
        }
        told += "), [\n";
        for step in &self.steps {
            writeln!(told, "    {step:?},").unwrap();
        }
        told + "]"
    }
}
