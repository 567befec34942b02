//! What a cell can't be an identifier with, whatever its column is for.

use super::{
    reading::Reading::{self, Bad, Nothing},
    reason::RowReason,
    repeats::is_ditto,
    sheet::{Cell, Nature},
};
use crate::domain::{moment::is_moment, text};

/// What no column of identifiers takes, whatever it is for.
pub(super) fn refused_outright(cell: &Cell) -> Option<Reading> {
    match cell.nature {
        Nature::Formula => return Some(Bad(RowReason::FORMULA)),
        Nature::Error => return Some(Bad(RowReason::CELL_ERROR)),
        Nature::CutNumber | Nature::Date => return Some(Bad(RowReason::NUMBER_DESTROYED)),
        Nature::Text | Nature::Number | Nature::PaddedNumber => {}
    }
    let shown = text::fold(&cell.text);
    let number = matches!(cell.nature, Nature::Number | Nature::PaddedNumber);
    if number && (shown.starts_with('-') || shown.contains(['.', ','])) {
        return Some(Bad(RowReason::NOT_A_NUMBER));
    }
    // "@ten" is a name in a social network, "@SUM(A1)" a formula of old.
    if shown.starts_with('=') || shown.starts_with('@') && shown.contains('(') {
        return Some(Bad(RowReason::FORMULA));
    }
    if shown.starts_with('@') {
        return Some(Bad(RowReason::NOT_A_NUMBER));
    }
    if is_moment(&shown) {
        return Some(Bad(RowReason::MOMENT));
    }
    says_nothing(&shown).then_some(Nothing)
}

/// Words and signs that offices put where they have nothing.
pub(super) fn says_nothing(shown: &str) -> bool {
    const WORDS: [&str; 14] = [
        "khong",
        "ko",
        "ko ro",
        "k ro",
        "n/a",
        "na",
        "none",
        "unknown",
        "null",
        "not available",
        "trong",
        "tien mat",
        "nhu tren",
        "an so",
    ];
    let plain = text::toneless(shown);
    let word = plain.trim_matches(|c: char| !c.is_alphanumeric());
    let denies = (word.starts_with("khong ") || word.starts_with("chua ")) && digits(word) == 0;
    (word.is_empty() && !plain.contains(['*', '#']))
        || denies
        || is_ditto(shown)
        || WORDS.contains(&word)
}

/// How many digits a text has.
pub(super) fn digits(text: &str) -> usize {
    text.chars().filter(char::is_ascii_digit).count()
}
