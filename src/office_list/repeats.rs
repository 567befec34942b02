//! Ditto marks: a cell that says that it repeats the one above it.

use super::{
    error::ListError,
    sheet::{Cell, Nature, Sheet},
};
use crate::domain::text;

/// Words and signs that repeat the cell above, toneless.
const DITTO: [&str; 12] = [
    "nt",
    "n/t",
    "nhu tren",
    "nhu dong tren",
    "tuong tu nhu tren",
    "\"",
    "\"\"",
    "''",
    "\u{3003}",
    "//",
    "ditto",
    "as above",
];

/// Whether a text says that it repeats what stands above it.
pub(super) fn is_ditto(shown: &str) -> bool {
    let plain = text::toneless(shown);
    let bare = plain.trim_matches(|c: char| c.is_whitespace() || "-_.()".contains(c));
    DITTO.contains(&bare)
}

/// Writes out ditto marks. A mark below a row that nobody sees, or below nothing, stays as it is.
pub(super) fn write_out(sheet: &mut Sheet) -> Result<(), ListError> {
    for at in 1..sheet.rows.len() {
        let (above, row) = (&sheet.rows[at - 1], &sheet.rows[at]);
        let between = |line: &u32| above.line < *line && *line < row.line;
        if sheet.hidden.iter().any(between) {
            continue;
        }
        let repeated: Vec<(usize, Cell)> = row
            .filled()
            .filter(|(_, cell)| cell.nature == Nature::Text && is_ditto(&text::fold(&cell.text)))
            .filter_map(|(column, _)| Some((column, above.cell(column)?.clone())))
            .collect();
        for (column, cell) in repeated {
            sheet.set(at, column, cell)?;
        }
    }
    Ok(())
}
