//! Whole local objects of this kind.
#![no_main]

use exchange_core::model::Kind;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| exchange_fuzz::check_local(Kind::Contact, text));
