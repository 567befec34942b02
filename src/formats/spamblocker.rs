//! A table that the Android app SpamBlocker imports, into its database of numbers or as rules.
//!
//! The app wants a column `pattern`, and has a default for each other (`description`, `priority`, `flags`, `isBlacklist`,
//! `blockType`): a rule blocks, calls and messages alike. It takes sign and leading zeros off a caller before it compares, so
//! a number stands here as its digits with the country code, and inside Vietnam without the 0 before them. That way a row is
//! found as an entry of the database and as a rule, which is a regular expression for the whole of the number.

use std::io::{self, Write};

use crate::domain::phone::Phone;

/// The heading.
pub const HEAD: &str = "pattern\n";

/// Writes a number, as callers of other networks and of one's own country are shown. Without its zero a number of Vietnam can be
/// the whole number of somebody in a country with short ones (Luxembourg, Andorra): the app can't tell the two apart, and callers
/// are mostly shown so here.
///
/// # Errors
/// Those of `out`.
pub fn write(out: &mut impl Write, phone: &Phone) -> io::Result<()> {
    writeln!(out, "{}", phone.digits())?;
    match phone.national() {
        Some(national) => writeln!(out, "{}", national.trim_start_matches('0')),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_stands_in_each_form_that_callers_are_compared_in() {
        let mut out = Vec::new();
        for number in ["+84950001001", "+8419000000", "+447700900123"] {
            write(&mut out, &Phone::stored(number).unwrap()).unwrap();
        }
        let expected = "84950001001\n950001001\n8419000000\n19000000\n447700900123\n";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}
