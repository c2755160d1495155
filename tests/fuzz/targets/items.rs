//! An item as a server could answer it, as each kind: with any recurrence, attachments and dictionaries.
#![no_main]

use exchange_core::ews::Element;
use exchange_core::mapping;
use exchange_core::model::Kind;
use exchange_fuzz::{check_remote, context};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|xml: &[u8]| {
    let Ok(item) = Element::parse(xml) else {
        return;
    };
    for kind in Kind::ALL {
        check_remote(kind, &item);
    }
    let context = context();
    if let Ok(mut remote) = mapping::read_remote(Kind::Event, &item, &context) {
        let _ = mapping::add_occurrence(&mut remote, &item, &context);
    }
});
