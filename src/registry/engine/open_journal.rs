//! The journal of a data folder, opened, and what there is to say of it.

use std::{path::Path, sync::Arc};

use super::{
    data_folder::{JOURNAL, StartError},
    progress::{Phase, Progress},
    shared::Settings,
};
use crate::journal::{self, Cut, ErasedPart, Journal, Opened, Segments};

/// A journal, and what its files were found to be.
pub(super) struct Found {
    pub journal: Arc<dyn Journal>,
    /// Parts that are marked as erased; whether records say so too is not known yet.
    pub erased: Vec<ErasedPart>,
    /// Why nothing can be written at present.
    pub refused: Option<String>,
}

impl From<Opened> for Found {
    fn from(opened: Opened) -> Self {
        Self {
            journal: Arc::new(opened.journal),
            erased: opened.erased,
            refused: opened.refused.map(|error| error.to_string()),
        }
    }
}

/// Opens the journal for writing, as far as the disk takes writes.
pub(super) fn to_write(
    folder: &Path,
    settings: &Settings,
    progress: &mut dyn Progress,
) -> Result<Found, StartError> {
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

/// Opens the journal and writes nothing, now or later.
pub(super) fn to_read(folder: &Path, progress: &mut dyn Progress) -> Result<Found, StartError> {
    let opened = Segments::open_to_read(&folder.join(JOURNAL), &mut |p| {
        progress.step(Phase::Journal, p.bytes_done, p.bytes_total);
    })?;
    Ok(opened.into())
}
