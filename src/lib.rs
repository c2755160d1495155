//! The PHP extension `exchange`: the only code that names PHP. Everything below it is tested without PHP.
//!
//! Rust never calls PHP. PHP takes [`engine::Engine`]'s requests, does the local work and replies, so that no PHP
//! exception crosses a Rust frame and transactions and signals stay in PHP's hands (docs/architecture.md).

mod engine;
mod exception;
mod gssapi;
mod host;
mod log;
mod mailbox;
mod options;
mod request;
mod runtime;
mod value;

use ext_php_rs::prelude::*;
use ext_php_rs::zend::ModuleEntry;
use ext_php_rs::{info_table_end, info_table_row, info_table_start};

/// Rows of `phpinfo()`.
extern "C" fn info(_module: *mut ModuleEntry) {
    info_table_start!();
    info_table_row!("Exchange synchronisation engine", "enabled");
    info_table_row!("Version", env!("CARGO_PKG_VERSION"));
    info_table_end!();
}

/// Runs before PHP registers the classes.
extern "C" fn startup(_type: i32, _module: i32) -> i32 {
    runtime::pin_library();
    i32::from(!exception::register())
}

#[php_module]
#[php(startup = startup)]
pub fn get_module(module: ModuleBuilder) -> ModuleBuilder {
    module
        .name("exchange")
        .version(env!("CARGO_PKG_VERSION"))
        .class::<engine::Engine>()
        .class::<request::Request>()
        .class::<mailbox::Mailbox>()
        .info_function(info)
}
