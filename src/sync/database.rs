//! The copy on disk: one SQLite file. A page or a snapshot is one transaction, so a kill at any point leaves
//! the copy as it was before or as it is after.
//!
//! Disks flip bits, and SQLite does not notice. So every row counts in a sum that is kept with the position, and each fact
//! has a checksum: what is read whole ([`Database::load`]) is what was verified, or it is [`SyncError::Damaged`].

use std::{collections::BTreeMap, fs, io::Read, path::Path};

use rusqlite::{Connection, OpenFlags, OptionalExtension, Row, Transaction, params};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    error::{SyncError, io},
    officials,
    position::{KindState, Position},
};
use crate::{formats::row::FeedRow, registry::check::OfficialName};

/// The file's name in the mirror's folder, and those of SQLite's beside it.
pub const FILE: &str = "mirror.db";
const BESIDE: [&str; 2] = ["mirror.db-wal", "mirror.db-shm"];
/// Layout of the tables. The step from one before is to take the copy anew: keys and checkpoint are kept apart.
const LAYOUT: i64 = 2;
/// `application_id` is this and the layout: a number that is damaged is told from another layout.
const MARK: i64 = 0x4347_4d00;
/// The layout before there was a mark.
const UNMARKED: i64 = 1;
/// How SQLite's files begin, and what stands from byte 18 on: ways of writing and reading (2 once it is set), no reserved
/// bytes, and three constants. <https://www.sqlite.org/fileformat.html>
const MAGIC: &[u8; 16] = b"SQLite format 3\0";
const WAYS: [[u8; 6]; 2] = [[1, 1, 0, 64, 32, 32], [2, 2, 0, 64, 32, 32]];

/// `seq` is the ledger entry of the listing's last change. Words and times stand as they were sent. `leaves` are the
/// ledger entries in force, of all kinds; `officials` are the identifiers that the log says are protected.
const TABLES: &str = "
CREATE TABLE listings (
    key TEXT PRIMARY KEY, kind TEXT NOT NULL, seq INTEGER NOT NULL UNIQUE, listing TEXT NOT NULL,
    method TEXT NOT NULL, unit TEXT NOT NULL, listed_at TEXT NOT NULL, valid_until TEXT NOT NULL,
    renewed_at TEXT, disputed INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE leaves (seq INTEGER PRIMARY KEY, kind TEXT NOT NULL);
CREATE TABLE officials (
    key TEXT PRIMARY KEY, name_vi TEXT NOT NULL, name_en TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE facts (name TEXT PRIMARY KEY, value BLOB NOT NULL, sum BLOB NOT NULL) WITHOUT ROWID;
";

pub(super) const COLUMNS: &str =
    "key, kind, seq, listing, method, unit, listed_at, valid_until, renewed_at, disputed";

/// Single facts kept beside the tables.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fact {
    /// Keys and the largest checkpoint ever verified: `kept_trust.rs`.
    Trust,
    /// When a round was last verified, in milliseconds.
    Contact,
    /// [`Position`].
    Position,
}

impl Fact {
    const fn name(self) -> &'static str {
        match self {
            Self::Trust => "trust",
            Self::Contact => "contact",
            Self::Position => "position",
        }
    }
}

/// The open file.
pub struct Database(Connection);

impl Database {
    /// Opens the file of a folder, or makes it.
    ///
    /// # Errors
    /// [`SyncError::Damaged`], [`SyncError::OlderLayout`] or [`SyncError::NewerLayout`].
    pub fn open(folder: &Path) -> Result<Self, SyncError> {
        check_head(folder)?;
        let connection = Connection::open(folder.join(FILE))?;
        connection.execute_batch(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=5000; PRAGMA secure_delete=ON;",
        )?;
        let number = |sql| connection.query_row(sql, [], |row| row.get::<_, i64>(0));
        let found = number("PRAGMA user_version")?;
        let mark = number("PRAGMA application_id")?;
        let tables = number("SELECT count(*) FROM sqlite_master")?;
        match (found, mark) {
            (0, 0) if tables == 0 => create(&connection)?,
            (UNMARKED, 0) => return Err(SyncError::OlderLayout),
            _ if mark != MARK + found => return Err(SyncError::Damaged("its head".into())),
            (LAYOUT, _) => {}
            (newer, _) if newer > LAYOUT => {
                return Err(SyncError::NewerLayout {
                    found: newer,
                    known: LAYOUT,
                });
            }
            _ => return Err(SyncError::OlderLayout),
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
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(folder.join(FILE), flags)?;
        connection.execute_batch("PRAGMA busy_timeout=5000; PRAGMA query_only=ON;")?;
        Ok(Self(connection))
    }

    /// Closes the file, removes it, and makes another. Until that worked this is no database, and all it is asked fails.
    ///
    /// # Errors
    /// The disk's.
    pub fn begin_anew(&mut self, folder: &Path) -> Result<(), SyncError> {
        // A connection that is closed later could remove what lies beside the new file.
        self.0 = Connection::open_in_memory()?;
        *self = Self::anew(folder)?;
        Ok(())
    }

    /// Removes what a folder holds, and makes a new file.
    ///
    /// # Errors
    /// The disk's.
    pub fn anew(folder: &Path) -> Result<Self, SyncError> {
        remove(folder)?;
        Self::open(folder)
    }

    /// Begins to write; without [`Transaction::commit`] nothing has happened.
    pub fn begin(&mut self) -> Result<Transaction<'_>, SyncError> {
        Ok(self.0.transaction()?)
    }

    /// Leaves no trace of rows that are gone: deleted bytes are overwritten, and the log of writes is emptied. Returns
    /// whether it is: not while somebody reads what was before.
    pub fn forget_traces(&self) -> Result<bool, SyncError> {
        let truncate = "PRAGMA wal_checkpoint(TRUNCATE)";
        let is_busy: bool = self.0.query_row(truncate, [], |row| row.get(0))?;
        Ok(!is_busy)
    }

    /// One fact.
    ///
    /// # Errors
    /// [`SyncError::Damaged`] when it is not what was written.
    pub fn fact(&self, fact: Fact) -> Result<Option<Vec<u8>>, SyncError> {
        let sql = "SELECT value, sum FROM facts WHERE name = ?";
        let found = self.0.query_row(sql, [fact.name()], |row| {
            Ok((row.get::<_, Vec<u8>>(0)?, row.get::<_, Vec<u8>>(1)?))
        });
        match found.optional()? {
            Some((value, sum)) if sum == fact_sum(fact, &value) => Ok(Some(value)),
            Some(_) => Err(SyncError::Damaged(format!("its {}", fact.name()))),
            None => Ok(None),
        }
    }

    /// Writes one fact by itself.
    pub fn set_fact(&self, fact: Fact, value: &[u8]) -> Result<(), SyncError> {
        put_fact(&self.0, fact, value)
    }

    /// How far the copy is; nothing before the first sync.
    pub fn position(&self) -> Result<Option<Position>, SyncError> {
        let bytes = self.fact(Fact::Position)?;
        let read = |bytes: Vec<u8>| postcard::from_bytes(&bytes);
        let position = bytes.map(read).transpose();
        position.map_err(|_| SyncError::Damaged("its position".into()))
    }

    /// Whether SQLite finds what it wrote, in the tables that this program made. What the rows say is for [`Database::load`].
    ///
    /// # Errors
    /// [`SyncError::Damaged`].
    pub fn check_form(&self) -> Result<(), SyncError> {
        let made = Connection::open_in_memory()?;
        create(&made)?;
        if schema(&self.0)? != schema(&made)? {
            return Err(SyncError::Damaged("its tables".into()));
        }
        let sql = "PRAGMA integrity_check(1)";
        let said: String = self.0.query_row(sql, [], |row| row.get(0))?;
        match said.as_str() {
            "ok" => Ok(()),
            // The answer names tables and pages.
            _ => Err(SyncError::Damaged(said)),
        }
    }

    /// Shows every listing in key order, and holds all rows against what they add up to. What was shown is to be believed
    /// only when this ends well.
    ///
    /// # Errors
    /// [`SyncError::Damaged`], and whatever `see` says.
    pub fn load<E: From<SyncError>>(
        &self,
        mut see: impl FnMut(FeedRow) -> Result<(), E>,
    ) -> Result<Option<Position>, E> {
        let failed = |error: rusqlite::Error| E::from(SyncError::from(error));
        // Rows and position of one moment.
        let inside = self.0.unchecked_transaction().map_err(failed)?;
        let Some(position) = self.position()? else {
            return Ok(None);
        };
        let mut counted = Position {
            frontier: position.frontier.clone(),
            kinds: BTreeMap::new(),
            ..Position::default()
        };
        for (word, state) in &position.kinds {
            let (live, given) = (0, state.given);
            counted
                .kinds
                .insert(word.clone(), KindState { live, given });
        }
        let sql = "SELECT seq, kind FROM leaves";
        let mut found = inside.prepare(sql).map_err(failed)?;
        let mut leaves = found.query([]).map_err(failed)?;
        while let Some(row) = leaves.next().map_err(failed)? {
            let (seq, kind): (u64, String) =
                (row.get(0).map_err(failed)?, row.get(1).map_err(failed)?);
            counted.rows.add_leaf(seq, &kind);
            counted.kinds.entry(kind).or_default().live += 1;
        }
        let sql = format!("SELECT {COLUMNS} FROM listings ORDER BY key");
        let mut found = inside.prepare(&sql).map_err(failed)?;
        for held in found.query_map([], held).map_err(failed)? {
            let held = held.map_err(failed)?;
            counted.count += 1;
            counted.digest.add(&held.key, held.seq);
            counted.rows.add_listing(&held);
            see(held)?;
        }
        officials::each(&inside, |key, name| counted.rows.add_official(&key, &name))?;
        match counted == position {
            true => Ok(Some(position)),
            false => Err(SyncError::Damaged("its rows are not what was verified".into()).into()),
        }
    }

    /// Shows every official number of the copy. That they are what was verified, [`Database::load`] says.
    ///
    /// # Errors
    /// SQLite's.
    pub fn each_official(&self, see: impl FnMut(String, OfficialName)) -> Result<(), SyncError> {
        officials::each(&self.0, see)
    }

    /// All of it, when nothing is to be shown.
    ///
    /// # Errors
    /// [`SyncError::Damaged`].
    pub fn verify(&self) -> Result<(), SyncError> {
        self.check_form()?;
        self.load(|_| Ok::<(), SyncError>(())).map(drop)
    }

    /// Keys and checkpoint of a file of the layout that kept them in rows, each as it was sent.
    ///
    /// # Errors
    /// SQLite's.
    pub fn rows_of_trust(&self) -> Result<(Vec<String>, Option<String>), SyncError> {
        let sql = "SELECT vkey FROM keys ORDER BY pinned_at, vkey";
        let mut found = self.0.prepare(sql)?;
        let keys = found.query_map([], |row| row.get(0))?;
        let sql = "SELECT value FROM facts WHERE name = 'checkpoint'";
        let note = self.0.query_row(sql, [], |row| row.get(0)).optional()?;
        Ok((keys.collect::<Result<_, _>>()?, note))
    }
}

/// Removes the file of a folder and what SQLite keeps beside it.
///
/// # Errors
/// The disk's.
fn remove(folder: &Path) -> Result<(), SyncError> {
    // The log of writes goes first: without its file it must not meet another.
    for name in BESIDE.into_iter().chain([FILE]) {
        let path = folder.join(name);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(io(format!("cannot remove {}", path.display()))(error));
            }
            _ => {}
        }
    }
    Ok(())
}

fn create(connection: &Connection) -> Result<(), SyncError> {
    let mark = MARK + LAYOUT;
    Ok(connection.execute_batch(&format!(
        "BEGIN; {TABLES} PRAGMA user_version={LAYOUT}; PRAGMA application_id={mark}; COMMIT;"
    ))?)
}

/// Looks at what SQLite takes for a disk that allows no writing, or for a program's mistake.
fn check_head(folder: &Path) -> Result<(), SyncError> {
    let path = folder.join(FILE);
    let failed = || io(format!("cannot read {}", path.display()));
    let mut file = match fs::File::open(&path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        opened => opened.map_err(failed())?,
    };
    let mut head = Vec::new();
    file.by_ref()
        .take(24)
        .read_to_end(&mut head)
        .map_err(failed())?;
    let ways = head.get(18..);
    let right = head.starts_with(MAGIC) && WAYS.iter().any(|known| ways == Some(&known[..]));
    match head.is_empty() || right {
        true => Ok(()),
        false => Err(SyncError::Damaged("its head".into())),
    }
}

/// Names and texts of all tables and indices.
fn schema(connection: &Connection) -> Result<Vec<(String, String, Option<String>)>, SyncError> {
    let sql = "SELECT type, name, sql FROM sqlite_master ORDER BY type, name";
    let mut found = connection.prepare(sql)?;
    let rows = found.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// A listing as it stands in its row, in the only spelling.
pub(super) fn held(row: &Row<'_>) -> rusqlite::Result<FeedRow> {
    let text: String = row.get(3)?;
    let listing = Uuid::parse_str(&text)
        .ok()
        .filter(|id| id.to_string() == text);
    let disputed = match row.get::<_, i64>(9)? {
        0 => Some(false),
        1 => Some(true),
        _ => None,
    };
    let bad = |place| {
        let kind = rusqlite::types::Type::Text;
        rusqlite::Error::InvalidColumnType(place, "another spelling".into(), kind)
    };
    Ok(FeedRow {
        seq: row.get(2)?,
        key: row.get(0)?,
        kind: row.get(1)?,
        listing: listing.ok_or_else(|| bad(3))?,
        method: row.get(4)?,
        unit: row.get(5)?,
        listed_at: row.get(6)?,
        valid_until: row.get(7)?,
        renewed_at: row.get(8)?,
        disputed: disputed.ok_or_else(|| bad(9))?,
    })
}

fn fact_sum(fact: Fact, value: &[u8]) -> Vec<u8> {
    let mut hash = Sha256::new();
    hash.update(fact.name());
    hash.update([0]);
    hash.update(value);
    hash.finalize().to_vec()
}

pub(super) fn put_fact(on: &Connection, fact: Fact, value: &[u8]) -> Result<(), SyncError> {
    let sql = "INSERT OR REPLACE INTO facts (name, value, sum) VALUES (?1, ?2, ?3)";
    let sum = fact_sum(fact, value);
    on.prepare_cached(sql)?
        .execute(params![fact.name(), value, sum])?;
    Ok(())
}
