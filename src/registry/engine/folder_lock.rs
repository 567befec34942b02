//! One program at a time on a data folder.

use std::{
    fs::{File, OpenOptions},
    io::{Read, Seek, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use super::{
    data_folder::{StartError, io},
    private_folder::make_private,
};

/// Held while a program uses the folder.
const LOCK: &str = "lock";

/// An exclusive lock on a data folder, released when dropped or when the process dies.
pub struct FolderLock(File);

impl FolderLock {
    /// Takes the lock of a folder, which is made its owner's alone.
    ///
    /// # Errors
    /// [`StartError::Locked`] names who holds it; [`StartError::Exposed`].
    pub fn take(folder: &Path) -> Result<Self, StartError> {
        make_private(folder)?;
        let path = folder.join(LOCK);
        let open = |write: bool| {
            OpenOptions::new()
                .read(true)
                .write(write)
                .create(write)
                .truncate(false)
                .mode(0o600)
                .open(&path)
        };
        // On a read-only disk the lock itself still works; where its file never was, on the folder.
        let mut file = open(true)
            .or_else(|_| open(false))
            .or_else(|_| File::open(folder))
            .map_err(io(format!("cannot open {}", path.display())))?;
        if rustix::fs::flock(&file, rustix::fs::FlockOperation::NonBlockingLockExclusive).is_err() {
            let mut holder = String::new();
            let _ = file.read_to_string(&mut holder);
            let mut lines = holder.lines().map(|line| line.trim().to_owned());
            return Err(StartError::Locked {
                folder: folder.to_owned(),
                pid: lines.next().unwrap_or_default(),
                url: lines.next(),
            });
        }
        // Who holds it is a courtesy to the next one; the lock does not depend on it.
        let _ = file.set_len(0);
        let _ = file.rewind();
        let _ = writeln!(file, "{}", std::process::id());
        Ok(Self(file))
    }

    /// Tells where the holder answers, so that a second program can ask there.
    pub(super) fn note_address(&self, url: &str) {
        let mut file = &self.0;
        let _ = file.seek(std::io::SeekFrom::End(0));
        let _ = writeln!(file, "{url}");
    }
}
