//! The private note made of a row's other cells.

use super::{
    column::Role,
    dates::{self, When},
    headings::Columns,
    sheet::{Cell, Nature, Row},
};
use crate::domain::text;

/// Longest note, in characters.
pub(super) const MAX_EVIDENCE: usize = 1_000;

/// Longest piece of a note that comes from one cell, in characters.
const MAX_PIECE: usize = 300;

/// What the office wrote beside the identifiers, each with its heading. Who complained, and the
/// numbers of papers, are left out: a listing does not need them.
pub(super) fn note(row: &Row, columns: &Columns) -> String {
    let mut note = String::new();
    for (column, cell) in row.filled() {
        let role = columns.role(column);
        let told = matches!(
            role,
            Role::Bank
                | Role::Holder
                | Role::Method
                | Role::Amount
                | Role::Date
                | Role::Place
                | Role::Source
                | Role::Note
        );
        if !told || matches!(cell.nature, Nature::Formula | Nature::Error) {
            continue;
        }
        let piece = format!("{}: {}", clean(columns.heading(column)), shown(cell, role));
        if !note.is_empty() {
            note.push_str("; ");
        }
        note.push_str(&piece);
    }
    note.chars().take(MAX_EVIDENCE).collect()
}

/// Longest text of a row's identifiers as they were written, in characters.
pub(super) const MAX_WRITTEN: usize = 200;

/// The cells that name an identifier or its bank, as they stand in the file.
pub(super) fn written(row: &Row, columns: &Columns) -> String {
    let cells = row.filled().filter(|(column, _)| {
        let role = columns.role(*column);
        role.identifies() || role == Role::Bank
    });
    let texts: Vec<String> = cells.map(|(_, cell)| clean(&cell.text)).collect();
    texts.join(" | ").chars().take(MAX_WRITTEN).collect()
}

fn shown(cell: &Cell, role: Role) -> String {
    if role == Role::Date
        && let When::Day(day) = dates::read(&cell.text)
    {
        return day.strftime("%d/%m/%Y").to_string();
    }
    clean(&cell.text)
}

/// One line without anything that can't be seen.
fn clean(text: &str) -> String {
    let line: String = text::fold(text)
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    line.chars()
        .take(MAX_PIECE)
        .collect::<String>()
        .trim()
        .to_owned()
}
