//! The reader of the tab-separated tables in `config/`.
//!
//! One header line, no quoting: a `"` is a literal character. Blank lines are skipped, a missing cell reads as `""`.

use std::rc::Rc;

/// One line of a table, with its cells reachable by the header's column names.
pub struct Row<'t> {
    header: Rc<[&'t str]>,
    cells: Vec<&'t str>,
}

impl<'t> Row<'t> {
    /// The trimmed cell under `column`; empty when the column or the cell is not there.
    pub fn get(&self, column: &str) -> &'t str {
        self.header
            .iter()
            .position(|name| *name == column)
            .and_then(|index| self.cells.get(index))
            .map_or("", |cell| cell.trim())
    }
}

/// The rows of a table, in the order of the file.
pub fn rows(text: &str) -> impl Iterator<Item = Row<'_>> {
    let mut lines = text
        .trim_start_matches('\u{feff}')
        .lines()
        .filter(|line| !line.trim().is_empty());
    let header: Rc<[&str]> = lines
        .next()
        .unwrap_or("")
        .split('\t')
        .map(str::trim)
        .collect();
    lines.map(move |line| Row {
        header: Rc::clone(&header),
        cells: line.split('\t').collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::rows;

    #[test]
    fn a_cell_is_found_by_its_heading_and_quotes_are_literal() {
        let table = "\u{feff}code\tname\r\n113\t\"Công an\"\r\n\r\n114\n";
        let read: Vec<_> = rows(table)
            .map(|row| (row.get("code"), row.get("name"), row.get("none")))
            .collect();
        assert_eq!(read, [("113", "\"Công an\"", ""), ("114", "", "")]);
    }
}
