//! Rows that name a bank for all rows below them: "I. VIETCOMBANK".

use super::{
    column::Role,
    headings::Columns,
    outright::{digits, says_nothing},
    reading::Reading::{self, Bad, Doubt, Good, Nothing},
    reason::RowReason,
    sheet::{Cell, Nature, Row},
};
use crate::domain::{
    bank,
    identifier::{Identifier, Kind},
    text, wallet,
};

/// Words before a bank's name in such a row.
const BEFORE: &str =
    "nhom phan muc cac danh sach so stk tk tai khoan mo o cua thuoc account accounts at";

/// Digits of a row that groups others, at most: a number before it and a count behind.
const MAX_DIGITS: usize = 3;

/// Longest number before a group: "III", "12".
const MAX_NUMBER: usize = 4;

/// What a row says about the group below it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Group {
    /// All accounts below are at this bank.
    Bank(Cell),
    /// Another text: the group before ends here.
    Other,
}

/// The group that a row begins; none for a row that is an entry.
pub(super) fn group(row: &Row, columns: &Columns) -> Option<Group> {
    let is_number = |cell: &Cell| {
        let text = cell.text.trim().trim_end_matches(['.', ')', ':']);
        text.len() <= MAX_NUMBER && text.chars().all(|c| c.is_ascii_alphanumeric())
    };
    let mut cells: Vec<(usize, &Cell)> = row.filled().collect();
    if cells.is_empty() {
        return None;
    }
    // An entry has a number where one belongs, and not with words before it.
    let is_entry = |(column, cell): &(usize, &Cell)| {
        let word = cell
            .text
            .trim_start()
            .chars()
            .next()
            .is_some_and(char::is_alphabetic);
        let many = digits(&cell.text) > MAX_DIGITS;
        columns.role(*column).identifies() && many && !(word && cells.len() == 1)
    };
    if cells.iter().any(is_entry) {
        return None;
    }
    if cells.len() == 2 && is_number(cells[0].1) {
        cells.remove(0);
    }
    let [(column, cell)] = cells[..] else {
        return Some(Group::Other);
    };
    let is_name = cell.nature == Nature::Text
        && digits(&cell.text) <= MAX_DIGITS
        && columns.role(column) != Role::Bank;
    let name = is_name.then(|| bank_name(&cell.text)).flatten();
    Some(name.map_or(Group::Other, |name| Group::Bank(Cell::text(&name))))
}

/// Whether a remark in the row names another bank than its group.
pub(super) fn is_contradicted(row: &Row, columns: &Columns, group: &Cell) -> bool {
    let remarks = row
        .filled()
        .filter(|(column, _)| matches!(columns.role(*column), Role::Note | Role::Other));
    let mut banks = remarks.filter_map(|(_, cell)| bank_name(&cell.text));
    banks.any(|bank| !are_one(&bank, &group.text))
}

/// The bank or wallet that a whole text names, after its number and words such as "Ngân hàng".
fn bank_name(written: &str) -> Option<String> {
    let shown = text::fold(written);
    let mut rest = shown.trim();
    loop {
        if names_a_bank(rest) {
            return Some(rest.to_owned());
        }
        let (first, after) = rest.split_once(' ')?;
        let bare = text::toneless(first.trim_matches(|c: char| !c.is_alphanumeric()));
        let numbers = bare.len() <= MAX_NUMBER
            && first.ends_with(['.', ')', ':', '-', '/'])
            && bare.chars().all(|c| c.is_ascii_alphanumeric());
        if !numbers && !BEFORE.split(' ').any(|word| word == bare) {
            return None;
        }
        rest = after.trim_start_matches([' ', '-', ':']);
    }
}

/// What is left of a reading whose bank a group names: where the list has a column for banks, nobody says that its empty
/// cell means the group's; and another bank in that cell speaks against the group's.
pub(super) fn compared(
    reading: Reading,
    columns: &Columns,
    own: Option<&Cell>,
    group: Option<&Cell>,
) -> Reading {
    let Some(group) = group else {
        return reading;
    };
    let own = own.filter(|own| !says_nothing(&text::fold(&own.text)));
    let why = match own {
        None if columns.with(Role::Bank).next().is_some() => RowReason::BANK_ABOVE,
        Some(own) if names_a_bank(&own.text) && !are_one(&own.text, &group.text) => {
            RowReason::TWO_BANKS
        }
        None | Some(_) => return reading,
    };
    match reading {
        Good(found) if has_bank(&found) => Doubt(vec![found], why),
        Good(_) | Doubt(..) | Bad(_) | Nothing => reading,
    }
}

fn has_bank(found: &Identifier) -> bool {
    matches!(found.kind(), Kind::Account | Kind::Wallet)
}

pub(super) fn names_a_bank(text: &str) -> bool {
    bank::find(text).is_some() || wallet::find(text).is_some()
}

fn are_one(one: &str, other: &str) -> bool {
    let bank = |text| bank::find(text).map(|bank| bank.bin);
    let wallet = |text| wallet::find(text).map(|wallet| wallet.slug);
    (bank(one), wallet(one)) == (bank(other), wallet(other))
}
