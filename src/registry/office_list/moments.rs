//! Dates and hours where a number should be: `09-03-2026 10:11` has as many digits as a telephone.

use crate::domain::text;

/// Longest text that is a moment and some words, in bytes.
const MAX_BYTES: usize = 200;

/// Digits that may be left beside a moment, such as a row's number.
const MAX_LEFT: usize = 2;

/// Whether a text is a date, an hour or both, with no other number.
pub(super) fn is_moment(shown: &str) -> bool {
    if shown.len() > MAX_BYTES || !shown.bytes().any(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let plain = text::toneless(&text::fold(shown));
    let mut rest = plain.as_bytes();
    let (mut found, mut left, mut after_digit) = (false, 0, false);
    while let Some(byte) = rest.first() {
        let whole = if after_digit {
            None
        } else {
            date(rest).or_else(|| hour(rest))
        };
        if let Some(length) = whole {
            found = true;
            rest = &rest[length..];
        } else {
            left += usize::from(byte.is_ascii_digit());
            rest = &rest[1..];
        }
        after_digit = whole.is_none() && byte.is_ascii_digit();
    }
    found && left <= MAX_LEFT
}

/// The length of a date at the beginning: day, month and year, or the other way round, with one sign between.
fn date(text: &[u8]) -> Option<usize> {
    let (first, at) = number(text, 4)?;
    let sign = *text.get(at).filter(|sign| b"/-.".contains(sign))?;
    let (month, at) = number_after(text, at, sign, 2)?;
    let (last, end) = number_after(text, at, sign, 4)?;
    let year = |length: usize, number: u32| match length {
        4 => (1900..2100).contains(&number),
        2 => length == 2,
        _ => false,
    };
    let first_length = text.iter().position(|byte| *byte == sign)?;
    let last_length = end - at - 1;
    let day = |length: usize, number: u32| length <= 2 && (1..=31).contains(&number);
    let possible = (day(first_length, first) && year(last_length, last))
        || (first_length == 4 && year(4, first) && day(last_length, last));
    // `09.03.2026.10` goes on, and is something else.
    let goes_on = text.get(end) == Some(&sign) && text.get(end + 1).is_some_and(u8::is_ascii_digit)
        || text.get(end).is_some_and(u8::is_ascii_digit);
    ((1..=12).contains(&month) && possible && !(goes_on && hour(&text[end + 1..]).is_none()))
        .then_some(end)
}

/// The length of an hour at the beginning: `10:11`, `10:11:12.5`, `10h11`, `10 giờ 11`, `10h`.
fn hour(text: &[u8]) -> Option<usize> {
    let (hours, at) = number(text, 2)?;
    let rest = text.get(at..)?;
    let gap = usize::from(rest.first() == Some(&b' '));
    let sign = ["gio", "h", "g", ":"]
        .iter()
        .find(|sign| rest[gap..].starts_with(sign.as_bytes()))?;
    // `10 : 11` is no hour, and a word such as `10 hotline` neither.
    let after = at + gap + sign.len();
    if hours > 24
        || text.get(after).is_some_and(u8::is_ascii_alphabetic)
        || (gap == 1 && *sign == ":")
    {
        return None;
    }
    let space = usize::from(*sign != ":" && text.get(after) == Some(&b' '));
    let Some((minutes, mut end)) = number(text.get(after + space..)?, 2)
        .map(|(number, length)| (number, after + space + length))
    else {
        return (*sign != ":").then_some(after);
    };
    if minutes > 59 || text.get(end).is_some_and(u8::is_ascii_digit) {
        return None;
    }
    while let Some((_, next)) = [b':', b'.', b'm', b'p']
        .into_iter()
        .find_map(|sign| number_after(text, end, sign, 6))
    {
        end = next;
    }
    Some(end)
}

/// A number of at most so many digits at the beginning, and where it ends; none when it is longer.
fn number(text: &[u8], most: usize) -> Option<(u32, usize)> {
    let length = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if length == 0 || length > most {
        return None;
    }
    let digits = std::str::from_utf8(&text[..length]).ok()?;
    Some((digits.parse().ok()?, length))
}

/// The number behind a sign at `at`, and where it ends.
fn number_after(text: &[u8], at: usize, sign: u8, most: usize) -> Option<(u32, usize)> {
    text.get(at).filter(|found| **found == sign)?;
    let (number, length) = number(text.get(at + 1..)?, most)?;
    Some((number, at + 1 + length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_or_an_hour_is_a_moment_in_every_order() {
        for text in [
            "09-03-2026 10:11",
            "9/3/2026 lúc 10h11",
            "2026-03-09T10:11:00",
            "2026-03-09T10:11:00.000Z",
            "10:11 09/03/2026",
            "10:11:12 9.3.26",
            "10h11 ngày 09.03.2026",
            "10h11' 9/3/26",
            "10 giờ 11 phút ngày 09/03/2026",
            "09/03/2026",
            "2026/03/09 23h",
            "09/03/2026-10:11",
            "09-03-2026-10:11",
            "(09-03-2026, 10:11)",
            "Thứ hai, 09-03-2026 10:11 AM",
            "09/03/2026 - 11/03/2026",
            "09/03/2026 10:11\n10/03/2026 11:12",
        ] {
            assert!(is_moment(text), "{text}");
        }
    }

    #[test]
    fn a_number_is_no_moment() {
        for text in [
            "0950001001",
            "0950.001.001",
            "0950-001-001",
            "09.50.00.10.01",
            "09-01-2023-45",
            "09 50 00 10 01",
            "+84 950 001 001",
            "0950001001 (09/03/2026 10:11)",
            "09/03/2026 10:11 gọi từ 0950001001",
            "0000000070001",
            "1900 1234",
            "VCB 0000000070001",
            "113",
            "10:0950001001",
            "",
            "không rõ",
            "8 hotline",
        ] {
            assert!(!is_moment(text), "{text}");
        }
    }
}
