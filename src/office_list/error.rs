//! Why a file is not read as a list.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::limits::{MAX_COLUMNS, MAX_FILE_BYTES, MAX_ROWS, MAX_UNPACKED_BYTES};

/// Why a file was not read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error, Serialize, Deserialize)]
pub enum ListError {
    /// Neither CSV nor XLSX.
    #[error("the file is neither CSV nor XLSX")]
    NotAList,
    /// More than [`MAX_FILE_BYTES`].
    #[error("the file is larger than {MAX_FILE_BYTES} bytes")]
    TooLarge,
    /// More than `MAX_ROWS`.
    #[error("the file has more than {MAX_ROWS} rows")]
    TooManyRows,
    /// More than `MAX_COLUMNS`.
    #[error("a row has more than {MAX_COLUMNS} cells")]
    TooWide,
    /// Unpacks to more than `MAX_UNPACKED_BYTES`.
    #[error("the workbook unpacks to more than {MAX_UNPACKED_BYTES} bytes")]
    Bomb,
    /// No row has headings for a phone number or an account.
    #[error("no row has headings for a phone number or an account")]
    NoHeader,
    /// The list stands where nobody sees it: on a hidden sheet, or in hidden rows or columns.
    #[error("the list is on a hidden sheet, or in hidden rows or columns")]
    Hidden,
    /// A spreadsheet of a kind that doesn't say all that a list needs, such as which rows are hidden: XLS, XLSB, ODS, and
    /// tables in HTML or XML.
    #[error("the file is a spreadsheet of another kind: open it in Excel and save it as .xlsx")]
    SaveAsXlsx,
    /// Locked with a password.
    #[error("the file is locked with a password: take the password off in Excel and save it again")]
    Locked,
    /// Can't be opened: cut off or damaged.
    #[error("the file is damaged: open it in Excel and save it again")]
    Damaged,
}
