//! Where the files of reports lie: each sealed with a key of its own, in a vault that knows nothing but ids and bytes.
//!
//! ```text
//! what came ──► seal::seal(bytes, key, id) ──► Vault::put(id, sealed)      durable from here on
//!                        │                            │
//!                        │                    <data>/files/<id>            FolderVault; objects of a bucket later
//!                        ▼
//!               key ──► a private part of the journal's record: destroy it, and nobody opens the file any more,
//!                       whatever copies of the vault there are
//! ```
//!
//! The record is written after the file. A crash between them leaves an *orphan*, a file that no record names
//! ([`orphans`]); the other way round a record would name a file that is not there.

mod folder_vault;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzz;
pub mod orphans;
pub mod seal;
pub mod vault;

pub use folder_vault::FolderVault;
