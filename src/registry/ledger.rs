//! The public ledger: signed checkpoints, tiles, proofs. Nothing here writes but the checkpoint's file.
//!
//! A checkpoint is signed only over leaves that the journal holds durably, and written down before it
//! is shown. At start-up the tree must lead to the last one written; if it does not (an old backup was
//! restored), nothing is signed or written any more: two histories under one name are worse than none.

pub(super) mod signed;
pub(super) mod signers;
pub mod signing;

pub use signed::SignedCheckpoint;

use std::sync::PoisonError;

use super::{Registry, RegistryError, StartError};
use crate::{
    access::capability::Acting,
    domain::{clock::QUIET, time::Time},
    journal::Standing,
    ledger::{
        Hash,
        checkpoint::Checkpoint,
        leaf::Leaf,
        proof,
        tile::{TilePath, put_entry},
        tree::Frontier,
    },
    state::{self, ledger::BeatWhenQuiet},
    store::{Store, index::Published},
};
use signed::disagreement;

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
    /// [`StartError::NotACheckpoint`] when none of the log's keys signed it.
    pub fn disagreement_with(&self, note: &str) -> Result<(u64, Option<String>), StartError> {
        let published = signers::read_checkpoint(note, &self.signers())
            .map_err(|_| StartError::NotACheckpoint)?;
        let store = self.shared.store()?;
        Ok((published.size, disagreement(&store, &published)?))
    }

    /// The present state of the log as a checkpoint, for an operator who knows that nothing newer was published.
    pub(super) fn signed_anew(&self) -> String {
        let tree = self.index().published().tree;
        let signers = self.signers();
        signers.sign(&Checkpoint {
            origin: signers.origin().to_owned(),
            size: tree.size(),
            root: tree.root(),
        })
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
        let signers = self.signers();
        if let Some(last) = latest.as_ref()
            && last.checkpoint.size == tree.size()
            && signers.all_signed(&last.note)
        {
            return Ok(last.clone());
        }
        let contradicts = self.journal_standing() == Standing::Contradicts;
        if self.signed.unsure.is_some() || self.shared.loss.is_some() || contradicts {
            return latest.clone().ok_or(RegistryError::Unavailable);
        }
        let checkpoint = Checkpoint {
            origin: signers.origin().to_owned(),
            size: tree.size(),
            root: tree.root(),
        };
        let note = signers.sign(&checkpoint);
        if let Err(error) = signers::keep_checkpoint(&self.shared.folder, &note) {
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
        let store = self.shared.store_with(self.index().ledger_size())?;
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
    /// [`RegistryError::NOT_FOUND`] beyond the log.
    pub fn inclusion(&self, index: u64, size: Option<u64>) -> Result<Inclusion, RegistryError> {
        let (size, tree) = self.size_within(size)?;
        if index >= size {
            return Err(RegistryError::NOT_FOUND);
        }
        let store = self.shared.store_with(size)?;
        let entry = store.leaves(index, 1)?.pop();
        Ok(Inclusion {
            index,
            size,
            leaf: entry.ok_or(RegistryError::NOT_FOUND)?.leaf,
            root: root_of(&store, &tree, size)?,
            hashes: proof::inclusion(&*store, index, size)?,
        })
    }

    /// Proves that the log of `from` leaves is a beginning of the log of `to` leaves.
    ///
    /// # Errors
    /// [`RegistryError::NOT_FOUND`] beyond the log, or when `from` is past `to`.
    pub fn consistency(&self, from: u64, to: Option<u64>) -> Result<Consistency, RegistryError> {
        let (to, tree) = self.size_within(to)?;
        if from > to {
            return Err(RegistryError::NOT_FOUND);
        }
        let store = self.shared.store_with(to)?;
        Ok(Consistency {
            to,
            from_root: proof::root(&*store, from)?,
            to_root: root_of(&store, &tree, to)?,
            hashes: proof::consistency(&*store, from, to)?,
        })
    }

    /// Why it can't be told whether the log would fork: its last checkpoint is gone.
    pub fn unsure(&self) -> Option<&str> {
        self.signed.unsure.as_deref()
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
            _ => Err(RegistryError::NOT_FOUND),
        }
    }

    /// Appends a leaf that says nothing but "alive" when there was none for an hour, so that a copy
    /// can tell a quiet registry from a cut line.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`]; it is tried again next time.
    pub fn beat_if_quiet(&self, now: Time) -> Result<(), RegistryError> {
        if self.signed.forked.is_some()
            || self.signed.unsure.is_some()
            || self.shared.loss.is_some()
        {
            return Ok(());
        }
        // The last leaf may tell a time that is still to come: then the silence of this process counts.
        let is_long = self.is_worth_trying()
            || self
                .shared
                .clock
                .is_silence_long(self.index().ledger_size());
        let quiet = i64::try_from(QUIET.as_secs()).unwrap_or(i64::MAX);
        self.tell_time(now, (!is_long).then_some(quiet))?;
        self.checkpoint().map(drop)
    }

    /// Appends a leaf that tells the time, if there are leaves at all.
    pub(super) fn beat(&self, now: Time) -> Result<(), RegistryError> {
        self.tell_time(now, None)
    }

    fn tell_time(&self, now: Time, after_seconds: Option<i64>) -> Result<(), RegistryError> {
        let request = BeatWhenQuiet {
            steady: self.steady(now),
            after_seconds,
        };
        self.commit(
            Acting::schedule(),
            now,
            None,
            move |view, now| state::ledger::beat(view, &request, now),
            |_, _| Ok(()),
        )
    }
}

impl Registry {
    /// Looks at every leaf of the ledger, for a service that answers already: the tree above them is known
    /// to be right. If one is damaged, the store is built anew. Ends early when `stop` says so.
    ///
    /// # Errors
    /// [`RegistryError`] for what is damaged.
    pub fn check_leaves(&self, stop: &dyn Fn() -> bool) -> Result<(), RegistryError> {
        let store = self.shared.store()?;
        Ok(store.check_leaves(store.position().ledger_size(), stop)?)
    }

    /// Looks at every row of the store and every leaf. If one is damaged, or the store still holds erased bytes, it is built
    /// anew. Ends early when `stop` says so.
    ///
    /// # Errors
    /// [`RegistryError`] for what is damaged.
    pub fn check_store(&self, stop: &dyn Fn() -> bool) -> Result<(), RegistryError> {
        self.shared.store()?.check_rows(stop)?;
        self.check_leaves(stop)?;
        self.shared.rewrite_stale()
    }
}
