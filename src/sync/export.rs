//! Files made of the copy for programs that read files: rewritten when listings change or end, whole or not
//! at all (a rename, or a transaction in the SQLite file), at most once a second. The folder is made for its owner alone, and
//! so is each file the first time; an
//! operator who lets others read them does so once.

mod in_force;
mod on_change;
mod sqlite;
mod text;

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc,
        mpsc::{Receiver, RecvTimeoutError},
    },
    time::{Duration, Instant},
};

use super::{
    Clock, Progress,
    database::Database,
    error::{self, SyncError},
    local_copy::LocalCopy,
};
use crate::formats::{freeswitch, list, spamblocker};

/// Shortest time between two exports.
const BETWEEN: Duration = Duration::from_secs(1);
/// Longest time between two looks for listings that ended.
const LOOK: Duration = Duration::from_secs(60);
/// A form of the export.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Export {
    /// `listings.csv`
    Csv,
    /// `phones.txt`: one E.164 number a line.
    List,
    /// `spamblocker.csv`: a table of numbers, for the app.
    Spamblocker,
    /// `freeswitch.txt`: numbers as trunks write them, for `mod_blacklist`.
    Freeswitch,
    /// `listings.sqlite`: one table, for SIP proxies; always the same file.
    Sqlite,
}

impl Export {
    const fn file(self) -> &'static str {
        match self {
            Self::Csv => "listings.csv",
            Self::List => "phones.txt",
            Self::Spamblocker => "spamblocker.csv",
            Self::Freeswitch => "freeswitch.txt",
            Self::Sqlite => "listings.sqlite",
        }
    }
}

/// Writes exports of the copy in one folder into another.
pub struct Exporter {
    folder: PathBuf,
    copy: Arc<LocalCopy>,
    into: PathBuf,
    forms: Vec<Export>,
    on_change: Option<PathBuf>,
    clock: Clock,
}

impl Exporter {
    /// Of the copy in `folder`, into the folder `into`; `on_change` is a program that is told which files changed.
    pub fn new(
        folder: &Path,
        copy: Arc<LocalCopy>,
        into: &Path,
        forms: Vec<Export>,
        on_change: Option<PathBuf>,
        clock: Clock,
    ) -> Self {
        Self {
            folder: folder.to_owned(),
            copy,
            into: into.to_owned(),
            forms,
            on_change,
            clock,
        }
    }

    /// Exports now, and again after each message and whenever a listing ends, until the sender is gone.
    pub fn run(&self, changed: &Receiver<()>, progress: &mut dyn Progress) {
        loop {
            let started = Instant::now();
            let next = match self.write(progress) {
                Ok(next) => next,
                Err(error) => {
                    if let SyncError::Damaged(what) = &error {
                        self.copy.doubt(what);
                    }
                    progress.say(&format!("the export failed, the old files stay: {error}"));
                    // At the next look it is tried again.
                    Some(i64::MIN)
                }
            };
            if !self.wait(changed, next) {
                return;
            }
            std::thread::sleep(BETWEEN.saturating_sub(started.elapsed()));
            // One export does for everything that came meanwhile.
            while changed.try_recv().is_ok() {}
        }
    }

    /// Waits for a change or for a listing's end; false when nobody will tell any more.
    fn wait(&self, changed: &Receiver<()>, next_end: Option<i64>) -> bool {
        loop {
            match changed.recv_timeout(LOOK) {
                Ok(()) => return true,
                Err(RecvTimeoutError::Disconnected) => return false,
                Err(RecvTimeoutError::Timeout) => {
                    if next_end.is_some_and(|end| end <= (self.clock)().seconds()) {
                        return true;
                    }
                }
            }
        }
    }

    /// Writes every form once, and tells who wants to know which files changed; when the next listing in them ends, in Unix
    /// seconds.
    ///
    /// # Errors
    /// The disk's; the old files stay then.
    pub fn write(&self, progress: &mut dyn Progress) -> Result<Option<i64>, SyncError> {
        let mut changed = Vec::new();
        let written = self.write_files(&mut changed);
        if let Some(program) = self.on_change.as_deref().filter(|_| !changed.is_empty())
            && let Err(fault) = on_change::run(program, &changed)
        {
            progress.say(&fault);
        }
        written
    }

    fn write_files(&self, changed: &mut Vec<PathBuf>) -> Result<Option<i64>, SyncError> {
        let now = (self.clock)();
        let database = Database::open_to_read(&self.folder)?;
        if database.position()?.is_none() {
            return Ok(None);
        }
        let mut next_end = None;
        fs::create_dir_all(&self.into)
            .map_err(error::io(format!("cannot make {}", self.into.display())))?;
        for form in &self.forms {
            let path = self.into.join(form.file());
            let numbers = |head, write| {
                text::write(&path, |out| text::numbers(&database, out, now, head, write))
            };
            let written = match form {
                Export::Sqlite => sqlite::write(&database, &path, now)?,
                Export::Csv => text::write(&path, |out| text::table(&database, out, now))?,
                Export::List => numbers("", list::write)?,
                Export::Spamblocker => numbers(spamblocker::HEAD, spamblocker::write)?,
                Export::Freeswitch => numbers("", freeswitch::write)?,
            };
            next_end = written.next_end;
            if written.has_changed {
                changed.push(path);
            }
        }
        Ok(next_end)
    }
}
