//! Whether the disk of a data folder takes writes.

use std::{
    fs,
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use thiserror::Error;

/// Made and removed to find out; left behind only by a kill.
const PROBE: &str = ".probe";

/// Why nothing can be written.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum Refusal {
    /// Less than the reserve is free.
    #[error("the disk is full: make room")]
    Full,
    /// Mounted read-only, or not this user's.
    #[error("it can't be written to ({0}): look at the disk and at who owns the folder")]
    ReadOnly(String),
}

/// Whether the disk has more than `reserve` bytes free. An unreadable figure counts as yes: the append itself will tell.
pub(super) fn has_space(folder: &Path, reserve: u64) -> bool {
    free(folder).is_none_or(|free| free > reserve)
}

/// Bytes that this user may still write to the disk of a folder, if the system tells.
pub(super) fn free(folder: &Path) -> Option<u64> {
    let told = rustix::fs::statvfs(folder).ok()?;
    Some(told.f_bavail.saturating_mul(told.f_frsize))
}

/// Why a folder takes no writes at present, by trying.
pub(super) fn refusal(folder: &Path, reserve: u64) -> Option<Refusal> {
    if !has_space(folder, reserve) {
        return Some(Refusal::Full);
    }
    match probe(&folder.join(PROBE)) {
        Ok(()) => None,
        Err(error) if error.kind() == io::ErrorKind::StorageFull => Some(Refusal::Full),
        Err(error) => Some(Refusal::ReadOnly(error.to_string())),
    }
}

fn probe(path: &Path) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    let mut file = options
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)?;
    let written = file.write_all(b"?").and_then(|()| file.sync_all());
    match fs::remove_file(path) {
        // Another program probed at the same time.
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => written,
    }
}
