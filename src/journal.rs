//! All changes, in order, durable: the one copy of the truth that everything else is rebuilt from.
//!
//! The journal keeps opaque bytes. What they mean is the caller's business; what the journal promises is
//! order, durability, and that nothing in it can be altered unseen:
//!
//! * A record that was acknowledged survives any crash, and an append that was not acknowledged leaves whole
//!   records or nothing, never a half.
//! * Every record is bound to all records before it by a hash chain ([`Head::chain`]), so a copy is either
//!   the same history or visibly another one.
//! * Personal data can be destroyed later without breaking that chain: the chain covers salted commitments to
//!   the private parts, not the parts themselves ([`Journal::erase`]).
//!
//! [`Segments`] is the engine for one machine: a folder of append-only files. Any other engine has to pass the
//! same `contract` tests.
//!
//! # Trying again after a failure
//!
//! [`Draft::id`] is chosen once and kept across retries. After [`AppendError::Unknown`] the records may or may
//! not be in the journal. The caller asks for [`Journal::head`]; if it is still where the append was tried, the
//! same drafts are handed in again, and the engine first removes whatever the failed attempt left. If the head
//! moved (or the process restarted), the caller reads on from where it was and looks for its ids: found means
//! written, not found means not written. The journal itself does not look for repeated ids.

#[cfg(test)]
pub(crate) mod contract;
mod cut;
mod disk;
mod flaw;
mod frame;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzz;
mod header;
mod opening;
mod postgres;
mod record;
mod scan;
mod sealed;
mod segments;
#[cfg(test)]
mod trials;
mod writer;

use std::io;
use std::time::Duration;

use thiserror::Error;

pub use flaw::{Damage, Flaw, OpenError};
pub use opening::{Cut, Opened, refuses_writes};
pub use postgres::{Address, AddressError, FileRow, Postgres};
pub use record::{
    Draft, Head, MAX_BATCH_BYTES, MAX_BATCH_RECORDS, MAX_PRIVATE_BYTES, MAX_PRIVATE_PARTS,
    MAX_RECORD_BYTES, PART_WEIGHT, RECORD_WEIGHT, Record, Refused,
};
pub use scan::{ErasedPart, Progress, Summary, TornTail};
pub use sealed::Sealed;
pub use segments::{DEFAULT_SEGMENT_BYTES, MAX_SEGMENT_BYTES, Options, Segments};

/// Is told how long something took.
pub type Timed = Box<dyn Fn(Duration) + Send + Sync>;

/// What every engine does. All methods may be called from many threads at once and may block on a disk or a
/// network: call them where blocking is allowed.
pub trait Journal: Send + Sync {
    /// The last durable record. Never goes back, and never names a record that a crash could still take away.
    fn head(&self) -> Head;

    /// Writes all drafts, in order, at positions `at.seq + 1` and on, and returns the new head once they are
    /// durable. The whole slice shares one sync: group commit is handing in a batch.
    ///
    /// `at` must be the present head, or nothing is written and the answer is [`AppendError::Conflict`]: the
    /// caller catches up and decides again. A crash during the call leaves none, some (a prefix) or all of the
    /// drafts, each of them whole.
    fn append(&self, at: Head, drafts: &[Draft]) -> Result<Head, AppendError> {
        record::check(drafts)?;
        let sealed = sealed::seal_all(drafts, at).map_err(AppendError::Unavailable)?;
        self.keep(at, &sealed)
    }

    /// Takes over records of another journal, as [`Journal::append`] takes drafts. Each is held against what it was
    /// sealed with, so the copy is the same history and has the same head, erased parts and all.
    fn take_over(&self, at: Head, records: &[Sealed<'_>]) -> Result<Head, AppendError> {
        sealed::check(at, records)?;
        self.keep(at, records)
    }

    /// Writes what [`Journal::append`] sealed or [`Journal::take_over`] verified: within the limits, one behind the other and
    /// the first behind `at`.
    fn keep(&self, at: Head, records: &[Sealed<'_>]) -> Result<Head, AppendError>;

    /// The records after position `after`, in order and without a gap: at least one if there is any, and then
    /// as many as fit into `max_bytes` (which engines may lower). Fewer than fit is no sign of the end; an
    /// empty answer is. Everything returned was verified on the way.
    fn read(&self, after: u64, max_bytes: usize) -> Result<Vec<Record>, ReadError> {
        let sealed = self.read_sealed(after, max_bytes)?.into_iter();
        Ok(sealed.map(Sealed::into_record).collect())
    }

    /// As [`Journal::read`], with what proves each record.
    fn read_sealed(&self, after: u64, max_bytes: usize) -> Result<Vec<Sealed<'static>>, ReadError>;

    /// Waits until the head is past `after`, or `patience` is over, and returns the head's position. Only a
    /// hint: it may return early, and the caller reads again whatever it says.
    fn wait(&self, after: u64, patience: Duration) -> u64;

    /// Destroys private part number `part` of record `seq`, bytes and salt, in place. The head and the chain
    /// stay as they are. When it returns, the erasure is durable; doing it again does no harm and completes an
    /// erasure that failed half way.
    ///
    /// Only the part's length stays known. Backups and copies made before still hold the part, and so may
    /// a device or file system that writes elsewhere (flash, copy-on-write): their retention is set outside.
    fn erase(&self, seq: u64, part: u16) -> Result<(), EraseError>;

    /// The records after `at`, as [`Journal::read`]. The first of them continues `at`, or it is an error.
    fn read_on(&self, at: Head, max_bytes: usize) -> Result<Vec<Record>, ReadError> {
        let sealed = self.read_sealed(at.seq, max_bytes)?;
        if let Some(first) = sealed.first()
            && first.previous != at.chain
        {
            let (seq, flaw) = (first.seq, Flaw::Chain);
            return Err(ReadError::Altered { seq, flaw });
        }
        Ok(sealed.into_iter().map(Sealed::into_record).collect())
    }

    /// Whether others write into it, too.
    fn is_shared(&self) -> bool {
        false
    }

    /// Begins to watch what others write; who asks has the records up to `at`. A journal that could not be reached yet must
    /// have them once it can.
    fn follow_from(&self, _at: Head) {}

    /// Learns what others wrote until now, if it can be told at once. False: it could not.
    fn refresh(&self) -> bool {
        true
    }

    /// How it stands with what the engine stores in, as it was last seen.
    fn standing(&self) -> Standing {
        Standing::Sound
    }

    /// Has each sync of a disk timed from now on, also one that failed. An engine without a disk of its own tells nothing.
    fn time_syncs(&self, _told: Timed) {}
}

/// How it stands with what an engine stores in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// It takes appends, and keeps what it acknowledged.
    Sound,
    /// It takes appends without waiting for a copy, which was allowed: what it acknowledged is lost with its machine.
    Asynchronous,
    /// It can't be reached, or acknowledges nothing.
    Unreachable,
    /// It has not the records that were read or acknowledged.
    Contradicts,
}

impl Standing {
    /// Whether appends are worth trying.
    pub const fn is_reached(self) -> bool {
        match self {
            Self::Sound | Self::Asynchronous => true,
            Self::Unreachable | Self::Contradicts => false,
        }
    }

    /// Its word in logs and figures.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sound => "sound",
            Self::Asynchronous => "asynchronous",
            Self::Unreachable => "unreachable",
            Self::Contradicts => "contradicts",
        }
    }
}

/// Why an append was not acknowledged.
#[derive(Debug, Error)]
pub enum AppendError {
    /// Somebody else was first. Nothing was written.
    #[error("the journal is at record {} now", head.seq)]
    Conflict {
        /// Where the journal is now.
        head: Head,
    },
    /// The drafts can never be written as they are. Nothing was written.
    #[error("the append was refused")]
    Refused(#[from] Refused),
    /// The disk is full, over quota, read-only or failing. Nothing was written, and nothing of it will turn up
    /// later; the same append works once the cause is gone, without a restart.
    #[error("the journal can't be written at present")]
    Unavailable(#[source] io::Error),
    /// The drafts may or may not be there after a restart. See the module's words on trying again.
    #[error("it is not known whether the journal kept the records")]
    Unknown(#[source] io::Error),
}

/// Why records could not be read.
#[derive(Debug, Error)]
pub enum ReadError {
    /// The record is there but is not what was written. Stop: nothing may be skipped.
    #[error(transparent)]
    Damaged(#[from] Damage),
    /// As [`ReadError::Damaged`], in a database.
    #[error("record {seq} is not what was written: {flaw}")]
    Altered {
        /// The record.
        seq: u64,
        /// What is wrong with it.
        flaw: Flaw,
    },
    /// The storage failed.
    #[error("the journal can't be read at present")]
    Unavailable(#[source] io::Error),
}

/// Why a private part was not erased.
#[derive(Debug, Error)]
pub enum EraseError {
    /// No such record.
    #[error("there is no record {seq}")]
    NoRecord {
        /// The position asked for.
        seq: u64,
    },
    /// The record has no such part.
    #[error("record {seq} has no private part {part}")]
    NoPart {
        /// The position asked for.
        seq: u64,
        /// The part asked for.
        part: u16,
    },
    /// The record is not what was written, so the part's place can't be trusted. Nothing was changed.
    #[error(transparent)]
    Damaged(#[from] Damage),
    /// The storage failed, perhaps half way; erase again. Until then the part may still be readable.
    #[error("the erasure is not complete")]
    Incomplete(#[source] io::Error),
}
