//! Whatever a server answers to Autodiscover is read or refused, and what it names is an answer of some kind.
#![no_main]

use exchange_core::ews::{Discovered, Form};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    for form in [Form::Soap, Form::Plain] {
        if let Ok(Discovered::Url(url) | Discovered::OtherUrl(url)) = form.read(bytes) {
            assert_eq!(url.trim(), url);
        }
    }
});
