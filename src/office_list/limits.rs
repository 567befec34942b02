//! How large a list may be.

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
