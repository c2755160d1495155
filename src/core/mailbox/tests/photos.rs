//! The photo of a contact.

use super::{contact, create, mailbox, standin};
use crate::error::ErrorKind;
use crate::ews::{Attachment, FileAttachment, NewItem};
use crate::mailbox::photo;
use crate::model::Kind;

fn picture(byte: u8) -> FileAttachment {
    FileAttachment {
        name: "ContactPicture.jpg".to_owned(),
        content_type: "image/jpeg".to_owned(),
        content_id: None,
        is_contact_photo: true,
        content: vec![byte; 100],
    }
}

#[tokio::test]
async fn a_photo_is_created_with_its_contact_then_replaced_and_removed() {
    let standin = standin().await;
    let mailbox = mailbox(&standin);
    let photos = || {
        standin.mailbox(|mailbox| {
            let folder = mailbox.distinguished("contacts").unwrap();
            let item = mailbox.items_in(folder).next().unwrap();
            item.attachments
                .iter()
                .map(|file| (file.contact_photo, file.size()))
                .collect::<Vec<_>>()
        })
    };
    let new = NewItem {
        attachments: vec![Attachment::File(picture(1))],
        ..contact(0)
    };
    let id = create(&mailbox, Kind::Contact, &[new])
        .await
        .remove(0)
        .unwrap();
    assert_eq!(photos(), [(true, 100)]);
    let larger = FileAttachment {
        content: vec![2; 150],
        ..picture(2)
    };
    let second = photo::replace(&mailbox, vec![(id.clone(), Some(larger))])
        .await
        .remove(0)
        .unwrap();
    assert_eq!(photos(), [(true, 150)]);
    let stale = photo::replace(&mailbox, vec![(id, None)])
        .await
        .remove(0)
        .unwrap_err();
    assert_eq!(stale.kind(), ErrorKind::Conflict);
    let third = photo::replace(&mailbox, vec![(second, None)])
        .await
        .remove(0)
        .unwrap();
    assert_eq!(photos(), []);
    // The version that came back is the last one.
    let again = photo::replace(&mailbox, vec![(third, Some(picture(3)))])
        .await
        .remove(0);
    assert!(again.is_ok(), "{again:?}");
}
