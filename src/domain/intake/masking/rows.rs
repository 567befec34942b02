//! Which rows of groups are a number that must not be kept.

use super::{
    groups::Group,
    kind::MaskedKind,
    known::{Reading, has_lengths, readings},
};
use crate::domain::{
    account::{is_card, luhn},
    intake::{damm, receipt},
};

/// A number of the text that is masked.
pub(super) struct Place {
    /// The bytes that it takes.
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) kind: MaskedKind,
    /// Its last digits, at most [`SHOWN`].
    pub(super) tail: String,
}

/// Digits of a card or an identity number that stay to be seen.
const SHOWN: usize = 4;
/// Digits of cards (ISO/IEC 7812-1; the shortest in use have 13).
const CARD: std::ops::RangeInclusive<usize> = 13..=19;
/// Digits of most cards; in a longer group they may have others beside them.
const USUAL_CARD: usize = 16;
/// Digits of an identity number.
const IDENTITY: usize = 12;
/// The highest code of a province in identity numbers (Circular 59/2021/TT-BCA, annex I).
const LAST_PROVINCE: u16 = 96;
/// Digits of a row that may be a receipt, with one too few or too many.
const LIKE_A_RECEIPT: std::ops::RangeInclusive<usize> = receipt::DIGITS - 1..=receipt::DIGITS + 1;

/// The usual groups of cards.
const CARDS: [&[usize]; 6] = [
    &[4, 4, 4, 4],
    &[4, 4, 4, 4, 1],
    &[4, 4, 4, 4, 2],
    &[4, 4, 4, 4, 3],
    &[4, 6, 5],
    &[4, 6, 4],
];
/// The usual groups of identity numbers.
const IDENTITIES: [&[usize]; 6] = [
    &[3, 3, 3, 3],
    &[4, 4, 4],
    &[3, 3, 6],
    &[6, 6],
    &[3, 9],
    &[3, 1, 2, 6],
];

/// What of a run must be masked, in its order.
pub(super) fn places(mut run: Vec<Group>) -> Vec<Place> {
    let mut readings = readings(&run);
    let mut places = Vec::new();
    let mut at = 0;
    while at < run.len() {
        let Some(mut row) = longest(&run, &readings, at) else {
            at += 1;
            continue;
        };
        let start = run[at].start;
        let tail = loop {
            row = with_overlapping(&run, &readings, at, row);
            at = row.end - 1;
            let tail = match row.kind {
                MaskedKind::ReceiptCode => break String::new(),
                MaskedKind::CardNumber | MaskedKind::IdentityNumber => tail(&run[..row.end]),
            };
            // What stays to be seen must not be the beginning of the next number, read again.
            run[at].digits.clone_from(&tail);
            run[at].plus = false;
            readings[at] = Reading::Open;
            match longest(&run, &readings, at) {
                Some(next) => row = next,
                None => break tail,
            }
        };
        places.push(Place {
            start,
            end: run[at].end,
            kind: row.kind,
            tail,
        });
        at += 1;
    }
    places
}

/// A row of groups up to here, and what it is.
#[derive(Clone, Copy)]
struct Row {
    end: usize,
    kind: MaskedKind,
}

/// The longest row from here on that must be masked. No row has more than [`LIKE_A_RECEIPT`] digits, but for one group.
fn longest(run: &[Group], readings: &[Reading], start: usize) -> Option<Row> {
    let mut found = None;
    let mut digits = String::new();
    for (end, group) in run.iter().enumerate().skip(start) {
        digits.push_str(&group.digits);
        let groups = &run[start..=end];
        let kind = match groups {
            [_] => alone(&digits),
            _ => {
                usual(groups, &digits).or_else(|| unusual(groups, &readings[start..=end], &digits))
            }
        };
        let end = end + 1;
        found = kind.map(|kind| Row { end, kind }).or(found);
        if digits.len() >= *LIKE_A_RECEIPT.end() {
            break;
        }
    }
    found
}

/// A row with all rows that begin inside it, and inside those.
fn with_overlapping(run: &[Group], readings: &[Reading], start: usize, mut row: Row) -> Row {
    let mut at = start + 1;
    while at < row.end {
        if let Some(other) = longest(run, readings, at) {
            row.end = row.end.max(other.end);
            row.kind = row.kind.max(other.kind);
        }
        at += 1;
    }
    row
}

/// The last digits of the last groups.
fn tail(groups: &[Group]) -> String {
    let mut digits = String::new();
    for group in groups.iter().rev() {
        digits.insert_str(0, &group.digits[group.digits.len().saturating_sub(SHOWN)..]);
        if digits.len() >= SHOWN {
            break;
        }
    }
    digits.split_off(digits.len().saturating_sub(SHOWN))
}

/// What one group of digits is.
fn alone(digits: &str) -> Option<MaskedKind> {
    let length = digits.len();
    if length > *CARD.end() {
        return Some(MaskedKind::ReceiptCode);
    }
    // A card with the digits of its back behind it.
    let with_more = length > USUAL_CARD
        && (0..=length - USUAL_CARD).any(|from| is_card(&digits[from..from + USUAL_CARD]));
    let is_card = is_card_number(digits) || with_more;
    let card = is_card.then_some(MaskedKind::CardNumber);
    card.or_else(|| is_identity(digits).then_some(MaskedKind::IdentityNumber))
}

/// What groups are that look like nothing else.
fn usual(groups: &[Group], digits: &str) -> Option<MaskedKind> {
    let have = |shapes: &[&[usize]]| {
        let mut shapes = shapes.iter();
        shapes.any(|shape| shape.len() == groups.len() && has_lengths(groups, shape))
    };
    if digits.len() == receipt::DIGITS {
        let size = groups[0].digits.len();
        let are_equal = groups.iter().all(|group| group.digits.len() == size);
        return are_equal.then_some(MaskedKind::ReceiptCode);
    }
    // No card begins with a zero; telephone numbers do.
    if !digits.starts_with('0') && is_card_number(digits) && have(&CARDS) {
        return Some(MaskedKind::CardNumber);
    }
    (is_identity(digits) && have(&IDENTITIES)).then_some(MaskedKind::IdentityNumber)
}

/// What groups of any lengths are, unless they read as something that may stay.
fn unusual(groups: &[Group], readings: &[Reading], digits: &str) -> Option<MaskedKind> {
    if readings.iter().all(|reading| *reading == Reading::Amount) {
        return None;
    }
    let begins_with_phone = matches!(readings.first(), Some(Reading::Certain | Reading::Likely));
    // Who parts an identity number anyhow may make a telephone number of its middle.
    if is_identity(digits) {
        return (!begins_with_phone).then_some(MaskedKind::IdentityNumber);
    }
    if begins_with_phone || readings.contains(&Reading::Certain) {
        return None;
    }
    let is_receipt = digits.len() == receipt::DIGITS && damm::is_valid(digits.as_bytes());
    if is_receipt || is_mistyped_receipt(groups, digits) {
        return Some(MaskedKind::ReceiptCode);
    }
    is_card_number(digits).then_some(MaskedKind::CardNumber)
}

/// Whether groups are those of a receipt, but for a digit or two.
fn is_mistyped_receipt(groups: &[Group], digits: &str) -> bool {
    let is_whole = |group: &&Group| group.digits.len() == receipt::GROUP;
    groups.len() == receipt::GROUPS
        && LIKE_A_RECEIPT.contains(&digits.len())
        && groups.iter().filter(is_whole).count() >= receipt::GROUPS - 2
}

fn is_card_number(digits: &str) -> bool {
    CARD.contains(&digits.len()) && (luhn(digits) || is_card(digits))
}

/// The form of an identity number: province, century and sex, year, six digits (Decree 137/2015, article 13).
fn is_identity(digits: &str) -> bool {
    let province = digits.get(..3).and_then(|code| code.parse().ok());
    digits.len() == IDENTITY
        && province.is_some_and(|code: u16| (1..=LAST_PROVINCE).contains(&code))
        && matches!(digits.as_bytes()[3], b'0'..=b'3')
}
