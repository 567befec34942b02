//! A vault in a folder: a file for each object, its name the object's id.
//!
//! Everything is done from the opened folder and follows no link, so nobody who can write a name there makes this program
//! read or write elsewhere.

use std::{
    ffi::CStr,
    fs::File,
    io::{self, Read, Write},
    os::fd::OwnedFd,
    path::Path,
};

use rustix::{
    fs::{self, AtFlags, CWD, Dir, FileType, Mode, OFlags, RawMode, Stat},
    io::Errno,
};
use uuid::Uuid;

use super::{
    seal::MAX_SEALED_BYTES,
    vault::{Listing, Stored, Vault, VaultError},
};
use crate::domain::time::Time;

/// What the name of an object begins with while it is being written.
const DRAFT: &str = ".new-";
/// What the owner may do with the folder, and nobody else.
const FOLDER_MODE: Mode = Mode::RWXU;
/// What the owner may do with a file.
const FILE_MODE: Mode = Mode::RUSR.union(Mode::WUSR);
/// Whatever others may do.
const OTHERS: RawMode = 0o077;

/// A vault in a folder of this machine.
pub struct FolderVault {
    folder: OwnedFd,
    #[cfg(test)]
    fails_after: Option<Step>,
}

/// A step of putting an object, after which a crash would tell.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Step {
    Create,
    Write,
    Sync,
    Rename,
    SyncFolder,
}

impl FolderVault {
    /// Opens the folder, which is made if it is missing and becomes its owner's alone if it is not.
    ///
    /// # Errors
    /// [`VaultError::Io`]; [`VaultError::NotAFile`] when the path is a link or no folder.
    pub fn make(folder: &Path) -> Result<Self, VaultError> {
        match fs::mkdirat(CWD, folder, FOLDER_MODE) {
            Ok(()) => {
                let parent = folder.parent().filter(|path| !path.as_os_str().is_empty());
                let parent = File::open(parent.unwrap_or(Path::new(".")));
                parent
                    .and_then(|parent| parent.sync_all())
                    .map_err(|error| failed("making the folder durable", error))?;
            }
            Err(Errno::EXIST) => {}
            Err(error) => return Err(failed("making the folder", error)),
        }
        let vault = Self::open(folder)?;
        let about =
            fs::fstat(&vault.folder).map_err(|error| failed("looking at the folder", error))?;
        if about.st_mode & OTHERS != 0 {
            fs::fchmod(&vault.folder, FOLDER_MODE)
                .map_err(|error| failed("making the folder private", error))?;
        }
        Ok(vault)
    }

    /// Opens a folder that is there, and changes nothing of it.
    ///
    /// # Errors
    /// [`VaultError::Io`], with [`io::ErrorKind::NotFound`] when it is not there; [`VaultError::NotAFile`] when the path is
    /// a link or no folder.
    pub fn open(folder: &Path) -> Result<Self, VaultError> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let folder = fs::openat(CWD, folder, flags, Mode::empty())
            .map_err(|error| failed("opening the folder", error))?;
        Ok(Self {
            folder,
            #[cfg(test)]
            fails_after: None,
        })
    }

    /// Removes what was half written when the program was killed; how many. Only for who has the data folder for himself.
    ///
    /// # Errors
    /// [`VaultError::Io`].
    pub fn remove_drafts(&self) -> Result<usize, VaultError> {
        let mut removed = 0;
        self.each(|name| {
            if is_draft(name) {
                self.unlink(name)?;
                removed += 1;
            }
            Ok(())
        })?;
        Ok(removed)
    }

    fn each(
        &self,
        mut told: impl FnMut(&CStr) -> Result<(), VaultError>,
    ) -> Result<(), VaultError> {
        let listing = |error| failed("listing the folder", error);
        for entry in Dir::read_from(&self.folder).map_err(listing)? {
            let entry = entry.map_err(listing)?;
            if !matches!(entry.file_name().to_bytes(), b"." | b"..") {
                told(entry.file_name())?;
            }
        }
        Ok(())
    }

    /// What a name stands for, the name itself and not what it may point to; none when nothing is there.
    fn look(&self, name: impl rustix::path::Arg) -> Result<Option<Stat>, VaultError> {
        match fs::statat(&self.folder, name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(about) => Ok(Some(about)),
            Err(Errno::NOENT) => Ok(None),
            Err(error) => Err(failed("looking at a file", error)),
        }
    }

    fn unlink(&self, name: impl rustix::path::Arg) -> Result<(), VaultError> {
        match fs::unlinkat(&self.folder, name, AtFlags::empty()) {
            Ok(()) | Err(Errno::NOENT) => Ok(()),
            Err(Errno::ISDIR | Errno::PERM) => Err(VaultError::NotAFile),
            Err(error) => Err(failed("removing a file", error)),
        }
    }

    /// Writes an object under a name that is not its own yet, durably.
    fn write(&self, draft: &str, bytes: &[u8]) -> Result<(), VaultError> {
        let flags =
            OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let file = fs::openat(&self.folder, draft, flags, FILE_MODE)
            .map_err(|error| failed("making a file", error))?;
        self.after(Step::Create)?;
        let mut file = File::from(file);
        file.write_all(bytes)
            .map_err(|error| failed("writing a file", error))?;
        self.after(Step::Write)?;
        file.sync_all()
            .map_err(|error| failed("making a file durable", error))?;
        self.after(Step::Sync)
    }

    /// Gives an object its name.
    fn publish(&self, draft: &str, name: &str) -> Result<(), VaultError> {
        fs::renameat(&self.folder, draft, &self.folder, name)
            .map_err(|error| failed("naming a file", error))?;
        self.after(Step::Rename)?;
        self.sync()?;
        self.after(Step::SyncFolder)
    }

    fn sync(&self) -> Result<(), VaultError> {
        fs::fsync(&self.folder).map_err(|error| failed("making a name durable", error))
    }

    /// A crash in tests; nothing otherwise.
    fn after(&self, _step: Step) -> Result<(), VaultError> {
        #[cfg(test)]
        if self.fails_after == Some(_step) {
            return Err(failed("a step", io::Error::other("a fault")));
        }
        Ok(())
    }
}

impl Vault for FolderVault {
    fn put(&self, id: Uuid, bytes: &[u8]) -> Result<(), VaultError> {
        if bytes.len() > MAX_SEALED_BYTES {
            return Err(VaultError::TooLarge);
        }
        let name = id.to_string();
        let draft = format!("{DRAFT}{name}");
        // The data folder belongs to one process, and ids are not made twice: nobody comes between this and the renaming.
        if self.look(&*name)?.is_some() {
            return Err(VaultError::Exists);
        }
        // A killed attempt's.
        self.unlink(&*draft)?;
        // A crash up to the renaming leaves a draft; after it, an orphan.
        let done = self
            .write(&draft, bytes)
            .and_then(|()| self.publish(&draft, &name));
        if done.is_err() {
            // What is left in spite of this is removed by `remove_drafts`.
            let _ = self.unlink(&*draft);
        }
        done
    }

    fn get(&self, id: Uuid) -> Result<Option<Vec<u8>>, VaultError> {
        // NONBLOCK: a pipe of this name is opened without waiting for its other end.
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file = match fs::openat(&self.folder, id.to_string(), flags, Mode::empty()) {
            Ok(file) => file,
            Err(Errno::NOENT) => return Ok(None),
            Err(error) => return Err(failed("opening a file", error)),
        };
        let about = fs::fstat(&file).map_err(|error| failed("looking at a file", error))?;
        if !is_file(&about) {
            return Err(VaultError::NotAFile);
        }
        let mut bytes = Vec::with_capacity(size(&about).min(MAX_SEALED_BYTES as u64) as usize);
        File::from(file)
            .take(MAX_SEALED_BYTES as u64 + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| failed("reading a file", error))?;
        if bytes.len() > MAX_SEALED_BYTES {
            return Err(VaultError::TooLarge);
        }
        Ok(Some(bytes))
    }

    fn remove(&self, id: Uuid) -> Result<(), VaultError> {
        self.unlink(id.to_string())?;
        self.sync()
    }

    fn list(&self) -> Result<Listing, VaultError> {
        let mut listing = Listing::default();
        self.each(|name| {
            if is_draft(name) {
                return Ok(());
            }
            let (Some(id), Some(about)) = (object(name.to_bytes()), self.look(name)?) else {
                listing.strangers += 1;
                return Ok(());
            };
            match is_file(&about) {
                true => listing.stored.push(stored(id, &about)),
                false => listing.strangers += 1,
            }
            Ok(())
        })?;
        listing.stored.sort_by_key(|stored| stored.id);
        Ok(listing)
    }

    fn free_bytes(&self) -> Option<u64> {
        let disk = fs::fstatvfs(&self.folder).ok()?;
        Some(disk.f_bavail.saturating_mul(disk.f_frsize))
    }
}

/// The id of an object of this name, which is written in one way only.
fn object(name: &[u8]) -> Option<Uuid> {
    let name = std::str::from_utf8(name).ok()?;
    let id = Uuid::try_parse(name).ok()?;
    (id.to_string() == name).then_some(id)
}

fn is_draft(name: &CStr) -> bool {
    let rest = name.to_bytes().strip_prefix(DRAFT.as_bytes());
    rest.is_some_and(|rest| object(rest).is_some())
}

fn is_file(about: &Stat) -> bool {
    FileType::from_raw_mode(about.st_mode) == FileType::RegularFile
}

fn size(about: &Stat) -> u64 {
    u64::try_from(about.st_size).unwrap_or(0)
}

fn stored(id: Uuid, about: &Stat) -> Stored {
    let millis = about.st_mtime_nsec / 1_000_000;
    Stored {
        id,
        modified: Time::from_millis(about.st_mtime.saturating_mul(1_000).saturating_add(millis)),
        bytes: size(about),
    }
}

fn failed(what: &'static str, error: impl Into<io::Error>) -> VaultError {
    let source = error.into();
    let code = source.raw_os_error().map(Errno::from_raw_os_error);
    match code {
        Some(Errno::NOSPC | Errno::DQUOT) => VaultError::Full(source),
        Some(Errno::LOOP | Errno::NOTDIR) => VaultError::NotAFile,
        _ => VaultError::Io { what, source },
    }
}

#[cfg(test)]
mod tests;
