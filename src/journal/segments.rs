//! The engine for one machine: a folder of segment files, written by one process.
//!
//! ```text
//! 00000000000000000001.journal   header │ frame 1 │ frame 2 │ … │ frame 7341      sealed, durable
//! 00000000000000007342.journal   header │ frame 7342 │ … │ frame 9120 │           frames are added here
//! ```
//!
//! Headers are drawn in `header`, frames in `frame`. An append is one write at a known offset and one
//! fdatasync. A new segment is made durable, file and name, before anything is written into it, and only when
//! the one before is durable.
//!
//! The folder can be copied at any moment while it is written, by any tool that lists the folder before it
//! copies (cp, rsync and tar do) and reads each file forwards. The copy opens, perhaps with a torn tail.
//!
//! In memory there are four bytes a record: 40 MB for ten million.
//!
//! # When the disk fails
//!
//! From before the first byte of an append until its sync has answered, the tail is *suspect*. A suspect tail
//! is cut back to the last acknowledged byte, on a newly opened file, and the cut made durable, before anything
//! else is written. A failed sync is never simply tried again: Linux reports a write-back error once and then
//! takes the pages for clean, so the second sync would say "durable" of bytes that are not on the disk.

use std::fmt;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use super::disk::Disk;
use super::flaw::{Damage, Flaw};
use super::frame::{Frame, frame_bytes};
use super::header::{HEADER_BYTES, name};
use super::record::{Head, MAX_BATCH_BYTES};
use super::scan::Known;
use super::sealed::Sealed;
use super::writer::{Batch, Side, Writer, take_up, wipe};
use super::{AppendError, EraseError, Journal, ReadError, Timed};

/// How large a segment may become before the next is begun: 64 MiB.
pub const DEFAULT_SEGMENT_BYTES: u64 = 64 * 1024 * 1024;

/// The most that [`Options::segment_bytes`] may be: 1 GiB. Opening takes the memory of one segment.
pub const MAX_SEGMENT_BYTES: u64 = 1024 * 1024 * 1024;

/// Most bytes that one [`Journal::read`] takes from the disk, whatever the caller allows, unless a single
/// record is larger.
const MAX_READ_BYTES: usize = 16 * 1024 * 1024;

// Offsets are kept as u32: a segment that is just not full and takes in the largest append must not pass it.
const _: () = assert!(MAX_SEGMENT_BYTES + (MAX_BATCH_BYTES as u64) < u32::MAX as u64);

/// How the engine keeps its files.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// A new segment is begun when an append would make the present one larger than this many bytes; at most
    /// [`MAX_SEGMENT_BYTES`] counts. An append is never divided, so a segment may be larger by one append.
    pub segment_bytes: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            segment_bytes: DEFAULT_SEGMENT_BYTES,
        }
    }
}

/// The journal in segment files.
pub struct Segments {
    pub(super) folder: PathBuf,
    /// Holds the lock that keeps a second process out, and syncs the names.
    pub(super) lock: File,
    pub(super) options: Options,
    pub(super) disk: Disk,
    /// Held during an append and during an erasure.
    pub(super) writer: Mutex<Side>,
    /// Acknowledged frames only. Readers take it for the time of a look-up.
    pub(super) index: RwLock<Vec<Known>>,
    pub(super) head: Mutex<Head>,
    pub(super) grown: Condvar,
    /// Readers share it; an erasure has it alone, so no reader sees a part that is half gone.
    pub(super) wiping: RwLock<()>,
}

impl fmt::Debug for Segments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Segments")
            .field("folder", &self.folder)
            .finish_non_exhaustive()
    }
}

/// Where a run of frames is.
struct Span {
    first: u64,
    nonce: u32,
    seq: u64,
    offset: u64,
    bytes: usize,
}

impl Segments {
    fn head_now(&self) -> MutexGuard<'_, Head> {
        self.head.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A panic while it was held left the tail suspect, so the next append mends it: going on is safe.
    fn side(&self) -> MutexGuard<'_, Side> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The writer; what a disk that took no writes left undone is done first.
    fn writer<'a>(&self, side: &'a mut Side) -> io::Result<&'a mut Writer> {
        if let Side::Untouched(end) = side {
            let mut index = self.index.write().unwrap_or_else(PoisonError::into_inner);
            let (writer, kept) = take_up(&self.disk, &self.folder, &self.lock, end, &mut index)?;
            if let Some(tail) = &end.tail {
                tracing::warn!(
                    segment = tail.segment,
                    offset = tail.offset,
                    bytes = tail.bytes,
                    kept,
                    "cut an interrupted append off the journal"
                );
            }
            *side = Side::Open(writer);
        }
        match side {
            Side::Open(writer) => Ok(writer),
            Side::Untouched(_) | Side::Closed => Err(io::ErrorKind::ReadOnlyFilesystem.into()),
        }
    }

    /// Makes the tail fit to write `bytes` more behind it: mended, and in a segment with room. On an error
    /// nothing of the new append is anywhere.
    fn make_room(&self, writer: &mut Writer, at: Head, bytes: u64) -> io::Result<()> {
        if writer.suspect {
            writer.mend(&self.disk)?;
        }
        let most = self.options.segment_bytes.min(MAX_SEGMENT_BYTES);
        let empty = writer.end == HEADER_BYTES as u64;
        if writer.full || (!empty && writer.end + bytes > most) {
            writer.full = true;
            let (next, known) = Writer::begin(&self.disk, &self.folder, &self.lock, at)?;
            *writer = next;
            self.index
                .write()
                .unwrap_or_else(PoisonError::into_inner)
                .push(known);
        }
        Ok(())
    }

    /// Lets readers see what has become durable.
    fn publish(&self, mut starts: Vec<u32>, end: u64, head: Head) {
        let mut index = self.index.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(last) = index.last_mut() {
            last.starts.append(&mut starts);
            last.end = end as u32;
        }
        drop(index);
        *self.head_now() = head;
        self.grown.notify_all();
    }

    /// The frames from record `seq` on, in one segment: one, and then as many as fit.
    fn span(&self, seq: u64, most: usize) -> Option<Span> {
        let index = self.index.read().unwrap_or_else(PoisonError::into_inner);
        let known = &index[..index.partition_point(|known| known.first <= seq)];
        let known = known.last()?;
        let skip = usize::try_from(seq - known.first).ok()?;
        let offset = *known.starts.get(skip)?;
        let later = &known.starts[skip + 1..];
        let fit = later.partition_point(|start| (start - offset) as usize <= most);
        let end = if fit == later.len() && (known.end - offset) as usize <= most {
            known.end
        } else {
            // The end of the last frame that fits is the start of the one after; the first always counts.
            later
                .get(fit.saturating_sub(1))
                .copied()
                .unwrap_or(known.end)
        };
        let (offset, bytes) = (u64::from(offset), (end - offset) as usize);
        Some(Span {
            first: known.first,
            nonce: known.nonce,
            seq,
            offset,
            bytes,
        })
    }

    /// Reads frames and hands each to `take`, with its offset in the segment, when it is sound.
    fn frames<T>(
        &self,
        span: &Span,
        take: impl Fn(&Frame<'_>, u64) -> Result<T, Flaw>,
    ) -> Result<Vec<T>, ReadError> {
        let mut bytes = vec![0; span.bytes];
        let file = File::open(self.folder.join(name(span.first)));
        file.and_then(|file| file.read_exact_at(&mut bytes, span.offset))
            .map_err(ReadError::Unavailable)?;
        let (mut at, mut seq, mut taken) = (0, span.seq, Vec::new());
        let mut previous = None;
        while at < bytes.len() {
            let offset = span.offset + at as u64;
            let damaged = |flaw| Damage {
                segment: name(span.first),
                offset,
                seq,
                flaw,
            };
            let frame = Frame::parse(&bytes[at..], span.nonce).map_err(damaged)?;
            if frame.seq != seq {
                return Err(damaged(Flaw::Order { found: frame.seq }).into());
            }
            if previous.is_some_and(|chain| chain != frame.previous) {
                return Err(damaged(Flaw::Chain).into());
            }
            taken.push(take(&frame, offset).map_err(damaged)?);
            previous = Some(frame.chain());
            at += frame.length;
            seq += 1;
        }
        Ok(taken)
    }
}

impl Journal for Segments {
    fn head(&self) -> Head {
        *self.head_now()
    }

    fn keep(&self, at: Head, records: &[Sealed<'_>]) -> Result<Head, AppendError> {
        let mut side = self.side();
        let head = self.head();
        if at != head {
            return Err(AppendError::Conflict { head });
        }
        let bytes = records.iter().map(frame_bytes).sum::<usize>();
        let writer = self.writer(&mut side).map_err(AppendError::Unavailable)?;
        self.make_room(writer, at, bytes as u64)
            .map_err(AppendError::Unavailable)?;
        let batch = Batch::encode(writer, at, records, bytes);
        writer.suspect = true;
        if let Err(error) = self.disk.write(&writer.file, &batch.bytes, writer.end) {
            // "Nothing was written" may only be said when that is durable too; otherwise a crash could bring
            // some of the records back.
            return Err(match writer.mend(&self.disk) {
                Ok(()) => AppendError::Unavailable(error),
                Err(_) => AppendError::Unknown(error),
            });
        }
        // A crash before this returns: the records may be there, whole, and nobody was told. After: they are.
        self.disk.sync(&writer.file).map_err(AppendError::Unknown)?;
        writer.end += batch.bytes.len() as u64;
        writer.suspect = false;
        self.publish(batch.starts, writer.end, batch.head);
        Ok(batch.head)
    }

    fn read_sealed(&self, after: u64, max_bytes: usize) -> Result<Vec<Sealed<'static>>, ReadError> {
        let _shared = self.wiping.read().unwrap_or_else(PoisonError::into_inner);
        let most = max_bytes.min(MAX_READ_BYTES);
        let Some(span) = after.checked_add(1).and_then(|seq| self.span(seq, most)) else {
            return Ok(Vec::new());
        };
        self.frames(&span, |frame, _| Ok(frame.sealed()?.into_owned()))
    }

    fn wait(&self, after: u64, patience: Duration) -> u64 {
        let head = self.head_now();
        let waited = self
            .grown
            .wait_timeout_while(head, patience, |head| head.seq <= after);
        waited.unwrap_or_else(PoisonError::into_inner).0.seq
    }

    fn erase(&self, seq: u64, part: u16) -> Result<(), EraseError> {
        let mut side = self.side();
        self.writer(&mut side).map_err(EraseError::Incomplete)?;
        let span = self.span(seq, 0).ok_or(EraseError::NoRecord { seq })?;
        let find = |frame: &Frame<'_>, offset: u64| {
            let region = frame.parts().nth(usize::from(part)).map(|part| part.region);
            Ok(region.map(|region| (offset + region.start as u64, region.len())))
        };
        let found = self.frames(&span, find).map_err(|error| match error {
            ReadError::Damaged(damage) => EraseError::Damaged(damage),
            ReadError::Altered { .. } => EraseError::Incomplete(io::Error::other(error)),
            ReadError::Unavailable(error) => EraseError::Incomplete(error),
        })?;
        let Some((offset, bytes)) = found.into_iter().next().flatten() else {
            return Err(EraseError::NoPart { seq, part });
        };
        let _alone = self.wiping.write().unwrap_or_else(PoisonError::into_inner);
        let path = self.folder.join(name(span.first));
        let file = self.disk.open(&path).map_err(EraseError::Incomplete)?;
        wipe(&self.disk, &file, offset, bytes).map_err(EraseError::Incomplete)
    }

    fn time_syncs(&self, told: Timed) {
        self.disk.time_syncs(told);
    }
}
