//! Official numbers in the copy: what the log says is protected, beside what comes with the program.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{
    error::{SyncError, Violation},
    position::RowSum,
    upstream::{Ask, Upstream},
};
use crate::{
    formats::ndjson::{self, FeedLine, FeedOp, Line},
    ledger::{Hash, leaf::commit},
    registry::check::OfficialName,
};

/// Largest answer: 1,000 lines of some 600 bytes are far below it.
const MAX_ANSWER: u64 = 16 << 20;

/// Does what a line says of an official number. What it says was held against the log.
pub(super) fn apply(on: &Connection, rows: &mut RowSum, op: &FeedOp) -> Result<(), SyncError> {
    match op {
        FeedOp::Protect {
            key,
            name_vi,
            name_en,
        } => {
            remove(on, rows, key)?;
            let sql = "INSERT INTO officials (key, name_vi, name_en) VALUES (?1, ?2, ?3)";
            on.prepare_cached(sql)?
                .execute(params![key, name_vi, name_en])?;
            let (vi, en) = (name_vi.clone(), name_en.clone());
            rows.add_official(key, &OfficialName { vi, en });
        }
        FeedOp::Unprotect { key } => remove(on, rows, key)?,
        FeedOp::OfficialTable
        | FeedOp::Put(_)
        | FeedOp::Del { .. }
        | FeedOp::Erased
        | FeedOp::Mark { .. }
        | FeedOp::Other => {}
    }
    Ok(())
}

fn remove(on: &Connection, rows: &mut RowSum, key: &str) -> Result<(), SyncError> {
    let sql = "DELETE FROM officials WHERE key = ? RETURNING key, name_vi, name_en";
    let mut gone = on.prepare_cached(sql)?;
    if let Some((key, name)) = gone.query_row([key], held).optional()? {
        rows.remove_official(&key, &name);
    }
    Ok(())
}

fn held(row: &Row<'_>) -> rusqlite::Result<(String, OfficialName)> {
    let (vi, en) = (row.get(1)?, row.get(2)?);
    Ok((row.get(0)?, OfficialName { vi, en }))
}

/// Shows every official number of the copy.
pub(super) fn each(
    on: &Connection,
    mut see: impl FnMut(String, OfficialName),
) -> Result<(), SyncError> {
    let mut found = on.prepare("SELECT key, name_vi, name_en FROM officials")?;
    for row in found.query_map([], held)? {
        let (key, name) = row?;
        see(key, name);
    }
    Ok(())
}

/// All that the log said of official numbers up to a size, in order: each line opens its entry, and none is missing.
pub(super) fn fetch(
    upstream: &mut Upstream,
    mut logged: BTreeMap<u64, Hash>,
) -> Result<Vec<Line>, SyncError> {
    let mut lines = Vec::new();
    while let Some(next) = logged.keys().next().copied() {
        let path = format!("/v1/feed/officials?after={next}");
        let ask = Ask {
            what: "the official numbers",
            path: &path,
            signed_in: true,
            wait: 0,
            headers: &[],
        };
        let reply = upstream.get(&ask, MAX_ANSWER)?;
        let before = lines.len();
        for (number, bytes) in (1..).zip(reply.body.split(|byte| *byte == b'\n')) {
            if bytes.is_empty() {
                continue;
            }
            let FeedLine::One(line) = ndjson::read(number, bytes).map_err(Violation::from)? else {
                continue;
            };
            // What came after the copy's size comes again with the changes.
            if let Some(commitment) = logged.remove(&line.seq) {
                opens(&line, &commitment)?;
                lines.push(line);
            }
        }
        if lines.len() == before {
            return Err(Violation::DroppedLine { seq: next }.into());
        }
    }
    lines.sort_by_key(|line| line.seq);
    Ok(lines)
}

fn opens(line: &Line, commitment: &Hash) -> Result<(), Violation> {
    if commit(&Violation::salt_of(line)?, &line.payload) == *commitment {
        return Ok(());
    }
    let (line, seq) = (line.number, line.seq);
    Err(Violation::ChangedValue { line, seq })
}
