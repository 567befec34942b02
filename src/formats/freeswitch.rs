//! A list of FreeSWITCH's `mod_blacklist`: one entry a line, and a caller is compared with entries byte by byte.
//!
//! Trunks show one caller as `+84950001001`, `84950001001` or `0950001001`, so each number stands in each of these forms:
//! `blacklist check` is asked with the caller as it came. The module reads the file when it starts, and at `blacklist reload`.

use std::io::{self, Write};

use crate::domain::phone::Phone;

/// Writes a number in each form that a trunk may show it in.
///
/// # Errors
/// Those of `out`.
pub fn write(out: &mut impl Write, phone: &Phone) -> io::Result<()> {
    writeln!(out, "{}\n{}", phone.e164(), phone.digits())?;
    match phone.national() {
        Some(national) => writeln!(out, "{national}"),
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
        let expected = "+84950001001\n84950001001\n0950001001\n+8419000000\n8419000000\n19000000\n+447700900123\n447700900123\n";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}
