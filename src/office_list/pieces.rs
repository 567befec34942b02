//! Cells that hold more than one number, and numbers written in groups.

use super::{
    outright::digits,
    reading::Reading::{self, Doubt},
    reason::RowReason,
};
use crate::domain::{
    identifier::{Identifier, Kind},
    text,
};

/// Digits of the shortest piece that can be a number.
const MIN_PIECE: usize = 4;

/// Numbers written one after the other with a sign between that the reader of one does not take.
pub(super) fn several(written: &str) -> Option<Reading> {
    let read: Vec<Identifier> = parts(written)
        .iter()
        .filter_map(|part| Identifier::parse(part).ok())
        .filter(|found| found.kind() != Kind::Sender)
        .collect();
    (read.len() > 1).then_some(Doubt(read, RowReason::SEVERAL_NUMBERS))
}

/// The pieces of a cell that hold more than one number.
pub(super) fn parts(written: &str) -> Vec<String> {
    let mut text = text::fold(written);
    for word in [" và ", " hoặc ", " va ", " hoac ", " and ", " or "] {
        text = text.replace(word, ";");
    }
    text.split(['/', ';', ',', '\n', '|', '&'])
        .filter(|part| digits(part) >= MIN_PIECE)
        .map(str::to_owned)
        .collect()
}

/// The digits of a number that is grouped by three as amounts are: `950,123,456`, and never `0950.123.456`.
pub(super) fn thousands(written: &str) -> Option<String> {
    let text = text::fold(written);
    // "950,117,006.00", "+84,950,117,004"
    let text = text
        .trim_start_matches('+')
        .trim_end_matches(".00")
        .trim_end_matches(",00");
    let separator = [',', '.'].into_iter().find(|c| text.contains(*c))?;
    let mut groups = text.split(separator);
    let first = groups.next()?;
    let is_group = |group: &str| group.len() == 3 && group.bytes().all(|b| b.is_ascii_digit());
    let begins = (1..=3).contains(&first.len()) && first.bytes().all(|b| b.is_ascii_digit());
    let rest: Vec<&str> = groups.collect();
    (begins && rest.len() > 1 && rest.iter().all(|group| is_group(group)))
        .then(|| text.replace(separator, ""))
}
