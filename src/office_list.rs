//! The lists that offices already keep, CSV or XLSX, read row by row.
//!
//! A list is people's work: letterhead above the heading, headings in any words and order, numbers
//! in any spelling, subtotals and signatures between the rows. Nothing is guessed: a row is
//! accepted, doubtful (a person must look), refused, or skipped because it is no entry at all, and
//! every row that is not accepted says why.

use std::panic::{self, AssertUnwindSafe};

use crate::domain::identifier::Identifier;

mod archive;
mod aside;
mod book;
mod cells;
mod column;
mod corrected;
mod dates;
mod delimited;
mod error;
mod evidence;
mod fonts;
mod format;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzz;
mod groups;
mod headings;
mod judge;
mod limits;
mod outright;
mod owners;
mod phrases;
mod pieces;
mod reading;
mod reason;
mod remarks;
mod repeats;
mod roles;
mod row;
mod sections;
mod sheet;
mod whose;
mod workbook;
mod xml;

pub use column::{Column, Mapping, Role as ColumnRole};
pub use corrected::correct;
pub use error::ListError;
pub use format::{Format, sniff};
pub use limits::{MAX_FILE_BYTES, MAX_ROWS};
pub use reason::RowReason;
pub use row::{OfficeList, OfficeRow, Outcome};

/// Reads and judges an office's list. `mapping` is what an officer says of its columns; `is_official` says whether an
/// identifier is protected from being listed.
///
/// # Errors
/// The file is no list, breaks a limit, or can't be opened. A bad row is never an error: it is in
/// the result, refused.
pub fn read(
    bytes: &[u8],
    mapping: &Mapping,
    is_official: &dyn Fn(&Identifier) -> bool,
) -> Result<OfficeList, ListError> {
    if bytes.len() > MAX_FILE_BYTES {
        return Err(ListError::TooLarge);
    }
    let mut found = match sniff(bytes).ok_or_else(|| format::refusal(bytes))? {
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
    let columns = headings::Columns::find(&found.sheet).map(|found| found.columns);
    let identifies = |column| {
        columns
            .as_ref()
            .is_some_and(|columns| columns.role(column).identifies())
    };
    repeats::write_out(&mut found.sheet, &identifies)?;
    let mut list = judge::list(&found.sheet, mapping, is_official);
    let aside = [
        (found.more, RowReason::OTHER_SHEET),
        (found.hidden, RowReason::HIDDEN_SHEET),
        (found.sheet.hides_columns, RowReason::HIDDEN_COLUMNS),
        (found.sheet.converted, RowReason::OLD_FONT_READ),
    ];
    let mut told = aside.into_iter().filter(|(is_so, _)| *is_so);
    // One row tells of it: rows are kept by their lines, and the first line is never an entry.
    if let Some((_, reason)) = told.next() {
        let reason = told.next().map_or(reason, |_| RowReason::PARTS_LEFT_OUT);
        list.rows.insert(0, judge::left_out(1, reason));
    }
    Ok(list)
}

#[cfg(test)]
mod tests;
