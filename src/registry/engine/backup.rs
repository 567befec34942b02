//! Copying a data folder, also while the program runs: the journal's files can be copied at any
//! moment. The store is not copied; it is rebuilt.

use std::{
    fs,
    io::{Read, Write},
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, fchown},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Registry,
    carry::{files_out, to_files},
    data_folder::{self, BACKED_UP, CHECKPOINT, FILES, JOURNAL, KEYS, MASTER, StartError, io},
    open_journal,
    private_folder::make_private,
    progress::Progress,
    shared::Settings,
    store_folder,
};
use crate::{
    access::secret::{read_private, write_private},
    domain::{hex::hex, time::Time},
    journal::{Address, Journal, Segments, Summary},
    ledger::checkpoint::Checkpoint,
    registry::{error::RegistryError, ledger::signers::keep_checkpoint},
};

/// The last file of a backup: it was finished, and holds at least so much.
const END: &str = "backup.end";

/// The settings that a registry is run with where no other file is named.
pub const SETTINGS: &str = "config.toml";

/// What makes a folder a data folder.
pub const LAST: &str = JOURNAL;

/// What the end mark says.
#[derive(Serialize, Deserialize)]
struct End {
    /// Journal position when it was finished.
    position: u64,
    /// The journal's chain value there, in hexadecimal.
    chain: String,
}

/// Copies a data folder to a new one, as a backup: made beside it, on the disk as a whole, and put in its place with its
/// end mark. One that was not finished is no backup under this name. The settings that the registry is run with, the text of
/// a file, go with it.
///
/// # Errors
/// [`StartError`]; nothing is written over.
pub fn make(
    from: &Path,
    to: &Path,
    settings: &Settings,
    file: Option<&str>,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Summary, StartError> {
    let database = open_journal::database(from, settings)?;
    is_free(to)?;
    let draft = PathBuf::from(format!("{}.unfinished", to.display()));
    store_folder::remove(&draft)?;
    let made = copy(from, &draft, database, progress).and_then(|summary| {
        let end = End {
            position: summary.head.seq,
            chain: hex(&summary.head.chain),
        };
        let text = serde_json::to_vec(&end).unwrap_or_default();
        if let Some(file) = file {
            write_private(&draft.join(SETTINGS), file.as_bytes())?;
        }
        write_private(&draft.join(END), &text)?;
        synced(&draft)?;
        put_in_place(&draft, to).map_err(io(format!("cannot make {}", to.display())))?;
        Ok(summary)
    });
    if made.is_err() {
        let _ = fs::remove_dir_all(&draft);
    }
    made
}

/// Notes in a data folder when it was backed up: its service tells whoever watches over it. Written in place, since the
/// sample of a unit may write this file and nothing else there; half of it says nothing.
///
/// # Errors
/// That of the disk.
pub fn note(folder: &Path, at: Time) -> std::io::Result<()> {
    let mut file = note_file(folder, true)?;
    file.write_all(format!("{}\n", at.rfc3339()).as_bytes())?;
    file.sync_all()
}

/// Makes the empty file that [`note`] fills, if it is not there.
///
/// # Errors
/// That of the disk.
pub fn make_note(folder: &Path) -> std::io::Result<()> {
    note_file(folder, false).map(drop)
}

/// Flags with which nothing but a plain file of that name is opened: the folder is the service's user's, and root may back up.
const PLAIN: i32 = libc::O_NOFOLLOW | libc::O_NONBLOCK;
/// Most bytes that are read of a note: an instant has 20, and its line end.
const MAX_NOTE: u64 = 64;

fn note_file(folder: &Path, anew: bool) -> std::io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    let options = options.write(true).create(true).truncate(anew);
    let options = options.mode(0o600).custom_flags(PLAIN);
    let file = options.open(folder.join(BACKED_UP))?;
    // Who makes it for another, as root does, leaves it to him.
    let (own, owner) = (file.metadata()?, fs::metadata(folder)?);
    if own.uid() != owner.uid() {
        fchown(&file, Some(owner.uid()), Some(owner.gid()))?;
    }
    Ok(file)
}

/// When [`note`] last said that a folder was backed up, if it ever did.
pub(in crate::registry) fn last_backup(path: &Path) -> Option<Time> {
    let mut options = fs::OpenOptions::new();
    let file = options.read(true).custom_flags(PLAIN).open(path).ok()?;
    let mut text = String::new();
    file.take(MAX_NOTE).read_to_string(&mut text).ok()?;
    let at: jiff::Timestamp = text.strip_suffix('\n')?.parse().ok()?;
    Some(Time::from_millis(at.as_millisecond()))
}

/// Gives what was made aside its name, and returns when the name, too, is on the disk: a power failure does not take
/// away what was said to be there.
///
/// # Errors
/// That of the disk.
pub fn put_in_place(draft: &Path, to: &Path) -> std::io::Result<()> {
    fs::rename(draft, to)?;
    let whole = to.canonicalize()?;
    let parent = whole.parent().unwrap_or(&whole);
    fs::File::open(parent)?.sync_all()
}

/// Whether a backup is whole: it has its end mark, and its journal what the mark says.
///
/// # Errors
/// [`StartError::Unfinished`].
pub fn is_finished(from: &Path) -> Result<(), StartError> {
    let unfinished = || StartError::Unfinished(from.to_owned());
    data_folder::must_be_one(from)?;
    let text = fs::read(from.join(END)).map_err(|_| unfinished())?;
    let end: End = serde_json::from_slice(&text).map_err(|_| unfinished())?;
    let opened = Segments::open_to_read(&from.join(JOURNAL), &mut |_| {})?;
    let before = end.position.checked_sub(1).ok_or_else(unfinished)?;
    let record = opened
        .journal
        .read(before, 1)
        .map_err(RegistryError::from)?;
    let record = record.into_iter().next();
    if record.is_some_and(|record| hex(&record.chain) == end.chain) {
        Ok(())
    } else {
        Err(unfinished())
    }
}

/// Copies the settings of a backup into a data folder that has none.
///
/// # Errors
/// [`StartError`]; nothing is written over.
pub fn take_settings(from: &Path, to: &Path) -> Result<(), StartError> {
    let path = from.join(SETTINGS);
    let text = fs::read(&path).map_err(io(format!("cannot read {}", path.display())))?;
    write_private(&to.join(SETTINGS), &text)?;
    synced(to)
}

fn synced(folder: &Path) -> Result<(), StartError> {
    fs::File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(io(format!("cannot sync {}", folder.display())))
}

/// Copies journal, secrets and sealed files of a data folder to a new folder and checks the copy of the journal, which comes out
/// of the database of a node.
///
/// # Errors
/// [`StartError`]; nothing is written over.
pub fn copy(
    from: &Path,
    to: &Path,
    database: Option<&Address>,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Summary, StartError> {
    copy_secrets(from, to)?;
    // Files that are erased meanwhile are in the copy of the journal, and those that come meanwhile are named by it.
    copy_files(from, to, database)?;
    copy_journal(from, to, database, progress)?;
    copy_files(from, to, database)?;
    Ok(Segments::verify(&to.join(JOURNAL))?)
}

/// As [`copy`], without the sealed files.
///
/// # Errors
/// [`StartError`]; nothing is written over.
pub fn copy_without_files(
    from: &Path,
    to: &Path,
    database: Option<&Address>,
) -> Result<Summary, StartError> {
    copy_secrets(from, to)?;
    copy_journal(from, to, database, &mut |_, _| {})?;
    Ok(Segments::verify(&to.join(JOURNAL))?)
}

fn copy_secrets(from: &Path, to: &Path) -> Result<(), StartError> {
    data_folder::must_be_one(from)?;
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
    for path in files(&from.join(KEYS), "pk8")? {
        if let Some(name) = path.file_name() {
            write_private(&to.join(KEYS).join(name), &read_private(&path)?)?;
        }
    }
    if let Ok(note) = fs::read_to_string(from.join(CHECKPOINT)) {
        keep_checkpoint(to, &note).map_err(io(format!("cannot write {}", to.display())))?;
    }
    synced(&to.join(KEYS))
}

/// Copies the sealed files of reports that the copy does not have yet.
fn copy_files(from: &Path, to: &Path, database: Option<&Address>) -> Result<(), StartError> {
    if let Some(address) = database {
        return files_out(address, &to.join(FILES));
    }
    let (from, to) = (from.join(FILES), to.join(FILES));
    if !from.is_dir() {
        return Ok(());
    }
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&to)
        .map_err(io(format!("cannot make {}", to.display())))?;
    let entries = fs::read_dir(&from).map_err(io(format!("cannot read {}", from.display())))?;
    for entry in entries.flatten() {
        let is_sealed = entry
            .file_name()
            .to_str()
            .is_some_and(|name| Uuid::parse_str(name).is_ok());
        let copied = to.join(entry.file_name());
        if !is_sealed || copied.exists() || !entry.file_type().is_ok_and(|kind| kind.is_file()) {
            continue;
        }
        let done =
            fs::copy(entry.path(), &copied).and_then(|_| fs::File::open(&copied)?.sync_all());
        match done {
            // It was erased since it was listed.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            done => done.map_err(io(format!("cannot copy {}", entry.path().display())))?,
        }
    }
    synced(&to)
}

/// Copies the journal of a data folder.
///
/// # Errors
/// [`StartError`].
fn copy_journal(
    from: &Path,
    to: &Path,
    database: Option<&Address>,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<(), StartError> {
    if let Some(address) = database {
        return to_files(address, &to.join(JOURNAL), progress);
    }
    // In order of names, which is order of writing: what is appended meanwhile is at the end.
    let segments = files(&from.join(JOURNAL), "journal")?;
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
    synced(&to.join(JOURNAL))
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
/// the log contradicts one, that one, so that no later start writes either. Without any that can be read, the log as it
/// stands is signed: the operator said that nothing newer was published. Returns what is wrong.
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
    let own = own.filter(|own| registry.disagreement_with(own).is_ok());
    let (mut wrong, mut kept) = (None, None);
    for note in notes.iter().chain(&own) {
        let (size, why) = registry.disagreement_with(note)?;
        let rank = (why.is_some(), size);
        if kept.as_ref().is_none_or(|(highest, _)| rank > *highest) {
            kept = Some((rank, note));
        }
        wrong = wrong.or(why);
    }
    let note = kept.map_or_else(|| registry.signed_anew(), |(_, note)| note.clone());
    keep_checkpoint(folder, &note).map_err(io(format!("cannot write {}", folder.display())))?;
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

fn files(folder: &Path, end: &str) -> Result<Vec<std::path::PathBuf>, StartError> {
    let mut paths: Vec<_> = fs::read_dir(folder)
        .map_err(io(format!("cannot read {}", folder.display())))?
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.is_file() && path.extension().is_some_and(|own| own == end))
        .collect();
    paths.sort();
    Ok(paths)
}
