//! The writing side of the file engine: the last segment's tail, new segments, and erasing in place.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use super::cut;
use super::disk::Disk;
use super::frame::{ERASED, Place, encode};
use super::header::{HEADER_BYTES, Header, name};
use super::record::Head;
use super::scan::{Known, TornTail};
use super::sealed::{Sealed, random};

/// What only the writing side knows of the last segment.
pub(super) struct Writer {
    pub file: File,
    pub path: PathBuf,
    pub nonce: u32,
    /// Everything before is acknowledged.
    pub end: u64,
    /// Whether there may be anything after `end`.
    pub suspect: bool,
    /// The next segment was begun and did not come to be. Its file may still be there, so nothing may be added
    /// to this one any more: the two would overlap.
    pub full: bool,
}

impl Writer {
    /// Goes on with a segment that is there.
    ///
    /// Its last append may be whole and yet not durable: the process was killed before its sync, or the sync
    /// failed and the pages only look clean. The head must not name it before it is, so its bytes are written
    /// once more, which makes the pages dirty again, and synced. (Every append before it is durable: another
    /// was begun after it.) A crash meanwhile changes nothing, since the bytes are the same.
    pub(super) fn resume(
        disk: &Disk,
        folder: &Path,
        lock: &File,
        known: &Known,
        last_append: u32,
    ) -> io::Result<Self> {
        let path = folder.join(name(known.first));
        let file = disk.open(&path)?;
        let mut bytes = vec![0; known.end.saturating_sub(last_append) as usize];
        file.read_exact_at(&mut bytes, u64::from(last_append))?;
        disk.write(&file, &bytes, u64::from(last_append))?;
        disk.sync(&file)?;
        disk.sync_folder(lock)?;
        let (nonce, end) = (known.nonce, u64::from(known.end));
        Ok(Self {
            file,
            path,
            nonce,
            end,
            suspect: false,
            full: false,
        })
    }

    /// Makes the segment that comes after `after`. A crash before the header is durable leaves a file without
    /// one, which the next start-up removes.
    pub(super) fn begin(
        disk: &Disk,
        folder: &Path,
        lock: &File,
        after: Head,
    ) -> io::Result<(Self, Known)> {
        let mut nonce = [0; 4];
        random(&mut nonce)?;
        let header = Header {
            nonce: u32::from_le_bytes(nonce),
            after,
        };
        let (first, nonce) = (header.first(), header.nonce);
        let path = folder.join(name(first));
        let made = disk.create(&path).and_then(|file| {
            disk.write(&file, &header.encode(), 0)?;
            disk.sync(&file)?;
            disk.sync_folder(lock)?;
            Ok(file)
        });
        let file = made.inspect_err(|_| {
            // Only to be tidy: what is left is overwritten by the next try, or removed or used by the next start.
            let _ = disk.remove(&path);
        })?;
        let known = Known {
            first,
            nonce,
            starts: Vec::new(),
            end: HEADER_BYTES as u32,
        };
        let end = HEADER_BYTES as u64;
        Ok((
            Self {
                file,
                path,
                nonce,
                end,
                suspect: false,
                full: false,
            },
            known,
        ))
    }

    /// Cuts what may be after the last acknowledged byte, durably. The file is opened anew: the old handle's
    /// error state is spent.
    pub(super) fn mend(&mut self, disk: &Disk) -> io::Result<()> {
        let file = disk.open(&self.path)?;
        disk.truncate(&file, self.end)?;
        disk.sync(&file)?;
        self.file = file;
        self.suspect = false;
        Ok(())
    }
}

/// The writing side.
pub(super) enum Side {
    Open(Writer),
    /// The disk took no writes, so the last segment's end is as it was found: taken up by the next append.
    Untouched(End),
    /// Opened for reading.
    Closed,
}

/// An append as bytes.
pub(super) struct Batch {
    pub bytes: Vec<u8>,
    pub starts: Vec<u32>,
    pub head: Head,
}

impl Batch {
    pub(super) fn encode(writer: &Writer, at: Head, records: &[Sealed<'_>], bytes: usize) -> Self {
        let mut batch = Self {
            bytes: Vec::with_capacity(bytes),
            starts: Vec::with_capacity(records.len()),
            head: at,
        };
        let place = Place {
            first: at.seq + 1,
            nonce: writer.nonce,
        };
        for record in records {
            batch
                .starts
                .push((writer.end + batch.bytes.len() as u64) as u32);
            encode(&mut batch.bytes, &place, record);
            batch.head = record.head();
        }
        batch
    }
}

/// Destroys a part: first the mark, durable, then salt and bytes. A crash after the mark: who wrote the erasure down
/// finds it not done and erases again. Were the bytes first, it would find a part that fits no commitment and
/// take it for damage. Everything is written even if it was before: an earlier try may not have become durable.
pub(super) fn wipe(disk: &Disk, file: &File, offset: u64, bytes: usize) -> io::Result<()> {
    disk.write(file, &ERASED, offset + bytes as u64)?;
    disk.sync(file)?;
    disk.write(file, &vec![0; bytes], offset)?;
    disk.sync(file)
}

/// Makes the end of the last segment fit to be written behind: keeps and cuts what is torn, and goes on with the
/// segment. Returns the file that the cut bytes are kept in.
///
/// It can be done again after it failed half way.
pub(super) fn take_up(
    disk: &Disk,
    folder: &Path,
    lock: &File,
    end: &End,
    known: &mut Vec<Known>,
) -> io::Result<(Writer, Option<String>)> {
    let mut kept = None;
    if let Some(tail) = &end.tail {
        kept = cut::keep(disk, folder, lock, tail)?;
        let path = folder.join(&tail.segment);
        if tail.offset > 0 {
            let file = disk.open(&path)?;
            disk.truncate(&file, tail.offset)?;
            disk.sync(&file)?;
        } else if path.exists() {
            disk.remove(&path)?;
            disk.sync_folder(lock)?;
        }
    }
    let writer = match known.last() {
        Some(known) => Writer::resume(disk, folder, lock, known, end.last_append)?,
        None => {
            let (writer, begun) = Writer::begin(disk, folder, lock, Head::EMPTY)?;
            known.push(begun);
            writer
        }
    };
    Ok((writer, kept))
}

/// What a scan found at the end of the last segment.
pub(super) struct End {
    pub tail: Option<TornTail>,
    /// Where the last append begins.
    pub last_append: u32,
}
