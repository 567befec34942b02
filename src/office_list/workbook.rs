//! XLSX workbooks.
//!
//! Cells are taken one after the other as they stand in the file: asking for a whole sheet would
//! reserve room for every cell between its corners, and two cells can be 17 billion cells apart.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Cursor,
};

use calamine::{DataRef, Reader, Xlsx, XlsxError};

use super::{
    book::{Book, Marks, SheetPart},
    dates,
    error::ListError,
    fonts,
    headings::Columns,
    limits::{MAX_COLUMNS, MAX_ROWS, MAX_SHEETS},
    sheet::{CELL_BYTES, Cell, MAX_SHEET_BYTES, Nature, Sheet},
};

/// Digits that a spreadsheet keeps of a number; later ones become zeros (IEEE 754 double).
const KEPT_DIGITS: f64 = 1e15;

/// Days between the two ways in which workbooks count days (ECMA-376 18.17.4.1).
const DAYS_TO_1904: f64 = 1462.0;

type Cells<'b> = Xlsx<Cursor<&'b [u8]>>;

/// A list, and what was left out of it.
pub(super) struct Found {
    pub(super) sheet: Sheet,
    /// Another sheet that can be seen has a list too.
    pub(super) more: bool,
    /// A hidden sheet has a list too.
    pub(super) hidden: bool,
}

/// The first sheet with a heading. Hidden ones are looked at only to tell of them.
pub(super) fn read(bytes: &[u8]) -> Result<Found, ListError> {
    let book = Book::open(bytes)?;
    let mut cells: Cells =
        Xlsx::new(Cursor::new(book.archive.bytes.as_slice())).map_err(damaged)?;
    let (mut found, mut problem, mut hides): (Option<Found>, _, _) = (None, None, false);
    let (hidden, visible): (Vec<_>, Vec<_>) = book.sheets.iter().partition(|part| part.hidden);
    for part in visible.into_iter().chain(hidden).take(MAX_SHEETS) {
        let sheet = match sheet(&mut cells, &book, part) {
            Ok(sheet) => in_unicode(sheet),
            // A sheet of drawings or a broken one beside the list is no reason to refuse the list.
            Err(error) => {
                problem = problem.or(Some(error));
                continue;
            }
        };
        let lists = Columns::find(&sheet)
            .is_some_and(|at| at.row + 1 < sheet.rows.len() || !sheet.hidden.is_empty());
        let hides_here = sheet.hides_columns || !sheet.hidden.is_empty();
        hides |= if part.hidden { lists } else { hides_here };
        match &mut found {
            Some(found) => {
                found.more |= lists && !part.hidden;
                found.hidden |= lists && part.hidden;
            }
            None if lists && !part.hidden => {
                found = Some(Found {
                    sheet,
                    more: false,
                    hidden: false,
                });
            }
            None => {}
        }
    }
    let missing = if hides {
        ListError::Hidden
    } else {
        ListError::NoHeader
    };
    found.ok_or(problem.unwrap_or(missing))
}

/// The sheet as it was meant, should it have been typed in an old font.
fn in_unicode(sheet: Sheet) -> Sheet {
    let known = |sheet: &Sheet| Columns::find(sheet).map_or(0, |found| found.columns.score());
    let mut best = (known(&sheet), sheet);
    for converted in fonts::converted(&best.1) {
        let score = known(&converted);
        if score > best.0 {
            best = (score, converted);
        }
    }
    best.1
}

/// Whatever is wrong inside the file, to the office it is one thing: the file can't be opened.
fn damaged(_: XlsxError) -> ListError {
    ListError::Damaged
}

/// What can be seen of a sheet.
fn sheet(cells: &mut Cells<'_>, book: &Book, part: &SheetPart) -> Result<Sheet, ListError> {
    let mut marks = book.marks(part)?;
    let mut values = values(cells, &part.name, &mut marks)?;
    let last = values.keys().next_back().map_or(0, |(row, _)| *row);
    for at in formulas(cells, &part.name)? {
        if values.contains_key(&at) || at.0 <= last {
            values.insert(at, Cell::new("=…", Nature::Formula));
        }
    }
    spread(&mut values, &mut marks)?;
    let mut sheet = Sheet::default();
    sheet.name.clone_from(&part.name);
    let mut values = values.into_iter().peekable();
    while let Some(((row, _), _)) = values.peek() {
        let row = *row;
        let mut line = Vec::new();
        while let Some(((_, column), cell)) = values.next_if(|((next, _), _)| *next == row) {
            if marks.hides_column(column) {
                sheet.hides_columns = true;
                continue;
            }
            line.resize(
                usize::try_from(column).unwrap_or(MAX_COLUMNS),
                Cell::empty(),
            );
            line.push(cell);
        }
        let number = row.saturating_add(1);
        if marks.hidden_rows.contains(&row) {
            sheet.hide(number)?;
        } else {
            sheet.add(number, line)?;
            if let Some(added) = sheet.rows.last_mut() {
                added.struck = marks.struck_rows.contains(&row);
            }
        }
    }
    Ok(sheet)
}

/// Writes what stands in a cell that is merged over several rows into each of those that hold something: the file says so,
/// and so does what is seen.
fn spread(values: &mut BTreeMap<(u32, u32), Cell>, marks: &mut Marks) -> Result<(), ListError> {
    let rows: BTreeSet<u32> = values.keys().map(|(row, _)| *row).collect();
    let mut weight = 0;
    for (column, first, last) in &marks.merged {
        let Some(cell) = values.get(&(*first, *column)).cloned() else {
            continue;
        };
        for row in rows.range(first + 1..=*last) {
            weight += CELL_BYTES + cell.text.len();
            if weight > MAX_SHEET_BYTES {
                return Err(ListError::Bomb);
            }
            values
                .entry((*row, *column))
                .or_insert_with(|| cell.clone());
            if marks.struck_rows.contains(first) {
                marks.struck_rows.insert(*row);
            }
        }
    }
    Ok(())
}

/// The filled cells, by row and column. Rows with a cell whose format strikes it through are marked.
fn values(
    cells: &mut Cells<'_>,
    name: &str,
    marks: &mut Marks,
) -> Result<BTreeMap<(u32, u32), Cell>, ListError> {
    let epoch = if cells.has_1904_epoch() {
        DAYS_TO_1904
    } else {
        0.0
    };
    let mut reader = cells.worksheet_cells_reader(name).map_err(damaged)?;
    let formats: Vec<(Option<usize>, bool)> = reader
        .styles()
        .iter()
        .map(|style| {
            let number = style.number_format.as_ref();
            let struck = style.font.as_ref().is_some_and(|font| font.strikethrough);
            (number.and_then(|number| zeros(&number.format_code)), struck)
        })
        .collect();
    let mut kept = BTreeMap::new();
    let mut weight = 0;
    while let Some((cell, style)) = reader.next_cell_with_style_id().map_err(damaged)? {
        let (width, struck) = formats.get(style).copied().unwrap_or_default();
        let read = value(cell.get_value(), width, epoch);
        if read.is_blank() {
            continue;
        }
        let (row, column) = cell.get_position();
        if usize::try_from(column).unwrap_or(usize::MAX) >= MAX_COLUMNS {
            return Err(ListError::TooWide);
        }
        if struck {
            marks.struck_rows.insert(row);
        }
        // Cells of few bytes can share one long text.
        weight += CELL_BYTES + read.text.len();
        if weight > MAX_SHEET_BYTES {
            return Err(ListError::Bomb);
        }
        kept.insert((row, column), read);
    }
    Ok(kept)
}

/// Where formulas stand. Only that they do matters: shared ones are not written out, since their numbering comes from
/// the file and could ask for any amount of memory.
fn formulas(cells: &mut Cells<'_>, name: &str) -> Result<BTreeSet<(u32, u32)>, ListError> {
    let mut reader = cells.worksheet_cells_reader(name).map_err(damaged)?;
    let mut found = BTreeSet::new();
    while let Some(record) = reader.next_cell_with_formula_metadata().map_err(damaged)? {
        let (row, column) = record.pos;
        let inside = usize::try_from(column).is_ok_and(|column| column < MAX_COLUMNS);
        if record.formula.is_some() && inside && found.len() < MAX_ROWS * MAX_COLUMNS / 2 {
            found.insert((row, column));
        }
    }
    Ok(found)
}

/// How many digits a number format shows at least: `0000000000` shows ten, with leading zeros.
fn zeros(format: &str) -> Option<usize> {
    let first = format.split(';').next().unwrap_or_default();
    let digits: String = first
        .chars()
        .filter(|c| !matches!(c, '"' | '\'' | ' ' | '-' | '.'))
        .collect();
    let plain = digits.len() > 1 && digits.len() <= 20 && digits.bytes().all(|b| b == b'0');
    // `0.00` shows decimals, not leading zeros.
    (plain && !first.contains('.')).then_some(digits.len())
}

fn value(data: &DataRef<'_>, width: Option<usize>, epoch: f64) -> Cell {
    match data {
        DataRef::Empty => Cell::empty(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            Cell::text(text)
        }
        DataRef::SharedString(text) => Cell::text(text),
        DataRef::Int(number) => integer(&number.to_string(), width),
        DataRef::Float(number) => float(*number, width),
        DataRef::DateTime(moment) => moment_cell(moment.as_f64() + epoch),
        DataRef::Bool(true) => Cell::text("TRUE"),
        DataRef::Bool(false) => Cell::text("FALSE"),
        DataRef::Error(error) => Cell::new(&error.to_string(), Nature::Error),
    }
}

/// A number that its format shows as a date.
fn moment_cell(days: f64) -> Cell {
    // Saturates, and a day that far away is none of ours.
    #[expect(clippy::cast_possible_truncation)]
    let day = dates::from_serial(days.floor() as i32);
    match day {
        Some(day) => Cell::new(&day.strftime("%d/%m/%Y").to_string(), Nature::Date),
        None => Cell::new(&days.to_string(), Nature::Number),
    }
}

fn integer(digits: &str, width: Option<usize>) -> Cell {
    match width {
        Some(width) if digits.len() < width && !digits.starts_with('-') => {
            Cell::new(&format!("{digits:0>width$}"), Nature::PaddedNumber)
        }
        _ => Cell::new(digits, Nature::Number),
    }
}

fn float(number: f64, width: Option<usize>) -> Cell {
    if number.abs() >= KEPT_DIGITS {
        Cell::new(&format!("{number:.0}"), Nature::CutNumber)
    } else if number.fract() == 0.0 {
        integer(&format!("{number:.0}"), width)
    } else {
        Cell::new(&number.to_string(), Nature::Number)
    }
}
