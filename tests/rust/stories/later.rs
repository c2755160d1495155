//! More lives that ended badly once, as short as they can be told: from the first hundred thousands of seeds.

use crate::support::story::{Call::*, Edit::*, Fault::*, Here, Step::*, There, Wish};
use exchange_core::model::Kind::*;
use exchange_core::sync::DeletePolicy::*;
use exchange_core::sync::Direction::*;
use exchange_core::sync::Policy::*;

stories! {
    two_items_of_one_uid_never_came_to_rest_without_a_journal: (Event, Exchange, 2, 47), [
        Do(Create(Here, 1, Some(1))),
        Do(Create(There, 2, Some(1))),
        Do(Copy(2, 4)),
        Do(Backup),
        Cycle,
        Do(RestoreJournal),
        Cycle,
        Do(LoseJournal),
    ];
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
    an_object_from_a_backup_met_an_update_whose_answer_was_lost: (Contact, Exchange, 4, 80), [
        Do(Create(Here, 3, None)),
        Do(Create(Here, 4, None)),
        Do(Backup),
        Cycle,
        Do(Set(Here, 4, (None, "title"))),
        Do(Set(Here, 3, (None, "title"))),
        At(Updates, 1, FailAfter),
        Cycle,
        Do(RestoreHere),
    ];
    an_item_that_could_not_be_deleted_moved_and_came_back: (Contact, Newest, 2, 58), [
        Do(Create(Here, 8, Some(8))),
        During(Creates, 0, Delete(Here, 8)),
        Cycle,
        At(OneDelete, 0, Refuse),
        Cycle,
        Do(Move(8)),
    ];
    an_item_that_could_not_be_read_moved_and_came_back: (Event, Exchange, 4, 85), [
        Do(Create(Here, 2, None)),
        Cycle,
        Do(Delete(Here, 2)),
        At(OneFetch, 0, Refuse),
        Cycle,
        Do(Move(2)),
    ];
    three_items_of_one_uid_never_came_to_rest_without_a_journal: (Contact, Nextcloud, 2, 34), [
        Do(Create(Here, 1, Some(1))),
        Do(Create(There, 2, Some(1))),
        Do(Copy(2, 4)),
        Cycle,
        Do(LoseJournal),
        Cycle,
        Do(LoseJournal),
    ];
    two_moved_items_came_back_one_by_the_name_of_the_other: (Contact, Nextcloud, 2, 46), [
        Do(Create(Here, 1, Some(1))),
        Do(Squat(2, 1)),
        During(List, 1, Delete(Here, 2)),
        Cycle,
        Do(Move(1)),
        Do(Delete(Here, 1)),
        Do(Move(2)),
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
    an_occurrence_had_nothing_left_of_its_own: (Event, Nextcloud, 2, 40), [
        Do(Squat(1, 1)),
        Cycle,
        Do(Copy(1, 3)),
        Cycle,
        Do(Drop(There, 3, (None, "location"))),
        Do(Drop(Here, 3, (Some(7), "location"))),
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
    a_moved_item_came_back_with_one_that_could_not_be_deleted: (Event, Nextcloud, 1, 42), [
        Do(Create(Here, 3, Some(3))),
        Do(Create(There, 4, Some(4))),
        Cycle,
        Do(Delete(Here, 3)),
        During(Fetch, 0, Delete(Here, 4)),
        At(OneDelete, 0, Refuse),
        Cycle,
        During(Fetch, 0, Move(3)),
        Cycle,
    ];
    an_unreadable_item_never_came_to_rest_with_an_old_journal: (Contact, Newest, 2, 28), [
        Do(Create(There, 1, None)),
        Do(Bad(1)),
        Cycle,
        Do(Good(1)),
        Do(Backup),
        Cycle,
        Do(Bad(1)),
        Do(RestoreJournal),
        Cycle,
    ];
    a_moved_item_was_doubled_with_an_old_journal: (Event, Newest, 5, 45), [
        Do(Create(There, 2, Some(2))),
        Cycle,
        Do(Delete(Here, 2)),
        Do(Squat(3, 2)),
        Do(Backup),
        Cycle,
        Do(RestoreJournal),
        During(Fetch, 0, Move(3)),
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
    an_older_object_met_an_update_whose_answer_was_lost: (Contact, Nextcloud, 6, 82), [
        Do(Squat(1, 1)),
        Do(Backup),
        Cycle,
        Do(Set(Here, 1, (None, "nickname"))),
        At(Updates, 0, CrashAfter),
        Cycle,
        Do(RestoreHere),
    ];
    a_moved_item_took_the_object_of_another_that_had_its_name: (Contact, Exchange, 6, 72, Wish { direction: ToExchange, deletes: AsConflict, window: None }), [
        Do(Create(There, 1, Some(1))),
        Do(Squat(2, 1)),
        Cycle,
        Do(Move(1)),
        Do(Delete(There, 2)),
    ];
    an_occurrence_that_was_deleted_there_did_not_come_back: (Event, Newest, 6, 84, Wish { direction: ToExchange, deletes: EditWins, window: None }), [
        Do(Create(Here, 1, None)),
        Do(Set(Here, 1, (Some(7), "url"))),
        Cycle,
        Do(Set(Here, 1, (Some(7), "url"))),
        Do(Cancel(There, 1, 7)),
    ];
    an_occurrence_that_was_reset_there_did_not_come_back: (Event, Exchange, 3, 87, Wish { direction: ToExchange, deletes: AsConflict, window: None }), [
        Do(Create(Here, 3, Some(3))),
        Cycle,
        Do(Reset(There, 3, 7)),
        Do(Set(Here, 3, (Some(7), "url"))),
    ];
    what_stayed_there_was_overwritten_unseen: (Contact, Nextcloud, 5, 28, Wish { direction: ToExchange, deletes: AsConflict, window: None }), [
        Do(Create(Here, 2, None)),
        Cycle,
        Do(Set(There, 2, (None, "categories"))),
        Cycle,
        Do(Set(Here, 2, (None, "categories"))),
    ];
    the_row_of_what_was_left_there_outlived_it: (Contact, Nextcloud, 5, 91, Wish { direction: ToExchange, deletes: AsConflict, window: None }), [
        Do(Create(There, 2, Some(2))),
        At(Save, 0, FailAfter),
        Cycle,
        Do(Delete(There, 2)),
    ];
    the_brake_did_not_count_what_it_made_wait: (Contact, Newest, 2, 44, Wish { direction: ToExchange, deletes: AsConflict, window: None }), [
        Do(Squat(1, 1)),
        Cycle,
        Do(Set(There, 1, (None, "nickname"))),
        During(Fetch, 0, Delete(Here, 1)),
        Limit(0),
        Cycle,
    ];
    a_rehearsal_did_not_look_for_the_object: (Event, Nextcloud, 4, 89, Wish { direction: ToNextcloud, deletes: EditWins, window: None }), [
        During(Changes, 0, Create(Here, 5, Some(5))),
        During(Changes, 0, Create(There, 6, Some(5))),
        Cycle,
        Rehearse,
        Cycle,
    ];
    a_moved_item_that_is_left_there_took_a_row_along: (Event, Exchange, 6, 13, Wish { direction: ToExchange, deletes: EditWins, window: None }), [
        Do(Create(Here, 2, None)),
        Cycle,
        Do(Delete(Here, 2)),
        Bring,
        Cycle,
        Do(Create(There, 4, Some(4))),
        Do(Move(2)),
    ];
    an_item_that_was_left_there_was_deleted_with_the_object_of_its_name: (Contact, Newest, 1, 8, Wish { direction: ToExchange, deletes: EditWins, window: None }), [
        Do(Create(There, 2, Some(2))),
        Do(Squat(6, 2)),
        Cycle,
        Do(Delete(Here, 6)),
        Do(Set(There, 2, (None, "categories"))),
        Do(Move(6)),
    ];
    what_was_left_here_took_the_name_of_a_row_whose_object_is_gone: (Contact, Nextcloud, 6, 92, Wish { direction: ToNextcloud, deletes: EditWins, window: None }), [
        Do(Create(There, 1, Some(1))),
        Cycle,
        Do(Delete(Here, 1)),
        Cycle,
        Do(Copy(1, 5)),
        Cycle,
        Do(Delete(Here, 5)),
        Do(Set(There, 1, (None, "unmapped"))),
    ];
    an_item_that_could_be_read_again_took_the_name_of_its_copy: (Event, Newest, 2, 96), [
        Do(Create(There, 2, Some(2))),
        Do(Backup),
        Cycle,
        Do(Bad(2)),
        Do(RestoreJournal),
        Cycle,
        Do(RestoreHere),
    ];
    one_of_two_items_with_one_uid_moved_before_what_is_gone_was_brought_back: (Contact, Exchange, 1, 11), [
        Cycle,
        During(Changes, 0, Create(Here, 5, Some(5))),
        During(Changes, 0, Create(There, 6, Some(5))),
        Cycle,
        Do(Move(6)),
        Bring,
        Cycle,
    ];
    one_of_two_items_with_one_uid_moved_while_its_object_was_edited: (Event, Exchange, 3, 64), [
        During(Changes, 0, Create(Here, 3, Some(3))),
        During(Changes, 0, Create(There, 4, Some(3))),
        Cycle,
        Do(Set(Here, 4, (Some(6), "location"))),
        Do(Move(4)),
    ];
    an_object_from_a_backup_has_another_name_than_it_had: (Contact, Newest, 3, 64), [
        Do(Create(There, 1, Some(1))),
        Do(Create(There, 2, Some(2))),
        Do(Create(Here, 4, None)),
        Do(Backup),
        Cycle,
        Do(Delete(Here, 4)),
        Do(RestoreJournal),
        Cycle,
        Do(RestoreHere),
        Cycle,
        Do(Set(There, 4, (None, "nickname"))),
    ];
    what_was_written_anew_here_is_deleted_while_an_edit_there_is_unseen: (Contact, Exchange, 6, 45), [
        Do(Create(Here, 1, Some(1))),
        Cycle,
        Do(Spoil(1)),
        Do(Set(There, 1, (None, "title"))),
        Do(Heal(1, 4)),
        At(Updates, 0, CrashAfter),
        Cycle,
        Do(Delete(Here, 4)),
    ];
    an_object_from_a_backup_had_the_name_of_another: (Contact, Exchange, 3, 10), [
        Do(Create(Here, 6, None)),
        Do(Create(There, 7, Some(7))),
        Do(Squat(8, 2)),
        Do(Backup),
        Cycle,
        Do(RestoreThere),
        Do(Squat(10, 6)),
        Cycle,
        Do(RestoreHere),
        At(Save, 3, CrashBefore),
        Cycle,
    ];
}
