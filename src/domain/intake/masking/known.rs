//! Which groups of digits read as something that may stay.

use super::groups::Group;
use crate::domain::phone::Phone;

/// What a group reads as, with its neighbours.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Reading {
    /// Part of a Vietnamese telephone number, a date or a time.
    Certain,
    /// Part of a Vietnamese telephone number with the country's code and no `+`. The middle of a card may look so too, its
    /// beginning does not (no card begins with 84).
    Likely,
    /// An amount, or part of one. A card's groups may look so too.
    Amount,
    /// Nothing known.
    Open,
}

/// The groups in which Vietnamese telephone numbers are written, as they are dialled in the country.
const PHONES: [&[usize]; 13] = [
    &[10],
    &[4, 3, 3],
    &[3, 3, 4],
    &[4, 2, 2, 2],
    &[3, 4, 3],
    &[4, 6],
    &[3, 7],
    &[11],
    &[3, 4, 4],
    &[4, 4, 3],
    &[4, 3, 4],
    &[3, 8],
    &[4, 7],
];
/// The same with the code of the country.
const PHONES_WITH_COUNTRY: [&[usize]; 3] = [&[11], &[2, 9], &[2, 3, 3, 3]];
/// Digits of a Vietnamese number with the code of the country.
const WITH_COUNTRY: usize = 11;
/// Years that a date has here.
const YEARS: std::ops::RangeInclusive<u16> = 1900..=2099;
/// Digits of the largest amount, 10^12.
const AMOUNT_DIGITS: usize = 13;
/// Groups of the largest amount.
const MOST_GROUPS: usize = 5;
/// Digits of the smallest round amount in one group.
const ROUND_DIGITS: usize = 4;

/// What each group of a run reads as.
pub(super) fn readings(run: &[Group]) -> Vec<Reading> {
    let mut readings = vec![Reading::Open; run.len()];
    let mut at = 0;
    while at < run.len() {
        let telephone = phone(&run[at..]).map(|count| match run[at] {
            ref first if first.digits.starts_with('0') || first.plus => (count, Reading::Certain),
            _ => (count, Reading::Likely),
        });
        let (count, reading) = telephone
            .or_else(|| moment(run, at).map(|count| (count, Reading::Certain)))
            .or_else(|| amount(run, at).map(|count| (count, Reading::Amount)))
            .unwrap_or((1, Reading::Open));
        readings[at..at + count].fill(reading);
        at += count;
    }
    readings
}

/// How many groups a run's first telephone number takes, when the run begins with one.
fn phone(run: &[Group]) -> Option<usize> {
    let first = run.first()?;
    let digits_of = |count: usize| -> String {
        let groups = run[..count].iter();
        groups.map(|group| group.digits.as_str()).collect()
    };
    // Behind `+84` the groups are anybody's taste.
    if first.plus && first.digits.starts_with("84") {
        let mut length = 0;
        let ends = run.iter().position(|group| {
            length += group.digits.len();
            length >= WITH_COUNTRY
        });
        let count = ends.filter(|_| length == WITH_COUNTRY)? + 1;
        return Phone::dialled(&digits_of(count), true).ok().map(|_| count);
    }
    let shapes: &[&[usize]] = match first.digits.as_bytes() {
        [b'8', b'4', ..] => &PHONES_WITH_COUNTRY,
        [b'0', b'0', ..] => &[],
        [b'0', ..] => &PHONES,
        _ => &[],
    };
    let is_phone = |shape: &&&[usize]| {
        has_lengths(run, shape) && Phone::dialled(&digits_of(shape.len()), false).is_ok()
    };
    shapes.iter().find(is_phone).map(|shape| shape.len())
}

/// Whether a run begins with groups of these lengths.
pub(super) fn has_lengths(run: &[Group], lengths: &[usize]) -> bool {
    let groups = run.iter().map(|group| group.digits.len());
    run.len() >= lengths.len() && groups.zip(lengths).all(|(is, wanted)| is == *wanted)
}

/// How many groups a date or a time takes: `12/07/2026`, `2026-07-12`, `14:05`, `14:05:33`. Where the same sign goes on
/// behind or came before, it is part of something longer.
fn moment(run: &[Group], at: usize) -> Option<usize> {
    let sign = run.get(at + 1)?.sign?;
    let count = parted_by(run, at, sign)?;
    let groups = &run[at..at + count];
    let numbers: Option<Vec<u16>> = groups
        .iter()
        .map(|group| {
            group
                .digits
                .parse()
                .ok()
                .filter(|_| group.digits.len() <= 4)
        })
        .collect();
    let numbers = numbers?;
    let lengths: Vec<usize> = groups.iter().map(|group| group.digits.len()).collect();
    let is_day = |day: u16, month: u16| (1..=31).contains(&day) && (1..=12).contains(&month);
    let is_moment = match (sign, &lengths[..], &numbers[..]) {
        ('/' | '-' | '.', [1 | 2, 1 | 2, 4], [day, month, year])
        | ('/' | '-' | '.', [4, 1 | 2, 1 | 2], [year, month, day]) => {
            is_day(*day, *month) && YEARS.contains(year)
        }
        ('/', [1 | 2, 1 | 2, 2], [day, month, _]) => is_day(*day, *month),
        (':', [1 | 2, 2, rest @ ..], [hour, minutes @ ..]) => {
            rest.iter().all(|length| *length == 2)
                && rest.len() <= 1
                && *hour < 24
                && minutes.iter().all(|minute| *minute < 60)
        }
        _ => false,
    };
    is_moment.then_some(count)
}

/// How many groups from here on are parted by one sign and nothing else; none when the sign came before, or when they are
/// more than a date or an amount has.
fn parted_by(run: &[Group], at: usize, sign: char) -> Option<usize> {
    if run.get(at)?.sign == Some(sign) {
        return None;
    }
    let more = run[at + 1..].iter().take(MOST_GROUPS);
    let more = more.take_while(|group| group.sign == Some(sign)).count();
    (more < MOST_GROUPS).then_some(more + 1)
}

/// How many groups a round amount takes: `5.000.000`, `12,500,000`, `1000000`.
fn amount(run: &[Group], at: usize) -> Option<usize> {
    let first = &run[at].digits;
    if first.starts_with('0') {
        return None;
    }
    if first.len() >= ROUND_DIGITS {
        return first.ends_with("000").then_some(1);
    }
    let sign = run
        .get(at + 1)?
        .sign
        .filter(|sign| matches!(sign, '.' | ','))?;
    let count = parted_by(run, at, sign)?;
    let groups = &run[at + 1..at + count];
    let are_thousands = groups.iter().all(|group| group.digits.len() == 3);
    let is_round = groups.last().is_some_and(|group| group.digits == "000");
    let is_small = first.len() + 3 * groups.len() <= AMOUNT_DIGITS;
    (are_thousands && is_round && is_small).then_some(count)
}
