//! The few file operations that durability hangs on, in one place, so that tests can make each of them fail.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use super::Timed;

/// One operation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Step {
    /// Making a new file.
    Create,
    /// Opening a file for writing.
    Open,
    Write,
    /// Making a file's bytes durable.
    Sync,
    /// Making the names in the folder durable.
    SyncFolder,
    Truncate,
    Remove,
}

/// How far an operation got.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum When {
    Before,
    /// A write of which half was done.
    #[cfg(test)]
    Halfway,
    After,
}

#[cfg(test)]
type Watch = Arc<dyn Fn(Step, When) -> io::Result<()> + Send + Sync>;

/// Files as the engine uses them. Tests put a watch in, which is asked before and after each operation and
/// whose error becomes the operation's; otherwise it is nothing but the calls themselves.
#[derive(Clone, Default)]
pub(super) struct Disk {
    #[cfg(test)]
    watch: Option<Watch>,
    /// Who is told how long a file's sync took.
    synced: Arc<OnceLock<Timed>>,
}

impl Disk {
    #[cfg(test)]
    pub(super) fn watched(
        watch: impl Fn(Step, When) -> io::Result<()> + Send + Sync + 'static,
    ) -> Self {
        Self {
            watch: Some(Arc::new(watch)),
            ..Self::default()
        }
    }

    #[cfg(test)]
    fn ask(&self, step: Step, when: When) -> io::Result<()> {
        self.watch
            .as_ref()
            .map_or(Ok(()), |watch| watch(step, when))
    }

    #[cfg(not(test))]
    fn ask(&self, _: Step, _: When) -> io::Result<()> {
        Ok(())
    }

    fn around<T>(&self, step: Step, act: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
        self.ask(step, When::Before)?;
        let done = act()?;
        self.ask(step, When::After)?;
        Ok(done)
    }

    /// Makes an empty file that only its owner reads, in place of what may be there.
    pub(super) fn create(&self, path: &Path) -> io::Result<File> {
        self.around(Step::Create, || {
            let mut options = OpenOptions::new();
            options
                .read(true)
                .write(true)
                .create(true)
                .truncate(true)
                .mode(0o600)
                .open(path)
        })
    }

    pub(super) fn open(&self, path: &Path) -> io::Result<File> {
        self.around(Step::Open, || {
            OpenOptions::new().read(true).write(true).open(path)
        })
    }

    pub(super) fn write(&self, file: &File, bytes: &[u8], at: u64) -> io::Result<()> {
        self.around(Step::Write, || {
            #[cfg(test)]
            if self.watch.is_some() {
                file.write_all_at(&bytes[..bytes.len() / 2], at)?;
                self.ask(Step::Write, When::Halfway)?;
            }
            file.write_all_at(bytes, at)
        })
    }

    /// fdatasync: bytes, and the length where it changed.
    pub(super) fn sync(&self, file: &File) -> io::Result<()> {
        let begun = Instant::now();
        let done = self.around(Step::Sync, || file.sync_data());
        if let Some(told) = self.synced.get() {
            told(begun.elapsed());
        }
        done
    }

    /// Has every sync of a file timed from now on; the first who asks is told.
    pub(super) fn time_syncs(&self, told: Timed) {
        let _ = self.synced.set(told);
    }

    pub(super) fn sync_folder(&self, folder: &File) -> io::Result<()> {
        self.around(Step::SyncFolder, || folder.sync_all())
    }

    pub(super) fn truncate(&self, file: &File, length: u64) -> io::Result<()> {
        self.around(Step::Truncate, || file.set_len(length))
    }

    pub(super) fn remove(&self, path: &Path) -> io::Result<()> {
        self.around(Step::Remove, || std::fs::remove_file(path))
    }
}
