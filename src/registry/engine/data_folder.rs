//! A data folder: what lies in it under which name, and why it can't be opened.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use thiserror::Error;

use crate::{
    access::secret::FileError, journal::OpenError, registry::error::RegistryError,
    store::StoreError,
};

/// The journal's folder within the data folder.
pub const JOURNAL: &str = "journal";
/// Says that the folder is a node's: its journal is in a database that others write into, too.
pub const NODE: &str = "node";
/// Says where the journal was taken, which goes on there.
pub const MOVED: &str = "moved";
/// Sealed files of reports.
pub const FILES: &str = "files";
/// The store's folder within the data folder.
pub const STORE: &str = "store";
/// Where a store goes that can't be used.
pub const SET_ASIDE: &str = "store.set-aside";
/// Signing keys.
pub const KEYS: &str = "keys";
/// Says that the store's file still holds bytes that were erased: it is written anew at the next daily look at it,
/// or the next start.
pub const STORE_STALE: &str = "store.stale";
/// There while the store is being built: a part of it is nothing to answer from.
pub const STORE_PARTIAL: &str = "store.partial";
/// Where `verify` builds the store once more; left behind only by a kill.
pub const SCRATCH: &str = "verify.scratch";
/// The last checkpoint of the ledger.
pub const CHECKPOINT: &str = "checkpoint";
/// When partners were last seen, and what they said of their copies: figures for people, no part of a backup.
pub const CONTACTS: &str = "partners.seen";
/// When the folder was last backed up, for whoever watches over it; no part of a backup.
pub const BACKED_UP: &str = "backup.last";
/// Keys under which the audit trail knows addresses: thrown away after a while, so no part of a backup.
pub const ADDRESS_KEYS: &str = "address-keys";
/// The installation's master secret.
pub const MASTER: &str = "master.key";

/// Why a data folder can't be opened.
#[derive(Debug, Error)]
pub enum StartError {
    #[error("{} is not a data folder: make one with `canhgiac init --data {}`", .0.display(), .0.display())]
    NotAFolder(PathBuf),
    #[error("the journal of {} is in a database: name it with --journal, or with `url` under [journal] in the settings", .0.display())]
    NoDatabase(PathBuf),
    #[error("{} has a journal of its own: leave out --journal and `url` under [journal]; or take the journal into the database with `canhgiac journal copy`, and make a node with `canhgiac node join`", .0.display())]
    OwnJournal(PathBuf),
    #[error("the journal of {} was taken to {to} and goes on there: written here, too, the ledger would have two histories. If the other is not in use any more for certain, remove the file `moved` from this folder", folder.display())]
    Moved { folder: PathBuf, to: String },
    #[error(
        "the key {0} is not in the journal, so no other machine has it: bring a new one into use (`canhgiac key rotate`, with --ledger for the public ledger's), retire the old one, and copy again"
    )]
    KeyNotWrapped(String),
    #[error("the journal's database can't be used, and {} has no store to answer from meanwhile", .0.display())]
    Unreachable(PathBuf),
    #[error("{} holds something already; name a new or empty folder", .0.display())]
    NotEmpty(PathBuf),
    #[error(
        "{} has no end mark, or less than its end mark says: the backup was not finished, or was made by hand. Take another; or, when you know that this one is whole, say --without-end-mark", .0.display()
    )]
    Unfinished(PathBuf),
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
    #[error(
        "the store knows records that the journal has not: they were acknowledged, and building the store from this journal gives them up. Put a newer copy of the journal back; or, when there is none, say `canhgiac rebuild --accept-loss`"
    )]
    WouldLose,
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

/// Whether a folder is a data folder, which one may look into.
///
/// # Errors
/// [`StartError::NotAFolder`], or [`StartError::Io`] when it can't be told.
pub fn must_be_one(folder: &Path) -> Result<(), StartError> {
    if is_node(folder) {
        return Ok(());
    }
    match fs::metadata(folder.join(JOURNAL)) {
        Ok(about) if about.is_dir() => Ok(()),
        Ok(_) => Err(StartError::NotAFolder(folder.to_owned())),
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
            ) =>
        {
            Err(StartError::NotAFolder(folder.to_owned()))
        }
        Err(source) => Err(StartError::Io {
            what: format!(
                "{} can't be looked into: run this as the user who owns it",
                folder.display()
            ),
            source,
        }),
    }
}

/// Whether a data folder's journal is in a database.
pub fn is_node(folder: &Path) -> bool {
    folder.join(NODE).is_file()
}

/// The fault of a file operation, in words that say what was tried.
pub fn io(what: String) -> impl FnOnce(io::Error) -> StartError {
    move |source| StartError::Io { what, source }
}
