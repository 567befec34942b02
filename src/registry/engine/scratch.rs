//! The folder in which `verify` builds a store, one verify at a time.

use std::{
    fs::{self, DirBuilder, File},
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
};

use rustix::fs::{FlockOperation, flock};

use super::data_folder::{SCRATCH, StartError, io};

/// An empty folder in a data folder, its holder's alone; removed with it.
pub(super) struct Scratch {
    path: PathBuf,
    /// Locked as long as the folder is used.
    _lock: File,
}

impl Scratch {
    /// Takes the folder. What a killed verify left there is removed: it may hold what was erased since.
    ///
    /// # Errors
    /// [`StartError::Io`], also while another verify is running.
    pub(super) fn take(data: &Path) -> Result<Self, StartError> {
        let path = data.join(SCRATCH);
        let failed = || io(format!("cannot use {}", path.display()));
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&path)
            .map_err(failed())?;
        let lock = File::open(&path).map_err(failed())?;
        let busy = format!("another verify is running in {}", path.display());
        flock(&lock, FlockOperation::NonBlockingLockExclusive)
            .map_err(|error| io(busy)(error.into()))?;
        for left in fs::read_dir(&path).map_err(failed())?.flatten() {
            let left = left.path();
            let removed = match left.is_dir() {
                true => fs::remove_dir_all(&left),
                false => fs::remove_file(&left),
            };
            removed.map_err(failed())?;
        }
        Ok(Self { path, _lock: lock })
    }

    /// Removes what a killed verify left, unless one is running.
    pub(super) fn sweep(data: &Path) {
        if data.join(SCRATCH).exists() {
            let _ = Self::take(data);
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_verify_at_a_time_uses_the_folder_and_leftovers_go() {
        let data = tempfile::tempdir().unwrap();
        let left = data.path().join(SCRATCH).join("copy");
        fs::create_dir_all(&left).unwrap();
        let first = Scratch::take(data.path()).unwrap();
        assert!(!left.exists() && first.path().is_dir());
        assert!(Scratch::take(data.path()).is_err());
        Scratch::sweep(data.path());
        assert!(first.path().is_dir(), "it is in use");
        drop(first);
        assert!(!data.path().join(SCRATCH).exists());
        fs::create_dir_all(&left).unwrap();
        Scratch::sweep(data.path());
        assert!(!data.path().join(SCRATCH).exists());
    }
}
