//! Long scans, all read by one thread, a chunk at a time and one chunk ahead.
//!
//! What a scan reads passes through the database's cache, which allocates it where it reads and frees it when
//! other pages come in. The C library keeps an arena for each thread, so scans on many threads grew the
//! program by the size of the cache for each of them (120 MiB with a million listings), and pages between the
//! nodes of the index left holes for good. One thread reads them all into the same memory again and again.

use std::{
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

struct Request {
    tree: Tree,
    after: Option<Vec<u8>>,
    answer: SyncSender<Result<Chunk, StoreError>>,
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
            at: (0, 0),
            ahead: self.ask(tree.clone(), None),
        }
    }

    fn ask(
        &self,
        tree: Tree,
        after: Option<Vec<u8>>,
    ) -> Option<Receiver<Result<Chunk, StoreError>>> {
        let (answer, chunk) = sync_channel(1);
        let request = Request {
            tree,
            after,
            answer,
        };
        self.queue.as_ref()?.send(request).ok()?;
        Some(chunk)
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
    let start = match &request.after {
        Some(key) => std::ops::Bound::Excluded(key.clone()),
        None => std::ops::Bound::Unbounded,
    };
    let mut chunk = Chunk::default();
    let rows = request.tree.range((start, std::ops::Bound::Unbounded));
    for row in rows.take(ROWS) {
        let (key, value) = row?;
        chunk.bytes.extend_from_slice(&key);
        let middle = chunk.bytes.len();
        chunk.bytes.extend_from_slice(&value);
        chunk.ends.push((middle, chunk.bytes.len()));
    }
    Ok(chunk)
}

/// A scan under way.
pub(super) struct Scan<'a> {
    scanner: &'a Scanner,
    tree: Tree,
    chunk: Chunk,
    /// The next row of the chunk, and where it begins.
    at: (usize, usize),
    /// The next chunk, which is being read already.
    ahead: Option<Receiver<Result<Chunk, StoreError>>>,
}

impl Scan<'_> {
    fn row(&mut self) -> Option<RawRow> {
        let (nth, begin) = self.at;
        let (middle, end) = *self.chunk.ends.get(nth)?;
        self.at = (nth + 1, end);
        let bytes = &self.chunk.bytes;
        Some((bytes[begin..middle].to_vec(), bytes[middle..end].to_vec()))
    }

    fn last_key(&self) -> Option<Vec<u8>> {
        let ends = &self.chunk.ends;
        let begin = ends.len().checked_sub(2).map_or(0, |nth| ends[nth].1);
        let (middle, _) = ends.last()?;
        Some(self.chunk.bytes[begin..*middle].to_vec())
    }
}

impl Iterator for Scan<'_> {
    type Item = Result<RawRow, StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(row) = self.row() {
            return Some(Ok(row));
        }
        let chunk = self.ahead.take()?.recv();
        let gone = |_| StoreError::Engine("the scanner is gone".into());
        match chunk.map_err(gone).and_then(|chunk| chunk) {
            Ok(chunk) => {
                (self.chunk, self.at) = (chunk, (0, 0));
                if self.chunk.ends.len() == ROWS {
                    self.ahead = self.scanner.ask(self.tree.clone(), self.last_key());
                }
                self.row().map(Ok)
            }
            Err(error) => Some(Err(error)),
        }
    }
}
