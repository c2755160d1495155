//! Lives that are too rare to wait for: each shows a promise that only they put to the test.

use crate::support::story::{Call::*, Edit::*, Fault::*, Here, Step::*, There};
use exchange_core::model::Kind::*;
use exchange_core::sync::Policy::*;

stories! {
    what_is_added_to_an_occurrence_that_is_cancelled_there_is_kept: (Event, Exchange, 9, 0), [
        Do(Create(There, 3, Some(3))),
        Cycle,
        Do(Set(Here, 3, (Some(7), "url"))),
        Do(Cancel(There, 3, 7)),
        Cycle,
    ];
    an_item_whose_create_was_not_answered_moves_before_it_is_read: (Contact, Exchange, 9, 0), [
        Do(Create(Here, 1, Some(1))),
        At(Creates, 0, FailAfter),
        Cycle,
        During(Fetch, 0, Move(1)),
        Cycle,
    ];
    an_object_whose_item_is_gone_cannot_be_deleted_at_first: (Contact, Exchange, 9, 0), [
        Do(Create(There, 1, Some(1))),
        Do(Create(There, 2, Some(2))),
        Cycle,
        Do(Delete(There, 1)),
        At(Write, 0, Refuse),
        Cycle,
    ];
    an_object_is_touched_by_someone_right_before_it_is_written: (Contact, Exchange, 9, 0), [
        Do(Create(There, 1, Some(1))),
        Cycle,
        Do(Set(There, 1, (None, "title"))),
        At(Write, 0, Race),
        Cycle,
    ];
    an_item_comes_back_while_its_object_waits_to_be_created_again: (Contact, Exchange, 9, 0), [
        Do(Create(Here, 1, Some(1))),
        Cycle,
        Do(Leave(1)),
        Do(Set(Here, 1, (None, "title"))),
        At(Creates, 0, FailBefore),
        Cycle,
        Do(Return(1)),
        Cycle,
    ];
}
