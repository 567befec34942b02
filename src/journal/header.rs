//! The first bytes and the name of a segment file.
//!
//! A segment is named by the position of its first record, twenty digits and `.journal`, so names sort like
//! positions. It begins with:
//!
//! ```text
//!  offset bytes
//!       0   8   magic "canhgiac"
//!       8   4   format version
//!      12   4   nonce: random, goes into every checksum of the segment
//!      16   8   position of its first record
//!      24  32   chain value of the record before
//!      56   4   zero
//!      60   4   CRC-32C of everything above
//! ```

use super::flaw::Flaw;
use super::frame::field;
use super::record::{Head, VERSION};

/// Length of a segment's header.
pub(super) const HEADER_BYTES: usize = 64;

const MAGIC: [u8; 8] = *b"canhgiac";
const SUFFIX: &str = ".journal";
const DIGITS: usize = 20;

/// What a segment says about itself.
pub(super) struct Header {
    /// Random; see [`super::frame`].
    pub nonce: u32,
    /// The end of the segment before.
    pub after: Head,
}

/// Why a header was not read.
pub(super) enum HeaderError {
    /// Written by a later version; its other fields may mean anything.
    Newer(u32),
    Flaw(Flaw),
}

impl Header {
    /// The position of the segment's first record.
    pub(super) fn first(&self) -> u64 {
        self.after.seq + 1
    }

    pub(super) fn encode(&self) -> [u8; HEADER_BYTES] {
        let mut bytes = [0; HEADER_BYTES];
        bytes[..8].copy_from_slice(&MAGIC);
        bytes[8..12].copy_from_slice(&VERSION.to_le_bytes());
        bytes[12..16].copy_from_slice(&self.nonce.to_le_bytes());
        bytes[16..24].copy_from_slice(&self.first().to_le_bytes());
        bytes[24..56].copy_from_slice(&self.after.chain);
        let sum = crc32c::crc32c(&bytes[..60]);
        bytes[60..].copy_from_slice(&sum.to_le_bytes());
        bytes
    }

    pub(super) fn parse(bytes: &[u8]) -> Result<Self, HeaderError> {
        let head: &[u8; HEADER_BYTES] =
            bytes.first_chunk().ok_or(HeaderError::Flaw(Flaw::Short))?;
        if !head.starts_with(&MAGIC) {
            return Err(HeaderError::Flaw(Flaw::Magic));
        }
        // Before the checksum: a later format may put it elsewhere.
        let version = u32::from_le_bytes(field(head, 8));
        if version > VERSION {
            return Err(HeaderError::Newer(version));
        }
        if crc32c::crc32c(&head[..60]).to_le_bytes() != head[60..] {
            return Err(HeaderError::Flaw(Flaw::Checksum));
        }
        let first = u64::from_le_bytes(field(head, 16));
        let seq = first.checked_sub(1).ok_or(HeaderError::Flaw(Flaw::Name))?;
        let after = Head {
            seq,
            chain: field(head, 24),
        };
        Ok(Self {
            nonce: u32::from_le_bytes(field(head, 12)),
            after,
        })
    }
}

/// The file name of the segment that begins with record `first`.
pub(super) fn name(first: u64) -> String {
    format!("{first:0DIGITS$}{SUFFIX}")
}

/// Whether a file claims to be a segment.
pub(super) fn is_segment(name: &str) -> bool {
    name.ends_with(SUFFIX)
}

/// The first record of the segment with this file name, if it is one that [`name`] gives.
pub(super) fn first(name: &str) -> Option<u64> {
    let digits = name.strip_suffix(SUFFIX)?;
    let plain = digits.len() == DIGITS && digits.bytes().all(|digit| digit.is_ascii_digit());
    digits.parse().ok().filter(|first| plain && *first > 0)
}
