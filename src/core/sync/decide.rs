/// What one side looks like, seen from the journal's row of the pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// The pair never had this side.
    Absent,
    /// As the journal knows it.
    Unchanged,
    /// New, or with other properties than the journal knows.
    Changed,
    /// The journal knows it, and it does not exist any more.
    Gone,
}

/// What brings the two sides in step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    Nothing,
    /// Neither side exists: the row goes.
    Forget,
    /// Both exist: the properties that differ move.
    Merge,
    CreateLocal,
    CreateRemote,
    DeleteLocal,
    DeleteRemote,
}

/// The table of all cases. An edit wins over a delete: the item comes back on the side that deleted it.
pub const fn decide(local: Sight, remote: Sight) -> Action {
    use Sight::{Absent, Changed, Gone, Unchanged};
    match (local, remote) {
        (Unchanged | Absent, Unchanged) | (Unchanged, Absent) => Action::Nothing,
        (Changed, Unchanged | Changed) | (Unchanged, Changed) => Action::Merge,
        (Changed, Absent | Gone) => Action::CreateRemote,
        (Absent | Gone, Changed) => Action::CreateLocal,
        (Unchanged, Gone) => Action::DeleteLocal,
        (Gone, Unchanged) => Action::DeleteRemote,
        (Absent | Gone, Absent | Gone) => Action::Forget,
    }
}
