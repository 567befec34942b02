//! One table's rows as ordered bytes: in sled, or in memory where a disk takes no writes.

use std::{
    collections::BTreeMap,
    ops::Bound,
    sync::{Arc, PoisonError, RwLock},
};

use super::{error::StoreError, rows::RawRow};

/// Where a range of keys begins and ends.
pub(super) type Bounds = (Bound<Vec<u8>>, Bound<Vec<u8>>);

/// Rows in order of their keys. Cheap to clone: all clones are the same table.
#[derive(Clone)]
pub(super) enum Tree {
    Disk(sled::Tree),
    Memory(Arc<RwLock<BTreeMap<Vec<u8>, Vec<u8>>>>),
}

impl Tree {
    pub(super) fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        match self {
            Self::Disk(tree) => Ok(tree.get(key)?.map(|bytes| bytes.to_vec())),
            Self::Memory(rows) => {
                let rows = rows.read().unwrap_or_else(PoisonError::into_inner);
                Ok(rows.get(key).cloned())
            }
        }
    }

    /// Every row between two keys, from either end.
    pub(super) fn range(&self, bounds: Bounds) -> Range {
        match self {
            Self::Disk(tree) => Range::Disk(Box::new(tree.range::<Vec<u8>, _>(bounds))),
            Self::Memory(rows) => Range::Memory {
                rows: Arc::clone(rows),
                bounds,
            },
        }
    }

    /// Shows at most so many rows between two keys where they lie.
    pub(super) fn each(
        &self,
        bounds: Bounds,
        most: usize,
        mut show: impl FnMut(&[u8], &[u8]),
    ) -> Result<(), StoreError> {
        match self {
            Self::Disk(tree) => {
                let mut rows = tree.range::<Vec<u8>, _>(bounds).take(most);
                rows.try_for_each(|row| row.map(|(key, value)| show(&key, &value)))?;
            }
            Self::Memory(rows) if !is_empty(&bounds) => {
                let rows = rows.read().unwrap_or_else(PoisonError::into_inner);
                let rows = rows.range(bounds).take(most);
                rows.for_each(|(key, value)| show(key, value));
            }
            Self::Memory(_) => {}
        }
        Ok(())
    }

    /// Every row whose key begins with `prefix`.
    pub(super) fn prefixed(&self, prefix: &[u8]) -> impl Iterator<Item = Read> + use<> {
        let prefix = prefix.to_vec();
        self.range((Bound::Included(prefix.clone()), Bound::Unbounded))
            .take_while(move |row| {
                row.as_ref()
                    .map_or(true, |(key, _)| key.starts_with(&prefix))
            })
    }

    /// Writes a row of a table in memory, or removes it. One in sled is written by a transaction over all of them.
    pub(super) fn put_in_memory(&self, key: &[u8], value: Option<&[u8]>) {
        let Self::Memory(rows) = self else {
            return;
        };
        let mut rows = rows.write().unwrap_or_else(PoisonError::into_inner);
        match value {
            Some(bytes) => drop(rows.insert(key.to_vec(), bytes.to_vec())),
            None => drop(rows.remove(key)),
        }
    }
}

/// A row that was read.
pub(super) type Read = Result<RawRow, StoreError>;

/// Rows being read.
pub(super) enum Range {
    Disk(Box<sled::Iter>),
    /// What is left to read. The table is locked for one row at a time.
    Memory {
        rows: Arc<RwLock<BTreeMap<Vec<u8>, Vec<u8>>>>,
        bounds: Bounds,
    },
}

fn of_sled(row: sled::Result<(sled::IVec, sled::IVec)>) -> Read {
    let (key, value) = row?;
    Ok((key.to_vec(), value.to_vec()))
}

/// Whether there is nothing between them; the standard map panics on bounds that cross.
fn is_empty((start, end): &Bounds) -> bool {
    match (start, end) {
        (Bound::Excluded(start), Bound::Excluded(end)) => start >= end,
        (
            Bound::Included(start) | Bound::Excluded(start),
            Bound::Included(end) | Bound::Excluded(end),
        ) => start > end,
        (Bound::Unbounded, _) | (_, Bound::Unbounded) => false,
    }
}

impl Iterator for Range {
    type Item = Read;

    fn next(&mut self) -> Option<Read> {
        match self {
            Self::Disk(rows) => rows.next().map(of_sled),
            Self::Memory { rows, bounds } => {
                if is_empty(bounds) {
                    return None;
                }
                let rows = rows.read().unwrap_or_else(PoisonError::into_inner);
                let (key, value) = rows.range(bounds.clone()).next()?;
                bounds.0 = Bound::Excluded(key.clone());
                Some(Ok((key.clone(), value.clone())))
            }
        }
    }
}

impl DoubleEndedIterator for Range {
    fn next_back(&mut self) -> Option<Read> {
        match self {
            Self::Disk(rows) => rows.next_back().map(of_sled),
            Self::Memory { rows, bounds } => {
                if is_empty(bounds) {
                    return None;
                }
                let rows = rows.read().unwrap_or_else(PoisonError::into_inner);
                let (key, value) = rows.range(bounds.clone()).next_back()?;
                bounds.1 = Bound::Excluded(key.clone());
                Some(Ok((key.clone(), value.clone())))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_in_memory_reads_as_one_in_sled() {
        let folder = tempfile::tempdir().unwrap();
        let db = sled::open(folder.path()).unwrap();
        let disk = db.open_tree("rows").unwrap();
        let memory = Tree::Memory(Arc::default());
        for key in [&b"a"[..], b"ab", b"b", b"c", b"ca"] {
            disk.insert(key, b"v").unwrap();
            memory.put_in_memory(key, Some(b"v"));
        }
        disk.remove(b"c").unwrap();
        memory.put_in_memory(b"c", None);
        let disk = Tree::Disk(disk);
        let keys = [&b"a"[..], b"ab", b"b", b"c", b"d"];
        let bound = |n: usize| {
            [Bound::Unbounded]
                .into_iter()
                .chain(keys.iter().map(|key| Bound::Included(key.to_vec())))
                .chain(keys.iter().map(|key| Bound::Excluded(key.to_vec())))
                .nth(n)
                .unwrap()
        };
        for (start, end) in (0..11).flat_map(|start| (0..11).map(move |end| (start, end))) {
            let bounds = (bound(start), bound(end));
            if is_empty(&bounds) {
                assert_eq!(memory.range(bounds).count(), 0);
                continue;
            }
            let read = |tree: &Tree| -> Vec<RawRow> {
                tree.range(bounds.clone()).map(Result::unwrap).collect()
            };
            assert_eq!(read(&memory), read(&disk));
            let back = |tree: &Tree| -> Vec<RawRow> {
                tree.range(bounds.clone())
                    .rev()
                    .map(Result::unwrap)
                    .collect()
            };
            assert_eq!(back(&memory), back(&disk));
            let shown = |tree: &Tree, most| -> Vec<RawRow> {
                let mut rows = Vec::new();
                let put = |key: &[u8], value: &[u8]| rows.push((key.to_vec(), value.to_vec()));
                tree.each(bounds.clone(), most, put).unwrap();
                rows
            };
            for most in [0, 2, 9] {
                let first: Vec<_> = read(&disk).into_iter().take(most).collect();
                assert_eq!(shown(&disk, most), first);
                assert_eq!(shown(&memory, most), first);
            }
        }
        for prefix in [&b""[..], b"a", b"c", b"x"] {
            assert_eq!(
                memory.prefixed(prefix).count(),
                disk.prefixed(prefix).count()
            );
        }
        assert_eq!(memory.get(b"b").unwrap(), disk.get(b"b").unwrap());
        assert_eq!(memory.get(b"c").unwrap(), disk.get(b"c").unwrap());
    }
}
