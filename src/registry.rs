//! What can be done, whoever asks: checking, listing, importing, publishing, accounts.
//!
//! Every write goes one way: decide on the present state (pure), append to the journal (durable),
//! apply to the store in one transaction, show it in the index, answer. See [`commit`].

pub mod accounts;
pub mod audit;
pub mod backup;
pub mod caller;
pub mod check;
pub mod clock;
pub mod commit;
pub mod enrolment;
mod entry_bytes;
pub mod erasure;
pub mod error;
pub mod feed;
pub mod folder_lock;
pub mod import;
mod key_files;
pub mod keys;
pub mod ledger;
pub mod listing;
mod master;
pub mod officials;
pub mod partners;
pub mod public_side;
mod receipt;
pub mod schedule;
pub mod seed;
pub mod sign_in;
pub mod startup;
pub mod statistics;
mod store_recovery;
pub mod verify;

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, RwLock, atomic::AtomicBool},
};

use uuid::Uuid;

use crate::{
    access::{
        key_ring::KeyRing,
        secret::{self, MasterSecret},
        slow_down::SlowDown,
    },
    domain::{
        identifier::Identifier,
        listing::{Subject, Validity},
        time::Time,
    },
    journal::Journal,
    store::{Store, index::Index},
};

pub use commit::Plan;
pub use error::RegistryError;
pub use receipt::ReceiptKey;

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
    /// How long a session lasts unless refreshed, in seconds.
    pub session_seconds: i64,
    /// How many leaves behind a partner may be and still get the changes one by one.
    pub oldest_changes: u64,
    /// How long a one-time enrolment code is good for, in seconds.
    pub invitation_seconds: i64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            validity: Validity::default(),
            cache_bytes: 64 << 20,
            segment_bytes: 64 << 20,
            reserve_bytes: 8 << 20,
            session_seconds: 12 * 3600,
            oldest_changes: 1_000_000,
            invitation_seconds: 72 * 3600,
        }
    }
}

/// The parts that the writer thread and the callers share.
pub(crate) struct Shared {
    pub(crate) folder: PathBuf,
    pub(crate) settings: Settings,
    pub(crate) journal: Arc<dyn Journal>,
    /// `None` while a failed store is being opened again.
    store: RwLock<Option<Arc<Store>>>,
    pub(crate) index: Index,
    /// The store failed after the journal had the change: open it again before the next write.
    store_failed: AtomicBool,
    /// The clock of what happens by itself.
    clock: clock::SteadyClock,
    /// Writing would not fork the ledger.
    writable: bool,
}

impl Shared {
    /// The store, unless it is being opened again.
    pub(crate) fn store(&self) -> Result<Arc<Store>, RegistryError> {
        self.store
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .clone()
            .ok_or(RegistryError::Unavailable)
    }
}

/// The registry of one data folder. Cheap to share; all methods may block but for
/// [`Registry::check`].
pub struct Registry {
    shared: Arc<Shared>,
    writer: commit::Writer,
    pub(crate) master: MasterSecret,
    ring: RwLock<KeyRing>,
    /// Held while keys are changed: file, journal and what signs follow one another.
    changing_keys: Mutex<()>,
    slow_down: SlowDown,
    counted: statistics::Counted,
    signed: ledger::Signed,
    /// Held as long as the folder is open.
    lock: folder_lock::FolderLock,
}

impl Registry {
    /// The index: public figures without touching a disk.
    pub fn index(&self) -> &Index {
        &self.shared.index
    }

    /// Journal position of the last durable change.
    pub fn journal_position(&self) -> u64 {
        self.shared.journal.head().seq
    }

    /// Whether writes can be taken now, as far as is known without writing.
    pub fn is_writable(&self) -> bool {
        self.shared.writable && self.shared.store().is_ok() && self.shared.has_space()
    }

    /// Tells other programs on this machine where the folder's service answers.
    pub fn note_address(&self, url: &str) {
        self.lock.note_address(url);
    }

    /// The present settings.
    pub fn settings(&self) -> &Settings {
        &self.shared.settings
    }
}

/// Whom a listing is to be about, with a fresh secret for the salts of its leaves.
pub(crate) fn new_subject(identifier: Identifier) -> Subject {
    Subject {
        identifier,
        secret: secret::random(),
    }
}

/// A fresh id whose order follows time (UUIDv7).
pub(crate) fn new_id(now: Time) -> Uuid {
    let millis = u64::try_from(now.millis()).unwrap_or(0);
    let timestamp = uuid::Timestamp::from_unix(
        uuid::NoContext,
        millis / 1000,
        u32::try_from(millis % 1000 * 1_000_000).unwrap_or(0),
    );
    Uuid::new_v7(timestamp)
}
