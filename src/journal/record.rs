//! What goes into the journal and what comes out, and how much of it.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use uuid::Uuid;

/// The format of the journal's files that this program writes, and the newest it reads.
pub(super) const VERSION: u32 = 1;

/// Most public bytes of one record: 1 MiB. An import of a million rows is a thousand records of 1000 changes,
/// which leaves 1 KiB a change.
pub const MAX_RECORD_BYTES: usize = 1024 * 1024;

/// Most private bytes of one record, over all its parts, beside [`MAX_RECORD_BYTES`].
pub const MAX_PRIVATE_BYTES: usize = 1024 * 1024;

/// Most private parts of one record: four for each of 1000 changes.
pub const MAX_PRIVATE_PARTS: usize = 4096;

/// Most records of one append.
pub const MAX_BATCH_RECORDS: usize = 1024;

/// Most weight ([`Draft::weight`]) of one append: 16 MiB, several of the heaviest records (about 2.6 MiB).
pub const MAX_BATCH_BYTES: usize = 16 * 1024 * 1024;

/// What a record weighs beside its bytes; at least what an engine adds (96 bytes in [`super::Segments`]).
pub const RECORD_WEIGHT: usize = 128;

/// What a private part weighs beside its bytes; at least what an engine adds (83 bytes in
/// [`super::Segments`]).
pub const PART_WEIGHT: usize = 128;

/// A position in the journal and the hash of everything up to it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Head {
    /// How many records there are; the first record is 1, an empty journal is at 0.
    pub seq: u64,
    /// The chain value of record `seq`; zeros for an empty journal.
    pub chain: [u8; 32],
}

impl Head {
    /// The head of an empty journal.
    pub const EMPTY: Self = Self {
        seq: 0,
        chain: [0; 32],
    };
}

/// A record to be.
#[derive(Clone)]
pub struct Draft {
    /// A UUIDv7, chosen once and kept when the append is tried again.
    pub id: Uuid,
    /// What stays for ever.
    pub public: Vec<u8>,
    /// What can be erased later, each by its index. A part may be empty.
    pub private: Vec<Vec<u8>>,
}

impl Draft {
    /// What the draft counts for against [`MAX_BATCH_BYTES`], in bytes: never less than it takes on disk.
    pub fn weight(&self) -> usize {
        let parts = self
            .private
            .iter()
            .map(|part| part.len().saturating_add(PART_WEIGHT));
        parts.fold(
            self.public.len().saturating_add(RECORD_WEIGHT),
            usize::saturating_add,
        )
    }

    fn check(&self, index: usize) -> Result<(), Refused> {
        let bytes = self.public.len();
        if bytes > MAX_RECORD_BYTES {
            return Err(Refused::PublicTooLarge { index, bytes });
        }
        let count = self.private.len();
        if count > MAX_PRIVATE_PARTS {
            return Err(Refused::TooManyParts { index, count });
        }
        let bytes = self
            .private
            .iter()
            .map(Vec::len)
            .fold(0, usize::saturating_add);
        if bytes > MAX_PRIVATE_BYTES {
            return Err(Refused::PrivateTooLarge { index, bytes });
        }
        Ok(())
    }
}

/// Holds drafts against the limits. Every engine asks this, so that all of them refuse the same.
pub(super) fn check(drafts: &[Draft]) -> Result<(), Refused> {
    has_room_for(drafts.len())?;
    for (index, draft) in drafts.iter().enumerate() {
        draft.check(index)?;
    }
    carries(drafts.iter().map(Draft::weight))
}

/// Whether one append takes so many records.
pub(super) fn has_room_for(count: usize) -> Result<(), Refused> {
    match count {
        0 => Err(Refused::Nothing),
        1..=MAX_BATCH_RECORDS => Ok(()),
        _ => Err(Refused::TooManyRecords { count }),
    }
}

/// Whether one append takes records of these weights.
pub(super) fn carries(weights: impl Iterator<Item = usize>) -> Result<(), Refused> {
    let bytes = weights.fold(0, usize::saturating_add);
    if bytes > MAX_BATCH_BYTES {
        return Err(Refused::BatchTooLarge { bytes });
    }
    Ok(())
}

/// Tells sizes only: records hold looked-after data that must not reach a log.
impl fmt::Debug for Draft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Draft")
            .field("id", &self.id)
            .field("public_bytes", &self.public.len())
            .field("private_parts", &self.private.len())
            .finish()
    }
}

/// A record as it stands.
#[derive(Clone, PartialEq, Eq)]
pub struct Record {
    /// Its position; the first is 1.
    pub seq: u64,
    /// The id of its draft.
    pub id: Uuid,
    /// The hash of this record and everything before it.
    pub chain: [u8; 32],
    /// What stays for ever.
    pub public: Vec<u8>,
    /// The private parts; `None` is erased.
    pub private: Vec<Option<Vec<u8>>>,
}

impl Record {
    /// The head of a journal that ends with this record.
    pub fn head(&self) -> Head {
        Head {
            seq: self.seq,
            chain: self.chain,
        }
    }
}

/// Tells sizes only, as for [`Draft`].
impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record")
            .field("seq", &self.seq)
            .field("id", &self.id)
            .field("public_bytes", &self.public.len())
            .field("private_parts", &self.private.len())
            .finish()
    }
}

/// What about an append can't be: the caller has to cut it differently. `index` is the draft's place in the
/// slice.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum Refused {
    /// No drafts.
    #[error("there is nothing to append")]
    Nothing,
    /// More than [`MAX_BATCH_RECORDS`].
    #[error("{count} records in one append, of at most {MAX_BATCH_RECORDS}")]
    TooManyRecords {
        /// How many there were.
        count: usize,
    },
    /// More than [`MAX_RECORD_BYTES`].
    #[error("draft {index} has {bytes} public bytes, of at most {MAX_RECORD_BYTES}")]
    PublicTooLarge {
        /// Which draft.
        index: usize,
        /// How many there were.
        bytes: usize,
    },
    /// More than [`MAX_PRIVATE_BYTES`].
    #[error("draft {index} has {bytes} private bytes, of at most {MAX_PRIVATE_BYTES}")]
    PrivateTooLarge {
        /// Which draft.
        index: usize,
        /// How many there were.
        bytes: usize,
    },
    /// More than [`MAX_PRIVATE_PARTS`].
    #[error("draft {index} has {count} private parts, of at most {MAX_PRIVATE_PARTS}")]
    TooManyParts {
        /// Which draft.
        index: usize,
        /// How many there were.
        count: usize,
    },
    /// A record of another journal that is not what was sealed, or does not follow the one before.
    #[error("record {index} is not what was sealed, or does not follow the one before")]
    Broken {
        /// Which record.
        index: usize,
    },
    /// More than [`MAX_BATCH_BYTES`].
    #[error("the append weighs {bytes} bytes, of at most {MAX_BATCH_BYTES}")]
    BatchTooLarge {
        /// The weight.
        bytes: usize,
    },
}
