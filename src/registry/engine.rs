//! An open registry: the one way a change takes, and how a data folder is opened, brought up to date, checked and copied.
//!
//! [`writer`] holds the thread that decides, appends, applies and answers; [`commit`] is how a caller hands it a request.

pub mod backup;
mod carry;
pub mod commit;
pub mod data_folder;
mod database_vault;
mod disk;
pub mod entry_bytes;
mod erased_parts;
pub mod folder_lock;
mod follower;
mod following;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzz;
mod healer;
pub mod hindrance;
pub mod moving;
mod open_journal;
mod private_folder;
pub mod progress;
pub mod receipt;
mod scratch;
mod sealed_files;
pub mod shared;
pub mod startup;
mod store_folder;
mod store_recovery;
pub mod verified;
pub mod verify;
mod writer;

#[cfg(test)]
mod tests;

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, RwLock, atomic::AtomicU64},
};

use crate::{
    access::{key_ring::KeyRing, secret::MasterSecret, slow_down::SlowDown},
    registry::{
        ledger::signed::Signed,
        opened::Opened,
        report::{counts::Figures, openings::Openings, sender_turns::Turns},
        statistics::counted::Counted,
        trail::Trail,
        watching::failures::Failures,
    },
    store::index::Index,
};

use data_folder::CONTACTS;
use folder_lock::FolderLock;
use follower::Follower;
use healer::Healer;
use shared::{Settings, Shared};
use writer::Writer;

/// The registry of one data folder. Cheap to share; all methods may block but for
/// [`Registry::tell`].
pub struct Registry {
    pub(in crate::registry) shared: Arc<Shared>,
    writer: Writer,
    _healer: Healer,
    /// With a journal that others write into.
    _follower: Option<Follower>,
    pub(crate) master: MasterSecret,
    pub(in crate::registry) ring: RwLock<KeyRing>,
    /// Up to which change of keys the ring and the signers were loaded; see [`Shared::keys_changed`].
    pub(in crate::registry) keys_followed: AtomicU64,
    pub(in crate::registry) loading_keys: Mutex<()>,
    /// Held while keys are changed: file, journal and what signs follow one another.
    pub(in crate::registry) changing_keys: Mutex<()>,
    pub(in crate::registry) slow_down: SlowDown,
    pub(in crate::registry) openings: Openings,
    pub(in crate::registry) sms_turns: Turns,
    pub(in crate::registry) counted: Counted,
    pub(in crate::registry) figures: Figures,
    pub(in crate::registry) failures: Failures,
    pub(in crate::registry) opened: Opened,
    pub(in crate::registry) signed: Signed,
    pub(in crate::registry) trail: Trail,
    /// Held as long as the folder is open.
    lock: FolderLock,
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
        self.hindrance().is_none()
    }

    /// Tells other programs on this machine where the folder's service answers.
    pub fn note_address(&self, url: &str) {
        self.lock.note_address(url);
    }

    /// Where it is written down what partners last said of their copies.
    pub fn contacts_path(&self) -> PathBuf {
        self.shared.folder.join(CONTACTS)
    }

    /// The present settings.
    pub fn settings(&self) -> &Settings {
        &self.shared.settings
    }
}
