//! The system's GSS-API, opened when it is first needed: without it the extension still loads.
//! Names and layouts are those of RFC 2744 and of MIT Kerberos (`gssapi/gssapi.h`, `gssapi/gssapi_ext.h`).

use libc::{c_char, c_int, c_void, size_t};
use std::ffi::CStr;
use std::ptr;
use std::sync::LazyLock;

#[repr(C)]
pub struct Buffer {
    pub length: size_t,
    pub value: *mut c_void,
}

#[repr(C)]
pub struct Oid {
    length: u32,
    elements: *const c_void,
}

#[repr(C)]
pub struct OidSet {
    pub count: size_t,
    pub elements: *const Oid,
}

#[repr(C)]
pub struct Entry {
    pub key: *const c_char,
    pub value: *const c_char,
}

#[repr(C)]
pub struct Store {
    pub count: u32,
    pub elements: *const Entry,
}

#[repr(C)]
pub struct Bindings {
    pub initiator_type: u32,
    pub initiator: Buffer,
    pub acceptor_type: u32,
    pub acceptor: Buffer,
    pub application_data: Buffer,
}

/// Names, credentials and contexts are pointers that only the library looks behind.
pub type Opaque = *mut c_void;

type ImportName = unsafe extern "C" fn(*mut u32, *const Buffer, *const Oid, *mut Opaque) -> u32;
type AcquireCredFrom = unsafe extern "C" fn(
    *mut u32,
    Opaque,
    u32,
    *const OidSet,
    c_int,
    *const Store,
    *mut Opaque,
    *mut *mut OidSet,
    *mut u32,
) -> u32;
type SetNegMechs = unsafe extern "C" fn(*mut u32, Opaque, *const OidSet) -> u32;
type InitSecContext = unsafe extern "C" fn(
    *mut u32,
    Opaque,
    *mut Opaque,
    Opaque,
    *const Oid,
    u32,
    u32,
    *const Bindings,
    *const Buffer,
    *mut *const Oid,
    *mut Buffer,
    *mut u32,
    *mut u32,
) -> u32;
type DeleteSecContext = unsafe extern "C" fn(*mut u32, *mut Opaque, *mut Buffer) -> u32;
type Release = unsafe extern "C" fn(*mut u32, *mut Opaque) -> u32;
type ReleaseBuffer = unsafe extern "C" fn(*mut u32, *mut Buffer) -> u32;
type DisplayStatus =
    unsafe extern "C" fn(*mut u32, u32, c_int, *const Oid, *mut u32, *mut Buffer) -> u32;

pub struct Library {
    pub import_name: ImportName,
    pub acquire_cred_from: AcquireCredFrom,
    pub set_neg_mechs: SetNegMechs,
    pub init_sec_context: InitSecContext,
    pub delete_sec_context: DeleteSecContext,
    pub release_name: Release,
    pub release_cred: Release,
    pub release_buffer: ReleaseBuffer,
    pub display_status: DisplayStatus,
}

static LIBRARY: LazyLock<Option<Library>> = LazyLock::new(open);

/// None where the system has no Kerberos.
pub fn library() -> Option<&'static Library> {
    LIBRARY.as_ref()
}

fn open() -> Option<Library> {
    // SAFETY: the name is a C string; opening runs the library's own initialisation, as linking it would. It is never
    // closed, so that its functions stay valid.
    #[allow(unsafe_code)]
    let handle = unsafe { libc::dlopen(c"libgssapi_krb5.so.2".as_ptr(), libc::RTLD_NOW) };
    if handle.is_null() {
        return None;
    }
    // SAFETY: each symbol is a function of the type that gssapi.h gives it, which is the type of its field.
    #[allow(unsafe_code)]
    unsafe {
        Some(Library {
            import_name: function(handle, c"gss_import_name")?,
            acquire_cred_from: function(handle, c"gss_acquire_cred_from")?,
            set_neg_mechs: function(handle, c"gss_set_neg_mechs")?,
            init_sec_context: function(handle, c"gss_init_sec_context")?,
            delete_sec_context: function(handle, c"gss_delete_sec_context")?,
            release_name: function(handle, c"gss_release_name")?,
            release_cred: function(handle, c"gss_release_cred")?,
            release_buffer: function(handle, c"gss_release_buffer")?,
            display_status: function(handle, c"gss_display_status")?,
        })
    }
}

/// SAFETY: `F` must be the function pointer type of that symbol.
#[allow(unsafe_code)]
unsafe fn function<F: Copy>(handle: *mut c_void, name: &CStr) -> Option<F> {
    // SAFETY: `handle` is open. The address is read as `F`, which is a pointer as long as an address (the caller's word).
    unsafe {
        let address = libc::dlsym(handle, name.as_ptr());
        (!address.is_null()).then(|| ptr::from_ref(&address).cast::<F>().read())
    }
}

impl Buffer {
    pub const EMPTY: Self = Self {
        length: 0,
        value: ptr::null_mut(),
    };

    /// Of bytes that the library only reads, while they live.
    pub const fn of(bytes: &[u8]) -> Self {
        Self {
            length: bytes.len(),
            value: bytes.as_ptr().cast_mut().cast(),
        }
    }
}

impl Oid {
    const fn of(bytes: &'static [u8]) -> Self {
        Self {
            #[expect(clippy::cast_possible_truncation, reason = "the ids below are short")]
            length: bytes.len() as u32,
            elements: bytes.as_ptr().cast(),
        }
    }
}

// SAFETY: an id points to bytes that live as long as the program and that nobody writes.
#[allow(unsafe_code)]
unsafe impl Sync for Oid {}

/// 1.2.840.113554.1.2.2
pub static KERBEROS: Oid = Oid::of(b"\x2a\x86\x48\x86\xf7\x12\x01\x02\x02");
/// 1.3.6.1.5.5.2
pub static SPNEGO: Oid = Oid::of(b"\x2b\x06\x01\x05\x05\x02");
/// 1.2.840.113554.1.2.1.4: a service on a host, `HTTP@host`.
pub static SERVICE: Oid = Oid::of(b"\x2a\x86\x48\x86\xf7\x12\x01\x02\x01\x04");
/// 1.2.840.113554.1.2.2.1: `name@REALM`.
pub static PRINCIPAL: Oid = Oid::of(b"\x2a\x86\x48\x86\xf7\x12\x01\x02\x02\x01");
