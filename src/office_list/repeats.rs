//! Ditto marks: a cell that says that it repeats the one above it.

use super::{
    aside::is_subtotal,
    error::ListError,
    sheet::{Cell, Nature, Sheet},
};
use crate::domain::text;

/// Words and signs that repeat the cell above, toneless, without blanks and dots.
const DITTO: [&str; 26] = [
    "nt",
    "n/t",
    "nta",
    "nhutren",
    "nhutrena",
    "nhudongtren",
    "nhudong1",
    "nhusotren",
    "nhudongso1",
    "tuongtu",
    "tuongtunhutren",
    "tuongtutren",
    "giongtren",
    "giongdongtren",
    "ytren",
    "\"",
    "\"\"",
    "''",
    "``",
    "\u{3003}",
    "//",
    "ditto",
    "idem",
    "same",
    "sameasabove",
    "asabove",
];

/// Bytes of the longest mark, with blanks around it.
const MAX_MARK: usize = 60;

/// Whether a text says that it repeats what stands above it.
pub(super) fn is_ditto(shown: &str) -> bool {
    let plain: String = text::toneless(shown)
        .chars()
        .filter(|c| !c.is_whitespace() && !"-_.()~".contains(*c))
        .map(|c| {
            if "“”„″‟".contains(c) {
                '"'
            } else {
                c
            }
        })
        .collect();
    DITTO.contains(&plain.replace(['’', '‘', '′'], "'").as_str())
}

/// Writes out ditto marks, but never of identifiers: a number stands in its own row, or nowhere. A mark below a row that
/// nobody sees, below a subtotal or below nothing stays as it is.
pub(super) fn write_out(
    sheet: &mut Sheet,
    identifies: &dyn Fn(usize) -> bool,
) -> Result<(), ListError> {
    let mut last: Option<usize> = None;
    for at in 0..sheet.rows.len() {
        let row = &sheet.rows[at];
        if row.is_blank() {
            continue;
        }
        let above = last.replace(at).map(|above| &sheet.rows[above]);
        let Some(above) = above.filter(|above| !is_subtotal(above)) else {
            continue;
        };
        let between = |line: &u32| above.line < *line && *line < row.line;
        if sheet.hidden.iter().any(between) {
            continue;
        }
        let repeated: Vec<(usize, Cell)> = row
            .filled()
            .filter(|(column, cell)| !identifies(*column) && is_mark(cell))
            .filter_map(|(column, _)| Some((column, above.cell(column)?.clone())))
            .collect();
        for (column, cell) in repeated {
            sheet.set(at, column, cell)?;
        }
    }
    Ok(())
}

/// Whether a cell is a ditto mark that was not written out.
pub(super) fn is_mark(cell: &Cell) -> bool {
    cell.nature == Nature::Text && cell.text.len() <= MAX_MARK && is_ditto(&text::fold(&cell.text))
}
