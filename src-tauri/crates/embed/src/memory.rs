//! Gives memory that loading needed and let go of back to the system.
#![allow(unsafe_code)]

#[cfg(all(target_os = "linux", target_env = "gnu"))]
use std::ffi::c_int;

#[cfg(all(target_os = "linux", target_env = "gnu"))]
unsafe extern "C" {
    fn malloc_trim(keep: usize) -> c_int;
}

/// glibc keeps freed pages that lie below pages in use: some hundred megabytes after a model is loaded. Elsewhere this does
/// nothing.
pub(crate) fn give_back() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: may be called at any time from any thread (malloc_trim(3)); it only hands out free pages.
    unsafe {
        malloc_trim(0);
    }
}
