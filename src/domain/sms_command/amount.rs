//! Sums of money as people write them into a message: `5000000`, `5.000.000 d`, `5tr`, `5,5 trieu`, `2ty3`.

use std::ops::Range;

use crate::domain::text::toneless;

/// The largest sum that is taken, in dong: what a report may name.
pub const MOST: u64 = 1_000_000_000_000;
/// The smallest sum without a unit. Less is a count of something.
const LEAST_BARE: u64 = 1_000;
/// Digits of a sum that are looked at.
const MOST_DIGITS: usize = 13;
/// Digits of a fraction that are looked at: thousandths of a billion are millions.
const FRACTION_DIGITS: usize = 3;

/// Words for so many dong, toneless.
const UNITS: [(&str, u64); 11] = [
    ("d", 1),
    ("vnd", 1),
    ("dong", 1),
    ("k", 1_000),
    ("nghin", 1_000),
    ("ngan", 1_000),
    ("tr", 1_000_000),
    ("trieu", 1_000_000),
    ("cu", 1_000_000),
    ("ty", 1_000_000_000),
    ("ti", 1_000_000_000),
];

/// Dong from which on a unit has a half: `2 trieu ruoi`.
const HALVED: u64 = 1_000_000;
/// Digits that a text must have beside a sum without a unit: else that is the number which the text is about.
const NUMBER_DIGITS: usize = 6;

/// The sum that a folded text begins with, in dong, and what stands behind it.
pub(in crate::domain) fn amount(text: &str) -> Option<(u64, &str)> {
    let is_number = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',');
    let end = text.find(|c: char| !is_number(c)).unwrap_or(text.len());
    let number = text[..end].trim_end_matches(['.', ',']);
    let (sum, rest) = match unit(&text[number.len()..]) {
        Some((1, rest)) => (whole(number)?, rest),
        Some((unit, rest)) => of_units(number, unit, rest)?,
        None => (
            whole(number).filter(|sum| *sum >= LEAST_BARE)?,
            &text[end..],
        ),
    };
    let goes_on = rest.starts_with(char::is_alphanumeric);
    (sum <= MOST && !goes_on).then_some((sum, rest))
}

/// The sum that stands somewhere in a folded text, and where, in bytes: one with a unit before one with signs between its
/// thousands, that before a round one, and a short one before a long one, which is rather an account.
pub(super) fn amount_within(text: &str) -> Option<(u64, Range<usize>)> {
    let starts = text.char_indices().filter(|(at, c)| {
        let before = text[..*at].chars().next_back();
        c.is_ascii_digit() && before.is_none_or(|c| !goes_on(c))
    });
    let sums = starts.filter_map(|(at, _)| {
        let (sum, behind) = amount(&text[at..])?;
        let place = at..text.len() - behind.len();
        let written = text[place.clone()].trim_end();
        let digits = written.bytes().filter(u8::is_ascii_digit).count();
        let has_unit = written.contains(char::is_alphabetic);
        let others = text.bytes().filter(u8::is_ascii_digit).count() - digits;
        let is_sum = has_unit || others >= NUMBER_DIGITS;
        let is_bare = digits == written.len();
        let likeness = (!has_unit, is_bare, sum % LEAST_BARE != 0, digits);
        is_sum.then_some((likeness, sum, place))
    });
    let (_, sum, place) = sums.min_by_key(|(likeness, ..)| *likeness)?;
    Some((sum, place))
}

/// Whether what stands behind a character may be the rest of one number or word.
fn goes_on(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '.' | ',' | '-' | '+' | '/')
}

/// The unit that a text begins with, in dong, and what stands behind it.
fn unit(text: &str) -> Option<(u64, &str)> {
    let text = text.trim_start_matches(' ');
    let end = text.find(|c: char| !c.is_alphabetic());
    let (word, rest) = text.split_at(end.unwrap_or(text.len()));
    let word = toneless(word);
    let (_, unit) = UNITS.iter().find(|(known, _)| *known == word)?;
    Some((*unit, rest))
}

/// A whole number of dong, with or without signs between its thousands.
fn whole(number: &str) -> Option<u64> {
    let mut groups = number.split(['.', ',']);
    let first = groups.next()?;
    let rest: Vec<&str> = groups.collect();
    let are_thousands = rest.iter().all(|group| group.len() == 3);
    let is_first = rest.is_empty() || (1..=3).contains(&first.len());
    let digits = format!("{first}{}", rest.concat());
    // Accounts begin with zeros, sums do not.
    let is_sum = digits.len() == 1 || !digits.starts_with('0');
    let fits = are_thousands && is_first && is_sum && digits.len() <= MOST_DIGITS;
    digits.parse().ok().filter(|_| fits)
}

/// A number of thousands, millions or billions: whole, with a fraction before the unit (`5,5tr`) or behind it (`5tr5`, `5
/// trieu ruoi`), or with smaller units behind it (`2 trieu 500 nghin`). What may be more than was read is no sum.
fn of_units<'t>(number: &str, unit: u64, rest: &'t str) -> Option<(u64, &'t str)> {
    let end = rest.find(|c: char| !c.is_ascii_digit());
    let (behind, rest) = rest.split_at(end.unwrap_or(rest.len()));
    let (first, fraction) = match number.rsplit_once(['.', ',']) {
        // Three digits behind a sign are thousands: `1.500 trieu`.
        Some((first, fraction)) if fraction.len() < 3 => (first, fraction),
        Some(_) | None => (number, ""),
    };
    let fraction = match (fraction, behind) {
        ("", behind) => behind,
        (fraction, "") => fraction,
        _ => return None,
    };
    let thousandths = format!("{fraction:0<FRACTION_DIGITS$}");
    let thousandths: u64 = thousandths.parse().ok()?;
    let fits = fraction.len() <= FRACTION_DIGITS;
    let sum = whole(first).filter(|_| fits)?.checked_mul(unit)?;
    let sum = sum.checked_add(thousandths * (unit / 1_000))?;
    let (more, rest) = smaller(unit, rest)?;
    let is_one = more == 0 || fraction.is_empty();
    let sum = sum.checked_add(more).filter(|_| is_one)?;
    Some((sum, without_dong(rest)))
}

/// What stands behind a unit and belongs to the same sum: half of it, or some of a smaller one. None for digits that may be
/// either (`2tr 500`).
fn smaller(unit: u64, rest: &str) -> Option<(u64, &str)> {
    let behind = rest.trim_start_matches(' ');
    let end = behind.find(|c: char| !c.is_alphabetic());
    let (word, after) = behind.split_at(end.unwrap_or(behind.len()));
    if toneless(word) == "ruoi" {
        return (unit >= HALVED).then_some((unit / 2, after));
    }
    let end = behind.find(|c: char| !c.is_ascii_digit());
    let (digits, after) = behind.split_at(end.unwrap_or(behind.len()));
    if !(1..=FRACTION_DIGITS).contains(&digits.len()) {
        return Some((0, rest));
    }
    match self::unit(after) {
        Some((less, after)) if (LEAST_BARE..unit).contains(&less) => {
            let count: u64 = digits.parse().ok()?;
            let (more, after) = smaller(less, after)?;
            Some((count * less + more, after))
        }
        Some(_) => None,
        // A count of something: `5tr 3 lan`.
        None if after.trim_start().starts_with(char::is_alphabetic) => Some((0, rest)),
        None => None,
    }
}

/// `5 trieu dong`: the money's name behind the unit.
fn without_dong(text: &str) -> &str {
    match unit(text) {
        Some((1, rest)) => rest,
        Some(_) | None => text,
    }
}
