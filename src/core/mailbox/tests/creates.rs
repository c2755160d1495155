//! Creating many items, whatever becomes of requests and answers.

use super::{contact, contacts_stored, create, folder, mailbox, standin};
use crate::error::ErrorKind;
use crate::ews::NewItem;
use crate::mailbox::create::create_items;
use crate::model::Kind;
use exchange_standin::fault::{self, Fault};

#[tokio::test]
async fn items_are_created_in_batches() {
    let standin = standin().await;
    let mailbox = mailbox(&standin);
    let new: Vec<NewItem> = (0..250).map(contact).collect();
    let created = create(&mailbox, Kind::Contact, &new).await;
    assert!(created.iter().all(Result::is_ok));
    assert_eq!(
        (
            contacts_stored(&standin),
            standin.calls().count("CreateItem")
        ),
        (250, 3)
    );
}

#[tokio::test]
async fn a_create_whose_answer_was_lost_is_found_by_its_key() {
    let standin = standin().await;
    let mailbox = mailbox(&standin);
    standin
        .faults()
        .add(Fault::once(fault::Kind::ReplyLost).on("CreateItem"));
    let created = create(
        &mailbox,
        Kind::Contact,
        &(0..70).map(contact).collect::<Vec<_>>(),
    )
    .await;
    assert!(created.iter().all(Result::is_ok), "{created:?}");
    assert_eq!(
        (
            contacts_stored(&standin),
            standin.calls().count("CreateItem")
        ),
        (70, 1)
    );
}

#[tokio::test]
async fn a_create_that_never_arrived_is_left_to_the_next_cycle() {
    let standin = standin().await;
    let mailbox = mailbox(&standin);
    standin
        .faults()
        .add(Fault::once(fault::Kind::ConnectionReset).on("CreateItem"));
    let created = create(&mailbox, Kind::Contact, &[contact(0)]).await;
    assert_eq!(
        created[0].as_ref().unwrap_err().kind(),
        ErrorKind::Unreachable
    );
    assert_eq!(
        (
            contacts_stored(&standin),
            standin.calls().count("CreateItem")
        ),
        (0, 1)
    );
}

#[tokio::test]
async fn creates_that_take_too_long_are_sent_in_smaller_batches_and_never_twice() {
    let standin = standin().await;
    let mailbox = mailbox(&standin);
    standin
        .faults()
        .add(Fault::always(fault::Kind::Timeout { over: 20 }).on("CreateItem"));
    let created = create(
        &mailbox,
        Kind::Contact,
        &(0..130).map(contact).collect::<Vec<_>>(),
    )
    .await;
    assert!(created.iter().all(Result::is_ok), "{created:?}");
    assert_eq!(contacts_stored(&standin), 130);
    assert!(
        standin.calls().count("CreateItem") <= 20,
        "{:?}",
        standin.calls().counts()
    );
}

#[tokio::test]
async fn a_folder_that_is_gone_takes_no_items() {
    let standin = standin().await;
    let mailbox = mailbox(&standin);
    let folder = folder(&mailbox, Kind::Contact).await;
    standin.faults().add(
        Fault::always(fault::Kind::Message {
            code: "ErrorItemNotFound".to_owned(),
        })
        .on("CreateItem"),
    );
    let created = create_items(
        &mailbox,
        Kind::Contact,
        &folder,
        &["k0"],
        &[contact(0)],
        false,
    )
    .await;
    assert_eq!(created[0].as_ref().unwrap_err().kind(), ErrorKind::Gone);
}
