//! `Exchange\Exception`: one class, with the kind of the error and the seconds to wait.
//!
//! It is built with `ClassBuilder` because an exception made by `#[php_class]` loses file, line and trace.

use exchange_core::error::Error;
use ext_php_rs::builders::{ClassBuilder, ClassProperty};
use ext_php_rs::convert::IntoZval;
use ext_php_rs::exception::PhpException;
use ext_php_rs::flags::PropertyFlags;
use ext_php_rs::types::ZendObject;
use ext_php_rs::zend::{ClassEntry, ce};
use std::sync::OnceLock;

/// A class entry lives as long as the process and is not written after start-up.
struct Registered(&'static ClassEntry);

// SAFETY: PHP registers the class once, at start-up, on one thread; it is only read afterwards.
#[allow(unsafe_code)]
unsafe impl Send for Registered {}
// SAFETY: as above.
#[allow(unsafe_code)]
unsafe impl Sync for Registered {}

static CLASS: OnceLock<Registered> = OnceLock::new();

/// Registers the class with PHP; false where PHP refuses it.
pub fn register() -> bool {
    ClassBuilder::new("Exchange\\Exception")
        .extends((ce::exception, "\\Exception"))
        .property(property("kind"))
        .property(property("retryAfter"))
        .registration(|class, _| {
            let _ = CLASS.set(Registered(class));
        })
        .register()
        .is_ok()
}

fn property(name: &str) -> ClassProperty {
    ClassProperty {
        name: name.into(),
        flags: PropertyFlags::Public,
        default: None,
        docs: &[],
        ty: None,
        nullable: true,
        readonly: false,
        default_stub: Some("null".into()),
    }
}

/// The PHP exception for an error. Its message is the sentence, never the cause: a cause may hold a path or a header.
pub fn throw(error: &Error) -> PhpException {
    let class = CLASS
        .get()
        .map_or_else(ce::exception, |registered| registered.0);
    let mut object = ZendObject::new(class);
    // None of this can fail for a fresh exception; if PHP says otherwise, the message still goes out.
    let _ = object.try_call_method("__construct", vec![&error.message()]);
    let _ = object.set_property("kind", error.kind().name());
    let _ = object.set_property(
        "retryAfter",
        error
            .wait()
            .map(|wait| i64::try_from(wait.as_secs()).unwrap_or(i64::MAX)),
    );
    let exception = PhpException::new(error.message().into(), 0, class);
    match object.into_zval(false) {
        Ok(object) => exception.with_object(object),
        Err(_) => exception,
    }
}
