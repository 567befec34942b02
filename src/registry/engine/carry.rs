//! Records from one journal to another, each verified on the way.

use std::{collections::HashSet, path::Path, sync::Arc};

use uuid::Uuid;

use super::{
    data_folder::{StartError, io},
    database_vault::DatabaseVault,
    open_journal,
};
use crate::{
    evidence::{
        FolderVault,
        vault::{Vault, VaultError},
    },
    journal::{Address, Head, Journal, Options, Postgres, Segments},
    registry::error::RegistryError,
};

/// Journal bytes that are carried in one append.
const PAGE: usize = 4 << 20;
/// Records that are carried in one append.
const RECORDS: usize = 1024;

/// Whether the database can be used, and why not.
pub(super) fn reach(address: &Address) -> Result<(), StartError> {
    Postgres::reach(address).map_err(io("the journal's database can't be used".into()))
}

/// Carries all records that `to` has not. The heads are the same at the end.
pub(super) fn carry(
    from: &dyn Journal,
    to: &dyn Journal,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Head, StartError> {
    let end = loop {
        let (at, end) = (to.head(), from.head());
        progress(at.seq, end.seq);
        if at.seq >= end.seq {
            // What came meanwhile may erase what was copied as erased: a copy ends where nothing new came.
            from.refresh();
            if from.head() == end {
                break end;
            }
            continue;
        }
        let page = from.read_sealed(at.seq, PAGE);
        let mut page = page.map_err(RegistryError::from)?;
        page.truncate(RECORDS);
        if page.is_empty() {
            return Err(RegistryError::Unavailable.into());
        }
        to.take_over(at, &page).map_err(RegistryError::from)?;
    };
    let same = to.read_sealed(end.seq.saturating_sub(1), 0);
    let same = same.map_err(RegistryError::from)?;
    match same.first().map_or(Head::EMPTY, |last| last.head()) == end {
        true => Ok(end),
        false => {
            Err(RegistryError::Internal("the copy of the journal has another head".into()).into())
        }
    }
}

/// A journal of files with all records of a node's database.
pub(super) fn to_files(
    address: &Address,
    folder: &Path,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<(), StartError> {
    reach(address)?;
    let found = open_journal::in_database(address)?;
    let options = Options::default();
    let opened = Segments::open(folder, options, &mut |_| {})?;
    carry(&*found.journal, &opened.journal, progress).map(drop)
}

/// The sealed files of a node's database into a folder, as far as it has them not.
pub(super) fn files_out(address: &Address, folder: &Path) -> Result<(), StartError> {
    let database = Postgres::open(address.clone());
    let database = database.map_err(io("cannot open the database".into()))?;
    let to = FolderVault::make(folder).map_err(of_files)?;
    put_all(&DatabaseVault(Arc::new(database)), &to)
}

/// The sealed files of a folder into a database.
pub(super) fn files_in(folder: &Path, database: Arc<Postgres>) -> Result<(), StartError> {
    match FolderVault::open(folder) {
        Ok(from) => put_all(&from, &DatabaseVault(database)),
        // Nobody ever sent one.
        Err(_) => Ok(()),
    }
}

fn put_all(from: &dyn Vault, to: &dyn Vault) -> Result<(), StartError> {
    let there = to.list().map_err(of_files)?.stored;
    let there: HashSet<Uuid> = there.iter().map(|stored| stored.id).collect();
    for stored in from.list().map_err(of_files)?.stored {
        if there.contains(&stored.id) {
            continue;
        }
        // It may be erased meanwhile.
        let Some(bytes) = from.get(stored.id).map_err(of_files)? else {
            continue;
        };
        match to.put(stored.id, &bytes) {
            Ok(()) | Err(VaultError::Exists) => {}
            Err(error) => return Err(of_files(error)),
        }
    }
    Ok(())
}

fn of_files(error: VaultError) -> StartError {
    io("files of reports can't be copied".into())(std::io::Error::other(error))
}
