//! The log from its first leaf, tile by tile. Whole tiles are kept in a file, so that a first sync that was
//! cut goes on where it was.

use std::{
    fs::{File, OpenOptions},
    io::{BufReader, Read, Seek, SeekFrom, Write},
    path::Path,
};

use super::{
    Phase, Progress,
    error::{SyncError, Violation, io},
    upstream::{Ask, Upstream},
};
use crate::ledger::{
    leaf::MAX_LEAF_BYTES,
    tile::{TILE_WIDTH, TilePath, split_entries},
};

/// Name of the file with the tiles so far.
pub(super) const FILE: &str = "entries";
/// A full tile of the longest leaves, each with two bytes of length.
const MAX_TILE: u64 = (TILE_WIDTH * (MAX_LEAF_BYTES + 2)) as u64;

/// Shows the leaves 0 to `size` − 1 in order, with their index.
///
/// # Errors
/// What `see` says, what the registry or the disk refuses, or a tile that is none.
pub(super) fn follow(
    upstream: &mut Upstream,
    folder: &Path,
    size: u64,
    progress: &mut dyn Progress,
    mut see: impl FnMut(u64, &[u8]) -> Result<(), SyncError>,
) -> Result<(), SyncError> {
    let path = folder.join(FILE);
    let failed = || io(format!("cannot keep {}", path.display()));
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(&path)
        .map_err(failed())?;
    let mut index = 0;
    let mut show = |bundle: &[u8], index: &mut u64, progress: &mut dyn Progress| {
        for leaf in
            split_entries(bundle).map_err(|_| Violation::Protocol("a tile holds no entries"))?
        {
            if *index < size {
                see(*index, leaf)?;
                *index += 1;
            }
        }
        progress.step(Phase::Log, *index, size);
        Ok::<(), SyncError>(())
    };
    let mut kept = 0;
    let mut reader = BufReader::new(&file);
    while index + TILE_WIDTH as u64 <= size
        && let Some(bundle) = kept_tile(&mut reader)
    {
        show(&bundle, &mut index, progress)?;
        kept += bundle.len() as u64;
    }
    drop(reader);
    if index + TILE_WIDTH as u64 <= size {
        // What follows is torn.
        file.set_len(kept).map_err(failed())?;
    }
    file.seek(SeekFrom::Start(kept)).map_err(failed())?;
    while index < size {
        let width = (size - index).min(TILE_WIDTH as u64);
        let bundle = fetch(upstream, index / TILE_WIDTH as u64, width)?;
        show(&bundle, &mut index, progress)?;
        if width == TILE_WIDTH as u64 {
            file.write_all(&bundle).map_err(failed())?;
        }
    }
    Ok(())
}

/// The next whole tile of the file.
fn kept_tile(reader: &mut BufReader<&File>) -> Option<Vec<u8>> {
    let mut bundle = Vec::with_capacity(TILE_WIDTH * 140);
    for _ in 0..TILE_WIDTH {
        let mut length = [0; 2];
        reader.read_exact(&mut length).ok()?;
        let start = bundle.len() + 2;
        bundle.extend_from_slice(&length);
        bundle.resize(start + usize::from(u16::from_be_bytes(length)), 0);
        reader.read_exact(&mut bundle[start..]).ok()?;
    }
    Some(bundle)
}

/// A tile of entries. A partial one may be gone where the full one exists already.
fn fetch(upstream: &mut Upstream, index: u64, width: u64) -> Result<Vec<u8>, SyncError> {
    let width = u16::try_from(width).unwrap_or(TILE_WIDTH as u16);
    let bundle = match fetch_width(upstream, index, width) {
        Err(SyncError::Upstream(error))
            if error.status() == Some(404) && usize::from(width) < TILE_WIDTH =>
        {
            fetch_width(upstream, index, TILE_WIDTH as u16)?
        }
        other => other?,
    };
    let entries =
        split_entries(&bundle).map_err(|_| Violation::Protocol("a tile holds no entries"))?;
    if entries.len() < usize::from(width) || entries.len() > TILE_WIDTH {
        return Err(
            Violation::Protocol("a tile holds another number of entries than it should").into(),
        );
    }
    Ok(bundle)
}

fn fetch_width(upstream: &mut Upstream, index: u64, width: u16) -> Result<Vec<u8>, SyncError> {
    let tile = TilePath {
        level: None,
        index,
        width,
    };
    let path = format!("/v1/ledger/tile/{tile}");
    let ask = Ask {
        what: "a tile of the log",
        path: &path,
        signed_in: false,
        wait: 0,
        headers: &[],
    };
    Ok(upstream.get(&ask, MAX_TILE)?.body)
}
