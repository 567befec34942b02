//! Opening a journal's folder: for writing, on a disk that takes no writes, or for reading only.

use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::sync::{Condvar, Mutex, RwLock};

use rustix::fs::{FlockOperation, flock};

use super::cut;
use super::disk::Disk;
use super::flaw::OpenError;
use super::scan::{ErasedPart, Progress, Summary, TornTail, scan};
use super::segments::{Options, Segments};
use super::writer::{End, Side, take_up};

/// An open journal, and what opening it found.
#[derive(Debug)]
pub struct Opened {
    /// The journal.
    pub journal: Segments,
    /// What was cut off, if anything was: for the operator to know.
    pub cut: Option<Cut>,
    /// Parts that are marked as erased. The caller knows which were to be; any other is damage.
    pub erased: Vec<ErasedPart>,
    /// Why nothing can be written at present. Reading works, nothing was changed, and an append tries again.
    pub refused: Option<io::Error>,
}

/// An interrupted append that was cut off.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cut {
    /// Where it was.
    pub tail: TornTail,
    /// The file in the journal's folder that its bytes are kept in.
    pub kept: Option<String>,
}

/// Whether an error says that the disk takes no writes, full or read-only, rather than that something is broken.
pub fn refuses_writes(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::StorageFull
            | io::ErrorKind::QuotaExceeded
            | io::ErrorKind::ReadOnlyFilesystem
            | io::ErrorKind::PermissionDenied
    )
}

impl Segments {
    /// Opens the journal in `folder`, which is made if it isn't there, and verifies every byte of it.
    ///
    /// An interrupted append at the end is cut, its bytes kept in a file beside, and told in [`Opened::cut`]. On a disk
    /// that takes no writes it is left, and so is everything. Anything else that is not as it was written is an error
    /// with its exact place, and then nothing in the folder is changed. `progress` is called every few megabytes.
    pub fn open(
        folder: &Path,
        options: Options,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Opened, OpenError> {
        Self::open_on(Disk::default(), folder, options, progress)
    }

    /// Opens the journal in `folder` and never writes to it.
    pub fn open_to_read(
        folder: &Path,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Opened, OpenError> {
        let lock = File::open(folder).map_err(|source| OpenError::Io {
            path: folder.to_owned(),
            source,
        })?;
        let (disk, options) = (Disk::default(), Options::default());
        Self::found(disk, folder, lock, options, progress, true)
    }

    /// Verifies the journal in `folder`, a copy or one in use, and changes nothing.
    pub fn verify(folder: &Path) -> Result<Summary, OpenError> {
        Ok(scan(folder, &mut |_| {})?.summary)
    }

    /// Removes what was kept of interrupted appends: something was erased, and they may hold it.
    pub fn forget_cuts(folder: &Path) -> io::Result<()> {
        cut::forget(folder)
    }

    pub(super) fn open_on(
        disk: Disk,
        folder: &Path,
        options: Options,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Opened, OpenError> {
        let lock = prepare(folder).map_err(|source| OpenError::Io {
            path: folder.to_owned(),
            source,
        })?;
        Self::found(disk, folder, lock, options, progress, false)
    }

    fn found(
        disk: Disk,
        folder: &Path,
        lock: File,
        options: Options,
        progress: &mut dyn FnMut(Progress),
        to_read: bool,
    ) -> Result<Opened, OpenError> {
        let failed = |source| OpenError::Io {
            path: folder.to_owned(),
            source,
        };
        match flock(&lock, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(rustix::io::Errno::WOULDBLOCK) => {
                return Err(OpenError::InUse {
                    folder: folder.to_owned(),
                });
            }
            Err(error) => return Err(failed(error.into())),
        }
        let mut found = scan(folder, progress)?;
        let end = End {
            tail: found.summary.tail,
            last_append: found.last_append,
        };
        let (mut cut, mut refused) = (None, None);
        let side = if to_read {
            Side::Closed
        } else {
            match take_up(&disk, folder, &lock, &end, &mut found.known) {
                Ok((writer, kept)) => {
                    cut = end.tail.map(|tail| Cut { tail, kept });
                    Side::Open(writer)
                }
                Err(error) if refuses_writes(&error) => {
                    refused = Some(error);
                    Side::Untouched(end)
                }
                Err(error) => return Err(failed(error)),
            }
        };
        let journal = Self {
            folder: folder.to_owned(),
            lock,
            options,
            disk,
            writer: Mutex::new(side),
            index: RwLock::new(found.known),
            head: Mutex::new(found.summary.head),
            grown: Condvar::new(),
            wiping: RwLock::new(()),
        };
        Ok(Opened {
            journal,
            cut,
            erased: found.erased,
            refused,
        })
    }
}

/// Makes the folder if need be, durable in its parent, and opens it.
fn prepare(folder: &Path) -> io::Result<File> {
    match DirBuilder::new().mode(0o700).create(folder) {
        Ok(()) => {
            let folder = fs::canonicalize(folder)?;
            File::open(folder.parent().unwrap_or(&folder))?.sync_all()?;
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error),
    }
    File::open(folder)
}
