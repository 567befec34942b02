//! The ZIP archive of a workbook, opened by the book and packed again without any pressing.
//!
//! The library that reads workbooks trusts what an archive says of itself. Here nothing is believed that is not true:
//! an entry has one name, a place of its own and the size that is told of it, and what unpacks to anything else is
//! damaged. The library is given only parts that it reads, in an archive made here.

use std::{collections::BTreeMap, io::Read, ops::Range};

use flate2::{Crc, bufread::DeflateDecoder};

use super::{error::ListError, limits::MAX_UNPACKED_BYTES};

/// Most entries of an archive: a workbook of 30 sheets with a drawing and links each has some two hundred.
pub(super) const MAX_ENTRIES: usize = 1_000;

/// Largest part that is neither a sheet nor the texts of all sheets: styles of 60,000 cells, or as many names.
pub(super) const MAX_PART_BYTES: u64 = 8 * 1024 * 1024;

/// Most tags of all parts, against work without end: 20,000 rows of twelve cells with texts of their own, eight tags each.
pub(super) const MAX_TAGS: usize = 2_000_000;

/// The folder of sheets.
pub(super) const SHEETS: &str = "worksheets/";

/// Folders of parts that are never read, and can be large.
const UNREAD: [&str; 11] = [
    "drawings/",
    "charts/",
    "media/",
    "pivottables/",
    "pivotcache/",
    "externallinks/",
    "customxml/",
    "printersettings/",
    "embeddings/",
    "activex/",
    "docprops/",
];

/// Signatures and fixed lengths (APPNOTE.TXT 4.3.7, 4.3.12 and 4.3.16).
const LOCAL: (&[u8], usize) = (b"PK\x03\x04", 30);
const ENTRY: (&[u8], usize) = (b"PK\x01\x02", 46);
const END: (&[u8], usize) = (b"PK\x05\x06", 22);

/// Longest comment behind an archive.
const MAX_COMMENT: usize = 65_535;

/// An archive that tells the truth, and where its parts stand in it.
pub(super) struct Archive {
    pub(super) bytes: Vec<u8>,
    parts: BTreeMap<String, Range<usize>>,
}

/// What the directory says of an entry.
struct Entry {
    name: String,
    pressed: bool,
    crc: u32,
    data: Range<usize>,
    size: u64,
}

impl Archive {
    /// Opens an archive and unpacks the parts that are read.
    pub(super) fn open(bytes: &[u8]) -> Result<Self, ListError> {
        let entries = directory(bytes).ok_or(ListError::Damaged)?;
        let unpacked = entries.iter().map(|entry| entry.size);
        if unpacked.fold(0, u64::saturating_add) > MAX_UNPACKED_BYTES {
            return Err(ListError::Bomb);
        }
        let mut archive = Self {
            bytes: Vec::new(),
            parts: BTreeMap::new(),
        };
        let mut directory = Vec::new();
        for entry in entries.iter().filter(|entry| is_read(&entry.name)) {
            archive.add(bytes, entry, &mut directory)?;
        }
        let tags = |part: &[u8]| part.iter().filter(|byte| **byte == b'<').count();
        if archive.parts().map(|(_, part)| tags(part)).sum::<usize>() > MAX_TAGS {
            return Err(ListError::Bomb);
        }
        archive.close(&directory);
        Ok(archive)
    }

    /// A part by its name; capitals don't matter.
    pub(super) fn part(&self, name: &str) -> Option<&[u8]> {
        self.parts
            .get(&known_as(name))
            .and_then(|place| self.bytes.get(place.clone()))
    }

    /// All parts, by their names in small letters.
    pub(super) fn parts(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.parts
            .iter()
            .filter_map(|(name, place)| Some((name.as_str(), self.bytes.get(place.clone())?)))
    }

    fn add(
        &mut self,
        bytes: &[u8],
        entry: &Entry,
        directory: &mut Vec<u8>,
    ) -> Result<(), ListError> {
        let name = known_as(&entry.name);
        let large = name.contains(SHEETS) || name.ends_with("/sharedstrings.xml");
        if entry.size > MAX_PART_BYTES && !large {
            return Err(ListError::Bomb);
        }
        let size = u32::try_from(entry.size).map_err(|_| ListError::Bomb)?;
        let length = u16::try_from(entry.name.len()).map_err(|_| ListError::Damaged)?;
        let at = u32::try_from(self.bytes.len()).map_err(|_| ListError::Bomb)?;
        // Version 2.0, no flags, not pressed, no time; then check sum, both sizes, lengths of name and extras.
        let mut common = vec![20, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        common.extend(entry.crc.to_le_bytes());
        common.extend(size.to_le_bytes());
        common.extend(size.to_le_bytes());
        common.extend(length.to_le_bytes());
        common.extend([0, 0]);
        directory.extend(ENTRY.0);
        directory.extend([20, 0]);
        directory.extend(&common);
        directory.extend([0; 10]);
        directory.extend(at.to_le_bytes());
        directory.extend(entry.name.as_bytes());
        self.bytes.extend(LOCAL.0);
        self.bytes.extend(&common);
        self.bytes.extend(entry.name.as_bytes());
        let start = self.bytes.len();
        unpack(&bytes[entry.data.clone()], entry, &mut self.bytes)?;
        self.parts.insert(name, start..self.bytes.len());
        Ok(())
    }

    fn close(&mut self, directory: &[u8]) {
        // Both fit: parts are at most MAX_UNPACKED_BYTES, and entries MAX_ENTRIES.
        let short = |number: usize| u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes();
        let count = short(self.parts.len());
        let at = short(self.bytes.len());
        self.bytes.extend(directory);
        self.bytes.extend(END.0);
        self.bytes.extend([0; 4]);
        self.bytes.extend(&count[..2]);
        self.bytes.extend(&count[..2]);
        self.bytes.extend(short(directory.len()));
        self.bytes.extend(at);
        self.bytes.extend([0, 0]);
    }
}

/// Appends what an entry unpacks to, which must be as long as told and have the check sum that is told.
fn unpack(data: &[u8], entry: &Entry, out: &mut Vec<u8>) -> Result<(), ListError> {
    let start = out.len();
    let most = entry.size + 1;
    let read = if entry.pressed {
        DeflateDecoder::new(data).take(most).read_to_end(out)
    } else {
        data.take(most).read_to_end(out)
    };
    let mut crc = Crc::new();
    crc.update(&out[start..]);
    match read {
        Ok(length) if length as u64 == entry.size && crc.sum() == entry.crc => Ok(()),
        _ => Err(ListError::Damaged),
    }
}

fn is_read(name: &str) -> bool {
    let name = known_as(name);
    let kind = name.ends_with(".xml") || name.ends_with(".rels");
    kind && !UNREAD
        .iter()
        .any(|folder| name.starts_with(folder) || name.contains(&format!("/{folder}")))
}

/// The name by which the library finds a part.
fn known_as(name: &str) -> String {
    name.replace('\\', "/").to_ascii_lowercase()
}

/// The entries that the directory at the end of an archive names, when it tells of nothing twice and every entry has a
/// place of its own.
fn directory(bytes: &[u8]) -> Option<Vec<Entry>> {
    let from = bytes.len().saturating_sub(END.1 + MAX_COMMENT);
    let tail = bytes.get(from..)?;
    let at = from + tail.windows(4).rposition(|window| window == END.0)?;
    let end = bytes.get(at..at + END.1)?;
    let (disks, count, size, start) = (
        short(end, 4)? | short(end, 6)?,
        short(end, 10)?,
        long(end, 12)?,
        long(end, 16)?,
    );
    let whole = at + END.1 + short(end, 20)? == bytes.len() && start + size == at;
    if disks != 0 || short(end, 8)? != count || count > MAX_ENTRIES || !whole {
        return None;
    }
    let mut rest = bytes.get(start..at)?;
    let mut entries = Vec::with_capacity(count);
    for _ in 0..count {
        let length = ENTRY.1 + short(rest, 28)? + short(rest, 30)? + short(rest, 32)?;
        entries.extend(entry(bytes, rest, start)?);
        rest = rest.get(length..)?;
    }
    let mut places: Vec<_> = entries.iter().map(|entry| entry.data.clone()).collect();
    places.sort_by_key(|place| (place.start, place.end));
    let apart = places.windows(2).all(|pair| pair[0].end <= pair[1].start);
    let names: std::collections::BTreeSet<_> =
        entries.iter().map(|entry| known_as(&entry.name)).collect();
    (rest.is_empty() && apart && names.len() == entries.len()).then_some(entries)
}

/// An entry of the directory; `Some(None)` for a folder.
#[expect(clippy::option_option, reason = "a folder is no fault")]
fn entry(bytes: &[u8], told: &[u8], directory: usize) -> Option<Option<Entry>> {
    const ENCRYPTED: usize = 1;
    if !told.starts_with(ENTRY.0) || short(told, 8)? & ENCRYPTED != 0 {
        return None;
    }
    let pressed = match short(told, 10)? {
        0 => false,
        8 => true,
        _ => return None,
    };
    let name = told.get(ENTRY.1..ENTRY.1 + short(told, 28)?)?;
    let name = std::str::from_utf8(name).ok()?.to_owned();
    let (packed, size, at) = (long(told, 20)?, long(told, 24)?, long(told, 42)?);
    let local = bytes.get(at..directory)?;
    if !local.starts_with(LOCAL.0) {
        return None;
    }
    let start = at + LOCAL.1 + short(local, 26)? + short(local, 28)?;
    let data = start..start.checked_add(packed)?;
    // A size that needs more than 32 bits reads as 4 GB here, and does not fit.
    if data.end > directory {
        return None;
    }
    if name.ends_with('/') {
        return (size == 0).then_some(None);
    }
    let crc = u32::from_le_bytes(told.get(16..20)?.try_into().ok()?);
    Some(Some(Entry {
        name,
        pressed,
        crc,
        data,
        size: size as u64,
    }))
}

fn short(bytes: &[u8], at: usize) -> Option<usize> {
    let bytes = bytes.get(at..at + 2)?.try_into().ok()?;
    Some(usize::from(u16::from_le_bytes(bytes)))
}

fn long(bytes: &[u8], at: usize) -> Option<usize> {
    let bytes = bytes.get(at..at + 4)?.try_into().ok()?;
    usize::try_from(u32::from_le_bytes(bytes)).ok()
}
