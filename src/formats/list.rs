//! Phone numbers alone, for programs that block calls.

use std::io::{self, Write};

use super::row::FeedRow;
use crate::domain::identifier::Kind;

/// Writes the number of a listing in force (E.164); nothing for another kind than a phone.
///
/// # Errors
/// Those of `out`.
pub fn write(out: &mut impl Write, row: &FeedRow) -> io::Result<()> {
    if row.kind != Kind::Phone.as_str() {
        return Ok(());
    }
    writeln!(out, "{}", row.number())
}
