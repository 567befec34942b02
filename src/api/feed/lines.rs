//! The lines of snapshot and changes.

use std::io::Write;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::store::schema::{FeedEntry, FeedOp, Live};

/// A listing in force, as partners copy it.
#[derive(Serialize, ToSchema)]
pub struct PutLine<'a> {
    /// Ledger index of the listing's last change.
    pub seq: u64,
    /// `put`
    pub op: &'static str,
    pub key: &'a str,
    /// First word of the key.
    pub kind: &'a str,
    pub listing: Uuid,
    pub method: &'static str,
    pub unit: &'static str,
    #[schema(format = DateTime)]
    pub listed_at: String,
    #[schema(format = DateTime)]
    pub valid_until: String,
    pub disputed: bool,
}

/// The line of a listing in force.
pub fn put_line<'a>(key: &'a str, live: &Live) -> PutLine<'a> {
    PutLine {
        seq: live.ledger_index,
        op: "put",
        key,
        kind: key.split(':').next().unwrap_or_default(),
        listing: live.listing,
        method: live.method.slug(),
        unit: live.unit.as_str(),
        listed_at: live.listed_at.rfc3339(),
        valid_until: live.valid_until.rfc3339(),
        disputed: live.disputed,
    }
}

/// The line without which a copy is not whole.
pub fn end_line(count: u64, size: u64) -> String {
    format!("{{\"end\":true,\"count\":{count},\"size\":{size}}}")
}

/// First line of the CSV form. Keys hold neither commas nor quotes.
pub const CSV_HEAD: &str = "seq,key,kind,listing,method,unit,listed_at,valid_until,disputed\r\n";

/// Writes one listing in force.
///
/// # Errors
/// Those of `out`.
pub fn write_line(
    out: &mut Vec<u8>,
    format: FeedFormat,
    line: &PutLine<'_>,
) -> std::io::Result<()> {
    match format {
        FeedFormat::Ndjson => {
            serde_json::to_writer(&mut *out, line)?;
            out.push(b'\n');
            Ok(())
        }
        FeedFormat::Csv => write!(
            out,
            "{},{},{},{},{},{},{},{},{}\r\n",
            line.seq,
            line.key,
            line.kind,
            line.listing,
            line.method,
            line.unit,
            line.listed_at,
            line.valid_until,
            line.disputed
        ),
    }
}

/// A listing that is no longer in force.
#[derive(Serialize)]
struct DelLine<'a> {
    seq: u64,
    op: &'static str,
    key: &'a str,
    listing: Uuid,
    reason: &'static str,
}

/// Writes one change.
///
/// # Errors
/// Those of `out`.
pub fn write_change(out: &mut Vec<u8>, entry: &FeedEntry) -> std::io::Result<()> {
    let key = entry.key.as_str();
    match &entry.op {
        FeedOp::Put(live) => serde_json::to_writer(&mut *out, &put_line(key, live))?,
        FeedOp::Del { listing, expired } => serde_json::to_writer(
            &mut *out,
            &DelLine {
                seq: entry.index,
                op: "del",
                key,
                listing: *listing,
                reason: if *expired { "expired" } else { "delisted" },
            },
        )?,
    }
    out.push(b'\n');
    Ok(())
}
/// Format of a snapshot.
#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum FeedFormat {
    #[default]
    Ndjson,
    Csv,
}
