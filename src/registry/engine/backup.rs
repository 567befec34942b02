//! Copying a data folder, also while the program runs: the journal's files can be copied at any
//! moment. The store is not copied; it is rebuilt.

use std::{fs, os::unix::fs::DirBuilderExt, path::Path};

use super::{
    Registry,
    data_folder::{CHECKPOINT, JOURNAL, KEYS, MASTER, StartError, io},
    private_folder::make_private,
    progress::Progress,
    shared::Settings,
};
use crate::{
    access::secret::{read_private, write_private},
    journal::{Segments, Summary},
    ledger::checkpoint::Checkpoint,
    registry::ledger::signers::keep_checkpoint,
};

/// Copies journal and secrets of a data folder to a new folder and checks the copy.
///
/// # Errors
/// [`StartError`]; nothing is written over.
pub fn copy(
    from: &Path,
    to: &Path,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Summary, StartError> {
    if !from.join(JOURNAL).is_dir() {
        return Err(StartError::NotAFolder(from.to_owned()));
    }
    is_free(to)?;
    for folder in [to.to_owned(), to.join(JOURNAL), to.join(KEYS)] {
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&folder)
            .map_err(io(format!("cannot make {}", folder.display())))?;
    }
    make_private(to)?;
    write_private(&to.join(MASTER), &read_private(&from.join(MASTER))?)?;
    for path in files(&from.join(KEYS))? {
        if path.extension().is_some_and(|end| end == "pk8")
            && let Some(name) = path.file_name()
        {
            write_private(&to.join(KEYS).join(name), &read_private(&path)?)?;
        }
    }
    if let Ok(note) = fs::read_to_string(from.join(CHECKPOINT)) {
        keep_checkpoint(to, &note).map_err(io(format!("cannot write {}", to.display())))?;
    }
    // In order of names, which is order of writing: what is appended meanwhile is at the end.
    let segments = files(&from.join(JOURNAL))?;
    let total = segments.len() as u64;
    for (done, path) in segments.iter().enumerate() {
        progress(done as u64, total);
        if let Some(name) = path.file_name() {
            let copied = to.join(JOURNAL).join(name);
            fs::copy(path, &copied)
                .and_then(|_| fs::File::open(&copied)?.sync_all())
                .map_err(io(format!("cannot copy {}", path.display())))?;
        }
    }
    progress(total, total);
    fs::File::open(to.join(JOURNAL))
        .and_then(|folder| folder.sync_all())
        .map_err(io(format!("cannot sync {}", to.display())))?;
    Ok(Segments::verify(&to.join(JOURNAL))?)
}

/// Whether a folder is new or empty.
///
/// # Errors
/// [`StartError::NotEmpty`].
pub fn is_free(folder: &Path) -> Result<(), StartError> {
    if fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some()) {
        return Err(StartError::NotEmpty(folder.to_owned()));
    }
    Ok(())
}

/// Holds a restored log against checkpoints that were published, and keeps the highest as the folder's own; if
/// the log contradicts one, that one, so that no later start writes either. Returns what is wrong.
///
/// # Errors
/// [`StartError::NotACheckpoint`] for a note that none of this log's keys signed; or the folder can't be
/// opened or written.
pub fn hold_against(
    folder: &Path,
    notes: &[String],
    settings: &Settings,
    progress: &mut dyn Progress,
) -> Result<Option<String>, StartError> {
    let registry = Registry::open(folder, settings.clone(), progress)?;
    let own = fs::read_to_string(folder.join(CHECKPOINT)).ok();
    let (mut wrong, mut kept) = (None, None);
    for note in notes.iter().chain(&own) {
        let (size, why) = registry.disagreement_with(note)?;
        let rank = (why.is_some(), size);
        if kept.as_ref().is_none_or(|(highest, _)| rank > *highest) {
            kept = Some((rank, note));
        }
        wrong = wrong.or(why);
    }
    if let Some((_, note)) = kept {
        keep_checkpoint(folder, note).map_err(io(format!("cannot write {}", folder.display())))?;
    }
    Ok(wrong)
}

/// Whether a text is a checkpoint at all.
///
/// # Errors
/// [`StartError::NotACheckpoint`].
pub fn is_checkpoint(note: &str) -> Result<(), StartError> {
    let text = note.split_once("\n\n").map(|(text, _)| format!("{text}\n"));
    match text.map(|text| Checkpoint::parse(&text)) {
        Some(Ok(_)) => Ok(()),
        _ => Err(StartError::NotACheckpoint),
    }
}

fn files(folder: &Path) -> Result<Vec<std::path::PathBuf>, StartError> {
    let mut paths: Vec<_> = fs::read_dir(folder)
        .map_err(io(format!("cannot read {}", folder.display())))?
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.is_file())
        .collect();
    paths.sort();
    Ok(paths)
}
