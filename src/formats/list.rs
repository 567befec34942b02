//! Phone numbers alone, for programs that block calls.

use std::io::{self, Write};

use crate::domain::phone::Phone;

/// Writes a number, with its sign (E.164).
///
/// # Errors
/// Those of `out`.
pub fn write(out: &mut impl Write, phone: &Phone) -> io::Result<()> {
    writeln!(out, "{}", phone.e164())
}
