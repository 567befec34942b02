//! Titles above a list and sections within it, which say of whom the rows below are.

use std::sync::LazyLock;

use super::{
    phrases::{PhraseBook, words},
    remarks::clears,
    roles::{is_long, whose_title},
    sheet::{Nature, Row},
    whose::{self, Whose},
};

/// Cells of a title's row: its number and its words, or two columns of a letterhead.
const MAX_CELLS: usize = 2;

/// Cells and digits of a line that is about the rows below it, at most: "II. BỊ HẠI, 2 người, tổng 15tr".
const MAX_LINE_CELLS: usize = 4;
const MAX_LINE_DIGITS: usize = 14;

/// Digits of a cell that can be an entry's number, at least.
const MIN_ENTRY_DIGITS: usize = 6;

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
    let against = |text: &&str| is_of_others(text) || speaks_against(&words(text));
    if lists.iter().any(against) || lists.is_empty() && lines.iter().any(|text| is_duty(text)) {
        return true;
    }
    let said = |texts: Vec<&str>| -> Vec<Whose> {
        let whose = texts.into_iter().map(whose_title);
        whose.filter(|whose| *whose != Whose::Unsaid).collect()
    };
    let is_others = |whose: &Whose| matches!(whose, Whose::Other | Whose::Both);
    let lists = said(lists);
    let titled = if lists.is_empty() { said(lines) } else { lists };
    is_sheet_of_others(name) || titled.iter().any(is_others)
}

/// Titles of other lists than those of numbers: duties, registers, white lists. Not the office's own name.
fn is_duty(title: &str) -> bool {
    let plain = words(title);
    !plain.starts_with(" cong an ") && speaks_against(&plain)
}

/// Short names that sheets of other persons have.
const SHEETS: [&str; 6] = ["bh", "cbcs", "lien he", "truc", "sach", "cb"];

fn is_sheet_of_others(name: &str) -> bool {
    let plain = words(name);
    let is_others = matches!(whose_title(name), Whose::Other | Whose::Both);
    is_others || is_duty(name) || begins_with_other(&plain) || SHEETS.contains(&plain.trim())
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

/// Of whom the rows below a section's title are; none for a row that is no such title. Whoever is named in a line without
/// an entry's number, other than a suspect, makes it one; for a suspect it must look like a title.
pub(super) fn section(row: &Row) -> Option<Whose> {
    let cells: Vec<&str> = row.filled().map(|(_, cell)| cell.text.as_str()).collect();
    let number = |text: &&str| text.trim().trim_end_matches('.').parse::<u64>().is_ok();
    if cells.len() > MAX_LINE_CELLS || cells.first().is_some_and(number) {
        return None;
    }
    let text = cells.join(" ");
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).count();
    let letters = |text: &str| text.chars().filter(|c| c.is_alphabetic()).count();
    let entry = |text: &&str| digits(text) >= MIN_ENTRY_DIGITS && letters(text) <= digits(text);
    if is_long(&text) || digits(&text) > MAX_LINE_DIGITS || cells.iter().any(entry) {
        return None;
    }
    let (plain, named) = (words(&text), whose_title(&text));
    let begins = is_numbered(&text) && begins_with_other(&plain);
    let is_others =
        named == Whose::Other || begins || speaks_against(&plain) || is_of_others(&text);
    if is_others && (cells.len() > 1 || is_title(&text) || named == Whose::Other || begins) {
        return Some(Whose::Other);
    }
    let is_section = cells.len() <= MAX_CELLS && named != Whose::Unsaid && is_title(&text);
    is_section.then_some(named)
}

/// Whether a section's words begin with another person, officers too, after their number.
fn begins_with_other(plain: &str) -> bool {
    let words: Vec<&str> = plain.split_whitespace().collect();
    let numbers =
        |word: &&&str| word.len() <= 4 && word.chars().all(|c| "ivxabc123456789".contains(c));
    let skipped = words.iter().take_while(numbers).count();
    whose::begins_with_other(&words[skipped..])
}

/// Lists of what is no suspect: cleared and taken out, official, of those who fight swindles, of who is on duty.
static AGAINST: LazyLock<PhraseBook> = LazyLock::new(|| {
    PhraseBook::of(
        "go bo;da go;can go;de nghi go;da xoa;can xoa;loai khoi;danh sach trang;white list;whitelist;tin cay;chinh thuc;an toan;so sach;minh oan;phong chong;phong ngua;tap huan;lich truc;truc ban;phan cong;danh ba;dau moi;so tiep nhan;ho ngheo;to dan pho;khu pho;mat tien qua mang;cbcs;cong an xa;cong an phuong;can bo chien si",
    )
});

/// Whether the words of a title say that the numbers below it are no suspects'. An office that made a list of suspects, or
/// made it against swindles, says nothing against them.
fn speaks_against(plain: &str) -> bool {
    let plain = plain.replace(" phong chong lua dao ", " phong chong ");
    let words: Vec<&str> = plain.split_whitespace().collect();
    clears(&words) || AGAINST.is_in(&words) && whose::titled(&plain) != Whose::Suspect
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
