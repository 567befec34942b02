//! What a decision wants to happen.

use uuid::Uuid;

use crate::domain::{
    change::{Change, Holder, Kept, Part},
    time::Time,
};

/// The instants that a decision goes by.
#[derive(Clone, Copy, Debug)]
pub struct Now {
    /// What the wall clock shows. Signing in goes by it: a second factor is shown by another clock outside.
    pub wall: Time,
    /// The time that counts for the ledger and for what listings are valid: by the clock that is trusted, and never
    /// before the newest leaf.
    pub ledger: Time,
}

impl Now {
    /// One instant for both.
    #[cfg(test)]
    pub const fn at(time: Time) -> Self {
        Self {
            wall: time,
            ledger: time,
        }
    }
}

/// Changes, and the private parts that they name.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// In order, applied together. Without any, nothing is written.
    pub changes: Vec<Change>,
    /// Texts that the changes name by [`Part`].
    pub private: Vec<Vec<u8>>,
    /// Whose each of them is.
    pub kept: Vec<Kept>,
    /// What it creates, for receipts and the answer.
    pub created: Uuid,
}

impl Plan {
    /// One change.
    pub fn one(change: impl Into<Change>) -> Self {
        Self {
            changes: vec![change.into()],
            ..Self::default()
        }
    }

    /// One change that creates something.
    pub fn creating(created: Uuid, change: impl Into<Change>) -> Self {
        Self {
            created,
            ..Self::one(change)
        }
    }

    /// One change more.
    pub fn push(&mut self, change: impl Into<Change>) {
        self.changes.push(change.into());
    }

    /// Takes a holder's text into the private side; empty text is none.
    pub fn keep(&mut self, holder: Holder, text: &str) -> Option<Part> {
        (!text.is_empty()).then(|| self.keep_bytes(holder, text.as_bytes().to_vec()))
    }

    /// Takes a holder's bytes into the private side. More parts than a record holds are refused as a whole later.
    pub fn keep_bytes(&mut self, holder: Holder, bytes: Vec<u8>) -> Part {
        let part = Part::try_from(self.private.len()).unwrap_or(Part::MAX);
        self.private.push(bytes);
        self.kept.push(Kept {
            holder,
            keep_until: None,
        });
        part
    }
}
