//! The journal of a data folder, opened, and what there is to say of it.

use std::{fs, path::Path, sync::Arc};

use super::{
    data_folder::{JOURNAL, MOVED, StartError, io, is_node},
    progress::{Phase, Progress},
    shared::Settings,
};
use crate::{
    journal::{self, Address, Cut, ErasedPart, Journal, Opened, Postgres, Segments},
    registry::error::RegistryError,
};

/// A journal, and what its files were found to be.
pub(super) struct Found {
    pub journal: Arc<dyn Journal>,
    /// Parts that are marked as erased; whether records say so too is not known yet.
    pub erased: Vec<ErasedPart>,
    /// Why nothing can be written at present.
    pub refused: Option<String>,
    /// A node's database, which holds its files too.
    pub database: Option<Arc<Postgres>>,
}

impl From<Opened> for Found {
    fn from(opened: Opened) -> Self {
        Self {
            journal: Arc::new(opened.journal),
            erased: opened.erased,
            refused: opened.refused.map(|error| error.to_string()),
            database: None,
        }
    }
}

/// The database of a node's journal; none for a folder that has a journal of its own.
pub(super) fn database<'a>(
    folder: &Path,
    settings: &'a Settings,
) -> Result<Option<&'a Address>, StartError> {
    match (&settings.database, is_node(folder)) {
        (address, true) => address
            .as_ref()
            .ok_or_else(|| StartError::NoDatabase(folder.to_owned()))
            .map(Some),
        (Some(_), false) => Err(StartError::OwnJournal(folder.to_owned())),
        (None, false) => match fs::read_to_string(folder.join(MOVED)) {
            Ok(to) => Err(StartError::Moved {
                folder: folder.to_owned(),
                to: to.trim_end().to_owned(),
            }),
            Err(_) => Ok(None),
        },
    }
}

/// Opens the journal for writing, as far as the disk takes writes.
pub(super) fn to_write(
    folder: &Path,
    settings: &Settings,
    progress: &mut dyn Progress,
) -> Result<Found, StartError> {
    if let Some(address) = database(folder, settings)? {
        return in_database(address);
    }
    let options = journal::Options {
        segment_bytes: settings.segment_bytes,
    };
    let opened = Segments::open(&folder.join(JOURNAL), options, &mut |p| {
        progress.step(Phase::Journal, p.bytes_done, p.bytes_total);
    })?;
    if let Some(Cut { tail, kept }) = &opened.cut {
        let kept = kept.as_deref().unwrap_or("no file: it was empty");
        progress.say(&format!(
            "the journal's last append was torn, as by a crash before it was acknowledged: {} bytes were cut off at offset {} of {} and are kept in {JOURNAL}/{kept}",
            tail.bytes, tail.offset, tail.segment
        ));
    }
    Ok(opened.into())
}

/// Opens the journal in a database, there or not.
pub(super) fn in_database(address: &Address) -> Result<Found, StartError> {
    let opened = Postgres::open(address.clone());
    let journal = opened.map_err(io("cannot start what speaks with the database".into()))?;
    let erased = match journal.standing().is_reached() {
        true => {
            let erased = journal.erased().map_err(RegistryError::from)?;
            // Records that erase them may have come after the head was read.
            journal.refresh();
            erased
        }
        false => Vec::new(),
    };
    let journal = Arc::new(journal);
    Ok(Found {
        journal: journal.clone(),
        erased,
        refused: None,
        database: Some(journal),
    })
}

/// Opens the journal and writes nothing, now or later.
pub(super) fn to_read(folder: &Path, progress: &mut dyn Progress) -> Result<Found, StartError> {
    let opened = Segments::open_to_read(&folder.join(JOURNAL), &mut |p| {
        progress.step(Phase::Journal, p.bytes_done, p.bytes_total);
    })?;
    Ok(opened.into())
}
