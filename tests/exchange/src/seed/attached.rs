//! What a few events carry: a file, or a picture in the page that shows it.

use super::photo;
use crate::bag::Value;
use crate::item::{Attachment, Content, Item};
use crate::{keys, page};

/// One event in a hundred has a file, one with a page has a picture in it.
pub fn attach(item: &mut Item, number: usize) {
    match number % 100 {
        7 => {
            let text = format!("Agenda of #{number}\r\n\r\n1. Start\r\n2. End\r\n");
            let file = part(item, "Agenda – draft.txt", "text/plain", text.into_bytes());
            item.attachments.push(file);
        }
        14 => {
            let id = format!("picture-{number}@example.org");
            let mut picture = part(
                item,
                "picture.jpg",
                "image/jpeg",
                photo::photo(number as u64),
            );
            picture.inline = true;
            picture.content_id = Some(id.clone());
            item.attachments.push(picture);
            if let Some(html) = item.bag.text(&keys::BODY_HTML) {
                let shown = page::appended(html, &format!("<p><img src=\"cid:{id}\"></p>"));
                item.bag.set(keys::BODY_HTML, Value::Text(shown));
            }
        }
        _ => {}
    }
}

fn part(item: &Item, name: &str, content_type: &str, content: Vec<u8>) -> Attachment {
    Attachment {
        number: 0,
        name: name.to_owned(),
        content_type: content_type.to_owned(),
        content_id: None,
        content_location: None,
        inline: false,
        contact_photo: false,
        modified: item.bag.time(&keys::MODIFIED).unwrap_or_default(),
        content: Content::File(content),
    }
}
