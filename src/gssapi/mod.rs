//! Kerberos tickets by the system's GSS-API.

mod library;
mod trouble;

use exchange_core::client::Ticket;
use exchange_core::error::{Error, ErrorKind, Result};
use library::{
    Bindings, Buffer, Entry, KERBEROS, Library, Oid, OidSet, Opaque, PRINCIPAL, SERVICE, SPNEGO,
    Store, library,
};
use std::ffi::{CStr, CString};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::Path;
use std::ptr;

const INITIATE: libc::c_int = 1;
const ONE: usize = 1;

/// The token of a Negotiate sign-in. Tickets that a keytab gives are kept in this process's memory until they expire.
pub fn token(ticket: &Ticket<'_>) -> Result<Vec<u8>> {
    let library = library().ok_or_else(|| {
        Error::new(
            ErrorKind::Configuration,
            "This machine has no Kerberos library, so no ticket can be got. Install it (on Debian: apt install libgssapi-krb5-2) and restart PHP.",
        )
    })?;
    let negotiated = Session::new(library).token(ticket, &SPNEGO)?;
    negotiated.or_else(|said| {
        // Negotiation hides why Kerberos does not go; Kerberos alone tells.
        let alone = Session::new(library).token(ticket, &KERBEROS)?;
        Err(trouble::sentence(&alone.err().unwrap_or(said), ticket))
    })
}

type Outcome = Result<Vec<u8>, trouble::Said>;

/// One sign-in. What the library made is given back when this is dropped.
struct Session {
    library: &'static Library,
    name: Opaque,
    target: Opaque,
    credentials: Opaque,
    context: Opaque,
    output: Buffer,
}

impl Session {
    const fn new(library: &'static Library) -> Self {
        Self {
            library,
            name: ptr::null_mut(),
            target: ptr::null_mut(),
            credentials: ptr::null_mut(),
            context: ptr::null_mut(),
            output: Buffer::EMPTY,
        }
    }

    /// The first token of that mechanism, or what the library says.
    fn token(mut self, ticket: &Ticket<'_>, mechanism: &'static Oid) -> Result<Outcome> {
        let stores = stores(ticket)?;
        Ok(self.steps(ticket, &stores, mechanism))
    }

    fn steps(
        &mut self,
        ticket: &Ticket<'_>,
        stores: &[(CString, CString)],
        mechanism: &'static Oid,
    ) -> Outcome {
        if let Some(principal) = &ticket.kerberos.principal {
            self.name = self.import(principal, &PRINCIPAL)?;
        }
        self.target = self.import(&format!("HTTP@{}", ticket.host), &SERVICE)?;
        self.acquire(stores, mechanism)?;
        self.initiate(ticket.binding, mechanism)
    }

    fn import(&self, text: &str, form: &Oid) -> Result<Opaque, trouble::Said> {
        let mut name = ptr::null_mut();
        self.check(|minor| {
            let text = Buffer::of(text.as_bytes());
            // SAFETY: all pointers are to values that live during the call, which only reads the text.
            #[allow(unsafe_code)]
            unsafe {
                (self.library.import_name)(minor, &raw const text, form, &raw mut name)
            }
        })?;
        Ok(name)
    }

    /// Credentials that offer Kerberos and nothing else, alone or within Negotiate.
    fn acquire(
        &mut self,
        stores: &[(CString, CString)],
        mechanism: &'static Oid,
    ) -> Result<(), trouble::Said> {
        let entries: Vec<Entry> = stores
            .iter()
            .map(|(key, value)| Entry {
                key: key.as_ptr(),
                value: value.as_ptr(),
            })
            .collect();
        let store = Store {
            count: u32::try_from(entries.len()).unwrap_or_default(),
            elements: entries.as_ptr(),
        };
        let [wanted, kerberos] = [mechanism, &KERBEROS].map(|mechanism| OidSet {
            count: ONE,
            elements: mechanism,
        });
        let mut credentials = ptr::null_mut();
        self.check(|minor| {
            // SAFETY: all pointers are null where that is allowed, or to values that live during the call; the strings
            // behind `store` live in `stores`.
            #[allow(unsafe_code)]
            unsafe {
                (self.library.acquire_cred_from)(
                    minor,
                    self.name,
                    u32::MAX,
                    &raw const wanted,
                    INITIATE,
                    &raw const store,
                    &raw mut credentials,
                    ptr::null_mut(),
                    ptr::null_mut(),
                )
            }
        })?;
        self.credentials = credentials;
        if ptr::eq(mechanism, &raw const KERBEROS) {
            return Ok(());
        }
        // SAFETY: the credentials are the library's own, the set lives during the call.
        #[allow(unsafe_code)]
        self.check(|minor| unsafe {
            (self.library.set_neg_mechs)(minor, credentials, &raw const kerberos)
        })
    }

    fn initiate(&mut self, binding: Option<&[u8]>, mechanism: &'static Oid) -> Outcome {
        let bindings = binding.map(|data| Bindings {
            initiator_type: 0,
            initiator: Buffer::EMPTY,
            acceptor_type: 0,
            acceptor: Buffer::EMPTY,
            application_data: Buffer::of(data),
        });
        let (mut context, mut output) = (ptr::null_mut(), Buffer::EMPTY);
        let outcome = self.check(|minor| {
            // SAFETY: all pointers are null where that is allowed, the library's own, or to values that live during the
            // call.
            #[allow(unsafe_code)]
            unsafe {
                (self.library.init_sec_context)(
                    minor,
                    self.credentials,
                    &raw mut context,
                    self.target,
                    mechanism,
                    0,
                    0,
                    bindings.as_ref().map_or(ptr::null(), ptr::from_ref),
                    ptr::null(),
                    ptr::null_mut(),
                    &raw mut output,
                    ptr::null_mut(),
                    ptr::null_mut(),
                )
            }
        });
        (self.context, self.output) = (context, output);
        outcome.map(|()| bytes(&self.output))
    }

    /// Makes a call; what it complains about in words.
    fn check(&self, call: impl FnOnce(*mut u32) -> u32) -> Result<(), trouble::Said> {
        const ERRORS: u32 = 0xffff_0000;
        let mut minor = 0;
        let major = call(&raw mut minor);
        if major & ERRORS == 0 {
            return Ok(());
        }
        Err(trouble::Said {
            major,
            text: self.words(minor, 2),
        })
    }

    fn words(&self, status: u32, form: libc::c_int) -> String {
        let (mut minor, mut more, mut text) = (0, 0, Buffer::EMPTY);
        // SAFETY: all pointers are to values that live during the call; the text is copied before it is given back.
        #[allow(unsafe_code)]
        unsafe {
            (self.library.display_status)(
                &raw mut minor,
                status,
                form,
                &raw const KERBEROS,
                &raw mut more,
                &raw mut text,
            );
            let words = String::from_utf8_lossy(&bytes(&text)).into_owned();
            (self.library.release_buffer)(&raw mut minor, &raw mut text);
            words
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let mut minor = 0;
        // SAFETY: each is null, which the library lets pass, or the library's own and given back only here.
        #[allow(unsafe_code)]
        unsafe {
            (self.library.release_buffer)(&raw mut minor, &raw mut self.output);
            if !self.context.is_null() {
                (self.library.delete_sec_context)(
                    &raw mut minor,
                    &raw mut self.context,
                    ptr::null_mut(),
                );
            }
            (self.library.release_cred)(&raw mut minor, &raw mut self.credentials);
            (self.library.release_name)(&raw mut minor, &raw mut self.target);
            (self.library.release_name)(&raw mut minor, &raw mut self.name);
        }
    }
}

fn bytes(buffer: &Buffer) -> Vec<u8> {
    if buffer.value.is_null() {
        return Vec::new();
    }
    // SAFETY: the library says that so many bytes lie there, until the buffer is released.
    #[allow(unsafe_code)]
    unsafe { std::slice::from_raw_parts(buffer.value.cast::<u8>(), buffer.length) }.to_vec()
}

/// Where the library finds keys and keeps tickets (MIT's credential store).
fn stores(ticket: &Ticket<'_>) -> Result<Vec<(CString, CString)>> {
    let kerberos = ticket.kerberos;
    let mut stores = Vec::new();
    if let Some(keytab) = &kerberos.keytab {
        stores.push((c"client_keytab", named("FILE:", keytab)?));
        if kerberos.cache.is_none() {
            let mut hasher = DefaultHasher::new();
            (&kerberos.principal, keytab).hash(&mut hasher);
            let cache = format!("MEMORY:exchange-{:x}", hasher.finish());
            stores.push((c"ccache", c_string(cache)?));
        }
    }
    if let Some(cache) = &kerberos.cache {
        stores.push((c"ccache", named("", cache)?));
    }
    Ok(stores
        .into_iter()
        .map(|(key, value): (&CStr, CString)| (key.to_owned(), value))
        .collect())
}

fn named(form: &str, path: &Path) -> Result<CString> {
    c_string(format!("{form}{}", path.display()))
}

fn c_string(text: String) -> Result<CString> {
    CString::new(text).map_err(|error| {
        Error::new(
            ErrorKind::Configuration,
            "The path of the keytab or credential cache cannot be used. Enter it anew.",
        )
        .because(error)
    })
}
