//! Files made of the copy for programs that read files: rewritten when listings change or end, whole or not
//! at all (a rename), at most once a second. The folder is made for its owner alone, and so is each file the first time; an
//! operator who lets others read them does so once.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
    sync::{
        Arc,
        mpsc::{Receiver, RecvTimeoutError},
    },
    time::{Duration, Instant},
};

use rusqlite::{Connection, params};

use super::{
    Clock, Progress,
    database::Database,
    error::{self, SyncError},
    local_copy::LocalCopy,
};
use crate::{
    domain::time::Time,
    formats::{csv, list, ndjson::seconds, row::FeedRow},
};

/// Shortest time between two exports.
const BETWEEN: Duration = Duration::from_secs(1);
/// Longest time between two looks for listings that ended.
const LOOK: Duration = Duration::from_secs(60);
/// A reader needs nothing but this table.
const SQLITE_TABLE: &str = "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;
CREATE TABLE listings (seq INTEGER NOT NULL, key TEXT PRIMARY KEY, kind TEXT NOT NULL, number TEXT NOT NULL,
    listing TEXT NOT NULL, method TEXT NOT NULL, unit TEXT NOT NULL, listed_at TEXT NOT NULL,
    valid_until TEXT NOT NULL, disputed INTEGER NOT NULL) WITHOUT ROWID;
BEGIN;";
const SQLITE_INDEX: &str = "CREATE INDEX listings_by_number ON listings (number, kind); COMMIT;";

/// A form of the export.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Export {
    /// `listings.csv`
    Csv,
    /// `phones.txt`: one E.164 number a line, sorted.
    List,
    /// `listings.sqlite`: one table, for SIP proxies.
    Sqlite,
}

impl Export {
    const fn file(self) -> &'static str {
        match self {
            Self::Csv => "listings.csv",
            Self::List => "phones.txt",
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
    clock: Clock,
}

impl Exporter {
    /// Of the copy in `folder`, into the folder `into`.
    pub fn new(
        folder: &Path,
        copy: Arc<LocalCopy>,
        into: &Path,
        forms: Vec<Export>,
        clock: Clock,
    ) -> Self {
        Self {
            folder: folder.to_owned(),
            copy,
            into: into.to_owned(),
            forms,
            clock,
        }
    }

    /// Exports now, and again after each message and whenever a listing ends, until the sender is gone.
    pub fn run(&self, changed: &Receiver<()>, progress: &mut dyn Progress) {
        loop {
            let started = Instant::now();
            let next = match self.write() {
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

    /// Writes every form once; when the next listing in them ends, in Unix seconds.
    ///
    /// # Errors
    /// The disk's; the old files stay then.
    pub fn write(&self) -> Result<Option<i64>, SyncError> {
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
            let draft = self.into.join(format!(".{}.new", form.file()));
            let _ = fs::remove_file(&draft);
            let written = match form {
                Export::Sqlite => sqlite(&database, &draft, now),
                Export::Csv => text(&database, &draft, now, csv::HEAD, csv::write),
                Export::List => text(&database, &draft, now, "", list::write),
            };
            // What is not what was verified does not lie around.
            next_end = written.inspect_err(|_| drop(fs::remove_file(&draft)))?;
            // Made for its owner alone; whom an operator lets read the file may go on reading it.
            if let Ok(before) = fs::metadata(&path) {
                fs::set_permissions(&draft, before.permissions())
                    .map_err(error::io(format!("cannot write {}", path.display())))?;
            }
            File::open(&draft)
                .and_then(|file| file.sync_all())
                .and_then(|()| fs::rename(&draft, &path))
                .map_err(error::io(format!("cannot write {}", path.display())))?;
        }
        Ok(next_end)
    }
}

/// Shows the listings in force, in key order; when the next of them ends. Nothing of it is to be used when it fails: then the
/// copy is not what was verified.
fn each_in_force(
    database: &Database,
    now: Time,
    mut see: impl FnMut(FeedRow) -> Result<(), SyncError>,
) -> Result<Option<i64>, SyncError> {
    let mut next_end: Option<i64> = None;
    database.load(|row| {
        let end = seconds(&row.valid_until).unwrap_or(0);
        if end <= now.seconds() {
            return Ok(());
        }
        next_end = Some(next_end.map_or(end, |next| next.min(end)));
        see(row)
    })?;
    Ok(next_end)
}

/// Writes one listing in a form.
type WriteRow = fn(&mut BufWriter<File>, &FeedRow) -> io::Result<()>;

fn text(
    database: &Database,
    path: &Path,
    now: Time,
    head: &str,
    write: WriteRow,
) -> Result<Option<i64>, SyncError> {
    let failed = || error::io(format!("cannot write {}", path.display()));
    let mut out = BufWriter::new(File::create(path).map_err(failed())?);
    out.write_all(head.as_bytes()).map_err(failed())?;
    let next_end = each_in_force(database, now, |row| write(&mut out, &row).map_err(failed()))?;
    out.flush().map_err(failed())?;
    Ok(next_end)
}

fn sqlite(database: &Database, path: &Path, now: Time) -> Result<Option<i64>, SyncError> {
    let made = Connection::open(path)?;
    made.execute_batch(SQLITE_TABLE)?;
    let sql = "INSERT INTO listings VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10)";
    let mut insert = made.prepare(sql)?;
    let next_end = each_in_force(database, now, |row| {
        insert.execute(params![
            row.seq,
            row.key,
            row.kind,
            row.number(),
            row.listing.to_string(),
            row.method,
            row.unit,
            row.listed_at,
            row.valid_until,
            row.disputed,
        ])?;
        Ok(())
    })?;
    drop(insert);
    made.execute_batch(SQLITE_INDEX)?;
    Ok(next_end)
}
