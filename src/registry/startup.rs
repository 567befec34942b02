//! Opening a data folder: journal first, then the store brought to the same point, then the index and the
//! ledger. The journal is the truth.

use std::{
    fs, io,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, RwLock, atomic::AtomicBool},
};

use thiserror::Error;

use super::{
    Registry, RegistryError, Settings, Shared,
    clock::SteadyClock,
    commit, entry_bytes,
    folder_lock::FolderLock,
    key_files::{self, Use},
    ledger::{Signed, signing},
    store_recovery,
};
use crate::{
    access::{
        key_ring::SigningKey,
        secret::{FileError, MasterSecret, write_private},
        slow_down::SlowDown,
    },
    domain::{
        change::{Actor, Change, Entry},
        time::Time,
    },
    journal::{self, Draft, Head, Journal, OpenError, Segments},
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
/// The installation's master secret.
pub const MASTER: &str = "master.key";

/// What start-up is busy with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Phase {
    /// Checking the journal's chain, in bytes.
    Journal,
    /// Applying journal records to the store.
    Replay,
    /// Building the index, in listings.
    Index,
}

/// Told what start-up does: phase, done, total; and lines a person should read.
pub trait Progress {
    fn step(&mut self, phase: Phase, done: u64, total: u64);
    fn say(&mut self, line: &str);
}

/// Progress that nobody watches; notes go to the log.
pub struct Quiet;

impl Progress for Quiet {
    fn step(&mut self, _: Phase, _: u64, _: u64) {}
    fn say(&mut self, line: &str) {
        tracing::warn!("{line}");
    }
}

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

pub(super) fn io(what: String) -> impl FnOnce(io::Error) -> StartError {
    move |source| StartError::Io { what, source }
}

impl Registry {
    /// Makes a data folder: journal, master secret, first signing keys. `origin` names the ledger for
    /// ever; without one it is made of the installation's id.
    ///
    /// # Errors
    /// [`StartError`]; a folder that holds anything is left alone.
    pub fn create(folder: &Path, origin: Option<&str>, now: Time) -> Result<(), StartError> {
        let made = fs::read_dir(folder).map(|mut entries| entries.next().is_none());
        match made {
            Ok(true) => {}
            Ok(false) => return Err(StartError::NotEmpty(folder.to_owned())),
            Err(_) => fs::DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(folder)
                .map_err(io(format!("cannot make {}", folder.display())))?,
        }
        let keys = folder.join(KEYS);
        fs::DirBuilder::new()
            .mode(0o700)
            .create(&keys)
            .map_err(io(format!("cannot make {}", keys.display())))?;
        let master = MasterSecret::generate();
        write_private(&folder.join(MASTER), master.bytes())?;
        let key = SigningKey::generate(now);
        key_files::write(&keys, Use::Tokens, &key)?;
        let installation = super::new_id(now);
        let origin = origin.map_or_else(|| format!("canhgiac/{installation}"), str::to_owned);
        let ledger_key = SigningKey::generate(now);
        let verifier_key = signing::signer(&origin, &ledger_key)?
            .verifier()
            .to_string();
        key_files::write(&keys, Use::Ledger, &ledger_key)?;
        let opened = Segments::open(
            &folder.join(JOURNAL),
            journal::Options::default(),
            &mut |_| {},
        )?;
        let entry = Entry {
            at: now,
            by: Actor::Console,
            changes: vec![
                Change::Founded { installation },
                Change::KeyAdded {
                    kid: key.kid().to_owned(),
                },
                Change::MasterSecretNamed {
                    check: master.check(),
                },
                Change::LedgerKeyAdded { verifier_key },
            ],
            receipt: None,
            commitments: Vec::new(),
        };
        let draft = Draft {
            id: super::new_id(now),
            public: entry_bytes::encode(&entry)?,
            private: Vec::new(),
        };
        opened
            .journal
            .append(Head::EMPTY, &[draft])
            .map_err(RegistryError::from)?;
        Ok(())
    }

    /// Opens a data folder for reading and writing.
    ///
    /// # Errors
    /// [`StartError`], each with what to do. Damage in the middle of the journal names segment and
    /// offset, and nothing is changed.
    pub fn open(
        folder: &Path,
        settings: Settings,
        progress: &mut dyn Progress,
    ) -> Result<Arc<Self>, StartError> {
        if !folder.join(JOURNAL).is_dir() {
            return Err(StartError::NotAFolder(folder.to_owned()));
        }
        let lock = FolderLock::take(folder)?;
        let journal = open_journal(folder, &settings, progress)?;
        let (store, index) = store_recovery::ready(folder, &settings, &*journal, progress)?;
        let master = super::master::open(folder, &store)?;
        let ring = super::keys::load(&folder.join(KEYS), &store, progress)?;
        super::keys::sweep(&folder.join(KEYS), &store, progress)?;
        let signed = Signed::load(folder, &store)?;
        if let Some(why) = &signed.forked {
            progress.say(why);
        }
        let clock = SteadyClock::new(super::clock::last_written(&store, &*journal)?);
        let shared = Arc::new(Shared {
            folder: folder.to_owned(),
            settings,
            journal,
            store: RwLock::new(Some(Arc::new(store))),
            index,
            store_failed: AtomicBool::new(false),
            clock,
            writable: signed.forked.is_none(),
        });
        let writer = commit::Writer::start(Arc::clone(&shared))
            .map_err(io("cannot start the writer thread".into()))?;
        Ok(Arc::new(Self {
            shared,
            writer,
            master,
            ring: RwLock::new(ring),
            changing_keys: Mutex::default(),
            slow_down: SlowDown::default(),
            counted: Default::default(),
            signed,
            lock,
        }))
    }

    /// Sets the store aside and builds it again from the journal.
    ///
    /// # Errors
    /// [`StartError`].
    pub fn rebuild(
        folder: &Path,
        settings: &Settings,
        progress: &mut dyn Progress,
    ) -> Result<u64, StartError> {
        if !folder.join(JOURNAL).is_dir() {
            return Err(StartError::NotAFolder(folder.to_owned()));
        }
        let _lock = FolderLock::take(folder)?;
        let journal = open_journal(folder, settings, progress)?;
        let store = store_recovery::built_anew(folder, settings, &*journal, progress)?;
        Ok(store.position().seq)
    }
}

pub(super) fn open_journal(
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
