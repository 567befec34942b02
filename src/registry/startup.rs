//! Opening a data folder: journal first, then the store brought to the same point, then the index.
//!
//! The journal is the truth. A store that is behind is replayed; one that is ahead, disagrees, is
//! damaged or does not open is set aside and rebuilt, with progress shown and nothing lost.

use std::{
    fs, io,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
    sync::{Arc, RwLock, atomic::AtomicBool},
};

use thiserror::Error;

use super::{
    Registry, RegistryError, Settings, Shared, commit,
    folder_lock::FolderLock,
    ledger::{Signed, signing},
};
use crate::{
    access::{
        key_ring::KeyError,
        secret::{FileError, MasterSecret, write_private},
        slow_down::SlowDown,
    },
    domain::{
        change::{Actor, Change, Entry},
        time::Time,
    },
    journal::{self, Draft, Head, Journal, OpenError, Segments},
    store::{Store, StoreError, index::Index, state::Applied, view::View},
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
/// Journal bytes applied in one store transaction while replaying.
const REPLAY_BYTES: usize = 4 << 20;

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
    #[error("{} holds something already; `init` wants a new or empty folder", .0.display())]
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
    #[error("the secrets can't be read")]
    Secret(#[from] FileError),
    #[error("the signing keys can't be read")]
    Keys(#[from] KeyError),
    #[error("this is not a checkpoint of a ledger: its second line must be a size")]
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
        let kid = super::keys::write_new(&keys, now)?.kid().to_owned();
        let installation = super::new_id(now);
        let origin = origin.map_or_else(|| format!("canhgiac/{installation}"), str::to_owned);
        let (_, verifier_key) = signing::write_new(&keys, &origin, now)?;
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
                Change::KeyAdded { kid },
                Change::LedgerKeyAdded { verifier_key },
            ],
            receipt: None,
            commitments: Vec::new(),
        };
        let draft = Draft {
            id: super::new_id(now),
            public: commit::encode(&entry)?,
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
        let master = MasterSecret::open(&folder.join(MASTER))?;
        let ring = super::keys::load(&folder.join(KEYS))?;
        let journal = open_journal(folder, &settings, progress)?;
        rewrite_stale(folder, progress)?;
        let store = ready_store(folder, &settings, &*journal, progress)?;
        let (store, index) = match load_index(&store, progress) {
            Ok(index) => (store, index),
            Err(error @ StoreError::Newer { .. }) => return Err(error.into()),
            Err(error) => {
                drop(store);
                let store = rebuilt(folder, &settings, &*journal, &error, progress)?;
                let index = load_index(&store, progress)?;
                (store, index)
            }
        };
        let signed = Signed::load(folder, &store)?;
        if let Some(why) = &signed.forked {
            progress.say(why);
        }
        let shared = Arc::new(Shared {
            folder: folder.to_owned(),
            settings,
            journal,
            store: RwLock::new(Some(Arc::new(store))),
            index,
            store_failed: AtomicBool::new(false),
            writable: signed.forked.is_none(),
        });
        let writer = commit::Writer::start(Arc::clone(&shared))
            .map_err(io("cannot start the writer thread".into()))?;
        Ok(Arc::new(Self {
            shared,
            writer,
            master,
            ring: RwLock::new(ring),
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
        set_aside(folder)?;
        let store = open_store(folder, settings)?;
        replay(&store, &*journal, progress)?;
        store.flush()?;
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

fn open_store(folder: &Path, settings: &Settings) -> Result<Store, StoreError> {
    Store::open(&folder.join(STORE), settings.cache_bytes)
}

/// The store, at the journal's head.
fn ready_store(
    folder: &Path,
    settings: &Settings,
    journal: &dyn Journal,
    progress: &mut dyn Progress,
) -> Result<Store, StartError> {
    let opened = open_store(folder, settings).and_then(|store| {
        agree(&store, journal)?;
        replay(&store, journal, progress).map_err(|error| match error {
            StartError::Store(error) => error,
            _ => StoreError::Damaged("it can't follow the journal"),
        })?;
        Ok(store)
    });
    match opened {
        Ok(store) => Ok(store),
        Err(error @ StoreError::Newer { .. }) => Err(error.into()),
        Err(error) => rebuilt(folder, settings, journal, &error, progress),
    }
}

/// Whether the store's position lies on this journal.
fn agree(store: &Store, journal: &dyn Journal) -> Result<(), StoreError> {
    let at = store.position();
    let head = journal.head();
    if at.seq > head.seq {
        return Err(StoreError::Damaged("it is ahead of the journal"));
    }
    if at.seq == 0 {
        return Ok(());
    }
    let record = journal
        .read(at.seq - 1, 1)
        .ok()
        .and_then(|records| records.into_iter().next())
        .ok_or(StoreError::Damaged("the journal can't be read there"))?;
    if record.chain == at.chain {
        Ok(())
    } else {
        Err(StoreError::Damaged("it belongs to another journal"))
    }
}

fn rebuilt(
    folder: &Path,
    settings: &Settings,
    journal: &dyn Journal,
    why: &StoreError,
    progress: &mut dyn Progress,
) -> Result<Store, StartError> {
    let missing = Store::open(&folder.join(STORE), settings.cache_bytes)
        .map_or(0, |store| store.position().seq)
        .saturating_sub(journal.head().seq);
    progress.say(&match missing {
        0 => format!(
            "{why}; it is set aside as {SET_ASIDE} and rebuilt from the journal, nothing is lost"
        ),
        _ => format!(
            "{why}: {missing} acknowledged records are MISSING from the journal. Stop this program and look for a newer copy of the journal. The store that had them is kept as {SET_ASIDE}"
        ),
    });
    set_aside(folder)?;
    let store = open_store(folder, settings)?;
    replay(&store, journal, progress)?;
    store.flush()?;
    Ok(store)
}

/// Moves the store out of the way. Only the latest one is kept.
fn set_aside(folder: &Path) -> Result<(), StartError> {
    let store = folder.join(STORE);
    if !store.exists() {
        return Ok(());
    }
    let aside = folder.join(SET_ASIDE);
    if aside.exists() {
        fs::remove_dir_all(&aside).map_err(io(format!("cannot remove {}", aside.display())))?;
    }
    fs::rename(&store, &aside).map_err(io(format!("cannot move {}", store.display())))
}

/// Applies what the journal has and the store has not.
pub(super) fn replay(
    store: &Store,
    journal: &dyn Journal,
    progress: &mut dyn Progress,
) -> Result<(), StartError> {
    let head = journal.head().seq;
    loop {
        let at = store.position().seq;
        progress.step(Phase::Replay, at, head);
        let records = journal
            .read(at, REPLAY_BYTES)
            .map_err(RegistryError::from)?;
        if records.is_empty() {
            return Ok(());
        }
        let mut view = View::new(store);
        for record in &records {
            let entry = commit::decode(record.seq, &record.public)?;
            view.apply(&Applied {
                seq: record.seq,
                chain: record.chain,
                entry: &entry,
                private: &record.private,
                fresh: false,
            })?;
        }
        let (writes, position, _) = view.into_parts();
        store.commit(&writes, &position)?;
    }
}

/// The index and, beside it, a look at the ledger's tree.
fn load_index(store: &Store, progress: &mut dyn Progress) -> Result<Index, StoreError> {
    std::thread::scope(|scope| {
        let tree = scope.spawn(|| store.check_tree());
        let index = Index::load(store, &mut |done, total| {
            progress.step(Phase::Index, done, total);
        })?;
        tree.join()
            .unwrap_or_else(|_| Err(StoreError::Damaged("the ledger can't be read")))?;
        Ok(index)
    })
}

/// A store whose file still holds erased bytes is built anew, and the old one removed.
fn rewrite_stale(folder: &Path, progress: &mut dyn Progress) -> Result<(), StartError> {
    let mark = folder.join(STORE_STALE);
    if !mark.exists() {
        return Ok(());
    }
    progress.say("something was erased: the store is written anew, so that nothing of it is left");
    for name in [STORE, SET_ASIDE] {
        let path = folder.join(name);
        if path.exists() {
            fs::remove_dir_all(&path).map_err(io(format!("cannot remove {}", path.display())))?;
        }
    }
    fs::remove_file(&mark).map_err(io(format!("cannot remove {}", mark.display())))
}

/// After the store failed while running: closes it, opens it again and replays what it missed.
pub(super) fn reopen_store(shared: &Shared) -> Result<(), RegistryError> {
    if let Ok(old) = shared.store() {
        shared.set_store(None);
        if Arc::strong_count(&old) > 1 {
            // A reader still has it open; put it back and try again a little later.
            shared.set_store(Some(old));
            return Err(RegistryError::Unavailable);
        }
    }
    let store = ready_store(
        &shared.folder,
        &shared.settings,
        &*shared.journal,
        &mut Quiet,
    )
    .map_err(|error| {
        tracing::error!(%error, "the store can't be opened again yet");
        RegistryError::Unavailable
    })?;
    shared.set_store(Some(Arc::new(store)));
    Ok(())
}
