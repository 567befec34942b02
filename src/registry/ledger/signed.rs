//! The checkpoints that were signed, and what signs them.

use std::{
    collections::HashMap,
    fs, io,
    path::Path,
    sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard},
};

use super::signers::{Signers, read_checkpoint};
use crate::{
    access::{answer_key::AnswerKey, secret::MasterSecret},
    ledger::{checkpoint::Checkpoint, note::VerifierKey, proof},
    registry::{
        engine::data_folder::{CHECKPOINT, KEYS, StartError},
        error::RegistryError,
    },
    store::Store,
};

/// What the ledger needs beside journal and store.
pub(in crate::registry) struct Signed {
    signers: RwLock<Signers>,
    /// The P-256 keys that were derived, by the public key of the ledger's that each belongs to.
    answer_keys: Mutex<HashMap<[u8; 32], Arc<AnswerKey>>>,
    /// The last checkpoint signed.
    pub(super) latest: Mutex<Option<SignedCheckpoint>>,
    /// Why nothing may be signed or written any more.
    pub(in crate::registry) forked: Option<String>,
    /// Why it can't be told whether the log would fork: no leaf is made and nothing is signed.
    pub(in crate::registry) unsure: Option<String>,
}

/// A checkpoint and its note.
#[derive(Clone)]
pub struct SignedCheckpoint {
    pub checkpoint: Checkpoint,
    pub note: String,
}

impl Signed {
    /// Loads keys and the last checkpoint, and holds the tree against it.
    pub(in crate::registry) fn load(
        folder: &Path,
        store: &Store,
        master: &MasterSecret,
    ) -> Result<Self, StartError> {
        let signers = Signers::load(&folder.join(KEYS), store, master)?;
        let (latest, forked, unsure) = match last_checkpoint(folder, &signers) {
            Ok(None) if store.position().ledger_size() > 0 => {
                let gone = format!("{} is gone", folder.join(CHECKPOINT).display());
                (None, None, Some(unsure(&gone)))
            }
            Ok(None) => (None, None, None),
            Ok(Some(last)) => {
                let why = disagreement(store, &last.checkpoint)?;
                (Some(last), why, None)
            }
            Err(why) => (None, None, Some(unsure(&why))),
        };
        Ok(Self {
            signers: RwLock::new(signers),
            answer_keys: Mutex::default(),
            latest: Mutex::new(latest),
            forked,
            unsure,
        })
    }

    /// The P-256 key that belongs to a key of the ledger. It is derived once.
    pub(super) fn answer_key(
        &self,
        master: &MasterSecret,
        of: &VerifierKey,
    ) -> Result<Arc<AnswerKey>, RegistryError> {
        let known = self.answer_keys.lock();
        let mut known = known.unwrap_or_else(PoisonError::into_inner);
        if let Some(key) = known.get(of.public_key()) {
            return Ok(Arc::clone(key));
        }
        let key = AnswerKey::of(master, of.public_key())
            .map_err(|error| RegistryError::Internal(error.to_string()))?;
        let key = Arc::new(key);
        known.insert(*of.public_key(), Arc::clone(&key));
        Ok(key)
    }

    /// As they were loaded last; [`Registry::signers`](crate::registry::Registry) has those that stand now.
    pub(in crate::registry) fn signers(&self) -> RwLockReadGuard<'_, Signers> {
        self.signers.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts other signers into the place of those that were loaded.
    pub(in crate::registry) fn replace(&self, signers: Signers) {
        *self.signers.write().unwrap_or_else(PoisonError::into_inner) = signers;
    }
}

/// How the log differs from a checkpoint that was published, if it does.
pub(super) fn disagreement(
    store: &Store,
    last: &Checkpoint,
) -> Result<Option<String>, RegistryError> {
    let size = store.position().ledger_size();
    if last.size > size {
        return Ok(Some(format!(
            "the ledger has {size} leaves, but a checkpoint over {} was published: records are missing, as after restoring an old backup. Nothing is written, so that the log does not fork. Restore a newer copy of the journal",
            last.size
        )));
    }
    if proof::root(store, last.size)? != last.root {
        return Ok(Some(format!(
            "the ledger's first {} leaves are not those of the checkpoint that was published: this journal is another history. Nothing is written, so that the log does not fork. Restore the right journal",
            last.size
        )));
    }
    Ok(None)
}

/// What to do about a checkpoint that can't be relied upon.
fn unsure(what: &str) -> String {
    format!(
        "{what}: nothing is listed, changed or signed, so that the log does not fork; checks, reading and signing in go on. Stop the service and say `canhgiac checkpoint --checkpoint FILE` with the newest checkpoint that was published (a mirror has it at /v1/mirror), or --nothing-newer if none ever was"
    )
}

/// Reads the last checkpoint. The error says why it can't be relied upon.
fn last_checkpoint(folder: &Path, signers: &Signers) -> Result<Option<SignedCheckpoint>, String> {
    let path = folder.join(CHECKPOINT);
    let note = match fs::read_to_string(&path) {
        Ok(note) => note,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(format!("{} can't be read: {error}", path.display())),
    };
    match read_checkpoint(&note, signers) {
        Ok(checkpoint) => Ok(Some(SignedCheckpoint { checkpoint, note })),
        Err(error) => Err(format!(
            "{} is not a checkpoint of this log ({error})",
            path.display()
        )),
    }
}
