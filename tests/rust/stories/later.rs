//! More lives that ended badly once, as short as they can be told: from the first hundred thousands of seeds.

use crate::support::story::{Call::*, Edit::*, Fault::*, Here, Step::*, There, Wish};
use exchange_core::model::Kind::*;
use exchange_core::sync::DeletePolicy::*;
use exchange_core::sync::Direction::*;
use exchange_core::sync::Policy::*;

stories! {
    an_item_and_its_copy_were_doubled_without_a_journal: (Contact, Nextcloud, 4, 27), [
        Do(Create(There, 1, Some(1))),
        Do(Create(Here, 3, None)),
        During(OneCreate, 0, Copy(1, 6)),
        Cycle,
        Do(Set(Here, 1, (None, "title"))),
        Do(Delete(There, 1)),
        Cycle,
        Do(LoseJournal),
    ];
    another_object_under_the_name_of_a_deleted_one_lost_its_row: (Contact, Newest, 3, 8), [
        Do(Squat(1, 1)),
        Cycle,
        Do(Delete(Here, 1)),
        Do(Move(1)),
        Do(Squat(2, 1)),
    ];
    another_object_under_the_name_of_one_whose_item_moved_lost_its_row: (Event, Exchange, 2, 17), [
        Do(Create(There, 1, Some(1))),
        Cycle,
        Do(Delete(Here, 1)),
        Do(Squat(2, 1)),
        Do(Move(1)),
    ];
    a_moved_item_took_the_row_of_an_object_with_its_name: (Contact, Nextcloud, 5, 29), [
        Do(Create(Here, 1, Some(1))),
        Do(Squat(3, 1)),
        Cycle,
        Do(Delete(Here, 1)),
        Do(Delete(There, 3)),
        Do(Move(1)),
    ];
    a_side_was_emptied_while_the_cycle_looked: (Contact, Nextcloud, 4, 86), [
        Cycle,
        Do(Create(There, 1, None)),
        Do(Create(There, 5, Some(5))),
        Cycle,
        Do(Delete(Here, 1)),
        Do(Set(Here, 5, (None, "categories"))),
        During(List, 0, Delete(Here, 5)),
        Cycle,
    ];
    a_copied_item_never_came_to_rest_without_a_journal: (Event, Exchange, 5, 50), [
        Do(Create(Here, 1, Some(1))),
        Cycle,
        Do(Copy(1, 4)),
        Cycle,
        Do(Create(Here, 5, None)),
        Do(Create(Here, 6, Some(6))),
        Do(LoseJournal),
        Cycle,
        Do(LoseJournal),
        Cycle,
    ];
    an_item_and_its_object_were_deleted_while_another_moved: (Contact, Nextcloud, 1, 12), [
        Do(Create(Here, 1, None)),
        Do(Squat(2, 1)),
        Cycle,
        Do(Delete(There, 2)),
        Do(Move(1)),
        Do(Delete(Here, 1)),
    ];
    a_refused_object_came_back_with_a_moved_item: (Contact, Newest, 1, 1), [
        Do(Create(There, 1, Some(1))),
        Do(Squat(2, 1)),
        At(Write, 1, Refuse),
        Cycle,
        Do(Delete(There, 2)),
        During(List, 0, Move(1)),
        Cycle,
    ];
    an_item_moved_to_the_name_of_one_that_was_deleted: (Contact, Nextcloud, 1, 89), [
        Do(Create(There, 1, Some(1))),
        Do(Squat(2, 1)),
        Cycle,
        Do(Move(1)),
        Do(Delete(There, 2)),
        Do(Delete(Here, 1)),
    ];
    a_moved_item_took_the_object_of_another_that_had_its_name: (Contact, Exchange, 6, 72, Wish { direction: ToExchange, deletes: AsConflict }), [
        Do(Create(There, 1, Some(1))),
        Do(Squat(2, 1)),
        Cycle,
        Do(Move(1)),
        Do(Delete(There, 2)),
    ];
    an_occurrence_that_was_deleted_there_did_not_come_back: (Event, Newest, 6, 84, Wish { direction: ToExchange, deletes: EditWins }), [
        Do(Create(Here, 1, None)),
        Do(Set(Here, 1, (Some(7), "url"))),
        Cycle,
        Do(Set(Here, 1, (Some(7), "url"))),
        Do(Cancel(There, 1, 7)),
    ];
    an_occurrence_that_was_reset_there_did_not_come_back: (Event, Exchange, 3, 87, Wish { direction: ToExchange, deletes: AsConflict }), [
        Do(Create(Here, 3, Some(3))),
        Cycle,
        Do(Reset(There, 3, 7)),
        Do(Set(Here, 3, (Some(7), "url"))),
    ];
    what_stayed_there_was_overwritten_unseen: (Contact, Nextcloud, 5, 28, Wish { direction: ToExchange, deletes: AsConflict }), [
        Do(Create(Here, 2, None)),
        Cycle,
        Do(Set(There, 2, (None, "categories"))),
        Cycle,
        Do(Set(Here, 2, (None, "categories"))),
    ];
    the_row_of_what_was_left_there_outlived_it: (Contact, Nextcloud, 5, 91, Wish { direction: ToExchange, deletes: AsConflict }), [
        Do(Create(There, 2, Some(2))),
        At(Save, 0, FailAfter),
        Cycle,
        Do(Delete(There, 2)),
    ];
    the_brake_did_not_count_what_it_made_wait: (Contact, Newest, 2, 44, Wish { direction: ToExchange, deletes: AsConflict }), [
        Do(Squat(1, 1)),
        Cycle,
        Do(Set(There, 1, (None, "nickname"))),
        During(Fetch, 0, Delete(Here, 1)),
        Limit(0),
        Cycle,
    ];
    a_rehearsal_did_not_look_for_the_object: (Event, Nextcloud, 4, 89, Wish { direction: ToNextcloud, deletes: EditWins }), [
        During(Changes, 0, Create(Here, 5, Some(5))),
        During(Changes, 0, Create(There, 6, Some(5))),
        Cycle,
        Rehearse,
        Cycle,
    ];
}
