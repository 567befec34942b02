//! Sealed files of reports are held against what the journal says of them.

use std::{path::Path, sync::Arc};

use uuid::Uuid;

use super::{
    data_folder::{FILES, StartError, io},
    database_vault::DatabaseVault,
};
use crate::{
    domain::report::{Report, file::ReportFile},
    evidence::{FolderVault, vault::Vault},
    journal::{Address, Postgres},
    registry::report::files::unsealed,
    store::{
        Store,
        schema::Reports,
        table::{Table, decode},
    },
};

/// What is wrong with sealed files.
pub(super) enum Fault {
    CannotTell(StartError),
    /// One is not what came, or is missing.
    File {
        report: Uuid,
        what: String,
    },
}

/// Where sealed files are.
pub(super) struct Files {
    /// None where they can't be opened.
    vault: Option<Box<dyn Vault>>,
    /// A program that runs meanwhile may have erased some since the journal was copied.
    may_be_gone: bool,
}

impl Files {
    /// Those of a data folder, or of the database of its journal.
    pub(super) fn of(
        folder: &Path,
        database: Option<&Address>,
        may_be_gone: bool,
    ) -> Result<Self, StartError> {
        let vault: Option<Box<dyn Vault>> = match database {
            Some(address) => {
                let database = Postgres::open(address.clone());
                let database = database.map_err(io("cannot open the database".into()))?;
                Some(Box::new(DatabaseVault(Arc::new(database))))
            }
            None => FolderVault::open(&folder.join(FILES))
                .ok()
                .map(|vault| Box::new(vault) as _),
        };
        Ok(Self { vault, may_be_gone })
    }

    /// Opens each file that a report names and holds it against what came.
    ///
    /// # Errors
    /// [`Fault::File`] names the first that is not what came, or is missing.
    pub(super) fn verify(&self, store: &Store) -> Result<(), Fault> {
        for row in store.scan(Reports::ID) {
            let cannot_tell = |error| Fault::CannotTell(StartError::from(error));
            let (_, bytes) = row.map_err(cannot_tell)?;
            let report = decode::<Reports>(&bytes).map_err(cannot_tell)?;
            self.verify_report(&report)?;
        }
        Ok(())
    }

    fn verify_report(&self, report: &Report) -> Result<(), Fault> {
        for sealed in report.files.iter().flat_map(ReportFile::sealed) {
            let Some(key) = sealed.key else { continue };
            let wrong = |what| Fault::File {
                report: report.id,
                what,
            };
            let Some(vault) = self.vault.as_deref() else {
                return Err(wrong("the folder of files is missing".into()));
            };
            let is_gone = matches!(vault.get(sealed.stored), Ok(None));
            if is_gone && self.may_be_gone {
                continue;
            }
            unsealed(vault, sealed, key).map_err(wrong)?;
        }
        Ok(())
    }
}
