//! The lines of snapshot and changes: a payload, which its ledger leaf commits to, with `seq`, `leaf` and
//! `salt` added.

use std::io::Write;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    domain::identifier::Kinds,
    ledger::leaf::LeafOp,
    registry::feed::SnapshotRow,
    store::{
        payload,
        schema::{FeedEntry, Told},
    },
};

/// Format of a snapshot.
#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum FeedFormat {
    /// One JSON object a line.
    #[default]
    Ndjson,
    /// A table with a heading.
    Csv,
    /// Phone numbers (E.164) alone, one a line, sorted.
    List,
}

impl FeedFormat {
    /// The word in queries and tags.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ndjson => "ndjson",
            Self::Csv => "csv",
            Self::List => "list",
        }
    }

    /// The media type.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Ndjson => "application/x-ndjson",
            Self::Csv => "text/csv; charset=utf-8",
            Self::List => "text/plain; charset=utf-8",
        }
    }

    /// What stands before the first listing. Keys hold neither commas nor quotes.
    pub const fn head(self) -> &'static str {
        match self {
            Self::Csv => "seq,key,kind,listing,method,unit,listed_at,valid_until,disputed\r\n",
            Self::Ndjson | Self::List => "",
        }
    }

    /// The line without which a copy is not whole. Tables and lists have none: there, `Feed-Count` tells.
    pub fn end(self, count: u64, size: u64) -> String {
        match self {
            Self::Ndjson => end_line(count, size),
            Self::Csv | Self::List => String::new(),
        }
    }
}

/// The last line of snapshot and changes.
pub fn end_line(count: u64, size: u64) -> String {
    format!("{{\"end\":true,\"count\":{count},\"size\":{size}}}\n")
}

/// Writes one listing in force.
///
/// # Errors
/// Those of `out`.
pub fn write_row(
    out: &mut impl Write,
    format: FeedFormat,
    row: &SnapshotRow,
) -> std::io::Result<()> {
    let SnapshotRow { key, live, salt } = row;
    match format {
        FeedFormat::Ndjson => {
            let payload = payload::put(key, live);
            let (seq, members) = (live.ledger_index, members(&payload));
            let salt = STANDARD.encode(salt);
            writeln!(out, "{{\"seq\":{seq},{members},\"salt\":\"{salt}\"}}")
        }
        FeedFormat::Csv => write!(
            out,
            "{},{key},{},{},{},{},{},{},{}\r\n",
            live.ledger_index,
            key.split(':').next().unwrap_or_default(),
            live.listing,
            live.method.slug(),
            live.unit.as_str(),
            live.listed_at.rfc3339(),
            live.valid_until.rfc3339(),
            live.disputed
        ),
        FeedFormat::List => {
            writeln!(out, "{}", key.strip_prefix("phone:").unwrap_or(key))
        }
    }
}

/// Writes one leaf with what a partner with these kinds may see of it.
///
/// # Errors
/// Those of `out`.
pub fn write_entry(out: &mut impl Write, entry: &FeedEntry, kinds: Kinds) -> std::io::Result<()> {
    let (seq, leaf) = (entry.index, entry.leaf.encode());
    if entry.leaf.kind.is_some_and(|kind| !kinds.contains(kind)) {
        return writeln!(out, "{{\"seq\":{seq},\"op\":\"mark\",\"leaf\":{leaf}}}");
    }
    match &entry.told {
        Told::Put { .. } | Told::Del { .. } => {
            let payload = entry.told.payload();
            let (members, salt) = (members(&payload), STANDARD.encode(entry.told.salt()));
            writeln!(
                out,
                "{{\"seq\":{seq},{members},\"leaf\":{leaf},\"salt\":\"{salt}\"}}"
            )
        }
        Told::LedgerKey { verifier_key } => {
            let key = serde_json::to_string(verifier_key)?;
            writeln!(
                out,
                "{{\"seq\":{seq},\"op\":\"mark\",\"verifier_key\":{key},\"leaf\":{leaf}}}"
            )
        }
        Told::Nothing => {
            let op = if entry.leaf.op == LeafOp::Beat {
                "mark"
            } else {
                "erased"
            };
            writeln!(out, "{{\"seq\":{seq},\"op\":\"{op}\",\"leaf\":{leaf}}}")
        }
    }
}

/// The members of a payload, without its braces.
fn members(payload: &str) -> &str {
    payload
        .strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'))
        .unwrap_or(payload)
}
