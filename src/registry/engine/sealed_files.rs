//! Sealed files of reports are held against what the journal says of them.

use std::path::Path;

use uuid::Uuid;

use super::data_folder::{FILES, StartError};
use crate::{
    domain::report::{Report, file::ReportFile},
    evidence::{FolderVault, vault::Vault},
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
#[derive(Clone, Copy)]
pub(super) struct Files<'a> {
    /// The data folder.
    pub(super) folder: &'a Path,
    /// A program that runs meanwhile may have erased some since the journal was copied.
    pub(super) may_be_gone: bool,
}

impl Files<'_> {
    /// Opens each file that a report names and holds it against what came.
    ///
    /// # Errors
    /// [`Fault::File`] names the first that is not what came, or is missing.
    pub(super) fn verify(&self, store: &Store) -> Result<(), Fault> {
        let vault = FolderVault::open(&self.folder.join(FILES)).ok();
        for row in store.scan(Reports::ID) {
            let cannot_tell = |error| Fault::CannotTell(StartError::from(error));
            let (_, bytes) = row.map_err(cannot_tell)?;
            let report = decode::<Reports>(&bytes).map_err(cannot_tell)?;
            self.verify_report(&report, vault.as_ref())?;
        }
        Ok(())
    }

    fn verify_report(&self, report: &Report, vault: Option<&FolderVault>) -> Result<(), Fault> {
        for sealed in report.files.iter().flat_map(ReportFile::sealed) {
            let Some(key) = sealed.key else { continue };
            let wrong = |what| Fault::File {
                report: report.id,
                what,
            };
            let Some(vault) = vault else {
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
