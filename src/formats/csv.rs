//! Listings as a table. Keys and words hold neither commas nor quotes.

use std::io::{self, Write};

use super::row::FeedRow;

/// The heading.
pub const HEAD: &str = "seq,key,kind,listing,method,unit,listed_at,valid_until,disputed\r\n";

/// Writes one listing in force.
///
/// # Errors
/// Those of `out`.
pub fn write(out: &mut impl Write, row: &FeedRow) -> io::Result<()> {
    let FeedRow {
        seq,
        key,
        kind,
        listing,
        method,
        unit,
        listed_at,
        valid_until,
        renewed_at: _,
        disputed,
    } = row;
    write!(
        out,
        "{seq},{key},{kind},{listing},{method},{unit},{listed_at},{valid_until},{disputed}\r\n"
    )
}
