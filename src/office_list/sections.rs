//! Titles above a list and sections within it, which say of whom the rows below are.

use super::{
    phrases::words,
    roles::{is_long, whose_title},
    sheet::{Nature, Row},
    whose::{self, Whose},
};

/// Cells of a title's row: its number and its words, or two columns of a letterhead.
const MAX_CELLS: usize = 2;

/// Words of a section's title; remarks are longer.
const MAX_WORDS: usize = 14;

/// Digits in a title: a date or a number of a paper. Longer ones are an entry's.
const MAX_DIGITS: usize = 8;

/// Words that the title of a list begins with, however long it is.
const LISTS: [&str; 10] = [
    "danh sach ",
    "danh ba ",
    "tong hop ",
    "thong ke ",
    "bang ",
    "phu luc ",
    "bieu ",
    "list ",
    "ds ",
    "so lieu ",
];

/// Words that may stand between them and the person: "danh sách số điện thoại của cán bộ".
const BEFORE_PERSON: [&str; 14] = [
    "so", "sdt", "dt", "dien", "thoai", "tai", "khoan", "stk", "cac", "nhung", "cua", "lien", "he",
    "lac",
];

/// Words that the title of a part begins with.
const PARTS: [&str; 4] = ["nhom ", "phan ", "muc ", "cac "];

/// Whether the sheet's name, or a title above the headings, names somebody else than the suspect. Titles that begin as
/// those of lists do are asked first: other lines in capitals tell of the office and the case.
pub(super) fn title_is_others(name: &str, above: &[Row]) -> bool {
    let titles: Vec<&str> = above
        .iter()
        .flat_map(Row::filled)
        .filter(|(_, cell)| cell.nature == Nature::Text && is_title(&cell.text))
        .map(|(_, cell)| cell.text.as_str())
        .collect();
    let (lists, lines): (Vec<&str>, Vec<&str>) =
        titles.into_iter().partition(|text| is_lists(text));
    if lists.iter().any(|text| is_of_others(text)) {
        return true;
    }
    let said = |texts: Vec<&str>| -> Vec<Whose> {
        let whose = texts.into_iter().map(whose_title);
        whose.filter(|whose| *whose != Whose::Unsaid).collect()
    };
    let is_others = |whose: &Whose| matches!(whose, Whose::Other | Whose::Both);
    let lists = said(lists);
    let titled = if lists.is_empty() { said(lines) } else { lists };
    is_others(&whose_title(name)) || titled.iter().any(is_others)
}

/// "Danh sách cán bộ trực ban", and any directory: whom a list is about stands first in its title, and officers too.
fn is_of_others(title: &str) -> bool {
    let plain = words(title);
    let named = |start: &str| {
        let rest = plain.split_once(start)?.1.split_whitespace();
        let rest: Vec<&str> = rest
            .skip_while(|word| BEFORE_PERSON.contains(word))
            .collect();
        Some(whose::begins_with_other(&rest))
    };
    let directory = plain.contains(" danh ba ") && whose_title(title) != Whose::Suspect;
    directory || LISTS.iter().any(|start| named(start) == Some(true))
}

/// Of whom the rows below a section's title are; none for a row that is no such title.
pub(super) fn section(row: &Row) -> Option<Whose> {
    let cells: Vec<&str> = row.filled().map(|(_, cell)| cell.text.as_str()).collect();
    if cells.len() > MAX_CELLS {
        return None;
    }
    let text = cells.join(" ");
    if is_lists(&text) && is_of_others(&text) {
        return Some(Whose::Other);
    }
    Some(whose_title(&text)).filter(|whose| *whose != Whose::Unsaid && is_title(&text))
}

/// A title begins like one, has a number before it, or is written in capitals, or is nothing but the person's name.
fn is_title(text: &str) -> bool {
    if is_lists(text) {
        return true;
    }
    if is_long(text) {
        return false;
    }
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let plain = words(text);
    let (plain, count) = (plain.trim_start(), plain.split_whitespace().count());
    if digits > MAX_DIGITS || count > MAX_WORDS || text.trim_start().starts_with('(') {
        return false;
    }
    let capitals = !text.chars().any(char::is_lowercase);
    let starts = PARTS.iter().any(|start| plain.starts_with(start));
    starts || capitals || (count <= 3 && digits == 0) || is_numbered(text)
}

/// Whether a text begins as the title of a list does, after its number.
fn is_lists(text: &str) -> bool {
    let plain = words(text);
    let mut plain = plain.trim_start();
    if let Some((number, rest)) = plain.split_once(' ')
        && number
            .chars()
            .all(|c| c.is_ascii_digit() || "ivxabc".contains(c))
    {
        plain = rest;
    }
    LISTS.iter().any(|start| plain.starts_with(start))
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
