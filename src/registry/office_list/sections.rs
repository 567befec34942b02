//! Titles above a list and sections within it, which say of whom the rows below are.

use super::{
    roles::{is_long, whose_title, words},
    sheet::{Nature, Row},
    whose::Whose,
};

/// Cells of a title's row: its number and its words, or two columns of a letterhead.
const MAX_CELLS: usize = 2;

/// Words of a section's title; remarks are longer.
const MAX_WORDS: usize = 14;

/// Digits in a title: a date or a number of a paper. Longer ones are an entry's.
const MAX_DIGITS: usize = 8;

/// Words that a title begins with.
const STARTS: [&str; 13] = [
    "danh sach",
    "tong hop",
    "thong ke",
    "bang",
    "phu luc",
    "bieu",
    "nhom",
    "phan",
    "muc",
    "list",
    "cac ",
    "ds ",
    "so lieu",
];

/// Whether the nearest title above the headings that names anybody names somebody else than the suspect.
pub(super) fn title_is_others(above: &[Row]) -> bool {
    let owner = above.iter().rev().find_map(|row| {
        let texts = row.filled().filter(|(_, cell)| cell.nature == Nature::Text);
        texts
            .map(|(_, cell)| cell.text.as_str())
            .filter(|text| is_title(text))
            .map(whose_title)
            .find(|whose| *whose != Whose::Unsaid)
    });
    owner == Some(Whose::Other)
}

/// Of whom the rows below a section's title are; none for a row that is no such title.
pub(super) fn section(row: &Row) -> Option<Whose> {
    let cells: Vec<&str> = row.filled().map(|(_, cell)| cell.text.as_str()).collect();
    if cells.len() > MAX_CELLS || cells.iter().any(|text| is_long(text)) {
        return None;
    }
    let text = cells.join(" ");
    Some(whose_title(&text)).filter(|whose| *whose != Whose::Unsaid && is_title(&text))
}

/// A title begins like one, has a number before it, or is written in capitals, or is nothing but the person's name.
fn is_title(text: &str) -> bool {
    if is_long(text) {
        return false;
    }
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let plain = words(text);
    let (plain, count) = (plain.trim(), plain.split_whitespace().count());
    if digits > MAX_DIGITS || count > MAX_WORDS || text.trim_start().starts_with('(') {
        return false;
    }
    let capitals = !text.chars().any(char::is_lowercase);
    let starts = STARTS.iter().any(|start| plain.starts_with(start));
    starts || capitals || (count <= 3 && digits == 0) || is_numbered(text)
}

/// `II.`, `3)`, `B -`, or a Roman number in a cell of its own; a plain number there is an entry's.
fn is_numbered(text: &str) -> bool {
    let text = text.trim_start();
    let number: String = text
        .chars()
        .take_while(char::is_ascii_alphanumeric)
        .collect();
    let digits = number.chars().all(|c| c.is_ascii_digit());
    let roman = number.chars().all(|c| "IVXivx".contains(c)) || number.len() == 1;
    let sign = text[number.len()..].trim_start().chars().next();
    let signed = sign.is_some_and(|c| ".):-/".contains(c));
    !number.is_empty() && number.len() <= 5 && (signed && digits || roman && !digits)
}
