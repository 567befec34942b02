//! What a vault does, wherever its bytes lie: whole objects, by their id.

use std::io;

use thiserror::Error;
use uuid::Uuid;

use crate::domain::time::Time;

/// An object of a vault.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stored {
    /// Its id.
    pub id: Uuid,
    /// When it was put there, by the clock of the vault.
    pub modified: Time,
    /// Its size in bytes.
    pub bytes: u64,
}

/// What is in a vault.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Listing {
    /// The objects, in order of their ids.
    pub stored: Vec<Stored>,
    /// Things that this program did not put there; they are left alone.
    pub strangers: usize,
}

/// Why a vault did not do it.
#[derive(Debug, Error)]
pub enum VaultError {
    /// There is an object of this id already; what is stored is never written over.
    #[error("a file of this id is there already")]
    Exists,
    /// It has more bytes than an object may have.
    #[error("a file is larger than one may be")]
    TooLarge,
    /// There is no room left.
    #[error("there is no room for files")]
    Full(#[source] io::Error),
    /// What has the name of an object is none: a folder, a link, a device.
    #[error("what has the name of a file is no file")]
    NotAFile,
    /// Anything else.
    #[error("files can't be kept: {what}")]
    Io {
        /// What was tried.
        what: &'static str,
        /// What came of it.
        #[source]
        source: io::Error,
    },
}

/// Whole objects by their id: a folder, or a bucket of an object store. One program at a time puts and removes.
pub trait Vault: Send + Sync {
    /// Keeps an object. When it returns, the object outlives a loss of power. After an error it may be there or not.
    ///
    /// # Errors
    /// [`VaultError`]; [`VaultError::Exists`] and [`VaultError::TooLarge`] before anything was done.
    fn put(&self, id: Uuid, bytes: &[u8]) -> Result<(), VaultError>;

    /// An object; none when there is none of this id.
    ///
    /// # Errors
    /// [`VaultError`].
    fn get(&self, id: Uuid) -> Result<Option<Vec<u8>>, VaultError>;

    /// Removes an object, for good; that there is none is fine.
    ///
    /// # Errors
    /// [`VaultError`].
    fn remove(&self, id: Uuid) -> Result<(), VaultError>;

    /// What is in it.
    ///
    /// # Errors
    /// [`VaultError`].
    fn list(&self) -> Result<Listing, VaultError>;

    /// Bytes that can still be put there; none when that has no bound, or nobody knows.
    fn free_bytes(&self) -> Option<u64>;
}
