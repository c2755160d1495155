//! The tokio runtime: started on first use, one for each process.

use exchange_core::error::{Error, ErrorKind, Result};
use parking_lot::Mutex;
use std::process;
use tokio::runtime::{Builder, Handle, Runtime};

/// The runtime and the process that started it.
static RUNTIME: Mutex<Option<(u32, Runtime)>> = Mutex::new(None);

/// A handle on this process's runtime. php-fpm forks: an inherited runtime has no threads, would hang even while
/// being dropped, and is therefore forgotten.
pub fn handle() -> Result<Handle> {
    let mut slot = RUNTIME.lock();
    if let Some((pid, runtime)) = slot.as_ref()
        && *pid == process::id()
    {
        return Ok(runtime.handle().clone());
    }
    std::mem::forget(slot.take());
    let runtime = start().map_err(|error| {
        Error::new(
            ErrorKind::Host,
            "The system does not let the exchange extension start its threads.",
        )
        .because(error)
    })?;
    let handle = runtime.handle().clone();
    *slot = Some((process::id(), runtime));
    Ok(handle)
}

fn start() -> std::io::Result<Runtime> {
    Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("exchange")
        .on_thread_start(block_signals)
        .enable_all()
        .build()
}

/// Signals belong to PHP's thread: a handler that ran on ours would touch PHP's state from the wrong thread.
fn block_signals() {
    // SAFETY: `set` is initialised by sigfillset before it is read; both calls only touch this thread's mask.
    #[allow(unsafe_code)]
    unsafe {
        let mut set = std::mem::zeroed();
        libc::sigfillset(&raw mut set);
        libc::pthread_sigmask(libc::SIG_SETMASK, &raw const set, std::ptr::null_mut());
    }
}

/// Each watched mailbox may have a connection of its own: lets this process open as many files as the system allows it.
pub fn allow_many_files() {
    // SAFETY: both calls get a limit that lives on this stack; they change nothing but this process's own soft limit.
    #[allow(unsafe_code)]
    unsafe {
        let mut limit: libc::rlimit = std::mem::zeroed();
        if libc::getrlimit(libc::RLIMIT_NOFILE, &raw mut limit) == 0 {
            limit.rlim_cur = limit.rlim_max;
            // Refused, fewer mailboxes can be watched, and the others say why.
            libc::setrlimit(libc::RLIMIT_NOFILE, &raw const limit);
        }
    }
}

/// Keeps this library mapped after PHP unloads its modules at exit: our threads may still run its code then.
pub fn pin_library() {
    // SAFETY: dladdr reads the address of a function of this library and fills `info`; the path it gives is a C string
    // that lives as long as the library, and RTLD_NOLOAD opens nothing new.
    #[allow(unsafe_code)]
    unsafe {
        let mut info: libc::Dl_info = std::mem::zeroed();
        let here = (pin_library as *const ()).cast::<libc::c_void>();
        if libc::dladdr(here, &raw mut info) != 0 && !info.dli_fname.is_null() {
            libc::dlopen(
                info.dli_fname,
                libc::RTLD_NOW | libc::RTLD_NOLOAD | libc::RTLD_NODELETE,
            );
        }
    }
}
