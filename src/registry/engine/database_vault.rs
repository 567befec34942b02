//! Sealed files of reports in the database of the journal: every node has them.

use std::{io, sync::Arc};

use uuid::Uuid;

use crate::{
    domain::time::Time,
    evidence::{
        seal::MAX_SEALED_BYTES,
        vault::{Listing, Stored, Vault, VaultError},
    },
    journal::Postgres,
};

/// The files of a database.
pub(super) struct DatabaseVault(pub(super) Arc<Postgres>);

fn failed(what: &'static str) -> impl FnOnce(io::Error) -> VaultError {
    move |source| VaultError::Io { what, source }
}

impl Vault for DatabaseVault {
    fn put(&self, id: Uuid, bytes: &[u8]) -> Result<(), VaultError> {
        if bytes.len() > MAX_SEALED_BYTES {
            return Err(VaultError::TooLarge);
        }
        match self.0.put_file(id, bytes) {
            Ok(true) => Ok(()),
            Ok(false) => Err(VaultError::Exists),
            Err(error) => Err(failed("putting a file into the database")(error)),
        }
    }

    fn get(&self, id: Uuid) -> Result<Option<Vec<u8>>, VaultError> {
        self.0
            .file(id)
            .map_err(failed("reading a file of the database"))
    }

    fn remove(&self, id: Uuid) -> Result<(), VaultError> {
        let removed = self.0.remove_file(id);
        removed.map_err(failed("removing a file of the database"))
    }

    fn list(&self) -> Result<Listing, VaultError> {
        let rows = self
            .0
            .files()
            .map_err(failed("listing the files of the database"))?;
        let stored = rows.into_iter().map(|row| Stored {
            id: row.id,
            modified: Time::from_millis(row.modified),
            bytes: row.bytes,
        });
        Ok(Listing {
            stored: stored.collect(),
            strangers: 0,
        })
    }

    fn free_bytes(&self) -> Option<u64> {
        None
    }
}
