//! Whatever a server answers is read or refused, whole and by operation, and a message reads the same alone.
#![no_main]

use exchange_core::ews::{
    Answer, CreateAttachment, CreateFolder, CreateItem, DeleteAttachment, DeleteItem, Element,
    FindFolder, FindItem, GetAttachment, GetFolder, GetItem, Operation, SyncFolderItems,
    UpdateItem, Writer,
};
use exchange_core::model::Kind;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(answer) = Answer::read(bytes) else {
        return;
    };
    for message in answer.messages.into_iter().flatten() {
        if is_plain(&message) {
            let mut writer = Writer::new();
            writer.tree(&message);
            assert_eq!(Element::parse(&writer.finish()).unwrap(), message);
        }
        read::<CreateAttachment>(&message);
        read::<CreateFolder>(&message);
        read::<CreateItem>(&message);
        read::<DeleteAttachment>(&message);
        read::<DeleteItem>(&message);
        read::<FindFolder>(&message);
        read::<FindItem>(&message);
        read::<GetAttachment>(&message);
        read::<GetFolder>(&message);
        read::<SyncFolderItems>(&message);
        read::<UpdateItem>(&message);
        if let Ok(item) = GetItem::outcome(Ok(message)) {
            for kind in Kind::ALL {
                exchange_fuzz::check_remote(kind, &item);
            }
        }
    }
});

fn read<O: Operation>(message: &Element) {
    let _ = O::outcome(Ok(message.clone()));
}

/// Whether its names are names and its texts are what XML can hold: nothing else is ever written.
fn is_plain(element: &Element) -> bool {
    let name = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.chars().all(|c| c.is_ascii_alphanumeric())
    };
    let text = |text: &str| !text.contains(['\u{fffe}', '\u{ffff}']);
    name(&element.name)
        && text(&element.text)
        && (element.children.is_empty() || element.text.is_empty())
        && element
            .attributes
            .iter()
            .all(|(key, value)| name(key) && key != "xmlns" && text(value))
        && element.children.iter().all(is_plain)
}
