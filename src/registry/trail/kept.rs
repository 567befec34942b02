//! What the audit trail keeps in memory while a registry is open.

use std::{
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError, atomic::AtomicBool},
};

use super::gathered::Gathered;
use crate::access::{
    address_keys::{AddressKeys, KeyDays},
    secret::FileError,
};

/// What is gathered, and the keys of addresses.
pub(in crate::registry) struct Trail {
    pub(super) keys: AddressKeys,
    /// That there is no key was told.
    pub(super) is_keyless: AtomicBool,
    gathered: Mutex<Gathered>,
}

impl Trail {
    pub(in crate::registry) fn open(folder: &Path, days: KeyDays) -> Result<Self, FileError> {
        Ok(Self {
            keys: AddressKeys::open(folder, days)?,
            is_keyless: AtomicBool::new(false),
            gathered: Mutex::default(),
        })
    }

    pub(super) fn gathered(&self) -> MutexGuard<'_, Gathered> {
        // Counts stay usable whatever a thread that panicked was doing with them.
        self.gathered.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
