//! What can go wrong while following a registry: it lies, it forks, or it can't be reached.

use std::{io, path::PathBuf, time::Duration};

use thiserror::Error;

use super::upstream::UpstreamError;
use crate::{
    formats::ndjson::{Line, Unreadable},
    ledger::audit::AuditError,
    registry::StartError,
};

/// What was sent does not verify. Nothing of it is applied; the old copy stays and it is asked again.
///
/// The texts name ledger entries and lines, never identifiers.
#[derive(Debug, Error)]
pub enum Violation {
    #[error("line {line}: what was sent as ledger entry {seq} does not open its commitment")]
    ChangedValue { line: u64, seq: u64 },
    #[error("line {line}: the salt of ledger entry {seq} is missing or not 32 bytes")]
    BadSalt { line: u64, seq: u64 },
    #[error("ledger entry {seq} is missing")]
    DroppedLine { seq: u64 },
    #[error("line {line} is out of order")]
    Reordered { line: u64 },
    #[error("the end line or header says {said}, there are {counted}")]
    WrongCount { said: String, counted: u64 },
    #[error("the digest of the copy is {own}, the registry says {said}")]
    WrongDigest { said: String, own: String },
    #[error("the answer has no end line: it was cut")]
    MissingEndLine,
    #[error("line {line}: ledger entry {seq} is not in force in the log")]
    NotInLog { line: u64, seq: u64 },
    #[error("the log's own entries do not give the root of the signed checkpoint of size {size}")]
    WrongRoot { size: u64 },
    #[error("the entries of this page are not those of the signed log of size {size}")]
    PageNotInLog { size: u64 },
    #[error("no signed checkpoint covers ledger size {size}, the newest has {newest}")]
    NotCovered { size: u64, newest: u64 },
    #[error(
        "the checkpoint's signature is not by a key that is trusted here ({0}); if the registry replaced all its keys while this mirror was off, give the new one with --key"
    )]
    WrongSignature(String),
    #[error(
        "the checkpoint is signed by no other key than one that ledger entry {0} retired: whoever has the old key may stand between"
    )]
    RetiredSignature(u64),
    #[error("ledger entry {seq} contradicts the log before it: {source}")]
    BadLeaf { seq: u64, source: AuditError },
    #[error(
        "line {line}: ledger entry {seq} says another thing than its line or than the copy: {what}"
    )]
    Contradiction {
        line: u64,
        seq: u64,
        what: &'static str,
    },
    #[error("ledger entry {seq} is of a kind this copy gets, but its content was withheld")]
    Withheld { seq: u64 },
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    #[error("the answer is not what the protocol says: {0}")]
    Protocol(&'static str),
}

impl Violation {
    /// The salt of a line.
    ///
    /// # Errors
    /// [`Violation::BadSalt`].
    pub(super) fn salt_of(line: &Line) -> Result<[u8; 32], Self> {
        line.salt().ok_or(Self::BadSalt {
            line: line.number,
            seq: line.seq,
        })
    }

    /// The machine word, as told beside the text.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::ChangedValue { .. } => "changed-value",
            Self::BadSalt { .. } => "bad-salt",
            Self::DroppedLine { .. } => "dropped-line",
            Self::Reordered { .. } => "reordered",
            Self::WrongCount { .. } => "wrong-count",
            Self::WrongDigest { .. } => "wrong-digest",
            Self::MissingEndLine => "missing-end-line",
            Self::NotInLog { .. } => "not-in-log",
            Self::WrongRoot { .. } => "wrong-root",
            Self::PageNotInLog { .. } => "page-not-in-log",
            Self::NotCovered { .. } => "not-covered",
            Self::WrongSignature(_) => "wrong-signature",
            Self::RetiredSignature(_) => "retired-signature",
            Self::BadLeaf { .. } => "bad-leaf",
            Self::Contradiction { .. } => "contradiction",
            Self::Withheld { .. } => "withheld",
            Self::Unreadable(_) => "unreadable-line",
            Self::Protocol(_) => "protocol",
        }
    }
}

/// The log itself is not the one that was verified before: proof is kept and syncing stops for good.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Equivocation {
    #[error(
        "the registry shows two histories: its signed checkpoint of size {theirs} is no continuation of what was verified at size {ours}"
    )]
    Fork { ours: u64, theirs: u64 },
    #[error(
        "the registry's ledger shrank: a size of {ours} was signed before, now {theirs} is shown (an old checkpoint is replayed, or changes were taken back)"
    )]
    Shrunk { ours: u64, theirs: u64 },
}

impl Equivocation {
    /// The machine word, as told beside the text.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Fork { .. } => "forked-history",
            Self::Shrunk { .. } => "replayed-old-checkpoint",
        }
    }
}

/// Why a step of following the registry failed.
#[derive(Debug, Error)]
pub enum SyncError {
    #[error("{code}: {violation}", code = .0.code(), violation = .0)]
    Violation(#[from] Violation),
    #[error("{}: {alarm}. The proof is in {}", .alarm.code(), .evidence.display())]
    Equivocation {
        alarm: Equivocation,
        evidence: PathBuf,
    },
    #[error("{0}")]
    Stopped(String),
    #[error(transparent)]
    Upstream(#[from] UpstreamError),
    #[error("the copy's database: {0}")]
    Database(rusqlite::Error),
    #[error("{what}: {source}")]
    Io { what: String, source: io::Error },
    #[error(transparent)]
    Folder(#[from] StartError),
    #[error("the copy on disk is damaged ({0}): it is taken anew")]
    Damaged(String),
    #[error("the copy on disk is of an older version of this program: it is taken anew")]
    OlderLayout,
    #[error(
        "the copy in this folder was written by a newer version of this program (layout {found}, this one knows {known}): use that version, or another folder"
    )]
    NewerLayout { found: i64, known: i64 },
    #[error(
        "what this mirror trusted can't be read any more, neither in the file trust nor in mirror.db: nobody can tell whether the registry shows the same history as before. Give the key of the registry's ledger with --key, got by another way than this connection, to begin anew"
    )]
    TrustLost,
    #[error(
        "the copy in this folder is of the log {held}, the key is of {given}: use another folder"
    )]
    OtherLog { held: String, given: String },
    #[error("this is no verifier key: {0}")]
    BadKey(String),
    #[error(
        "the copy is too far behind for single changes, or gets other kinds than before: it is taken anew"
    )]
    StartAnew,
}

impl From<rusqlite::Error> for SyncError {
    fn from(error: rusqlite::Error) -> Self {
        match is_damage(&error) {
            true => Self::Damaged(error.to_string()),
            false => Self::Database(error),
        }
    }
}

/// Whether the file is not what was written, rather than the disk full, the file busy or another fault that passes.
fn is_damage(error: &rusqlite::Error) -> bool {
    use rusqlite::{Error, ffi};
    if let Error::SqliteFailure(failure, _) = error {
        let code = failure.extended_code;
        return matches!(
            code & 0xff,
            // Rows that contradict each other; and the statements, which are constant and right, meet other tables.
            ffi::SQLITE_CORRUPT | ffi::SQLITE_NOTADB | ffi::SQLITE_CONSTRAINT | ffi::SQLITE_ERROR
        ) || matches!(
            code,
            ffi::SQLITE_IOERR_READ | ffi::SQLITE_IOERR_SHORT_READ | ffi::SQLITE_IOERR_CORRUPTFS
        );
    }
    matches!(
        error,
        Error::SqlInputError { .. }
            | Error::FromSqlConversionFailure(..)
            | Error::IntegralValueOutOfRange(..)
            | Error::Utf8Error(..)
            | Error::QueryReturnedNoRows
            | Error::InvalidColumnType(..)
    )
}

impl SyncError {
    /// How long the registry asked to be left alone.
    pub fn retry_after(&self) -> Option<Duration> {
        if let Self::Upstream(error) = self {
            error.retry_after()
        } else {
            None
        }
    }

    /// Whether the answer was got and found untrue, rather than not got.
    pub const fn is_untrue(&self) -> bool {
        matches!(
            self,
            Self::Violation(_) | Self::Equivocation { .. } | Self::Stopped(_)
        )
    }

    /// Whether asking again can't help: a wrong secret, a missing right, no registry there.
    pub const fn is_final(&self) -> bool {
        matches!(self, Self::Upstream(error) if matches!(error.status(), Some(400..=404)))
    }
}

/// Names what was being done to a file.
pub(super) fn io(what: impl Into<String>) -> impl FnOnce(io::Error) -> SyncError {
    let what = what.into();
    move |source| SyncError::Io { what, source }
}
