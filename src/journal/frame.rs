//! One record as bytes in a segment file.
//!
//! All numbers are little-endian. A frame begins and ends on a multiple of 8 bytes.
//!
//! ```text
//!  offset bytes
//!       0   4   magic "CGrc"
//!       4   4   length of the whole frame
//!       8   8   first: position of the first record of the same append
//!      16  32   previous chain              ─┐
//!      48   8   seq                          │
//!      56  16   id                           │
//!      72   4   public length P              │ sealed
//!      76   2   number of private parts N    │
//!      78   2   zero                         │
//!      80   P   public bytes                 │
//!           36N N × { length 4, commitment 32 } ─┘
//!           0-7 zeros, so that the checksum ends on a multiple of 8
//!           4   CRC-32C of the segment's nonce and everything above
//!           …   N × { salt 32, bytes, zeros to a multiple of 8, mark 8 }
//!
//!  commitment = SHA-256("canhgiac/private/v1\0" ‖ salt ‖ bytes)
//!  chain      = SHA-256("canhgiac/journal/v1\0" ‖ sealed)
//! ```
//!
//! The chain covers the commitments, never the private bytes, so a part can be erased and the chain stays
//! verifiable. The salt is destroyed with the part: without it nobody can find out by guessing what a
//! commitment stood for.
//!
//! The mark says whether the part is present or erased. It comes after the bytes it speaks of because a copy
//! made while the journal is running reads forwards and an erasure sets the mark first: a copy that has caught
//! zeros has also caught the mark. It is 8 bytes on a multiple of 8, so it lies in one sector and a crash
//! can't tear it; and all 8 bytes differ between the two marks, so no single bad byte turns one into the
//! other.
//!
//! The nonce is random for each segment. Nobody who can get text into a record can therefore make it look like
//! a frame, which matters when a damaged file is searched for later frames.

use std::ops::Range;

use uuid::Uuid;

use super::flaw::Flaw;
use super::record::{MAX_PRIVATE_BYTES, MAX_PRIVATE_PARTS, MAX_RECORD_BYTES};
use super::sealed::{Content, SALT, Sealed, SealedPart, chain, commitment};

/// Frames begin on multiples of this.
pub(super) const ALIGN: usize = 8;

/// What a part's mark is when it was erased; written over the present mark, before the part is zeroed.
pub(super) const ERASED: [u8; 8] = *b"-erased-";

const PRESENT: [u8; 8] = *b"Present.";
const MAGIC: [u8; 4] = *b"CGrc";
const HEAD: usize = 80;
const SEALED_FROM: usize = 16;
const ROW: usize = 4 + 32;

/// Where a frame goes.
pub(super) struct Place {
    /// Position of the first record of the same append.
    pub first: u64,
    /// The segment's nonce.
    pub nonce: u32,
}

/// How many bytes the record's frame takes.
pub(super) fn frame_bytes(record: &Sealed<'_>) -> usize {
    let parts = record.parts.iter();
    let parts = parts.map(|part| region_bytes(part.length as usize));
    checked_end(record.public.len(), record.parts.len()) + parts.sum::<usize>()
}

/// Adds the record's frame to `out`. The record has passed the limits, so every length fits its field.
pub(super) fn encode(out: &mut Vec<u8>, place: &Place, record: &Sealed<'_>) {
    let start = out.len();
    out.extend_from_slice(&MAGIC);
    out.extend_from_slice(&(frame_bytes(record) as u32).to_le_bytes());
    out.extend_from_slice(&place.first.to_le_bytes());
    record.write(out);
    out.resize(
        start + checked_end(record.public.len(), record.parts.len()) - 4,
        0,
    );
    let sum = checksum(place.nonce, &out[start..]);
    out.extend_from_slice(&sum.to_le_bytes());
    for part in &record.parts {
        let end = out.len() + region_bytes(part.length as usize);
        let mark = match &part.content {
            Some(Content { salt, bytes }) => {
                out.extend_from_slice(salt);
                out.extend_from_slice(bytes);
                PRESENT
            }
            None => ERASED,
        };
        out.resize(end - mark.len(), 0);
        out.extend_from_slice(&mark);
    }
}

/// A frame whose checksum fits. Its private parts may still be cut off or damaged.
pub(super) struct Frame<'a> {
    bytes: &'a [u8],
    /// Length of the whole frame, which may be more than there is.
    pub length: usize,
    pub seq: u64,
    pub first: u64,
    pub previous: [u8; 32],
    id: Uuid,
    public: usize,
    parts: usize,
}

/// One row of the table of private parts, and where the part is.
pub(super) struct Part<'a> {
    pub index: u16,
    commitment: &'a [u8],
    length: usize,
    /// Salt, bytes, padding; counted from the start of the frame. The mark follows.
    pub region: Range<usize>,
}

/// What became of a private part.
pub(super) enum State<'a> {
    Present(&'a [u8]),
    /// `wiped` says whether salt and bytes are all zero, or a crash came between.
    Erased {
        wiped: bool,
    },
}

impl<'a> Frame<'a> {
    /// Reads the frame at the start of `bytes`.
    pub(super) fn parse(bytes: &'a [u8], nonce: u32) -> Result<Self, Flaw> {
        let head: &[u8; HEAD] = bytes.first_chunk().ok_or(Flaw::Short)?;
        if !head.starts_with(&MAGIC) {
            return Err(Flaw::Magic);
        }
        let length = u32::from_le_bytes(field(head, 4)) as usize;
        let public = u32::from_le_bytes(field(head, 72)) as usize;
        let parts = usize::from(u16::from_le_bytes(field(head, 76)));
        if public > MAX_RECORD_BYTES || parts > MAX_PRIVATE_PARTS {
            return Err(Flaw::Lengths);
        }
        let end = checked_end(public, parts);
        let checked = bytes.get(..end).ok_or(Flaw::Short)?;
        let (body, sum) = checked.split_at(end - 4);
        if checksum(nonce, body).to_le_bytes() != sum {
            return Err(Flaw::Checksum);
        }
        let frame = Self {
            bytes,
            length,
            seq: u64::from_le_bytes(field(head, 48)),
            first: u64::from_le_bytes(field(head, 8)),
            previous: field(head, 16),
            id: Uuid::from_bytes(field(head, 56)),
            public,
            parts,
        };
        let private = frame
            .parts()
            .fold(0, |sum: usize, part| sum.saturating_add(part.length));
        let ends = frame
            .parts()
            .last()
            .map_or(end, |part| part.region.end + PRESENT.len());
        if private > MAX_PRIVATE_BYTES || ends != length {
            return Err(Flaw::Lengths);
        }
        Ok(frame)
    }

    /// The chain value of this record.
    pub(super) fn chain(&self) -> [u8; 32] {
        chain(&self.bytes[SEALED_FROM..HEAD + self.public + self.parts * ROW])
    }

    /// The table of private parts.
    pub(super) fn parts(&self) -> impl Iterator<Item = Part<'a>> + use<'a> {
        let table = HEAD + self.public;
        let rows = self.bytes[table..table + self.parts * ROW].chunks_exact(ROW);
        let mut at = checked_end(self.public, self.parts);
        rows.zip(0..).map(move |(row, index)| {
            let length = u32::from_le_bytes(field(row, 0)) as usize;
            let region = at..at + region_bytes(length) - PRESENT.len();
            at = region.end + PRESENT.len();
            Part {
                index,
                commitment: &row[4..],
                length,
                region,
            }
        })
    }

    /// Looks at a part and holds it against its commitment.
    pub(super) fn state(&self, part: &Part<'_>) -> Result<State<'a>, Flaw> {
        let region = self.bytes.get(part.region.clone()).ok_or(Flaw::Short)?;
        let rest = self.bytes.get(part.region.end..).ok_or(Flaw::Short)?;
        let mark: &[u8; 8] = rest.first_chunk().ok_or(Flaw::Short)?;
        if *mark == ERASED {
            return Ok(State::Erased {
                wiped: all_zero(region),
            });
        }
        let (salt, bytes) = region.split_at(SALT);
        let (bytes, padding) = bytes.split_at(part.length);
        if *mark != PRESENT || !all_zero(padding) {
            return Err(Flaw::Mark { part: part.index });
        }
        if commitment(salt, bytes) != part.commitment {
            return Err(Flaw::Commitment { part: part.index });
        }
        Ok(State::Present(bytes))
    }

    /// The record, if all its parts are what was written or erased.
    pub(super) fn sealed(&self) -> Result<Sealed<'a>, Flaw> {
        let mut parts = Vec::with_capacity(self.parts);
        for part in self.parts() {
            let content = match self.state(&part)? {
                State::Present(bytes) => Some(Content {
                    salt: field(self.bytes, part.region.start),
                    bytes: bytes.into(),
                }),
                State::Erased { .. } => None,
            };
            parts.push(SealedPart {
                length: part.length as u32,
                commitment: field(part.commitment, 0),
                content,
            });
        }
        Ok(Sealed {
            seq: self.seq,
            chain: self.chain(),
            id: self.id,
            previous: self.previous,
            public: self.bytes[HEAD..HEAD + self.public].into(),
            parts,
        })
    }
}

/// Where the checksum ends and the private parts begin.
fn checked_end(public: usize, parts: usize) -> usize {
    (HEAD + public + parts * ROW + 4).next_multiple_of(ALIGN)
}

/// Salt, bytes, padding and mark of a part of `length` bytes.
fn region_bytes(length: usize) -> usize {
    (SALT + length).next_multiple_of(ALIGN) + PRESENT.len()
}

fn checksum(nonce: u32, bytes: &[u8]) -> u32 {
    crc32c::crc32c_append(crc32c::crc32c(&nonce.to_le_bytes()), bytes)
}

/// Whether there is nothing but zeros; eight at a time, since whole segments are looked at.
pub(super) fn all_zero(bytes: &[u8]) -> bool {
    let (words, rest) = bytes.as_chunks::<8>();
    words.iter().all(|word| u64::from_ne_bytes(*word) == 0) && rest.iter().all(|byte| *byte == 0)
}

/// The `N` bytes from `at`. The callers' slices are longer than any field in them, whatever the disk says.
pub(super) fn field<const N: usize>(bytes: &[u8], at: usize) -> [u8; N] {
    let mut field = [0; N];
    field.copy_from_slice(&bytes[at..at + N]);
    field
}
