//! Lives of links with a time window that ended badly once.

use crate::support::story::{
    Call::*,
    Edit::*,
    Here, Step,
    Step::{Cycle, Do, During, Rehearse},
    There, Wish,
};
use exchange_core::engine::Window;
use exchange_core::model::Kind::*;
use exchange_core::sync::{DeletePolicy::*, Direction::*, Policy::*};

stories! {
    an_edit_that_stays_here_is_kept_when_the_window_leaves: (Event, Nextcloud, 2, 99, Wish { direction: ToNextcloud, deletes: EditWins, window: Some(Window { past: 18, future: 86 }) }), [
        Do(Create(There, 9, Some(6))),
        Cycle,
        Do(Set(Here, 9, (None, "url"))),
        Do(Clock(79)),
    ];
    an_edit_that_stays_here_is_kept_when_the_item_moves_out_of_the_window: (Event, Newest, 2, 70, Wish { direction: ToNextcloud, deletes: AsConflict, window: Some(Window { past: 50, future: 40 }) }), [
        Do(Create(There, 2, Some(2))),
        Cycle,
        Do(Shift(There, 2, 6)),
        Do(Set(Here, 2, (None, "url"))),
    ];
    an_event_moved_into_the_window_while_the_window_left_it: (Event, Nextcloud, 5, 22, Wish { direction: Both, deletes: EditWins, window: Some(Window { past: 65, future: 77 }) }), [
        Do(Create(There, 2, None)),
        Cycle,
        Do(Set(There, 2, (None, "location"))),
        During(Write, 0, Shift(Here, 2, 6)),
        Do(Clock(89)),
        Cycle,
    ];
    a_rehearsal_tells_of_a_moved_item_that_leaves_the_window: (Event, Nextcloud, 3, 0, Wish { direction: Both, deletes: EditWins, window: Some(Window { past: 30, future: 34 }) }), [
        Do(Create(Here, 2, None)),
        Do(Clock(36)),
        Cycle,
        Do(Move(2)),
        Do(Clock(34)),
        Rehearse,
        Cycle,
    ];
    a_rehearsal_tells_of_a_merged_item_that_leaves_the_window: (Event, Newest, 1, 79, Wish { direction: Both, deletes: EditWins, window: Some(Window { past: 5, future: 90 }) }), [
        Do(Create(Here, 2, Some(2))),
        Do(Create(There, 5, Some(2))),
        Do(Clock(85)),
        Rehearse,
        Cycle,
    ];
    what_was_matched_outside_of_the_window_is_kept: (Event, Newest, 3, 54, Wish { direction: ToNextcloud, deletes: AsConflict, window: Some(Window { past: 82, future: 52 }) }), [
        Do(Clock(86)),
        Do(Create(Here, 11, Some(11))),
        Do(Create(There, 14, Some(11))),
        During(Fetch, 0, Move(14)),
        Do(Clock(57)),
        Cycle,
    ];
    an_object_moved_here_is_still_when_its_item_is: (Event, Nextcloud, 6, 13, Wish { direction: ToNextcloud, deletes: AsConflict, window: Some(Window { past: 85, future: 46 }) }), [
        Do(Create(There, 5, Some(2))),
        Cycle,
        Do(Shift(Here, 5, 2)),
        Do(Clock(-28)),
    ];
    an_object_was_deleted_as_the_window_left_it: (Event, Exchange, 5, 5, Wish { direction: Both, deletes: AsConflict, window: Some(Window { past: 31, future: 56 }) }), [
        Do(Create(Here, 4, Some(4))),
        Do(Squat(7, 1)),
        Do(Clock(87)),
        Cycle,
        Do(Create(There, 8, None)),
        Do(Set(There, 7, (None, "url"))),
        During(OneFetch, 1, Delete(Here, 4)),
        Do(Clock(46)),
        Cycle,
    ];
    a_rehearsal_tells_once_of_what_the_window_takes_in: (Event, Exchange, 2, 70, Wish { direction: Both, deletes: EditWins, window: Some(Window { past: 84, future: 0 }) }), [
        Do(Create(There, 1, Some(1))),
        Cycle,
        Do(Cancel(There, 1, 9)),
        Step::Window(None),
        Rehearse,
        Cycle,
    ];
    an_object_that_the_window_let_go_came_from_a_backup: (Event, Nextcloud, 3, 78, Wish { direction: Both, deletes: EditWins, window: Some(Window { past: 101, future: 40 }) }), [
        Do(Create(Here, 1, Some(1))),
        Do(Create(There, 4, Some(1))),
        Do(Backup),
        Cycle,
        Do(RestoreHere),
        Do(Clock(85)),
    ];
    a_window_was_as_before_after_a_cycle_that_did_not_end: (Event, Exchange, 1, 56, Wish { direction: Both, deletes: AsConflict, window: Some(Window { past: 109, future: 82 }) }), [
        Do(Squat(4, 1)),
        Do(Create(Here, 7, Some(7))),
        Step::Window(None),
        Cycle,
        Do(Touch(Here, 4)),
        During(Load, 1, Delete(Here, 4)),
        Step::Window(Some(Window { past: 88, future: 35 })),
        Cycle,
        Step::Window(None),
    ];
    a_journal_from_a_backup_had_left_what_the_window_took_in_since: (Event, Newest, 4, 34, Wish { direction: Both, deletes: EditWins, window: Some(Window { past: 62, future: 41 }) }), [
        Do(Create(There, 4, Some(1))),
        Cycle,
        Do(Backup),
        Step::Window(None),
        Cycle,
        Do(RestoreJournal),
    ];
}
