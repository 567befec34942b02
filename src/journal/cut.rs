//! What is cut off a journal is kept beside it: should it be damage and no torn end, the bytes are evidence, and may be
//! all that is left of a record.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::disk::Disk;
use super::scan::TornTail;

/// End of the name of a file with bytes that were cut off.
pub(super) const SUFFIX: &str = ".cut";

/// Most files with cut bytes; the oldest goes first. An append has at most 16 MiB, so they take at most 128 MiB.
pub(super) const MOST_KEPT: usize = 8;

/// Writes down what is about to be cut, durably, and returns the file's name. Nothing for a tail that is gone already.
pub(super) fn keep(
    disk: &Disk,
    folder: &Path,
    lock: &File,
    tail: &TornTail,
) -> io::Result<Option<String>> {
    let bytes = match read(&folder.join(&tail.segment), tail) {
        Ok(bytes) if bytes.is_empty() => return Ok(None),
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut kept = files(folder)?;
    kept.sort();
    let surplus = (kept.len() + 1).saturating_sub(MOST_KEPT);
    for (_, path) in &kept[..surplus] {
        disk.remove(path)?;
    }
    let name = free_name(folder, tail);
    let file = disk.create(&folder.join(&name))?;
    disk.write(&file, &bytes, 0)?;
    disk.sync(&file)?;
    disk.sync_folder(lock)?;
    Ok(Some(name))
}

/// Removes every file with cut bytes: something was erased, and they may hold it.
pub(super) fn forget(folder: &Path) -> io::Result<()> {
    files(folder)?
        .into_iter()
        .try_for_each(|(_, path)| fs::remove_file(path))
}

fn read(path: &Path, tail: &TornTail) -> io::Result<Vec<u8>> {
    let file = File::open(path)?;
    let rest = file.metadata()?.len().saturating_sub(tail.offset);
    let mut bytes = vec![0; usize::try_from(rest.min(tail.bytes)).unwrap_or(0)];
    file.read_exact_at(&mut bytes, tail.offset)?;
    Ok(bytes)
}

/// The files there are, and when each was written.
fn files(folder: &Path) -> io::Result<Vec<(SystemTime, PathBuf)>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().ends_with(SUFFIX) {
            found.push((entry.metadata()?.modified()?, entry.path()));
        }
    }
    Ok(found)
}

/// A name that no file has: of the segment, the place, and how many were cut there before.
fn free_name(folder: &Path, tail: &TornTail) -> String {
    let name = |nth: u32| format!("{}-{}-{nth}{SUFFIX}", tail.segment, tail.offset);
    (1..)
        .map(name)
        .find(|name| !folder.join(name).exists())
        .unwrap_or_else(|| name(0))
}
