//! Long scans, all read by one thread, a chunk at a time and one chunk ahead.
//!
//! What a scan reads passes through the database's cache, which allocates it where it reads and frees it when
//! other pages come in. The C library keeps an arena for each thread, so scans on many threads grew the
//! program by the size of the cache for each of them (120 MiB with a million listings), and pages between the
//! nodes of the index left holes for good. One thread reads them all into the same memory again and again.

use std::{
    ops::Bound,
    sync::mpsc::{Receiver, SyncSender, sync_channel},
    thread::JoinHandle,
};

use super::{
    error::{StoreError, guarded},
    rows::RawRow,
    tree::Tree,
};

/// Rows of a chunk: about half a megabyte.
const ROWS: usize = 4_096;
/// Requests that wait for the thread. Beyond it scans wait in line.
const QUEUE: usize = 64;

/// Rows in one piece of memory: keys and values one after the other, and where each ends. The reader makes rows
/// of it in memory of its own.
#[derive(Default)]
struct Chunk {
    bytes: Vec<u8>,
    ends: Vec<(usize, usize)>,
}

impl Chunk {
    fn put(&mut self, key: &[u8], value: &[u8]) {
        self.bytes.extend_from_slice(key);
        let middle = self.bytes.len();
        self.bytes.extend_from_slice(value);
        self.ends.push((middle, self.bytes.len()));
    }

    fn row(&self, nth: usize) -> Option<(&[u8], &[u8])> {
        let (middle, end) = *self.ends.get(nth)?;
        let begin = nth.checked_sub(1).map_or(0, |last| self.ends[last].1);
        Some((&self.bytes[begin..middle], &self.bytes[middle..end]))
    }

    fn rows(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        (0..self.ends.len()).filter_map(|nth| self.row(nth))
    }

    fn last_key(&self) -> Option<Vec<u8>> {
        let last = self.ends.len().checked_sub(1)?;
        self.row(last).map(|(key, _)| key.to_vec())
    }

    /// Whether there may be more rows behind it.
    fn is_full(&self) -> bool {
        self.ends.len() == ROWS
    }
}

struct Request {
    tree: Tree,
    after: Bound<Vec<u8>>,
    answer: SyncSender<Result<Chunk, StoreError>>,
}

/// A chunk that is being read.
struct Ahead(Receiver<Result<Chunk, StoreError>>);

impl Ahead {
    fn come(self) -> Result<Chunk, StoreError> {
        let gone = |_| StoreError::Engine("the scanner is gone".into());
        self.0.recv().map_err(gone).and_then(|chunk| chunk)
    }
}

/// The thread that reads.
pub(super) struct Scanner {
    queue: Option<SyncSender<Request>>,
    thread: Option<JoinHandle<()>>,
}

impl Scanner {
    pub(super) fn start() -> Result<Self, StoreError> {
        let (queue, waiting) = sync_channel::<Request>(QUEUE);
        let thread = std::thread::Builder::new()
            .name("scanner".into())
            .spawn(move || {
                while let Ok(request) = waiting.recv() {
                    let chunk = guarded(|| read(&request));
                    // Nobody listens any more: the scan was given up.
                    let _ = request.answer.send(chunk);
                }
            })
            .map_err(|error| StoreError::Engine(error.to_string()))?;
        Ok(Self {
            queue: Some(queue),
            thread: Some(thread),
        })
    }

    /// Every row of a tree, in order of keys.
    pub(super) fn rows(&self, tree: &Tree) -> Scan<'_> {
        Scan {
            scanner: self,
            tree: tree.clone(),
            chunk: Chunk::default(),
            nth: 0,
            ahead: self.ask(tree, Bound::Unbounded),
        }
    }

    fn ask(&self, tree: &Tree, after: Bound<Vec<u8>>) -> Option<Ahead> {
        let (answer, chunk) = sync_channel(1);
        let request = Request {
            tree: tree.clone(),
            after,
            answer,
        };
        self.queue.as_ref()?.send(request).ok()?;
        Some(Ahead(chunk))
    }
}

impl Drop for Scanner {
    fn drop(&mut self) {
        drop(self.queue.take());
        if let Some(thread) = self.thread.take() {
            // The database closes only when nobody holds a tree. A panic there was an error of its scan.
            let _ = thread.join();
        }
    }
}

fn read(request: &Request) -> Result<Chunk, StoreError> {
    let mut chunk = Chunk::default();
    let rest = (request.after.clone(), Bound::Unbounded);
    let put = |key: &[u8], value: &[u8]| chunk.put(key, value);
    request.tree.each(rest, ROWS, put)?;
    Ok(chunk)
}

/// A scan under way.
pub(super) struct Scan<'a> {
    scanner: &'a Scanner,
    tree: Tree,
    chunk: Chunk,
    /// The next row of the chunk.
    nth: usize,
    /// The next chunk, which is being read already.
    ahead: Option<Ahead>,
}

impl Scan<'_> {
    /// Shows each row where it lies in its chunk.
    pub(super) fn each(
        mut self,
        mut show: impl FnMut(&[u8], &[u8]) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        while self.next_chunk()? {
            for (key, value) in self.chunk.rows() {
                show(key, value)?;
            }
        }
        Ok(())
    }

    /// Takes the next chunk, and has the one behind it read. Whether there was one.
    fn next_chunk(&mut self) -> Result<bool, StoreError> {
        let Some(ahead) = self.ahead.take() else {
            return Ok(false);
        };
        (self.chunk, self.nth) = (ahead.come()?, 0);
        if let Some(last) = self.chunk.last_key().filter(|_| self.chunk.is_full()) {
            self.ahead = self.scanner.ask(&self.tree, Bound::Excluded(last));
        }
        Ok(true)
    }

    fn row(&mut self) -> Option<RawRow> {
        let (key, value) = self.chunk.row(self.nth)?;
        self.nth += 1;
        Some((key.to_vec(), value.to_vec()))
    }
}

impl Iterator for Scan<'_> {
    type Item = Result<RawRow, StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(row) = self.row() {
            return Some(Ok(row));
        }
        match self.next_chunk() {
            Ok(true) => self.row().map(Ok),
            Ok(false) => None,
            Err(error) => Some(Err(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn tree(rows: usize) -> Tree {
        let tree = Tree::Memory(Arc::default());
        for n in 0..rows {
            tree.put_in_memory(format!("{n:06}").as_bytes(), Some(b"v"));
        }
        tree
    }

    #[test]
    fn each_row_is_read_once_and_in_order_however_many_chunks_there_are() {
        let scanner = Scanner::start().unwrap();
        for count in [0, 1, ROWS - 1, ROWS, ROWS + 1, 2 * ROWS, 3 * ROWS + 7] {
            let keys: Vec<_> = (0..count).map(|n| format!("{n:06}").into_bytes()).collect();
            let rows = scanner.rows(&tree(count)).map(|row| row.unwrap().0);
            assert_eq!(rows.collect::<Vec<_>>(), keys);
            let mut seen = Vec::new();
            let each = |key: &[u8], _: &[u8]| {
                seen.push(key.to_vec());
                Ok(())
            };
            scanner.rows(&tree(count)).each(each).unwrap();
            assert_eq!(seen, keys);
        }
    }

    #[test]
    fn what_a_reader_of_rows_refuses_ends_the_scan() {
        let scanner = Scanner::start().unwrap();
        let mut seen = 0;
        let ended = scanner.rows(&tree(3 * ROWS)).each(|_, _| {
            seen += 1;
            match seen {
                10 => Err(StoreError::Damaged("a key")),
                _ => Ok(()),
            }
        });
        assert!(matches!(ended, Err(StoreError::Damaged("a key"))));
        assert_eq!(seen, 10);
    }
}
