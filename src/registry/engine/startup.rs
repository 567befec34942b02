//! Opening a data folder: journal first, then the store brought to the same point, then the index and the
//! ledger. The journal is the truth.

use std::{
    fs,
    os::unix::fs::DirBuilderExt,
    path::Path,
    sync::{
        Arc, Mutex, OnceLock, RwLock,
        atomic::{AtomicBool, AtomicU64},
    },
};

use super::{
    Registry,
    data_folder::{ADDRESS_KEYS, FILES, JOURNAL, KEYS, MASTER, NODE, StartError, io, must_be_one},
    database_vault::DatabaseVault,
    disk, entry_bytes,
    folder_lock::FolderLock,
    follower::Follower,
    following::Following,
    healer::Healer,
    open_journal::{self, Found},
    private_folder::make_private,
    progress::Progress,
    scratch::Scratch,
    shared::{Settings, Shared, new_id},
    store_recovery::{Agreement, Opening, Ready, agree, built_anew, open_store},
    writer::Writer,
};
use crate::{
    access::{
        key_ring::SigningKey,
        secret::{MasterSecret, write_private},
        slow_down::SlowDown,
    },
    domain::{
        change::{Actor, Entry, Holder, Kept, KeyChange, LedgerChange, RegistryChange},
        time::Time,
    },
    evidence::{FolderVault, vault::Vault},
    formats::ndjson::PAYLOAD,
    journal::{self, Address, Draft, Head, Journal, Postgres, Segments},
    ledger::{checkpoint::Checkpoint, tree::empty_root},
    registry::{
        clock::steady::{SteadyClock, last_written},
        error::RegistryError,
        key_files::{self, Use},
        key_loading,
        ledger::{signed::Signed, signers},
        master,
        opened::Opened,
        trail::Trail,
        wrapped_keys::new_key,
    },
};

impl Registry {
    /// Makes a data folder: journal, master secret, first signing keys. `origin` names the ledger for
    /// ever; without one it is made of the installation's id. With a database the journal is made in it, and the folder is a
    /// node's.
    ///
    /// # Errors
    /// [`StartError`]; a folder that holds anything is left alone.
    pub fn create(
        folder: &Path,
        origin: Option<&str>,
        database: Option<&Address>,
        now: Time,
    ) -> Result<(), StartError> {
        let master = MasterSecret::generate();
        make_folder(folder, &master)?;
        let keys = folder.join(KEYS);
        let key = SigningKey::generate(now);
        key_files::write(&keys, Use::Tokens, &key)?;
        let installation = new_id(now);
        let origin = origin.map_or_else(|| format!("canhgiac/{installation}"), str::to_owned);
        let ledger_key = SigningKey::generate(now);
        let signer = signers::signer(&origin, &ledger_key)?;
        let verifier_key = signer.verifier().to_string();
        key_files::write(&keys, Use::Ledger, &ledger_key)?;
        let wrapped = [
            new_key(&master, Use::Tokens, &key, key.kid().to_owned())?,
            new_key(&master, Use::Ledger, &ledger_key, verifier_key.clone())?,
        ];
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
                    wrapped: Some(0),
                }
                .into(),
                LedgerChange::KeyAdded {
                    verifier_key,
                    wrapped: Some(1),
                }
                .into(),
            ],
            receipt: None,
            parts: vec![
                Kept {
                    holder: Holder::Registry,
                    keep_until: None,
                };
                wrapped.len()
            ],
            payload: PAYLOAD,
            commitments: Vec::new(),
        };
        let draft = Draft {
            id: new_id(now),
            public: entry_bytes::encode(&entry)?,
            private: wrapped.map(|key| key.sealed).into(),
        };
        let journal: Box<dyn Journal> = match database {
            None => {
                let options = journal::Options::default();
                let opened = Segments::open(&folder.join(JOURNAL), options, &mut |_| {})?;
                Box::new(opened.journal)
            }
            Some(address) => {
                Postgres::create(address)
                    .map_err(io("cannot make the journal in the database".into()))?;
                let opened = Postgres::open(address.clone());
                Box::new(opened.map_err(io("cannot open the journal".into()))?)
            }
        };
        journal
            .append(Head::EMPTY, &[draft])
            .map_err(RegistryError::from)?;
        if database.is_some() {
            write_private(&folder.join(NODE), b"")?;
        }
        // There is a checkpoint from the first day on: one that is missing was there and is gone.
        let nothing = Checkpoint {
            origin,
            size: 0,
            root: empty_root(),
        };
        signers::keep_checkpoint(folder, &nothing.sign(&[&signer]))
            .map_err(io(format!("cannot write {}", folder.display())))
    }

    /// Opens a data folder for reading and writing. On a disk that takes no writes it opens all the same, answers from what
    /// is there, and changes nothing.
    ///
    /// # Errors
    /// [`StartError`], each with what to do. Damage in the middle of the journal names segment and
    /// offset, and nothing is changed.
    pub fn open(
        folder: &Path,
        settings: Settings,
        progress: &mut dyn Progress,
    ) -> Result<Arc<Self>, StartError> {
        must_be_one(folder)?;
        let lock = FolderLock::take(folder)?;
        Scratch::sweep(folder);
        let found = open_journal::to_write(folder, &settings, progress)?;
        Self::open_on(found, lock, folder, settings, progress)
    }

    /// Opens a data folder whose journal is any engine's.
    pub(super) fn open_on(
        found: Found,
        lock: FolderLock,
        folder: &Path,
        settings: Settings,
        progress: &mut dyn Progress,
    ) -> Result<Arc<Self>, StartError> {
        let Found {
            journal,
            erased,
            refused,
            database,
        } = found;
        let refused = disk::refusal(folder, settings.reserve_bytes)
            .map(|refusal| refusal.to_string())
            .or(refused);
        if let Some(why) = &refused {
            progress.say(&format!(
                "{}: {why}. Started read-only: checks are answered, nothing is changed",
                folder.display()
            ));
        }
        let opening = Opening {
            folder,
            settings: &settings,
            journal: &*journal,
            erased: &erased,
            is_refused: refused.is_some(),
        };
        let Ready {
            store,
            index,
            rebuild,
            loss,
        } = opening.ready(progress)?;
        let master = master::open(folder, &store)?;
        let ring = key_loading::load(&folder.join(KEYS), &store, &master, progress)?;
        if refused.is_none() {
            key_loading::sweep(&folder.join(KEYS), &store, progress)?;
        }
        let vault = match database {
            Some(database) => Some(Box::new(DatabaseVault(database)) as Box<dyn Vault>),
            None => vault(folder, refused.is_some(), progress),
        };
        let signed = Signed::load(folder, &store, &master)?;
        for why in signed.forked.iter().chain(&signed.unsure) {
            progress.say(why);
        }
        let trail = Trail::open(&folder.join(ADDRESS_KEYS), settings.trail.address_keys)?;
        for error in trail.unusable_keys() {
            progress.say(&format!(
                "{error}: what it told of addresses in the audit trail is lost, and nothing else"
            ));
        }
        let clock = SteadyClock::new(last_written(&store, &*journal)?);
        let position = store.position();
        journal.follow_from(Head {
            seq: position.seq,
            chain: position.chain,
        });
        let following = Following::default();
        following.applied(position.seq);
        let shared = Arc::new(Shared {
            folder: folder.to_owned(),
            settings,
            journal,
            appended: OnceLock::new(),
            store: RwLock::new(Arc::new(store)),
            index,
            vault,
            turn: Mutex::default(),
            rebuild: AtomicBool::new(rebuild),
            stale_marks: Mutex::default(),
            failing: AtomicBool::new(refused.is_some()),
            clock,
            loss,
            following,
            key_changes: AtomicU64::default(),
            is_forked: signed.forked.is_some(),
            holds_leaves: signed.unsure.is_some(),
        });
        let healer = Healer::start(Arc::clone(&shared))
            .map_err(io("cannot start the thread that mends the store".into()))?;
        let follower = shared
            .journal
            .is_shared()
            .then(|| Follower::start(Arc::clone(&shared)))
            .transpose()
            .map_err(io("cannot start the thread that follows the journal".into()))?;
        let writer = Writer::start(Arc::clone(&shared))
            .map_err(io("cannot start the writer thread".into()))?;
        Ok(Arc::new(Self {
            shared,
            writer,
            _healer: healer,
            _follower: follower,
            master,
            ring: RwLock::new(ring),
            keys_followed: AtomicU64::default(),
            loading_keys: Mutex::default(),
            changing_keys: Mutex::default(),
            slow_down: SlowDown::default(),
            openings: Default::default(),
            sms_turns: Default::default(),
            opened: Opened::default(),
            counted: Default::default(),
            figures: Default::default(),
            failures: Default::default(),
            signed,
            trail,
            lock,
        }))
    }

    /// Sets the store aside and builds it again from the journal.
    ///
    /// # Errors
    /// [`StartError::WouldLose`] when the store knows more than the journal, unless that is accepted.
    pub fn rebuild(
        folder: &Path,
        settings: &Settings,
        accept_loss: bool,
        progress: &mut dyn Progress,
    ) -> Result<u64, StartError> {
        must_be_one(folder)?;
        let _lock = FolderLock::take(folder)?;
        let journal = open_journal::to_write(folder, settings, progress)?.journal;
        if !journal.standing().is_reached() {
            return Err(StartError::Unreachable(folder.to_owned()));
        }
        if !accept_loss && knows_more(folder, settings, &*journal)? {
            return Err(StartError::WouldLose);
        }
        let store = built_anew(folder, settings, &*journal, progress)?;
        Ok(store.position().seq)
    }
}

/// Makes a data folder with its master secret, and nothing else yet.
pub(super) fn make_folder(folder: &Path, master: &MasterSecret) -> Result<(), StartError> {
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
    Ok(write_private(&folder.join(MASTER), master.bytes())?)
}

/// Opens the folder of sealed files. Without it reports are taken, and files are not.
fn vault(folder: &Path, is_refused: bool, progress: &mut dyn Progress) -> Option<Box<dyn Vault>> {
    let path = folder.join(FILES);
    let opened = match is_refused {
        true => FolderVault::open(&path),
        false => FolderVault::make(&path).and_then(|vault| {
            vault.remove_drafts()?;
            Ok(vault)
        }),
    };
    match opened {
        Ok(vault) => Some(Box::new(vault)),
        Err(error) => {
            progress.say(&format!(
                "{}: {error}. Files of reports are neither taken nor shown",
                path.display()
            ));
            None
        }
    }
}

/// Whether the store that is there has records that the journal has not.
fn knows_more(
    folder: &Path,
    settings: &Settings,
    journal: &dyn Journal,
) -> Result<bool, StartError> {
    Ok(match open_store(folder, settings) {
        Ok(store) => !matches!(agree(&store, journal)?, Agreement::Behind),
        // One that can't be read knows nothing.
        Err(_) => false,
    })
}
