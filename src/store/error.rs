//! What goes wrong in the store.

use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
};

use thiserror::Error;

/// Why the store could not do it.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The embedded database failed or panicked.
    #[error("the store failed: {0}")]
    Engine(String),
    /// The disk takes no writes: full, read-only, or not this user's. The store itself may be sound.
    #[error("the disk takes no writes: {0}")]
    Disk(String),
    /// A row that does not decode, or contents that disagree with the digest kept beside them.
    #[error("the store is damaged: {0}")]
    Damaged(&'static str),
    /// Written by a later program.
    #[error(
        "the store was written by a later program (version {found}, this one knows {known}): use the newer program"
    )]
    Newer { found: u32, known: u32 },
    /// A change that does not fit the state it is applied to.
    #[error("change does not fit the state: {0}")]
    Misfit(&'static str),
}

impl From<sled::Error> for StoreError {
    fn from(error: sled::Error) -> Self {
        if let sled::Error::Io(error) = &error
            && takes_no_writes(error)
        {
            return Self::Disk(error.to_string());
        }
        Self::Engine(error.to_string())
    }
}

fn takes_no_writes(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::StorageFull
            | io::ErrorKind::QuotaExceeded
            | io::ErrorKind::ReadOnlyFilesystem
            | io::ErrorKind::PermissionDenied
    )
}

/// Runs `work`, turning a panic of the embedded database into an error.
pub(super) fn guarded<T>(work: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err(StoreError::Engine("panic inside the database".into())))
}
