//! The keys of a log as a reader knows them: which are good, and from which leaf on one is good no more.
//!
//! A `retire` leaf commits to a verifier key as a `key` leaf does, without salt, and names no leaf, so that programs
//! that do not know the word pass it over.

use std::collections::BTreeMap;

use thiserror::Error;

use super::{
    checkpoint::{Checkpoint, CheckpointError},
    leaf::commit,
    note::{NoteError, VerifierKey},
    tree::Hash,
};

/// Why a checkpoint is not believed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum Untrusted {
    /// No key that is known signed it, or it is no checkpoint.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// Only a key signed it that the leaf of this index retired.
    #[error("only a key signed it that ledger entry {0} retired")]
    Retired(u64),
}

/// A key that is known.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LogKey {
    pub key: VerifierKey,
    /// The index of the leaf that retired it.
    pub retired_at: Option<u64>,
}

/// All keys that are known, in the order they came, and which others were retired: one that is only known afterwards is
/// not believed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct LogKeys {
    keys: Vec<LogKey>,
    others: Retired,
}

/// What `retire` leaves of keys that are not known commit to, and their indices.
pub type Retired = BTreeMap<Hash, u64>;

/// What a leaf says of a key commits to.
pub fn commitment_to(verifier_key: &str) -> Hash {
    commit(&[0; 32], verifier_key.as_bytes())
}

impl LogKeys {
    /// These keys, and retired ones beside them.
    pub const fn new(keys: Vec<LogKey>, others: Retired) -> Self {
        Self { keys, others }
    }

    /// All keys that are known.
    pub fn all(&self) -> &[LogKey] {
        &self.keys
    }

    /// What retired others.
    pub const fn others(&self) -> &Retired {
        &self.others
    }

    /// Believes a key from now on. What was retired never comes back, known before or not.
    pub fn add(&mut self, key: VerifierKey) {
        if !self.keys.iter().any(|known| known.key == key) {
            let retired_at = self.others.get(&commitment_to(&key.to_string())).copied();
            self.keys.push(LogKey { key, retired_at });
        }
    }

    /// Retires the key that the `retire` leaf of this index commits to.
    pub fn retire(&mut self, index: u64, commitment: &Hash) {
        let named = |known: &&mut LogKey| commitment_to(&known.key.to_string()) == *commitment;
        match self.keys.iter_mut().find(named) {
            Some(known) => known.retired_at = known.retired_at.or(Some(index)),
            None => {
                self.others.entry(*commitment).or_insert(index);
            }
        }
    }

    /// The keys whose signature counts for what is signed now.
    pub fn good(&self) -> Vec<VerifierKey> {
        let good = self.keys.iter().filter(|known| known.retired_at.is_none());
        good.map(|known| known.key.clone()).collect()
    }

    /// Reads a checkpoint that is shown now: a key must have signed it that is not retired.
    ///
    /// # Errors
    /// [`Untrusted`].
    pub fn open(&self, note: &str, origin: &str) -> Result<Checkpoint, Untrusted> {
        let unsigned = match Checkpoint::open(note, origin, &self.good()) {
            Err(unsigned @ CheckpointError::Note(NoteError::Unsigned)) => unsigned,
            other => return Ok(other?),
        };
        match self.signed_by_retired(note, origin)? {
            Some((_, retired_at)) => Err(Untrusted::Retired(retired_at)),
            None => Err(unsigned.into()),
        }
    }

    /// Reads a checkpoint that was kept: the signature of a key that is retired counts for sizes from before.
    ///
    /// # Errors
    /// [`Untrusted`].
    pub fn open_kept(&self, note: &str, origin: &str) -> Result<Checkpoint, Untrusted> {
        match self.open(note, origin) {
            Err(retired @ Untrusted::Retired(_)) => {
                let signed = self.signed_by_retired(note, origin)?;
                let before = |(kept, at): &(Checkpoint, u64)| kept.size <= *at;
                signed.filter(before).map(|(kept, _)| kept).ok_or(retired)
            }
            other => other,
        }
    }

    /// A checkpoint that a retired key signed, and the leaf that retired the last of those.
    fn signed_by_retired(
        &self,
        note: &str,
        origin: &str,
    ) -> Result<Option<(Checkpoint, u64)>, Untrusted> {
        let mut found: Option<(Checkpoint, u64)> = None;
        for known in &self.keys {
            let Some(at) = known.retired_at else { continue };
            let opened = Checkpoint::open(note, origin, std::slice::from_ref(&known.key));
            match opened {
                Ok(checkpoint) if found.as_ref().is_none_or(|(_, last)| at > *last) => {
                    found = Some((checkpoint, at));
                }
                Ok(_) | Err(CheckpointError::Note(NoteError::Unsigned)) => {}
                Err(other) => return Err(other.into()),
            }
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::{
        note::{NoteSigner, tests::signer as named},
        tree::Frontier,
    };

    const ORIGIN: &str = "canhgiac.example/log";

    fn signer(seed: u8) -> NoteSigner {
        named(ORIGIN, &[seed; 32])
    }

    fn note(size: u64, signers: &[&NoteSigner]) -> String {
        let (origin, root) = (ORIGIN.to_owned(), Frontier::default().root());
        Checkpoint { origin, size, root }.sign(signers)
    }

    fn of(signer: &NoteSigner) -> Hash {
        commitment_to(&signer.verifier().to_string())
    }

    #[test]
    fn a_retired_key_is_believed_for_what_was_before_and_for_nothing_after() {
        let (old, new) = (signer(1), signer(2));
        let mut keys = LogKeys::default();
        keys.add(old.verifier());
        keys.add(new.verifier());
        assert!(keys.open(&note(90, &[&old]), ORIGIN).is_ok());
        keys.retire(7, &of(&old));
        assert_eq!(keys.good(), [new.verifier()]);
        // The checkpoint of size 7 is the last without the leaf of index 7.
        for (size, kept) in [(6, true), (7, true), (8, false), (90, false)] {
            let note = note(size, &[&old]);
            assert_eq!(
                keys.open(&note, ORIGIN),
                Err(Untrusted::Retired(7)),
                "{size}"
            );
            assert_eq!(keys.open_kept(&note, ORIGIN).is_ok(), kept, "{size}");
        }
        for signers in [&[&old, &new][..], &[&new]] {
            assert!(keys.open(&note(90, signers), ORIGIN).is_ok());
        }
        // Announced or given once more it stays retired.
        keys.add(old.verifier());
        keys.retire(9, &of(&old));
        assert_eq!(keys.all()[0].retired_at, Some(7));
        assert_eq!(
            keys.open(&note(90, &[&old]), ORIGIN),
            Err(Untrusted::Retired(7))
        );
    }

    #[test]
    fn a_stranger_is_no_retired_key_and_retires_none() {
        let (own, stranger) = (signer(1), signer(3));
        let mut keys = LogKeys::default();
        keys.add(own.verifier());
        keys.retire(3, &of(&stranger));
        assert_eq!(keys.good(), [own.verifier()]);
        // Known only afterwards, it is retired all the same.
        let mut later = keys.clone();
        later.add(stranger.verifier());
        assert_eq!(later.good(), [own.verifier()]);
        let unsigned = CheckpointError::Note(NoteError::Unsigned);
        for told in [
            keys.open(&note(1, &[&stranger]), ORIGIN),
            keys.open_kept(&note(1, &[&stranger]), ORIGIN),
        ] {
            assert_eq!(told, Err(Untrusted::Checkpoint(unsigned)));
        }
    }
}
