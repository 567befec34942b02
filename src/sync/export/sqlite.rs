//! `listings.sqlite`, for programs that ask a table: SIP proxies above all.
//!
//! The file is changed where it stands, in one transaction: a proxy opens it once and keeps it open for months, so that one
//! renamed over it would never be seen, and a delisted number would stay blocked. What is the same is left alone, so that the
//! file is locked only as long as the changes take.

use std::{fs, path::Path, time::Duration};

use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior, params};

use super::in_force::{Written, each_in_force};
use crate::{
    domain::{phone::Phone, time::Time},
    sync::{
        database::Database,
        error::{self, SyncError},
    },
};

/// How long a change waits for readers to end theirs.
const PATIENCE: Duration = Duration::from_secs(10);
/// The form of the tables, as the file says it (`user_version`).
const FORM: i64 = 2;
/// `e164` and `national` are the two ways in which proxies write numbers, `84950001001` and `0950001001`; nothing for what is no
/// telephone number, and the second for Vietnamese ones alone. `number` has the sign, as in the other files.
const TABLE: &str = "
DROP TABLE IF EXISTS listings;
CREATE TABLE listings (seq INTEGER NOT NULL, key TEXT PRIMARY KEY, kind TEXT NOT NULL, number TEXT NOT NULL,
    e164 TEXT, national TEXT, listing TEXT NOT NULL, method TEXT NOT NULL, unit TEXT NOT NULL, listed_at TEXT NOT NULL,
    valid_until TEXT NOT NULL, disputed INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX listings_by_number ON listings (number, kind);
CREATE INDEX listings_by_e164 ON listings (e164);
CREATE INDEX listings_by_national ON listings (national);
PRAGMA user_version = 2;";
/// What is in force now, beside the table.
const NEXT: &str = "
PRAGMA temp_store = FILE;
CREATE TEMP TABLE next (seq INTEGER NOT NULL, key TEXT PRIMARY KEY, kind TEXT NOT NULL, number TEXT NOT NULL,
    e164 TEXT, national TEXT, listing TEXT NOT NULL, method TEXT NOT NULL, unit TEXT NOT NULL, listed_at TEXT NOT NULL,
    valid_until TEXT NOT NULL, disputed INTEGER NOT NULL) WITHOUT ROWID;";
const GONE: &str = "DELETE FROM main.listings WHERE key NOT IN (SELECT key FROM temp.next)";
const NEW: &str = "INSERT OR REPLACE INTO main.listings SELECT * FROM temp.next EXCEPT SELECT * FROM main.listings";

/// Makes the file say what is in force; a file that is no database is replaced.
///
/// # Errors
/// The disk's, and a reader's that does not end; the file stays as it was then.
pub fn write(database: &Database, path: &Path, now: Time) -> Result<Written, SyncError> {
    if path.exists() {
        return change(database, path, now);
    }
    // The first is there once it is whole: who opens an empty one may never look again.
    let failed = || error::io(format!("cannot write {}", path.display()));
    let draft = path.with_extension("sqlite.new");
    let _ = fs::remove_file(&draft);
    let written = change(database, &draft, now).inspect_err(|_| drop(fs::remove_file(&draft)))?;
    fs::rename(&draft, path).map_err(failed())?;
    Ok(written)
}

fn change(database: &Database, path: &Path, now: Time) -> Result<Written, SyncError> {
    let mut file = open(path)?;
    file.execute_batch(NEXT)?;
    let next_end = {
        let filling = file.transaction()?;
        let next_end = fill(&filling, database, now)?;
        filling.commit()?;
        next_end
    };
    let change = file.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let form: i64 = change.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if form != FORM {
        change.execute_batch(TABLE)?;
    }
    let removed = change.execute(GONE, [])?;
    let put = change.execute(NEW, [])?;
    change.commit()?;
    Ok(Written {
        has_changed: removed + put > 0 || form != FORM,
        next_end,
    })
}

/// The file as it is, or a new one where there is none that can be read.
fn open(path: &Path) -> Result<Connection, SyncError> {
    let connect = || -> rusqlite::Result<Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let file = Connection::open_with_flags(path, flags)?;
        file.busy_timeout(PATIENCE)?;
        // Readers need nothing beside the file but to read it.
        file.pragma_update(None, "journal_mode", "DELETE")?;
        let sound: String = file.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
        match sound.as_str() {
            "ok" => Ok(file),
            _ => Err(rusqlite::Error::SqliteFailure(
                rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CORRUPT),
                None,
            )),
        }
    };
    match connect() {
        Err(error) if is_no_database(&error) => {
            fs::remove_file(path).map_err(error::io(format!("cannot write {}", path.display())))?;
            Ok(connect()?)
        }
        other => Ok(other?),
    }
}

fn is_no_database(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(rusqlite::ErrorCode::NotADatabase | rusqlite::ErrorCode::DatabaseCorrupt)
    )
}

fn fill(
    filling: &Transaction<'_>,
    database: &Database,
    now: Time,
) -> Result<Option<i64>, SyncError> {
    let sql = "INSERT INTO temp.next VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12)";
    let mut insert = filling.prepare(sql)?;
    each_in_force(database, now, |row| {
        let phone = row.phone();
        insert.execute(params![
            row.seq,
            row.key,
            row.kind,
            row.number(),
            phone.as_ref().map(Phone::digits),
            phone.as_ref().and_then(Phone::national),
            row.listing.to_string(),
            row.method,
            row.unit,
            row.listed_at,
            row.valid_until,
            row.disputed,
        ])?;
        Ok(())
    })
}
