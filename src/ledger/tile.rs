//! Tiles: the files in which the log's hashes and entries are served (C2SP tlog-tiles).

use std::fmt;

use thiserror::Error;

use super::decimal;

/// Hashes of a full tile, entries of a full bundle.
pub const TILE_WIDTH: usize = 256;

/// The highest level that a path may name.
const MAX_LEVEL: u64 = 63;

/// Why bytes are no bundle of entries.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum TileError {
    /// An entry or its length is cut off.
    #[error("the bundle of entries is cut off")]
    CutOff,
    /// There are more than [`TILE_WIDTH`] entries.
    #[error("more than {TILE_WIDTH} entries in a bundle")]
    TooMany,
}

/// A tile's place; `level: None` is the bundle of entries.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub struct TilePath {
    /// The level of the hashes, 0 for those of leaves; none for the entries themselves.
    pub level: Option<u8>,
    /// The tile's number in its level.
    pub index: u64,
    /// How many hashes or entries, 1 to 256.
    pub width: u16,
}

impl TilePath {
    /// Reads what follows `tile/` in a path, such as `0/x001/234.p/12` or `entries/000`. Each tile
    /// has one spelling only.
    pub fn parse(path: &str) -> Option<Self> {
        let (level, rest) = path.split_once('/')?;
        let level = match level {
            "entries" => None,
            level => {
                let level = decimal(level).filter(|level| *level <= MAX_LEVEL)?;
                Some(u8::try_from(level).ok()?)
            }
        };
        let (index, width) = match rest.split_once(".p/") {
            Some((index, width)) => {
                let width = u16::try_from(decimal(width)?).ok()?;
                (index, (1..256).contains(&width).then_some(width)?)
            }
            None => (rest, 256),
        };
        Some(Self {
            level,
            index: parse_index(index)?,
            width,
        })
    }

    /// Whether the log of `size` leaves has this tile with at least this width.
    pub fn fits(&self, size: u64) -> bool {
        let shift = u32::from(self.level.unwrap_or(0)) * 8;
        let count = size.checked_shr(shift).unwrap_or(0);
        let end = self
            .index
            .checked_mul(TILE_WIDTH as u64)
            .and_then(|start| start.checked_add(u64::from(self.width)));
        (1..=256).contains(&self.width) && end.is_some_and(|end| end <= count)
    }
}

/// Reads `x001/x234/067` as 1234067. The first of several elements is not `x000`.
fn parse_index(text: &str) -> Option<u64> {
    let (front, last) = match text.rsplit_once('/') {
        Some((front, last)) => (Some(front), last),
        None => (None, text),
    };
    let mut index = 0u64;
    for element in front.into_iter().flat_map(|front| front.split('/')) {
        index = append(index, element.strip_prefix('x')?)?;
        if index == 0 {
            return None;
        }
    }
    append(index, last)
}

/// The number with three more digits behind it.
fn append(number: u64, digits: &str) -> Option<u64> {
    if digits.len() != 3 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    number.checked_mul(1000)?.checked_add(digits.parse().ok()?)
}

impl fmt::Display for TilePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.level {
            Some(level) => write!(f, "{level}/")?,
            None => f.write_str("entries/")?,
        }
        let mut divisor = 1;
        while self.index / divisor >= 1000 {
            divisor *= 1000;
        }
        while divisor > 1 {
            write!(f, "x{:03}/", self.index / divisor % 1000)?;
            divisor /= 1000;
        }
        write!(f, "{:03}", self.index % 1000)?;
        if usize::from(self.width) < TILE_WIDTH {
            write!(f, ".p/{}", self.width)?;
        }
        Ok(())
    }
}

/// The entries of a bundle. How many there have to be is the caller's to check.
///
/// # Errors
/// [`TileError`].
pub fn split_entries(bundle: &[u8]) -> Result<Vec<&[u8]>, TileError> {
    let mut rest = bundle;
    let mut entries = Vec::new();
    while !rest.is_empty() {
        if entries.len() == TILE_WIDTH {
            return Err(TileError::TooMany);
        }
        let (length, behind) = rest.split_first_chunk().ok_or(TileError::CutOff)?;
        let length = usize::from(u16::from_be_bytes(*length));
        let (entry, behind) = behind.split_at_checked(length).ok_or(TileError::CutOff)?;
        entries.push(entry);
        rest = behind;
    }
    Ok(entries)
}

/// Puts a leaf's bytes at the end of a bundle: their count as two bytes, big-endian, and themselves.
/// A leaf has at most [`super::leaf::MAX_LEAF_BYTES`]; of something over 65535 bytes the rest is
/// left out.
pub fn put_entry(out: &mut Vec<u8>, leaf: &[u8]) {
    let length = u16::try_from(leaf.len()).unwrap_or(u16::MAX);
    out.extend_from_slice(&length.to_be_bytes());
    out.extend(leaf.iter().take(usize::from(length)));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_path_is_read_and_written_in_its_only_spelling() {
        let tile = |level, index, width| TilePath {
            level,
            index,
            width,
        };
        for (path, expected) in [
            ("0/000", tile(Some(0), 0, 256)),
            ("0/x001/234.p/12", tile(Some(0), 1234, 12)),
            ("entries/000", tile(None, 0, 256)),
            ("entries/999.p/255", tile(None, 999, 255)),
            ("entries/x001/000", tile(None, 1000, 256)),
            ("1/x001/x234/067", tile(Some(1), 1_234_067, 256)),
            ("63/x001/x000/000.p/1", tile(Some(63), 1_000_000, 1)),
        ] {
            assert_eq!(TilePath::parse(path), Some(expected), "{path}");
            assert_eq!(expected.to_string(), path);
        }
    }

    #[test]
    fn another_spelling_is_refused() {
        for path in [
            "",
            "0",
            "0/",
            "/000",
            "64/000",
            "00/000",
            "-1/000",
            "256/000",
            "Entries/000",
            "0/0",
            "0/0000",
            "0/x000",
            "0/x000/000",
            "0/x000/x001/000",
            "0/001/000",
            "0/X001/000",
            "0/x001/",
            "0/x001//000",
            "0/x1/000",
            "0/+01",
            "0/000.p/0",
            "0/000.p/256",
            "0/000.p/01",
            "0/000.p/",
            "0/000.p/1/",
            "0/000.p",
            "0/000/",
            "0/000 ",
            "0/٠٠٠",
            "0/x018/x446/x744/x073/x709/x551/616",
            "0/x001/x018/x446/x744/x073/x709/x551/615",
        ] {
            assert_eq!(TilePath::parse(path), None, "{path}");
        }
    }

    #[test]
    fn the_tiles_of_70000_leaves_are_those_of_the_specification() {
        let fits = |path: &str| TilePath::parse(path).unwrap().fits(70_000);
        for path in [
            "0/000",
            "0/272",
            "0/273.p/112",
            "0/273.p/1",
            "entries/273.p/112",
            "1/000",
            "1/001.p/17",
            "2/000.p/1",
        ] {
            assert!(fits(path), "{path}");
        }
        for path in [
            "0/273",
            "0/273.p/113",
            "0/274.p/1",
            "entries/273",
            "1/001.p/18",
            "1/002.p/1",
            "2/000.p/2",
            "3/000.p/1",
            "63/000.p/1",
            "0/x018/x446/x744/x073/x709/x551/615",
        ] {
            assert!(!fits(path), "{path}");
        }
        assert!(TilePath::parse("1/000.p/1").unwrap().fits(256));
        assert!(!TilePath::parse("0/000.p/1").unwrap().fits(0));
        let wide = |width| TilePath {
            level: None,
            index: 0,
            width,
        };
        assert!(!wide(0).fits(1000) && !wide(257).fits(1000));
    }

    #[test]
    fn a_bundle_gives_back_the_entries_put_in() {
        let entries: [&[u8]; 4] = [b"one", b"", &[7; 256], b"four"];
        let mut bundle = Vec::new();
        entries
            .iter()
            .for_each(|entry| put_entry(&mut bundle, entry));
        assert_eq!(bundle[..5], *b"\x00\x03one");
        assert_eq!(split_entries(&bundle), Ok(entries.to_vec()));
        assert_eq!(split_entries(b""), Ok(vec![]));
    }

    #[test]
    fn a_bundle_that_is_cut_off_or_too_long_is_refused() {
        let mut bundle = Vec::new();
        put_entry(&mut bundle, b"entry");
        for end in 1..bundle.len() {
            assert_eq!(split_entries(&bundle[..end]), Err(TileError::CutOff));
        }
        assert_eq!(
            split_entries(&bundle.repeat(256)).map(|entries| entries.len()),
            Ok(256)
        );
        assert_eq!(split_entries(&bundle.repeat(257)), Err(TileError::TooMany));
    }

    #[test]
    fn what_is_too_long_for_a_length_does_not_spoil_the_bundle() {
        let mut bundle = Vec::new();
        put_entry(&mut bundle, &[1; 70_000]);
        assert_eq!(split_entries(&bundle), Ok(vec![&[1; 65_535][..]]));
    }

    proptest! {
        #[test]
        fn every_place_reads_back(level in prop::option::of(0..64u8), index: u64, shift in 0..64u32, width in 1..=256u16) {
            let tile = TilePath { level, index: index >> shift, width };
            prop_assert_eq!(TilePath::parse(&tile.to_string()), Some(tile));
        }

        #[test]
        fn what_is_accepted_is_what_would_be_written(path in "(entries|[0-9]{1,2})(/x?[0-9]{2,4}){1,3}(\\.p/[0-9]{1,3})?") {
            if let Some(tile) = TilePath::parse(&path) {
                prop_assert_eq!(tile.to_string(), path);
            }
        }
    }
}
