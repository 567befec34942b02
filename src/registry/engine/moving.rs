//! A journal from one engine to another: one machine becomes several, and back.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{
    Registry, backup,
    carry::{carry, files_in, reach},
    data_folder::{FILES, MOVED, NODE, StartError, io},
    open_journal,
    progress::{Progress, Quiet},
    shared::Settings,
    startup::make_folder,
    store_folder,
};
use crate::{
    access::secret::{MasterSecret, write_private},
    journal::{Address, Head, Postgres, Summary},
    registry::ledger::signers,
    store::schema::SigningKeys,
};

/// Makes the data folder of one more machine. Its store is built from the journal, whose founder named the master secret. Returns
/// the position that it is at.
///
/// # Errors
/// [`StartError`]; nothing is left behind then.
pub fn join(
    folder: &Path,
    master: &MasterSecret,
    settings: &Settings,
    progress: &mut dyn Progress,
) -> Result<u64, StartError> {
    let Some(address) = &settings.database else {
        return Err(StartError::NoDatabase(folder.to_owned()));
    };
    reach(address)?;
    let is_new = !folder.exists();
    make_folder(folder, master)?;
    let joined = write_private(&folder.join(NODE), b"")
        .map_err(StartError::from)
        .and_then(|()| {
            // Whatever the others signed is of this journal, whose records follow one another: what this one signs is, too.
            backup::hold_against(folder, &[], settings, progress)?;
            let registry = Registry::open(folder, settings.clone(), progress)?;
            match registry.applied() < registry.journal_position() {
                true => Err(StartError::Unreachable(folder.to_owned())),
                false => Ok(registry.applied()),
            }
        });
    if joined.is_err() {
        clear(folder, is_new);
    }
    joined
}

/// Takes a folder's own journal into a database that has none. The folder starts no more.
///
/// # Errors
/// [`StartError`]; the folder is as it was then.
pub fn to_database(
    folder: &Path,
    address: &Address,
    settings: &Settings,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Head, StartError> {
    let alone = Settings {
        database: None,
        ..settings.clone()
    };
    let registry = Registry::open(folder, alone, &mut Quiet)?;
    every_key_is_wrapped(&registry)?;
    let from = &*registry.shared.journal;
    Postgres::create(address).map_err(io("cannot make the journal in the database".into()))?;
    let opened = Postgres::open(address.clone());
    let to = opened.map_err(io("cannot open the journal in the database".into()))?;
    let to = Arc::new(to);
    // First, so that no crash leaves two journals that both go on.
    let moved = folder.join(MOVED);
    write_private(&moved, format!("{address}\n").as_bytes())?;
    let carried = carry(from, &*to, progress)
        .and_then(|head| files_in(&folder.join(FILES), to).map(|()| head));
    if carried.is_err() {
        let _ = fs::remove_file(&moved);
    }
    carried
}

/// Every key in use must be in the journal: no other machine has the files.
fn every_key_is_wrapped(registry: &Registry) -> Result<(), StartError> {
    let store = registry.shared.store()?;
    let page = store.page::<SigningKeys>(&[], None, usize::MAX, usize::MAX, |_, _| true)?;
    let newest = page.rows.last();
    if let Some(bare) = newest.filter(|row| row.wrapped.is_none()) {
        return Err(StartError::KeyNotWrapped(bare.kid.clone()));
    }
    let signs = |row: &crate::store::schema::LedgerKey| row.retired_at.is_none();
    let rows = signers::rows(&store)?;
    match rows.iter().rfind(|row| signs(row)) {
        Some(row) if row.wrapped.is_none() => {
            Err(StartError::KeyNotWrapped(row.verifier_key.clone()))
        }
        Some(_) | None => Ok(()),
    }
}

/// Takes a node's journal out of its database into a new data folder with a journal of its own. The store is built when the
/// folder is opened first.
///
/// # Errors
/// [`StartError`]; nothing is written over.
pub fn to_folder(
    from: &Path,
    to: &Path,
    settings: &Settings,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Summary, StartError> {
    let Some(address) = open_journal::database(from, settings)? else {
        return Err(StartError::NoDatabase(from.to_owned()));
    };
    backup::is_free(to)?;
    let draft = PathBuf::from(format!("{}.unfinished", to.display()));
    store_folder::remove(&draft)?;
    let made = backup::copy(from, &draft, Some(address), progress).and_then(|summary| {
        backup::put_in_place(&draft, to).map_err(io(format!("cannot make {}", to.display())))?;
        Ok(summary)
    });
    if made.is_err() {
        let _ = fs::remove_dir_all(&draft);
    }
    made
}

/// Removes what was made of a data folder that did not come to be; the folder too, if it was made with it.
fn clear(folder: &Path, with_folder: bool) {
    if with_folder {
        let _ = fs::remove_dir_all(folder);
        return;
    }
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let _ = if path.is_dir() {
            fs::remove_dir_all(&path)
        } else {
            fs::remove_file(&path)
        };
    }
}
