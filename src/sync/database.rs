//! The copy on disk: one SQLite file. A page or a snapshot is one transaction, so a kill at any point leaves
//! the copy as it was before or as it is after.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::error::SyncError;
use crate::{
    domain::time::Time, formats::row::FeedRow, ledger::tree::Frontier, store::digest::LiveDigest,
};

/// The file's name in the mirror's folder.
pub const FILE: &str = "mirror.db";
/// Layout of the tables.
const SCHEMA_VERSION: i64 = 1;

/// `seq` is the ledger entry of the listing's last change. Words and times stand as they were sent; `expires`
/// is `valid_until` in Unix seconds. `leaves` are the ledger entries in force, of all kinds. `given`: whether
/// this partner gets the kind, null while that is unknown.
const TABLES: &str = "
CREATE TABLE listings (
    key TEXT PRIMARY KEY, kind TEXT NOT NULL, seq INTEGER NOT NULL UNIQUE, listing TEXT NOT NULL,
    method TEXT NOT NULL, unit TEXT NOT NULL, listed_at TEXT NOT NULL, valid_until TEXT NOT NULL,
    renewed_at TEXT, disputed INTEGER NOT NULL, expires INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX listings_by_end ON listings (expires);
CREATE TABLE leaves (seq INTEGER PRIMARY KEY, kind TEXT NOT NULL);
CREATE TABLE kinds (kind TEXT PRIMARY KEY, live INTEGER NOT NULL DEFAULT 0, given INTEGER) WITHOUT ROWID;
CREATE TABLE keys (vkey TEXT PRIMARY KEY, pinned_at TEXT NOT NULL, how TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE facts (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
";

pub(super) const COLUMNS: &str =
    "key, kind, seq, listing, method, unit, listed_at, valid_until, renewed_at, disputed";

/// Single facts kept beside the tables.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fact {
    /// The largest checkpoint that was ever verified, as a signed note.
    Checkpoint,
    /// When a round was last verified, in milliseconds.
    Contact,
    /// [`Position`].
    Position,
}

impl Fact {
    const fn name(self) -> &'static str {
        match self {
            Self::Checkpoint => "checkpoint",
            Self::Contact => "contact",
            Self::Position => "position",
        }
    }
}

/// How far the log was followed and what the copy adds up to there.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Position {
    pub frontier: Frontier,
    pub count: u64,
    pub digest: LiveDigest,
}

/// What is known of one kind.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct KindState {
    /// Ledger entries in force.
    pub live: u64,
    /// Whether this partner gets it.
    pub given: Option<bool>,
}

/// The open file.
pub struct Database(Connection);

impl Database {
    /// Opens the file of a folder, or makes it.
    ///
    /// # Errors
    /// [`SyncError::Damaged`] when it is no copy of this program.
    pub fn open(folder: &Path) -> Result<Self, SyncError> {
        let path = folder.join(FILE);
        let connection = Connection::open(&path)?;
        let prepared = connection
            .execute_batch(
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=5000; PRAGMA secure_delete=ON;",
            )
            .and_then(|()| connection.query_row("PRAGMA user_version", [], |row| row.get(0)));
        let damaged = |what: String| SyncError::Damaged {
            path: path.clone(),
            what,
        };
        match prepared.map_err(|error| damaged(error.to_string()))? {
            0 => connection.execute_batch(&format!(
                "BEGIN; {TABLES} PRAGMA user_version={SCHEMA_VERSION}; COMMIT;"
            ))?,
            SCHEMA_VERSION => {}
            other => return Err(damaged(format!("layout {other}"))),
        }
        Ok(Self(connection))
    }

    /// A copy in memory that begins with nothing.
    #[cfg(any(test, fuzzing))]
    pub(super) fn in_memory() -> Result<Self, SyncError> {
        let connection = Connection::open_in_memory()?;
        connection.execute_batch(TABLES)?;
        Ok(Self(connection))
    }

    /// Opens the file for reading only, beside the one writer.
    ///
    /// # Errors
    /// SQLite's.
    pub fn open_to_read(folder: &Path) -> Result<Self, SyncError> {
        let connection = Connection::open(folder.join(FILE))?;
        connection.execute_batch("PRAGMA busy_timeout=5000; PRAGMA query_only=ON;")?;
        Ok(Self(connection))
    }

    /// Begins to write; without [`Transaction::commit`] nothing has happened.
    pub fn begin(&mut self) -> Result<Transaction<'_>, SyncError> {
        Ok(self.0.transaction()?)
    }

    /// Leaves no trace of rows that are gone: deleted bytes are overwritten, and the log of writes is emptied.
    pub fn forget_traces(&self) -> Result<(), SyncError> {
        let truncate = "PRAGMA wal_checkpoint(TRUNCATE)";
        self.0.query_row(truncate, [], |_| Ok(()))?;
        Ok(())
    }

    /// One fact.
    pub fn fact<T: rusqlite::types::FromSql>(&self, fact: Fact) -> Result<Option<T>, SyncError> {
        let sql = "SELECT value FROM facts WHERE name = ?";
        Ok(self
            .0
            .query_row(sql, [fact.name()], |row| row.get(0))
            .optional()?)
    }

    /// Writes one fact by itself.
    pub fn set_fact(&self, fact: Fact, value: &dyn rusqlite::ToSql) -> Result<(), SyncError> {
        put_fact(&self.0, fact, value)
    }

    /// How far the copy is; nothing before the first sync.
    pub fn position(&self) -> Result<Option<Position>, SyncError> {
        let bytes: Option<Vec<u8>> = self.fact(Fact::Position)?;
        Ok(bytes.and_then(|bytes| {
            let position: Position = postcard::from_bytes(&bytes).ok()?;
            let edge = &position.frontier;
            Frontier::from_parts(edge.size(), edge.peaks().to_vec())?;
            Some(position)
        }))
    }

    /// Verifier keys that are trusted.
    pub fn keys(&self) -> Result<Vec<String>, SyncError> {
        let sql = "SELECT vkey FROM keys ORDER BY pinned_at, vkey";
        let mut found = self.0.prepare(sql)?;
        let keys = found.query_map([], |row| row.get(0))?;
        Ok(keys.collect::<Result<_, _>>()?)
    }

    /// Trusts a key from now on.
    pub fn pin(&self, vkey: &str, how: &str, now: Time) -> Result<(), SyncError> {
        put_key(&self.0, vkey, how, now)
    }

    /// Shows every listing of the copy.
    pub fn each(&self, mut see: impl FnMut(FeedRow)) -> Result<(), SyncError> {
        let mut found = self.0.prepare(&format!("SELECT {COLUMNS} FROM listings"))?;
        for held in found.query_map([], held)? {
            see(held?);
        }
        Ok(())
    }

    /// Listings in force at an instant, in key order.
    pub fn each_in_force<E: From<SyncError>>(
        &self,
        now: Time,
        mut see: impl FnMut(FeedRow) -> Result<(), E>,
    ) -> Result<(), E> {
        let sql = format!("SELECT {COLUMNS} FROM listings WHERE expires > ? ORDER BY key");
        let failed = |error: rusqlite::Error| E::from(SyncError::from(error));
        let mut found = self.0.prepare(&sql).map_err(failed)?;
        for held in found.query_map([now.seconds()], held).map_err(failed)? {
            see(held.map_err(failed)?)?;
        }
        Ok(())
    }

    /// When the next listing in force ends, in Unix seconds.
    pub fn next_end(&self, now: Time) -> Result<Option<i64>, SyncError> {
        let sql = "SELECT min(expires) FROM listings WHERE expires > ?";
        Ok(self.0.query_row(sql, [now.seconds()], |row| row.get(0))?)
    }

    /// Whether every listing stands on an entry in force of its kind, and kinds add up.
    pub fn is_complete(&self) -> Result<bool, SyncError> {
        let sql = "SELECT
            (SELECT count(*) FROM listings l LEFT JOIN leaves f ON f.seq = l.seq AND f.kind = l.kind WHERE f.seq IS NULL)
            + (SELECT count(*) FROM (SELECT k.kind FROM kinds k
                WHERE k.live <> (SELECT count(*) FROM leaves f WHERE f.kind = k.kind)))";
        let wrong: i64 = self.0.query_row(sql, [], |row| row.get(0))?;
        Ok(wrong == 0)
    }
}

pub(super) fn held(row: &Row<'_>) -> rusqlite::Result<FeedRow> {
    let listing: String = row.get(3)?;
    let bad = rusqlite::Error::InvalidColumnType(3, "text".into(), rusqlite::types::Type::Text);
    Ok(FeedRow {
        seq: row.get(2)?,
        key: row.get(0)?,
        kind: row.get(1)?,
        listing: Uuid::parse_str(&listing).map_err(|_| bad)?,
        method: row.get(4)?,
        unit: row.get(5)?,
        listed_at: row.get(6)?,
        valid_until: row.get(7)?,
        renewed_at: row.get(8)?,
        disputed: row.get(9)?,
    })
}

pub(super) fn put_fact(
    on: &Connection,
    fact: Fact,
    value: &dyn rusqlite::ToSql,
) -> Result<(), SyncError> {
    let sql = "INSERT OR REPLACE INTO facts (name, value) VALUES (?1, ?2)";
    on.prepare_cached(sql)?
        .execute(params![fact.name(), value])?;
    Ok(())
}

pub(super) fn put_key(on: &Connection, vkey: &str, how: &str, now: Time) -> Result<(), SyncError> {
    let sql = "INSERT OR IGNORE INTO keys (vkey, pinned_at, how) VALUES (?1, ?2, ?3)";
    on.execute(sql, params![vkey, now.rfc3339(), how])?;
    Ok(())
}
