//! The parts of an open registry that its threads share.

use std::{
    path::PathBuf,
    sync::{Arc, PoisonError, RwLock, atomic::AtomicBool},
};

use uuid::Uuid;

use crate::{
    domain::{listing::Validity, time::Time},
    journal::Journal,
    registry::{clock::steady::SteadyClock, error::RegistryError},
    store::{
        Store,
        index::Index,
        schema::Officials,
        table::{Table, Writes},
    },
};

/// What the registry needs to be told.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How long confirmations are good for.
    pub validity: Validity,
    /// Page cache of the store, in bytes.
    pub cache_bytes: u64,
    /// Size of a journal segment, in bytes.
    pub segment_bytes: u64,
    /// Free space below which writes are refused, in bytes: the store must never meet a full disk.
    pub reserve_bytes: u64,
    /// How long a session lasts that is not used, in seconds.
    pub idle_seconds: i64,
    /// How long a session lasts, however it is used, in seconds.
    pub session_seconds: i64,
    /// How many leaves behind a partner may be and still get the changes one by one.
    pub oldest_changes: u64,
    /// How long a one-time enrolment code is good for, in seconds.
    pub invitation_seconds: i64,
    /// How long an act waits for a second person, in seconds.
    pub approval_seconds: i64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            validity: Validity::default(),
            cache_bytes: 64 << 20,
            segment_bytes: 64 << 20,
            reserve_bytes: 8 << 20,
            idle_seconds: 3600,
            session_seconds: 12 * 3600,
            oldest_changes: 1_000_000,
            invitation_seconds: 72 * 3600,
            approval_seconds: 168 * 3600,
        }
    }
}

/// The parts that the writer thread and the callers share.
pub(crate) struct Shared {
    pub(crate) folder: PathBuf,
    pub(crate) settings: Settings,
    pub(crate) journal: Arc<dyn Journal>,
    /// `None` while a failed store is being opened again.
    pub(super) store: RwLock<Option<Arc<Store>>>,
    pub(crate) index: Index,
    /// The store failed after the journal had the change: open it again before the next write.
    pub(super) store_failed: AtomicBool,
    /// The clock of what happens by itself.
    pub(in crate::registry) clock: SteadyClock,
    /// Writing would not fork the ledger.
    pub(super) writable: bool,
}

impl Shared {
    /// The store, unless it is being opened again.
    pub(crate) fn store(&self) -> Result<Arc<Store>, RegistryError> {
        self.store
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
            .ok_or(RegistryError::Unavailable)
    }
}

impl Shared {
    /// Whether the disk has more than the reserve free. An unreadable figure counts as yes: the
    /// append itself will tell.
    pub(super) fn has_space(&self) -> bool {
        rustix::fs::statvfs(&self.folder).map_or(true, |fs| {
            fs.f_bavail * fs.f_frsize > self.settings.reserve_bytes
        })
    }

    /// Protected identifiers are answered from memory too.
    pub(super) fn note_officials(&self, writes: &Writes) {
        for ((table, key), value) in writes {
            if *table == Officials::ID {
                self.index.set_official(key, value.as_deref());
            }
        }
    }

    pub(super) fn set_store(&self, store: Option<Arc<Store>>) {
        *self.store.write().unwrap_or_else(PoisonError::into_inner) = store;
    }
}

/// A fresh id whose order follows time (UUIDv7).
pub fn new_id(now: Time) -> Uuid {
    let millis = u64::try_from(now.millis()).unwrap_or(0);
    let timestamp = uuid::Timestamp::from_unix(
        uuid::NoContext,
        millis / 1000,
        u32::try_from(millis % 1000 * 1_000_000).unwrap_or(0),
    );
    Uuid::new_v7(timestamp)
}
