//! XLSX workbooks.
//!
//! Cells are taken one after the other as they stand in the file: asking for a whole sheet would
//! reserve room for every cell between its corners, and two cells can be 17 billion cells apart.

use std::{collections::BTreeMap, io::Cursor};

use calamine::{DataRef, Reader, SheetVisible, Xlsx, XlsxError};

use super::{
    ListError, MAX_COLUMNS, MAX_ROWS, MAX_SHEETS, MAX_UNPACKED_BYTES, dates, format,
    headings::Columns,
    sheet::{Cell, Nature, Sheet},
};

/// Digits that a spreadsheet keeps of a number; later ones become zeros (IEEE 754 double).
const KEPT_DIGITS: f64 = 1e15;

/// Days between the two ways in which workbooks count days (ECMA-376 18.17.4.1).
const DAYS_TO_1904: f64 = 1462.0;

type Book<'b> = Xlsx<Cursor<&'b [u8]>>;

/// The first sheet with a heading, visible ones first, and whether there is another.
pub(super) fn read(bytes: &[u8]) -> Result<(Sheet, bool), ListError> {
    let unpacked = format::entries(bytes)
        .map(|(_, size)| size)
        .fold(0, u64::saturating_add);
    if unpacked > MAX_UNPACKED_BYTES {
        return Err(ListError::Bomb);
    }
    let mut book: Book = Xlsx::new(Cursor::new(bytes)).map_err(damaged)?;
    let mut names: Vec<(bool, String)> = book
        .sheets_metadata()
        .iter()
        .map(|sheet| (sheet.visible != SheetVisible::Visible, sheet.name.clone()))
        .collect();
    names.sort_by_key(|(hidden, _)| *hidden);
    let mut found: Option<Sheet> = None;
    let mut problem = None;
    for (hidden, name) in names.into_iter().take(MAX_SHEETS) {
        match sheet(&mut book, &name) {
            Ok(sheet) if Columns::find(&sheet).is_some_and(|at| at.row + 1 < sheet.rows.len()) => {
                if found.is_none() {
                    found = Some(sheet);
                } else if !hidden {
                    return Ok((found.unwrap_or_default(), true));
                }
            }
            Ok(_) => {}
            // A sheet of drawings or a broken one beside the list is no reason to refuse the list.
            Err(error) => problem = problem.or(Some(error)),
        }
    }
    let missing = problem.unwrap_or(ListError::NoHeader);
    found.map(|sheet| (sheet, false)).ok_or(missing)
}

/// Whatever is wrong inside the file, to the office it is one thing: the file can't be opened.
fn damaged(_: XlsxError) -> ListError {
    ListError::Damaged
}

fn sheet(book: &mut Book, name: &str) -> Result<Sheet, ListError> {
    let mut cells = values(book, name)?;
    for (at, formula) in formulas(book, name)? {
        if cells.contains_key(&at) || at.0 <= cells.keys().next_back().map_or(0, |last| last.0) {
            cells.insert(at, Cell::new(&format!("={formula}"), Nature::Formula));
        }
    }
    let mut sheet = Sheet::default();
    let mut cells = cells.into_iter().peekable();
    while let Some(((row, _), _)) = cells.peek() {
        let row = *row;
        let mut line = Vec::new();
        while let Some(((_, column), cell)) = cells.next_if(|((next, _), _)| *next == row) {
            line.resize(
                usize::try_from(column).unwrap_or(MAX_COLUMNS),
                Cell::empty(),
            );
            line.push(cell);
        }
        sheet.add(row.saturating_add(1), line)?;
    }
    Ok(sheet)
}

/// The filled cells, by row and column.
fn values(book: &mut Book, name: &str) -> Result<BTreeMap<(u32, u32), Cell>, ListError> {
    let epoch = if book.has_1904_epoch() {
        DAYS_TO_1904
    } else {
        0.0
    };
    let mut reader = book.worksheet_cells_reader(name).map_err(damaged)?;
    let padding: Vec<Option<usize>> = reader
        .styles()
        .iter()
        .map(|style| {
            style
                .number_format
                .as_ref()
                .and_then(|format| zeros(&format.format_code))
        })
        .collect();
    let mut cells = BTreeMap::new();
    while let Some((cell, style)) = reader.next_cell_with_style_id().map_err(damaged)? {
        let width = padding.get(style).copied().flatten();
        let read = value(cell.get_value(), width, epoch);
        if !read.is_blank() {
            keep(&mut cells, cell.get_position(), read)?;
        }
    }
    Ok(cells)
}

/// Keeps a cell within the limits of a list.
fn keep(
    cells: &mut BTreeMap<(u32, u32), Cell>,
    (row, column): (u32, u32),
    cell: Cell,
) -> Result<(), ListError> {
    if usize::try_from(column).unwrap_or(usize::MAX) >= MAX_COLUMNS {
        return Err(ListError::TooWide);
    }
    cells.insert((row, column), cell);
    if cells.len() > MAX_ROWS * MAX_COLUMNS {
        return Err(ListError::TooManyRows);
    }
    Ok(())
}

/// The formulas, by row and column. Only that they stand there matters: shared ones are not
/// written out, since their numbering comes from the file and could ask for any amount of memory.
fn formulas(book: &mut Book, name: &str) -> Result<BTreeMap<(u32, u32), String>, ListError> {
    let mut reader = book.worksheet_cells_reader(name).map_err(damaged)?;
    let mut found = BTreeMap::new();
    while let Some(record) = reader.next_cell_with_formula_metadata().map_err(damaged)? {
        let (row, column) = record.pos;
        let inside = usize::try_from(column).is_ok_and(|column| column < MAX_COLUMNS);
        if record.formula.is_some() && inside && found.len() < MAX_ROWS * MAX_COLUMNS {
            found.insert((row, column), String::from("…"));
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
