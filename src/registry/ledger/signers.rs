//! The keys that sign the ledger, and the file that holds the last checkpoint.

use std::{
    collections::HashMap,
    fs,
    io::{self, Write},
    path::Path,
};

use crate::{
    access::{
        key_ring::{SigningKey, thumbprint},
        secret::MasterSecret,
    },
    ledger::{
        checkpoint::Checkpoint,
        log_keys::{LogKey, LogKeys, Retired, Untrusted},
        note::{NoteSigner, VerifierKey},
    },
    registry::{
        engine::data_folder::{CHECKPOINT, StartError},
        error::RegistryError,
        key_files::{self, Use},
        wrapped_keys,
    },
    store::{
        Store, StoreError,
        schema::{HandOver, LedgerKey, LedgerKeys},
    },
};

/// The keys that sign, newest first.
pub(in crate::registry) struct Signers {
    origin: String,
    pub(super) keys: Vec<NoteSigner>,
    /// Keys that signed once: receipts of theirs are shown later.
    pub(super) retired: Vec<LogKey>,
    /// How each of them led to the next.
    pub(super) hand_overs: Vec<HandOver>,
}

/// A key as a signer of the log of this name.
pub(in crate::registry) fn signer(
    origin: &str,
    key: &SigningKey,
) -> Result<NoteSigner, RegistryError> {
    NoteSigner::from_pkcs8(origin, key.pkcs8())
        .map_err(|error| RegistryError::Internal(error.to_string()))
}

pub(in crate::registry) fn rows(store: &Store) -> Result<Vec<LedgerKey>, StoreError> {
    let page = store.page::<LedgerKeys>(&[], None, usize::MAX, usize::MAX, |_, _| true)?;
    Ok(page.rows)
}

pub(super) fn verifier(row: &LedgerKey) -> Result<VerifierKey, RegistryError> {
    VerifierKey::parse(&row.verifier_key)
        .map_err(|error| RegistryError::Internal(error.to_string()))
}

/// Every key that ever signed the ledger, as its file names it, and whether it was taken out of use.
pub(in crate::registry) fn standing(store: &Store) -> Result<HashMap<String, bool>, StartError> {
    let mut keys = HashMap::new();
    for row in rows(store)? {
        let kid = thumbprint(verifier(&row)?.public_key());
        keys.insert(kid, row.retired_at.is_some());
    }
    Ok(keys)
}

/// A key that was retired. One that no leaf retired counts for everything that it ever signed.
pub(super) fn retired_key(row: &LedgerKey) -> Result<Option<LogKey>, RegistryError> {
    if row.retired_at.is_none() {
        return Ok(None);
    }
    let retired_at = Some(row.retired_by.unwrap_or(u64::MAX));
    let key = verifier(row)?;
    Ok(Some(LogKey { key, retired_at }))
}

/// Every hand-over, in the order in which the keys were retired.
pub(super) fn hand_overs(rows: &[LedgerKey]) -> Vec<HandOver> {
    let mut rows: Vec<_> = rows.iter().collect();
    rows.sort_by_key(|row| row.retired_by);
    rows.into_iter()
        .filter_map(|row| row.hand_over.clone())
        .collect()
}

impl Signers {
    /// Every key that the store names as in use, and whose file is there or whose sealed copy opens.
    pub(in crate::registry) fn load(
        folder: &Path,
        store: &Store,
        master: &MasterSecret,
    ) -> Result<Self, StartError> {
        let files = key_files::find(folder, Use::Ledger)?;
        let (mut signers, mut retired) = (Vec::new(), Vec::new());
        let rows = rows(store)?;
        for row in rows.iter().rev() {
            if let Some(key) = retired_key(row)? {
                retired.push(key);
                continue;
            }
            let verifier = verifier(row)?;
            let kid = thumbprint(verifier.public_key());
            let wrapped = || {
                let kept = row.wrapped.as_ref();
                wrapped_keys::opened(master, Use::Ledger, &kid, row.added_at, kept)
            };
            match files.read(&kid, row.added_at)?.or_else(wrapped) {
                Some(key) => signers.push(signer(verifier.name(), &key)?),
                None => tracing::warn!(kid, "a key that signs the ledger is not in keys/"),
            }
        }
        let Some(newest) = signers.first() else {
            return Err(StartError::NoLedgerKey(folder.to_owned()));
        };
        Ok(Self {
            origin: newest.verifier().name().to_owned(),
            keys: signers,
            retired,
            hand_overs: hand_overs(&rows),
        })
    }

    /// The log's name.
    pub(super) fn origin(&self) -> &str {
        &self.origin
    }

    pub(super) fn sign(&self, checkpoint: &Checkpoint) -> String {
        checkpoint.sign(&self.keys.iter().collect::<Vec<_>>())
    }

    /// Whether a key whose file is there would still sign if this one went.
    pub(super) fn signs_without(&self, verifier: &VerifierKey) -> bool {
        self.verifiers().iter().any(|other| other != verifier)
    }

    pub(super) fn verifiers(&self) -> Vec<VerifierKey> {
        self.keys.iter().map(NoteSigner::verifier).collect()
    }

    /// Whether every key in use has signed a note.
    pub(super) fn all_signed(&self, note: &str) -> bool {
        crate::ledger::note::open(note, &self.verifiers())
            .is_ok_and(|(_, signed)| signed.len() == self.keys.len())
    }
}

/// A checkpoint that a key of this log signed: one in use, or one that was retired after it.
pub(super) fn read_checkpoint(note: &str, signers: &Signers) -> Result<Checkpoint, Untrusted> {
    let retired_at = None;
    let used = signers.verifiers().into_iter();
    let used = used.map(|key| LogKey { key, retired_at });
    let keys = LogKeys::new(
        used.chain(signers.retired.clone()).collect(),
        Retired::new(),
    );
    keys.open_kept(note, signers.origin())
}

/// Writes the last checkpoint down: the whole of it, or the one before stays.
pub(in crate::registry) fn keep_checkpoint(folder: &Path, note: &str) -> io::Result<()> {
    let draft = folder.join(".checkpoint.new");
    let mut file = fs::File::create(&draft)?;
    file.write_all(note.as_bytes())?;
    file.sync_all()?;
    fs::rename(&draft, folder.join(CHECKPOINT))?;
    fs::File::open(folder)?.sync_all()
}
