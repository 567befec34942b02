//! What the audit trail keeps in memory while a registry is open.

use std::{
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError, atomic::AtomicI64},
};

use super::gathered::Gathered;
use crate::access::{
    address_keys::{AddressKeys, KeyDays},
    secret::FileError,
};

/// What is gathered, and the keys of addresses.
pub(in crate::registry) struct Trail {
    pub(super) keys: AddressKeys,
    /// There is no key, which was told, and none is made before that, in Unix seconds; 0 when there is one.
    pub(super) keyless_until: AtomicI64,
    gathered: Mutex<Gathered>,
    /// Held while what is due is written: two at once would write some of it twice and forget the rest.
    writing: Mutex<()>,
}

impl Trail {
    pub(in crate::registry) fn open(folder: &Path, days: KeyDays) -> Result<Self, FileError> {
        Ok(Self {
            keys: AddressKeys::open(folder, days)?,
            keyless_until: AtomicI64::new(0),
            gathered: Mutex::default(),
            writing: Mutex::default(),
        })
    }

    /// Files of keys that were passed over.
    pub(in crate::registry) fn unusable_keys(&self) -> &[FileError] {
        self.keys.unusable()
    }

    pub(super) fn gathered(&self) -> MutexGuard<'_, Gathered> {
        // Counts stay usable whatever a thread that panicked was doing with them.
        self.gathered.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn turn_to_write(&self) -> MutexGuard<'_, ()> {
        self.writing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
