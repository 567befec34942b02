//! The private note made of a row's other cells.

use super::{
    column::Role,
    dates::{self, When},
    headings::Columns,
    sheet::{Cell, Nature, Row},
};
use crate::domain::{identifier::Identifier, text};

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

/// Most digits of a cell that are of no identifier that was read: more may be another number, of a person or a paper.
const MAX_OTHER_DIGITS: usize = 5;
/// Most letters in a cell of a number: more may be a name.
const MAX_LETTERS: usize = 8;

/// What of [`written`] is kept with a proposal: cells that hold what was read and nothing else that is about a person. A number
/// that was not read is found by no erasure, and a name is for the evidence, which can be erased by itself.
pub(super) fn kept(row: &Row, columns: &Columns, identifiers: &[Identifier]) -> String {
    let texts = row.filled().filter_map(|(column, cell)| {
        let (role, text) = (columns.role(column), clean(&cell.text));
        if role == Role::Bank {
            return (digits(&text).len() <= MAX_OTHER_DIGITS).then_some(text);
        }
        if !role.identifies() {
            return None;
        }
        let is_read = Identifier::parse(&text).is_ok_and(|read| identifiers.contains(&read));
        (is_read || others(&text, identifiers) <= MAX_OTHER_DIGITS).then(|| nameless(text))
    });
    let texts: Vec<String> = texts.collect();
    texts.join(" | ").chars().take(MAX_WRITTEN).collect()
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// How many digits are left without those of what was read.
fn others(text: &str, identifiers: &[Identifier]) -> usize {
    let mut left = digits(text);
    for identifier in identifiers {
        let key = identifier.key();
        let number = digits(key.as_str().rsplit(':').next().unwrap_or_default());
        // A telephone's key has the country's code, which a cell may leave out.
        let national = number.strip_prefix("84").unwrap_or(&number);
        let known = [number.as_str(), national];
        if let Some(known) = known
            .into_iter()
            .find(|known| !known.is_empty() && left.contains(known))
        {
            left = left.replacen(known, "", 1);
        }
    }
    left.len()
}

/// A text without its letters where they are more than a number has.
fn nameless(text: String) -> String {
    match text.chars().filter(|c| c.is_alphabetic()).count() {
        0..=MAX_LETTERS => text,
        _ => {
            let rest: String = text.chars().filter(|c| !c.is_alphabetic()).collect();
            let words: Vec<&str> = rest.split_whitespace().collect();
            format!("{} …", words.join(" "))
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn read(texts: &[&str]) -> Vec<Identifier> {
        let parse = |text: &&str| Identifier::parse(text).expect("an identifier");
        texts.iter().map(parse).collect()
    }

    #[test]
    fn digits_that_are_of_nothing_that_was_read_are_counted() {
        let phone = read(&["0950001001"]);
        for (text, left) in [
            ("0950 001 001", 1),
            ("+84 950.001.001 (Zalo)", 0),
            ("950001001", 0),
            ("0950001001 / 0000000070001", 14),
            ("CCCD 038099012345", 12),
            ("dòng 3: 0950001001", 2),
        ] {
            assert_eq!(others(text, &phone), left, "{text}");
        }
        let account = read(&["VCB 0000000070001"]);
        assert_eq!(others("0000000070001", &account), 0);
        assert_eq!(others("0950001001", &[]), 10);
    }

    #[test]
    fn a_name_beside_a_number_is_left_out() {
        assert_eq!(
            nameless("0950.001.001 (Zalo)".into()),
            "0950.001.001 (Zalo)"
        );
        assert_eq!(nameless("0950001001 Nguyễn Thị Mẫu".into()), "0950001001 …");
    }
}
