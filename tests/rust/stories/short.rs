//! Lives that ended badly once, as short as they can be told and each named for what went wrong.

use crate::support::story::{Call::*, Edit::*, Fault::*, Here, Step::*, There};
use exchange_core::model::Kind::*;
use exchange_core::sync::Policy::*;

stories! {
    a_copy_was_created_over_its_item: (Contact, Exchange, 1, 3), [
        Do(Create(There, 6, Some(6))),
        Do(Copy(6, 7)),
    ];
    a_side_was_emptied_in_two_halves_of_a_cycle: (Contact, Nextcloud, 4, 72), [
        Do(Create(Here, 1, Some(1))),
        Do(Create(Here, 2, None)),
        Cycle,
        Do(Delete(There, 2)),
        Do(Squat(4, 3)),
        During(List, 1, Delete(There, 1)),
        Cycle,
    ];
    an_object_with_a_name_of_its_own_came_back_with_its_moved_item: (Event, Newest, 2, 40), [
        Do(Create(Here, 1, None)),
        Cycle,
        Do(Delete(Here, 1)),
        Do(Move(1)),
    ];
    an_object_deleted_while_its_moved_item_was_read_came_back: (Event, Newest, 3, 14), [
        Do(Create(Here, 2, Some(2))),
        During(Creates, 0, Create(Here, 3, Some(3))),
        Cycle,
        Cycle,
        Do(Move(3)),
        During(Fetch, 0, Delete(Here, 3)),
        Cycle,
    ];
    an_object_whose_item_could_not_be_deleted_came_back: (Contact, Nextcloud, 6, 73), [
        Do(Squat(2, 2)),
        Cycle,
        Do(Delete(Here, 2)),
        At(OneDelete, 0, Refuse),
        Cycle,
    ];
    an_unreadable_item_was_doubled_when_the_journal_was_lost: (Contact, Exchange, 4, 67), [
        Do(Create(There, 3, None)),
        Cycle,
        Do(Bad(3)),
        Do(LoseJournal),
        Cycle,
    ];
    the_name_of_a_deleted_object_stood_in_the_way_of_a_copy: (Contact, Newest, 3, 35), [
        Do(Create(There, 1, Some(1))),
        Cycle,
        Do(Delete(Here, 1)),
        Do(Bad(1)),
        During(List, 0, Copy(1, 2)),
        Cycle,
    ];
    a_spoiled_object_outlived_its_item: (Contact, Newest, 4, 84), [
        Do(Create(There, 1, Some(1))),
        Cycle,
        Do(Delete(There, 1)),
        Do(Spoil(1)),
        Cycle,
    ];
    a_deleted_object_came_back_when_its_item_moved_before_it_was_deleted: (Contact, Nextcloud, 6, 4), [
        Do(Squat(1, 1)),
        Do(Create(Here, 3, Some(3))),
        During(OneCreate, 1, Delete(Here, 1)),
        Cycle,
        Do(Move(3)),
        During(Save, 0, Move(1)),
        Cycle,
    ];
    an_object_came_back_after_an_update_whose_answer_was_lost: (Contact, Newest, 3, 4), [
        Do(Squat(1, 1)),
        Cycle,
        Do(Set(Here, 1, (None, "title"))),
        At(Updates, 0, FailAfter),
        Cycle,
        Do(Delete(Here, 1)),
    ];
    an_object_came_back_after_an_update_of_its_list_whose_answer_was_lost: (Contact, Nextcloud, 4, 88), [
        Do(Create(Here, 3, Some(3))),
        Cycle,
        Do(Set(Here, 3, (None, "categories"))),
        At(Updates, 0, FailAfter),
        Cycle,
        Do(Delete(Here, 3)),
    ];
    an_object_came_back_after_an_update_of_an_occurrence_that_was_not_journalled: (Event, Newest, 2, 43), [
        Do(Create(There, 1, None)),
        Do(Cancel(There, 1, 6)),
        Cycle,
        Do(Set(Here, 1, (Some(6), "location"))),
        At(Save, 1, FailBefore),
        Cycle,
        Do(Delete(Here, 1)),
    ];
    an_object_came_back_after_an_update_that_was_not_journalled: (Contact, Exchange, 6, 25), [
        Do(Create(There, 2, None)),
        Cycle,
        Do(Set(Here, 2, (None, "categories"))),
        At(Save, 1, CrashBefore),
        Cycle,
        Do(Delete(Here, 2)),
    ];
    the_journal_was_lost_and_an_item_copied: (Contact, Nextcloud, 2, 15), [
        Do(Create(Here, 2, None)),
        Cycle,
        Do(LoseJournal),
        Do(Copy(2, 3)),
        Cycle,
    ];
    the_brake_counted_what_the_cycle_had_just_made: (Contact, Newest, 3, 99), [
        Do(Squat(1, 1)),
        Do(Create(There, 2, Some(2))),
        Cycle,
        Cycle,
        Do(Delete(There, 2)),
        Do(Backup),
        Do(Create(There, 5, Some(4))),
        Do(Delete(There, 1)),
        Cycle,
    ];
    an_object_was_deleted_before_it_was_matched_again: (Event, Exchange, 1, 11), [
        Do(Create(Here, 1, Some(1))),
        Cycle,
        Do(Set(Here, 1, (None, "categories"))),
        Do(LoseJournal),
        At(Save, 0, FailAfter),
        Cycle,
        Do(Delete(Here, 1)),
    ];
}
