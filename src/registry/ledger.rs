//! The public ledger: signed checkpoints, tiles, proofs. Nothing here writes but the checkpoint's file.
//!
//! A checkpoint is signed only over leaves that the journal holds durably, and written down before it
//! is shown. At start-up the tree must lead to the last one written; if it does not (an old backup was
//! restored), nothing is signed or written any more: two histories under one name are worse than none.

pub mod signing;

use std::sync::{Mutex, PoisonError, RwLock};

use signing::Signers;

use super::{Plan, Registry, RegistryError, startup};
use crate::{
    access::capability::Acting,
    domain::{change::Change, clock::QUIET, time::Time},
    ledger::{
        Hash,
        checkpoint::Checkpoint,
        leaf::Leaf,
        proof,
        tile::{TilePath, put_entry},
        tree::Frontier,
    },
    store::{Store, index::Published, view::View},
};

/// What the ledger needs beside journal and store.
pub(super) struct Signed {
    signers: RwLock<Signers>,
    /// The last checkpoint signed.
    latest: Mutex<Option<SignedCheckpoint>>,
    /// Why nothing may be signed or written any more.
    pub(super) forked: Option<String>,
}

/// A checkpoint and its note.
#[derive(Clone)]
pub struct SignedCheckpoint {
    pub checkpoint: Checkpoint,
    pub note: String,
}

/// That a leaf is in the log.
pub struct Inclusion {
    pub index: u64,
    pub size: u64,
    pub leaf: Leaf,
    pub root: Hash,
    pub hashes: Vec<Hash>,
}

/// That one size of the log is a beginning of another.
pub struct Consistency {
    pub to: u64,
    pub from_root: Hash,
    pub to_root: Hash,
    pub hashes: Vec<Hash>,
}

impl Signed {
    /// Loads keys and the last checkpoint, and holds the tree against it.
    pub(super) fn load(
        folder: &std::path::Path,
        store: &Store,
    ) -> Result<Self, startup::StartError> {
        let signers = Signers::load(&folder.join(startup::KEYS), store)?;
        let (latest, forked) = match signing::last_checkpoint(folder, &signers) {
            Ok(None) => {
                if store.position().ledger_size() > 0 {
                    tracing::warn!("there is no last checkpoint to hold the ledger against");
                }
                (None, None)
            }
            Ok(Some(last)) => {
                let why = disagreement(store, &last.checkpoint)?;
                (Some(last), why)
            }
            Err(why) => (None, Some(why)),
        };
        Ok(Self {
            signers: RwLock::new(signers),
            latest: Mutex::new(latest),
            forked,
        })
    }

    fn signers(&self) -> std::sync::RwLockReadGuard<'_, Signers> {
        self.signers.read().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How the log differs from a checkpoint that was published, if it does.
fn disagreement(store: &Store, last: &Checkpoint) -> Result<Option<String>, RegistryError> {
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

/// The root of the log of a size; the present one is at hand.
fn root_of(store: &Store, tree: &Frontier, size: u64) -> Result<Hash, RegistryError> {
    if size == tree.size() {
        return Ok(tree.root());
    }
    Ok(proof::root(store, size)?)
}

impl Registry {
    /// Why nothing is written any more, if the log would fork.
    pub fn forked(&self) -> Option<&str> {
        self.signed.forked.as_deref()
    }

    /// The size of a checkpoint that was published, and how the log differs from it, if it does.
    ///
    /// # Errors
    /// [`startup::StartError::NotACheckpoint`] when none of the log's keys signed it.
    pub fn disagreement_with(
        &self,
        note: &str,
    ) -> Result<(u64, Option<String>), startup::StartError> {
        let published = signing::read_checkpoint(note, &self.signed.signers())
            .map_err(|_| startup::StartError::NotACheckpoint)?;
        let store = self.shared.store()?;
        Ok((published.size, disagreement(&store, &published)?))
    }

    /// The present checkpoint. Signed once for each size, and on the disk before it is shown; while the
    /// disk takes nothing, the one before.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`] when the log would fork, or nothing was ever signed and nothing
    /// can be written.
    pub fn checkpoint(&self) -> Result<SignedCheckpoint, RegistryError> {
        self.shows_itself()?;
        let mut latest = self
            .signed
            .latest
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let Published { tree, .. } = self.index().published();
        let signers = self.signed.signers();
        if let Some(last) = latest.as_ref()
            && last.checkpoint.size == tree.size()
            && signers.all_signed(&last.note)
        {
            return Ok(last.clone());
        }
        let checkpoint = Checkpoint {
            origin: signers.origin().to_owned(),
            size: tree.size(),
            root: tree.root(),
        };
        let note = signers.sign(&checkpoint);
        if let Err(error) = signing::keep_checkpoint(&self.shared.folder, &note) {
            tracing::error!(%error, "a checkpoint could not be written");
            return latest.clone().ok_or(RegistryError::Unavailable);
        }
        let signed = SignedCheckpoint { checkpoint, note };
        *latest = Some(signed.clone());
        Ok(signed)
    }

    /// The bytes of a tile, or `None` when the log has no such tile (yet).
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`].
    pub fn tile(&self, path: &TilePath) -> Result<Option<Vec<u8>>, RegistryError> {
        self.shows_itself()?;
        if !path.fits(self.index().ledger_size()) {
            return Ok(None);
        }
        let store = self.shared.store()?;
        let (start, count) = (path.index * 256, usize::from(path.width));
        let Some(level) = path.level else {
            let leaves = store.leaves(start, count)?;
            if leaves.len() != count {
                // The store lags behind what is shown, until it is opened again.
                return Err(RegistryError::Unavailable);
            }
            let mut bundle = Vec::new();
            for entry in leaves {
                put_entry(&mut bundle, entry.leaf.encode().as_bytes());
            }
            return Ok(Some(bundle));
        };
        let hashes = proof::Hashes::hashes(&*store, level, start, count)?;
        Ok(Some(hashes.concat()))
    }

    /// Proves that the leaf at `index` is in the log of `size` leaves.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] beyond the log.
    pub fn inclusion(&self, index: u64, size: Option<u64>) -> Result<Inclusion, RegistryError> {
        let (size, tree) = self.size_within(size)?;
        if index >= size {
            return Err(RegistryError::NotFound);
        }
        let store = self.shared.store()?;
        let entry = store.leaves(index, 1)?.pop();
        Ok(Inclusion {
            index,
            size,
            leaf: entry.ok_or(RegistryError::NotFound)?.leaf,
            root: root_of(&store, &tree, size)?,
            hashes: proof::inclusion(&*store, index, size)?,
        })
    }

    /// Proves that the log of `from` leaves is a beginning of the log of `to` leaves.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] beyond the log, or when `from` is past `to`.
    pub fn consistency(&self, from: u64, to: Option<u64>) -> Result<Consistency, RegistryError> {
        let (to, tree) = self.size_within(to)?;
        if from > to {
            return Err(RegistryError::NotFound);
        }
        let store = self.shared.store()?;
        Ok(Consistency {
            to,
            from_root: proof::root(&*store, from)?,
            to_root: root_of(&store, &tree, to)?,
            hashes: proof::consistency(&*store, from, to)?,
        })
    }

    /// Nobody is shown a history that is not the one that was published.
    pub(super) fn shows_itself(&self) -> Result<(), RegistryError> {
        match self.signed.forked {
            Some(_) => Err(RegistryError::Unavailable),
            None => Ok(()),
        }
    }

    /// A size that the log has reached, else the present one, and the present tree.
    fn size_within(&self, size: Option<u64>) -> Result<(u64, Frontier), RegistryError> {
        self.shows_itself()?;
        let tree = self.index().published().tree;
        match size.unwrap_or(tree.size()) {
            size if size <= tree.size() => Ok((size, tree)),
            _ => Err(RegistryError::NotFound),
        }
    }

    /// Appends a leaf that says nothing but "alive" when there was none for an hour, so that a copy
    /// can tell a quiet registry from a cut line.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`]; it is tried again next time.
    pub fn beat_if_quiet(&self, now: Time) -> Result<(), RegistryError> {
        if self.signed.forked.is_some() {
            return Ok(());
        }
        // The last leaf may tell a time that is still to come: then the silence of this process counts.
        let is_long = self
            .shared
            .clock
            .is_silence_long(self.index().ledger_size());
        let quiet = i64::try_from(QUIET.as_secs()).unwrap_or(i64::MAX);
        self.tell_time(now, move |last, steady| {
            is_long || last.plus_seconds(quiet) <= steady
        })?;
        self.checkpoint().map(drop)
    }

    /// Appends a leaf that tells the time, if there are leaves at all.
    pub(super) fn beat(&self, now: Time) -> Result<(), RegistryError> {
        self.tell_time(now, |_, _| true)
    }

    /// Appends a leaf that tells the time, where `wanted` says so of the last leaf's time and the time that counts.
    fn tell_time(
        &self,
        now: Time,
        wanted: impl FnOnce(Time, Time) -> bool + Send + 'static,
    ) -> Result<(), RegistryError> {
        let steady = self.steady(now);
        let decide = move |view: &View<'_>| {
            let mut plan = Plan::default();
            let last = view.last_leaf()?;
            let last = last.map(|leaf| Time::from_minutes(leaf.minute));
            if let Some(last) = last.filter(|last| wanted(*last, steady)) {
                plan.changes.push(Change::Beat);
                // The leaf can't tell a time before the last one: the journal does.
                if last > steady {
                    plan.changes.push(Change::TimeTrusted { at: steady });
                }
            }
            Ok(plan)
        };
        self.commit(Acting::schedule(), now, None, decide, |_, _| Ok(()))
    }
}
