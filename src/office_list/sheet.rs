//! A table of cells, wherever it came from.

use crate::domain::text;

use super::{
    error::ListError,
    limits::{MAX_CELL_BYTES, MAX_COLUMNS, MAX_ROWS},
};

/// Room that a cell takes beside its text.
pub(super) const CELL_BYTES: usize = 64;

/// Room for the cells of a sheet: 20,000 rows of 1,670 bytes, such as fifteen cells of 47 letters.
pub(super) const MAX_SHEET_BYTES: usize = 32 * 1024 * 1024;

/// What a cell was in its file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Nature {
    /// Text as typed, leading zeros and all.
    Text,
    /// A number as the spreadsheet holds it: leading zeros are gone.
    Number,
    /// A number whose digits go further than a spreadsheet keeps: the last ones are lost.
    CutNumber,
    /// A number shown with leading zeros by its number format. The text is what is shown.
    PaddedNumber,
    /// A date. The text is `dd/mm/yyyy`.
    Date,
    /// A formula. The text is the formula, never its result.
    Formula,
    /// `#N/A` and its like.
    Error,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Cell {
    pub(super) text: String,
    pub(super) nature: Nature,
}

impl Cell {
    pub(super) fn text(text: &str) -> Self {
        Self::new(text, Nature::Text)
    }

    pub(super) fn new(text: &str, nature: Nature) -> Self {
        let mut end = text.len().min(MAX_CELL_BYTES);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        // Text is bounded as it reads written out, too: a ligature of three bytes can become eighteen letters.
        Self {
            text: text::within_written_out(&text[..end], MAX_CELL_BYTES).to_owned(),
            nature,
        }
    }

    pub(super) const fn empty() -> Self {
        Self {
            text: String::new(),
            nature: Nature::Text,
        }
    }

    /// Nothing that can be seen.
    pub(super) fn is_blank(&self) -> bool {
        let unseen = |c: char| {
            c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200d}' | '\u{feff}' | '\u{2060}')
        };
        self.text.chars().all(unseen)
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Row {
    /// Line of the file, or row of the sheet, from 1.
    pub(super) line: u32,
    pub(super) cells: Vec<Cell>,
    /// Something in it is struck through.
    pub(super) struck: bool,
}

impl Row {
    pub(super) fn cell(&self, column: usize) -> Option<&Cell> {
        self.cells.get(column).filter(|cell| !cell.is_blank())
    }

    /// The cells that hold something, with their columns.
    pub(super) fn filled(&self) -> impl Iterator<Item = (usize, &Cell)> {
        self.cells
            .iter()
            .enumerate()
            .filter(|(_, cell)| !cell.is_blank())
    }

    pub(super) fn is_blank(&self) -> bool {
        self.filled().next().is_none()
    }
}

/// Rows in the order of the file. Grows only within the limits of a list.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Sheet {
    /// Its name in a workbook.
    pub(super) name: String,
    pub(super) rows: Vec<Row>,
    /// Rows that hold something and that nobody sees: they are not read.
    pub(super) hidden: Vec<u32>,
    /// Something stands in columns that nobody sees.
    pub(super) hides_columns: bool,
    /// It was typed in an old font, and reads as it was meant.
    pub(super) converted: bool,
    weight: usize,
}

impl Sheet {
    /// Adds a row. Blank cells at its end are left out.
    pub(super) fn add(&mut self, line: u32, mut cells: Vec<Cell>) -> Result<(), ListError> {
        let width = cells
            .iter()
            .rposition(|cell| !cell.is_blank())
            .map_or(0, |last| last + 1);
        cells.truncate(width);
        if width > MAX_COLUMNS {
            return Err(ListError::TooWide);
        }
        self.has_room()?;
        let weight = |cell: &Cell| CELL_BYTES + cell.text.len();
        self.weight += cells.iter().map(weight).sum::<usize>();
        if self.weight > MAX_SHEET_BYTES {
            return Err(ListError::TooLarge);
        }
        self.rows.push(Row {
            line,
            cells,
            struck: false,
        });
        Ok(())
    }

    /// Writes over a cell of a row.
    pub(super) fn set(&mut self, at: usize, column: usize, cell: Cell) -> Result<(), ListError> {
        self.weight += cell.text.len();
        if self.weight > MAX_SHEET_BYTES {
            return Err(ListError::TooLarge);
        }
        let row = self.rows.get_mut(at);
        if let Some(held) = row.and_then(|row| row.cells.get_mut(column)) {
            *held = cell;
        }
        Ok(())
    }

    /// Notes a row that nobody sees: it is told of in an answer and kept in a batch as any other.
    pub(super) fn hide(&mut self, line: u32) -> Result<(), ListError> {
        self.has_room()?;
        self.hidden.push(line);
        Ok(())
    }

    fn has_room(&self) -> Result<(), ListError> {
        if self.rows.len() + self.hidden.len() >= MAX_ROWS {
            return Err(ListError::TooManyRows);
        }
        Ok(())
    }

    /// Takes the blank rows off the end: files are often formatted far below their last entry.
    pub(super) fn trim(&mut self) {
        let used = self
            .rows
            .iter()
            .rposition(|row| !row.is_blank())
            .map_or(0, |last| last + 1);
        self.rows.truncate(used);
    }
}
