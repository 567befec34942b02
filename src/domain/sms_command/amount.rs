//! Sums of money as people write them into a message: `5000000`, `5.000.000 d`, `5tr`, `5,5 trieu`, `2ty3`.

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
    let fits = are_thousands && is_first && digits.len() <= MOST_DIGITS;
    digits.parse().ok().filter(|_| fits)
}

/// A number of thousands, millions or billions: whole, with a fraction before the unit (`5,5tr`) or behind it (`5tr5`).
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
    Some((sum, without_dong(rest)))
}

/// `5 trieu dong`: the money's name behind the unit.
fn without_dong(text: &str) -> &str {
    match unit(text) {
        Some((1, rest)) => rest,
        Some(_) | None => text,
    }
}
