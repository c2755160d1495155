use super::{DeletePolicy, Direction, Policy, Terms};

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
    /// One side has it, and the other shall not get it.
    Leave,
    /// Both have it, and the local side shall not have it any longer.
    LetGo,
}

/// The table of all cases. `outside` says that the item lies outside of the link's window.
///
/// By itself an edit wins over a delete: the item comes back on the side that deleted it. What is in Exchange is never
/// deleted there because a window rolls on.
pub fn decide(local: Sight, remote: Sight, terms: Terms, outside: bool) -> Action {
    use Sight::{Changed, Unchanged};
    let action = match (symmetric(local, remote), (local, remote)) {
        (Action::CreateRemote, (_, Sight::Gone)) if beats_edit(terms, Policy::Exchange) => {
            Action::DeleteLocal
        }
        (Action::CreateLocal, (Sight::Gone, _)) if beats_edit(terms, Policy::Nextcloud) => {
            Action::DeleteRemote
        }
        (Action::Nothing | Action::Merge, (Unchanged, Unchanged | Changed)) if outside => {
            Action::LetGo
        }
        (action, _) => action,
    };
    let action = match action {
        Action::DeleteLocal if terms.restore => Action::CreateRemote,
        Action::DeleteRemote if terms.restore => Action::CreateLocal,
        action => action,
    };
    match (terms.direction, action) {
        (Direction::ToNextcloud, Action::CreateRemote | Action::DeleteRemote)
        | (Direction::ToExchange, Action::CreateLocal | Action::DeleteLocal) => Action::Leave,
        // What came from here is no copy that could be let go.
        (Direction::ToExchange, Action::LetGo) => symmetric(local, remote),
        (_, Action::CreateLocal | Action::CreateRemote) if outside => Action::Leave,
        (_, action) => action,
    }
}

const fn symmetric(local: Sight, remote: Sight) -> Action {
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

/// Whether a delete on the side that the policy prefers stands against an edit on the other.
fn beats_edit(terms: Terms, side: Policy) -> bool {
    terms.deletes == DeletePolicy::AsConflict && terms.policy == side && !terms.restore
}
