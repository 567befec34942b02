//! Reading a whole journal folder, holding every byte against what it should be, and changing nothing.
//!
//! # Torn or damaged?
//!
//! A crash during an append leaves an incomplete end, which is cut: nobody was told that it was written. Damage
//! to anything that was acknowledged must stop the start-up instead. They are told apart so: an incomplete end
//! is in the last segment, and nothing that was written later follows it. (A segment is only begun when the one
//! before is whole and durable, and an append only when the one before is.)
//!
//! One append may write many frames, and a power failure may keep the later ones and lose an earlier one. Each
//! frame names the first record of its append, so frames of the same append after the bad one prove nothing.
//! Then it is a torn end only if the bad one has a hole (a disk sector of nothing but zeros: never written).

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use super::flaw::{Damage, Flaw, OpenError};
use super::frame::{ALIGN, Frame, State, all_zero};
use super::header::{self, HEADER_BYTES, Header, HeaderError};
use super::record::Head;

/// How often progress is told, in bytes.
const PROGRESS_BYTES: u64 = 8 * 1024 * 1024;

/// The smallest unit that disks write whole.
const SECTOR: usize = 512;

/// How far opening a journal has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Progress {
    /// Bytes looked at so far.
    pub bytes_done: u64,
    /// Bytes of all segments.
    pub bytes_total: u64,
    /// Records found so far.
    pub records: u64,
}

/// Bytes after the last whole record: an append that a crash interrupted, never acknowledged. (Damage to the very last
/// append looks the same; who keeps what the records add up to can tell.)
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TornTail {
    /// The segment's file name.
    pub segment: String,
    /// Where it begins, in bytes from the start of the file. 0: the segment itself was being made.
    pub offset: u64,
    /// How long it is.
    pub bytes: u64,
}

/// What a journal folder holds, when all of it is sound.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Summary {
    /// The last record.
    pub head: Head,
    /// How many segment files.
    pub segments: u64,
    /// Their bytes, without a torn tail.
    pub bytes: u64,
    /// Private parts still there.
    pub parts_present: u64,
    /// Private parts that were erased.
    pub parts_erased: u64,
    /// Erased parts whose bytes are not destroyed yet, as after a crash: who wrote the erasure down completes it.
    pub parts_to_wipe: u64,
    /// An interrupted append at the end, if any; cut when the journal is opened for writing next.
    pub tail: Option<TornTail>,
}

/// A sound segment: where its frames begin. Four bytes of memory a record.
pub(super) struct Known {
    pub first: u64,
    pub nonce: u32,
    /// Offset of each frame; a segment is never longer than [`u32::MAX`].
    pub starts: Vec<u32>,
    /// Where the next frame goes.
    pub end: u32,
}

/// A private part whose mark says that it was erased. Whether a record says so too, only the caller can know: the mark
/// alone may be damage.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ErasedPart {
    pub seq: u64,
    pub part: u16,
    /// In files: the first record of its segment, and where its record begins in the segment.
    pub(super) place: Option<(u64, u64)>,
}

impl ErasedPart {
    /// The damage that it is when no record names it.
    pub fn as_damage(&self) -> Damage {
        let (segment, offset) = match self.place {
            Some((segment, offset)) => (header::name(segment), offset),
            None => ("the database".to_owned(), 0),
        };
        Damage {
            segment,
            offset,
            seq: self.seq,
            flaw: Flaw::Unnamed { part: self.part },
        }
    }
}

/// Everything a scan finds.
pub(super) struct Found {
    pub known: Vec<Known>,
    pub erased: Vec<ErasedPart>,
    /// Where the last append begins in the last segment; 0 if the segment has none yet, so its header counts.
    pub last_append: u32,
    pub summary: Summary,
}

struct Scan<'a> {
    found: Found,
    progress: &'a mut dyn FnMut(Progress),
    total: u64,
    done: u64,
    told: u64,
}

/// Reads the folder. Takes the memory of one segment and four bytes a record.
pub(super) fn scan(folder: &Path, progress: &mut dyn FnMut(Progress)) -> Result<Found, OpenError> {
    let segments = list(folder).map_err(|error| error.at(folder))?;
    let total = segments.iter().map(|(_, bytes)| bytes).sum();
    let summary = Summary {
        head: Head::EMPTY,
        segments: 0,
        bytes: 0,
        parts_present: 0,
        parts_erased: 0,
        parts_to_wipe: 0,
        tail: None,
    };
    let found = Found {
        known: Vec::new(),
        erased: Vec::new(),
        last_append: 0,
        summary,
    };
    let mut scan = Scan {
        found,
        progress,
        total,
        done: 0,
        told: 0,
    };
    let mut bytes = Vec::new();
    for (index, (first, _)) in segments.iter().enumerate() {
        let path = folder.join(header::name(*first));
        read(&path, &mut bytes).map_err(|source| OpenError::Io {
            path: path.clone(),
            source,
        })?;
        scan.segment(*first, &bytes, index + 1 == segments.len())?;
        scan.done += bytes.len() as u64;
        scan.tell();
    }
    Ok(scan.found)
}

enum ListError {
    Io(io::Error),
    Stranger(String),
}

impl ListError {
    fn at(self, folder: &Path) -> OpenError {
        match self {
            Self::Io(source) => OpenError::Io {
                path: folder.to_owned(),
                source,
            },
            Self::Stranger(name) => OpenError::Stranger { name },
        }
    }
}

/// The segments by their first record, in order, with their lengths. Other files are left alone.
fn list(folder: &Path) -> Result<Vec<(u64, u64)>, ListError> {
    let mut segments = Vec::new();
    for entry in fs::read_dir(folder).map_err(ListError::Io)? {
        let entry = entry.map_err(ListError::Io)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if !header::is_segment(&name) {
            continue;
        }
        let Some(first) = header::first(&name) else {
            return Err(ListError::Stranger(name));
        };
        segments.push((first, entry.metadata().map_err(ListError::Io)?.len()));
    }
    segments.sort_unstable();
    Ok(segments)
}

/// Reads at most one byte more than a segment can have, whatever the file's length is.
fn read(path: &Path, bytes: &mut Vec<u8>) -> io::Result<()> {
    bytes.clear();
    let mut file = File::open(path)?.take(u64::from(u32::MAX) + 1);
    file.read_to_end(bytes)?;
    Ok(())
}

impl Scan<'_> {
    fn tell(&mut self) {
        self.told = self.done;
        (self.progress)(Progress {
            bytes_done: self.done,
            bytes_total: self.total,
            records: self.found.summary.head.seq,
        });
    }

    fn segment(&mut self, first: u64, bytes: &[u8], last: bool) -> Result<(), OpenError> {
        let name = header::name(first);
        let head = self.found.summary.head;
        let next = head.seq + 1;
        let damage = |flaw| Damage {
            segment: name.clone(),
            offset: 0,
            seq: next,
            flaw,
        };
        if first > next {
            return Err(OpenError::Missing {
                segment: name,
                from: next,
                to: first - 1,
            });
        }
        if first < next {
            return Err(damage(Flaw::Name).into());
        }
        let header = match Header::parse(bytes) {
            Ok(header) => header,
            Err(HeaderError::Newer(version)) => {
                return Err(OpenError::Newer {
                    segment: name,
                    version,
                });
            }
            // A crash while the segment was being made: no record is written before its header is durable.
            Err(HeaderError::Flaw(_)) if last && bytes.len() <= HEADER_BYTES => {
                let bytes = bytes.len() as u64;
                self.found.summary.tail = Some(TornTail {
                    segment: name,
                    offset: 0,
                    bytes,
                });
                return Ok(());
            }
            Err(HeaderError::Flaw(flaw)) => return Err(damage(flaw).into()),
        };
        if header.after.seq != head.seq {
            return Err(damage(Flaw::Name).into());
        }
        if header.after.chain != head.chain {
            return Err(OpenError::Foreign { segment: name });
        }
        if u32::try_from(bytes.len()).is_err() {
            return Err(damage(Flaw::TooLarge).into());
        }
        self.frames(&header, bytes, last)
    }

    /// Walks the frames of a segment whose header is sound.
    fn frames(&mut self, header: &Header, bytes: &[u8], last: bool) -> Result<(), OpenError> {
        let (first, nonce) = (header.first(), header.nonce);
        let mut starts = Vec::new();
        let mut at = HEADER_BYTES;
        let (mut append, mut last_append) = (0, 0);
        let before = self.done;
        while at < bytes.len() {
            match self.frame(first, bytes, at, nonce) {
                Ok(frame) => {
                    if frame.first != append {
                        (append, last_append) = (frame.first, at as u32);
                    }
                    starts.push(at as u32);
                    at += frame.length;
                }
                Err(flaw) => {
                    let (segment, offset) = (header::name(first), at as u64);
                    let seq = self.found.summary.head.seq + 1;
                    if !(last && flaw.may_be_torn() && is_torn(bytes, at, nonce, seq)) {
                        return Err(Damage {
                            segment,
                            offset,
                            seq,
                            flaw,
                        }
                        .into());
                    }
                    let bytes = (bytes.len() - at) as u64;
                    self.found.summary.tail = Some(TornTail {
                        segment,
                        offset,
                        bytes,
                    });
                    break;
                }
            }
            self.done = before + at as u64;
            if self.done - self.told >= PROGRESS_BYTES {
                self.tell();
            }
        }
        self.done = before;
        self.found.last_append = last_append;
        starts.shrink_to_fit();
        self.found.known.push(Known {
            first,
            nonce,
            starts,
            end: at as u32,
        });
        self.found.summary.segments += 1;
        self.found.summary.bytes += at as u64;
        Ok(())
    }

    /// Takes in the frame at `at`.
    fn frame<'b>(
        &mut self,
        segment: u64,
        bytes: &'b [u8],
        at: usize,
        nonce: u32,
    ) -> Result<Frame<'b>, Flaw> {
        let frame = Frame::parse(&bytes[at..], nonce)?;
        let head = self.found.summary.head;
        if frame.seq != head.seq + 1 {
            return Err(Flaw::Order { found: frame.seq });
        }
        if frame.previous != head.chain {
            return Err(Flaw::Chain);
        }
        let (mut present, mut to_wipe, mut erased) = (0, 0, Vec::new());
        for part in frame.parts() {
            match frame.state(&part)? {
                State::Present(_) => present += 1,
                State::Erased { wiped } => {
                    to_wipe += u64::from(!wiped);
                    erased.push(ErasedPart {
                        seq: frame.seq,
                        part: part.index,
                        place: Some((segment, at as u64)),
                    });
                }
            }
        }
        let summary = &mut self.found.summary;
        summary.head = Head {
            seq: frame.seq,
            chain: frame.chain(),
        };
        summary.parts_present += present;
        summary.parts_erased += erased.len() as u64;
        summary.parts_to_wipe += to_wipe;
        self.found.erased.append(&mut erased);
        Ok(frame)
    }
}

/// Whether the bad frame at `at`, which should be record `seq`, can be what a crash left of an append that
/// nobody was told of. See the module's words.
fn is_torn(bytes: &[u8], at: usize, nonce: u32, seq: u64) -> bool {
    let mut probe = at + ALIGN;
    let mut sibling = None;
    while probe < bytes.len() {
        match Frame::parse(&bytes[probe..], nonce) {
            Ok(frame) if frame.seq > seq => {
                if frame.first > seq {
                    return false;
                }
                sibling.get_or_insert(probe);
                probe += frame.length;
            }
            _ => probe += ALIGN,
        }
    }
    sibling.is_none_or(|end| has_hole(bytes, at, end))
}

/// Whether a disk sector between `from` and `to` was never written. In the first sector only what comes after
/// `from` counts: what is before belongs to a record that was there already.
fn has_hole(bytes: &[u8], from: usize, to: usize) -> bool {
    let mut start = from;
    while start < to {
        let end = (start + 1).next_multiple_of(SECTOR);
        if end <= to && all_zero(&bytes[start..end]) {
            return true;
        }
        start = end;
    }
    false
}
