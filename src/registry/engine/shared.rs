//! The parts of an open registry that its threads share.

use std::{
    fs,
    path::PathBuf,
    sync::{
        Arc, Mutex, OnceLock, PoisonError, RwLock,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use uuid::Uuid;

use super::{
    data_folder::{STORE_STALE, StartError},
    disk,
    following::Following,
};
use crate::{
    domain::{evidence::MAX_TOTAL_BYTES, intake::terms::Terms, listing::Validity, time::Time},
    evidence::vault::Vault,
    journal::{Address, Journal, Timed},
    registry::{clock::steady::SteadyClock, error::RegistryError, trail::gathered::TrailSettings},
    store::{Store, index::Index},
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
    /// How the audit trail is kept.
    pub trail: TrailSettings,
    /// How long reports may take and are kept, and who may resolve them.
    pub terms: Arc<Terms>,
    /// Where the journal is that other machines write into, too; without it the folder has its own.
    pub database: Option<Address>,
    /// A service: what takes long is done while it answers. A command does it first.
    pub serves: bool,
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
            trail: TrailSettings::default(),
            terms: Arc::default(),
            database: None,
            serves: false,
        }
    }
}

/// The parts that the writer thread and the callers share.
pub(crate) struct Shared {
    pub(crate) folder: PathBuf,
    pub(crate) settings: Settings,
    pub(crate) journal: Arc<dyn Journal>,
    /// Who is told how long an append took.
    pub(in crate::registry) appended: OnceLock<Timed>,
    pub(super) store: RwLock<Arc<Store>>,
    pub(crate) index: Index,
    /// Sealed files of reports; none where their folder can't be opened.
    pub(super) vault: Option<Box<dyn Vault>>,
    /// Held while a batch is written, and while the store is exchanged.
    pub(super) turn: Mutex<()>,
    /// The store is to be built anew: it holds erased bytes, or is in memory.
    pub(super) rebuild: AtomicBool,
    /// How often the store was marked since the start as holding erased bytes or damage.
    pub(super) stale_marks: Mutex<u64>,
    /// The last append failed, or the disk took no writes at the start.
    pub(super) failing: AtomicBool,
    /// The clock of what happens by itself.
    pub(in crate::registry) clock: SteadyClock,
    /// Why nothing is written until an operator decided: acknowledged records are missing.
    pub(in crate::registry) loss: Option<String>,
    /// How far it follows what other machines write.
    pub(in crate::registry) following: Following,
    /// Counts records that changed keys.
    pub(super) key_changes: AtomicU64,
    /// Writing would fork the ledger.
    pub(super) is_forked: bool,
    /// It can't be told whether the ledger would fork: what makes a leaf is refused.
    pub(super) holds_leaves: bool,
}

impl Shared {
    /// The store.
    #[expect(
        clippy::unnecessary_wraps,
        reason = "callers end with it as with any reading"
    )]
    pub(crate) fn store(&self) -> Result<Arc<Store>, RegistryError> {
        let store = self.store.read().unwrap_or_else(PoisonError::into_inner);
        Ok(Arc::clone(&store))
    }

    /// The store, if it has the first `leaves` leaves of the ledger: one that failed lags behind what is shown.
    pub(crate) fn store_with(&self, leaves: u64) -> Result<Arc<Store>, RegistryError> {
        let store = self.store()?;
        if store.position().ledger_size() < leaves {
            return Err(RegistryError::Unavailable);
        }
        Ok(store)
    }
}

impl Shared {
    /// How often keys were changed since the start, by whichever machine.
    pub(in crate::registry) fn keys_changed(&self) -> u64 {
        self.key_changes.load(Ordering::Acquire)
    }

    /// Sealed files of reports; none where their folder can't be opened.
    pub(in crate::registry) fn vault(&self) -> Option<&dyn Vault> {
        self.vault.as_deref()
    }

    /// Whether files are taken: they leave room for what is told without them, which is taken down to the reserve.
    pub(in crate::registry) fn has_room_for_files(&self) -> bool {
        let reserve = 2 * self.settings.reserve_bytes;
        let needed = reserve.saturating_add(2 * MAX_TOTAL_BYTES as u64);
        disk::has_space(&self.folder, needed)
    }

    /// Whether the disk has more than the reserve free. An unreadable figure counts as yes: the
    /// append itself will tell.
    pub(super) fn has_space(&self) -> bool {
        disk::has_space(&self.folder, self.settings.reserve_bytes)
    }

    /// Bytes that may still be written to the disk, if the system tells.
    pub(in crate::registry) fn free_bytes(&self) -> Option<u64> {
        disk::free(&self.folder)
    }

    /// Puts another store into the place of the one in use, which is returned.
    pub(super) fn exchange_store(&self, store: Arc<Store>) -> Arc<Store> {
        let mut held = self.store.write().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut held, store)
    }

    /// Has the store written anew, at the next daily look at it or the next start, or nothing is erased: a mark without need
    /// does no harm.
    pub(in crate::registry) fn mark_stale(&self) -> Result<(), RegistryError> {
        let mut marks = self.lock_marks();
        *marks += 1;
        let folder = &self.folder;
        fs::File::create(folder.join(STORE_STALE))
            .and_then(|mark| mark.sync_all())
            .and_then(|()| fs::File::open(folder)?.sync_all())
            .map_err(|error| {
                tracing::error!(%error, "the store could not be marked for rewriting");
                RegistryError::Unavailable
            })
    }

    /// Has the store written anew now if it still holds erased bytes.
    pub(in crate::registry) fn rewrite_stale(&self) -> Result<(), RegistryError> {
        if self.folder.join(STORE_STALE).exists() {
            self.rebuild.store(true, Ordering::Release);
            self.store()?.call_builder();
        }
        Ok(())
    }

    /// How often the store was marked since the start.
    pub(super) fn marks(&self) -> u64 {
        *self.lock_marks()
    }

    /// Takes the mark away, unless the store was marked again since `marks` were counted.
    pub(super) fn unmark_stale(
        &self,
        marks: u64,
        unmark: impl FnOnce() -> Result<(), StartError>,
    ) -> Result<(), StartError> {
        let now = self.lock_marks();
        if *now != marks || !self.folder.join(STORE_STALE).exists() {
            return Ok(());
        }
        unmark()
    }

    fn lock_marks(&self) -> std::sync::MutexGuard<'_, u64> {
        self.stale_marks
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
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
