//! Listings as a table, for programs and for spreadsheets.
//!
//! `key` says what a row is about, and stays text wherever the table is opened. `e164` is a telephone number as digits with the
//! country code: no sign that a spreadsheet would take for a formula, no 0 before it that it would drop, and at most 15 digits,
//! which it keeps exactly. It is what columns of callers are looked up by. Accounts have leading zeros: they stand in `key`
//! alone.

use std::io::{self, Write};

use csv::{QuoteStyle, Terminator, WriterBuilder};

use super::row::FeedRow;
use crate::domain::spreadsheet::cell;

/// The heading. Columns are only added, at the end.
pub const HEAD: &str = "seq,key,kind,listing,method,unit,listed_at,valid_until,disputed,e164\r\n";
/// Bytes of a row and more: the writer would take 8 KiB for each.
const ROW: usize = 512;

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
    let phone = row.phone();
    let mut cells = WriterBuilder::new()
        .buffer_capacity(ROW)
        .quote_style(QuoteStyle::Necessary)
        .terminator(Terminator::CRLF)
        .from_writer(Vec::with_capacity(ROW));
    cells.write_record([
        seq.to_string().as_str(),
        &cell(key),
        &cell(kind),
        &listing.to_string(),
        &cell(method),
        &cell(unit),
        &cell(listed_at),
        &cell(valid_until),
        if *disputed { "true" } else { "false" },
        phone.as_ref().map_or("", |phone| phone.digits()),
    ])?;
    // Memory takes all that is written to it. The writer flushes what it writes to, which `out` is not to be for each row.
    out.write_all(&cells.into_inner().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn written(key: &str, method: &str) -> String {
        let row = FeedRow {
            seq: 7,
            key: key.to_owned(),
            kind: key.split(':').next().unwrap_or_default().to_owned(),
            listing: Uuid::nil(),
            method: method.to_owned(),
            unit: "14812".to_owned(),
            listed_at: "2026-11-23T18:14:00Z".to_owned(),
            valid_until: "2027-02-21T18:14:00Z".to_owned(),
            renewed_at: None,
            disputed: false,
        };
        let mut out = Vec::new();
        write(&mut out, &row).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_telephone_number_has_its_digits_in_a_column_and_an_account_none() {
        let rest = "00000000-0000-0000-0000-000000000000,khac,14812,2026-11-23T18:14:00Z,2027-02-21T18:14:00Z,false";
        assert_eq!(
            written("phone:+84950001001", "khac"),
            format!("7,phone:+84950001001,phone,{rest},84950001001\r\n")
        );
        assert_eq!(
            written("account:VN:970436:0000000070001", "khac"),
            format!("7,account:VN:970436:0000000070001,account,{rest},\r\n")
        );
    }

    #[test]
    fn what_a_newer_registry_says_is_a_cell_and_no_formula() {
        let row = written("new:a", "-1");
        assert!(row.contains(",'-1,"), "{row}");
        let row = written("new:a", "a,\"b");
        assert!(row.contains(",\"a,\"\"b\","), "{row}");
    }
}
