//! What the changes add up to: typed sled tables and the in-memory index that answers checks.
//!
//! The store is never the only copy. It is written in one transaction per batch of journal records,
//! together with the position it has reached, and can be thrown away and rebuilt from the journal at
//! any time. Only this layer names sled, and it treats sled as untrusted: opening and scanning run
//! behind `catch_unwind`, and the digest of the live set is recomputed while the index is built.

pub mod digest;
mod error;
pub mod index;
pub mod ledger_rows;
#[cfg(test)]
pub mod memory;
pub mod payload;
mod position;
pub mod rows;
mod scanner;
pub mod schema;
pub mod table;

pub use error::StoreError;

use std::{
    collections::HashMap,
    path::Path,
    sync::{PoisonError, RwLock},
};

use sled::Transactional;

use error::guarded;
use rows::{RawRow, Rows};
use scanner::Scanner;
use schema::{META_POSITION, Position};
use table::{Table, Writes, decode};

/// The open store.
pub struct Store {
    db: sled::Db,
    trees: Vec<sled::Tree>,
    scanner: Scanner,
    /// Roots of the ledger's complete subtrees that were read, by level and number.
    subtrees: RwLock<HashMap<(u8, u64), [u8; 32]>>,
    position: RwLock<Position>,
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
                db,
                trees,
                scanner: Scanner::start()?,
                subtrees: RwLock::default(),
                position: RwLock::new(position),
            })
        })
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
            .map(|bytes| decode::<T>(&bytes))
            .transpose()
    }

    fn get_bytes(&self, table: usize, key: &[u8]) -> Result<Option<sled::IVec>, StoreError> {
        guarded(|| Ok(self.trees[table].get(key)?))
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
        guarded(|| {
            let start = after.map_or_else(
                || std::ops::Bound::Included(prefix.to_vec()),
                |key| std::ops::Bound::Excluded(key.to_vec()),
            );
            let range = (start, std::ops::Bound::Unbounded);
            collect::<T>(
                self.trees[T::ID].range::<Vec<u8>, _>(range),
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
        guarded(|| {
            let end = before.map_or(std::ops::Bound::Unbounded, |key| {
                std::ops::Bound::Excluded(key.to_vec())
            });
            let range = (std::ops::Bound::Unbounded, end);
            collect::<T>(
                self.trees[T::ID].range::<Vec<u8>, _>(range).rev(),
                &[],
                limit,
                scan,
                keep,
            )
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
        self.trees[table]
            .scan_prefix(prefix)
            .map(|row| row.map_or_else(|e| Err(e.into()), |(k, v)| Ok((k.to_vec(), v.to_vec()))))
    }

    /// Every row of a large table, in key order, as raw bytes.
    ///
    /// # Errors
    /// Each item may be a [`StoreError`].
    pub fn scan(
        &self,
        table: usize,
    ) -> impl Iterator<Item = Result<(Vec<u8>, Vec<u8>), StoreError>> {
        self.scanner.rows(&self.trees[table])
    }

    /// Writes all of it, with the position reached, or none of it.
    ///
    /// # Errors
    /// [`StoreError::Engine`]; the journal still has everything.
    pub fn commit(&self, writes: &Writes, position: &Position) -> Result<(), StoreError> {
        guarded(|| {
            let encoded = position.encode();
            // The closure gets transactional tables and a finished list of writes, nothing else:
            // reading a plain tree in here would hang for ever.
            self.trees
                .as_slice()
                .transaction(|tables| {
                    for ((table, key), value) in writes {
                        match value {
                            Some(bytes) => {
                                tables[*table].insert(key.as_slice(), bytes.as_slice())?
                            }
                            None => tables[*table].remove(key.as_slice())?,
                        };
                    }
                    tables[schema::Meta::ID].insert(META_POSITION, encoded.as_slice())?;
                    Ok(())
                })
                .map_err(
                    |error: sled::transaction::TransactionError<std::convert::Infallible>| {
                        match error {
                            sled::transaction::TransactionError::Storage(e) => StoreError::from(e),
                            sled::transaction::TransactionError::Abort(never) => match never {},
                        }
                    },
                )
        })?;
        *self
            .position
            .write()
            .unwrap_or_else(PoisonError::into_inner) = position.clone();
        Ok(())
    }

    /// Pushes everything written so far to the file.
    ///
    /// # Errors
    /// [`StoreError::Engine`].
    pub fn flush(&self) -> Result<(), StoreError> {
        guarded(|| Ok(self.db.flush().map(|_| ())?))
    }
}

impl Rows for Store {
    fn row(&self, table: usize, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.get_bytes(table, key)?.map(|bytes| bytes.to_vec()))
    }

    fn rows_from(&self, table: usize, prefix: &[u8]) -> Result<Vec<RawRow>, StoreError> {
        self.raw_from(table, prefix).collect()
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
    iter: impl Iterator<Item = sled::Result<(sled::IVec, sled::IVec)>>,
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
        last = Some(key.to_vec());
    }
    Ok(Page { rows, next: None })
}
