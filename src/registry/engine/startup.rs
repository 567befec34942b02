//! Opening a data folder: journal first, then the store brought to the same point, then the index and the
//! ledger. The journal is the truth.

use std::{
    fs,
    os::unix::fs::DirBuilderExt,
    path::Path,
    sync::{Arc, Mutex, RwLock, atomic::AtomicBool},
};

use super::{
    Registry,
    data_folder::{JOURNAL, KEYS, MASTER, StartError, io, open_journal},
    entry_bytes,
    folder_lock::FolderLock,
    private_folder::make_private,
    progress::Progress,
    shared::{Settings, Shared, new_id},
    store_recovery,
    writer::Writer,
};
use crate::{
    access::{
        key_ring::SigningKey,
        secret::{MasterSecret, write_private},
        slow_down::SlowDown,
    },
    domain::{
        change::{Actor, Entry, KeyChange, LedgerChange, RegistryChange},
        time::Time,
    },
    formats::ndjson::PAYLOAD,
    journal::{self, Draft, Head, Journal, Segments},
    registry::{
        clock::steady::{SteadyClock, last_written},
        error::RegistryError,
        key_files::{self, Use},
        key_loading,
        ledger::{signed::Signed, signers},
        master,
    },
};

impl Registry {
    /// Makes a data folder: journal, master secret, first signing keys. `origin` names the ledger for
    /// ever; without one it is made of the installation's id.
    ///
    /// # Errors
    /// [`StartError`]; a folder that holds anything is left alone.
    pub fn create(folder: &Path, origin: Option<&str>, now: Time) -> Result<(), StartError> {
        let made = fs::read_dir(folder).map(|mut entries| entries.next().is_none());
        match made {
            Ok(true) => make_private(folder)?,
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
        let installation = new_id(now);
        let origin = origin.map_or_else(|| format!("canhgiac/{installation}"), str::to_owned);
        let ledger_key = SigningKey::generate(now);
        let verifier_key = signers::signer(&origin, &ledger_key)?
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
            through: None,
            changes: vec![
                RegistryChange::Founded { installation }.into(),
                RegistryChange::MasterSecretNamed {
                    check: master.check(),
                }
                .into(),
                KeyChange::Added {
                    kid: key.kid().to_owned(),
                    wrapped: None,
                }
                .into(),
                LedgerChange::KeyAdded {
                    verifier_key,
                    wrapped: None,
                }
                .into(),
            ],
            receipt: None,
            parts: Vec::new(),
            payload: PAYLOAD,
            commitments: Vec::new(),
        };
        let draft = Draft {
            id: new_id(now),
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
        Self::open_on(journal, lock, folder, settings, progress)
    }

    /// Opens a data folder whose journal is any engine's.
    pub(super) fn open_on(
        journal: Arc<dyn Journal>,
        lock: FolderLock,
        folder: &Path,
        settings: Settings,
        progress: &mut dyn Progress,
    ) -> Result<Arc<Self>, StartError> {
        let (store, index) = store_recovery::ready(folder, &settings, &*journal, progress)?;
        let master = master::open(folder, &store)?;
        let ring = key_loading::load(&folder.join(KEYS), &store, progress)?;
        key_loading::sweep(&folder.join(KEYS), &store, progress)?;
        let signed = Signed::load(folder, &store)?;
        if let Some(why) = &signed.forked {
            progress.say(why);
        }
        let clock = SteadyClock::new(last_written(&store, &*journal)?);
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
        let writer = Writer::start(Arc::clone(&shared))
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
