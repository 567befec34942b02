//! What the changes add up to: typed sled tables and the in-memory index that answers checks.
//!
//! The store is never the only copy. It is written in one transaction per batch of journal records,
//! together with the position it has reached, and can be thrown away and rebuilt from the journal at
//! any time. Only this layer names sled, and it treats sled as untrusted: opening and scanning run
//! behind `catch_unwind`, and the digest of the live set is recomputed while the index is built.

mod check;
pub mod digest;
mod doubt;
mod error;
mod import_rows;
pub mod index;
pub mod ledger_rows;
#[cfg(test)]
pub mod memory;
pub mod open_reports;
pub mod payload;
mod position;
mod report_tables;
pub mod rows;
mod scanner;
pub mod schema;
pub mod table;
mod tree;
pub mod waiting;

pub use error::StoreError;

use std::{
    collections::HashMap,
    ops::Bound,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock, mpsc::Sender},
};

use sled::Transactional;

use doubt::Doubt;
use error::guarded;
use rows::{RawRow, Rows};
use scanner::Scanner;
use schema::{META_POSITION, Position};
use table::{Table, Writes, decode};
use tree::{Range, Tree};

/// The open store.
pub struct Store {
    /// None for tables in memory.
    disk: Option<Disk>,
    trees: Vec<Tree>,
    doubt: Arc<Doubt>,
    scanner: Scanner,
    /// Roots of the ledger's complete subtrees that were read, by level and number.
    subtrees: RwLock<HashMap<(u8, u64), [u8; 32]>>,
    position: RwLock<Position>,
}

/// The database, and where it is.
struct Disk {
    db: sled::Db,
    trees: Vec<sled::Tree>,
    folder: PathBuf,
}

impl Store {
    /// Opens or creates the store in `folder`, with `cache_bytes` of page cache.
    ///
    /// # Errors
    /// [`StoreError::Newer`] for a later schema; anything else means: set aside and rebuild.
    pub fn open(folder: &Path, cache_bytes: u64) -> Result<Self, StoreError> {
        guarded(|| {
            let db = sled::Config::new()
                .path(folder)
                .cache_capacity(cache_bytes)
                .mode(sled::Mode::HighThroughput)
                .flush_every_ms(Some(1_000))
                .open()?;
            let trees = schema::NAMES
                .iter()
                .map(|name| db.open_tree(name))
                .collect::<Result<Vec<_>, _>>()?;
            let position = match trees[schema::Meta::ID].get(META_POSITION)? {
                Some(bytes) => Position::decode(&bytes)?,
                None if db.was_recovered() && !trees.iter().all(sled::Tree::is_empty) => {
                    return Err(StoreError::Damaged("no position"));
                }
                None => Position::default(),
            };
            Ok(Self {
                scanner: Scanner::start()?,
                trees: trees.iter().cloned().map(Tree::Disk).collect(),
                disk: Some(Disk {
                    db,
                    trees,
                    folder: folder.to_owned(),
                }),
                doubt: Arc::default(),
                subtrees: RwLock::default(),
                position: RwLock::new(position),
            })
        })
    }

    /// An empty store in memory, for a disk that takes no writes. It holds every row: some 3 KB a listing.
    ///
    /// # Errors
    /// [`StoreError::Engine`] when no thread can be started.
    pub fn in_memory() -> Result<Self, StoreError> {
        Ok(Self {
            disk: None,
            trees: schema::NAMES
                .iter()
                .map(|_| Tree::Memory(Arc::default()))
                .collect(),
            doubt: Arc::default(),
            scanner: Scanner::start()?,
            subtrees: RwLock::default(),
            position: RwLock::default(),
        })
    }

    /// Where its file is; none for a store in memory.
    pub fn folder(&self) -> Option<&Path> {
        self.disk.as_ref().map(|disk| disk.folder.as_path())
    }

    /// Why it is not to be trusted any more: something that was read or written failed.
    pub fn doubt(&self) -> Option<&str> {
        self.doubt.why()
    }

    /// Names who is woken when it is not to be trusted any more.
    pub fn wake(&self, sender: Sender<()>) {
        self.doubt.wake(sender);
    }

    /// Wakes who builds it anew, for another reason than doubt.
    pub fn call_builder(&self) {
        self.doubt.tell();
    }

    /// The value of a row that a scan read.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], which ends that the store is believed.
    pub fn decoded<T: Table>(&self, bytes: &[u8]) -> Result<T::Value, StoreError> {
        self.noted(decode::<T>(bytes))
    }

    /// Ends that the store is believed when something failed.
    fn noted<T>(&self, outcome: Result<T, StoreError>) -> Result<T, StoreError> {
        outcome.inspect_err(|error| self.doubt.note(error))
    }

    /// [`guarded`], with the failure noted.
    fn guarded<T>(&self, work: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
        self.noted(guarded(work))
    }

    /// How far the journal is applied.
    pub fn position(&self) -> Position {
        self.position
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// One row.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails or the row is damaged.
    pub fn get<T: Table>(&self, key: &T::Key) -> Result<Option<T::Value>, StoreError> {
        self.get_bytes(T::ID, &T::key_bytes(key))?
            .map(|bytes| self.decoded::<T>(&bytes))
            .transpose()
    }

    fn get_bytes(&self, table: usize, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.guarded(|| self.trees[table].get(key))
    }

    /// Rows of a table in key order, strictly after `after` (raw key bytes), at most `limit`, kept
    /// when `keep` says so; looks at no more than `scan` rows. Returns the rows and the raw key of
    /// the last row looked at when there may be more.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails or a row is damaged.
    pub fn page<T: Table>(
        &self,
        prefix: &[u8],
        after: Option<&[u8]>,
        limit: usize,
        scan: usize,
        keep: impl FnMut(&[u8], &T::Value) -> bool,
    ) -> Result<Page<T::Value>, StoreError> {
        self.guarded(|| {
            let start = after.map_or_else(
                || Bound::Included(prefix.to_vec()),
                |key| Bound::Excluded(key.to_vec()),
            );
            collect::<T>(
                self.trees[T::ID].range((start, Bound::Unbounded)),
                prefix,
                limit,
                scan,
                keep,
            )
        })
    }

    /// As [`Store::page`], from the end backwards, strictly before `before`.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails or a row is damaged.
    pub fn page_back<T: Table>(
        &self,
        before: Option<&[u8]>,
        limit: usize,
        scan: usize,
        keep: impl FnMut(&[u8], &T::Value) -> bool,
    ) -> Result<Page<T::Value>, StoreError> {
        self.guarded(|| {
            let end = before.map_or(Bound::Unbounded, |key| Bound::Excluded(key.to_vec()));
            let range: Range = self.trees[T::ID].range((Bound::Unbounded, end));
            collect::<T>(range.rev(), &[], limit, scan, keep)
        })
    }

    /// Every row of a table whose key begins with `prefix`, in key order, as raw bytes.
    ///
    /// # Errors
    /// Each item may be a [`StoreError`].
    pub fn raw_from(
        &self,
        table: usize,
        prefix: &[u8],
    ) -> impl Iterator<Item = Result<(Vec<u8>, Vec<u8>), StoreError>> + use<> {
        let doubt = Arc::clone(&self.doubt);
        let mut rows = self.trees[table].prefixed(prefix);
        std::iter::from_fn(move || {
            guarded(|| rows.next().transpose())
                .inspect_err(|error| doubt.note(error))
                .transpose()
        })
    }

    /// Every row of a large table, in key order, as raw bytes.
    ///
    /// # Errors
    /// Each item may be a [`StoreError`].
    pub fn scan(
        &self,
        table: usize,
    ) -> impl Iterator<Item = Result<(Vec<u8>, Vec<u8>), StoreError>> {
        let rows = self.scanner.rows(&self.trees[table]);
        rows.inspect(|row| {
            if let Err(error) = row {
                self.doubt.note(error);
            }
        })
    }

    /// Shows every row of a table as stored bytes, in order of keys: [`Store::scan`] without a copy of each.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails, and those of `each`.
    pub fn each_row(
        &self,
        table: usize,
        each: impl FnMut(&[u8], &[u8]) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.noted(self.scanner.rows(&self.trees[table]).each(each))
    }

    /// Writes all of it, with the position reached, or none of it.
    ///
    /// # Errors
    /// [`StoreError::Engine`]; the journal still has everything.
    pub fn commit(&self, writes: &Writes, position: &Position) -> Result<(), StoreError> {
        self.guarded(|| match &self.disk {
            Some(disk) => disk.commit(writes, &position.encode()),
            None => {
                for ((table, key), value) in writes {
                    self.trees[*table].put_in_memory(key, value.as_deref());
                }
                Ok(())
            }
        })?;
        *self
            .position
            .write()
            .unwrap_or_else(PoisonError::into_inner) = position.clone();
        Ok(())
    }

    /// Writes bytes that are no row, as a disk might.
    #[cfg(test)]
    pub fn damage(&self, table: usize, key: &[u8], bytes: &[u8]) {
        if let Some(disk) = &self.disk {
            disk.trees[table].insert(key, bytes).unwrap();
        }
    }

    /// Pushes everything written so far to the file.
    ///
    /// # Errors
    /// [`StoreError::Engine`].
    pub fn flush(&self) -> Result<(), StoreError> {
        self.guarded(|| match &self.disk {
            Some(disk) => Ok(disk.db.flush().map(|_| ())?),
            None => Ok(()),
        })
    }
}

impl Disk {
    fn commit(&self, writes: &Writes, position: &[u8]) -> Result<(), StoreError> {
        // The closure gets transactional tables and a finished list of writes, nothing else:
        // reading a plain tree in here would hang for ever.
        self.trees
            .as_slice()
            .transaction(|tables| {
                for ((table, key), value) in writes {
                    match value {
                        Some(bytes) => tables[*table].insert(key.as_slice(), bytes.as_slice())?,
                        None => tables[*table].remove(key.as_slice())?,
                    };
                }
                tables[schema::Meta::ID].insert(META_POSITION, position)?;
                Ok(())
            })
            .map_err(
                |error: sled::transaction::TransactionError<std::convert::Infallible>| match error {
                    sled::transaction::TransactionError::Storage(e) => StoreError::from(e),
                    sled::transaction::TransactionError::Abort(never) => match never {},
                },
            )
    }
}

impl Rows for Store {
    fn row(&self, table: usize, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.get_bytes(table, key)
    }

    fn rows_from(&self, table: usize, prefix: &[u8]) -> Result<Vec<RawRow>, StoreError> {
        self.raw_from(table, prefix).collect()
    }

    fn doubt(&self, error: &StoreError) {
        self.doubt.note(error);
    }

    fn position(&self) -> Position {
        Self::position(self)
    }
}

/// Some rows and where to go on.
pub struct Page<V> {
    pub rows: Vec<V>,
    /// Raw key to go on from, when there may be more.
    pub next: Option<Vec<u8>>,
}

fn collect<T: Table>(
    iter: impl Iterator<Item = tree::Read>,
    prefix: &[u8],
    limit: usize,
    scan: usize,
    mut keep: impl FnMut(&[u8], &T::Value) -> bool,
) -> Result<Page<T::Value>, StoreError> {
    let mut rows = Vec::new();
    let mut last = None;
    for (looked_at, row) in iter.enumerate() {
        let (key, bytes) = row?;
        if !key.starts_with(prefix) {
            return Ok(Page { rows, next: None });
        }
        if rows.len() == limit || looked_at == scan {
            return Ok(Page { rows, next: last });
        }
        let value = decode::<T>(&bytes)?;
        if keep(&key, &value) {
            rows.push(value);
        }
        last = Some(key);
    }
    Ok(Page { rows, next: None })
}
