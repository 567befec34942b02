//! The lists that offices already keep, CSV or XLSX, read row by row.
//!
//! A list is people's work: letterhead above the heading, headings in any words and order, numbers
//! in any spelling, subtotals and signatures between the rows. Nothing is guessed: a row is
//! accepted, doubtful (a person must look), refused, or skipped because it is no entry at all, and
//! every row that is not accepted says why.

use std::panic::{self, AssertUnwindSafe};

use thiserror::Error;

use crate::domain::{identifier::Identifier, method::MethodId, unit::UnitCode};

mod archive;
mod book;
mod cells;
mod dates;
mod delimited;
mod evidence;
mod format;
mod headings;
mod judge;
mod outright;
mod owners;
mod reason;
mod roles;
mod sections;
mod sheet;
mod whose;
mod workbook;
mod xml;

pub use format::{Format, sniff};
pub use reason::RowReason;

/// Largest file: 20,000 rows of 500 bytes.
pub const MAX_FILE_BYTES: usize = 10 * 1024 * 1024;

/// Most rows of one file, so that a batch can still be looked through by people.
pub const MAX_ROWS: usize = 20_000;

/// Most cells of one row.
pub const MAX_COLUMNS: usize = 100;

/// Most identifiers in a row: no office writes more, and a journal record holds 60 rows of them.
pub const MAX_ROW_IDENTIFIERS: usize = 50;

/// Longest cell, in bytes of UTF-8; longer ones are cut. A spreadsheet allows 32,767 characters.
pub const MAX_CELL_BYTES: usize = 4_000;

/// Largest sum of the sizes that the parts of an XLSX unpack to, against decompression bombs: 20,000 rows of 2,500 bytes.
pub const MAX_UNPACKED_BYTES: u64 = 48 * 1024 * 1024;

/// Most sheets of a workbook that are looked at.
pub const MAX_SHEETS: usize = 30;

/// What becomes of a row.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Outcome {
    /// Can be confirmed with the batch.
    Accepted,
    /// A person must look; is confirmed only when named.
    Doubtful,
    /// Names nothing that can be listed.
    Refused,
    /// Is no entry: a blank row, a heading again, a subtotal, a signature.
    Skipped,
}

/// One row of an office's list, judged.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OfficeRow {
    /// Line of the file, or row of the sheet, where it begins; from 1.
    pub line: u32,
    /// What becomes of it.
    pub outcome: Outcome,
    /// What it names. A doubtful row may name nothing, when only a person can tell what was meant.
    pub identifiers: Vec<Identifier>,
    /// The card that its words speak of.
    pub method: MethodId,
    /// The place it names, as far as it is a unit of today.
    pub unit: Option<UnitCode>,
    /// The row's other cells, for officers only: place, date, amount, source, note, holder's name.
    pub evidence: String,
    /// Why it was not simply accepted.
    pub reason: Option<RowReason>,
}

/// Why a file was not read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum ListError {
    /// Neither CSV nor XLSX.
    #[error("the file is neither CSV nor XLSX")]
    NotAList,
    /// More than [`MAX_FILE_BYTES`].
    #[error("the file is larger than {MAX_FILE_BYTES} bytes")]
    TooLarge,
    /// More than [`MAX_ROWS`].
    #[error("the file has more than {MAX_ROWS} rows")]
    TooManyRows,
    /// More than [`MAX_COLUMNS`].
    #[error("a row has more than {MAX_COLUMNS} cells")]
    TooWide,
    /// Unpacks to more than [`MAX_UNPACKED_BYTES`].
    #[error("the workbook unpacks to more than {MAX_UNPACKED_BYTES} bytes")]
    Bomb,
    /// No row has headings for a phone number or an account.
    #[error("no row has headings for a phone number or an account")]
    NoHeader,
    /// The list stands where nobody sees it: on a hidden sheet, or in hidden rows or columns.
    #[error("the list is on a hidden sheet, or in hidden rows or columns")]
    Hidden,
    /// Can't be opened: cut off, damaged, or locked with a password.
    #[error("the file is damaged or locked with a password")]
    Damaged,
}

/// Reads and judges an office's list. `is_official` says whether an identifier is protected from
/// being listed.
///
/// # Errors
/// The file is no list, breaks a limit, or can't be opened. A bad row is never an error: it is in
/// the result, refused.
pub fn read(
    bytes: &[u8],
    is_official: &dyn Fn(&Identifier) -> bool,
) -> Result<Vec<OfficeRow>, ListError> {
    if bytes.len() > MAX_FILE_BYTES {
        return Err(ListError::TooLarge);
    }
    let found = match sniff(bytes).ok_or(ListError::NotAList)? {
        Format::Csv => workbook::Found {
            sheet: delimited::read(bytes)?,
            more: false,
            hidden: false,
        },
        // The reader of workbooks is not ours and takes files from anywhere: should it panic on
        // one, that file is damaged and the server goes on.
        Format::Xlsx => panic::catch_unwind(AssertUnwindSafe(|| workbook::read(bytes)))
            .map_err(|_| ListError::Damaged)??,
    };
    let mut rows = judge::rows(&found.sheet, is_official);
    let aside = [
        (found.more, RowReason::OTHER_SHEET),
        (found.hidden, RowReason::HIDDEN_SHEET),
        (found.sheet.hides_columns, RowReason::HIDDEN_COLUMNS),
    ];
    let mut told = aside.into_iter().filter(|(is_so, _)| *is_so);
    // One row tells of it: rows are kept by their lines, and the first line is never an entry.
    if let Some((_, reason)) = told.next() {
        let reason = told.next().map_or(reason, |_| RowReason::PARTS_LEFT_OUT);
        rows.insert(0, judge::left_out(1, reason));
    }
    Ok(rows)
}

#[cfg(test)]
mod tests;
