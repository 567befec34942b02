//! A data folder: what lies in it under which name, and why it can't be opened.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use thiserror::Error;

use super::{
    progress::{Phase, Progress},
    shared::Settings,
};
use crate::{
    access::secret::FileError,
    journal::{self, Journal, OpenError, Segments},
    registry::error::RegistryError,
    store::StoreError,
};

/// The journal's folder within the data folder.
pub const JOURNAL: &str = "journal";
/// The store's folder within the data folder.
pub const STORE: &str = "store";
/// Where a store goes that can't be used.
pub const SET_ASIDE: &str = "store.set-aside";
/// Signing keys.
pub const KEYS: &str = "keys";
/// Says that the store's file still holds bytes that were erased: it is written anew at the next start.
pub const STORE_STALE: &str = "store.stale";
/// Where `verify` builds the store once more; left behind only by a kill.
pub const SCRATCH: &str = "verify.scratch";
/// The last checkpoint of the ledger.
pub const CHECKPOINT: &str = "checkpoint";
/// The installation's master secret.
pub const MASTER: &str = "master.key";

/// Why a data folder can't be opened.
#[derive(Debug, Error)]
pub enum StartError {
    #[error("{} is not a data folder: make one with `canhgiac init --data {}`", .0.display(), .0.display())]
    NotAFolder(PathBuf),
    #[error("{} holds something already; name a new or empty folder", .0.display())]
    NotEmpty(PathBuf),
    #[error("another canhgiac (process {pid}) is using {}; stop it first", folder.display())]
    Locked {
        folder: PathBuf,
        pid: String,
        /// Where that program answers, if it is a service.
        url: Option<String>,
    },
    #[error(
        "{} has mode {mode:04o}: others on this machine may use it, and that could not be changed; run chmod 700 on it as its owner", folder.display()
    )]
    Exposed { folder: PathBuf, mode: u32 },
    #[error("the journal can't be opened")]
    Journal(#[from] OpenError),
    #[error("the store can't be used")]
    Store(#[from] StoreError),
    #[error("the secrets can't be read: {0}. What is lost comes back from a backup only")]
    Secret(FileError),
    #[error(
        "{} is not the master key of this registry: with it nobody could sign in. Put the right file back, from a backup", .0.display()
    )]
    OtherMaster(PathBuf),
    #[error("none of the keys that sign tokens is in {}: put them back from a backup", .0.display())]
    NoSigningKey(PathBuf),
    #[error(
        "a file that was given is no checkpoint of this ledger: give it as /v1/ledger/checkpoint gave it"
    )]
    NotACheckpoint,
    #[error("none of the keys that sign the ledger is in {}: put them back from a backup", .0.display())]
    NoLedgerKey(PathBuf),
    #[error("{what}")]
    Io {
        what: String,
        #[source]
        source: io::Error,
    },
    #[error(transparent)]
    Registry(#[from] RegistryError),
}

impl From<FileError> for StartError {
    fn from(error: FileError) -> Self {
        Self::Secret(error)
    }
}

/// The fault of a file operation, in words that say what was tried.
pub fn io(what: String) -> impl FnOnce(io::Error) -> StartError {
    move |source| StartError::Io { what, source }
}

/// Opens the journal of a data folder.
///
/// # Errors
/// [`StartError::Journal`].
pub fn open_journal(
    folder: &Path,
    settings: &Settings,
    progress: &mut dyn Progress,
) -> Result<Arc<dyn Journal>, StartError> {
    let options = journal::Options {
        segment_bytes: settings.segment_bytes,
    };
    let opened = Segments::open(&folder.join(JOURNAL), options, &mut |p| {
        progress.step(Phase::Journal, p.bytes_done, p.bytes_total);
    })?;
    if let Some(torn) = opened.cut {
        progress.say(&format!(
            "the journal's last append was torn, as by a crash before it was acknowledged: {} bytes were cut off at offset {} of {}",
            torn.bytes, torn.offset, torn.segment
        ));
    }
    Ok(Arc::new(opened.journal))
}
